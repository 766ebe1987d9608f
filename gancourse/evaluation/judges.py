"""Judges: classifiers trained on real images only, which then read the fakes."""

import contextlib
from dataclasses import dataclass

import numpy as np

from gancourse import GancourseError
from gancourse.data import ImageSet
from gancourse.data import load as load_data
from gancourse.files import cache_dir

VERSION = 1  # of the judge's network and training; part of its name in the cache


@dataclass(frozen=True)
class Judge:
    """A digit classifier, trained on the real training images.

    Attributes
    ----------
    data : str
        The data set it was trained on.
    accuracy : float
        On that set's held-out test images, 0 to 1: no agreement above it means anything.
    network : torch.nn.Module
    size : int
        Height and width of the images it reads.
    """

    data: str
    accuracy: float
    network: object
    size: int

    def predict(self, images) -> np.ndarray:
        """Read images, float in [0, 1] of shape (N, size, size, 1): int64 labels of shape (N,).

        Raises
        ------
        GancourseError
            Other shape, values outside [0, 1], or values that are not finite.
        """
        import torch

        if images.ndim != 4 or images.shape[1:] != (self.size, self.size, 1):
            raise GancourseError(
                f"this judge reads images (N, {self.size}, {self.size}, 1), not {images.shape}"
            )
        if not (np.isfinite(images).all() and images.min() >= 0 and images.max() <= 1):
            raise GancourseError("this judge reads values from 0 to 1; these images hold others")
        pixels = torch.tensor(images, dtype=torch.float32).permute(0, 3, 1, 2)
        with torch.no_grad():
            return torch.cat([self.network(part).argmax(1) for part in pixels.split(1000)]).numpy()

    def about(self) -> dict:
        """What a record says of the judge."""
        return {"data": self.data, "test_accuracy": round(self.accuracy, 4), "version": VERSION}


_KEPT: dict[str, Judge] = {}  # this process's judges, by the fingerprint of their data


def digit_judge(name: str, path=None) -> Judge:
    """The judge for a digit set ("digits" or "mnist"): trained the first time, a minute at most, then cached.

    Only a judge of downloaded data is kept on disk; that of the embedded digits takes two seconds and is trained
    again in each process, so that it never depends on what lies in a cache.
    """
    train, test = load_data(name, "train", path), load_data(name, "test", path)
    key = f"{name}-{train.fingerprint}-{test.fingerprint}"
    if key not in _KEPT:
        file = None if name == "digits" else cache_dir() / "judges" / f"{key}-{VERSION}.pt"
        network, size = _trained(train, file), train.images.shape[1]
        read = Judge(name, 0.0, network, size).predict(test.images / np.float32(255))
        _KEPT[key] = Judge(name, float(np.mean(read == test.labels)), network, size)
    return _KEPT[key]


def _trained(train: ImageSet, file):
    """The network as kept in `file`, else trained and kept there; in evaluation mode."""
    import torch

    from gancourse.torch_gan.training import load_tensors, save_tensors

    kept = None
    if file is not None and file.exists():
        with contextlib.suppress(GancourseError):  # a damaged file: train again
            kept = load_tensors(file)
    with torch.random.fork_rng():  # a judge is the same in every session, and disturbs none
        torch.manual_seed(0)
        network = _network(train.images.shape[1])
        if kept is not None:
            network.load_state_dict(kept)
        else:
            _train(network, train, epochs=30 if len(train) < 10_000 else 3)
            if file is not None:
                save_tensors(file, network.state_dict())
    return network.eval()


def _network(size: int):
    from torch import nn

    return nn.Sequential(
        nn.Conv2d(1, 32, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Dropout(0.3),
        nn.Linear(64 * (size // 4) ** 2, 128),
        nn.ReLU(),
        nn.Linear(128, 10),
    )


def _train(network, dataset: ImageSet, epochs: int) -> None:
    """Adam with a one-cycle rate, on the CPU so that the judge is the same wherever it is trained."""
    import torch
    from torch.nn.functional import cross_entropy
    from tqdm import tqdm

    from gancourse.torch_gan.batches import Batches

    batches = Batches(
        dataset, 64 if len(dataset) < 10_000 else 128, "unit", torch.device("cpu"), seed=0
    )
    steps = epochs * batches.per_epoch
    optimizer = torch.optim.Adam(network.parameters())
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=4e-3, total_steps=steps)
    network.train()
    for _ in tqdm(range(steps), desc=f"judge of {dataset.name}", unit="step", disable=None):
        images, labels = next(batches)
        optimizer.zero_grad()
        cross_entropy(network(images), labels).backward()
        optimizer.step()
        schedule.step()
