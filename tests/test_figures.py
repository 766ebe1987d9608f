import numpy as np
import pytest

from gancourse import GancourseError, figures, interactive, logs


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


def test_loss_curves_have_the_chance_lines():
    names = ("d_loss", "g_loss", "real_score", "fake_score")
    curves = {"images_seen": list(range(100))} | {name: np.linspace(0, 1, 100) for name in names}
    losses, scores = figures.loss_curves(curves, window=10).axes
    levels = [
        line.get_ydata()[0]
        for axes in (losses, scores)
        for line in axes.lines
        if line.get_linestyle() == ":"
    ]
    assert levels == pytest.approx([2 * np.log(2), 0.5])


def test_two_axes_has_a_marker_a_seed():
    figure = figures.two_axes({"good": [(0.99, 0.9), (0.98, 0.8)], "collapsed": [(1.0, 0.0)]})
    points = [collection.get_offsets().tolist() for collection in figure.axes[0].collections]
    assert points == [[[0.9, 0.99], [0.8, 0.98]], [[0.0, 1.0]]]


def test_frame_slider_is_self_contained_and_escaped():
    frames = [np.full((4, 4), value, np.uint8) for value in (0, 255)]
    html = interactive.frame_slider(
        frames, ["first", "</script>"], label="A & B", alt='say "hi"'
    ).data
    assert html.count("data:image/png;base64,") == 3  # two frames, and the one shown at first
    assert "http" not in html and html.count("</script>") == 1
    assert 'alt="say &quot;hi&quot;"' in html and "A &amp; B" in html and 'type="range"' in html
    with pytest.raises(GancourseError, match="as many captions as frames: got 2 and 1"):
        interactive.frame_slider(frames, ["one"], label="", alt="")


def test_every_figure_becomes_a_frame():
    from gancourse import toys

    x = np.linspace(-3, 3, 50)
    runs = {"a": [(0, 0.0), (8, 0.5)]}
    drawn = [
        figures.densities(x, toys.gaussian(x), toys.gaussian(x, 1), x / 6 + 0.5, x / 6 + 0.4),
        figures.game_paths(toys.Bilinear(), {"a": np.ones((3, 2))}),
        figures.point_clouds(
            {"a": (np.ones((3, 2)), toys.ring()), "b": (np.zeros((3, 2)), toys.grid())}
        ),
        figures.loss_shapes(x, {"a": (x, x)}),
        figures.coverage_curves(runs, every=100, modes=8),
    ]
    for figure in drawn:
        pixels = figures.to_pixels(figure)
        assert pixels.dtype == np.uint8 and pixels.shape[2] == 3 and pixels.std() > 10


def test_figure_explorer_redraws_with_the_settings():
    asked = []

    def draw(**settings):
        asked.append(settings)
        return figures.loss_shapes(np.arange(3), {"a": (np.arange(3), np.arange(3))})

    explorer = interactive.figure_explorer(draw, method=("one", "two"), step=(0, 2, 0.5))
    method, step, picture = explorer.children
    assert asked == [{"method": "one", "step": 0.5}]
    method.value = "two"
    step.value = 1.0
    assert asked[-1] == {"method": "two", "step": 1.0}
    assert bytes(picture.value).startswith(b"\x89PNG")


def test_class_explorer_redraws_what_the_sliders_say():
    asked = []

    def draw(noise, labels):
        asked.append((noise, labels))
        return np.zeros((1, 8, 8, 1))

    explorer = interactive.class_explorer(draw, latent=100)
    chosen, first, _, picture = explorer.children
    before = asked[-1][0]
    chosen.value = 7
    assert asked[-1][1].tolist() == [7] and (asked[-1][0] == before).all()
    first.value = 2.0
    noise = asked[-1][0]
    assert noise.shape == (1, 100) and not np.allclose(noise, before)
    assert np.linalg.norm(noise) == pytest.approx(10, rel=1e-5), "as long as a typical noise vector"
    assert bytes(picture.value).startswith(b"\x89PNG")


def test_loss_views_tell_the_epochs_mean_from_its_last_step():
    values = np.array([1.0, 1.0, 4.0, 2.0, 2.0, 5.0])
    every, last, mean = figures.loss_views({"d_loss": values}, per_epoch=3).axes[0].lines
    assert np.array_equal(every.get_ydata(), values.astype(np.float32))
    assert last.get_ydata().tolist() == [4.0, 5.0] and mean.get_ydata().tolist() == [2.0, 3.0]


def test_bars_and_lines_show_what_they_are_given():
    heights = [
        bar.get_height() for bar in figures.bars({-1: 0.5, 0: -0.25}, "x", "y").axes[0].patches
    ]
    assert heights == [0.5, -0.25]
    curves = figures.lines([0, 1], {"D": [1, 2], "G": [3, 4]}, "x", "y").axes[0].lines
    assert [line.get_ydata().tolist() for line in curves[:2]] == [[1, 2], [3, 4]]


def test_log_curves_and_probabilities():
    text = "Epoch [1/2], loss_g: 1.0, loss_d: 1.2, real_score: 0.6, fake_score: 0.4\n"
    losses, scores = figures.log_curves(logs.parse(text + text.replace("[1/", "[2/"))).axes
    levels = [line.get_ydata()[0] for axes in (losses, scores) for line in axes.lines]
    for level in (2 * np.log(2), np.log(2), 0.5):
        assert any(np.isclose(level, each) for each in levels)
    panels = figures.probabilities({"real": np.array([0.5, 1.0]), "fake": np.zeros(4)}).axes
    assert len(panels) == 2
    assert any(line.get_xdata()[0] == 0.75 for line in panels[0].lines), "the mean is the score"


def texts(axes):
    return [text.get_text() for text in axes.texts]


def test_a_patient_has_curves_and_samples():
    from gancourse import toys

    names = ("d_loss", "g_loss", "real_score", "fake_score")
    curves = {"images_seen": list(range(100))} | {name: np.linspace(0, 1, 100) for name in names}
    losses, _, samples = figures.patient(curves, np.zeros((8, 9, 3), np.uint8)).axes
    assert samples.images[0].get_array().shape == (8, 9, 3) and len(losses.lines) == 5
    assert losses.get_yscale() == "linear"
    points = np.random.default_rng(0).normal(size=(20, 2))
    *_, samples = figures.patient(curves, points, toys.ring()).axes
    assert [len(each.get_offsets()) for each in samples.collections] == [8, 20]
    curves["d_loss"] = np.geomspace(1, 1e4, 100)
    assert figures.patient(curves, points, toys.ring()).axes[0].get_yscale() == "symlog"


def test_signatures_show_what_most_runs_did():
    table = {"a": {"x": (0, 5), "y": (3, 1)}, "b": {"x": (0, 0)}}
    axes = figures.signatures(table, {"x": "X", "y": "Y"}, runs=5).axes[0]
    assert texts(axes) == ["+5", "−3", "·"], "b's x did not move, and b has no y"
    assert [label.get_text() for label in axes.get_xticklabels()] == ["X", "Y"]


def test_balls_count_what_lies_in_them():
    real, fake = np.array([[0.0, 0], [1, 0], [5, 0]]), np.array([[0.5, 0], [9.5, 0], [20, 0]])
    titles = [axes.get_title() for axes in figures.balls(real, fake, neighbours=1).axes]
    assert titles == ["precision: 1 of 3", "recall: 3 of 3"]


def test_bands_show_mean_and_extremes():
    panel = {"values": [[1, 2], [3, 6]], "level": 1.5, "name": "other"}
    axes = figures.bands([10, 100], {"one": panel}, "images").axes[0]
    assert axes.lines[0].get_ydata().tolist() == [2, 4] and axes.get_xscale() == "log"
    assert axes.collections[0].get_datalim(axes.transData).intervaly.tolist() == [1, 6]


def test_who_sees_colours_what_is_outside():
    rows = {"fine": {"a": 1.0, "b": 1.0}, "odd": {"a": 3.0, "b": 3.0}}
    axes = figures.who_sees(rows, {"a": (0, 2), "b": (0, 2)}, {"a": 1, "b": -1}).axes[0]
    assert texts(axes) == ["1.00", "1.00", "3.00", "3.00"]
    worse, better = (patch.get_facecolor() for patch in axes.patches)
    assert worse != better and [patch.get_xy() for patch in axes.patches] == [
        (-0.5, 0.5),
        (0.5, 0.5),
    ]
