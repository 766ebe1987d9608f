"""What a diagnosis starts from, and which metrics moved."""

from matplotlib.patches import Rectangle

from gancourse.figures.grids import draw_pixels
from gancourse.figures.losses import draw_losses
from gancourse.figures.panels import BLUE, SKY, SMALL, VERMILLION, panels
from gancourse.figures.planes import draw_points


def patient(curves, samples, mixture=None, note: str = ""):
    """What a diagnosis starts from: losses, scores and samples.

    Parameters
    ----------
    curves : dict
        Curves as for `loss_curves`; they come from a record, so they are hardly smoothed.
    samples : ndarray
        A picture, uint8 (H, W, 3), or points (N, 2).
    mixture : gancourse.theory.Mixture, optional
        The mixture that the points should imitate; needed for points.
    note : str
        Small text below the figure.
    """
    with panels(9.5, 3.0, 3, note=note, width_ratios=(1, 1, 1.15)) as (
        figure,
        losses,
        scores,
        last,
    ):
        draw_losses(losses, scores, curves, window=3)
        if mixture is None:
            draw_pixels(last, samples)
        else:
            draw_points(last, samples, mixture)
        last.set_title("samples")
    return figure


def signatures(table: dict, columns: dict, runs: int, note: str = ""):
    """Which metrics moved in how many runs: a row for each fault, upwards in one colour, downwards in another.

    Parameters
    ----------
    table : dict of dict
        For each fault and metric the pair (runs below the healthy range, runs above it); metrics that the fault's
        system does not have are left out.
    columns : dict of str
        The title of each metric's column, under the metric's key.
    runs : int
        How many runs each fault has.
    note : str
        Small text below the figure.
    """
    with panels(9.5, 0.27 * len(table) + 1.7, note=note) as (figure, axes):
        for row, measured in enumerate(table.values()):
            for column, name in enumerate(columns):
                if name not in measured:
                    axes.text(column, row, "·", ha="center", va="center", color="#999999")
                    continue
                below, above = measured[name]
                for count, colour, mark in ((below, BLUE, "−"), (above, VERMILLION, "+")):
                    if count >= max(1, below, above):
                        _fill(axes, row, column, colour, 0.75 * count / runs)
                        _write(axes, row, column, f"{mark}{count}")
        _set_cells(axes, table, columns.values())
        axes.tick_params(axis="x", labelrotation=40)
        for label in axes.get_xticklabels():
            label.set_ha("right")
    return figure


def who_sees(rows: dict, ranges: dict, worse: dict, note: str = ""):
    """A row for each set of images, a column for each metric; values outside their range are marked worse or better.

    Parameters
    ----------
    rows : dict of dict
        The metrics of each set of images, under its name.
    ranges : dict of tuple
        The smallest and the largest usual value of each metric.
    worse : dict of int
        For each metric, 1 if higher is worse and -1 if lower is worse.
    note : str
        Small text below the figure.
    """
    with panels(9.0, 0.3 * len(rows) + 0.9, note=note) as (figure, axes):
        for row, values in enumerate(rows.values()):
            for column, (name, (low, high)) in enumerate(ranges.items()):
                value = values[name]
                beyond = int(value > high) - int(value < low)
                if beyond:
                    colour = VERMILLION if beyond == worse[name] else SKY
                    _fill(axes, row, column, colour, 0.45)
                _write(axes, row, column, f"{value:.2f}")
        _set_cells(axes, rows, ranges)
        axes.xaxis.tick_top()
        axes.tick_params(length=0)
    return figure


def _set_cells(axes, rows, columns) -> None:
    """Make the axes a table: a unit square for each cell, names at the sides, no lines."""
    axes.set(xlim=(-0.5, len(columns) - 0.5), ylim=(len(rows) - 0.5, -0.5))
    axes.set_xticks(range(len(columns)), columns)
    axes.set_yticks(range(len(rows)), rows)
    axes.tick_params(length=0, labelsize=SMALL)
    axes.spines[:].set_visible(False)


def _fill(axes, row: int, column: int, colour: str, alpha: float) -> None:
    corner = column - 0.5, row - 0.5
    axes.add_patch(Rectangle(corner, 1, 1, linewidth=0, color=colour, alpha=alpha))


def _write(axes, row: int, column: int, text: str) -> None:
    axes.text(column, row, text, ha="center", va="center", fontsize=SMALL)
