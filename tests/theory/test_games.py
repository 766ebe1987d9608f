import numpy as np
import pytest

from gancourse import GancourseError, theory


@pytest.mark.parametrize("game", [theory.Bilinear(), theory.DiracGAN(), theory.DiracGAN(r1=0.3)])
def test_jacobians_are_the_fields_derivatives(game):
    numeric = np.stack([(game.field(h) - game.field(-h)) / 2e-6 for h in 1e-6 * np.eye(2)], axis=1)
    assert np.allclose(game.jacobian(), numeric, atol=1e-6)


def test_the_dirac_field_is_the_gradient_of_the_gans_value():
    def value(theta, psi):  # log D(0) + log(1 - D(theta))
        return -np.log(2) - np.log1p(np.exp(psi * theta))

    theta, psi, h = 0.7, -1.3, 1e-6
    down = -(value(theta + h, psi) - value(theta - h, psi)) / (2 * h)
    up = (value(theta, psi + h) - value(theta, psi - h)) / (2 * h)
    assert theory.DiracGAN().field((theta, psi)) == pytest.approx([down, up], abs=1e-6)
    penalised = theory.DiracGAN(r1=0.5).field((theta, psi))
    assert penalised == pytest.approx([down, up - 0.5 * psi], abs=1e-6)


def test_rates_of_the_bilinear_game_in_closed_form():
    h, game = 0.1, theory.Bilinear()
    assert theory.predicted_rate(game, "simultaneous", h) == pytest.approx(np.sqrt(1 + h**2))
    assert theory.predicted_rate(game, "alternating", h) == pytest.approx(1)
    assert theory.predicted_rate(game, "extra-gradient", h) == pytest.approx(
        np.sqrt(1 - h**2 + h**4)
    )
    assert theory.predicted_rate(game, "simultaneous", h, momentum=0.5) > np.sqrt(1 + h**2)
    assert theory.predicted_rate(game, "alternating", h, momentum=-0.5) < 1


@pytest.mark.parametrize("method", theory.METHODS)
@pytest.mark.parametrize("momentum", [0.0, -0.3])
@pytest.mark.parametrize("game", [theory.Bilinear(), theory.DiracGAN(r1=0.3)])
def test_predicted_and_observed_rates_agree(game, method, momentum):
    path = theory.play(game, method, (1e-3, 1e-3), 0.1, 2000, momentum)
    predicted = np.log(theory.predicted_rate(game, method, 0.1, momentum))
    assert np.log(theory.observed_rate(path[:1000])) == pytest.approx(predicted, rel=0.01, abs=2e-5)


def test_the_step_size_bound_is_sharp():
    game = theory.DiracGAN(r1=0.3)
    bound = theory.largest_step(game)
    assert bound == pytest.approx(1.2)  # 4 · r1 while the eigenvalues are complex
    assert theory.observed_rate(theory.play(game, "simultaneous", (1e-3, 0), 0.98 * bound, 500)) < 1
    assert theory.observed_rate(theory.play(game, "simultaneous", (1e-6, 0), 1.02 * bound, 500)) > 1
    assert theory.largest_step(theory.Bilinear()) == theory.largest_step(theory.DiracGAN()) == 0


def test_play_refuses_an_unknown_method():
    with pytest.raises(GancourseError, match="no method is called 'newton'; there are: simultan"):
        theory.play(theory.Bilinear(), "newton", (1, 1), 0.1, 1)
