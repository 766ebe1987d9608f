"""How far two sets of features are apart: the Fréchet distance and the kernel distance.

Features are what an extractor makes of images, one row each. A distance of features says nothing without its
extractor: see `gancourse.evaluation.features`.
"""

import numpy as np

from gancourse import GancourseError


def frechet_distance(a, b) -> float:
    """The Fréchet distance of two sets of features, each taken for a Gaussian: `gaussian_frechet` of what they have.

    With Inception's features it is the FID (Heusel et al., GANs Trained by a Two Time-Scale Update Rule, NeurIPS
    2017). Estimated means and covariances are never equal, so it is biased upwards, the more the fewer rows there are:
    compare distances of equally many.

    Parameters
    ----------
    a, b : ndarray of float, shapes (N, D) and (M, D)
        N and M may be below D.

    Returns
    -------
    float
        A square, in squared units of the features; 0 for equal sets.

    Raises
    ------
    GancourseError
        Other shapes, fewer than two rows, different D, values that are not finite.
    """
    a, b = checked_pair(a, b)
    # `np.cov` of one feature is a number
    covariances = (np.atleast_2d(np.cov(each, rowvar=False)) for each in (a, b))
    cov_a, cov_b = covariances
    return gaussian_frechet(a.mean(axis=0), cov_a, b.mean(axis=0), cov_b)


def gaussian_frechet(mean_a, cov_a, mean_b, cov_b) -> float:
    """The Fréchet distance of two Gaussians (Dowson and Landau, 1982).

    `|mean_a - mean_b|² + trace(cov_a + cov_b - 2 (cov_a cov_b)^½)`

    Parameters
    ----------
    mean_a, mean_b : ndarray of float, shape (D,)
    cov_a, cov_b : ndarray of float, shape (D, D)
        Symmetric, without negative eigenvalues; singular ones are fine.

    Raises
    ------
    GancourseError
        Other shapes, values that are not finite, matrices that are no covariances.
    """
    mean_a, cov_a, mean_b, cov_b = (
        np.asarray(each, np.float64) for each in (mean_a, cov_a, mean_b, cov_b)
    )
    shapes = [each.shape for each in (mean_a, cov_a, mean_b, cov_b)]
    if mean_a.ndim != 1 or shapes != 2 * [mean_a.shape, 2 * mean_a.shape]:
        raise GancourseError(f"two means (D,), each with a covariance (D, D), not {shapes}")
    # With roots A Aᵀ = cov_a and B Bᵀ = cov_b the trace of (cov_a cov_b)^½ is the sum of the singular values of
    # Aᵀ B. The usual way, roots of the product's eigenvalues, is off where they should be 0: with fewer rows than D.
    overlap = np.linalg.svd(_root(cov_a).T @ _root(cov_b), compute_uv=False).sum()
    shift = np.square(mean_a - mean_b).sum()
    distance = shift + np.trace(cov_a) + np.trace(cov_b) - 2 * overlap
    if not np.isfinite(distance):
        raise GancourseError("means of Gaussians must be finite")
    return max(0.0, float(distance))  # of equal Gaussians rounding may leave -1e-13


def kernel_distance(
    a, b, *, subsets: int = 100, size: int = 1000, seed: int = 0
) -> tuple[float, float]:
    """The kernel distance of two sets of features, over subsets: mean and standard deviation.

    The unbiased estimate of the squared maximum mean discrepancy with the kernel (x·y / D + 1)³. With Inception's
    features it is the KID (Bińkowski, Sutherland, Arbel and Gretton, Demystifying MMD GANs, ICLR 2018).

    What the mean is: averaged over all subsets it would be the estimate from all rows at once, whatever `size` is.
    What the standard deviation is not: the standard error of the mean. It is how much estimates from `size` rows
    differ when drawn from these very rows, and 0 where `size` takes all of them. Divided by the root of `subsets` it
    is the error from not having tried all subsets. How much other rows would change the mean comes on top, and no
    number of subsets lowers it, for they overlap and are no new data: to see it, draw new sets.

    Parameters
    ----------
    a, b : ndarray of float, shapes (N, D) and (M, D)
    subsets : int
    size : int
        Rows in a subset, drawn without replacement from `a` and from `b`; the smaller of N and M if that is less.
    seed : int

    Returns
    -------
    mean : float
        0 is expected for equal distributions, so that small distances may come out negative.
    std : float
        Over the subsets, divided by their number.

    Raises
    ------
    GancourseError
        As `frechet_distance`; fewer than one subset, or of two rows.
    """
    a, b = checked_pair(a, b)
    if subsets < 1 or size < 2:
        raise GancourseError(
            f"{subsets} subsets of {size} rows: there must be one at least, of two rows"
        )
    size = min(size, len(a), len(b))
    rng = np.random.default_rng(seed)
    distances = []
    for _ in range(subsets):
        one, other = (each[rng.choice(len(each), size, replace=False)] for each in (a, b))
        distances.append(_unbiased_mmd(one, other))
    return float(np.mean(distances)), float(np.std(distances))


def checked_pair(a, b) -> tuple[np.ndarray, np.ndarray]:
    """Two sets of features as float64, (N, D) and (M, D).

    Raises
    ------
    GancourseError
        As `frechet_distance`.
    """
    a, b = (np.asarray(each, np.float64) for each in (a, b))
    for each in (a, b):
        check(each)
    if a.shape[1] != b.shape[1]:
        raise GancourseError(
            f"{a.shape[1]} features against {b.shape[1]}: take both from one extractor"
        )
    return a, b


def check(features) -> None:
    """Raise a GancourseError unless these are features: (N, D), two rows at least, finite."""
    if features.ndim != 2 or features.shape[1] == 0:
        raise GancourseError(f"features must be (N, D), one row an image, not {features.shape}")
    if len(features) < 2:
        raise GancourseError(f"features of {len(features)} images: there must be two at least")
    if not np.isfinite(features).all():
        rows = np.flatnonzero(~np.isfinite(features).all(axis=1))
        raise GancourseError(
            f"features of {len(rows)} of {len(features)} images are not finite, first in row {rows[0]}: "
            "look at what the generator drew there"
        )


def _root(covariance) -> np.ndarray:
    """A matrix A with A Aᵀ = covariance."""
    if not np.isfinite(covariance).all():
        raise GancourseError("covariances must be finite")
    values, vectors = np.linalg.eigh(covariance)
    largest = abs(values).max()
    if abs(covariance - covariance.T).max() > 1e-6 * largest or values.min() < -1e-6 * largest:
        raise GancourseError("a covariance must be symmetric and without negative eigenvalues")
    rounding = len(values) * np.finfo(np.float64).eps * largest
    # the root of what rounding leaves is not small
    return vectors * np.sqrt(np.where(values > rounding, values, 0))


def _unbiased_mmd(x, y) -> float:
    """Of as many rows of both; pairs of a row with itself are left out (Gretton et al., A Kernel Two-Sample Test, JMLR
    2012)."""
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
