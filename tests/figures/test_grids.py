"""Grids: what is written beside the images."""

import numpy as np

from gancourse import figures


def test_figures_say_what_they_show():
    images = np.random.default_rng(0).random((6, 8, 8, 1))
    figure = figures.show_grid(images, 3, note=figures.REDUCED, row_labels="ab")
    assert [text.get_text() for text in figure.texts] == [figures.REDUCED]
    assert [label.get_text() for label in figure.axes[0].get_yticklabels()] == ["a", "b"]
