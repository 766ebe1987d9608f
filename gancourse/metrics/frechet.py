"""The Fréchet distance of two sets of features, and the eigenface Fréchet distance of two sets of images.

Features are what an extractor makes of images, one row per image. A distance of features says nothing without its
extractor: see `gancourse.evaluation.features`.
"""

import numpy as np

from gancourse import GancourseError
from gancourse.metrics.checks import feature_pair
from gancourse.metrics.pixels import square_images

EIGENFACES = 40


def frechet_distance(a, b) -> float:
    """The Fréchet distance of two sets of features, each taken as a Gaussian: `gaussian_frechet` of their moments.

    With Inception's features it is the FID (Heusel et al., GANs Trained by a Two Time-Scale Update Rule, NeurIPS
    2017). Estimated means and covariances are never equal, so it is biased upwards, the more the fewer rows there are:
    compare distances between equally many.

    Parameters
    ----------
    a, b : ndarray of float, shapes (N, D) and (M, D)
        Two sets of features of one extractor, one row per image; N and M may be below D.

    Returns
    -------
    float
        A square, in squared units of the features; 0 for equal sets.

    Raises
    ------
    GancourseError
        Other shapes, fewer than two rows, different D, values that are not finite.
    """
    a, b = feature_pair(a, b)
    # `np.cov` of one feature is a number
    covariances = (np.atleast_2d(np.cov(features, rowvar=False)) for features in (a, b))
    cov_a, cov_b = covariances
    return gaussian_frechet(a.mean(axis=0), cov_a, b.mean(axis=0), cov_b)


def gaussian_frechet(mean_a, cov_a, mean_b, cov_b) -> float:
    """The Fréchet distance of two Gaussians (Dowson and Landau, 1982).

    `|mean_a - mean_b|² + trace(cov_a + cov_b - 2 (cov_a cov_b)^½)`

    Parameters
    ----------
    mean_a, mean_b : ndarray of float, shape (D,)
        The means.
    cov_a, cov_b : ndarray of float, shape (D, D)
        The covariances: symmetric, without negative eigenvalues; singular ones are fine.

    Raises
    ------
    GancourseError
        Other shapes, values that are not finite, matrices that are not covariances.
    """
    moments = [np.asarray(moment, np.float64) for moment in (mean_a, cov_a, mean_b, cov_b)]
    mean_a, cov_a, mean_b, cov_b = moments
    shapes = [moment.shape for moment in moments]
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


def eigenfaces(real, count: int = EIGENFACES):
    """The directions in which real images vary most, as a function from images to features.

    Patches do not know where they were, so a face with its parts in the wrong places may pass the sliced Wasserstein
    distance. Eigenfaces know it (Turk and Pentland, Eigenfaces for Recognition, 1991): the whole image, described by
    the directions in which real faces vary most.

    Parameters
    ----------
    real : ndarray, shape (M, S, S, C), uint8 or float in [0, 1], M > count
        The real images that the directions are fitted to.
    count : int
        How many directions: those with the largest variance.

    Returns
    -------
    function
        Images (N, S, S, C) to float (N, count): coordinates along the directions, with standard deviation 1 for `real`.
    """
    flat = square_images(real).reshape(len(real), -1)
    if len(flat) <= count:
        raise GancourseError(f"{count} directions need more than {len(flat)} images")
    mean = flat.mean(axis=0)
    _, lengths, directions = np.linalg.svd(flat - mean, full_matrices=False)
    along = directions[:count].T * (np.sqrt(len(flat) - 1) / lengths[:count])
    return lambda images: (square_images(images).reshape(len(images), -1) - mean) @ along


def eigenface_frechet(a, b, eigenfaces) -> float:
    """The eigenface Fréchet distance of two sets of images: the Fréchet distance on eigenfaces, a direction.

    It compares where faces have their parts, which patches do not know.

    Parameters
    ----------
    a, b : ndarray, shapes (N, S, S, C) and (M, S, S, C), uint8 or float in [0, 1]
        The two sets, of at least 32 images each.
    eigenfaces : function
        The function that `eigenfaces` gives for real images.

    Returns
    -------
    float
        `frechet_distance` of the coordinates, divided by their number: the mean over directions in which real
        images have the variance 1. 0 for equal sets; two halves of one real set give the floor to compare with.

    Raises
    ------
    GancourseError
        Images of another shape, too few of them, or values outside [0, 1].
    """
    a, b = eigenfaces(a), eigenfaces(b)
    return frechet_distance(a, b) / a.shape[1]


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
