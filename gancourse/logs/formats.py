"""Training logs in four formats, read into a `Log` and checked on the way in."""

import io
import re
import sys
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from gancourse import GancourseError
from gancourse.history import CHANCE, LOGITS, METRICS
from gancourse.runs.record import read_record

SCORES = ("real_score", "fake_score", "fake_score_after", "d_accuracy")  # values from 0 to 1
NAMES = {  # our name for a metric, and others' names for it in lower case
    "d_loss": ("loss_d", "discriminator_loss", "disc_loss", "dis_loss", "loss_disc"),
    "g_loss": ("loss_g", "generator_loss", "gen_loss", "loss_gen"),
    "real_score": ("d(x)", "d_x", "real_scores"),
    "fake_score": ("d(g(z))", "d_g_z1", "fake_scores"),
    "fake_score_after": ("d_g_z2",),
    "real_logit": (),
    "fake_logit": (),
    "d_accuracy": ("d_acc", "acc_d", "accuracy_d", "disc_acc", "discriminator_accuracy"),
}
_OURS = {alias: ours for ours, others in NAMES.items() for alias in (ours, *others)}

EXACT = 1e-5  # how far the float32 means in losses.npy may be off

_NUMBER = r"[-+]?(?:\d+\.?\d*(?:e[-+]?\d+)?|nan|inf)"
_PAIR = re.compile(rf"([a-z][\w()]*)\s*:\s*({_NUMBER})(?:\s*/\s*({_NUMBER}))?", re.IGNORECASE)
# For each format: how its lines begin, damaged ones included; the whole beginning; what separates the metrics after it.
_FORMATS = {
    "report": (r"Epoch\s*\[", r"Epoch\s*\[(\d+)(?:/(\d+))?\]\s*,", r","),
    "tutorial": (r"\[\d+/[^\]]*\]\s*\[", r"\[(\d+)/(\d+)\]\s*\[(\d+)/(\d+)\]", r"\s+(?=[A-Z])"),
    "keras": (  # the heading of an epoch, or a state of its bar
        r"Epoch [^\s\[]*/|\d+/(\d+|Unknown)\s.*- (?!ETA)[A-Za-z_]\w*\s*[:\d]",
        r"Epoch (\d+)/(\d+)$|(\d+)/(\d+|Unknown)\s.*?- ",
        r"\s- ",
    ),
}
TITLES = {
    "report": (
        "Report 004's format",
        "The template that prints it logs the last batch of an epoch only; gancourse's own log holds means.",
    ),
    "tutorial": ("The PyTorch tutorial's format", "Each entry is of one batch, so it jumps from entry to entry."),
    "keras": ("Keras's progress output", "Each entry is a mean over the epoch so far, as Keras shows it."),
    "losses": ("A losses.npy", "Each entry is of one batch, so it jumps from entry to entry."),
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Log:
    """What a training log holds: one entry per epoch or per step.

    Attributes
    ----------
    format : {"report", "tutorial", "keras", "losses"}
        The format it was read from.
    unit : {"epoch", "step"}
        What an entry is about.
    at : ndarray, int (N,)
        The epoch or step of each entry. Epochs and the steps of losses.npy count from 1, the tutorial's steps from 0.
    total : int or None
        How many epochs or steps the run was to have: the 500 of [500/500].
    values : dict of ndarray, float64 (N,)
        The metrics under the names of `NAMES`. Others say nothing about the two networks and are left out.
    skipped : int
        How many lines were other output.
    rounding : dict of float
        How far each metric may be off because it was printed with so many decimals.
    chance : dict of float
        The values of the metrics if D cannot tell real from fake: from the record beside the log, or else those of
        cross-entropies; empty for logits without a record, since they are unknown then.
    """

    format: str
    unit: str
    at: np.ndarray
    total: int | None
    values: dict[str, np.ndarray]
    skipped: int
    rounding: dict[str, float]
    chance: dict[str, float] = field(default_factory=dict)

    def __post_init__(self):
        if not self.chance and self.probabilities:
            object.__setattr__(self, "chance", dict(CHANCE))

    def __len__(self) -> int:
        return len(self.at)

    @property
    def probabilities(self) -> bool:
        """Whether D's answers, if the log has them, are probabilities, as with cross-entropies."""
        return not self.values.keys() & set(LOGITS[2:])


def read(path) -> Log:
    """Read a training log.

    A record beside the log says which metrics the columns of a losses.npy are, and what they are at chance.

    Parameters
    ----------
    path : path-like
        A text log, a losses.npy, a run folder (its losses.npy is read, or else its log.txt), or "-" for the standard
        input.

    Returns
    -------
    Log

    Raises
    ------
    GancourseError
        If there is nothing to read, if the array is damaged or has another shape, and for all that `parse` refuses.
    """
    path = Path(path)
    if path.is_dir():
        inside = [path / name for name in ("losses.npy", "log.txt") if (path / name).exists()]
        if not inside:
            raise GancourseError(f"no log in {path}: it has neither losses.npy nor log.txt")
        path = inside[0]
    name = "standard input" if str(path) == "-" else str(path)
    try:
        content = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
    except OSError as error:
        raise GancourseError(f"cannot read a log at {path} ({error.strerror})") from None
    record = read_record(path.parent) if (path.parent / "record.json").is_file() else {}
    if path.suffix == ".npy" or content.startswith(b"\x93NUMPY"):
        log = _of_array(content, name, record.get("metrics"))
        return replace(log, chance=record.get("chance", log.chance))
    # Windows PowerShell redirects as UTF-16, with a mark in front
    encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        log = parse(content.decode(encoding), name)
        return replace(log, chance=record.get("chance", log.chance))
    except UnicodeDecodeError:
        raise GancourseError(_not_text(name)) from None


def parse(text: str, name: str = "the text") -> Log:
    """Read the text of a log; lines that do not begin like an entry are skipped and counted.

    For each epoch the last state of Keras's live bar counts.

    Parameters
    ----------
    text : str
        The whole log.
    name : str
        What error messages call the text.

    Returns
    -------
    Log

    Raises
    ------
    GancourseError
        If a line is garbled, has another format or other metrics than those before it, holds a value that is not finite
        or a score outside [0, 1], or goes backwards in time; the message names the line. Also if there is no entry.
    """
    if "\0" in text:
        raise GancourseError(_not_text(name))
    entries: dict[Any, tuple] = {}
    skipped, first, epoch, steps = 0, None, None, None
    for number, piece in _pieces(text):
        matching = (name for name, (begins, *_) in _FORMATS.items() if re.match(begins, piece))
        kind = next(matching, None)
        if kind is None:
            skipped += 1
            continue
        first = first or (kind, number)
        if kind != first[0]:
            raise GancourseError(
                f"{name}, line {number} is {TITLES[kind][0]}, but line {first[1]} is {TITLES[first[0]][0]}: two "
                "logs in one file. Keep one"
            )
        _, beginning, separator = _FORMATS[kind]
        match = re.match(beginning, piece)
        fields = match and _fields(re.split(separator, piece[match.end() :]))
        if match is None or fields is None:
            raise GancourseError(
                f"{name}, line {number} is garbled: {_short(piece)}. Mend it, or delete it on purpose"
            )
        if kind != "keras":
            entries[len(entries)] = (number, *_position(*match.groups()), fields)
        elif match[1]:
            epoch, steps = (number, int(match[1]), int(match[2])), None
        elif epoch is None or steps not in (None, "Unknown", match[4]):
            skipped += 1  # a bar of another length is of an evaluation, not of training
        else:
            entries[epoch], steps = (number, *epoch[1:], fields), match[4]
    return _assemble(list(entries.values()), first and first[0], skipped, name)


def _pieces(text: str):
    """Number and text of each line that is not blank; each state of a live progress bar counts as one."""
    text = re.sub(r"\x1b\[[\d;]*[A-Za-z]", "", text)  # colours
    for number, row in enumerate(text.split("\n"), 1):
        for piece in re.split(r"[\r\b]+", re.sub(r"\\([_\[\]])", r"\1", row)):
            if piece.strip():
                yield number, piece.strip()


def _position(epoch, epochs, step=None, steps=None) -> tuple[int, int | None]:
    if step is None:
        return int(epoch), epochs and int(epochs)
    return int(epoch) * int(steps) + int(step), int(epochs) * int(steps)


def _fields(fields) -> dict[str, str] | None:
    """The metrics that we have names for, as printed; None if one of the fields is not a metric."""
    printed = {}
    for text in map(str.strip, fields):
        if not text or re.match(
            r"\d|ETA:", text
        ):  # in Keras's output: the time it took or will take
            continue
        match = _PAIR.fullmatch(text)
        metric = match and _OURS.get(match[1].lower())
        if not match or metric in printed or (match[3] and metric != "fake_score"):
            return None
        if metric:
            printed[metric] = match[2]
        if match[3]:
            printed["fake_score_after"] = match[3]
    return printed


def _assemble(entries, kind, skipped: int, name: str) -> Log:
    """A Log of entries, each with its line number, position, total and fields."""
    if not entries or not entries[0][-1]:
        formats = "; ".join(title for title, _ in TITLES.values())
        raise GancourseError(
            f"{name} has no line of a training log with losses or scores of D and G. The formats that can be read: "
            f"{formats}"
        )
    numbers, at, totals, fields = zip(*entries, strict=True)
    for number, position, total, metrics in entries:
        if metrics.keys() != fields[0].keys():
            names = [", ".join(keys) for keys in (metrics, fields[0])]
            raise GancourseError(
                f"{name}, line {number} has {names[0]}, but line {numbers[0]} has {names[1]}: garbled, or another run"
            )
        if total is not None and position > total:
            raise GancourseError(f"{name}, line {number} is number {position} of {total}")
    columns = {metric: [printed[metric] for printed in fields] for metric in fields[0]}
    return _checked(
        Log(
            kind,
            "step" if kind == "tutorial" else "epoch",
            np.array(at),
            totals[-1],
            {metric: np.array(column, float) for metric, column in columns.items()},
            skipped,
            {metric: _rounding(column) for metric, column in columns.items()},
        ),
        [f"{name}, line {number}" for number in numbers],
    )


def _rounding(column) -> float:
    """Half a unit of the last decimal. Numbers with an exponent are finer; some may have lost zeros at the end."""
    plain = (text for text in column if "e" not in text.lower())
    return 0.5 * 10.0 ** -max((len(text.partition(".")[2]) for text in plain), default=4)


def _of_array(content: bytes, name: str, metrics: list[str] | None) -> Log:
    try:
        values = np.lib.format.read_array(io.BytesIO(content), allow_pickle=False)
    except Exception as error:  # damaged headers raise half a dozen kinds
        raise GancourseError(
            f"{name} is not an array of numbers, or is damaged ({error}): give the losses.npy of a run"
        ) from error
    counts = (len(metrics),) if metrics else (4, 5)
    columns = ", ".join(metrics) if metrics else f"{', '.join(METRICS)}, and perhaps d_accuracy"
    if values.dtype.kind != "f" or values.ndim != 2 or values.shape[1] not in counts:
        raise GancourseError(
            f"{name} is {values.dtype} {values.shape}: it must be a table of floats with one row per step and the "
            f"columns {columns}"
        )
    if not len(values):
        raise GancourseError(f"{name} is empty: no step was trained")
    steps = np.arange(1, len(values) + 1)
    names = metrics or (*METRICS, "d_accuracy")
    curves = dict(zip(names, values.T.astype(float), strict=False))
    log = Log("losses", "step", steps, None, curves, 0, dict.fromkeys(curves, EXACT))
    return _checked(log, [f"{name}, step {step}" for step in steps])


def _checked(log: Log, places: list[str]) -> Log:
    for metric, column in log.values.items():
        bad = np.flatnonzero(~np.isfinite(column))
        if len(bad):
            raise GancourseError(
                f"{places[bad[0]]}: {metric} is {column[bad[0]]}, not a finite number: training has diverged there"
            )
        if metric in SCORES:
            bad = np.flatnonzero((column < -EXACT) | (column > 1 + EXACT))
            if len(bad):
                raise GancourseError(
                    f"{places[bad[0]]}: {metric} is {column[bad[0]]:g}, but it must be from 0 to 1: log D's "
                    "probabilities after the sigmoid, and shares rather than percentages"
                )
            np.clip(column, 0, 1, out=column)  # a mean of ones in float32 may be a hair above 1
    bad = np.flatnonzero(np.diff(log.at) <= 0) + 1
    if len(bad):
        now, before = log.at[bad[0]], log.at[bad[0] - 1]
        raise GancourseError(
            f"{places[bad[0]]}: {log.unit} {now} comes after {log.unit} {before}: two runs one after the other? Read "
            "them one at a time"
        )
    return log


def _not_text(name: str) -> str:
    return f"{name} is not text: give a log, a losses.npy or the folder of a run"


def _short(piece: str) -> str:
    return repr(piece if len(piece) <= 100 else piece[:97] + "...")
