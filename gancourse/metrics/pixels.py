"""Images as floats from 0 to 1, and smaller: what the metrics start from."""

import numpy as np

from gancourse import GancourseError

COARSEST = 16  # pixels on a side of the last level of a pyramid


def unit(images) -> np.ndarray:
    """Images of any shape, uint8 or float in [0, 1], as float32 in [0, 1].

    Raises
    ------
    GancourseError
        Values that are not finite, or more than 0.01 outside [0, 1].
    """
    images = np.asarray(images)
    if images.dtype == np.uint8:
        return images / np.float32(255)
    images = images.astype(np.float32)
    if not np.isfinite(images).all() or images.min() < -0.01 or images.max() > 1.01:
        raise GancourseError("images must be uint8, or float from 0 to 1")
    return images


def square_images(images) -> np.ndarray:
    """Square images that a pyramid can halve down to 16 × 16, as `unit` gives them.

    Raises
    ------
    GancourseError
        Another shape than (N, S, S, C) with S = 16, 32, 64, …; fewer than 32 images; values as in `unit`.
    """
    images = np.asarray(images)
    side = images.shape[1] if images.ndim == 4 else 0
    if images.ndim != 4 or side != images.shape[2] or side % COARSEST or (side & (side - 1)):
        raise GancourseError(
            f"images must be (N, S, S, C) with S = 16, 32, 64, …; got {images.shape}"
        )
    if len(images) < 32:
        raise GancourseError(
            f"{len(images)} images are too few for a distance: it takes 32, and of real images twice as many"
        )
    return unit(images)


def shrink(images: np.ndarray, side: int) -> np.ndarray:
    """Images (N, H, W, C), float32, averaged over areas to at most `side` × `side`; a shorter side stays as it is.

    Where `side` does not divide the size, a pixel that lies across a border counts for both areas by its parts. The
    result for an image does not depend, to the last bit, on what images it is shrunk with.
    """
    count, height, width, channels = images.shape
    rows, columns = _areas(height, min(side, height)), _areas(width, min(side, width))
    if len(rows) < height:
        images = rows @ images.reshape(count, height, width * channels)
    if len(columns) < width:
        images = columns @ images.reshape(count * len(rows), width, channels)
    return images.reshape(count, len(rows), len(columns), channels)


def _areas(size: int, side: int) -> np.ndarray:
    """The matrix (side, size) that averages `size` pixels to `side`: each row sums to 1."""
    edges = np.arange(side + 1) * size / side
    pixels = np.arange(size)
    overlap = np.minimum(edges[1:, None], pixels + 1) - np.maximum(edges[:-1, None], pixels)
    return (np.maximum(overlap, 0) * side / size).astype(np.float32)
