"""Where files go, and how they are written: whole or not at all."""

import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pooch

from gancourse import GancourseError


def cache_dir() -> Path:
    """The folder for downloads, prepared arrays and trained classifiers: `GANCOURSE_CACHE`, else the user's cache."""
    return Path(os.environ.get("GANCOURSE_CACHE") or pooch.os_cache("gancourse"))


SCRATCH = ".gancourse-unfinished-"


def remove_unfinished(folder) -> None:
    """Remove what was left in `folder` by writes whose process was killed."""
    for path in Path(folder).glob(f"{SCRATCH}*"):
        shutil.rmtree(path, ignore_errors=True)


@contextmanager
def atomic(path, *, folder: bool = False):
    """Yield a temporary path beside `path`; rename it to `path` on success, remove it on any failure.

    With `folder=True` the temporary path is a new folder, and an existing folder at `path` is replaced. A reader
    sees the old content or the new, never a part of either.

    Raises
    ------
    GancourseError
        If the target cannot be written (no permission, no space left). What was at `path` before is still there.
    """
    path = Path(path)
    scratch = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(prefix=SCRATCH, dir=path.parent))
        target = scratch / path.name
        if folder:
            target.mkdir()
        yield target
        if folder and path.exists():
            _swap(target, path, scratch / "replaced")
        else:
            os.replace(target, path)
    except OSError as error:
        reason = error.strerror or error
        raise GancourseError(
            f"cannot write {path}: {reason}. Nothing was changed there; free some space or choose a place that "
            "you may write to (--out, or the environment variable GANCOURSE_CACHE for the cache)."
        ) from error
    finally:
        if scratch is not None:
            shutil.rmtree(scratch, ignore_errors=True)


def _swap(new: Path, old: Path, aside: Path) -> None:
    """Put the folder `new` in the place of `old`; two renames, and a way back."""
    old.rename(aside)
    try:
        new.rename(old)
    except OSError:
        aside.rename(old)
        raise


def write_text(path, text: str) -> None:
    """Write `text` to `path` as UTF-8, atomically."""
    with atomic(path) as scratch:
        scratch.write_text(text, encoding="utf-8")
