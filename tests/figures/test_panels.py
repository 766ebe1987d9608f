"""What all figures share."""

import numpy as np

from gancourse import figures


def test_every_figure_becomes_a_frame():
    from gancourse import theory

    x = np.linspace(-3, 3, 50)
    runs = {"a": [(0, 0.0), (8, 0.5)]}
    drawn = [
        figures.densities(x, theory.gaussian(x), theory.gaussian(x, 1), x / 6 + 0.5, x / 6 + 0.4),
        figures.game_paths(theory.Bilinear(), {"a": np.ones((3, 2))}),
        figures.point_clouds(
            {"a": (np.ones((3, 2)), theory.ring()), "b": (np.zeros((3, 2)), theory.grid())}
        ),
        figures.loss_shapes(x, {"a": (x, x)}),
        figures.coverage_curves(runs, every=100, modes=8),
    ]
    for figure in drawn:
        pixels = figures.to_pixels(figure)
        assert pixels.dtype == np.uint8 and pixels.shape[2] == 3 and pixels.std() > 10
