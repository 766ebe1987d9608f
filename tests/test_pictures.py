"""Pictures: where each image of a grid stands, and the PNG file that is made of one."""

import io

import numpy as np
import pytest
from PIL import Image

from gancourse import GancourseError, pictures


def test_tile_geometry_and_content():
    images = np.stack([np.full((64, 64, 3), value, np.uint8) for value in range(64)])
    grid = pictures.tile(images, columns=8)
    assert grid.shape == (530, 530, 3)
    for index in range(64):
        top, left = 2 + 66 * (index // 8), 2 + 66 * (index % 8)
        assert (grid[top : top + 64, left : left + 64] == index).all()
    assert (grid[:2] == 0).all() and (grid[:, -2:] == 0).all()


def test_tile_of_grey_floats_and_an_unfull_row():
    grid = pictures.tile(
        np.array([0.0, 0.5, 2.0])[:, None, None, None] * np.ones((3, 4, 4, 1)), columns=2, padding=1
    )
    assert grid.shape == (11, 11) and grid.dtype == np.uint8
    assert grid[2, 7] == 128 and grid[7, 2] == 255 and grid[7, 7] == 0
    for wrong in (np.zeros((0, 4, 4, 1)), np.zeros((4, 4))):
        with pytest.raises(GancourseError, match="a grid needs images of shape"):
            pictures.tile(wrong, 2)


def test_png_gives_the_pixels_back():
    pixels = np.random.default_rng(0).integers(0, 256, (5, 7, 3)).astype(np.uint8)
    assert np.array_equal(Image.open(io.BytesIO(pictures.png(pixels))), pixels)
