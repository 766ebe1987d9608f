"""What is known of a data set before its images are loaded."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np


class Arrays(NamedTuple):
    """What a reader gives for one split of a data set.

    Attributes
    ----------
    images : ndarray, uint8, shape (N, H, W, C)
        The images of the split.
    labels : ndarray, int64, shape (N,), or None
        The label of each image; None where the set has none.
    attributes : dict of str to ndarray of shape (N,), or None
        What is known of each image beside its label; drawn faces have them.
    """

    images: np.ndarray
    labels: np.ndarray | None = None
    attributes: dict[str, np.ndarray] | None = None


@dataclass(frozen=True)
class Bundled:
    """Comes with this package or one that it needs: there is nothing to fetch, and no folder to name.

    Attributes
    ----------
    read : callable
        Takes the split, "train" or "test", and the size in pixels (None where the set has its own); gives `Arrays`.
    """

    read: Callable[[str, int | None], Arrays]


@dataclass(frozen=True)
class Files:
    """Is published as a few files, each with its checksum.

    Attributes
    ----------
    read : callable
        Takes the paths of the files, in the order of `checksums`, and the split; gives `Arrays`.
    checksums : dict of str to str
        The md5 of each file, by its name.
    mirrors : tuple of str
        Addresses ending in "/", tried in this order.
    megabytes : float
        The size of all of them together.
    """

    read: Callable[[list[Path], str], Arrays]
    checksums: dict[str, str]
    mirrors: tuple[str, ...]
    megabytes: float


@dataclass(frozen=True)
class ImageFolder:
    """Is published as a folder or zip of image files, without checksums: every file is audited.

    Attributes
    ----------
    handles : tuple of str
        Kaggle's names for it, tried in this order.
    places : dict of str to (str, int), or None
        The split and label of each subfolder. None: the images have no labels, and every tenth is a test image.
    megabytes : float
        The size of the download; 0 if it is not stated.
    """

    handles: tuple[str, ...]
    places: dict[str, tuple[str, int]] | None = None
    megabytes: float = 0.0


@dataclass(frozen=True)
class DatasetSpec:
    """One data set: where it comes from, what its images are, and how samples of it are measured.

    Attributes
    ----------
    name : str
        What `gancourse.data.load` and the command know it by.
    title, count, licence, cite : str
        For the list that `gancourse data` prints.
    datasheet : str
        The label of its section in the book's page of datasheets.
    source : Bundled, Files or ImageFolder
        Where the images come from, and what reads them.
    suite : {"labelled", "faces"}
        The suite of metrics that applies to its samples.
    channels : int
        1 for grey images, 3 for colour.
    size : int, optional
        Height and width of an image in pixels. None: whoever loads the set chooses.
    classes : tuple of str
        The names of the labels 0, 1, ... of a set whose images are told apart by what they show.
    domains : tuple of str
        The names of the labels of a set that shows one thing in several styles.
    """

    name: str
    title: str
    count: str
    licence: str
    cite: str
    datasheet: str
    source: Bundled | Files | ImageFolder
    suite: str
    channels: int
    size: int | None = None
    classes: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()

    @property
    def bundled(self) -> bool:
        """Whether the images come with the package: then nothing is fetched, prepared or cached."""
        return isinstance(self.source, Bundled)

    @property
    def resizable(self) -> bool:
        """Whether `load` takes a size."""
        return self.size is None

    @property
    def labels(self) -> tuple[str, ...]:
        """The names of the labels 0, 1, ...; empty for a set without labels."""
        return self.classes or self.domains
