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
REPLACED = (
    "replaced"  # where the old folder waits in the scratch folder while the new one takes its place
)


def remove_unfinished(folder) -> None:
    """Remove what was left in `folder` by writes whose process was killed; a folder that was just being replaced is
    put back first."""
    for path in Path(folder).glob(f"{SCRATCH}*"):
        for new in path.iterdir():  # still in here: it has not taken its place
            old, place = path / REPLACED, Path(folder) / new.name
            if new.name != REPLACED and old.exists() and not place.exists():
                old.rename(place)
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
            _swap(target, path, scratch / REPLACED)
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
    """Put the folder `new` in the place of `old`; two renames, and a way back, for an interruption as well."""
    try:
        old.rename(aside)
        new.rename(old)
    except BaseException:
        if aside.exists() and not old.exists():
            aside.rename(old)
        raise


def write_text(path, text: str) -> None:
    """Write `text` to `path` as UTF-8, atomically."""
    with atomic(path) as scratch:
        scratch.write_text(text, encoding="utf-8")
