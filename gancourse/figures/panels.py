"""What all figures share: the course's style and its colours, and panels that are drawn in it."""

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
SMALL = 8  # points, of what is written inside a panel
DOTTED = {"color": BLACK, "linestyle": ":", "linewidth": 1}  # of a value to compare with
BESIDE = {"loc": "center left", "bbox_to_anchor": (1.0, 0.5)}  # of a legend right of its panel


@contextmanager
def panels(width: float, height: float, columns: int = 1, *, title="", note="", **layout):
    """Panels side by side, drawn in the course's style and finished at the end of the `with` block.

    Finished means: a legend in each panel that has labels and no legend yet, the title above, the note below, and all
    in its place. The style holds inside the block alone; the figure is not pyplot's, so there is nothing to close, and
    the reader's settings and backend are as before.

    Parameters
    ----------
    width, height : float
        Inches.
    columns : int
        How many panels.
    title : str
        Stands over all panels.
    note : str
        Stands below, small: what the numbers are of, REDUCED for a reduced run.
    layout
        For `matplotlib.figure.Figure.subplots`, such as sharey or width_ratios.

    Yields
    ------
    list
        The Figure, then the panels' Axes from left to right.
    """
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(width, height))
        yield [figure, *figure.subplots(1, columns, squeeze=False, **layout)[0]]
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
    budget : str
        Of the run: "reduced", "colab" or "full".
    data : str
        The data's name.
    """
    return REDUCED if budget == "reduced" else f"{budget} run on {data}"


def mark_level(axes, level: float, name: str = "", **look) -> None:
    """Draw a dotted line at a height to compare with; its name stands on it, at the right end."""
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
    """Draw the mean over repetitions, and a band from the smallest to the largest of them.

    Parameters
    ----------
    values : array (repetitions, len(x))
    style : str
        The mean's line and marker, as for `Axes.plot`.
    look
        Colour and label of the mean's line.
    """
    values = np.asarray(values)
    (mean,) = axes.plot(x, values.mean(axis=0), style, **look)
    axes.fill_between(x, values.min(axis=0), values.max(axis=0), color=mean.get_color(), alpha=0.2)


def to_pixels(figure, dpi: int = 80) -> np.ndarray:
    """Draw a Figure: uint8 (H, W, 3), for a frame of `web.frame_slider`."""
    figure.set_dpi(dpi)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())[..., :3].copy()
