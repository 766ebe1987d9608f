"""The idx format, in which MNIST and the sets made after it are published."""

import gzip
import struct
import zlib
from pathlib import Path

import numpy as np

from gancourse import GancourseError
from gancourse.data.spec import Arrays

IDX_TYPES = {0x08: "u1", 0x09: "i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}


def read_idx(path) -> np.ndarray:
    """Read an idx file, compressed with gzip or plain.

    Two zero bytes, one byte for the type, one for the number of dimensions, each dimension as a big-endian
    uint32, then the values (http://yann.lecun.com/exdb/mnist, "the IDX file format").

    Parameters
    ----------
    path : path-like
        The file.

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
    except (EOFError, OSError, zlib.error) as error:
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


def read_labelled(paths: list[Path], split: str) -> Arrays:
    """Read one split of a set of grey images that is published as four idx files.

    Parameters
    ----------
    paths : list of path-like
        Training images, training labels, test images, test labels.
    split : {"train", "test"}
        The split to read.

    Returns
    -------
    Arrays
        Images uint8 (N, H, W, 1) and labels int64 (N,).
    """
    images, labels = paths[:2] if split == "train" else paths[2:]
    return Arrays(read_idx(images)[..., None], read_idx(labels).astype(np.int64))
