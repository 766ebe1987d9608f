"""What all figures share: the course's style, its colours, and panels drawn in that style."""

from contextlib import contextmanager
from pathlib import Path

import matplotlib
import matplotlib_inline.backend_inline  # noqa: F401  teaches notebooks to show a Figure as a picture
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

STYLE = matplotlib.rc_params_from_file(
    Path(__file__).parent / "course.mplstyle", use_default_template=False
)
COLOURS = STYLE["axes.prop_cycle"].by_key()["color"]
BLUE, ORANGE, GREEN, PURPLE, VERMILLION, SKY, BLACK = COLOURS

REDUCED = "reduced run on embedded data"  # the note of a figure whose numbers come from such a run
SMALL = 8  # size of text inside a panel, in points
DOTTED = {"color": BLACK, "linestyle": ":", "linewidth": 1}  # the line at a value to compare with
BESIDE = {"loc": "center left", "bbox_to_anchor": (1.0, 0.5)}  # puts a legend right of its panel


@contextmanager
def panels(
    width: float, height: float, columns: int = 1, *, rows: int = 1, title="", note="", **subplots
):
    """Panels side by side, drawn in the course's style and finished at the end of the `with` block.

    Finished means that each panel with labels has a legend, that the title stands above and the note below, and that
    nothing overlaps. The style applies only inside the block. The figure is not one of pyplot's, so there is nothing to
    close, and the reader's settings and backend stay as they were.

    Parameters
    ----------
    width, height : float
        The size of the figure, in inches.
    columns, rows : int
        How many panels there are side by side, and in how many rows.
    title : str
        The title above all panels.
    note : str
        Small text below the figure: where the numbers come from; REDUCED for a reduced run.
    subplots
        Arguments for `matplotlib.figure.Figure.subplots`, such as sharey or width_ratios.

    Yields
    ------
    list
        The Figure, then the panels' Axes, row by row from left to right.
    """
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(width, height))
        yield [figure, *figure.subplots(rows, columns, squeeze=False, **subplots).flat]
        for axes in figure.axes:
            if axes.get_legend() is None and axes.get_legend_handles_labels()[0]:
                axes.legend()
        if title:
            figure.suptitle(title)
        if note:
            figure.text(0.995, 0.005, note, ha="right", va="bottom", fontsize=7, color="#555555")
        figure.tight_layout()


def run_note(budget: str, data: str) -> str:
    """The note of figures whose numbers come from a run that the reader has just made.

    Parameters
    ----------
    budget : {"reduced", "colab", "full"}
        The run's budget.
    data : str
        The name of the run's data.
    """
    return REDUCED if budget == "reduced" else f"{budget} run on {data}"


def mark_level(axes, level: float, name: str = "", **look) -> None:
    """Draw a dotted line at a height to compare with.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
        The axes to draw on.
    level : float
        The height.
    name : str
        The text above the line's right end.
    look
        Arguments for `Axes.axhline`, which take precedence over DOTTED.
    """
    look = DOTTED | look
    axes.axhline(level, **look)
    axes.annotate(
        name,
        (1, level),
        xycoords=("axes fraction", "data"),
        xytext=(0, 2),
        textcoords="offset points",
        ha="right",
        fontsize=SMALL,
        color=look["color"],
    )


def draw_range(axes, x, values, style: str = "-", **look) -> None:
    """Draw the mean over repetitions, and a band from the smallest to the largest value.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
        The axes to draw on.
    x : sequence of float
        Where the points are on the x axis.
    values : array (repetitions, len(x))
        The values of each repetition.
    style : str
        The line and marker of the mean, as for `Axes.plot`.
    look
        Arguments for `Axes.plot`, such as the colour and the label of the mean.
    """
    values = np.asarray(values)
    (mean,) = axes.plot(x, values.mean(axis=0), style, **look)
    axes.fill_between(x, values.min(axis=0), values.max(axis=0), color=mean.get_color(), alpha=0.2)


def to_pixels(figure, dpi: int = 80) -> np.ndarray:
    """Render a Figure to pixels, uint8 (H, W, 3), such as a frame of `gancourse.web.frame_slider`.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        The figure; its resolution is changed.
    dpi : int
        Pixels per inch.
    """
    figure.set_dpi(dpi)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())[..., :3].copy()
