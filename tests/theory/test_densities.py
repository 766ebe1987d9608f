import numpy as np
import pytest
from scipy.spatial.distance import jensenshannon
from scipy.stats import norm

from gancourse import theory

X = np.linspace(-12, 12, 24_001)
DX = X[1] - X[0]


def test_gaussian_is_scipys():
    assert np.allclose(theory.gaussian(X, 1.5, 0.7), norm.pdf(X, 1.5, 0.7))


def test_optimal_discriminator_is_optimal():
    p, q = theory.gaussian(X, -1, 1), theory.gaussian(X, 1, 2)
    best = np.log(p) - np.log(q)
    assert np.allclose(theory.optimal_discriminator(p, q), 1 / (1 + np.exp(-best)))
    top = theory.value(best, p, q, DX)
    for shift in (-0.05, 0.05):
        assert theory.value(best + shift, p, q, DX) < top
    assert (
        theory.optimal_discriminator(0.0, 0.0) == 0.5
        and theory.optimal_discriminator(1.0, 0.0) == 1
    )


@pytest.mark.parametrize("second", [(0, 1), (1, 1), (0, 2), (4, 0.5), (6, 0.8)])
def test_jensen_shannon_is_scipys_and_the_value_at_the_optimum(second):
    p, q = theory.gaussian(X), theory.gaussian(X, *second)
    divergence = theory.jensen_shannon(p, q, DX)
    assert divergence == pytest.approx(jensenshannon(p, q) ** 2, abs=1e-9)
    best = theory.value(np.log(p) - np.log(q), p, q, DX)
    assert best == pytest.approx(2 * divergence - 2 * np.log(2), abs=1e-6)


def test_jensen_shannon_limits():
    p = theory.gaussian(X)
    assert theory.jensen_shannon(p, p, DX) == 0
    assert theory.jensen_shannon(p, theory.gaussian(X, 10, 0.1), DX) == pytest.approx(np.log(2))
