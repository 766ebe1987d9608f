"""How much the images of a set differ from each other: 0 if one image is repeated."""

import numpy as np

from gancourse import GancourseError
from gancourse.metrics.checks import check_features
from gancourse.metrics.pixels import square_images


def spread(images) -> float:
    """The standard deviation of each pixel over the images, averaged over pixels: 0 if all are the same image.

    Compare it with the value of the real images.

    Parameters
    ----------
    images : ndarray, shape (N, S, S, C), uint8 or float in [0, 1]
        At least 32 images; S is a power of two times 16.

    Raises
    ------
    GancourseError
        Images of another shape, too few of them, or values outside [0, 1].
    """
    return float(square_images(images).std(axis=0).mean())


def vendi(features) -> float:
    """The Vendi score: how many different images a set has in effect.

    The exponential of the entropy of the eigenvalues of the table of similarities, divided by the number of images
    (Friedman and Dieng, The Vendi Score: A Diversity Evaluation Metric for Machine Learning, TMLR 2023). Similar is
    what points in the same direction: the cosine. It falls when a few images are repeated, which the spread does not
    see. It changes with the number of images: compare sets of one size.

    Parameters
    ----------
    features : ndarray of float, shape (N, D)
        One row per image; its length does not matter, but must not be 0.

    Returns
    -------
    float
        From 1, if all images are the same, to the smaller of N and D.

    Raises
    ------
    GancourseError
        Other shapes, fewer than two rows, values that are not finite, a row of zeros.
    """
    features = np.asarray(features, np.float64)
    check_features(features)
    lengths = np.linalg.norm(features, axis=1)
    if not lengths.all():
        raise GancourseError(
            f"features of image {lengths.argmin()} are all 0: they have no direction to compare"
        )
    rows = features / lengths[:, None]
    # The table of similarities and the smaller one of directions have the same eigenvalues but for zeros.
    table = rows @ rows.T if len(rows) < rows.shape[1] else rows.T @ rows
    shares = np.clip(np.linalg.eigvalsh(table) / len(rows), 0, None)
    shares = shares[shares > 0]
    return float(np.exp(-np.sum(shares * np.log(shares))))


def within_class_std(images, labels) -> float:
    """How much the images of one class differ from each other.

    The standard deviation of each pixel over the images of a class, averaged over pixels, then over classes. 0 if
    every class is one image; compare it with the value of the real images.

    Parameters
    ----------
    images : ndarray, uint8 in 0..255 or float in [0, 1], shape (N, ...)
        The images of all classes, in any order.
    labels : ndarray of int, shape (N,)
        The class of each image; every class has at least two images.

    Raises
    ------
    GancourseError
        A class with one image, or another number of labels than of images.
    """
    labels = np.asarray(labels)
    if len(images) != len(labels):
        raise GancourseError(f"{len(images)} images but {len(labels)} labels")
    classes, counts = np.unique(labels, return_counts=True)
    if counts.min(initial=2) < 2:
        raise GancourseError(
            f"class {classes[counts.argmin()]} has one image: the spread of one image is not defined"
        )
    return float(np.mean([_unit(images[labels == label]).std(axis=0).mean() for label in classes]))


def _unit(images):
    return images / np.float32(255) if images.dtype == np.uint8 else images
