"""Data sets as uint8 arrays: `load(name)` gives an `ImageSet`, from what is on the machine or from a download."""

import json
from pathlib import Path

import numpy as np

from gancourse import GancourseError
from gancourse.data import folders
from gancourse.data.digits import load_digits
from gancourse.data.images import ImageSet, read_idx
from gancourse.data.sources import SOURCES, locate, locate_folder, source
from gancourse.files import atomic, cache_dir, remove_unfinished, write_text

__all__ = ["SOURCES", "ImageSet", "load", "preparations", "prepare", "prepared_folder", "read_idx"]

SPLITS = ("train", "test", "train+test")
FITS = ("crop", "squash")
SIZE, SIZES = 64, (8, 512)  # of faces: the default, the smallest and the largest
FACEWORLD = {"train": (0, 4000), "test": (4000, 1000)}  # start and count
STYLES = {"faceworld-photo2cartoon": ("photo", "cartoon")}  # drawn in two styles: labels 0 and 1


def load(
    name: str, split: str = "train", path=None, size: int | None = None, fit: str = "crop"
) -> ImageSet:
    """Load a data set.

    Embedded data look at nothing else. For every other set: `path` if given; else the array that `gancourse data`
    prepared; else the folder in `GANCOURSE_DATA`; else a download. Faces that are not prepared yet, or from other
    files than those in `path`, are prepared first; that takes minutes for a large set, and once.

    Parameters
    ----------
    name : str
        A name that `gancourse data` lists.
    split : {"train", "test", "train+test"}
        Models train on "train" and are judged against "test"; "train+test" exists because one of the course's
        reports trained on it. Of CelebA and the anime faces every tenth good file, in the order of their names and
        from the first on, is a test image.
    path : path-like, optional
        A folder with the original files; for faces a folder of images, a zip, or a folder of zips.
    size : int, optional
        For faces: height and width in pixels, 8 to 512; default 64. Digits have their own.
    fit : {"crop", "squash"}
        How a face that is not square becomes so: the largest centred square, or the whole image with its
        proportions changed.

    Returns
    -------
    ImageSet

    Raises
    ------
    GancourseError
        Unknown name, split or fit; a size where there is none to choose; files missing, damaged or not to be had.
    """
    if split not in SPLITS:
        raise GancourseError(f"no split is called {split!r}; there are: {', '.join(SPLITS)}")
    here, size = source(name), _size(name, size, fit)
    if here.embedded and path is not None:
        raise GancourseError(
            f"{name} is embedded and takes no path; to train on files choose another data set"
        )
    if here.embedded and here.faces:
        return _draw(name, split, size)
    if here.faces:
        return _load_folder(name, split, path, size, fit)
    if here.embedded:
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


def prepare(name: str, path=None, size: int | None = None, fit: str = "crop") -> Path:
    """Verify the files of `name` (of `path`, `GANCOURSE_DATA` or a download) and keep them as arrays in the cache.

    Written whole or not at all; an earlier preparation is replaced only by a complete new one. There is one for each
    name, size and fit, of the files last named. Preparing faces goes on where it was killed, and finishes at once
    if these very files are prepared already: see `gancourse.data.folders.prepare_files`.

    Returns
    -------
    Path
        The folder. For digits: `train-images.npy`, `train-labels.npy`, the same for `test`, and `about.json`. For
        faces: `images.npy`, `labels.npy` if there are any, `audit.csv` and `about.json`.
    """
    here, size = source(name), _size(name, size, fit)
    if here.embedded:
        raise GancourseError(f"{name} is embedded: there is nothing to prepare")
    folder = prepared_folder(name, size, fit)
    if here.faces:
        with folders.open_files(locate_folder(name, path)) as files:
            if folders.prepared_listing(folder) != folders.listing_hash(files):
                folders.prepare_files(files, folder, name, size, fit, here.places)
        return folder
    parts = read_mnist(*locate(name, path))
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


def prepared_folder(name: str, size: int | None = None, fit: str = "crop") -> Path:
    """Where `prepare` keeps the arrays of `name`."""
    size = _size(name, size, fit)
    return cache_dir() / "prepared" / (name if size is None else f"{name}-{size}-{fit}")


def preparations(name: str) -> list[Path]:
    """The folders that `prepare` has finished for `name`: of faces one for each size and fit."""
    pattern = f"{name}-*-*" if source(name).faces else name
    return sorted(
        about.parent for about in (cache_dir() / "prepared").glob(f"{pattern}/about.json")
    )


def read_mnist(
    train_images, train_labels, test_images, test_labels
) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Read MNIST's four idx files: "train" and "test", each uint8 (N, 28, 28, 1) and int64 (N,)."""
    return {
        "train": (read_idx(train_images)[..., None], read_idx(train_labels).astype(np.int64)),
        "test": (read_idx(test_images)[..., None], read_idx(test_labels).astype(np.int64)),
    }


def _size(name: str, size, fit: str) -> int | None:
    """The size that `name` is loaded at: None for a set with its own."""
    if fit not in FITS:
        raise GancourseError(f"no fit is called {fit!r}; there are: {', '.join(FITS)}")
    if not source(name).faces:
        if size is not None:
            raise GancourseError(
                f"{name} has its own size: leave size={size} out. A size is for faces: "
                + ", ".join(each for each, about in SOURCES.items() if about.faces)
            )
        return None
    size = SIZE if size is None else size
    if not isinstance(size, int | np.integer) or not SIZES[0] <= size <= SIZES[1]:
        raise GancourseError(f"size={size}: must be a whole number from {SIZES[0]} to {SIZES[1]}")
    return size


def _draw(name: str, split: str, size: int) -> ImageSet:
    """The faces of a set with one style; of one with two styles the first half of each split's rows in the first,
    the second half in the second. So no row is drawn twice, and what is a test row of one set is one of all."""
    from gancourse.data import faceworld

    styles = STYLES.get(name) or (name.removeprefix("faceworld-"),)
    parts, labels = [], []
    for start, count in FACEWORLD.values() if split == "train+test" else (FACEWORLD[split],):
        each = count // len(styles)
        for label, style in enumerate(styles):
            parts.append(faceworld.draw(each, size, style, seed=0, start=start + label * each))
            labels.append(np.full(each, label, np.int64))
    images, attributes = zip(*parts, strict=True)
    return ImageSet(
        name,
        split,
        np.concatenate(images),
        np.concatenate(labels) if len(styles) > 1 else None,
        {key: np.concatenate([each[key] for each in attributes]) for key in attributes[0]},
    )


def _load_folder(name: str, split: str, path, size: int, fit: str) -> ImageSet:
    folder = prepared_folder(name, size, fit)
    if path is not None or not (folder / "about.json").is_file():
        prepare(name, path, size, fit)
    try:
        images, labels, stop = folders.read_prepared(folder)
    except (OSError, ValueError, EOFError, KeyError) as error:
        raise _damaged(folder, error) from error
    rows = {"train": slice(stop), "test": slice(stop, None), "train+test": slice(None)}[split]
    return ImageSet(name, split, images[rows], None if labels is None else labels[rows])


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
        raise _damaged(folder, error) from error


def _damaged(folder: Path, error: Exception) -> GancourseError:
    return GancourseError(f"{folder} is damaged ({error}): delete it and prepare the data again")
