"""Data sets as uint8 arrays: `load(name)` gives an `ImageSet`, from what is on the machine or from a download."""

import json
from pathlib import Path

import numpy as np

from gancourse import GancourseError
from gancourse.data.digits import load_digits
from gancourse.data.images import ImageSet, read_idx
from gancourse.data.sources import SOURCES, locate, source
from gancourse.files import atomic, cache_dir, remove_unfinished, write_text

__all__ = ["SOURCES", "ImageSet", "load", "prepare", "prepared_folder", "read_idx"]

SPLITS = ("train", "test", "train+test")


def load(name: str, split: str = "train", path=None) -> ImageSet:
    """Load a data set.

    `digits` is embedded and looks at nothing else. For every other set: `path` if given; else the array that
    `gancourse data` prepared; else the folder in `GANCOURSE_DATA`; else a download.

    Parameters
    ----------
    name : str
        A name that `gancourse data` lists.
    split : {"train", "test", "train+test"}
        Models train on "train" and are judged against "test"; "train+test" exists because one of the course's
        reports trained on it.
    path : path-like, optional
        A folder with the original files.

    Returns
    -------
    ImageSet

    Raises
    ------
    GancourseError
        Unknown name or split; files missing, damaged or not to be had.
    """
    if split not in SPLITS:
        raise GancourseError(f"no split is called {split!r}; there are: {', '.join(SPLITS)}")
    if source(name).embedded:
        if path is not None:
            raise GancourseError(
                f"{name} is embedded and takes no path; to train on files choose another data set"
            )
        parts = load_digits()
    elif path is None and (prepared_folder(name) / "about.json").is_file():
        parts = _read_prepared(prepared_folder(name))
    else:
        parts = read_mnist(*locate(name, path))
    if split in parts:
        return ImageSet(name, split, *parts[split])
    return ImageSet(
        name,
        split,
        *(np.concatenate(pair) for pair in zip(parts["train"], parts["test"], strict=True)),
    )


def prepare(name: str, path=None) -> Path:
    """Verify the files of `name` (of `path`, `GANCOURSE_DATA` or a download) and keep them as arrays in the cache.

    Written whole or not at all; an earlier preparation is replaced only by a complete new one.

    Returns
    -------
    Path
        The folder: `train-images.npy`, `train-labels.npy`, the same for `test`, and `about.json`.
    """
    if source(name).embedded:
        raise GancourseError(f"{name} is embedded: there is nothing to prepare")
    parts = read_mnist(*locate(name, path))
    folder = prepared_folder(name)
    remove_unfinished(folder.parent)
    with atomic(folder, folder=True) as scratch:
        about = {"name": name}
        for split, (images, labels) in parts.items():
            np.save(scratch / f"{split}-images.npy", images)
            np.save(scratch / f"{split}-labels.npy", labels)
            about[split] = {
                "count": len(images),
                "fingerprint": ImageSet(name, split, images, labels).fingerprint,
            }
        write_text(scratch / "about.json", json.dumps(about, indent=1))
    return folder


def prepared_folder(name: str) -> Path:
    """Where `prepare` keeps the arrays of `name`."""
    return cache_dir() / "prepared" / name


def read_mnist(
    train_images, train_labels, test_images, test_labels
) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Read MNIST's four idx files: "train" and "test", each uint8 (N, 28, 28, 1) and int64 (N,)."""
    return {
        "train": (read_idx(train_images)[..., None], read_idx(train_labels).astype(np.int64)),
        "test": (read_idx(test_images)[..., None], read_idx(test_labels).astype(np.int64)),
    }


def _read_prepared(folder: Path) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    try:
        return {
            split: (
                np.load(folder / f"{split}-images.npy", mmap_mode="r"),
                np.load(folder / f"{split}-labels.npy"),
            )
            for split in ("train", "test")
        }
    except (OSError, ValueError, EOFError) as error:
        raise GancourseError(
            f"{folder} is damaged ({error}): delete it and prepare the data again"
        ) from error
