"""Spread and standard deviation within a class, where they are known."""

import numpy as np
import pytest

from gancourse import GancourseError, data, metrics
from gancourse.metrics.diversity import vendi


def test_spread():
    assert metrics.spread(np.full((40, 16, 16, 3), 0.3)) == pytest.approx(0, abs=1e-6)
    halves = np.concatenate([np.zeros((20, 16, 16, 1)), np.ones((20, 16, 16, 1))])
    assert metrics.spread(halves) == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("images", "message"),
    [
        (np.zeros((40, 16, 16), np.uint8), r"must be \(N, S, S, C\)"),
        (np.zeros((40, 24, 24, 3), np.uint8), "S = 16, 32, 64"),
        (np.zeros((5, 16, 16, 3), np.uint8), "5 images are too few"),
        (np.full((40, 16, 16, 3), np.nan), "float from 0 to 1"),
        (np.full((40, 16, 16, 3), 7.0), "float from 0 to 1"),
    ],
)
def test_bad_images(images, message):
    with pytest.raises(GancourseError, match=message):
        metrics.spread(images)


def test_within_class_std_known_values():
    labels = np.repeat([0, 1], 4)
    one_each = np.repeat([0.0, 1.0], 4)[:, None] * np.ones(6)
    assert metrics.within_class_std(one_each, labels) == 0
    halves = np.tile([0.0, 1.0], 4)[:, None] * np.ones(6)
    assert metrics.within_class_std(halves, labels) == 0.5
    assert metrics.within_class_std((halves * 255).astype(np.uint8), labels) == pytest.approx(0.5)
    both = np.concatenate([one_each[:4], halves[4:]])
    assert metrics.within_class_std(both, labels) == 0.25
    with pytest.raises(GancourseError, match="class 1 has one image"):
        metrics.within_class_std(halves[:5], labels[:5])
    with pytest.raises(GancourseError, match="8 images but 7 labels"):
        metrics.within_class_std(halves, labels[:7])


def test_real_digits_have_the_spread_that_facts_state():
    digits = data.load("digits", "train+test")
    assert metrics.within_class_std(digits.images, digits.labels) == pytest.approx(
        0.165, abs=0.0005
    )


def test_the_vendi_score_counts_what_is_different():
    directions = np.eye(6)
    assert vendi(directions) == pytest.approx(6)
    assert vendi(directions[:1].repeat(9, axis=0)) == pytest.approx(1)
    assert vendi(3 * directions[[0, 0, 1, 1]]) == pytest.approx(2)
    # three of one and one of another: the exponential of the entropy of a quarter and three quarters
    assert vendi(directions[[0, 0, 0, 1]]) == pytest.approx(4 / 3**0.75)
    # two at an angle: eigenvalues (1 ± cos) / 2, from whichever of the two tables
    for width in (2, 5):
        pair = np.zeros((2, width))
        pair[:, :2] = [[1, 0], [0.6, 0.8]]
        assert vendi(pair) == pytest.approx(np.exp(-(0.8 * np.log(0.8) + 0.2 * np.log(0.2))))
    with pytest.raises(GancourseError, match="features of image 1 are all 0"):
        vendi(np.array([[1.0, 0], [0, 0]]))
