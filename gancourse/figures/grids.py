"""Grids of images, enlarged so that single pixels can be seen."""

import numpy as np

from gancourse import GancourseError
from gancourse.figures.panels import add_note, new_figure


def tile(images, columns: int, padding: int = 2, background: int = 0) -> np.ndarray:
    """Lay images out in rows of `columns`, `padding` pixels between them and around.

    Parameters
    ----------
    images : ndarray, shape (N, H, W, C), uint8 or float in [0, 1]

    Returns
    -------
    ndarray, uint8, (rows · (H + padding) + padding, columns · (W + padding) + padding), with a last axis of 3 for
    colour
    """
    images = np.asarray(images)
    if images.ndim != 4 or not len(images):
        raise GancourseError(f"a grid needs images of shape (N, H, W, C), got {images.shape}")
    if images.dtype != np.uint8:
        images = np.round(np.clip(images, 0, 1) * 255).astype(np.uint8)
    count, height, width, channels = images.shape
    rows = -(-count // columns)
    grid = np.full(
        (rows * (height + padding) + padding, columns * (width + padding) + padding, channels),
        background,
        np.uint8,
    )
    for index, image in enumerate(images):
        top = padding + (index // columns) * (height + padding)
        left = padding + (index % columns) * (width + padding)
        grid[top : top + height, left : left + width] = image
    return grid[..., 0] if channels == 1 else grid


def show_grid(
    images,
    columns: int,
    title: str = "",
    row_labels=None,
    column_labels=None,
    note: str = "",
    width=6.0,
):
    """A figure of `tile(images, columns)`, enlarged without smoothing; returns the matplotlib Figure.

    `note` is printed below: say there what the images are of, REDUCED for a reduced run.
    """
    grid = tile(images, columns, padding=1, background=90)
    rows = -(-len(images) // columns)
    figure = new_figure(width, width * grid.shape[0] / grid.shape[1] + 0.3 * bool(title) + 0.1)
    axes = figure.add_subplot()
    axes.imshow(grid, cmap="gray", vmin=0, vmax=255, interpolation="nearest")
    cell_height, cell_width = images.shape[1] + 1, images.shape[2] + 1
    axes.set_yticks(
        (np.arange(rows) + 0.5) * cell_height, row_labels if row_labels is not None else [""] * rows
    )
    axes.set_xticks((np.arange(columns) + 0.5) * cell_width, column_labels or [""] * columns)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    axes.set_title(title, fontsize=11)
    add_note(figure, note)
    figure.tight_layout()
    return figure


def show_picture(pixels, width: float = 6.0, note: str = ""):
    """A figure of one picture, uint8 (H, W) or (H, W, 3), such as a grid from a record, enlarged without smoothing."""
    figure = new_figure(width, width * pixels.shape[0] / pixels.shape[1] + 0.15 * bool(note))
    axes = figure.add_subplot()
    axes.imshow(pixels, cmap="gray", vmin=0, vmax=255, interpolation="nearest")
    axes.set_axis_off()
    add_note(figure, note)
    figure.tight_layout()
    return figure
