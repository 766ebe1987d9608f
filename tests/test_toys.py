import numpy as np
import pytest
from scipy.spatial.distance import jensenshannon
from scipy.stats import norm

from gancourse import GancourseError, toys

X = np.linspace(-12, 12, 24_001)
DX = X[1] - X[0]


def test_gaussian_is_scipys():
    assert np.allclose(toys.gaussian(X, 1.5, 0.7), norm.pdf(X, 1.5, 0.7))


def test_optimal_discriminator_is_optimal():
    p, q = toys.gaussian(X, -1, 1), toys.gaussian(X, 1, 2)
    best = np.log(p) - np.log(q)
    assert np.allclose(toys.optimal_discriminator(p, q), 1 / (1 + np.exp(-best)))
    top = toys.value(best, p, q, DX)
    for shift in (-0.05, 0.05):
        assert toys.value(best + shift, p, q, DX) < top
    assert toys.optimal_discriminator(0.0, 0.0) == 0.5 and toys.optimal_discriminator(1.0, 0.0) == 1


@pytest.mark.parametrize("second", [(0, 1), (1, 1), (0, 2), (4, 0.5), (6, 0.8)])
def test_jensen_shannon_is_scipys_and_the_value_at_the_optimum(second):
    p, q = toys.gaussian(X), toys.gaussian(X, *second)
    divergence = toys.jensen_shannon(p, q, DX)
    assert divergence == pytest.approx(jensenshannon(p, q) ** 2, abs=1e-9)
    best = toys.value(np.log(p) - np.log(q), p, q, DX)
    assert best == pytest.approx(2 * divergence - 2 * np.log(2), abs=1e-6)


def test_jensen_shannon_limits():
    p = toys.gaussian(X)
    assert toys.jensen_shannon(p, p, DX) == 0
    assert toys.jensen_shannon(p, toys.gaussian(X, 10, 0.1), DX) == pytest.approx(np.log(2))


@pytest.mark.parametrize("game", [toys.Bilinear(), toys.DiracGAN(), toys.DiracGAN(r1=0.3)])
def test_jacobians_are_the_fields_derivatives(game):
    numeric = np.stack([(game.field(h) - game.field(-h)) / 2e-6 for h in 1e-6 * np.eye(2)], axis=1)
    assert np.allclose(game.jacobian(), numeric, atol=1e-6)


def test_the_dirac_field_is_the_gradient_of_the_gans_value():
    def value(theta, psi):  # log D(0) + log(1 - D(theta))
        return -np.log(2) - np.log1p(np.exp(psi * theta))

    theta, psi, h = 0.7, -1.3, 1e-6
    down = -(value(theta + h, psi) - value(theta - h, psi)) / (2 * h)
    up = (value(theta, psi + h) - value(theta, psi - h)) / (2 * h)
    assert toys.DiracGAN().field((theta, psi)) == pytest.approx([down, up], abs=1e-6)
    penalised = toys.DiracGAN(r1=0.5).field((theta, psi))
    assert penalised == pytest.approx([down, up - 0.5 * psi], abs=1e-6)


def test_rates_of_the_bilinear_game_in_closed_form():
    h, game = 0.1, toys.Bilinear()
    assert toys.predicted_rate(game, "simultaneous", h) == pytest.approx(np.sqrt(1 + h**2))
    assert toys.predicted_rate(game, "alternating", h) == pytest.approx(1)
    assert toys.predicted_rate(game, "extra-gradient", h) == pytest.approx(np.sqrt(1 - h**2 + h**4))
    assert toys.predicted_rate(game, "simultaneous", h, momentum=0.5) > np.sqrt(1 + h**2)
    assert toys.predicted_rate(game, "alternating", h, momentum=-0.5) < 1


@pytest.mark.parametrize("method", toys.METHODS)
@pytest.mark.parametrize("momentum", [0.0, -0.3])
@pytest.mark.parametrize("game", [toys.Bilinear(), toys.DiracGAN(r1=0.3)])
def test_predicted_and_observed_rates_agree(game, method, momentum):
    path = toys.play(game, method, (1e-3, 1e-3), 0.1, 2000, momentum)
    predicted = np.log(toys.predicted_rate(game, method, 0.1, momentum))
    assert np.log(toys.observed_rate(path[:1000])) == pytest.approx(predicted, rel=0.01, abs=2e-5)


def test_the_step_size_bound_is_sharp():
    game = toys.DiracGAN(r1=0.3)
    bound = toys.largest_step(game)
    assert bound == pytest.approx(1.2)  # 4 · r1 while the eigenvalues are complex
    assert toys.observed_rate(toys.play(game, "simultaneous", (1e-3, 0), 0.98 * bound, 500)) < 1
    assert toys.observed_rate(toys.play(game, "simultaneous", (1e-6, 0), 1.02 * bound, 500)) > 1
    assert toys.largest_step(toys.Bilinear()) == toys.largest_step(toys.DiracGAN()) == 0


def test_play_refuses_an_unknown_method():
    with pytest.raises(GancourseError, match="no method is called 'newton'; there are: simultan"):
        toys.play(toys.Bilinear(), "newton", (1, 1), 0.1, 1)


def test_mixtures_cover_themselves():
    rng = np.random.default_rng(0)
    for mixture, modes in ((toys.ring(), 8), (toys.grid(), 25)):
        points = mixture.sample(5000, rng)
        covered, good = mixture.coverage(points)
        assert covered == modes == len(mixture.centres)
        assert good == pytest.approx(
            1 - np.exp(-4.5), abs=0.01
        )  # three deviations of a round Gaussian
        counts = np.bincount(np.linalg.norm(points[:, None] - mixture.centres, axis=2).argmin(1))
        assert counts.min() > 5000 / modes * 0.7


def test_coverage_of_a_collapse_and_of_nonsense():
    mixture = toys.ring()
    assert mixture.coverage(np.tile(mixture.centres[3], (50, 1))) == (1, 1.0)
    assert mixture.coverage(np.zeros((50, 2))) == (0, 0.0)
    for wrong in (np.zeros((5, 3)), np.full((5, 2), np.nan)):
        with pytest.raises(GancourseError, match=r"finite points of shape \(N, 2\)"):
            mixture.coverage(wrong)
