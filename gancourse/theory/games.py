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


@dataclass(frozen=True)
class OneCentredDirac:
    """The Dirac-GAN with the gradient penalty of WGAN-GP: `weight / 2 · (|psi| - 1)²`.

    It pulls D's slope towards 1, at the solution too, where the field has a jump: there is no Jacobian. With
    `wasserstein` D's loss is that of WGAN-GP, E D(fake) - E D(real), else the log loss of `DiracGAN` (Mescheder, Geiger
    and Nowozin, ICML 2018, section 2.3).
    """

    weight: float = 1.0
    wasserstein: bool = False

    def field(self, position):
        """The direction in which theta and psi go."""
        theta, psi = position
        pull = 1.0 if self.wasserstein else 1 / (1 + np.exp(-theta * psi))
        return np.array([pull * psi, -pull * theta - self.weight * (psi - np.sign(psi))])


@dataclass(frozen=True)
class SpectralDirac:
    """The Dirac-GAN in the plane with a D whose weight vector is divided by its length: logit `psi / |psi| · x`.

    On a line, dividing a weight by its length would leave only its sign; so theta and psi are points in the plane. The
    slope is 1 wherever G stands, at the solution too.

    field: position (2, 2), theta and psi in its rows, to the direction (2, 2)
    """

    def field(self, position):
        """The direction in which theta and psi go."""
        theta, psi = position
        length = np.linalg.norm(psi)
        unit = psi / length
        fake_score = 1 / (1 + np.exp(-theta @ unit))
        across = theta - (theta @ unit) * unit  # stretching psi changes no logit
        return np.array([fake_score * unit, -fake_score * across / length])


METHODS = ("simultaneous", "alternating", "extra-gradient", "optimistic")


def play(game, method: str, start, step_size, steps: int, momentum: float = 0.0) -> np.ndarray:
    """Let the two players of a game take `steps` steps.

    Parameters
    ----------
    game : Bilinear, DiracGAN
        The game: anything with a `field`.
    method : {"simultaneous", "alternating", "extra-gradient", "optimistic"}
        Both move at once; the second player (D) moves and the first (G) answers; both move by the field at the point
        where one plain step would have taken them (Korpelevich, 1976); or both move by twice the field less the last
        step's (Popov, 1980; Daskalakis, Ilyas, Syrgkanis and Zeng, Training GANs with Optimism, ICLR 2018).
    start : array-like, (2,) or (2, K)
        The position to begin at: a number, or a point of K numbers, for each player.
    step_size : float, or array-like, (2,)
        The length of a step: one for both players, or one for each.
    momentum : float
        Heavy-ball momentum: the direction is `momentum` times the last one plus the field.

    Returns
    -------
    ndarray, (steps + 1, 2) or (steps + 1, 2, K)
        The path, beginning with `start`.
    """
    start = np.asarray(start, float)
    state = np.stack([start, np.zeros_like(start), np.zeros_like(start)])
    path = [state[0]]
    for _ in range(steps):
        state = _step(game, method, state, step_size, momentum)
        path.append(state[0])
    return np.array(path)


def step_matrix(game, method: str, step_size, momentum: float = 0.0) -> np.ndarray:
    """One step near the solution as a matrix on (position, velocity, last field), (6, 6).

    Its largest eigenvalue in absolute value is the factor by which the distance to the solution changes per step:
    below 1 the players get there, above 1 they spiral away.
    """
    linear = _Linear(game.jacobian())
    moved = [
        _step(linear, method, unit.reshape(3, 2), step_size, momentum).ravel() for unit in np.eye(6)
    ]
    return np.stack(moved, axis=1)


def predicted_rate(game, method: str, step_size, momentum: float = 0.0) -> float:
    """The largest absolute eigenvalue of `step_matrix`."""
    return float(abs(np.linalg.eigvals(step_matrix(game, method, step_size, momentum))).max())


def observed_rate(path) -> float:
    """The factor by which the distance to (0, 0) changed each step over the second half of a path, by regression."""
    distance = np.linalg.norm(np.reshape(path, (len(path), -1)), axis=1)
    half = np.arange(len(path) // 2, len(path))
    return float(np.exp(np.polyfit(half, np.log(distance[half]), 1)[0]))


def average(path, decay: float) -> np.ndarray:
    """The exponential moving average of a path, which begins at the path's first point; shape as `path`."""
    path = np.asarray(path, float)
    averaged = [path[0]]
    for position in path[1:]:
        averaged.append(decay * averaged[-1] + (1 - decay) * position)
    return np.array(averaged)


def gain(decay: float, turn) -> float:
    """By how much an exponential moving average shrinks a circle that turns by `turn` radians a step.

    `(1 - decay) / |1 - decay · exp(-i turn)|`: 1 for what stands still, `(1 - decay) / (1 + decay)` for what changes
    its sign at every step (`turn = pi`).
    """
    return (1 - decay) / abs(1 - decay * np.exp(-1j * turn))


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
    position, velocity, last = state
    sizes = np.broadcast_to(step_size, 2).reshape(2, *[1] * (position.ndim - 1))
    field = direction = game.field(position)
    if method == "extra-gradient":
        direction = game.field(position + sizes * field)
    elif method == "optimistic":
        direction = 2 * field - last
    elif method == "alternating":
        answered = position.copy()
        answered[1] += sizes[1] * (momentum * velocity[1] + field[1])
        direction = np.stack([game.field(answered)[0], field[1]])
    elif method != "simultaneous":
        raise GancourseError(f"no method is called {method!r}; there are: {', '.join(METHODS)}")
    velocity = momentum * velocity + direction
    return np.stack([position + sizes * velocity, velocity, field])
