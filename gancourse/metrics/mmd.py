"""The maximum mean discrepancy (MMD) of two sets of features with a cubic kernel: on Inception's, the KID."""

import numpy as np

from gancourse import GancourseError
from gancourse.metrics.checks import feature_pair


def mmd(a, b, *, subsets: int = 100, size: int = 1000, seed: int = 0) -> tuple[float, float]:
    """The squared maximum mean discrepancy of two sets of features, over subsets: mean and standard deviation.

    The unbiased estimate of the squared maximum mean discrepancy with the kernel (x·y / D + 1)³. With Inception's
    features it is the KID (Bińkowski, Sutherland, Arbel and Gretton, Demystifying MMD GANs, ICLR 2018).

    What the mean is: averaged over all subsets it would be the estimate from all rows at once, whatever `size` is.
    What the standard deviation is not: the standard error of the mean. It is how much estimates from `size` rows
    differ when drawn from these very rows, and 0 where `size` takes all of them. Divided by the root of `subsets` it
    is the error from not having tried all subsets. How much other rows would change the mean comes on top, and no
    number of subsets lowers it, for they overlap and are not new data: to see it, draw new sets.

    Parameters
    ----------
    a, b : ndarray of float, shapes (N, D) and (M, D)
        Two sets of features of one extractor, one row per image.
    subsets : int
        How many pairs of subsets the mean is taken over.
    size : int
        Rows in a subset, drawn without replacement from `a` and from `b`; the smaller of N and M if that is less.
    seed : int
        The seed for the choice of rows.

    Returns
    -------
    mean : float
        The estimate; 0 is expected for equal distributions, so that small distances may come out negative.
    std : float
        Over the subsets, divided by their number.

    Raises
    ------
    GancourseError
        As `frechet_distance`; fewer than one subset, or of two rows.
    """
    a, b = feature_pair(a, b)
    if subsets < 1 or size < 2:
        raise GancourseError(
            f"{subsets} subsets of {size} rows: there must be at least one, of at least two rows"
        )
    size = min(size, len(a), len(b))
    rng = np.random.default_rng(seed)
    distances = []
    for _ in range(subsets):
        one, other = (
            features[rng.choice(len(features), size, replace=False)] for features in (a, b)
        )
        distances.append(_unbiased_mmd(one, other))
    return float(np.mean(distances)), float(np.std(distances))


def _unbiased_mmd(x, y) -> float:
    """The estimate for equally many rows of both; pairs of a row with itself are left out.

    Gretton et al., A Kernel Two-Sample Test, JMLR 2012.
    """
    count = len(x)
    within = sum(table.sum() - np.trace(table) for table in (_kernel(x, x), _kernel(y, y)))
    return within / (count * (count - 1)) - 2 * _kernel(x, y).mean()


def _kernel(x, y) -> np.ndarray:
    base = x @ y.T
    base /= x.shape[1]
    base += 1
    table = base * base
    table *= base  # `base ** 3` is many times slower
    return table
