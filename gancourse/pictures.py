"""Pictures as arrays of pixels: laid out in a grid, packed as a file."""

import io

import numpy as np
from PIL import Image

from gancourse import GancourseError


def tile(images, columns: int, padding: int = 2, background: int = 0) -> np.ndarray:
    """Lay images out in rows of `columns`, `padding` pixels between them and around.

    Parameters
    ----------
    images : ndarray, shape (N, H, W, C), uint8 or float in [0, 1]
        The images, in the order of reading: row by row.
    columns : int
        The number of images in a row.
    padding : int
        The width of the gaps, in pixels.
    background : int
        The level between the images, 0 to 255.

    Returns
    -------
    ndarray, uint8, (rows · (H + padding) + padding, columns · (W + padding) + padding), with a last axis of 3 for
    colour
    """
    images = np.asarray(images)
    if images.ndim != 4 or not len(images):
        raise GancourseError(f"a grid needs images of shape (N, H, W, C), got {images.shape}")
    if images.dtype != np.uint8:
        images = np.round(np.clip(images, 0, 1) * 255).astype(np.uint8)
    count, height, width, channels = images.shape
    rows = -(-count // columns)
    grid = np.full(
        (rows * (height + padding) + padding, columns * (width + padding) + padding, channels),
        background,
        np.uint8,
    )
    for index, image in enumerate(images):
        top = padding + (index // columns) * (height + padding)
        left = padding + (index % columns) * (width + padding)
        grid[top : top + height, left : left + width] = image
    return grid[..., 0] if channels == 1 else grid


def webp(pixels, quality: int = 80) -> bytes:
    """A picture, uint8 (H, W) or (H, W, 3), as a lossy WebP file: for colours a few times smaller than a PNG.

    Parameters
    ----------
    pixels : ndarray, uint8, shape (H, W) or (H, W, 3)
        The picture.
    quality : int
        From 0, smallest, to 100.
    """
    buffer = io.BytesIO()
    image = Image.fromarray(np.asarray(pixels, np.uint8)).convert("RGB")
    image.save(buffer, format="WEBP", quality=quality)
    return buffer.getvalue()


def png(pixels) -> bytes:
    """A picture, uint8 (H, W) or (H, W, 3), as a PNG file."""
    buffer = io.BytesIO()
    Image.fromarray(np.asarray(pixels, np.uint8)).save(buffer, format="PNG", optimize=True)
    return buffer.getvalue()
