"""Measured numbers over steps, sizes or settings, as lines and bands."""

import numpy as np

from gancourse.figures.panels import (
    BLACK,
    BLUE,
    GREEN,
    ORANGE,
    PURPLE,
    SKY,
    VERMILLION,
    add_note,
    new_figure,
)


def lines(x, curves: dict, xlabel: str, ylabel: str, note: str = ""):
    """Curves over common places `x`, with markers: for a dozen points each.

    Parameters
    ----------
    x : sequence of float
    curves : dict
        Name to a sequence like `x`.
    """
    figure = new_figure(7.0, 2.8)
    axes = figure.add_subplot()
    for (name, values), colour in zip(
        curves.items(), (BLUE, ORANGE, GREEN, PURPLE, VERMILLION, SKY), strict=False
    ):
        axes.plot(x, values, "o-", color=colour, label=name)
    axes.axvline(0, color=BLACK, linestyle=":", linewidth=1)
    axes.set(xlabel=xlabel, ylabel=ylabel)
    axes.set_ylim(bottom=0)
    axes.legend(frameon=False, fontsize=9)
    axes.spines[["top", "right"]].set_visible(False)
    add_note(figure, note)
    figure.tight_layout()
    return figure


def bands(x, panels: dict, xlabel: str, note: str = ""):
    """A panel for each measure: its mean over repetitions, from the smallest to the largest value, over a log axis.

    Parameters
    ----------
    x : sequence of float
    panels : dict
        Name to a dict of values, array (repetitions, len(x)); level, a number to compare with; and its name.
    """
    figure = new_figure(8.5, 3.1)
    for axes, (name, panel) in zip(
        np.atleast_1d(figure.subplots(1, len(panels))), panels.items(), strict=True
    ):
        values = np.asarray(panel["values"])
        axes.fill_between(x, values.min(axis=0), values.max(axis=0), color=BLUE, alpha=0.2)
        axes.plot(x, values.mean(axis=0), "o-", color=BLUE)
        axes.axhline(panel["level"], color=VERMILLION, linestyle="--", linewidth=1)
        axes.annotate(panel["name"], (x[-1], panel["level"]), xytext=(0, 3), fontsize=8,
                      textcoords="offset points", ha="right", color=VERMILLION)  # fmt: skip
        axes.axhline(0, color=BLACK, linestyle=":", linewidth=1)
        axes.set_xscale("log")
        axes.set_xticks(x, [f"{each:,}" for each in x])
        axes.minorticks_off()
        axes.set(xlabel=xlabel, title=name)
        axes.spines[["top", "right"]].set_visible(False)
    add_note(figure, note)
    figure.tight_layout()
    return figure


def coverage_curves(runs: dict, every: int, modes: int):
    """Modes covered and share of good samples over training.

    Parameters
    ----------
    runs : dict
        Name to a list of (modes covered, share good), one pair each `every` steps from step 0.
    every, modes : int
    """
    figure = new_figure(8.0, 2.9)
    left, right = figure.subplots(1, 2)
    for (name, pairs), colour in zip(runs.items(), (ORANGE, BLUE, GREEN, PURPLE), strict=False):
        covered, good = np.array(pairs).T
        steps = every * np.arange(len(pairs))
        left.plot(steps, covered, color=colour, label=name)
        right.plot(steps, good, color=colour, label=name)
    left.axhline(modes, color=BLACK, linestyle=":", linewidth=1)
    left.set(title="modes covered", ylim=(0, modes * 1.08))
    right.set(title="share of good samples", ylim=(0, 1))
    for axes in (left, right):
        axes.set_xlabel("steps")
        axes.spines[["top", "right"]].set_visible(False)
    right.legend(frameon=False, fontsize=9)
    figure.tight_layout()
    return figure


def overfitting(arms: dict, batch: int, detail=(), note: str = ""):
    """Does D know its training faces from others? The AUC over times seen, and D's mean logits along chosen arms.

    Parameters
    ----------
    arms : dict
        Name to {"faces": N, "dropout": text, "runs": [{"looks": [...]}, ...]}, as `benchmarks/overfitting.py` records.
        Lines are means over runs, bands reach from the smallest to the largest.
    batch : int
        Images a step: a face of N has been seen steps · batch / N times.
    detail : sequence of str
        Arms to show D's mean logits of, a panel each.
    """
    figure = new_figure(3.6 * (1 + len(detail)), 3.5)
    first, *others = np.atleast_1d(figure.subplots(1, 1 + len(detail)))
    sizes = sorted({arm["faces"] for arm in arms.values()})
    colours = dict(zip(sizes, (VERMILLION, BLUE, GREEN, PURPLE), strict=False))

    def band(axes, steps, runs, value, colour, style="-", label=None):
        values = np.array([[value(look) for look in run["looks"]] for run in runs])
        axes.fill_between(steps, values.min(axis=0), values.max(axis=0), color=colour, alpha=0.2)
        axes.plot(steps, values.mean(axis=0), style, color=colour, label=label)

    def steps_of(arm):
        return np.array([look["step"] for look in arm["runs"][0]["looks"]])

    for arm in arms.values():
        plain = arm["dropout"].startswith("without")
        label = f"{arm['faces']:,} faces" if plain else None
        seen = steps_of(arm) * batch / arm["faces"]
        band(first, seen, arm["runs"], lambda look: look["auc_training_held_out"],
             colours[arm["faces"]], "-" if plain else "--", label)  # fmt: skip
    first.axhline(0.5, color=BLACK, linestyle=":", linewidth=1)
    first.set_xscale("symlog", linthresh=1)
    first.set_xticks([0, 1, 10, 100], ["0", "1", "10", "100"])
    first.set(xlim=(0, 100), ylim=(0.4, 1.02), xlabel="times each training face was seen")
    first.set_title("AUC, training against held-out faces", fontsize=9)
    for axes, name in zip(others, detail, strict=True):
        for kind, colour in (("training", BLUE), ("held_out", GREEN), ("fake", ORANGE)):
            band(axes, steps_of(arms[name]), arms[name]["runs"],
                 lambda look, kind=kind: look["mean_logit"][kind], colour,
                 label=kind.replace("_", " "))  # fmt: skip
        axes.axhline(0, color=BLACK, linestyle=":", linewidth=1)
        axes.set_xscale("symlog", linthresh=10)
        axes.set_xticks([0, 10, 100, 1000], ["0", "10", "100", "1,000"])
        axes.set(xlim=(0, None), ylim=(-9, 9), xlabel="steps")
        axes.set_title(f"D's mean logit, {name}", fontsize=9)
    for axes in (first, *others):
        axes.legend(frameon=False, fontsize=8)
        axes.spines[["top", "right"]].set_visible(False)
    add_note(figure, note)
    figure.tight_layout()
    return figure
