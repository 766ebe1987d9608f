"""Densities, games and mixtures of Gaussians, small enough to compute every claim about them. NumPy only."""

from dataclasses import dataclass

import numpy as np

from gancourse import GancourseError


def gaussian(x, mean: float = 0.0, std: float = 1.0):
    """The normal density at x, an array of any shape."""
    return np.exp(-0.5 * ((x - mean) / std) ** 2) / (std * np.sqrt(2 * np.pi))


def optimal_discriminator(p_data, p_g):
    """The best D against a fixed G, p_data / (p_data + p_g), for densities as arrays of one shape.

    1/2 where both densities are zero, as nobody is asked there (Goodfellow et al., 2014, proposition 1).
    """
    p_data, p_g = np.broadcast_arrays(np.asarray(p_data, float), np.asarray(p_g, float))
    total = p_data + p_g
    return np.divide(p_data, total, out=np.full(total.shape, 0.5), where=total > 0)


def value(logits, p_data, p_g, dx: float) -> float:
    """V(D, G) = E[log D(x)] + E[log(1 - D(G(z)))] by summation over a grid of spacing dx, in nats.

    Parameters
    ----------
    logits, p_data, p_g : ndarray of one shape
        D's logits and the two densities on the grid. Logits, because a D that rounds to 1 has no log(1 - D); the
        optimal ones are log p_data - log p_g.
    """
    log_real, log_fake = -np.logaddexp(0, -logits), -np.logaddexp(0, logits)
    return float(np.sum(p_data * log_real + p_g * log_fake) * dx)


def jensen_shannon(p, q, dx: float) -> float:
    """The Jensen-Shannon divergence of two densities on a grid, in nats: 0 if equal, ln 2 if disjoint."""
    p, q = np.asarray(p, float), np.asarray(q, float)
    middle = (p + q) / 2
    total = 0.0
    for each in (p, q):
        ratio = np.divide(each, middle, out=np.ones(each.shape), where=each > 0)  # 0 · log 0 = 0
        total += np.sum(each * np.log(ratio))
    return float(total * dx / 2)


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
        Weight of the gradient penalty r1 / 2 · |dD/dx|² on the data, which is r1 / 2 · psi² here.
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
        Anything with a `field`.
    method : {"simultaneous", "alternating", "extra-gradient"}
        Both move at once; the second player (D) moves and the first (G) answers; or both move by the field at the
        point where one plain step would have taken them (Korpelevich, 1976).
    start : array-like, (2,)
    step_size, momentum : float
        Heavy-ball momentum: the direction is `momentum` times the last one plus the field.

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

    Its largest eigenvalue in absolute value is the factor by which the distance to the solution changes a step:
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

    From |1 + step · eigenvalue| < 1 for each eigenvalue of the Jacobian: step < -2 Re / |eigenvalue|².
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


@dataclass(frozen=True)
class Mixture:
    """Equally likely round Gaussians in the plane.

    Attributes
    ----------
    centres : ndarray, (modes, 2)
    std : float
    """

    centres: np.ndarray
    std: float

    def sample(self, count: int, rng: np.random.Generator) -> np.ndarray:
        """Draw points, float32 (count, 2)."""
        chosen = self.centres[rng.integers(len(self.centres), size=count)]
        return (chosen + self.std * rng.standard_normal((count, 2))).astype(np.float32)

    def coverage(self, points) -> tuple[int, float]:
        """Modes covered, and the share of good points.

        A point is good within three standard deviations of a centre; a mode is covered if a good point is nearest
        to it (Lin, Khetan, Fanti and Oh, PacGAN, 2018, section 4.1).

        Raises
        ------
        GancourseError
            If `points` is not of shape (N, 2) or holds values that are not finite.
        """
        points = np.asarray(points)
        if points.ndim != 2 or points.shape[1] != 2 or not np.isfinite(points).all():
            raise GancourseError(
                f"coverage needs finite points of shape (N, 2), got {points.shape}"
            )
        distance = np.linalg.norm(points[:, None] - self.centres, axis=2)
        good = distance.min(axis=1) < 3 * self.std
        return len(np.unique(distance.argmin(axis=1)[good])), float(good.mean())


def ring(modes: int = 8, radius: float = 2.0, std: float = 0.05) -> Mixture:
    """Gaussians on a circle."""
    angles = 2 * np.pi * np.arange(modes) / modes
    return Mixture(radius * np.stack([np.cos(angles), np.sin(angles)], axis=1), std)


def grid(side: int = 5, spacing: float = 1.0, std: float = 0.05) -> Mixture:
    """Gaussians on a square grid around the origin."""
    places = spacing * (np.arange(side) - (side - 1) / 2)
    return Mixture(np.stack(np.meshgrid(places, places), axis=-1).reshape(-1, 2), std)
