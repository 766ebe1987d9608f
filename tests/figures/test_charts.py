"""Bars, dots and the two axes."""

from gancourse import figures


def test_two_axes_has_a_marker_a_seed():
    figure = figures.two_axes({"good": [(0.99, 0.9), (0.98, 0.8)], "collapsed": [(1.0, 0.0)]})
    points = [collection.get_offsets().tolist() for collection in figure.axes[0].collections]
    assert points == [[[0.9, 0.99], [0.8, 0.98]], [[0.0, 1.0]]]


def test_bars_show_what_they_are_given():
    heights = [
        bar.get_height() for bar in figures.bars({-1: 0.5, 0: -0.25}, "x", "y").axes[0].patches
    ]
    assert heights == [0.5, -0.25]
