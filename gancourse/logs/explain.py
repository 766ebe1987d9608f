"""What `gancourse read` prints of a log, compared with the runs of the diagnosis lab."""

from collections import Counter

import numpy as np

from gancourse.diagnosis.signatures import Lab, log_metrics, rank
from gancourse.logs.checks import UNKNOWN, jensen, verdict
from gancourse.logs.formats import NAMES, TITLES, Log

SHOWN = ("real_score", "fake_score", "d_loss", "g_loss")  # at chance, in this order


def explain(log: Log) -> str:
    """What `gancourse read` prints: what the log holds, who is winning and how one can tell, what was checked."""
    found, (title, kind) = verdict(log), TITLES[log.format]
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
    elif found["evidence"] == "logits":
        lines.append(
            "These are mean logits of D on real images and on fakes, not probabilities: the objective is not a "
            "cross-entropy."
        )
    else:
        lines.append(
            "There are no scores of D on real images and on fakes: losses alone say little."
        )
    chance = found["chance"]
    levels = [
        f"{name} {chance[name]:.4g}" for name in SHOWN if name in chance.keys() & found.keys()
    ]
    if levels and (found["winner"] != UNKNOWN or found["evidence"] == "logits"):
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
    """What the diagnosis lab measures of a log's end: see `gancourse.diagnosis.signatures.log_metrics`.

    D's loss is doubled where its two halves were averaged; its change from step to step needs an entry for each step.
    Nothing, where D's answers are not probabilities: the lab's runs are cross-entropy games.
    """
    columns = dict(log.values)
    if {"d_loss", "real_score", "fake_score"} <= columns.keys():
        columns["d_loss"] = columns["d_loss"] * (
            2 if jensen(log)["convention"] == "averaged" else 1
        )
    by_step = log.unit == "step" and bool((np.diff(log.at) == 1).all())
    return log_metrics(columns, by_step)


def _explain_likeness(log: Log) -> list[str]:
    """What the lab's runs with such a log had, and how often a log alone suggests the right thing there."""
    found = measures(log)
    if not log.probabilities:
        return [
            "The diagnosis lab's runs minimise cross-entropies; a log of another objective cannot be compared."
        ]
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
