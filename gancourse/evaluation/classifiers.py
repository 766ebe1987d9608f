"""Classifiers, trained on real images only, which then read the fakes: digits, and photo against cartoon."""

import contextlib
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from gancourse import GancourseError, runtime
from gancourse.data import CATALOG, DatasetSpec, ImageSet, dataset_spec
from gancourse.data import load as load_data
from gancourse.files import cache_dir
from gancourse.metrics.pixels import shrink, unit
from gancourse.progress import progress_bar

VERSION = 1  # of the digit classifier's network and training; part of its name in the cache
DOMAIN_VERSION = 1  # the same for the classifier of the domain
DOMAINS = ("photo", "cartoon")  # what its labels 0 and 1 mean
LARGEST = 32  # pixels on a side that a network sees; larger images are averaged down to it


@dataclass(frozen=True)
class Classifier:
    """A classifier, trained on the real training images.

    Attributes
    ----------
    data : str
        The data set it was trained on.
    accuracy : float
        The share of that set's held-out test images that it reads right, 0 to 1: agreement above it means nothing.
    network : torch.nn.Module
        The trained network, from pixels to logits.
    size : int
        Height and width of the images it reads.
    channels : int
        1 for grey images, 3 for colours.
    version : int
        The version of its network and training.
    """

    data: str
    accuracy: float
    network: Any
    size: int
    channels: int = 1
    version: int = VERSION

    def predict(self, images) -> np.ndarray:
        """Read images, float in [0, 1] of shape (N, size, size, channels): int64 labels of shape (N,).

        Raises
        ------
        GancourseError
            Other shape, no images, values outside [0, 1], or values that are not finite.
        """
        return self.logits(images).argmax(1)

    def probabilities(self, images) -> np.ndarray:
        """As `predict`, but how sure the classifier is: float32 (N, classes), each row with sum 1."""
        return self._read(images, self.network).softmax(1).numpy()

    def hidden(self, images) -> np.ndarray:
        """The values of the last hidden layer, float32 (N, D), by which it decides. Images as in `predict`."""
        return self._read(images, self.network[:-1]).numpy()

    def logits(self, images) -> np.ndarray:
        """As `predict`, but what the network says before it is made a label: float32 (N, outputs)."""
        return self._read(images, self.network).numpy()

    def _read(self, images, network):
        import torch

        shape = (self.size, self.size, self.channels)
        if images.ndim != 4 or images.shape[1:] != shape:
            raise GancourseError(
                f"this classifier reads images (N, {', '.join(map(str, shape))}), not {images.shape}"
            )
        if len(images) == 0:
            raise GancourseError("there are no images for this classifier to read")
        if not (np.isfinite(images).all() and images.min() >= 0 and images.max() <= 1):
            raise GancourseError(
                "this classifier reads values from 0 to 1; these images hold others"
            )
        read = []
        with torch.no_grad():
            for start in range(0, len(images), 1000):
                part = np.asarray(images[start : start + 1000], np.float32)
                pixels = torch.tensor(shrink(part, LARGEST)).permute(0, 3, 1, 2)
                read.append(network(pixels))
        return torch.cat(read)

    def about(self) -> dict:
        """What a record says of the classifier."""
        return {
            "data": self.data,
            "test_accuracy": round(self.accuracy, 4),
            "version": self.version,
        }


_KEPT: dict[str, Classifier] = {}  # this process's classifiers, by the fingerprint of their data


def digit_classifier(name: str, path=None) -> Classifier:
    """The classifier for a set with classes, such as "digits": trained the first time, minutes at most, then cached.

    Only a classifier of downloaded data is kept on disk; the one for the embedded digits takes two seconds and is
    trained again in each process, so that it never depends on what lies in a cache.
    """
    spec = dataset_spec(name)
    if not spec.classes:
        labelled = ", ".join(other.name for other in CATALOG.values() if other.classes)
        raise GancourseError(f"{name} has no classes to tell apart; there are: {labelled}")
    train, test = load_data(name, "train", path), load_data(name, "test", path)
    key = f"{name}-{train.fingerprint}-{test.fingerprint}"
    if key not in _KEPT:
        file = None if spec.bundled else cache_dir() / "classifiers" / f"{key}-{VERSION}.pt"
        epochs = 30 if len(train) < 10_000 else 3
        size = train.images.shape[1]
        network = trained(train, file, lambda: _network(spec, size), epochs)
        classifier = Classifier(name, 0.0, network, size, spec.channels)
        _KEPT[key] = _examined(classifier, test)
    return _KEPT[key]


def domain_classifier(
    name: str, size: int, fit: str = "crop", path=None, *, train=None, test=None
) -> Classifier:
    """The classifier of photo (0) against cartoon (1): trained the first time, in some five seconds, then cached.

    Where the digit classifier needs to know what a shape means, this one needs little: 16 filters, five epochs, images
    of at most 32 × 32 whatever `size` is. What tells the domains apart in the data may be more than the style, such as
    the framing; the classifier uses it all.

    Parameters
    ----------
    name : {"faceworld-photo2cartoon", "photo2cartoon"}
        The set to train on.
    size, fit, path
        The same as for `gancourse.data.load`. A classifier reads images of its size only.
    train, test : ImageSet, optional
        The two splits as loaded with these very arguments, if you have them already: drawing the embedded set anew
        takes longer than the training.

    Returns
    -------
    Classifier
        For images (N, size, size, 3). Only a classifier of downloaded data is kept on disk, as for digits.

    Raises
    ------
    GancourseError
        A set without the two domains, sets of another name or size, or what `gancourse.data.load` raises.
    """
    spec = dataset_spec(name)
    if not spec.domains:
        paired = ", ".join(other.name for other in CATALOG.values() if other.domains)
        raise GancourseError(f"{name} has no two domains to tell apart; there are: {paired}")
    train = train or load_data(name, "train", path, size, fit)
    test = test or load_data(name, "test", path, size, fit)
    for split in (train, test):
        if split.name != name or split.images.shape[1:] != (size, size, 3):
            raise GancourseError(
                f"the classifier of {name} at size {size} cannot be made from {split.name} of shape "
                f"{split.images.shape}"
            )
    key = f"{name}-{train.fingerprint}-{test.fingerprint}"
    if key not in _KEPT:
        cached = cache_dir() / "classifiers" / f"{key}-{DOMAIN_VERSION}.pt"
        file = None if spec.bundled else cached
        network = trained(shrunk(train), file, _domain_network, 5 if len(train) < 10_000 else 3)
        _KEPT[key] = _examined(Classifier(name, 0.0, network, size, 3, DOMAIN_VERSION), test)
    return _KEPT[key]


def _examined(classifier: Classifier, test: ImageSet) -> Classifier:
    """The classifier with its accuracy on the test images, read some at a time."""
    step = min(1000, max(1, 2**25 // test.images[0].size))
    read = [
        classifier.predict(test.images[start : start + step] / np.float32(255))
        for start in range(0, len(test), step)
    ]
    return replace(classifier, accuracy=float(np.mean(np.concatenate(read) == test.labels)))


def shrunk(dataset: ImageSet) -> ImageSet:
    """The set with images of at most 32 × 32, averaged over areas."""
    if dataset.images.shape[1] <= LARGEST:
        return dataset
    step = max(1, 2**22 // dataset.images[0].size)
    parts = [
        np.round(255 * shrink(unit(dataset.images[start : start + step]), LARGEST))
        for start in range(0, len(dataset), step)
    ]
    images = np.concatenate([part.astype(np.uint8) for part in parts])
    return ImageSet(dataset.name, dataset.split, images, dataset.labels)


def trained(train: ImageSet, file, build, epochs: int, loss=None):
    """The network of `build` as kept in `file`, else trained and kept there; in evaluation mode.

    `loss` takes logits and labels; without one it is the cross-entropy.
    """
    import torch

    from gancourse.torch_gan.checkpoint import load_tensors, save_tensors
    from gancourse.torch_gan.random_state import undisturbed

    state = None
    if file is not None and file.exists():
        with contextlib.suppress(GancourseError):  # a damaged file: train again
            state = load_tensors(file)
    with undisturbed(runtime.device()):  # a classifier is the same in every session
        torch.manual_seed(0)
        network = build()
        if state is not None:
            network.load_state_dict(state)
        else:
            _train(network, train, epochs, loss)
            if file is not None:
                save_tensors(file, network.state_dict())
    return network.eval()


def _network(spec: DatasetSpec, size: int):
    from torch import nn

    return nn.Sequential(
        nn.Conv2d(spec.channels, 32, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Dropout(0.3),
        nn.Linear(64 * (size // 4) ** 2, 128),
        nn.ReLU(),
        nn.Linear(128, len(spec.classes)),
    )


def _domain_network():
    """Without BatchNorm on purpose: with it the network is a little more accurate and far too sure. Of ten pixel-wise
    averages of a drawn photo and a drawn cartoon (32 × 32) it then calls nine one or the other; this one four."""
    from torch import nn

    return nn.Sequential(
        nn.Conv2d(3, 16, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(32, 32, 3, padding=1),
        nn.ReLU(),
        nn.AdaptiveAvgPool2d(4),
        nn.Flatten(),
        nn.Dropout(0.3),
        nn.Linear(32 * 4 * 4, len(DOMAINS)),
    )


def _train(network, dataset: ImageSet, epochs: int, loss=None) -> None:
    """Adam with a one-cycle rate, on the CPU so that the classifier is the same wherever it is trained."""
    import torch
    from torch.nn.functional import cross_entropy

    from gancourse.torch_gan.batches import Batches

    batches = Batches(
        dataset, 64 if len(dataset) < 10_000 else 128, "unit", torch.device("cpu"), seed=0
    )
    steps = epochs * batches.per_epoch
    optimizer = torch.optim.Adam(network.parameters())
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=4e-3, total_steps=steps)
    network.train()
    loss = loss or cross_entropy
    for _ in progress_bar(range(steps), desc=f"classifier of {dataset.name}", unit="step"):
        images, labels = next(batches)
        optimizer.zero_grad()
        loss(network(images), labels).backward()
        optimizer.step()
        schedule.step()
