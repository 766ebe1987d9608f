"""Measured numbers over steps, sizes or settings, as lines and bands."""

import numpy as np

from gancourse.figures.panels import (
    BLACK,
    BLUE,
    DOTTED,
    GREEN,
    ORANGE,
    PURPLE,
    SKY,
    VERMILLION,
    draw_range,
    mark_level,
    panels,
)


def lines(x, curves: dict, xlabel: str, ylabel: str, note: str = ""):
    """Curves over common places `x`, with markers: for a dozen points each.

    Parameters
    ----------
    x : sequence of float
    curves : dict
        Name to a sequence like `x`.
    xlabel, ylabel, note : str
        Stand at the axes and below.
    """
    with panels(7.0, 2.8, note=note) as (figure, axes):
        for name, values in curves.items():
            axes.plot(x, values, "o-", label=name)
        axes.axvline(0, **DOTTED)
        axes.set(xlabel=xlabel, ylabel=ylabel)
        axes.set_ylim(bottom=0)
    return figure


def bands(x, measured: dict, xlabel: str, note: str = ""):
    """A panel for each metric: its mean over repetitions, from the smallest to the largest value, over a log axis.

    Parameters
    ----------
    x : sequence of float
    measured : dict
        Name to a dict of values, array (repetitions, len(x)); level, a number to compare with; and its name.
    xlabel, note : str
        Stand at every x axis, and below.
    """
    with panels(8.5, 3.1, len(measured), note=note) as (figure, *all_axes):
        for axes, (name, metric) in zip(all_axes, measured.items(), strict=True):
            draw_range(axes, x, metric["values"], "o-")
            mark_level(axes, metric["level"], metric["name"], color=VERMILLION, linestyle="--")
            axes.axhline(0, **DOTTED)
            axes.set_xscale("log")
            axes.set_xticks(x, [f"{place:,}" for place in x])
            axes.minorticks_off()
            axes.set(xlabel=xlabel, title=name)
    return figure


def coverage_curves(runs: dict, every: int, modes: int):
    """Modes covered and share of good samples over training.

    Parameters
    ----------
    runs : dict
        Name to a list of (modes covered, share good), one pair each `every` steps from step 0.
    every : int
        Steps.
    modes : int
        How many there are to cover.
    """
    with panels(8.0, 2.9, 2) as (figure, left, right):
        for name, pairs in runs.items():
            covered, good = np.array(pairs).T
            steps = every * np.arange(len(pairs))
            left.plot(steps, covered)
            right.plot(steps, good, label=name)
        mark_level(left, modes)
        left.set(title="modes covered", xlabel="steps", ylim=(0, modes * 1.08))
        right.set(title="share of good samples", xlabel="steps", ylim=(0, 1))
    return figure


def overfitting(arms: dict, batch: int, detail=(), note: str = ""):
    """Does D know its training faces from others? The AUC over times seen, and D's mean logits along chosen arms.

    Parameters
    ----------
    arms : dict
        Name to {"faces": N, "dropout": text, "runs": [{"looks": [...]}, ...]}, as `studies/overfitting.py` records.
        Lines are means over runs, bands reach from the smallest to the largest.
    batch : int
        Images a step: a face of N has been seen steps · batch / N times.
    detail : sequence of str
        Arms to show D's mean logits of, a panel each.
    note : str
        Stands below.
    """
    columns = 1 + len(detail)
    with panels(3.6 * columns, 3.5, columns, note=note) as (figure, first, *others):
        _training_faces_known(first, arms, batch)
        for axes, name in zip(others, detail, strict=True):
            _mean_logits(axes, arms[name]["runs"])
            axes.set_title(f"D's mean logit,\n{name}")
    return figure


def _training_faces_known(axes, arms: dict, batch: int) -> None:
    """D's AUC for training against held-out faces, over how often D has seen each of its training faces."""
    sizes = sorted({arm["faces"] for arm in arms.values()})
    # Other colours than those of training, held-out and fake faces in the panels beside it.
    colours = dict(zip(sizes, (VERMILLION, PURPLE, SKY, BLACK), strict=False))
    for arm in arms.values():
        plain = arm["dropout"].startswith("without")
        steps, auc = _over_steps(arm["runs"], lambda look: look["auc_training_held_out"])
        label = f"{arm['faces']:,} faces" if plain else None
        draw_range(axes, steps * batch / arm["faces"], auc, "-" if plain else "--",
                   color=colours[arm["faces"]], label=label)  # fmt: skip
    mark_level(axes, 0.5)
    axes.set_xscale("symlog", linthresh=1)
    axes.set_xticks([0, 1, 10, 100], ["0", "1", "10", "100"])
    axes.set(xlim=(0, 100), ylim=(0.4, 1.02), xlabel="times each training face was seen")
    axes.set_title("AUC, training against\nheld-out faces")


def _mean_logits(axes, runs: list) -> None:
    """D's mean logit for training, held-out and fake faces over the steps of an arm's runs."""
    for kind, colour in (("training", BLUE), ("held_out", GREEN), ("fake", ORANGE)):
        steps, logits = _over_steps(runs, lambda look, kind=kind: look["mean_logit"][kind])
        draw_range(axes, steps, logits, color=colour, label=kind.replace("_", " "))
    mark_level(axes, 0)
    axes.set_xscale("symlog", linthresh=10)
    axes.set_xticks([0, 10, 100, 1000], ["0", "10", "100", "1,000"])
    axes.set(xlim=(0, None), ylim=(-9, 9), yticks=range(-8, 9, 4), xlabel="steps")


def _over_steps(runs: list, value):
    """Steps (looks,) and what `value` takes from each look (runs, looks)."""
    steps = np.array([look["step"] for look in runs[0]["looks"]])
    return steps, np.array([[value(look) for look in run["looks"]] for run in runs])
