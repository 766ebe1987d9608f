"""Divergences against closed forms for Gaussians and for disjoint densities."""

import math

import numpy as np
import pytest

from gancourse import theory

X = np.linspace(-15, 18, 33_001)
DX = X[1] - X[0]
DIVERGENCES = (
    theory.jensen_shannon,
    theory.kullback_leibler,
    theory.squared_hellinger,
    theory.total_variation,
    theory.triangular,
)


@pytest.mark.parametrize("shift", [0.5, 2.0, 3.0])
def test_shifted_gaussians_have_their_closed_forms(shift):
    p, q = theory.gaussian(X), theory.gaussian(X, mean=shift)
    assert theory.kullback_leibler(p, q, DX) == pytest.approx(shift**2 / 2, rel=1e-6)
    assert theory.total_variation(p, q, DX) == pytest.approx(
        math.erf(shift / math.sqrt(8)), rel=1e-6
    )
    assert theory.squared_hellinger(p, q, DX) == pytest.approx(
        1 - math.exp(-(shift**2) / 8), rel=1e-6
    )


@pytest.mark.parametrize("divergence", DIVERGENCES)
def test_equal_densities_are_at_zero(divergence):
    p = theory.gaussian(X, std=2)
    assert divergence(p, p, DX) == pytest.approx(0, abs=1e-9)


def test_disjoint_densities_are_at_the_largest_value():
    left, right = np.array([1.0, 1, 0, 0]) / 2, np.array([0.0, 0, 1, 1]) / 2
    assert theory.total_variation(left, right, 1) == 1
    assert theory.squared_hellinger(left, right, 1) == 1
    assert theory.triangular(left, right, 1) == 2
    assert theory.jensen_shannon(left, right, 1) == pytest.approx(math.log(2))
    assert theory.kullback_leibler(left, right, 1) == math.inf


def test_they_are_ordered_as_they_must_be():
    p, q = theory.gaussian(X), theory.gaussian(X, mean=1.5, std=1.4)
    js, tri = theory.jensen_shannon(p, q, DX), theory.triangular(p, q, DX)
    hellinger, tv = theory.squared_hellinger(p, q, DX), theory.total_variation(p, q, DX)
    assert (
        tri / 8 <= js <= tri * math.log(2) / 2
    )  # Topsøe, IEEE Transactions on Information Theory, 2000
    assert hellinger <= tv <= math.sqrt(2 * hellinger)


@pytest.mark.parametrize("bandwidth", [0.5, 1.0, 3.0])
def test_the_mmd_of_gaussians_is_that_of_many_samples(bandwidth):
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(2, 4000))
    y += 1.5

    def kernel(a, b):
        return np.exp(-((a[:, None] - b) ** 2) / (2 * bandwidth**2))

    sampled = kernel(x, x).mean() + kernel(y, y).mean() - 2 * kernel(x, y).mean()
    assert theory.gaussian_mmd(1.5, bandwidth) == pytest.approx(sampled, rel=0.05)
    assert theory.gaussian_mmd(0.0, bandwidth) == 0
