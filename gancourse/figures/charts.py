"""Measured numbers side by side: bars, dots, histograms, two axes."""

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


def bars(values: dict, xlabel: str, ylabel: str, note: str = ""):
    """A bar for each entry, upwards or downwards from zero."""
    figure = new_figure(7.0, 2.6)
    axes = figure.add_subplot()
    axes.bar([str(key) for key in values], list(values.values()), color=BLUE)
    axes.axhline(0, color=BLACK, linewidth=1)
    axes.set(xlabel=xlabel, ylabel=ylabel)
    axes.spines[["top", "right"]].set_visible(False)
    add_note(figure, note)
    figure.tight_layout()
    return figure


def dots(
    arms: dict,
    xlabel: str,
    reference: float | None = None,
    reference_name: str = "",
    note: str = "",
):
    """One row an arm, one dot a seed.

    Parameters
    ----------
    arms : dict
        Name to a list of numbers.
    reference : float, optional
        A value to compare with, drawn as a dotted line.
    """
    figure = new_figure(7.0, 0.32 * len(arms) + 0.9)
    axes = figure.add_subplot()
    for row, values in enumerate(arms.values()):
        axes.plot(values, [row] * len(values), "o", color=BLUE, alpha=0.7, markersize=6)
        axes.plot(np.mean(values), row, "|", color=BLACK, markersize=14)
    if reference is not None:
        axes.axvline(reference, color=BLACK, linestyle=":", linewidth=1)
        axes.annotate(
            reference_name,
            (reference, -0.6),
            fontsize=8,
            va="bottom",
            xytext=(3, 0),
            textcoords="offset points",
        )
    axes.set_yticks(range(len(arms)), arms)
    axes.set(xlabel=xlabel, ylim=(len(arms) - 0.5, -0.7))
    axes.set_xlim(left=0)
    axes.grid(axis="y", color="#eeeeee")
    axes.spines[["top", "right"]].set_visible(False)
    add_note(figure, note)
    figure.tight_layout()
    return figure


def class_scores(card: dict, title: str = "", note: str = ""):
    """A bar for the agreement of each class of a score card."""
    figure = new_figure(6.5, 2.6)
    axes = figure.add_subplot()
    values = card["agreement_by_class"]
    bars = axes.bar(range(len(values)), values, color=BLUE)
    axes.bar_label(bars, [f"{value:.2f}" for value in values], fontsize=8, padding=1)
    axes.set(
        xticks=range(len(values)),
        xlabel="class",
        ylabel="label agreement",
        ylim=(0, 1.12),
        title=title,
    )
    axes.spines[["top", "right"]].set_visible(False)
    add_note(figure, note)
    figure.tight_layout()
    return figure


def two_axes(arms: dict, title: str = "", note: str = ""):
    """Agreement against diversity, one marker a seed, one colour and shape an arm; the good corner is top right.

    Parameters
    ----------
    arms : dict
        Name to a list of (agreement, std_ratio), one pair a seed.
    """
    figure = new_figure(7.5, 4.0)
    axes = figure.add_subplot()
    colours, markers = (BLUE, ORANGE, GREEN, VERMILLION, PURPLE, SKY, BLACK), "osD^vPX<*"
    for index, (name, pairs) in enumerate(arms.items()):
        agreement, spread = np.array(pairs).T
        axes.scatter(
            spread,
            agreement,
            s=36,
            c=colours[index % 7],
            marker=markers[index % 9],
            label=name,
            alpha=0.8,
        )
    axes.axhline(0.1, color=BLACK, linestyle=":", linewidth=1)
    axes.annotate("chance: 1 in 10", (0.0, 0.1), va="bottom", fontsize=8)
    axes.axvline(1.0, color=BLACK, linestyle=":", linewidth=1)
    axes.annotate(
        "as varied as real digits", (1.0, 0.23), ha="right", va="bottom", fontsize=8, rotation=90
    )
    axes.set(
        xlabel="within-class std, share of the real",
        ylabel="label agreement",
        ylim=(0, 1.04),
        title=title,
    )
    axes.set_xlim(left=-0.03)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, fontsize=9, loc="center left", bbox_to_anchor=(1.0, 0.5))
    add_note(figure, note)
    figure.tight_layout()
    return figure


def probabilities(groups: dict, note: str = ""):
    """Histograms of D's probability, a panel for each group of images: its mean is the score.

    Parameters
    ----------
    groups : dict
        Name to an array of probabilities, 0 to 1.
    """
    figure = new_figure(3.4 * len(groups), 2.7)
    panels = np.atleast_1d(figure.subplots(1, len(groups), sharey=True))
    for axes, (name, values), colour in zip(
        panels, groups.items(), (BLUE, ORANGE, GREEN), strict=False
    ):
        weights = np.full(len(values), 1 / len(values))
        axes.hist(values, bins=20, range=(0, 1), weights=weights, color=colour, alpha=0.6)
        axes.axvline(np.mean(values), color=VERMILLION, label=f"mean {np.mean(values):.2f}")
        axes.axvline(0.5, color=BLACK, linestyle=":", linewidth=1)
        axes.set(xlabel="D's probability of real", xlim=(0, 1))
        axes.set_title(name, fontsize=10)
        axes.legend(
            facecolor="white", edgecolor="none", framealpha=1, fontsize=9, loc="upper center"
        )
        axes.spines[["top", "right"]].set_visible(False)
    panels[0].set_ylabel("share of the images")
    add_note(figure, note)
    figure.tight_layout()
    return figure
