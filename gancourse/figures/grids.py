"""Grids of images, enlarged so that single pixels can be seen."""

import numpy as np

from gancourse.figures.panels import panels
from gancourse.pictures import tile


def show_grid(
    images,
    columns: int,
    title: str = "",
    row_labels=None,
    column_labels=None,
    note: str = "",
    width: float = 6.0,
):
    """A matplotlib Figure of `tile(images, columns)`, enlarged without smoothing.

    Parameters
    ----------
    images : ndarray, shape (N, H, W, C), uint8 or float in [0, 1]
        The images, row by row.
    columns : int
        Images per row.
    title : str
        The title above the figure.
    row_labels, column_labels : sequence, optional
        One label for each row, one for each column.
    note : str
        Small text below the figure: where the images come from; REDUCED for a reduced run.
    width : float
        The width of the figure, in inches.
    """
    grid = tile(images, columns, padding=1, background=90)
    rows = -(-len(images) // columns)
    above_and_below = 0.3 * bool(title) + 0.2 * (column_labels is not None)
    with panels(width, _height(grid, width) + above_and_below, note=note) as (figure, axes):
        draw_pixels(axes, grid)
        axes.set_title(title)
        cell_height, cell_width = images.shape[1] + 1, images.shape[2] + 1
        if row_labels is not None:
            axes.set_yticks((np.arange(rows) + 0.5) * cell_height, row_labels)
        if column_labels is not None:
            axes.set_xticks((np.arange(columns) + 0.5) * cell_width, column_labels)
    return figure


def show_picture(pixels, width: float = 6.0, note: str = ""):
    """A figure of one picture, such as a grid from a record, enlarged without smoothing.

    Parameters
    ----------
    pixels : ndarray, uint8 (H, W) or (H, W, 3)
        The picture.
    width : float
        The width of the figure, in inches.
    note : str
        Small text below the figure.
    """
    height = width * pixels.shape[0] / pixels.shape[1] + 0.25 * bool(note)
    with panels(width, height, note=note) as (figure, axes):
        draw_pixels(axes, pixels)
    return figure


def draw_pixels(axes, pixels) -> None:
    """Draw a picture, uint8 (H, W) or (H, W, 3), without smoothing, ticks or a frame."""
    axes.imshow(pixels, vmin=0, vmax=255)
    axes.set(xticks=[], yticks=[])
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)


def _height(pixels, width: float) -> float:
    """The height, in inches, of a figure of this width that the picture fills except for the margins."""
    margins = 0.3
    return (width - margins) * pixels.shape[0] / pixels.shape[1] + margins
