"""Has a generator learned its training images by heart? The distance from each sample to the nearest of them.

Images are compared pixel by pixel, after both are averaged to a few coarse pixels. On full pixels two pictures of one
face that are shifted by a pixel, or sharp in one and soft in the other, are far apart wherever there is an edge, and a
copy that a network has smoothed would not be found. Averaged to 16 × 16, such a copy is near.

The limits. It is a distance of colours and composition: the same person before another background is far away, another
person with the same background, pose and hair may be near, and a mirrored copy is hardly found. And an image that is
unlike every face is far from every training face: a blend of two, or a face with its colours off. So a large distance
does not prove that faces are new, and is not praise; a poor generator has it too.
"""

import numpy as np

from gancourse import GancourseError
from gancourse.metrics.pixels import shrink, unit

BLOCK = 2**22  # numbers in one block: 32 MB as float64
HELD_OUT = 2000  # faces in the baseline at most


def nearest(queries, images, size: int = 16) -> tuple[np.ndarray, np.ndarray]:
    """For each query the nearest of `images`, by the root of the mean squared difference of coarse pixels.

    Works in blocks: of the images, which may be memory-mapped, and of the table of distances some tens of MB are in
    memory at a time, beside the shrunken queries.

    Parameters
    ----------
    queries, images : ndarray, shapes (N, H, W, C) and (M, H, W, C), uint8 or float in [0, 1]
        The images to find a neighbour for, and the images among which to look for it.
    size : int
        The side that both are averaged down to: at most `size` × `size`; smaller images are compared as they are.

    Returns
    -------
    indices : ndarray, int64, shape (N,)
        Into `images`; of equally near ones the first.
    distances : ndarray, float32, shape (N,)
        From 0 for an equal image to 1 for black and white.

    Raises
    ------
    GancourseError
        Shapes that do not fit, no images, a size below 1, values outside [0, 1].
    """
    _check(queries, images, size)
    asked = np.concatenate(
        [shrink(unit(queries[part]), size) for part in _blocks(len(queries), queries[0].size)]
    )
    # Centred, so that squares are small, and in float64: |a|² + |b|² - 2ab cancels where images are near.
    flat = asked.reshape(len(asked), -1).astype(np.float64)
    centre = flat.mean(axis=0)
    flat -= centre
    best = np.full(len(flat), np.inf)
    indices = np.zeros(len(flat), np.int64)
    # the images of a block are held at full size, and as a column of the table for the queries of another
    for part in _blocks(len(images), max(images[0].size, 2048)):
        candidates = shrink(unit(images[part]), size).reshape(-1, flat.shape[1]) - centre
        squares = np.einsum("ij,ij->i", candidates, candidates)
        for rows in _blocks(len(flat), len(candidates)):
            table = flat[rows] @ candidates.T
            table *= -2
            table += squares  # but for the query's own square, which changes no order
            column = table.argmin(axis=1)
            value = table[np.arange(len(table)), column]
            nearer = value < best[rows]
            best[rows] = np.where(nearer, value, best[rows])
            indices[rows] = np.where(nearer, column + part.start, indices[rows])
    distances = np.empty(len(flat), np.float32)
    for rows in _blocks(len(flat), images[0].size):  # directly, so that a copy is at exactly 0
        gap = asked[rows] - shrink(unit(images[indices[rows]]), size)
        distances[rows] = np.sqrt(np.square(gap).mean(axis=(1, 2, 3)))
    return indices, distances


def memorisation(samples, training, held_out, seed: int = 0) -> dict:
    """Are generated faces nearer to the training faces than faces that cannot have been memorised?

    The baseline is what held-out real faces have: the usual distance from a new face to the nearest training face. A
    generator of new faces as good as real ones has the same; one that copies is at 0.

    Read both ends. If a few samples are copies, the share below the baseline's 1st percentile shows it and the median
    does not. If most are copies with errors, the median falls and the share may stay 0: no copy is as near as the
    nearest of the real faces.

    Real data can lower the baseline. A face that is in the data twice, or a second photograph of one person (CelebA
    is split by file, not by person), puts some held-out faces close to a training face, and the baseline's low
    percentiles then measure these pairs. With few held-out faces the 1st percentile is hardly more than their minimum.

    Parameters
    ----------
    samples, training, held_out : ndarray, shape (…, H, W, C), uint8 or float in [0, 1]
        Images of one size.
    seed : int
        The seed for the choice of held-out faces, where there are more than 2,000.

    Returns
    -------
    dict
        distance, held_out_distance: median, 5th and 1st percentile of the
        distance to the nearest training face, from 0 to 1. ratio of the medians: about 1 for new faces; None if the
        baseline's is 0. share_below_held_out_1_percent: the share of samples that are as near to a training face as
        the nearest hundredth of the held-out faces, or nearer; 0.01 is expected. settings: samples, training, held_out
        (counts), metric, seed. Ready for JSON, and without any picture.

    Raises
    ------
    GancourseError
        As `nearest`.
    """
    if len(held_out) > HELD_OUT:
        chosen = np.random.default_rng(seed).permutation(len(held_out))[:HELD_OUT]
        held_out = held_out[np.sort(chosen)]
    _, drawn = nearest(samples, training)
    _, real = nearest(held_out, training)
    median, low = np.median(real), np.percentile(real, 1)
    height, width = (min(16, side) for side in training.shape[1:3])
    return {
        "distance": _summary(drawn),
        "held_out_distance": _summary(real),
        "ratio": round(float(np.median(drawn) / median), 3) if median > 0 else None,
        "share_below_held_out_1_percent": round(float(np.mean(drawn <= low)), 4),
        "settings": {
            "samples": len(samples),
            "training": len(training),
            "held_out": len(held_out),
            "metric": "distance to the nearest training image: root mean square difference of "
            f"{height} × {width} area-averaged pixels, 0 to 1",
            "seed": seed,
        },
    }


def _summary(distances) -> dict[str, float]:
    percentiles = {"median": 50, "percentile_5": 5, "percentile_1": 1}
    return {
        name: round(float(np.percentile(distances, percent)), 4)
        for name, percent in percentiles.items()
    }


def _blocks(count: int, numbers: int):
    """Slices that cut `count` rows of so many numbers each into parts of `BLOCK` numbers."""
    step = max(1, BLOCK // numbers)
    return [slice(start, min(start + step, count)) for start in range(0, count, step)]


def _check(queries, images, size) -> None:
    if not isinstance(size, int | np.integer) or size < 1:
        raise GancourseError(f"size={size}: must be a whole number of pixels, at least 1")
    if images.ndim != 4 or queries.shape[1:] != images.shape[1:]:
        raise GancourseError(
            f"queries of shape {queries.shape} and images of shape {images.shape}: both must be (…, H, W, C), of the "
            "same size and colours"
        )
    if 0 in (*queries.shape, *images.shape):
        raise GancourseError(
            f"{len(queries)} queries and {len(images)} images: there must be at least one of each"
        )
