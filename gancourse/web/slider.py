"""A slider over pictures for the built page: no kernel, no network."""

import base64
import html
import uuid

import numpy as np

from gancourse import GancourseError
from gancourse.pictures import png, webp
from gancourse.web.assets import fill, to_script

MOST = 2_000_000  # characters of all frames together, without loss


def frame_slider(frames, captions, *, label: str, alt: str, width: int = 480, start: int = 0):
    """A slider over pictures that works in the built page, from `file://`, by mouse and by arrow keys.

    Parameters
    ----------
    frames : list of ndarray, uint8, (H, W) or (H, W, 3)
        The pictures, all of one shape. They are embedded as they are (PNG) up to 2 MB together, beyond that with
        a loss that the eye hardly sees (WebP), or the training of full-size networks would make a cell of 5 MB.
    captions : list of str
        One per frame, read out by screen readers as the slider's value.
    label : str
        What the slider changes.
    alt : str
        What the picture shows.
    width : int
        The width on the page, in pixels.
    start : int
        The frame to begin with.

    Returns
    -------
    IPython.display.HTML

    Raises
    ------
    GancourseError
        If there are no frames, or not as many captions as frames.
    """
    from IPython.display import HTML

    if not frames or len(frames) != len(captions):
        raise GancourseError(
            f"a frame slider needs as many captions as frames: got {len(frames)} and {len(captions)}"
        )
    encoded = [_data_uri("png", png(frame)) for frame in frames]
    if sum(map(len, encoded)) > MOST:
        encoded = [_data_uri("webp", webp(frame)) for frame in frames]
    return HTML(
        fill(
            "slider",
            key=f"slider-{uuid.uuid5(uuid.NAMESPACE_OID, ''.join(encoded)).hex[:12]}",
            first=encoded[start],
            alt=html.escape(alt),
            label=html.escape(label),
            caption=html.escape(captions[start]),
            last=len(frames) - 1,
            start=start,
            width=width,
            rendering="pixelated" if np.asarray(frames[0]).shape[1] < width else "auto",
            frames=to_script(encoded),
            captions=to_script(list(captions)),
        )
    )


def _data_uri(kind: str, file: bytes) -> str:
    return f"data:image/{kind};base64," + base64.b64encode(file).decode()
