import numpy as np
import pytest
from scipy.stats import entropy

from gancourse import GancourseError
from gancourse.metrics import mode_coverage


def test_a_fair_share_a_collapse_and_a_single_visitor():
    even = mode_coverage(np.arange(1000) % 10, np.ones(1000, bool), 10)
    assert even == {"touched": 10, "covered": 10, "good": 1.0, "entropy": pytest.approx(1)}
    collapsed = mode_coverage(np.zeros(1000, int), np.ones(1000, bool), 10)
    assert collapsed == {"touched": 1, "covered": 1, "good": 1.0, "entropy": 0.0}
    visited = np.zeros(1000, int)
    visited[:9] = np.arange(1, 10)
    found = mode_coverage(visited, np.ones(1000, bool), 10)
    assert (found["touched"], found["covered"]) == (10, 1)


def test_half_of_a_fair_share_is_enough_and_bad_samples_do_not_count():
    nearest = np.repeat([0, 1], [975, 25])
    assert mode_coverage(nearest, np.ones(1000, bool), 20)["covered"] == 2
    good = np.ones(1000, bool)
    good[-1] = False
    found = mode_coverage(nearest, good, 20)
    assert (found["touched"], found["covered"], found["good"]) == (2, 1, 0.999)
    assert mode_coverage(nearest, np.zeros(1000, bool), 20) == {
        "touched": 0,
        "covered": 0,
        "good": 0.0,
        "entropy": 0.0,
    }


def test_entropy_is_scipys():
    rng = np.random.default_rng(0)
    nearest, good = rng.integers(7, size=500), rng.random(500) < 0.8
    counts = np.bincount(nearest[good], minlength=7)
    ours = mode_coverage(nearest, good, 7)["entropy"]
    assert ours == pytest.approx(entropy(counts) / np.log(7))


def test_nonsense_is_refused():
    with pytest.raises(GancourseError, match="draw at least 40"):
        mode_coverage([0] * 39, [True] * 39, 20)
    with pytest.raises(GancourseError, match="must be from 0 to 4"):
        mode_coverage([5] * 20, [True] * 20, 5)
    with pytest.raises(GancourseError, match="modes=1: how evenly"):
        mode_coverage([0] * 20, [True] * 20, 1)
    with pytest.raises(GancourseError, match="give one each"):
        mode_coverage([0] * 20, [True] * 19, 5)
