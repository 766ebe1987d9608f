"""Batches without a DataLoader: the set lies on the device as uint8; an epoch sends only its new order there."""

import numpy as np
import torch

from gancourse import GancourseError
from gancourse.launch import World

RANGES = {"tanh": (2 / 255, -1.0), "unit": (1 / 255, 0.0)}  # scale and shift of a pixel 0..255


class Batches:
    """An endless stream of shuffled batches; what is left of an epoch below a full batch is dropped.

    Decoding, scaling and copying to the device are paid once, not once per epoch. MNIST takes 47 MB there.

    Parameters
    ----------
    dataset : gancourse.data.ImageSet
        The real images.
    batch : int
        The number of images per batch.
    pixels : {"tanh", "unit"}
        The range of a pixel: [-1, 1] or [0, 1].
    device : torch.device
        The device that holds the images.
    seed : int
        The seed for the shuffling, which has its own random state.
    world : World, optional
        The processes that train together: all have the same order, and each gets its share of every batch, so that
        `batch` images go into a step however many they are. Default: this one alone.

    Raises
    ------
    GancourseError
        If the set is smaller than a batch, or a batch cannot be shared equally.
    """

    def __init__(
        self, dataset, batch: int, pixels: str, device, seed: int, world: World | None = None
    ):
        if len(dataset) < batch:
            raise GancourseError(
                f"{dataset.name} has {len(dataset)} images, fewer than one batch of {batch}"
            )
        self.world = world or World()
        if batch % self.world.size:
            raise GancourseError(
                f"batch={batch} cannot be shared equally by {self.world.size} processes: choose a multiple of "
                f"{self.world.size}"
            )
        self.images = torch.tensor(dataset.images).to(device)
        self.labels = None if dataset.labels is None else torch.tensor(dataset.labels).to(device)
        self.batch, self.device = batch, device
        self.scale, self.shift = RANGES[pixels]
        self.shuffler = torch.Generator().manual_seed(seed)
        self.order, self.position = self._shuffle(), 0

    @property
    def per_epoch(self) -> int:
        """Full batches in one pass over the set."""
        return len(self.images) // self.batch

    def __iter__(self):
        return self

    def __next__(self):
        """The next batch: images float32 (batch, C, H, W), channels last in memory; labels int64 (batch,) or None.

        Of several processes each gets its share of it.
        """
        if self.position == self.per_epoch:
            self.order, self.position = self._shuffle(), 0
        start = self.position * self.batch
        chosen = self.order[start + self.world.rank : start + self.batch : self.world.size]
        self.position += 1
        images = self.images[chosen].float().mul_(self.scale).add_(self.shift).permute(0, 3, 1, 2)
        return images, None if self.labels is None else self.labels[chosen]

    def state_dict(self) -> dict:
        """Where the stream is: this epoch's order, the position in it, the shuffler's state."""
        return {
            "order": self.order.cpu(),
            "position": self.position,
            "shuffler": self.shuffler.get_state(),
        }

    def load_state_dict(self, state: dict) -> None:
        """The inverse of `state_dict`."""
        self.order, self.position = state["order"].to(self.device), state["position"]
        self.shuffler.set_state(state["shuffler"])

    def _shuffle(self):
        return torch.randperm(len(self.images), generator=self.shuffler).to(self.device)


class PointBatches:
    """An endless stream of fresh points of a mixture in the plane: no set, no epochs, no labels.

    Parameters
    ----------
    mixture : gancourse.theory.Mixture
        The mixture to draw from.
    batch, seed : int
        The number of points per batch, and the seed for drawing them.
    device : torch.device
        The device that the batches are sent to.
    """

    def __init__(self, mixture, batch: int, device, seed: int):
        self.mixture, self.batch, self.device = mixture, batch, device
        self.rng = np.random.default_rng(seed)

    def __iter__(self):
        return self

    def __next__(self):
        """The next batch: points float32 (batch, 2), and None for the labels."""
        return torch.from_numpy(self.mixture.sample(self.batch, self.rng)).to(self.device), None
