"""Mixtures of Gaussians in the plane, whose modes can be counted. NumPy only."""

from dataclasses import dataclass

import numpy as np

from gancourse import GancourseError


@dataclass(frozen=True)
class Mixture:
    """Equally likely round Gaussians in the plane.

    Attributes
    ----------
    centres : ndarray, (modes, 2)
        The centre of each Gaussian.
    std : float
        The standard deviation of each, along both axes.
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
        nearest, good = self.assign(points)
        return len(np.unique(nearest[good])), float(good.mean())

    def assign(self, points) -> tuple[np.ndarray, np.ndarray]:
        """The mode nearest to each point, int (N,), and whether the point is good, bool (N,): see `coverage`.

        Raises
        ------
        GancourseError
            As `coverage` does.
        """
        points = np.asarray(points)
        if points.ndim != 2 or points.shape[1] != 2 or not np.isfinite(points).all():
            raise GancourseError(
                f"coverage needs finite points of shape (N, 2), got {points.shape}"
            )
        distance = np.linalg.norm(points[:, None] - self.centres, axis=2)
        return distance.argmin(axis=1), distance.min(axis=1) < 3 * self.std


def ring(modes: int = 8, radius: float = 2.0, std: float = 0.05) -> Mixture:
    """Gaussians on a circle."""
    angles = 2 * np.pi * np.arange(modes) / modes
    return Mixture(radius * np.stack([np.cos(angles), np.sin(angles)], axis=1), std)


def grid(side: int = 5, spacing: float = 1.0, std: float = 0.05) -> Mixture:
    """Gaussians on a square grid around the origin."""
    places = spacing * (np.arange(side) - (side - 1) / 2)
    return Mixture(np.stack(np.meshgrid(places, places), axis=-1).reshape(-1, 2), std)
