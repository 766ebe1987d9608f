"""Training logs: read anybody's, check that the numbers fit together, say who is winning.

Four formats: that of report 004 and of many notebooks like it, which this course writes too; that of PyTorch's DCGAN
tutorial; Keras's progress output; and the `losses.npy` of a run folder.
"""

import io
import re
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from gancourse import GancourseError
from gancourse.diagnosis.signatures import Lab, log_measures, rank
from gancourse.history import METRICS

SCORES = ("real_score", "fake_score", "fake_score_after", "d_accuracy")  # from 0 to 1
NAMES = {  # ours, and what others call it, in lower case
    "d_loss": ("loss_d", "discriminator_loss", "disc_loss", "dis_loss", "loss_disc"),
    "g_loss": ("loss_g", "generator_loss", "gen_loss", "loss_gen"),
    "real_score": ("d(x)", "d_x", "real_scores"),
    "fake_score": ("d(g(z))", "d_g_z1", "fake_scores"),
    "fake_score_after": ("d_g_z2",),
    "d_accuracy": ("d_acc", "acc_d", "accuracy_d", "disc_acc", "discriminator_accuracy"),
}
_OURS = {alias: ours for ours, others in NAMES.items() for alias in (ours, *others)}

CHANCE_D, CHANCE_G = (
    2 * np.log(2),
    np.log(2),
)  # of a D that answers 0.5 to everything; D's two halves summed
REJECTED = 0.5  # real_score - fake_score above this: D tells most fakes from real images
FOOLED = 0.05  # below this: D tells them apart no better than chance, whichever way it errs
D_WINS, G_WINS = "the discriminator is winning", "the generator is winning"
EVEN, UNKNOWN = "even", "this log cannot tell"

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
_TITLES = {
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
    """

    format: str
    unit: str
    at: np.ndarray
    total: int | None
    values: dict[str, np.ndarray]
    skipped: int
    rounding: dict[str, float]

    def __len__(self) -> int:
        return len(self.at)


def read(path) -> Log:
    """Read a text log, a losses.npy, a run folder (its losses.npy, else its log.txt), or "-", the standard input.

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
    if path.suffix == ".npy" or content.startswith(b"\x93NUMPY"):
        return _of_array(content, name)
    # Windows PowerShell redirects as UTF-16, with a mark in front
    encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        return parse(content.decode(encoding), name)
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
    entries, skipped, first, epoch, steps = {}, 0, None, None, None
    for number, piece in _pieces(text):
        matching = (each for each, (begins, *_) in _FORMATS.items() if re.match(begins, piece))
        kind = next(matching, None)
        if kind is None:
            skipped += 1
            continue
        first = first or (kind, number)
        if kind != first[0]:
            raise GancourseError(
                f"{name}, line {number} is {_TITLES[kind][0]}, but line {first[1]} is {_TITLES[first[0]][0]}: two "
                "logs in one file. Keep one"
            )
        _, beginning, separator = _FORMATS[kind]
        match = re.match(beginning, piece)
        fields = match and _fields(re.split(separator, piece[match.end() :]))
        if fields is None:
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


def jensen(log: Log) -> dict:
    """Whether losses and scores of one log fit together.

    -log is convex, so by Jensen's inequality the mean of -log D(x) is at least -log of the mean of D(x). Hence, for
    plain labels and single batches as for means of them,

        d_loss >= -ln(real_score) - ln(1 - fake_score)        g_loss >= -ln(fake_score)

    and half of the first, if D's loss is the average of its two halves. The second may fail honestly, as G's step sees
    a D that has just been updated; not so with `fake_score_after`, which is taken instead where the log has it.

    A bound counts as kept if it is kept by some numbers that would have been printed like these: each may be off by
    `Log.rounding`, half a unit of its last decimal. For the same reason a probability printed as 0 is taken for that
    half unit, so that all bounds are finite.

    Returns
    -------
    dict
        "d" and "g", as far as the log has their metrics, each with "bound", "margin" (loss less bound) and "holds",
        arrays (N,), and "tightest", the smallest margin. "convention", with "d": "summed"; "averaged" if the loss
        breaks the summed bound somewhere and keeps half of it throughout ("d" is then about the half); "neither".
        "g_score": the score that "g" is about.

    Raises
    ------
    GancourseError
        If the log has no loss with its scores.
    """
    check, has = {}, log.values.keys()
    if {"d_loss", "real_score", "fake_score"} <= has:
        terms = [(log.values["real_score"], "real_score"), (1 - log.values["fake_score"], "fake_score")]  # fmt: skip
        whole, half = (_compare(log, "d_loss", terms, share) for share in (1, 0.5))
        averaged = not whole["holds"].all() and half["holds"].all()
        check["d"] = half if averaged else whole
        kept = "summed" if whole["holds"].all() else "neither"
        check["convention"] = "averaged" if averaged else kept
    score = "fake_score_after" if "fake_score_after" in has else "fake_score"
    if {"g_loss", score} <= has:
        check["g"] = _compare(log, "g_loss", [(log.values[score], score)])
        check["g_score"] = score
    if not check:
        raise GancourseError("this check compares losses with scores, and the log has not both")
    return check


def verdict(log: Log, last: int | None = None) -> dict:
    """Who is winning, by the last entries of a log.

    By the scores: D is winning where mean real_score and mean fake_score are more than REJECTED apart, G where they
    are less than FOOLED apart or the fakes score higher. Without scores by d_loss against chance, which is weaker
    evidence: D is winning below half of chance, G from a share FOOLED below it upwards. In Keras's output d_loss may
    be the sum of D's two halves or their average; where the two readings disagree, the log cannot tell.

    Parameters
    ----------
    last : int, optional
        How many entries; default a tenth of them, at least 10 (all, where there are fewer).

    Returns
    -------
    dict
        "winner" (D_WINS, G_WINS, EVEN or UNKNOWN), "because", "evidence" ("scores", "d_loss" or None), "entries",
        "gap" (or None), "chance" (a dict of levels), and the mean of each metric under its name.
    """
    if last is not None and last < 1:
        raise GancourseError(f"last={last}: a verdict needs one entry or more")
    last = min(len(log), last or max(10, -(-len(log) // 10)))
    means = {metric: float(column[-last:].mean()) for metric, column in log.values.items()}
    loss, gap, chance_d = means.get("d_loss"), None, CHANCE_D
    if {"real_score", "fake_score"} <= means.keys():
        evidence, gap = "scores", means["real_score"] - means["fake_score"]
        winner = D_WINS if gap > REJECTED else G_WINS if gap < FOOLED else EVEN
        because = {
            D_WINS: "D recognises most fakes; a low fake_score is no success of G",
            G_WINS: "D tells fakes from real images no better than chance, as would a D that learns nothing",
            EVEN: "D tells fakes from real images, but far from surely",
        }[winner]
        because = f"the scores are {gap:.3f} apart (0 at chance): {because}"
        if loss is not None and jensen(log)["convention"] == "averaged":
            chance_d = CHANCE_D / 2
    elif loss is not None and log.values["d_loss"].min() >= 0:
        evidence = "d_loss"
        summed, averaged = _by_loss(loss, CHANCE_D), _by_loss(loss, CHANCE_D / 2)
        winner = summed if log.format != "keras" or summed == averaged else UNKNOWN
        because = f"so says d_loss ({loss:.3f}; chance {CHANCE_D:.3f}), which is weaker evidence than scores"
        if winner == UNKNOWN:
            because = (
                f"a d_loss of {loss:.3f} says '{summed}' if D's two halves are summed (chance {CHANCE_D:.3f}), but "
                f"'{averaged}' if they are averaged (chance {CHANCE_D / 2:.3f})"
            )
    else:
        evidence, winner = None, UNKNOWN
        because = (
            "it has neither D's two scores nor a d_loss that is a cross-entropy, never negative"
        )
    chance = {"real_score": 0.5, "fake_score": 0.5, "d_loss": chance_d, "g_loss": CHANCE_G}
    found = {"winner": winner, "because": because, "evidence": evidence, "entries": last}
    return found | {"gap": gap, "chance": chance} | means


def _by_loss(loss: float, chance: float) -> str:
    return D_WINS if loss < chance / 2 else EVEN if loss < (1 - FOOLED) * chance else G_WINS


def explain(log: Log) -> str:
    """What `gancourse read` prints: what the log holds, who is winning and how one can tell, what was checked."""
    found, (title, kind) = verdict(log), _TITLES[log.format]
    shown = ", ".join(f"{name} {found[name]:.4f}" for name in NAMES if name in found)
    total = f" of {log.total}" if log.total else ""
    others = f" Lines of other output skipped: {log.skipped}." if log.skipped else ""
    lines = [
        f"{title}: {len(log)} entries, {log.unit}s {log.at[0]} to {log.at[-1]}{total}.{others}",
        kind,
        "",
        f"Means over the last {found['entries']}: {shown}.",
    ]
    if found["evidence"] == "scores":
        lines.append(
            "Scores are no accuracies: they are D's mean probability of 'real' on real images and on fakes."
        )
    else:
        lines.append(
            "There are no scores of D on real images and on fakes: losses alone say little."
        )
    levels = [f"{name} {level:.4g}" for name, level in found["chance"].items() if name in found]
    if levels and found["winner"] != UNKNOWN:
        lines.append(f"A D that cannot tell: {', '.join(levels)}.")
    lines += ["", f"Verdict: {found['winner']}.", f"Why: {found['because']}."]
    if found["evidence"] == "scores" and found.keys() & {"d_loss", "g_loss"}:
        lines += ["", *_explain_check(log, jensen(log))]
    lines += ["", *_explain_likeness(log)]
    lines += [
        "",
        "No log shows how good or how varied the samples are: look at them, and measure them.",
    ]
    return "\n".join(lines)


def _explain_check(log: Log, check: dict) -> list[str]:
    said = []
    if "d" in check:
        right = "-ln(real_score) - ln(1 - fake_score)"
        right = f"half of {right}" if check["convention"] == "averaged" else right
        said.append(f"d_loss >= {right}: {_outcome(log, check['d'])}")
        said.append(
            {
                "summed": "So losses and scores fit together. It proves neither who wins nor that the images are good.",
                "averaged": "The whole bound is not kept: D's loss looks like "
                "the average of its two halves, as report 003's.",
                "neither": "So d_loss is not the plain cross-entropy of these scores: smoothed labels, a penalty, "
                "another loss, or numbers of different batches.",
            }[check["convention"]]
        )
    if "g" in check:
        said.append(f"g_loss >= -ln({check['g_score']}): {_outcome(log, check['g'])}")
        if not check["g"]["holds"].all() and check["g_score"] == "fake_score":
            said.append("That may be: G's step sees a D that has just been updated.")
    return said


def measures(log: Log) -> dict[str, float]:
    """What the diagnosis lab measures of a log's end: see `gancourse.diagnosis.signatures.log_measures`.

    D's loss is doubled where its two halves were averaged; its change from step to step needs an entry for each step.
    """
    columns = dict(log.values)
    if {"d_loss", "real_score", "fake_score"} <= columns.keys():
        columns["d_loss"] = columns["d_loss"] * (
            2 if jensen(log)["convention"] == "averaged" else 1
        )
    by_step = log.unit == "step" and bool((np.diff(log.at) == 1).all())
    return log_measures(columns, by_step)


def _explain_likeness(log: Log) -> list[str]:
    """What the lab's runs with such a log had, and how often a log alone suggests the right thing there."""
    found = measures(log)
    if not found:
        return ["The diagnosis lab knows losses and scores; this log has neither."]
    lab = Lab()
    like = lab.like(found)
    ways = [
        f"{name} {'above' if way > 0 else 'below'}" for name, way in like["moved"].items() if way
    ]
    moved = ", ".join(ways) or "nothing moved"
    total = Counter(arm for arm, _ in lab.logs)
    runs = [
        f"  {lab.title(arm)}: {like['alike'][arm]} of {total[arm]} runs"
        for arm in rank(like["alike"], lab.logs)
    ]
    how = "like this" if not like["differing"] else f"but for {like['differing']} like this"
    right, every = lab.log_accuracy
    return [
        f"Against the healthy runs of the diagnosis lab: {moved}. Of its counted runs, these logs moved {how}:",
        *runs,
        f"How sure is that: in the lab a log alone suggests the right one of {len(total)} for {right} of {every} "
        "runs. The lab's systems are small, and what is healthy in another may look like a fault in them.",
    ]


def _outcome(log: Log, found: dict) -> str:
    failing = log.at[~found["holds"]]
    if not len(failing):
        rounded = ", within rounding" if found["tightest"] < 0 else ""
        return f"holds on all {len(log)} entries, tightest margin {found['tightest']:.4f}{rounded}."
    named = ", ".join(map(str, failing[:5])) + (", ..." if len(failing) > 5 else "")
    return f"fails on {len(failing)} of {len(log)} ({log.unit} {named})."


def _compare(log: Log, loss: str, terms, share: float = 1) -> dict:
    """A loss against `share` of the sum of -ln of the probabilities in `terms`, (values, metric) each."""
    off = log.rounding
    bound = share * sum(-np.log(np.maximum(p, off[name])) for p, name in terms)
    least = share * sum(-np.log(np.minimum(p + off[name], 1)) for p, name in terms)
    margin = log.values[loss] - bound
    # the last term is for binary fractions: 0.5 - 0.00005 is not quite that
    holds = log.values[loss] + off[loss] >= least - 1e-12
    return {"bound": bound, "margin": margin, "holds": holds, "tightest": float(margin.min())}


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
    for field in fields:
        field = field.strip()
        if not field or re.match(r"\d|ETA:", field):  # of Keras: the time it took or will take
            continue
        match = _PAIR.fullmatch(field)
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
        formats = "; ".join(title for title, _ in _TITLES.values())
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


def _of_array(content: bytes, name: str) -> Log:
    try:
        values = np.lib.format.read_array(io.BytesIO(content), allow_pickle=False)
    except Exception as error:  # damaged headers raise half a dozen kinds
        raise GancourseError(
            f"{name} is no array of numbers, or a damaged one ({error})"
        ) from error
    metrics = (*METRICS, "d_accuracy")
    if values.dtype.kind != "f" or values.ndim != 2 or values.shape[1] not in (4, 5):
        raise GancourseError(
            f"{name} is {values.dtype} {values.shape}: it must be a table of floats, a row a step, with the columns "
            f"{', '.join(METRICS)}, and perhaps d_accuracy"
        )
    if not len(values):
        raise GancourseError(f"{name} is empty: no step was trained")
    steps = np.arange(1, len(values) + 1)
    columns = dict(zip(metrics, values.T.astype(float), strict=False))
    log = Log("losses", "step", steps, None, columns, 0, dict.fromkeys(columns, EXACT))
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
