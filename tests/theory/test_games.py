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


def test_optimistic_steps_are_daskalakis_recursion():
    """x' = x - 2 h F(x) + h F(before), with F(before) = 0 at first."""
    h, game = 0.1, theory.Bilinear()
    path = theory.play(game, "optimistic", (1, 0), h, 3)
    by_hand, last = [np.array([1.0, 0.0])], np.zeros(2)
    for _ in range(3):
        field = game.field(by_hand[-1])
        by_hand.append(by_hand[-1] + 2 * h * field - h * last)
        last = field
    assert np.allclose(path, by_hand)
    assert theory.predicted_rate(game, "optimistic", h) < 1


def test_each_player_may_have_a_step_of_its_own():
    game, sizes = theory.DiracGAN(r1=0.3), np.array([0.1, 0.2])
    step = theory.step_matrix(game, "simultaneous", sizes)[:2, :2]
    assert np.allclose(step, np.eye(2) + sizes[:, None] * game.jacobian())
    path = theory.play(game, "alternating", (1e-4, 0), sizes, 600)
    rate = theory.predicted_rate(game, "alternating", sizes)
    assert theory.observed_rate(path) == pytest.approx(rate, rel=1e-3)


def test_the_spectral_field_is_the_gradient_of_its_losses():
    torch = pytest.importorskip("torch")
    position = np.random.default_rng(0).standard_normal((2, 2))
    theta, psi = (torch.tensor(row, requires_grad=True) for row in position)
    logit = theta @ (psi / psi.norm())
    d_loss = torch.nn.functional.softplus(logit)  # and G's is its negative, log(1 - D)
    down, up = torch.autograd.grad(d_loss, (theta, psi))
    assert np.allclose(theory.SpectralDirac().field(position), [down.numpy(), -up.numpy()])


@pytest.mark.parametrize("wasserstein", [False, True])
def test_a_one_centred_penalty_wants_a_slope_of_one_at_the_solution_too(wasserstein):
    game = theory.OneCentredDirac(2.0, wasserstein)
    assert (
        game.field((0, 1))[1] == 0
        and game.field((0, 0.5))[1] == 1
        and game.field((0, -0.5))[1] == -1
    )
    path = theory.play(game, "alternating", (0.5, 0.5), 0.05, 2000)
    assert abs(path[-500:]).max() > 0.02


def test_an_average_shrinks_a_circle_by_the_predicted_gain():
    turn, decay = 0.1, 0.99
    circle = np.stack([np.cos(turn * np.arange(4000)), np.sin(turn * np.arange(4000))], axis=1)
    averaged = np.linalg.norm(theory.average(circle, decay)[-500:], axis=1)
    assert averaged == pytest.approx(theory.gain(decay, turn), rel=1e-3)
    assert theory.gain(0.9, np.pi) == pytest.approx(0.1 / 1.9)
    assert theory.gain(0.9, 0) == pytest.approx(1)


def test_play_refuses_an_unknown_method():
    with pytest.raises(GancourseError, match="no method is called 'newton'; there are: simultan"):
        theory.play(theory.Bilinear(), "newton", (1, 1), 0.1, 1)
