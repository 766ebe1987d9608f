"""What training measured, step by step, how it is logged, and whether it may be resumed.

Shared by both frameworks, so it stands below them.
"""

import math
from dataclasses import dataclass, field

import numpy as np

from gancourse import GancourseError

# The metrics of a cross-entropy game; a score is the mean of D's probabilities.
METRICS = ("d_loss", "g_loss", "real_score", "fake_score")
# Their values where D answers 1/2 to everything: D's two halves are summed, G's loss is -log D(G(z)).
CHANCE = {
    "d_loss": 2 * math.log(2),
    "g_loss": math.log(2),
    "real_score": 0.5,
    "fake_score": 0.5,
}
# The metrics of a game in which D's logits do not stand for probabilities: the means of the logits.
LOGITS = ("d_loss", "g_loss", "real_logit", "fake_logit")


@dataclass
class History:
    """What training measured, step by step.

    Attributes
    ----------
    values : ndarray, float32 (steps, metrics)
        One row per step, columns in the order of `metrics`.
    batch : int
        Real images that a step sees.
    seconds : float
        How long training took.
    metrics : tuple of str
        The names of the columns of `values`.
    chance : dict of float
        What the metrics are where D cannot tell real from fake, for those that have such a value.
    """

    values: np.ndarray
    batch: int
    seconds: float = 0.0
    metrics: tuple[str, ...] = METRICS
    chance: dict[str, float] = field(default_factory=lambda: dict(CHANCE))

    def __getitem__(self, name: str) -> np.ndarray:
        """One of the metrics, or "images_seen": real images seen by the end of each step."""
        if name == "images_seen":
            return np.arange(1, len(self.values) + 1) * self.batch
        return self.values[:, self.metrics.index(name)]

    def curves(self, points: int = 200) -> dict[str, list[float]]:
        """Means over at most `points` equal blocks of steps: small enough to commit."""
        blocks = np.array_split(np.arange(len(self.values)), min(points, len(self.values)))
        seen: list[float] = [int(self["images_seen"][block[-1]]) for block in blocks]
        return {"images_seen": seen} | {
            metric: [round(float(self[metric][block].mean()), 4) for block in blocks]
            for metric in self.metrics
        }

    def log(self, per_epoch: int) -> str:
        """A log with one `log_line` per epoch, means over its `per_epoch` steps; the last epoch may have fewer."""
        starts = range(0, len(self.values), per_epoch)
        means = [self.values[i : i + per_epoch].mean(axis=0, dtype=float) for i in starts]
        return "".join(
            log_line(epoch, len(means), dict(zip(self.metrics, mean, strict=True))) + "\n"
            for epoch, mean in enumerate(means, 1)
        )


def log_line(epoch: int, epochs: int, measured) -> str:
    """One line in report 004's format: G's loss, D's loss, then what else is `measured`, in its order."""
    named = {"loss_g": "g_loss", "loss_d": "d_loss"}
    named |= {other: other for other in measured if other not in named.values()}
    return ", ".join(
        [f"Epoch [{epoch}/{epochs}]"]
        + [f"{theirs}: {measured[ours]:.4f}" for theirs, ours in named.items()]
    )


def check_finite(values: np.ndarray) -> None:
    """Raise a GancourseError if one of the (steps, metrics) `values` is not a finite number."""
    bad = np.flatnonzero(~np.isfinite(values).all(axis=1))
    if len(bad):
        raise GancourseError(
            f"a loss is no longer finite at step {bad[0] + 1}: training has diverged. Lower the learning "
            "rates, or train in float32 (precision=float32)"
        )


def check_identity(path, stored: dict, identity: dict) -> None:
    """Raise a GancourseError if the checkpoint at `path` was made by another run than the one that wants it."""
    different = [
        f"{key}: {stored.get(key)!r} there, {identity.get(key)!r} here"
        for key in sorted(stored.keys() | identity.keys())
        if stored.get(key) != identity.get(key)
    ]
    if different:
        raise GancourseError(
            f"{path} was made by another run ({'; '.join(different)}): resume with the same settings, or train to "
            "another folder"
        )
