"""Where the files of a data set are: in a folder that the reader named, or downloaded."""

import hashlib
import os
from pathlib import Path

import pooch

from gancourse import GancourseError
from gancourse.data.catalog import CATALOG
from gancourse.data.spec import DatasetSpec, Files, ImageFolder
from gancourse.files import cache_dir
from gancourse.progress import is_watched


def locate_files(spec: DatasetSpec, path=None) -> list[Path]:
    """Paths of the files of a set that is published as files, in their order, each with its checksum verified.

    They are looked for in `path`; without one in `GANCOURSE_DATA` (its subfolder of the set's name, or itself), else
    downloaded into the cache. A file of a folder the reader named is never replaced by a download: a wrong one is an
    error.

    Parameters
    ----------
    spec : DatasetSpec
        The set's spec; its source is `Files`.
    path : path-like, optional
        A folder with the files.

    Raises
    ------
    GancourseError
        If a file is missing from the folder, has a wrong checksum, or no mirror delivers it.
    """
    source, folder = spec.source, _named(spec.name, path)
    assert isinstance(source, Files)
    checksums = source.checksums
    if folder is None:
        return [_download(spec, source, file) for file in checksums]
    if not folder.is_dir():
        raise GancourseError(
            f"no folder {folder}: {spec.name} needs a folder with {', '.join(checksums)}"
        )
    return [_verified(folder / file, md5) for file, md5 in checksums.items()]


def locate_folder(spec: DatasetSpec, path=None, options: str = "") -> Path:
    """The folder or zip with the images of a set: `path`, else `GANCOURSE_DATA` as for files, else from Kaggle.

    Parameters
    ----------
    spec : DatasetSpec
        The set's spec; its source is `ImageFolder`.
    path : path-like, optional
        A folder of images, a zip, or a folder of zips.
    options : str
        What `gancourse data` must be told to prepare what is asked for, for messages: " --size 32".

    Raises
    ------
    GancourseError
        If `GANCOURSE_DATA` holds other sets and not this one; if Kaggle does not deliver.
    """
    folder = _named(spec.name, path)
    if folder is None:
        return _download_folder(spec, options)
    others = [other for other in CATALOG if other != spec.name and _inside(folder, other)]
    if path is None and others:  # else another set's images would be taken for this one's
        raise GancourseError(
            f"GANCOURSE_DATA={folder} has {', '.join(others)} and no folder {spec.name}. {_by_hand(spec, options)}"
        )
    return folder


def _named(name: str, path) -> Path | None:
    """The place that the reader named for `name`."""
    if path is not None:
        return Path(path)
    if root := os.environ.get("GANCOURSE_DATA"):
        return _inside(Path(root), name) or Path(root)
    return None


def _inside(root: Path, name: str) -> Path | None:
    """The folder or zip called `name` in `root`."""
    places = (root / name, root / f"{name}.zip")
    return next((place for place in places if place.exists()), None)


def _verified(path: Path, md5: str) -> Path:
    if not path.is_file():
        raise GancourseError(
            f"{path.name} is missing from {path.parent}: put it there, or name another folder"
        )
    actual = hashlib.md5(path.read_bytes()).hexdigest()
    if actual != md5:
        raise GancourseError(
            f"{path} has the wrong checksum (md5 {actual}, should be {md5}): it is damaged or another file"
        )
    return path


def _download(spec: DatasetSpec, source: Files, file: str) -> Path:
    place = cache_dir() / "downloads" / spec.name / file
    if not place.is_file():
        print(
            f"{spec.name}: fetching {file}; all its files are {source.megabytes:g} MB", flush=True
        )
    failures = []
    for mirror in source.mirrors:
        try:
            return Path(
                pooch.retrieve(
                    mirror + file,
                    known_hash=f"md5:{source.checksums[file]}",
                    fname=file,
                    path=cache_dir() / "downloads" / spec.name,
                    progressbar=is_watched(),
                )
            )
        except (
            Exception
        ) as error:  # requests, urllib3, OSError and pooch's ValueError all mean: try the next one
            failures.append(f"  {mirror}{file}: {_first_line(error)}")
    raise GancourseError(
        f"{spec.name} could not be downloaded:\n" + "\n".join(failures) + f"\n{_by_hand(spec)}"
    )


def _download_folder(spec: DatasetSpec, options: str) -> Path:
    source = spec.source
    assert isinstance(source, ImageFolder)
    try:
        import kagglehub
    except ModuleNotFoundError:
        raise GancourseError(
            f"{spec.name} is not on this machine, and fetching it needs a package: pip install kagglehub.\n"
            f"{_by_hand(spec, options)}"
        ) from None
    size = f"{source.megabytes:,.0f} MB" if source.megabytes else "its size is not stated"
    print(
        f"{spec.name}: fetched from Kaggle unless it is here already ({size}), then every file is checked, once",
        flush=True,
    )
    failures = []
    for handle in source.handles:
        try:
            return Path(kagglehub.dataset_download(handle))
        except Exception as error:  # no network, no such handle, terms not accepted: try the next
            failures.append(f"  {handle}: {_first_line(error)}")
    raise GancourseError(
        f"{spec.name} could not be downloaded from Kaggle:\n"
        + "\n".join(failures)
        + f"\n{_by_hand(spec, options)}"
    )


def _by_hand(spec: DatasetSpec, options: str = "") -> str:
    """What to fetch, what it costs, where to put it."""
    source, one_zip = spec.source, ""
    if isinstance(source, Files):
        what, where = ", ".join(source.checksums), "Put them into one folder and run"
        cost = f" ({source.megabytes:g} MB together)"
    else:
        assert isinstance(source, ImageFolder)
        what = " or ".join(f"https://www.kaggle.com/datasets/{handle}" for handle in source.handles)
        where, one_zip = "Then run", " (FOLDER may be the zip)"
        cost = f" ({source.megabytes:,.0f} MB)" if source.megabytes else ""
    return (
        f"On a machine that can, fetch {what}{cost}. {where} `gancourse data {spec.name}{options} --from FOLDER`, or "
        f"set GANCOURSE_DATA to it{one_zip}. The embedded data need no download: GANCOURSE_BUDGET=reduced"
    )


def _first_line(error: Exception) -> str:
    return (str(error) or type(error).__name__).splitlines()[0][:160]
