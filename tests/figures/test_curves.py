"""Lines and bands over what was varied."""

from gancourse import figures


def test_bands_show_mean_and_extremes():
    panel = {"values": [[1, 2], [3, 6]], "level": 1.5, "name": "other"}
    axes = figures.bands([10, 100], {"one": panel}, "images").axes[0]
    assert axes.lines[0].get_ydata().tolist() == [2, 4] and axes.get_xscale() == "log"
    assert axes.collections[0].get_datalim(axes.transData).intervaly.tolist() == [1, 6]


def test_lines_draw_all_their_curves():
    given = {f"curve {number}": [number, number + 1] for number in range(9)}
    axes = figures.lines([0, 1], given, "x", "y").axes[0]
    assert [line.get_ydata().tolist() for line in axes.lines[:9]] == list(given.values())
    assert [text.get_text() for text in axes.get_legend().get_texts()] == list(given)
