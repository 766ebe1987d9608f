"""What all figures share."""

import matplotlib
import numpy as np

from gancourse import figures


def test_every_figure_becomes_a_frame():
    from gancourse import theory

    x = np.linspace(-3, 3, 50)
    runs = {"a": [(0, 0.0), (8, 0.5)]}
    drawn = [
        figures.densities(x, theory.gaussian(x), theory.gaussian(x, 1), x / 6 + 0.5, x / 6 + 0.4),
        figures.game_paths(theory.Bilinear(), {"a": np.ones((3, 2))}),
        figures.game_gallery(
            {"a": (theory.Bilinear(), np.ones((3, 2))), "b": (None, np.zeros((3, 2)))}
        ),
        figures.races({"a": ([0.5, 1], [[2, 1], [3, 1]])}, {"a": ([5], [[2], [3]])}, "FD", 0.5),
        figures.approaches({"a": (np.array([1.0, 0.5]), 0.5), "b": (np.ones(3), None)}, "distance"),
        figures.point_clouds(
            {"a": (np.ones((3, 2)), theory.ring()), "b": (np.zeros((3, 2)), theory.grid())}
        ),
        figures.loss_shapes(x, {"a": (x, x)}),
        figures.coverage_curves(runs, every=100, modes=8),
    ]
    for figure in drawn:
        pixels = figures.to_pixels(figure)
        assert pixels.dtype == np.uint8 and pixels.shape[2] == 3 and pixels.std() > 10


def test_the_readers_style_is_left_alone_and_changes_nothing():
    def draw():
        return figures.to_pixels(figures.lines([0, 1], {"D": [1, 2]}, "x", "y", note="note"))

    plain = draw()
    dark = {
        "axes.facecolor": "black",
        "figure.facecolor": "black",
        "text.color": "white",
        "axes.labelcolor": "white",
        "axes.edgecolor": "white",
        "xtick.color": "white",
        "ytick.color": "white",
        "axes.grid": True,
        "lines.linewidth": 7,
        "xtick.labelsize": 20,
    }
    with matplotlib.rc_context(dark):
        before = {name: matplotlib.rcParams[name] for name in matplotlib.rcParams}
        assert np.array_equal(draw(), plain)
        assert {name: matplotlib.rcParams[name] for name in before} == before


def test_labels_make_a_legend_and_none_is_drawn_without_them():
    coverage = figures.coverage_curves({"a": [(0, 0.0), (8, 0.5)]}, every=100, modes=8)
    left, right = coverage.axes
    assert left.get_legend() is None
    assert [text.get_text() for text in right.get_legend().get_texts()] == ["a"]
