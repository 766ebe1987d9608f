"""Grids: where each image stands, and what is written beside it."""

import numpy as np
import pytest

from gancourse import GancourseError, figures


def test_tile_geometry_and_content():
    images = np.stack([np.full((64, 64, 3), value, np.uint8) for value in range(64)])
    grid = figures.tile(images, columns=8)
    assert grid.shape == (530, 530, 3)
    for index in range(64):
        top, left = 2 + 66 * (index // 8), 2 + 66 * (index % 8)
        assert (grid[top : top + 64, left : left + 64] == index).all()
    assert (grid[:2] == 0).all() and (grid[:, -2:] == 0).all()


def test_tile_of_grey_floats_and_an_unfull_row():
    grid = figures.tile(
        np.array([0.0, 0.5, 2.0])[:, None, None, None] * np.ones((3, 4, 4, 1)), columns=2, padding=1
    )
    assert grid.shape == (11, 11) and grid.dtype == np.uint8
    assert grid[2, 7] == 128 and grid[7, 2] == 255 and grid[7, 7] == 0
    for wrong in (np.zeros((0, 4, 4, 1)), np.zeros((4, 4))):
        with pytest.raises(GancourseError, match="a grid needs images of shape"):
            figures.tile(wrong, 2)


def test_figures_say_what_they_show():
    images = np.random.default_rng(0).random((6, 8, 8, 1))
    figure = figures.show_grid(images, 3, note=figures.REDUCED, row_labels="ab")
    assert [text.get_text() for text in figure.texts] == [figures.REDUCED]
    assert [label.get_text() for label in figure.axes[0].get_yticklabels()] == ["a", "b"]
