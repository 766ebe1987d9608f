"""What every chapter trains on: images as one uint8 array, with labels and a fingerprint."""

import hashlib
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from gancourse import GancourseError
from gancourse.data.spec import DatasetSpec


@dataclass(frozen=True)
class ImageSet:
    """A data set in memory, or memory-mapped from disk.

    Attributes
    ----------
    name : str
        The name `gancourse.data.load` knows it by.
    split : str
        The split they belong to: "train", "test" or "train+test".
    images : ndarray, uint8, shape (N, H, W, C), values 0 to 255
        The images; they may be memory-mapped.
    labels : ndarray, int64, shape (N,), or None where the set has none
        The label of each image, counted from 0.
    attributes : dict of str to ndarray of shape (N,), or None
        What is known of each image beside its label; drawn faces have them.
    spec : DatasetSpec or None
        The spec of the set that the images were loaded from; None for images that somebody put together.

    Raises
    ------
    GancourseError
        If the arrays are not what is said above, or not what the spec says of them.
    """

    name: str
    split: str
    images: np.ndarray
    labels: np.ndarray | None = None
    attributes: dict[str, np.ndarray] | None = None
    spec: DatasetSpec | None = None

    def __post_init__(self):
        if self.images.dtype != np.uint8 or self.images.ndim != 4:
            raise GancourseError(
                f"{self.name}: images must be uint8 of shape (N, H, W, C), got {self.images.dtype} of shape "
                f"{self.images.shape}"
            )
        if self.labels is not None and len(self.labels) != len(self.images):
            raise GancourseError(
                f"{self.name}: {len(self.images)} images but {len(self.labels)} labels"
            )
        for key, values in (self.attributes or {}).items():
            if len(values) != len(self.images):
                raise GancourseError(
                    f"{self.name}: {len(self.images)} images but {len(values)} values of {key!r}"
                )
        if self.spec is not None:
            self._check_spec(self.spec)

    def _check_spec(self, spec: DatasetSpec) -> None:
        height, width, channels = self.images.shape[1:]
        size = spec.size or height
        if (height, width, channels) != (size, size, spec.channels):
            raise GancourseError(
                f"{self.name}: images must be {size} × {size} with {spec.channels} channel(s), these are "
                f"{height} × {width} with {channels}"
            )
        if self.labels is not None:
            wrong = (self.labels < 0) | (self.labels >= len(spec.labels))
            if wrong.any():
                raise GancourseError(
                    f"{self.name}: image {wrong.argmax()} has the label {self.labels[wrong.argmax()]}; there are "
                    f"{len(spec.labels)}, from 0 on"
                )

    def __len__(self) -> int:
        return len(self.images)

    @property
    def classes(self) -> int:
        """The number of classes, 0 without labels."""
        if self.labels is None:
            return 0
        return len(self.spec.labels) if self.spec else int(self.labels.max()) + 1

    @cached_property
    def fingerprint(self) -> str:
        """16 hex digits of the sha256 of shape, pixels and labels; equal data have equal fingerprints."""
        digest = hashlib.sha256(repr(self.images.shape).encode())
        digest.update(np.ascontiguousarray(self.images).data)
        if self.labels is not None:
            digest.update(np.ascontiguousarray(self.labels, dtype=np.int64).data)
        return digest.hexdigest()[:16]
