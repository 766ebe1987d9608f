"""`load(name)` gives an `ImageSet`, from what is on the machine or from a download; `prepare` keeps its arrays."""

import json
from pathlib import Path

import numpy as np

from gancourse import GancourseError
from gancourse.data.catalog import CATALOG, dataset_spec
from gancourse.data.download import locate_files, locate_folder
from gancourse.data.image_set import ImageSet
from gancourse.data.readers import folder as image_folder
from gancourse.data.readers import listing
from gancourse.data.spec import Arrays, Bundled, DatasetSpec, Files, ImageFolder
from gancourse.files import atomic, cache_dir, remove_unfinished, write_text

SPLITS = {"train": ("train",), "test": ("test",), "train+test": ("train", "test")}
FITS = ("crop", "squash")
SIZE, SIZES = 64, (8, 512)  # of a set without its own: the default, the smallest and the largest


def load(
    name: str,
    split: str = "train",
    path=None,
    size: int | None = None,
    fit: str = "crop",
    count: int = 0,
) -> ImageSet:
    """Load a data set.

    Embedded data look at nothing else. For every other set: `path` if given; else the array that `gancourse data`
    prepared; else the folder in `GANCOURSE_DATA`; else a download. Folders of images that are not prepared yet, or
    from other files than those in `path`, are prepared first; that takes minutes for a large set, and once.

    Parameters
    ----------
    name : str
        A name that `gancourse data` lists.
    split : {"train", "test", "train+test"}
        Models train on "train" and are evaluated against "test"; "train+test" exists because one of the course's
        reports trained on it. Of CelebA and the anime faces every tenth good file, in the order of their names and
        from the first on, is a test image.
    path : path-like, optional
        A folder with the original files; for faces a folder of images, a zip, or a folder of zips.
    size : int, optional
        For faces: height and width in pixels, 8 to 512; default 64. Other sets have their own.
    fit : {"crop", "squash"}
        How a face that is not square becomes so: the largest centred square, or the whole image with its
        proportions changed.
    count : int
        For faces: how many files to prepare, for those in a hurry; 0 for all. They are taken at equal distances in the
        order of names, both splits together.

    Returns
    -------
    ImageSet
        With its `DatasetSpec` as `spec`.

    Raises
    ------
    GancourseError
        Unknown name, split or fit; a size or count where there is none to choose; files missing, damaged or not to be
        had.
    """
    if split not in SPLITS:
        raise GancourseError(f"no split is called {split!r}; there are: {', '.join(SPLITS)}")
    spec = dataset_spec(name)
    size = _checked_size(spec, size, fit)
    _check_count(spec, count)
    if isinstance(spec.source, ImageFolder):
        arrays = _load_folder(spec, split, path, size, fit, count)
    else:
        read = _reader(spec, path, size)
        arrays = _joined([read(part) for part in SPLITS[split]])
    return ImageSet(name, split, *arrays, spec=spec)


def prepare(
    name: str, path=None, size: int | None = None, fit: str = "crop", count: int = 0
) -> Path:
    """Verify the files of a set (of `path`, `GANCOURSE_DATA` or a download) and keep them as arrays in the cache.

    They are written whole or not at all; an earlier preparation is replaced only by a complete new one. There is one
    for each name, size, fit and count, made from the files last named. Preparing a folder of images goes on where it
    was killed, and finishes at once if these very files are prepared already: see
    `gancourse.data.readers.folder.prepare_files`.

    Parameters
    ----------
    name, path, size, fit, count
        As for `load`.

    Returns
    -------
    Path
        The folder. For published files: `train-images.npy`, `train-labels.npy`, the same for `test`, and `about.json`.
        For a folder of images: `images.npy`, `labels.npy` if there are any, `audit.csv` and `about.json`.

    Raises
    ------
    GancourseError
        As `load`; a set that is embedded; no space left.
    """
    spec = dataset_spec(name)
    size = _checked_size(spec, size, fit)
    _check_count(spec, count)
    folder = _prepared_folder(spec, size, fit, count)
    match spec.source:
        case Bundled():
            raise GancourseError(f"{name} is embedded: there is nothing to prepare")
        case Files():
            _prepare_files(spec, path, folder)
        case ImageFolder():
            _prepare_images(spec, path, folder, size, fit, count)
    return folder


def prepared_folder(name: str, size: int | None = None, fit: str = "crop", count: int = 0) -> Path:
    """Where `prepare` keeps the arrays of a set.

    Parameters
    ----------
    name, size, fit, count
        As for `load`.
    """
    spec = dataset_spec(name)
    return _prepared_folder(spec, _checked_size(spec, size, fit), fit, count)


def is_prepared(name: str, size: int | None = None, fit: str = "crop", count: int = 0) -> bool:
    """Whether `load` finds the arrays of a set in the cache, as `prepare` left them.

    Parameters
    ----------
    name, size, fit, count
        As for `load`.
    """
    return (prepared_folder(name, size, fit, count) / "about.json").is_file()


def preparations(spec: DatasetSpec) -> list[Path]:
    """The folders that `prepare` has finished for a set: one for each size and fit, where these can be chosen.

    Parameters
    ----------
    spec : DatasetSpec
        The set's spec.
    """
    pattern = f"{spec.name}-*-*" if spec.resizable else spec.name
    return sorted(
        metadata.parent for metadata in (cache_dir() / "prepared").glob(f"{pattern}/about.json")
    )


def _checked_size(spec: DatasetSpec, size, fit: str) -> int | None:
    """The size that a set is loaded at: None for a set with its own."""
    if fit not in FITS:
        raise GancourseError(f"no fit is called {fit!r}; there are: {', '.join(FITS)}")
    if not spec.resizable:
        if size is not None:
            raise GancourseError(
                f"{spec.name} has its own size: leave size={size} out. A size is for faces: "
                + ", ".join(name for name, other in CATALOG.items() if other.resizable)
            )
        return None
    size = SIZE if size is None else size
    if not isinstance(size, int | np.integer) or not SIZES[0] <= size <= SIZES[1]:
        raise GancourseError(f"size={size}: must be a whole number from {SIZES[0]} to {SIZES[1]}")
    return int(size)


def _check_count(spec: DatasetSpec, count: int) -> None:
    """Raise a GancourseError if so many images of a set cannot be asked for."""
    if count and not isinstance(spec.source, ImageFolder):
        raise GancourseError(
            f"{spec.name} comes whole: leave count={count} out. A count is for sets of image files: "
            + ", ".join(
                name for name, other in CATALOG.items() if isinstance(other.source, ImageFolder)
            )
        )
    if count < 0:
        raise GancourseError(f"count={count}: must be at least 1, or 0 for all")


def _prepared_folder(spec: DatasetSpec, size: int | None, fit: str, count: int = 0) -> Path:
    name = spec.name if size is None else f"{spec.name}-{size}-{fit}"
    return cache_dir() / "prepared" / (f"{name}-{count}" if count else name)


def _as_options(size: int | None, fit: str, count: int) -> str:
    """What the command is told for a preparation that is not its usual one."""
    told = (("size", size, SIZE), ("fit", fit, FITS[0]), ("count", count, 0))
    return "".join(
        f" --{name} {value}" for name, value, usual in told if value not in (None, usual)
    )


def _reader(spec: DatasetSpec, path, size: int | None):
    """What gives the `Arrays` of a split, for a set that is embedded or published as files."""
    source = spec.source
    if isinstance(source, Bundled):
        if path is not None:
            raise GancourseError(
                f"{spec.name} is embedded and takes no path; to train on files choose another data set"
            )
        return lambda part: source.read(part, size)
    folder = _prepared_folder(spec, size, "crop")
    if path is None and (folder / "about.json").is_file():
        return _read_prepared(folder).__getitem__
    assert isinstance(source, Files)  # `load` has dealt with folders
    files = locate_files(spec, path)
    return lambda part: source.read(files, part)


def _joined(parts: list[Arrays]) -> Arrays:
    """One split as it is, memory-mapped or not; two joined."""
    if len(parts) == 1:
        return parts[0]
    images, labels, attributes = zip(*parts, strict=True)
    return Arrays(
        np.concatenate(images),
        None if labels[0] is None else np.concatenate(labels),
        attributes[0]
        and {key: np.concatenate([p[key] for p in attributes]) for key in attributes[0]},
    )


def _prepare_files(spec: DatasetSpec, path, folder: Path) -> None:
    source, files = spec.source, locate_files(spec, path)
    assert isinstance(source, Files)
    remove_unfinished(folder.parent)
    with atomic(folder, folder=True) as scratch:
        metadata: dict = {"name": spec.name}
        for split in ("train", "test"):
            part = ImageSet(spec.name, split, *source.read(files, split), spec=spec)
            np.save(scratch / f"{split}-images.npy", part.images)
            assert part.labels is not None  # published files come with labels
            np.save(scratch / f"{split}-labels.npy", part.labels)
            metadata[split] = {"count": len(part), "fingerprint": part.fingerprint}
        write_text(scratch / "about.json", json.dumps(metadata, indent=1))


def _prepare_images(
    spec: DatasetSpec, path, folder: Path, size: int | None, fit: str, count: int
) -> None:
    source = spec.source
    assert isinstance(source, ImageFolder)
    where = locate_folder(spec, path, _as_options(size, fit, count))
    with listing.open_files(where) as found:
        files = listing.spread(found, count)
        if image_folder.prepared_listing(folder) != listing.listing_hash(files):
            pixels = size or spec.size or SIZE
            image_folder.prepare_files(files, folder, spec.name, pixels, fit, source.places)


def _read_prepared(folder: Path) -> dict[str, Arrays]:
    """Both splits, so that damage to either is found whichever is asked for."""
    try:
        return {
            split: Arrays(
                np.load(folder / f"{split}-images.npy", mmap_mode="r"),
                np.load(folder / f"{split}-labels.npy"),
            )
            for split in ("train", "test")
        }
    except (OSError, ValueError, EOFError) as error:
        raise _damaged(folder, error) from error


def _load_folder(
    spec: DatasetSpec, split: str, path, size: int | None, fit: str, count: int
) -> Arrays:
    folder = _prepared_folder(spec, size, fit, count)
    if path is not None or not (folder / "about.json").is_file():
        _prepare_images(spec, path, folder, size, fit, count)
    try:
        images, labels, stop = image_folder.read_prepared(folder)
    except (OSError, ValueError, EOFError, KeyError) as error:
        raise _damaged(folder, error) from error
    rows = {"train": slice(stop), "test": slice(stop, None), "train+test": slice(None)}[split]
    return Arrays(images[rows], None if labels is None else labels[rows])


def _damaged(folder: Path, error: Exception) -> GancourseError:
    return GancourseError(f"{folder} is damaged ({error}): delete it and prepare the data again")
