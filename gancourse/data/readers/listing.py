"""The files of a folder or zip of images, however nested: which there are, and how each is read."""

import hashlib
import os
import zipfile
from collections.abc import Callable
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from threading import Lock

from gancourse import GancourseError


@dataclass(frozen=True)
class File:
    """One file of a folder or zip.

    Attributes
    ----------
    name : str
        The path inside the folder or zip, with "/".
    size : int
        The size in bytes.
    stamp : int
        A number that changes with the content: the checksum in a zip, the time of the last change in a folder.
    read : callable
        A function without arguments that returns the content as bytes; several threads may call it at a time.
    """

    name: str
    size: int
    stamp: int
    read: Callable[[], bytes]


@contextmanager
def open_files(path):
    """Yield the list of files (`File`) of a folder or zip, sorted by name; a zip in a folder counts as a folder.

    Dotfiles and `__MACOSX` are passed over.

    Raises
    ------
    GancourseError
        If there is nothing at `path`, it cannot be read, or a zip is not one.
    """
    path = Path(path)
    with ExitStack() as archives:
        if path.is_dir():
            files = []
            for place in _walk(path):
                name = place.relative_to(path).as_posix()
                if place.suffix.lower() == ".zip" and not _is_junk(name):
                    files += _members(archives.enter_context(_open_zip(place)), f"{name}/")
                else:
                    files.append(_on_disk(place, name))
        elif path.is_file():
            files = _members(archives.enter_context(_open_zip(path)), "")
        else:
            raise GancourseError(f"no folder or zip at {path}")
        yield sorted(
            (file for file in files if not _is_junk(file.name)), key=lambda file: file.name
        )


def spread(files: list[File], count: int) -> list[File]:
    """`count` of the files, at equal distances from the first to the last; all of them for 0, or if there are no more.

    Parameters
    ----------
    files : list of File
        The files, in the order of their names.
    count : int
        How many to keep.
    """
    if not 0 < count < len(files):
        return files
    return [files[index * len(files) // count] for index in range(count)]


def listing_hash(files) -> str:
    """16 hex digits of the sha256 of names, sizes and stamps: other files, another hash."""
    digest = hashlib.sha256()
    for file in files:
        line = f"{file.name}\t{file.size}\t{file.stamp}\n"
        digest.update(line.encode("utf-8", "surrogateescape"))
    return digest.hexdigest()[:16]


def _walk(folder: Path):
    def stop(error):
        raise GancourseError(f"cannot read {error.filename}: {error.strerror}")

    for place, _, names in os.walk(folder, onerror=stop):
        yield from (Path(place, name) for name in names)


def _is_junk(name: str) -> bool:
    return any(part.startswith(".") or part == "__MACOSX" for part in PurePosixPath(name).parts)


def _on_disk(place: Path, name: str) -> File:
    try:
        stat = place.stat()
    except OSError:  # a broken link: reading it will say so
        return File(name, 0, 0, place.read_bytes)
    return File(name, stat.st_size, stat.st_mtime_ns, place.read_bytes)


def _open_zip(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except zipfile.BadZipFile as error:
        with open(path, "rb") as content:
            start = content.read(1024).lstrip().lower()
        if start.startswith((b"<!doctype html", b"<html")):
            raise GancourseError(
                f"{path} is a web page, not a zip: the server sent a notice instead of the file, as Google Drive "
                "does when a file's quota is used up. Open it in a browser to read it, then fetch the file elsewhere"
            ) from error
        raise GancourseError(
            f"{path} is not a zip, or is cut short ({error}): fetch it again"
        ) from error
    except OSError as error:
        raise GancourseError(f"cannot read {path}: {error.strerror}") from error


def _members(archive: zipfile.ZipFile, prefix: str) -> list[File]:
    turn = Lock()  # zipfile does not promise that several threads may read at a time

    def read(info: zipfile.ZipInfo) -> bytes:
        with turn:
            return archive.read(info)

    return [
        File(prefix + info.filename, info.file_size, info.CRC, partial(read, info))
        for info in archive.infolist()
        if not info.is_dir()
    ]
