"""Training logs as they are found: four formats, read into a `Log` and checked as they come in."""

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

SCORES = ("real_score", "fake_score", "fake_score_after", "d_accuracy")  # from 0 to 1
NAMES = {  # ours, and what others call it, in lower case
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

EXACT = 1e-5  # what float32 means in losses.npy may be off by

_NUMBER = r"[-+]?(?:\d+\.?\d*(?:e[-+]?\d+)?|nan|inf)"
_PAIR = re.compile(rf"([a-z][\w()]*)\s*:\s*({_NUMBER})(?:\s*/\s*({_NUMBER}))?", re.IGNORECASE)
# format: how its lines begin, damaged ones included; that beginning in full; what separates the metrics after it
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
    "tutorial": ("The PyTorch tutorial's format", "Each entry is of one batch and jumps as it does."),
    "keras": ("Keras's progress output", "Each entry is a mean over the epoch so far, as Keras shows it."),
    "losses": ("A losses.npy", "Each entry is of one batch and jumps as it does."),
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Log:
    """What a training log holds, one entry an epoch or a step.

    Attributes
    ----------
    format : "report", "tutorial", "keras" or "losses"
    unit : "epoch" or "step"
    at : ndarray, int (N,)
        Epochs and the steps of losses.npy count from 1, the tutorial's steps from 0 as it prints them.
    total : int or None
        The 500 of [500/500], in the same unit.
    values : dict of ndarray, float64 (N,)
        Under the names of `NAMES`. Other metrics say nothing about the two players and are left out.
    skipped : int
        Lines that are other output.
    rounding : dict of float
        How far each metric may be off because it was printed with so many decimals.
    chance : dict of float
        What the metrics are where D cannot tell real from fake: as the record beside the log has it, else those of a
        cross-entropy game; unknown, so empty, for logits without a record.
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
        """Whether D's answers, where the log has them, are probabilities, as in a cross-entropy game."""
        return not self.values.keys() & set(LOGITS[2:])


def read(path) -> Log:
    """Read a text log, a losses.npy, a run folder (its losses.npy, else its log.txt), or "-", the standard input.

    A record beside a losses.npy says which metrics its columns are.

    Raises
    ------
    GancourseError
        Nothing there, or what `parse` finds wrong; also a damaged array or one of another shape.
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
    """Read the text of a log; lines that do not begin like one of a log are skipped and counted.

    Of Keras's live bar the last state of each epoch counts.

    Raises
    ------
    GancourseError
        Names the line: garbled, of another format than those before, with other metrics, a value that is not finite
        or a score outside [0, 1], positions that run backwards. Also for a text without a single entry.
    """
    if "\0" in text:
        raise GancourseError(_not_text(name))
    entries: dict[Any, tuple] = {}
    skipped, first, epoch, steps = 0, None, None, None
    for number, piece in _pieces(text):
        matching = (each for each, (begins, *_) in _FORMATS.items() if re.match(begins, piece))
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
    """Number and text of each line that is not blank; of a live progress bar, each of its states."""
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
    """The known metrics, as printed; None if one of the fields is no metric."""
    found = {}
    for each in map(str.strip, fields):
        if not each or re.match(r"\d|ETA:", each):  # of Keras: the time it took or will take
            continue
        match = _PAIR.fullmatch(each)
        metric = match and _OURS.get(match[1].lower())
        if not match or metric in found or (match[3] and metric != "fake_score"):
            return None
        if metric:
            found[metric] = match[2]
        if match[3]:
            found["fake_score_after"] = match[3]
    return found


def _assemble(entries, kind, skipped: int, name: str) -> Log:
    """A Log of (line number, position, total, fields) each."""
    if not entries or not entries[0][-1]:
        formats = "; ".join(title for title, _ in TITLES.values())
        raise GancourseError(
            f"{name} has no line of a training log with losses or scores of D and G. Known are: {formats}"
        )
    numbers, at, totals, fields = zip(*entries, strict=True)
    for number, position, total, found in entries:
        if found.keys() != fields[0].keys():
            names = [", ".join(each) for each in (found, fields[0])]
            raise GancourseError(
                f"{name}, line {number} has {names[0]}, but line {numbers[0]} has {names[1]}: garbled, or another run"
            )
        if total is not None and position > total:
            raise GancourseError(f"{name}, line {number} is number {position} of {total}")
    columns = {metric: [found[metric] for found in fields] for metric in fields[0]}
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
    plain = (each for each in column if "e" not in each.lower())
    return 0.5 * 10.0 ** -max((len(each.partition(".")[2]) for each in plain), default=4)


def _of_array(content: bytes, name: str, metrics: list[str] | None) -> Log:
    try:
        values = np.lib.format.read_array(io.BytesIO(content), allow_pickle=False)
    except Exception as error:  # damaged headers raise half a dozen kinds
        raise GancourseError(
            f"{name} is no array of numbers, or a damaged one ({error})"
        ) from error
    counts = (len(metrics),) if metrics else (4, 5)
    columns = ", ".join(metrics) if metrics else f"{', '.join(METRICS)}, and perhaps d_accuracy"
    if values.dtype.kind != "f" or values.ndim != 2 or values.shape[1] not in counts:
        raise GancourseError(
            f"{name} is {values.dtype} {values.shape}: it must be a table of floats, a row a step, with the columns "
            f"{columns}"
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
                f"{places[bad[0]]}: {metric} is {column[bad[0]]}, no finite number: training has diverged there"
            )
        if metric in SCORES:
            bad = np.flatnonzero((column < -EXACT) | (column > 1 + EXACT))
            if len(bad):
                raise GancourseError(
                    f"{places[bad[0]]}: {metric} is {column[bad[0]]:g}, which must be from 0 to 1: D's "
                    "probabilities after the sigmoid, and shares, not percentages"
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
