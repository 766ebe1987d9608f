"""The sliced Wasserstein distance between the patches of two sets of images.

Two clouds of points on a line are as far apart as their sorted values are on average. In many dimensions one looks
along many random directions and takes the mean. The points here are patches of 7 × 7 pixels from the levels of a
Laplacian pyramid, so that the coarse level compares where faces have their parts and the fine level what skin and hair
look like (Karras, Aila, Laine and Lehtinen, Progressive Growing of GANs, ICLR 2018, section 5).
"""

import numpy as np

from gancourse import GancourseError
from gancourse.metrics.pixels import COARSEST, square_images

PATCH = 7  # pixels on a side


def sliced_wasserstein(
    a, b, *, patches: int = 32, directions: int = 256, seed: int = 0
) -> dict[int, float]:
    """The sliced Wasserstein distance between the patches of two sets of images, for each level of the pyramid.

    Patches are normalised by the mean and standard deviation of each colour over `a`'s patches, so call it with the
    real images first. The same seed takes the same places and directions: compare distances of one seed.

    Parameters
    ----------
    a, b : ndarray, shape (N, S, S, C), uint8 or float in [0, 1]
        The two sets: equally many images, at least 32; S is a power of two times 16.
    patches : int
        The number of patches from each image, at random places that are the same in both sets.
    directions : int
        How many random directions the mean is taken over.

    Returns
    -------
    dict
        Side of the level in pixels to the distance, in standard deviations of the real patches, times 100. 0 for
        equal sets; two halves of one real set give the floor to compare with.
    """
    a, b = square_images(a), square_images(b)
    if a.shape != b.shape:
        raise GancourseError(
            f"images of shapes {a.shape} and {b.shape}: draw equally many, of the same size"
        )
    distances = {}
    for level_a, level_b in zip(pyramid(a), pyramid(b), strict=True):
        rng = np.random.default_rng([seed, level_a.shape[1]])
        places = rng.integers(0, level_a.shape[1] - PATCH + 1, (len(a), patches, 2))
        points_a, points_b = _patches(level_a, places), _patches(level_b, places)
        mean, std = points_a.mean(axis=(0, 1, 2)), points_a.std(axis=(0, 1, 2)) + 1e-8
        points_a, points_b = (
            ((points - mean) / std).reshape(len(points), -1) for points in (points_a, points_b)
        )
        along = rng.normal(size=(points_a.shape[1], directions)).astype(np.float32)
        along /= np.linalg.norm(along, axis=0)
        apart = np.abs(np.sort(points_a @ along, axis=0) - np.sort(points_b @ along, axis=0))
        distances[level_a.shape[1]] = float(100 * apart.mean())
    return distances


def pyramid(images):
    """Yield the levels of a Laplacian pyramid, fine to coarse: what each halving loses, then the last small images.

    Float images (N, S, S, C) to arrays with sides S, S / 2, …, 16.
    """
    while images.shape[1] > COARSEST:
        half = images.reshape(len(images), images.shape[1] // 2, 2, images.shape[2] // 2, 2, -1)
        half = half.mean(axis=(2, 4))
        yield images - half.repeat(2, axis=1).repeat(2, axis=2)
        images = half
    yield images


def _patches(images, places) -> np.ndarray:
    """(N, S, S, C) and places (N, P, 2) to (N · P, 7, 7, C)."""
    windows = np.lib.stride_tricks.sliding_window_view(images, (PATCH, PATCH), axis=(1, 2))
    rows = np.arange(len(images))[:, None]
    chosen = windows[rows, places[..., 0], places[..., 1]]
    return np.moveaxis(chosen, 2, -1).reshape(-1, PATCH, PATCH, images.shape[-1])
