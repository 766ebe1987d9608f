"""Numbers side by side: bars, dots, histograms, and two metrics against each other."""

from itertools import cycle

import numpy as np

from gancourse.figures.panels import (
    BESIDE,
    BLACK,
    BLUE,
    COLOURS,
    DOTTED,
    SMALL,
    VERMILLION,
    panels,
)


def bars(values: dict, xlabel: str, ylabel: str, note: str = ""):
    """A bar for each entry, upwards or downwards from zero.

    Parameters
    ----------
    values : dict of float
        The height of each bar, under the text that stands below it.
    xlabel, ylabel : str
        The labels of the axes.
    note : str
        Small text below the figure.
    """
    with panels(7.0, 2.6, note=note) as (figure, axes):
        axes.bar([str(key) for key in values], list(values.values()), color=BLUE)
        axes.axhline(0, color=BLACK, linewidth=1)
        axes.set(xlabel=xlabel, ylabel=ylabel)
    return figure


def dots(
    arms: dict,
    xlabel: str,
    reference: float | None = None,
    reference_name: str = "",
    note: str = "",
):
    """One row per arm, with one dot per seed and a stroke at their mean.

    Parameters
    ----------
    arms : dict of list
        The numbers of each arm, one per seed, under the arm's name.
    xlabel : str
        What the numbers are.
    reference : float, optional
        A value to compare with, drawn as a dotted line.
    reference_name : str
        The text at the upper end of that line.
    note : str
        Small text below the figure.
    """
    with panels(7.0, 0.32 * len(arms) + 0.9, note=note) as (figure, axes):
        for row, values in enumerate(arms.values()):
            axes.plot(values, [row] * len(values), "o", color=BLUE, alpha=0.7, markersize=6)
            axes.plot(np.mean(values), row, "|", color=BLACK, markersize=14)
        if reference is not None:
            axes.axvline(reference, **DOTTED)
            beside = {"xytext": (3, 0), "textcoords": "offset points", "va": "bottom"}
            axes.annotate(reference_name, (reference, -0.6), fontsize=SMALL, **beside)
        axes.set_yticks(range(len(arms)), arms)
        axes.set(xlabel=xlabel, ylim=(len(arms) - 0.5, -0.7))
        axes.set_xlim(left=0)
        axes.grid(axis="y")
    return figure


def class_scores(card: dict, title: str = "", note: str = ""):
    """A bar for the label agreement of each class.

    Parameters
    ----------
    card : dict
        A card as `gancourse.evaluation.label_card` returns it.
    title : str
        The title above the figure.
    note : str
        Small text below the figure.
    """
    values = card["agreement_by_class"]
    with panels(6.5, 2.6, note=note) as (figure, axes):
        drawn = axes.bar(range(len(values)), values, color=BLUE)
        axes.bar_label(drawn, [f"{value:.2f}" for value in values], fontsize=SMALL, padding=1)
        axes.set(xticks=range(len(values)), xlabel="class", ylabel="label agreement")
        axes.set(ylim=(0, 1.12), title=title)
    return figure


def two_axes(arms: dict, title: str = "", note: str = ""):
    """Agreement against diversity: one marker per seed, one colour and shape per arm; the good corner is top right.

    Parameters
    ----------
    arms : dict of list
        The pairs (agreement, within_class_std_ratio) of each arm, one per seed, under the arm's name.
    title : str
        The title above the figure.
    note : str
        Small text below the figure.
    """
    with panels(7.5, 4.0, note=note) as (figure, axes):
        for (name, pairs), marker in zip(arms.items(), cycle("osD^vPX<*"), strict=False):
            agreement, spread = np.array(pairs).T
            axes.scatter(spread, agreement, s=36, marker=marker, label=name, alpha=0.8)
        axes.axhline(0.1, **DOTTED)
        axes.annotate("chance: 1 in 10", (0.0, 0.1), va="bottom", fontsize=SMALL)
        axes.axvline(1.0, **DOTTED)
        axes.annotate("as varied as real digits", (1.0, 0.23), ha="right", va="bottom",
                      fontsize=SMALL, rotation=90)  # fmt: skip
        axes.set(xlabel="within-class std, share of the real", ylabel="label agreement")
        axes.set(ylim=(0, 1.04), title=title)
        axes.set_xlim(left=-0.03)
        axes.legend(**BESIDE)
    return figure


def probabilities(groups: dict, note: str = ""):
    """Histograms of D's probability, one panel per group of images; the mean is the score.

    Parameters
    ----------
    groups : dict of ndarray
        The probabilities, 0 to 1, of each group, under the group's name.
    note : str
        Small text below the figure.
    """
    size = 3.4 * len(groups), 2.7, len(groups)
    with panels(*size, note=note, sharey=True) as (figure, *all_axes):
        all_axes[0].set_ylabel("share of the images")
        colours = cycle(COLOURS)
        for axes, (name, values) in zip(all_axes, groups.items(), strict=True):
            weights = np.full(len(values), 1 / len(values))
            look = {"color": next(colours), "alpha": 0.6}
            axes.hist(values, bins=20, range=(0, 1), weights=weights, **look)
            axes.axvline(np.mean(values), color=VERMILLION, label=f"mean {np.mean(values):.2f}")
            axes.axvline(0.5, **DOTTED)
            axes.set(title=name, xlabel="D's probability of real", xlim=(0, 1))
            axes.legend(loc="upper center", frameon=True)
    return figure
