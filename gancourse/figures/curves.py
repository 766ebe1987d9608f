"""Numbers over steps, sizes or settings, as lines and bands."""

import numpy as np

from gancourse.figures.panels import (
    BESIDE,
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
    """Curves over common values of x, with markers: for about a dozen points each.

    Parameters
    ----------
    x : sequence of float
        Where the points are on the x axis.
    curves : dict of sequence
        The heights of each curve, as long as `x`, under the curve's name.
    xlabel, ylabel : str
        The labels of the axes.
    note : str
        Small text below the figure.
    """
    with panels(7.0, 2.8, note=note) as (figure, axes):
        for name, values in curves.items():
            axes.plot(x, values, "o-", label=name)
        axes.axvline(0, **DOTTED)
        axes.set(xlabel=xlabel, ylabel=ylabel)
        axes.set_ylim(bottom=0)
    return figure


def approaches(curves: dict, ylabel: str, note: str = ""):
    """How a distance to the solution changes with the steps, on a logarithmic axis, with what was predicted.

    Parameters
    ----------
    curves : dict of tuple
        Under each curve's name, the distances (steps + 1,), and the predicted factor per step or None. The prediction
        is a dashed line from the first distance on.
    ylabel : str
        What the distance is.
    note : str
        Small text below the figure.
    """
    with panels(7.0, 3.4, note=note) as (figure, axes):
        for name, (distances, rate) in curves.items():
            steps = np.arange(len(distances))
            (line,) = axes.plot(steps, distances, linewidth=1.2, label=name)
            if rate is not None:
                predicted = distances[0] * rate**steps
                axes.plot(steps, predicted, "--", color=line.get_color(), linewidth=1, alpha=0.7)
        axes.set(yscale="log", xlabel="steps", ylabel=ylabel)
        axes.legend(**BESIDE)
    return figure


def races(by_time: dict, by_images: dict, ylabel: str, floor: float, note: str = ""):
    """How near several games come to the data, over the time they took and over the images they saw.

    Lines are means over runs; bands reach from the smallest to the largest value. The vertical axis is logarithmic.

    Parameters
    ----------
    by_time, by_images : dict of tuple
        Under each game's name, where its looks are (shares of the time; thousands of images), and its values, an array
        (runs, looks).
    ylabel : str
        What the values are.
    floor : float
        The value of real images.
    note : str
        Small text below the figure.
    """
    with panels(8.5, 3.6, 2, note=note, sharey=True) as (figure, left, right):
        for axes, measured in ((left, by_time), (right, by_images)):
            for name, (x, values) in measured.items():
                label = name if axes is right else None  # one legend for both
                draw_range(axes, x, values, "o-", markersize=3, label=label)
            axes.axhline(floor, **DOTTED)
        left.set(yscale="log", xlabel="share of the time", ylabel=ylabel)
        right.set_xlabel("thousands of real images seen")
        right.legend(**BESIDE)
    return figure


def bands(x, measured: dict, xlabel: str, note: str = ""):
    """A panel for each metric: its mean over repetitions and a band from the smallest to the largest value.

    Parameters
    ----------
    x : sequence of float
        Where the points are on the x axis, which is logarithmic.
    measured : dict of dict
        For each metric, under its name: "values", an array (repetitions, len(x)); "level", a number to compare with;
        and "name", the name of that level.
    xlabel : str
        The label of every x axis.
    note : str
        Small text below the figure.
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
    runs : dict of list
        The pairs (modes covered, share of good samples) of each run, from step 0 on, under the run's name.
    every : int
        Steps between two pairs.
    modes : int
        How many modes there are to cover.
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
    """Whether D tells its training faces from others: the AUC over times seen, and D's mean logits in chosen arms.

    Lines are means over runs; bands reach from the smallest to the largest value.

    Parameters
    ----------
    arms : dict of dict
        The arms of a record of `studies/overfitting.py`: {"faces": N, "dropout": text, "runs": [{"looks": [...]}, ...]}
        under the arm's name.
    batch : int
        Images per step: each of N faces has been seen steps · batch / N times.
    detail : sequence of str
        The arms whose mean logits are shown, one panel each.
    note : str
        Small text below the figure.
    """
    columns = 1 + len(detail)
    with panels(3.6 * columns, 3.5, columns, note=note) as (figure, first, *others):
        _training_faces_auc(first, arms, batch)
        for axes, name in zip(others, detail, strict=True):
            _mean_logits(axes, arms[name]["runs"])
            axes.set_title(f"D's mean logit,\n{name}")
    return figure


def _training_faces_auc(axes, arms: dict, batch: int) -> None:
    """D's AUC for training against held-out faces, over how often D has seen each of its training faces."""
    sizes = sorted({arm["faces"] for arm in arms.values()})
    # Not the colours of training, held-out and fake faces in the other panels.
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
    """The steps of the looks, shape (looks,), and what `value` gives for each look, shape (runs, looks)."""
    steps = np.array([look["step"] for look in runs[0]["looks"]])
    return steps, np.array([[value(look) for look in run["looks"]] for run in runs])
