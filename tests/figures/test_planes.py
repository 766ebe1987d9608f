"""Densities, games and point sets."""

import numpy as np

from gancourse import figures


def test_balls_count_what_lies_in_them():
    real, fake = np.array([[0.0, 0], [1, 0], [5, 0]]), np.array([[0.5, 0], [9.5, 0], [20, 0]])
    titles = [axes.get_title() for axes in figures.balls(real, fake, neighbours=1).axes]
    assert titles == ["precision: 1 of 3", "recall: 3 of 3"]


def test_pulls_are_cut_at_the_end_of_the_axis_and_written_out():
    x = np.linspace(-4, 12, 100)
    drawn = figures.pulls(x, np.exp(-(x**2)), np.exp(-((x - 4) ** 2)), {"flat": 0.0, "steep": 8.0})
    _, bars = drawn.axes
    assert [bar.get_width() for bar in bars.patches] == [0.0, 3.0]
    assert [text.get_text() for text in bars.texts] == ["0", "8"]
    assert [label.get_text() for label in bars.get_yticklabels()] == ["flat", "steep"]
