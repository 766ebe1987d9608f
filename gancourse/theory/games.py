"""Games between two players, small enough to compute every claim about them. NumPy only."""

from dataclasses import dataclass

import numpy as np

from gancourse import GancourseError


class Bilinear:
    """min over x, max over y of x · y: the smallest game. Its solution is (0, 0).

    field: position (2,) to the direction in which both players move, (2,)
    """

    def field(self, position):
        """The direction in which the two players go: x down its gradient, y up its own."""
        x, y = position
        return np.array([-y, x])

    def jacobian(self):
        """The field's derivative at (0, 0), (2, 2)."""
        return np.array([[0.0, -1.0], [1.0, 0.0]])


@dataclass(frozen=True)
class DiracGAN:
    """The smallest GAN: data are the point 0, G draws the point theta, D's logit at x is psi · x.

    The solution is (theta, psi) = (0, 0) (Mescheder, Geiger and Nowozin, Which Training Methods for GANs do
    actually Converge?, ICML 2018).

    Attributes
    ----------
    r1 : float
        Weight of the gradient penalty `r1 / 2 · |dD/dx|²` on the data, which is `r1 / 2 · psi²` here.
    """

    r1: float = 0.0

    def field(self, position):
        """The direction in which theta and psi go."""
        theta, psi = position
        fake_score = 1 / (1 + np.exp(-theta * psi))  # D's probability for the fake
        return np.array([fake_score * psi, -fake_score * theta - self.r1 * psi])

    def jacobian(self):
        """The field's derivative at (0, 0), (2, 2)."""
        return np.array([[0.0, 0.5], [-0.5, -self.r1]])


METHODS = ("simultaneous", "alternating", "extra-gradient")


def play(
    game, method: str, start, step_size: float, steps: int, momentum: float = 0.0
) -> np.ndarray:
    """Let the two players of a game take `steps` steps.

    Parameters
    ----------
    game : Bilinear, DiracGAN
        The game: anything with a `field`.
    method : {"simultaneous", "alternating", "extra-gradient"}
        Both move at once; the second player (D) moves and the first (G) answers; or both move by the field at the
        point where one plain step would have taken them (Korpelevich, 1976).
    start : array-like, (2,)
        The position to begin at.
    step_size, momentum : float
        The length of a step, and heavy-ball momentum: the direction is `momentum` times the last one plus the field.

    Returns
    -------
    ndarray, (steps + 1, 2)
        The path, beginning with `start`.
    """
    state = np.concatenate([np.asarray(start, float), np.zeros(2)])
    path = [state[:2]]
    for _ in range(steps):
        state = _step(game, method, state, step_size, momentum)
        path.append(state[:2])
    return np.array(path)


def step_matrix(game, method: str, step_size: float, momentum: float = 0.0) -> np.ndarray:
    """One step near the solution as a matrix on (position, velocity), (4, 4).

    Its largest eigenvalue in absolute value is the factor by which the distance to the solution changes per step:
    below 1 the players get there, above 1 they spiral away.
    """
    linear = _Linear(game.jacobian())
    return np.stack(
        [_step(linear, method, unit, step_size, momentum) for unit in np.eye(4)], axis=1
    )


def predicted_rate(game, method: str, step_size: float, momentum: float = 0.0) -> float:
    """The largest absolute eigenvalue of `step_matrix`."""
    return float(abs(np.linalg.eigvals(step_matrix(game, method, step_size, momentum))).max())


def observed_rate(path) -> float:
    """The factor by which the distance to (0, 0) changed each step over the second half of a path, by regression."""
    distance = np.linalg.norm(path, axis=1)
    half = np.arange(len(path) // 2, len(path))
    return float(np.exp(np.polyfit(half, np.log(distance[half]), 1)[0]))


def largest_step(game) -> float:
    """The step size below which simultaneous steps converge near the solution; 0 if they never do.

    From `|1 + step · eigenvalue| < 1` for each eigenvalue of the Jacobian: `step < -2 Re / |eigenvalue|²`.
    """
    eigenvalues = np.linalg.eigvals(game.jacobian())
    return float(max(0.0, (-2 * eigenvalues.real / abs(eigenvalues) ** 2).min()))


@dataclass(frozen=True)
class _Linear:
    matrix: np.ndarray

    def field(self, position):
        return self.matrix @ position


def _step(game, method, state, step_size, momentum):
    position, velocity = state[:2], state[2:]
    direction = game.field(position)
    if method == "extra-gradient":
        direction = game.field(position + step_size * direction)
    elif method == "alternating":
        moved = position[1] + step_size * (momentum * velocity[1] + direction[1])
        direction = np.array([game.field(np.array([position[0], moved]))[0], direction[1]])
    elif method != "simultaneous":
        raise GancourseError(f"no method is called {method!r}; there are: {', '.join(METHODS)}")
    velocity = momentum * velocity + direction
    return np.concatenate([position + step_size * velocity, velocity])
