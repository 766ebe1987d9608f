"""What a suite is given: samples, what they are compared with, and what else is known of the run that drew them."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from gancourse.data import ImageSet


@dataclass(eq=False)
class Samples:
    """A run's samples, and all that its metrics need.

    Attributes
    ----------
    images : ndarray, float in [0, 1], shape (N, S, S, C)
        The samples.
    held_out : ImageSet
        Real images that the run was not trained on.
    load_training : function
        Gives the set's training images, an ImageSet; asked for by those metrics that need them.
    labels : ndarray of int, shape (N,), or None
        What a conditional generator was asked for.
    seed : int
        The seed for the noise.
    ema : bool
        Whether an average of the generator's weights drew the samples.
    fit : str
        How photographs were made square, see `gancourse.data.load`.
    path : path-like or None
        Where the original data files are, if not in the cache.
    logits : function or None
        D's logits on images, or on (images, labels) if it is told the labels; None where D is not at hand, as in a
        published run.
    draw_plain : function or None
        From a number to as many samples of the weights as they are; None without an average, or where only the average
        is at hand.
    trained_on : str or None
        The fingerprint of the images that the run was trained on.
    """

    images: np.ndarray
    held_out: ImageSet
    load_training: Callable[[], ImageSet]
    labels: np.ndarray | None = None
    seed: int = 0
    ema: bool = False
    fit: str = "crop"
    path: object = None
    logits: Callable | None = None
    draw_plain: Callable | None = None
    trained_on: str | None = None

    def __len__(self):
        return len(self.images)

    @property
    def size(self) -> int:
        """Height and width of the images."""
        return self.held_out.images.shape[1]

    @property
    def compared(self) -> int:
        """How many are compared with real images, at most half as many as are held out; the rest give the floor."""
        return min(len(self), len(self.held_out) // 2)

    @cached_property
    def training(self) -> ImageSet:
        """The set's training images."""
        return self.load_training()

    @cached_property
    def know_training(self) -> bool:
        """Whether D is at hand, and was trained on these very training images."""
        return self.logits is not None and self.training.fingerprint == self.trained_on
