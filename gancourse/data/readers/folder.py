"""Folders and zips of images, however nested, to one uint8 array on disk; every file audited."""

import csv
import hashlib
import json
import os
import shutil
import zipfile
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath

import numpy as np
import PIL
from PIL import Image, ImageOps

from gancourse import GancourseError
from gancourse.data.audit import KEPT, KINDS, MAX_BYTES, examine
from gancourse.data.image_set import ImageSet
from gancourse.files import atomic, remove_unfinished, write_text
from gancourse.progress import progress_bar

CHUNK = 1000  # files between two points from which a killed preparation can go on
TEST_SHARE = 10  # where a set has no split of its own every tenth image is held out


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
        A function without arguments that returns the content as bytes.
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


def prepare_files(files, folder, name, size, fit, places=None, chunk=CHUNK) -> None:
    """Audit `files`, bring the good ones to one size, and keep them in `folder` as one array.

    Works `chunk` files at a time, in a folder beside `folder`. Killed and started again on the same files, it goes
    on after the last finished chunk, and the array is the same as if it had never been killed.

    `folder` then holds `images.npy`, uint8 (N, size, size, 3): the training images in the order of their names, then
    the test images; `labels.npy`, int64 (N,), with `places`; `audit.csv`, a line for each file that is not simply
    good; and `about.json`: the counts, a fingerprint of each split, and in `content` a hash of the image files,
    which stays the same where another version of Pillow gives other pixels. Written whole or not at all.

    Parameters
    ----------
    files : list of File
        The files, as `open_files` gives them.
    folder : path-like
        The folder to write; it is replaced if it is there already.
    name : str
        The name of the data set.
    size : int
        Height and width of the images in pixels.
    fit : {"crop", "squash"}
        The largest centred square, or the whole image with its proportions changed; then Pillow's bicubic filter,
        antialiased.
    places : dict, optional
        Subfolder to split and label, for a set that has them: {"trainA": ("train", 0), …}. Without it every tenth
        image, from the first on, is a test image.
    chunk : int
        The number of files after which work is kept.

    Raises
    ------
    GancourseError
        If no training or no test images are left, or the disk is full.
    """
    if not files:
        raise GancourseError(f"{name}: there are no files in the folder or zip that was named")
    folder = Path(folder)
    work = folder.with_name(f"{folder.name}.unfinished")
    key = {"listing": listing_hash(files), "size": size, "fit": fit, "chunk": chunk}
    remove_unfinished(folder.parent)
    _begin(work, json.dumps(key | {"pillow": PIL.__version__}))

    parts = {start: work / f"{start:09d}.npz" for start in range(0, len(files), chunk)}
    with progress_bar(total=len(files), desc=name, unit=" files") as bar:
        for start, part in parts.items():
            chosen = files[start : start + chunk]
            if not part.is_file():
                _write_part(part, chosen, size, fit, places)
            bar.update(len(chosen))

    findings = [finding for part in parts.values() for finding in _findings(part)]
    _mark_duplicates(files, findings)
    counts = Counter(kind for kind, _, _ in findings)
    audit = {kind: counts[kind] for kind in KINDS if counts[kind]}
    rows = _rows(files, findings, places)
    if not (rows["train"] and rows["test"]):
        shutil.rmtree(work)
        raise GancourseError(
            f"{name}: {len(rows['train'])} training and {len(rows['test'])} test images are too few. Of {len(files):,} "
            "files: "
            + ", ".join(f"{count:,} {kind}" for kind, count in audit.items())
            + (f". Images belong in folders {', '.join(places)}" if places else "")
        )

    with atomic(folder, folder=True) as scratch:
        _write_images(scratch / "images.npy", parts, rows, size)
        labels = None
        if places:
            labels = np.array(
                [
                    places[_place(files[row].name, places)][1]
                    for part in rows.values()
                    for row in part
                ],
                np.int64,
            )
            np.save(scratch / "labels.npy", labels)
        with open(
            scratch / "audit.csv", "w", newline="", encoding="utf-8", errors="backslashreplace"
        ) as out:
            table = csv.writer(out)
            table.writerow(("file", "kind", "what became of it", "found"))
            for file, (kind, note, _) in zip(files, findings, strict=True):
                if kind != "good":
                    table.writerow((file.name, kind, KINDS[kind], note))
        metadata = {"name": name, **key, "pillow": PIL.__version__, "files": len(files)}
        metadata["audit"] = audit
        digests = "".join(findings[row][2] for split in rows.values() for row in split)
        metadata["content"] = hashlib.sha256(digests.encode()).hexdigest()[:16]
        images, stop = np.load(scratch / "images.npy", mmap_mode="r"), len(rows["train"])
        for split, where in (("train", slice(stop)), ("test", slice(stop, None))):
            part = ImageSet(name, split, images[where], None if labels is None else labels[where])
            metadata[split] = {"count": len(part), "fingerprint": part.fingerprint}
        del images, part  # Windows renames no folder with an open file in it
        write_text(scratch / "about.json", json.dumps(metadata, indent=1))
    shutil.rmtree(work)


def prepared_listing(folder) -> str | None:
    """The `listing_hash` of the files that `folder` was prepared from; None if it is not, or is damaged."""
    try:
        return json.loads((Path(folder) / "about.json").read_text(encoding="utf-8"))["listing"]
    except (OSError, ValueError, KeyError):
        return None


def read_prepared(folder) -> tuple[np.ndarray, np.ndarray | None, int]:
    """What `prepare_files` left in `folder`: images, memory-mapped; labels or None; the number of training images."""
    folder = Path(folder)
    metadata = json.loads((folder / "about.json").read_text(encoding="utf-8"))
    labels = folder / "labels.npy"
    return (
        np.load(folder / "images.npy", mmap_mode="r"),
        np.load(labels) if labels.is_file() else None,
        metadata["train"]["count"],
    )


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
    return [
        File(prefix + info.filename, info.file_size, info.CRC, partial(archive.read, info))
        for info in archive.infolist()
        if not info.is_dir()
    ]


def _begin(work: Path, key: str) -> None:
    """An empty working folder for `key`, or the one that an earlier preparation with this key left."""
    note = work / "key.json"
    try:
        if note.is_file() and note.read_text(encoding="utf-8") == key:
            remove_unfinished(work)
            return
        if work.exists():
            shutil.rmtree(work)
    except OSError as error:
        raise GancourseError(f"cannot use {work}: {error.strerror}. Delete it") from error
    write_text(note, key)


def _write_part(part: Path, files, size, fit, places) -> None:
    findings, images = [], []
    for file in files:
        kind, note, digest, image = _examine(file, places)
        findings.append((kind, note, digest))
        if image is not None:
            images.append(np.asarray(_to_square(image, size, fit)))
    pixels = np.stack(images) if images else np.zeros((0, size, size, 3), np.uint8)
    with atomic(part) as scratch:
        np.savez(
            scratch, images=pixels, findings=np.frombuffer(json.dumps(findings).encode(), "u1")
        )


def _examine(file: File, places) -> tuple[str, str, str, Image.Image | None]:
    if file.size > MAX_BYTES:
        return "too large", f"{file.size:,} bytes", "", None
    try:
        content = file.read()
    except Exception as error:  # zipfile raises half a dozen kinds for a damaged or encrypted entry
        return "unreadable", str(error), "", None
    kind, note, image = examine(content, file.name)
    if image is not None and places and _place(file.name, places) is None:
        return "misplaced", "", "", None
    return kind, note, hashlib.sha256(content).hexdigest() if image else "", image


def _to_square(image: Image.Image, size: int, fit: str) -> Image.Image:
    if fit == "crop":
        return ImageOps.fit(image, (size, size), Image.Resampling.BICUBIC)
    return image.resize((size, size), Image.Resampling.BICUBIC)


def _read_part(part: Path, key: str) -> np.ndarray:
    try:
        # opened here: np.load leaves a damaged file open
        with open(part, "rb") as file, np.load(file) as arrays:
            return arrays[key]
    except (OSError, ValueError, EOFError, KeyError, zipfile.BadZipFile) as error:
        raise GancourseError(
            f"{part} is damaged ({error}): delete {part.parent} and start again"
        ) from error


def _findings(part: Path) -> list[tuple[str, str, str]]:
    """Kind, note and sha256 of each file of a part."""
    return json.loads(_read_part(part, "findings").tobytes())


def _mark_duplicates(files, findings) -> None:
    first: dict[str, int] = {}
    for index, (kind, _, digest) in enumerate(findings):
        if kind in KEPT and first.setdefault(digest, index) != index:
            findings[index] = ("duplicate", f"same as {files[first[digest]].name}", digest)


def _place(name: str, places) -> str | None:
    """The innermost folder of a file that `places` knows."""
    parts = PurePosixPath(name).parent.parts
    return next((part for part in reversed(parts) if part in places), None)


def _rows(files, findings, places) -> dict[str, list[int]]:
    """Which files go into each split, as positions in `files`."""
    usable = [index for index, (kind, _, _) in enumerate(findings) if kind in KEPT]
    if places:
        splits = [places[_place(files[index].name, places)][0] for index in usable]
    else:
        splits = ["train" if rank % TEST_SHARE else "test" for rank in range(len(usable))]
    return {
        split: [
            index for index, its_split in zip(usable, splits, strict=True) if its_split == split
        ]
        for split in ("train", "test")
    }


def _write_images(path: Path, parts, rows, size) -> None:
    """Write one part at a time: then a full disk raises an error, where a memory map would end the process."""
    shape = (sum(len(part) for part in rows.values()), size, size, 3)
    with open(path, "wb") as out:
        np.lib.format.write_array_header_1_0(
            out, {"descr": "|u1", "fortran_order": False, "shape": shape}
        )
        for chosen in map(set, rows.values()):
            for start, part in parts.items():
                stored = [
                    start + index
                    for index, (kind, _, _) in enumerate(_findings(part))
                    if kind in KEPT
                ]
                out.write(_read_part(part, "images")[[row in chosen for row in stored]].tobytes())
