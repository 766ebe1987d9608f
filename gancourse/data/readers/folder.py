"""Folders and zips of images, however nested, to one uint8 array on disk; every file audited."""

import csv
import hashlib
import json
import shutil
import zipfile
from collections import Counter
from concurrent.futures import Executor, ThreadPoolExecutor
from functools import partial
from pathlib import Path, PurePosixPath
from time import perf_counter

import numpy as np
import PIL
from PIL import Image, ImageOps

from gancourse import GancourseError, runtime
from gancourse.data.audit import KEPT, KINDS, MAX_BYTES, examine, without_warnings
from gancourse.data.image_set import ImageSet
from gancourse.data.readers.listing import File, listing_hash
from gancourse.files import atomic, remove_unfinished, write_text
from gancourse.progress import progress_bar

CHUNK = 1000  # files between two points from which a killed preparation can go on
THREADS = 4  # at most: a third of the work holds Python's lock, and each has an image in memory
TEST_SHARE = 10  # where a set has no split of its own every tenth image is held out


def prepare_files(
    files, folder, name, size, fit, places=None, chunk=CHUNK, threads: int | None = None
) -> None:
    """Audit `files`, bring the good ones to one size, and keep them in `folder` as one array.

    Works `chunk` files at a time, in a folder beside `folder`. Killed and started again on the same files, it goes
    on after the last finished chunk, and the array is the same as if it had never been killed. Threads share the
    files of a chunk, for Pillow decodes and resizes without Python's lock; the array does not depend on their number.

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
    threads : int, optional
        How many files are worked on at a time; default: as many as there are cores, and at most four.

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
    missing = {start: part for start, part in parts.items() if not part.is_file()}
    with (
        without_warnings(),  # here, since what holds for warnings holds for all threads
        ThreadPoolExecutor(threads or min(runtime.cores(), THREADS)) as pool,
        progress_bar(total=len(files), desc=name, unit=" files") as bar,
    ):
        bar.update(sum(len(files[start : start + chunk]) for start in parts.keys() - missing))
        began = perf_counter()
        for turn, (start, part) in enumerate(missing.items()):
            chosen = files[start : start + chunk]
            _write_part(part, chosen, size, fit, places, pool)
            bar.update(len(chosen))
            if turn == 0 and (minutes := round((perf_counter() - began) * (len(missing) - 1) / 60)):
                bar.write(
                    f"{name}: each of {len(files):,} files is checked and brought to one size, once. That takes about "
                    f"{minutes} min more, judging by the first {len(chosen):,}"
                )

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


def _write_part(part: Path, files, size, fit, places, pool: Executor) -> None:
    findings, images = [], []
    for finding, image in pool.map(
        partial(_finding_and_image, size=size, fit=fit, places=places), files
    ):
        findings.append(finding)
        if image is not None:
            images.append(image)
    pixels = np.stack(images) if images else np.zeros((0, size, size, 3), np.uint8)
    with atomic(part) as scratch:
        np.savez(
            scratch, images=pixels, findings=np.frombuffer(json.dumps(findings).encode(), "u1")
        )


def _finding_and_image(
    file: File, size, fit, places
) -> tuple[tuple[str, str, str], np.ndarray | None]:
    kind, note, digest, image = _examine(file, places)
    pixels = None if image is None else np.asarray(_to_square(image, size, fit))
    return (kind, note, digest), pixels


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
