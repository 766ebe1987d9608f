"""What a diagnosis starts from, and which measures moved."""

import numpy as np

from gancourse.figures.losses import draw_losses
from gancourse.figures.panels import BLUE, ORANGE, SKY, VERMILLION, add_note, new_figure


def patient(curves, samples, mixture=None, note: str = ""):
    """All that a diagnosis starts from: losses, scores, and samples.

    Parameters
    ----------
    curves : dict
        As for `loss_curves`; of a record, so hardly smoothed.
    samples : ndarray
        A picture, uint8 (H, W, 3); or points (N, 2), with the mixture that they should imitate.
    mixture : gancourse.theory.Mixture, optional
    """
    figure = new_figure(9.5, 3.0)
    losses, scores, last = figure.subplots(1, 3, width_ratios=(1, 1, 1.15))
    draw_losses(losses, scores, curves, window=3)
    if mixture is None:
        last.imshow(samples, interpolation="nearest")
        last.set_axis_off()
    else:
        last.scatter(*mixture.centres.T, s=90, facecolors="none", edgecolors=BLUE)
        last.scatter(*np.asarray(samples).T, s=3, color=ORANGE, alpha=0.5)
        last.set(aspect="equal", xlim=(-3, 3), ylim=(-3, 3), xticks=[], yticks=[])
    last.set_title("samples")
    add_note(figure, note)
    figure.tight_layout()
    return figure


def signatures(table: dict, columns: dict, runs: int, note: str = ""):
    """Which measures moved in how many runs: a row for each fault, upwards in one colour, downwards in another.

    Parameters
    ----------
    table : dict
        Fault to a dict of measure to the pair (runs in which it was below the healthy range, runs above); a measure
        that the fault's system does not have is left out.
    columns : dict
        Measure to what the column is called.
    runs : int
        Of each fault.
    """
    figure = new_figure(9.5, 0.27 * len(table) + 1.7)
    axes = figure.add_subplot()
    for row, measured in enumerate(table.values()):
        for column, name in enumerate(columns):
            if name not in measured:
                axes.text(column, row, "·", ha="center", va="center", color="#999999")
                continue
            below, above = measured[name]
            for count, colour, mark in ((below, BLUE, "−"), (above, VERMILLION, "+")):
                if count >= max(1, below, above):
                    box = (column - 0.5, row - 0.5), 1, 1
                    axes.add_patch(_rectangle(*box, color=colour, alpha=0.75 * count / runs))
                    axes.text(column, row, f"{mark}{count}", ha="center", va="center", fontsize=7.5)
    axes.set(xlim=(-0.5, len(columns) - 0.5), ylim=(len(table) - 0.5, -0.5))
    axes.set_xticks(range(len(columns)), columns.values(), rotation=40, ha="right", fontsize=8)
    axes.set_yticks(range(len(table)), table, fontsize=8)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    add_note(figure, note)
    figure.tight_layout()
    return figure


def who_sees(rows: dict, ranges: dict, worse: dict, note: str = ""):
    """A row for each set of images, a column for each measure: what lies outside its range, as worse or as better.

    Parameters
    ----------
    rows : dict
        Name to a dict of measure to number.
    ranges : dict
        Measure to the pair of the smallest and the largest number that counts as usual.
    worse : dict
        Measure to 1 where higher is worse, -1 where lower is.
    """
    figure = new_figure(9.0, 0.3 * len(rows) + 0.9)
    axes = figure.add_subplot()
    for row, values in enumerate(rows.values()):
        for column, (name, (low, high)) in enumerate(ranges.items()):
            value = values[name]
            beyond = int(value > high) - int(value < low)
            if beyond:
                colour = VERMILLION if beyond == worse[name] else SKY
                box = (column - 0.5, row - 0.5), 1, 1
                axes.add_patch(_rectangle(*box, color=colour, alpha=0.45))
            axes.text(column, row, f"{value:.2f}", ha="center", va="center", fontsize=8)
    axes.set(xlim=(-0.5, len(ranges) - 0.5), ylim=(len(rows) - 0.5, -0.5))
    axes.set_xticks(range(len(ranges)), ranges, fontsize=8)
    axes.set_yticks(range(len(rows)), rows, fontsize=8)
    axes.xaxis.tick_top()
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    add_note(figure, note)
    figure.tight_layout()
    return figure


def _rectangle(corner, width, height, **look):
    from matplotlib.patches import Rectangle

    return Rectangle(corner, width, height, linewidth=0, **look)
