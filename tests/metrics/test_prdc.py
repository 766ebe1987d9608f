"""Precision, recall, density and coverage: against scikit-learn, on cases worked out by hand, and with copies."""

import sys

import numpy as np
import pytest
from sklearn.metrics import pairwise_distances
from sklearn.neighbors import NearestNeighbors

from gancourse import GancourseError
from gancourse.metrics import prdc

MODULE = sys.modules["gancourse.metrics.prdc"]


def reference(real, fake, k):
    """The definitions of both papers, on the whole table of distances."""
    radii = [
        NearestNeighbors(n_neighbors=k, algorithm="brute").fit(each).kneighbors()[0][:, -1]
        for each in (real, fake)
    ]
    table = pairwise_distances(real, fake)
    inside = table <= radii[0][:, None]
    return {
        "precision": inside.any(0).mean(),
        "recall": (table <= radii[1]).any(1).mean(),
        "density": inside.sum(0).mean() / k,
        "coverage": (table.min(1) <= radii[0]).mean(),
    }


@pytest.mark.parametrize("block", [MODULE.BLOCK, 2**12])
@pytest.mark.parametrize(
    ("counts", "features", "k", "scale"),
    [((500, 400), 64, 5, 0.97), ((300, 700), 8, 3, 1.2), ((40, 50), 2, 1, 1), ((9, 9), 3, 8, 2)],
)
def test_it_agrees_with_scikit_learn(monkeypatch, block, counts, features, k, scale):
    """Some in one block, some in many of a few rows."""
    monkeypatch.setattr(MODULE, "BLOCK", block)
    rng = np.random.default_rng(0)
    real, fake = (rng.normal(size=(count, features)) for count in counts)
    fake = scale * fake + 0.1
    assert prdc(real, fake, k) == pytest.approx(reference(real, fake, k), abs=1e-9)
    single = prdc(real.astype(np.float32), fake.astype(np.float32), k)
    assert single == pytest.approx(reference(real, fake, k), abs=1e-4)


def test_points_on_a_line_worked_out_by_hand():
    """Real balls reach 1 to each side, those of the fakes at 10 and 10.5 half, and that of the stray fake 9.5."""
    real, fake = np.array([[0.0], [1], [2], [3]]), np.array([[0.5], [10], [10.5]])
    expected = {"precision": 1 / 3, "recall": 1, "density": 2 / 3, "coverage": 2 / 4}
    assert prdc(real, fake, neighbours=1) == pytest.approx(expected)
    edge = prdc(real, np.array([[4.0], [20]]), neighbours=1)  # 4 is on the edge of 3's
    assert (edge["precision"], edge["coverage"]) == (0.5, 0.25)


def test_squares_that_overlap_by_half():
    rng = np.random.default_rng(0)
    real, fake = rng.random((2, 3000, 2))
    half = prdc(real, fake + np.array([0.5, 0]))
    for name in ("precision", "recall", "density"):
        assert half[name] == pytest.approx(0.5, abs=0.05)
    assert half["coverage"] == pytest.approx(0.5 * (1 - 0.5**5), abs=0.05)
    apart = prdc(real, fake + np.array([3, 0]))
    assert set(apart.values()) == {0.0}


def test_one_distribution():
    rng = np.random.default_rng(0)
    card = prdc(*rng.normal(size=(2, 2000, 4)))
    assert card["density"] == pytest.approx(1, abs=0.05)
    assert card["coverage"] == pytest.approx(1 - 0.5**5, abs=0.02)


def test_a_collapse_is_precise_and_recalls_little():
    rng = np.random.default_rng(0)
    modes = 10 * np.eye(10)
    real = modes[rng.integers(0, 10, 2000)] + rng.normal(size=(2000, 10))
    one_mode = prdc(real, modes[0] + 0.3 * rng.normal(size=(500, 10)))
    assert one_mode["precision"] > 0.95 and one_mode["recall"] < 0.02
    assert one_mode["density"] > 1 and one_mode["coverage"] < 0.15
    one_image = prdc(real, np.repeat(real[:1], 500, axis=0))
    assert one_image["precision"] == 1 and one_image["recall"] == 1 / 2000


def test_two_outliers_fool_recall_and_not_coverage():
    rng = np.random.default_rng(0)
    real = rng.normal(size=(500, 2))
    fake = np.concatenate([0.01 * rng.normal(size=(498, 2)), [[20, 20], [-20, -20]]])
    card = prdc(real, fake)
    assert card["recall"] > 0.9 and card["coverage"] < 0.1


@pytest.mark.parametrize("offset", [0, 1e4])
def test_copies_are_inside(offset):
    """Even in balls without a size; the offset makes squares and their rounding large."""
    distinct = offset + np.random.default_rng(0).normal(size=(50, 500))
    assert prdc(distinct, distinct[::-1], 3) == pytest.approx(
        {"precision": 1, "recall": 1, "density": 4 / 3, "coverage": 1}
    )
    copied = prdc(np.repeat(distinct, 10, axis=0), distinct, 5)
    assert copied == {"precision": 1, "recall": 1, "density": 2, "coverage": 1}
    near = prdc(np.repeat(distinct, 10, axis=0), distinct + 1e-3, 5)
    assert near["precision"] == 0 and near["coverage"] == 0


@pytest.mark.parametrize(
    ("counts", "k", "message"),
    [
        ((6, 5), 5, "5 neighbours of 5 images"),
        ((5, 6), 5, "5 neighbours of 5 images"),
        ((6, 6), 0, "0 neighbours of 6 images: there must be at least one"),
        ((1, 6), 5, "features of 1 images"),
    ],
)
def test_too_few(counts, k, message):
    points = np.arange(12.0).reshape(6, 2)
    with pytest.raises(GancourseError, match=message):
        prdc(points[: counts[0]], points[: counts[1]], k)


def test_bad_features():
    points = np.arange(24.0).reshape(12, 2)
    for bad, message in [
        (points[:, :1], "2 features against 1"),
        (points[:, 0], r"not \(12,\)"),
        (points * np.nan, "12 of 12 images are not finite, first in row 0"),
    ]:
        with pytest.raises(GancourseError, match=message):
            prdc(points, bad)
