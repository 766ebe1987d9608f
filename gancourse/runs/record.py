"""Records: what was run, on what, with what result. Numbers and figures in the book come from records."""

import json
import re
from pathlib import Path

from gancourse import GancourseError
from gancourse.files import write_text

# The files that a committed record may consist of.
PUBLISHED = {
    "record.json",
    "table.md",
    "generated.png",
    "generated-along.png",
    "losses.npy",
    "generator.pt",
    "generator.npz",
}
_BESIDE = Path(__file__).parents[2] / "book" / "records"  # in a clone
_INSIDE = Path(__file__).parents[1] / "_records"  # in an installed package, for Colab


def committed(name: str) -> Path:
    """The folder of a committed record, in a clone's `book/records` or inside the installed package.

    Parameters
    ----------
    name : str
        The name of the record's folder.

    Raises
    ------
    GancourseError
        If no record has that name; the message lists the names.
    """
    root = _BESIDE if _BESIDE.is_dir() else _INSIDE
    if not (root / name).is_dir():
        names = ", ".join(sorted(path.name for path in root.glob("*") if path.is_dir())) or "none"
        raise GancourseError(f"no committed record is called {name!r}; there are: {names}")
    return root / name


def read_record(folder) -> dict:
    """The record in a folder.

    Parameters
    ----------
    folder : path-like
        The folder that holds record.json.

    Raises
    ------
    GancourseError
        If record.json is missing, unreadable or damaged.
    """
    path = Path(folder) / "record.json"
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise GancourseError(
            f"no record at {path} ({error.strerror}): is {folder} the folder of a run?"
        ) from None
    except ValueError as error:
        raise GancourseError(f"{path} is damaged, it is not JSON ({error})") from error
    if not isinstance(record, dict):
        raise GancourseError(f"{path} is damaged: a record is a JSON object")
    return record


def write_record(folder, record: dict) -> Path:
    """Write `record` as record.json into `folder`, atomically, and return the file's path."""
    path = Path(folder) / "record.json"
    write_text(path, _compact(record) + "\n")
    return path


def check_replaceable(folder) -> None:
    """Raise a GancourseError if `folder` is or holds anything but a record.

    A record is replaced as a whole, and nothing else may be lost with it.
    """
    folder = Path(folder)
    paths = [folder] if folder.is_file() else folder.glob("*")
    others = {path.name for path in paths} - PUBLISHED
    if others:
        raise GancourseError(
            f"{folder} is or holds something else ({', '.join(sorted(others)[:3])}): name an empty or new folder"
        )


def _compact(record: dict) -> str:
    """JSON with one key per line but a list of numbers on one line, so that a change reads well in a diff."""
    text = json.dumps(record, indent=1, ensure_ascii=False)
    return re.sub(
        r"\[\s+([-+.\deE,\s]+?)\s+\]", lambda match: f"[{' '.join(match[1].split())}]", text
    )
