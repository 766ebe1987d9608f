"""Densities, games and point sets."""

import numpy as np

from gancourse import figures


def test_balls_count_what_lies_in_them():
    real, fake = np.array([[0.0, 0], [1, 0], [5, 0]]), np.array([[0.5, 0], [9.5, 0], [20, 0]])
    titles = [axes.get_title() for axes in figures.balls(real, fake, neighbours=1).axes]
    assert titles == ["precision: 1 of 3", "recall: 3 of 3"]
