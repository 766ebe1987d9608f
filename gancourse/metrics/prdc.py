"""Precision, recall, density and coverage (PRDC): are samples like real images, and are all kinds among them?"""

import numpy as np

from gancourse import GancourseError
from gancourse.metrics.checks import feature_pair

BLOCK = 2**21  # numbers in one block of the table of distances: 16 MB
ROUNDING = 1e-12  # share of a squared distance that |a|² + |b|² - 2ab may be off in float64


def prdc(real, fake, neighbours: int = 5) -> dict[str, float]:
    """Precision, recall, density and coverage of samples, from balls around features.

    Each real image has a ball, as far as its k-th nearest neighbour among the other real images; each fake has one
    among the fakes. Together the balls stand for where real images, or fakes, lie.

    Precision is the share of fakes in any real ball, recall the share of real images in any fake's ball
    (Kynkäänniemi, Karras, Laine, Lehtinen and Aila, Improved Precision and Recall Metric, NeurIPS 2019, who take k =
    3). One outlier has a large ball, which makes precision too high, or among the fakes recall. So density counts in
    how many real balls a fake lies, divided by k, and coverage is the share of real balls with a fake in them (Naeem,
    Oh, Uh, Choi and Yoo, Reliable Fidelity and Diversity Metrics, ICML 2020, who take k = 5). All but density are
    from 0 to 1; density is about 1 for real images, and more where fakes crowd in the middle.

    All four change with the numbers of images: compare results of equal numbers. For two sets of one distribution
    coverage is about 1 - 0.5^k where both are large and of one size, not 1.

    A ball contains its edge, as in the paper of 2019, and edges are compared with a tolerance for rounding. So copies
    count as inside even where a ball has no size, because an image is there more than k times.

    It works in float64, block by block, in some 40 MB beside copies of the features.

    Parameters
    ----------
    real, fake : ndarray of float, shapes (N, D) and (M, D)
        Features of real images and of samples, of one extractor.
    neighbours : int
        The number k of neighbours: at least 1, less than N and M.

    Returns
    -------
    dict
        precision, recall, density, coverage.

    Raises
    ------
    GancourseError
        As `frechet_distance`; as many neighbours as images or more, or fewer than one.
    """
    real, fake = feature_pair(real, fake)
    fewest = min(len(real), len(fake))
    if not 1 <= neighbours < fewest:
        raise GancourseError(
            f"{neighbours} neighbours of {fewest} images: there must be at least one, and more images"
        )
    centre = real.mean(axis=0)  # distances stay, squares get smaller, and with them the rounding
    real = real - centre
    fake = fake - centre
    real_balls, fake_balls = _balls(real, neighbours), _balls(fake, neighbours)
    precise, recalled, covered, inside = np.zeros(len(fake), bool), 0, 0, 0
    for rows, table in _tables(real, fake):
        in_real = table <= real_balls[rows, None]
        precise |= in_real.any(axis=0)
        covered += in_real.any(axis=1).sum()
        inside += in_real.sum()
        recalled += (table <= fake_balls).any(axis=1).sum()
    return {
        "precision": float(precise.mean()),
        "recall": float(recalled / len(real)),
        "density": float(inside / (neighbours * len(fake))),
        "coverage": float(covered / len(real)),
    }


def _balls(points, neighbours: int) -> np.ndarray:
    """Squared radius of each point's ball, (N,): to its k-th nearest other point, and the tolerance."""
    radii = np.empty(len(points))
    for rows, table in _tables(points, points):
        table[np.arange(len(table)), np.arange(rows.start, rows.stop)] = np.inf  # not to itself
        table.partition(neighbours - 1, axis=1)
        radii[rows] = np.maximum(table[:, neighbours - 1], 0)
    return radii + ROUNDING * (radii + np.einsum("ij,ij->i", points, points))


def _tables(a, b):
    """Yield slices of `a`'s rows and their squared distances to all of `b`, block by block."""
    squares = np.einsum("ij,ij->i", b, b)
    step = max(1, BLOCK // len(b))
    for start in range(0, len(a), step):
        rows = slice(start, min(start + step, len(a)))
        table = a[rows] @ b.T
        table *= -2
        table += squares
        table += np.einsum("ij,ij->i", a[rows], a[rows])[:, None]
        yield rows, table
