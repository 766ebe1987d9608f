"""What `gancourse read` prints about a log, compared with the healthy and faulty runs of the committed diagnosis."""

from collections import Counter

import numpy as np

from gancourse.diagnosis.likeness import rank
from gancourse.diagnosis.signatures import Diagnosis, log_metrics
from gancourse.logs.checks import UNKNOWN, jensen, verdict
from gancourse.logs.formats import NAMES, TITLES, Log

SHOWN = ("real_score", "fake_score", "d_loss", "g_loss")  # the order of the values at chance


def explain(log: Log) -> str:
    """What `gancourse read` prints: what the log holds, which network is winning and why, what was checked."""
    judgement, (title, kind) = verdict(log), TITLES[log.format]
    shown = ", ".join(f"{name} {judgement[name]:.4f}" for name in NAMES if name in judgement)
    total = f" of {log.total}" if log.total else ""
    others = f" Lines of other output skipped: {log.skipped}." if log.skipped else ""
    lines = [
        f"{title}: {len(log)} entries, {log.unit}s {log.at[0]} to {log.at[-1]}{total}.{others}",
        kind,
        "",
        f"Means over the last {judgement['entries']}: {shown}.",
    ]
    if judgement["evidence"] == "scores":
        lines.append(
            "Scores are not accuracies: they are D's mean probability of 'real' on real images and on fakes."
        )
    elif judgement["evidence"] == "logits":
        lines.append(
            "These are mean logits of D on real images and on fakes, not probabilities: the objective is not a "
            "cross-entropy."
        )
    else:
        lines.append(
            "There are no scores of D on real images and on fakes: losses alone say little."
        )
    chance = judgement["chance"]
    levels = [
        f"{name} {chance[name]:.4g}" for name in SHOWN if name in chance.keys() & judgement.keys()
    ]
    if levels and (judgement["winner"] != UNKNOWN or judgement["evidence"] == "logits"):
        lines.append(f"A D that cannot tell: {', '.join(levels)}.")
    lines += ["", f"Verdict: {judgement['winner']}.", f"Why: {judgement['because']}."]
    if judgement["evidence"] == "scores" and judgement.keys() & {"d_loss", "g_loss"}:
        lines += ["", *_explain_check(log, jensen(log))]
    lines += ["", *_explain_likeness(log)]
    lines += [
        "",
        "No log shows how good or how varied the samples are: look at them, and evaluate them.",
    ]
    return "\n".join(lines)


def _explain_check(log: Log, check: dict) -> list[str]:
    lines = []
    if "d" in check:
        right = "-ln(real_score) - ln(1 - fake_score)"
        right = f"half of {right}" if check["convention"] == "averaged" else right
        lines.append(f"d_loss >= {right}: {_outcome(log, check['d'])}")
        lines.append(
            {
                "summed": "So losses and scores fit together. It proves neither who wins nor that the images are good.",
                "averaged": "The whole bound is not kept: D's loss looks like "
                "the average of its two halves, as in report 003.",
                "neither": "So d_loss is not the plain cross-entropy of these scores: smoothed labels, a penalty, "
                "another loss, or numbers from different batches.",
            }[check["convention"]]
        )
    if "g" in check:
        lines.append(f"g_loss >= -ln({check['g_score']}): {_outcome(log, check['g'])}")
        if not check["g"]["holds"].all() and check["g_score"] == "fake_score":
            lines.append("That can happen: G's update sees a D that has just been updated.")
    return lines


def diagnosis_metrics(log: Log) -> dict[str, float]:
    """The metrics of a log's end that a diagnosis compares; see `gancourse.diagnosis.signatures.log_metrics`.

    D's loss is doubled if it is the average of its two halves; its change from step to step needs an entry for each
    step. The result is empty if D's answers are not probabilities, as the diagnosis knows cross-entropies only.
    """
    columns = dict(log.values)
    if {"d_loss", "real_score", "fake_score"} <= columns.keys():
        columns["d_loss"] = columns["d_loss"] * (
            2 if jensen(log)["convention"] == "averaged" else 1
        )
    by_step = log.unit == "step" and bool((np.diff(log.at) == 1).all())
    return log_metrics(columns, by_step)


def _explain_likeness(log: Log) -> list[str]:
    """Which runs of the diagnosis have such a log, and how often a log alone suggests the right fault there."""
    values = diagnosis_metrics(log)
    if not log.probabilities:
        return [
            "The runs of the diagnosis minimise cross-entropies; a log of another objective cannot be compared."
        ]
    if not values:
        return ["The diagnosis compares losses and scores; this log has neither."]
    diagnosis = Diagnosis()
    like = diagnosis.like(values)
    ways = [
        f"{name} {'above' if way > 0 else 'below'}" for name, way in like["moved"].items() if way
    ]
    moved = ", ".join(ways) or "nothing moved"
    total = Counter(arm for arm, _ in diagnosis.logs)
    runs = [
        f"  {diagnosis.title(arm)}: {like['alike'][arm]} of {total[arm]} runs"
        for arm in rank(like["alike"], diagnosis.logs)
    ]
    differing = like["differing"]
    metrics = "metric" if differing == 1 else "metrics"
    how = f"like this in all but {differing} {metrics}" if differing else "like this"
    right, run_count = diagnosis.log_accuracy
    return [
        f"Against the healthy runs of the diagnosis: {moved}. Of its counted runs, these logs moved {how}:",
        *runs,
        f"How sure is that: there, a log alone suggests the right one of {len(total)} for {right} of {run_count} "
        "runs. Those systems are small, and what is healthy in another may look like a fault in them.",
    ]


def _outcome(log: Log, check: dict) -> str:
    failing = log.at[~check["holds"]]
    if not len(failing):
        rounded = ", within rounding" if check["tightest"] < 0 else ""
        return f"holds on all {len(log)} entries, tightest margin {check['tightest']:.4f}{rounded}."
    named = ", ".join(map(str, failing[:5])) + (", ..." if len(failing) > 5 else "")
    return f"fails on {len(failing)} of {len(log)} ({log.unit} {named})."
