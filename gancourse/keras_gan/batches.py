"""Batches for `fit`: bytes from memory, scaled to numbers on the device, in an order that a step's number fixes."""

import keras
import numpy as np

from gancourse import GancourseError


class Batches(keras.utils.PyDataset):
    """The batches of the steps `start` to `stop` of a run, each a tuple of one uint8 (batch, H, W, C).

    What is left of an epoch below a full batch is dropped.

    The order of epoch e is drawn from (seed, e) alone. So a batch depends on nothing but its step's number, and a run
    resumed at step 5,000 sees what it would have seen. Pass it to `fit` with `shuffle=False`.

    Parameters
    ----------
    images : ndarray, uint8 (N, H, W, C)
        The real images; they may be memory-mapped.
    batch, seed : int
        The number of images per batch, and the seed for the order.
    start, stop : int
        The first step, counted from 0, and the one after the last.
    """

    def __init__(self, images, batch: int, seed: int, stop: int, start: int = 0):
        super().__init__()
        if images.dtype != np.uint8 or images.ndim != 4:
            raise GancourseError(
                f"images must be uint8 of shape (N, H, W, C), got {images.dtype} of shape {images.shape}"
            )
        if len(images) < batch:
            raise GancourseError(f"{len(images)} images are fewer than one batch of {batch}")
        self.images, self.batch, self.seed = images, batch, seed
        self.start, self.stop = start, stop
        self._epoch, self._order = -1, np.arange(0)

    @property
    def per_epoch(self) -> int:
        """Full batches in one pass over the set."""
        return len(self.images) // self.batch

    def __len__(self) -> int:
        return self.stop - self.start

    def __getitem__(self, index: int):
        epoch, position = divmod(self.start + index, self.per_epoch)
        if epoch != self._epoch:
            order = np.random.default_rng([self.seed, epoch]).permutation(len(self.images))
            self._epoch, self._order = epoch, order
        chosen = self._order[position * self.batch : (position + 1) * self.batch]
        return (self.images[chosen],)
