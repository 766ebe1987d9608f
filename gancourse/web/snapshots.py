"""What a generator draws in the course of training, for a slider."""

import numpy as np

from gancourse.pictures import tile
from gancourse.web.slider import frame_slider


class Snapshots:
    """A callback of `train` that keeps what the generator draws each time it is called.

    Parameters
    ----------
    draw : function
        Takes no arguments and returns images, (N, H, W, C), uint8 or float in [0, 1], from the same noise each time.
    batch : int
        How many images D sees in a step, for the captions.

    Attributes
    ----------
    steps : list of int
        How many steps were done at each call.
    images : list of ndarray
        What was drawn then.
    """

    def __init__(self, draw, batch: int):
        self.draw, self.batch = draw, batch
        self.steps: list[int] = []
        self.images: list[np.ndarray] = []

    def __call__(self, done: int) -> None:
        self.steps.append(done)
        self.images.append(self.draw())

    def slider(self, *, label: str, alt: str, width: int = 480, columns: int = 8):
        """A slider over grids of all that was drawn; it begins with the last.

        Parameters
        ----------
        label : str
            What the slider changes.
        alt : str
            What the picture shows.
        width : int
            The width on the page, in pixels.
        columns : int
            Images per row.

        Returns
        -------
        IPython.display.HTML
        """
        return frame_slider(
            [tile(images, columns) for images in self.images],
            [f"{done:,} steps, {done * self.batch:,} images seen" for done in self.steps],
            label=label,
            alt=alt,
            width=width,
            start=len(self.steps) - 1,
        )
