"""What every chapter trains on: images as one uint8 array, with labels and a fingerprint. And the idx reader."""

import gzip
import hashlib
import struct
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from gancourse import GancourseError


@dataclass(frozen=True)
class ImageSet:
    """A data set in memory, or memory-mapped from disk.

    Attributes
    ----------
    name : str
        The name `gancourse.data.load` knows it by.
    split : str
        "train", "test" or "train+test".
    images : ndarray, uint8, shape (N, H, W, C), values 0 to 255
    labels : ndarray, int64, shape (N,), or None where the set has none
    attributes : dict of str to ndarray of shape (N,), or None
        What is known of each image beside its label; drawn faces have them.
    """

    name: str
    split: str
    images: np.ndarray
    labels: np.ndarray | None = None
    attributes: dict[str, np.ndarray] | None = None

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

    def __len__(self) -> int:
        return len(self.images)

    @property
    def classes(self) -> int:
        """The number of classes, 0 without labels."""
        return 0 if self.labels is None else int(self.labels.max()) + 1

    @cached_property
    def fingerprint(self) -> str:
        """16 hex digits of the sha256 of shape, pixels and labels; equal data have equal fingerprints."""
        digest = hashlib.sha256(repr(self.images.shape).encode())
        digest.update(np.ascontiguousarray(self.images))
        if self.labels is not None:
            digest.update(np.ascontiguousarray(self.labels, dtype=np.int64))
        return digest.hexdigest()[:16]


IDX_TYPES = {0x08: "u1", 0x09: "i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}


def read_idx(path) -> np.ndarray:
    """Read an idx file, the format MNIST is published in; gzip or plain.

    Two zero bytes, one byte for the type, one for the number of dimensions, each dimension as a big-endian
    uint32, then the values (http://yann.lecun.com/exdb/mnist, "the IDX file format").

    Returns
    -------
    ndarray of the shape and type the header states

    Raises
    ------
    GancourseError
        If the file is missing, is not an idx file, or holds fewer or more values than its header says.
    """
    path = Path(path)
    try:
        raw = path.read_bytes()
        if raw[:2] == b"\x1f\x8b":
            raw = gzip.decompress(raw)
    except FileNotFoundError:
        raise GancourseError(f"no idx file at {path}") from None
    except (EOFError, OSError, gzip.zlib.error) as error:
        raise GancourseError(f"{path} is damaged ({error}): fetch it again") from error

    if len(raw) < 4 or raw[:2] != b"\x00\x00" or raw[2] not in IDX_TYPES:
        raise GancourseError(
            f"{path} is not an idx file: it starts with {raw[:8]!r}. Fetch it again"
        )
    header = 4 + 4 * raw[3]
    if len(raw) < header:
        raise GancourseError(
            f"{path} is cut short: {len(raw)} bytes do not hold its header. Fetch it again"
        )
    shape = struct.unpack(f">{raw[3]}I", raw[4:header])
    dtype = np.dtype(IDX_TYPES[raw[2]])
    expected = int(np.prod(shape, dtype=np.int64)) * dtype.itemsize
    if len(raw) - header != expected:
        raise GancourseError(
            f"{path} is damaged: its header promises {expected} bytes of values {shape}, it holds "
            f"{len(raw) - header}. Fetch it again"
        )
    return np.frombuffer(raw, dtype, offset=header).reshape(shape)
