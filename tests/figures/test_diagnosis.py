"""What a diagnosis starts from, and which measures moved."""

import numpy as np

from gancourse import figures


def texts(axes):
    return [text.get_text() for text in axes.texts]


def test_a_patient_has_curves_and_samples():
    from gancourse import theory

    names = ("d_loss", "g_loss", "real_score", "fake_score")
    curves = {"images_seen": list(range(100))} | {name: np.linspace(0, 1, 100) for name in names}
    losses, _, samples = figures.patient(curves, np.zeros((8, 9, 3), np.uint8)).axes
    assert samples.images[0].get_array().shape == (8, 9, 3) and len(losses.lines) == 5
    assert losses.get_yscale() == "linear"
    points = np.random.default_rng(0).normal(size=(20, 2))
    *_, samples = figures.patient(curves, points, theory.ring()).axes
    assert [len(each.get_offsets()) for each in samples.collections] == [8, 20]
    curves["d_loss"] = np.geomspace(1, 1e4, 100)
    assert figures.patient(curves, points, theory.ring()).axes[0].get_yscale() == "symlog"


def test_signatures_show_what_most_runs_did():
    table = {"a": {"x": (0, 5), "y": (3, 1)}, "b": {"x": (0, 0)}}
    axes = figures.signatures(table, {"x": "X", "y": "Y"}, runs=5).axes[0]
    assert texts(axes) == ["+5", "−3", "·"], "b's x did not move, and b has no y"
    assert [label.get_text() for label in axes.get_xticklabels()] == ["X", "Y"]


def test_who_sees_colours_what_is_outside():
    rows = {"fine": {"a": 1.0, "b": 1.0}, "odd": {"a": 3.0, "b": 3.0}}
    axes = figures.who_sees(rows, {"a": (0, 2), "b": (0, 2)}, {"a": 1, "b": -1}).axes[0]
    assert texts(axes) == ["1.00", "1.00", "3.00", "3.00"]
    worse, better = (patch.get_facecolor() for patch in axes.patches)
    assert worse != better and [patch.get_xy() for patch in axes.patches] == [
        (-0.5, 0.5),
        (0.5, 0.5),
    ]
