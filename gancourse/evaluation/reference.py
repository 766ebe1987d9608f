"""What images are compared with: one half of the held-out real images; the other half gives the floor."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from gancourse import GancourseError
from gancourse.evaluation.metric import Metric
from gancourse.metrics.frechet import eigenfaces


@dataclass(frozen=True, eq=False)
class Reference:
    """Held-out real images, in two halves of one size.

    Attributes
    ----------
    held_out : ndarray, shape (M, S, S, C), uint8 or float in [0, 1]
        All held-out real images.
    count : int
        The number of images in a half.
    seed : int
        The seed for the halves, and for whatever a metric chooses at random.
    """

    held_out: np.ndarray
    count: int
    seed: int = 0

    @cached_property
    def half(self) -> np.ndarray:
        """The real images that others are compared with."""
        return self.held_out[self._order[: self.count]]

    @cached_property
    def other(self) -> np.ndarray:
        """As many other real images."""
        return self.held_out[self._order[self.count : 2 * self.count]]

    @cached_property
    def eigenfaces(self) -> Callable:
        """`gancourse.metrics.eigenfaces` of all held-out images."""
        return eigenfaces(self.held_out)

    @cached_property
    def _order(self) -> np.ndarray:
        return np.random.default_rng(self.seed).permutation(len(self.held_out))


def image_card(metrics: Sequence[Metric], images, held_out, seed: int = 0) -> dict:
    """The card of samples by metrics that compare images with images.

    Parameters
    ----------
    metrics : sequence of Metric
        The metrics to take; each has an `of`.
    images : ndarray, float in [0, 1], shape (N, S, S, C)
        The samples.
    held_out : ndarray, uint8, shape (M, S, S, C), M ≥ 2
        Held-out real images. With M ≥ 2 N all samples are compared with one half of them; else both sides are cut to
        M // 2 images.
    seed : int
        The seed for the halves, and for whatever a metric chooses at random.

    Returns
    -------
    dict
        For each metric its value by its key; by KEY_floor what other real images have, if the metric has its floor
        there; where it gave a dict, the mean, and the dict by KEY_by_level. settings: samples, seed, and the
        settings of each metric that has some, by its key. Ready for JSON.

    Raises
    ------
    GancourseError
        What a metric raises for images that it cannot compare.
    """
    reference = Reference(held_out, min(len(images), len(held_out) // 2), seed)
    card: dict = {}
    settings: dict = {"samples": reference.count, "seed": seed}
    for metric in metrics:
        if metric.of is None:
            raise GancourseError(f"{metric.key} is not taken from images alone")
        card |= _entries(metric, metric.key, metric.of(reference, images))
        if metric.floor == f"{metric.key}_floor":
            card |= _entries(metric, metric.floor, metric.of(reference, reference.other))
        if metric.settings:
            settings[metric.key] = metric.settings
    return card | {"settings": settings}


def _entries(metric: Metric, key: str, value) -> dict:
    if not isinstance(value, dict):
        return {key: round(float(value), metric.digits)}
    mean = float(np.mean(list(value.values())))
    levels = {str(level): round(part, metric.digits) for level, part in value.items()}
    return {key: round(mean, metric.digits), f"{key}_by_level": levels}
