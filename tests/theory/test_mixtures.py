import numpy as np
import pytest

from gancourse import GancourseError, theory


def test_mixtures_cover_themselves():
    rng = np.random.default_rng(0)
    for mixture, modes in ((theory.ring(), 8), (theory.grid(), 25)):
        points = mixture.sample(5000, rng)
        covered, good = mixture.coverage(points)
        assert covered == modes == len(mixture.centres)
        assert good == pytest.approx(
            1 - np.exp(-4.5), abs=0.01
        )  # three deviations of a round Gaussian
        counts = np.bincount(np.linalg.norm(points[:, None] - mixture.centres, axis=2).argmin(1))
        assert counts.min() > 5000 / modes * 0.7


def test_coverage_of_a_collapse_and_of_nonsense():
    mixture = theory.ring()
    assert mixture.coverage(np.tile(mixture.centres[3], (50, 1))) == (1, 1.0)
    assert mixture.coverage(np.zeros((50, 2))) == (0, 0.0)
    for wrong in (np.zeros((5, 3)), np.full((5, 2), np.nan)):
        with pytest.raises(GancourseError, match=r"finite points of shape \(N, 2\)"):
            mixture.coverage(wrong)
