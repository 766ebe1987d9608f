"""How far two sets of faces are apart, without a network: by their patches, and by their layout.

Patches: two clouds of points on a line are as far apart as their sorted values are on average. In many dimensions
one looks along many random directions and takes the mean. The points here are patches of 7 × 7 pixels from the levels
of a Laplacian pyramid, so that the coarse level compares where faces have their parts and the fine level what skin and
hair look like (Karras, Aila, Laine and Lehtinen, Progressive Growing of GANs, ICLR 2018, section 5).

Layout: patches do not know where they were, so a face with its parts in the wrong places may pass. Eigenfaces do
(Turk and Pentland, Eigenfaces for Recognition, 1991): the whole image, told in the directions in which real faces
vary most.
"""

import numpy as np

from gancourse import GancourseError
from gancourse.evaluation.distances import frechet_distance
from gancourse.evaluation.pixels import unit

PATCH = 7  # pixels on a side
COARSEST = 16  # pixels on a side of the last level


def sliced_wasserstein(
    a, b, *, patches: int = 32, directions: int = 256, seed: int = 0
) -> dict[int, float]:
    """The sliced Wasserstein distance between the patches of two sets of images, for each level of the pyramid.

    Patches are normalised by the mean and standard deviation of each colour over `a`'s patches, so call it with the
    real images first. The same seed takes the same places and directions: compare distances of one seed.

    Parameters
    ----------
    a, b : ndarray, shape (N, S, S, C), uint8 or float in [0, 1]
        As many images in both, at least 32, S a power of two times 16.
    patches : int
        From each image, at random places that are the same in both sets.
    directions : int

    Returns
    -------
    dict
        Side of the level in pixels to the distance, in standard deviations of the real patches, times 100. 0 for
        equal sets; two halves of one real set give the floor to compare with.
    """
    a, b = _checked(a), _checked(b)
    if a.shape != b.shape:
        raise GancourseError(
            f"images of shapes {a.shape} and {b.shape}: draw as many of the same size"
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


def eigenfaces(real, count: int = 40):
    """The directions in which real images vary most, as a function from images to features.

    Parameters
    ----------
    real : ndarray, shape (M, S, S, C), uint8 or float in [0, 1], M > count
    count : int

    Returns
    -------
    function
        Images (N, S, S, C) to float (N, count): coordinates along the directions, with standard deviation 1 for `real`.
    """
    flat = _checked(real).reshape(len(real), -1)
    if len(flat) <= count:
        raise GancourseError(f"{count} directions need more than {len(flat)} images")
    mean = flat.mean(axis=0)
    _, lengths, directions = np.linalg.svd(flat - mean, full_matrices=False)
    along = directions[:count].T * (np.sqrt(len(flat) - 1) / lengths[:count])
    return lambda images: (_checked(images).reshape(len(images), -1) - mean) @ along


def spread(images) -> float:
    """The standard deviation of each pixel over the images, averaged over pixels: 0 if all are the same image.

    Images (N, H, W, C), uint8 or float in [0, 1]. Compare it with the value of the real images.
    """
    return float(_checked(images).std(axis=0).mean())


def face_card(images, real, seed: int = 0) -> dict:
    """The measures of a face generator's samples, and what they were measured with.

    Parameters
    ----------
    images : ndarray, float in [0, 1], shape (N, S, S, C)
    real : ndarray, uint8 (M, S, S, C), M ≥ 2
        Held-out real images. With M ≥ 2 N the distance between two halves of them is the floor; else both sides are
        cut to M // 2 images.

    Returns
    -------
    dict
        samples; the distance of their patches, mean over the levels and by level; the distance of their layout, on 40
        eigenfaces and divided by 40; for each the floor, real images against other real ones; the spread as a share of
        the real images'. Ready for JSON.
    """
    count = min(len(images), len(real) // 2)
    order = np.random.default_rng(seed).permutation(len(real))
    one, other = real[order[:count]], real[order[count : 2 * count]]
    distance = sliced_wasserstein(one, images[:count], seed=seed)
    floor = sliced_wasserstein(one, other, seed=seed)
    features = eigenfaces(real)
    layouts = [
        frechet_distance(features(one), features(each)) / 40 for each in (images[:count], other)
    ]
    return {
        "samples": count,
        "layout": round(layouts[0], 3),
        "layout_floor": round(layouts[1], 3),
        "distance": round(float(np.mean(list(distance.values()))), 2),
        "floor": round(float(np.mean(list(floor.values()))), 2),
        "distance_by_level": {str(side): round(value, 2) for side, value in distance.items()},
        "floor_by_level": {str(side): round(value, 2) for side, value in floor.items()},
        "spread_ratio": round(spread(images) / spread(real), 3),
        "measure": "sliced Wasserstein distance of 7 × 7 patches, 32 an image, 256 directions; Fréchet distance on "
        "40 eigenfaces",
        "seed": seed,
    }


def _checked(images) -> np.ndarray:
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


def _patches(images, places) -> np.ndarray:
    """(N, S, S, C) and places (N, P, 2) to (N · P, 7, 7, C)."""
    windows = np.lib.stride_tricks.sliding_window_view(images, (PATCH, PATCH), axis=(1, 2))
    rows = np.arange(len(images))[:, None]
    chosen = windows[rows, places[..., 0], places[..., 1]]
    return np.moveaxis(chosen, 2, -1).reshape(-1, PATCH, PATCH, images.shape[-1])
