"""The binary version of CIFAR-10: records of one byte for the label and 3,072 for a 32 × 32 image, in a tar.gz."""

import gzip
import tarfile
import zlib
from pathlib import Path

import numpy as np

from gancourse import GancourseError
from gancourse.data.spec import Arrays

SIDE, CHANNELS, CLASSES = 32, 3, 10
RECORD = 1 + CHANNELS * SIDE * SIDE  # bytes
MOST = 10_000  # records in a file
MEMBERS = {
    "train": tuple(f"cifar-10-batches-bin/data_batch_{number}.bin" for number in range(1, 6)),
    "test": ("cifar-10-batches-bin/test_batch.bin",),
}


def read_labelled(paths: list[Path], split: str) -> Arrays:
    """Read one split from the archive. Nothing is unpacked to disk.

    A record holds the label, then the red values of all pixels row by row, then the green ones, then the blue ones
    (https://www.cs.toronto.edu/~kriz/cifar.html, "Binary version").

    Parameters
    ----------
    paths : list of path-like
        The archive, cifar-10-binary.tar.gz.
    split : {"train", "test"}
        The split to read.

    Returns
    -------
    Arrays
        Images uint8 (N, 32, 32, 3) and labels int64 (N,).

    Raises
    ------
    GancourseError
        If the archive is damaged or lacks a file, a file is not made of whole records, or a label is not from 0 to 9.
    """
    (path,) = paths
    files = {}
    try:
        with gzip.open(path) as content, tarfile.open(fileobj=content) as archive:
            for member in archive:  # in the archive's order: going back would decompress it again
                if member.name in MEMBERS[split]:
                    files[member.name] = _records(archive, member, f"{path}, {member.name}")
            while content.read(2**20):  # its checksum stands at the end
                pass
    except FileNotFoundError:
        raise GancourseError(f"no archive at {path}") from None
    except (tarfile.TarError, EOFError, OSError, zlib.error) as error:
        raise GancourseError(f"{path} is damaged ({error}): fetch it again") from error
    if missing := [name for name in MEMBERS[split] if name not in files]:
        raise GancourseError(
            f"{path} has no {', '.join(missing)}: it is cut short or another archive. Fetch it again"
        )
    records = np.concatenate([files[name] for name in MEMBERS[split]])
    pixels = records[:, 1:].reshape(-1, CHANNELS, SIDE, SIDE)
    images = np.ascontiguousarray(pixels.transpose(0, 2, 3, 1))
    return Arrays(images, records[:, 0].astype(np.int64))


def _records(archive: tarfile.TarFile, member: tarfile.TarInfo, place: str) -> np.ndarray:
    """The records of one file, uint8 (N, RECORD); `place` names it in messages."""
    content = archive.extractfile(member) if member.isfile() else None
    if content is None:
        raise GancourseError(f"{place} is not a file: this is another archive. Fetch it again")
    if member.size == 0 or member.size % RECORD or member.size > MOST * RECORD:
        raise GancourseError(
            f"{place} holds {member.size:,} bytes, which are not 1 to {MOST:,} whole records of {RECORD:,}: "
            "fetch the archive again"
        )
    records = np.frombuffer(content.read(), np.uint8).reshape(-1, RECORD)
    wrong = records[:, 0] >= CLASSES
    if wrong.any():
        first = wrong.argmax()
        raise GancourseError(
            f"{place}: record {first} has the label {records[first, 0]}, which must be from 0 to {CLASSES - 1}. "
            "Fetch the archive again"
        )
    return records
