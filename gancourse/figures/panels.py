"""What all figures share: colours, an empty figure, the note below it, and its pixels."""

import numpy as np

# Okabe and Ito's palette: told apart by readers with any colour vision, and in print.
BLUE, ORANGE, GREEN, VERMILLION, PURPLE, SKY, BLACK = (
    "#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#56B4E9", "#000000",
)  # fmt: skip
REDUCED = (
    "reduced run on embedded data"  # printed on every figure whose numbers come from such a run
)


def to_pixels(figure, dpi: int = 80) -> np.ndarray:
    """Draw a Figure: uint8 (H, W, 3), for a frame of `web.frame_slider`."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    figure.set_dpi(dpi)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())[..., :3].copy()


def new_figure(width: float, height: float):
    # Not pyplot's: nothing to close, and the caller's backend is left alone.
    import matplotlib_inline.backend_inline  # noqa: F401  teaches notebooks to show a Figure as a picture
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), dpi=110)


def add_note(figure, note):
    if note:
        figure.text(0.995, 0.005, note, ha="right", va="bottom", fontsize=7, color="#555555")
