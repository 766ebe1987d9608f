"""The course's figures, by subject; a chapter writes `figures.loss_curves(...)` whatever module draws it."""

from gancourse.figures.charts import bars, class_scores, dots, probabilities, two_axes
from gancourse.figures.curves import approaches, bands, coverage_curves, lines, overfitting, races
from gancourse.figures.diagnosis import patient, signatures, who_sees
from gancourse.figures.grids import show_grid, show_picture
from gancourse.figures.losses import log_curves, loss_curves, loss_shapes, loss_views
from gancourse.figures.panels import REDUCED, run_note, to_pixels
from gancourse.figures.planes import balls, densities, game_gallery, game_paths, point_clouds, pulls
from gancourse.figures.tables import mean_and_range, table
from gancourse.pictures import tile

__all__ = [
    "REDUCED",
    "approaches",
    "balls",
    "bands",
    "bars",
    "class_scores",
    "coverage_curves",
    "densities",
    "dots",
    "game_gallery",
    "game_paths",
    "lines",
    "log_curves",
    "loss_curves",
    "loss_shapes",
    "loss_views",
    "mean_and_range",
    "overfitting",
    "patient",
    "point_clouds",
    "probabilities",
    "pulls",
    "races",
    "run_note",
    "show_grid",
    "show_picture",
    "signatures",
    "table",
    "tile",
    "to_pixels",
    "two_axes",
    "who_sees",
]
