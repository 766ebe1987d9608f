"""How much the images of a set differ from each other: 0 for one image again and again."""

import numpy as np

from gancourse import GancourseError
from gancourse.metrics.pixels import square_images


def spread(images) -> float:
    """The standard deviation of each pixel over the images, averaged over pixels: 0 if all are the same image.

    Images (N, H, W, C), uint8 or float in [0, 1]. Compare it with the value of the real images.
    """
    return float(square_images(images).std(axis=0).mean())


def within_class_std(images, labels) -> float:
    """How much the images of one class differ from each other.

    The standard deviation of each pixel over the images of a class, averaged over pixels, then over classes. 0 if
    every class is one image; compare it with the value of the real images.

    Parameters
    ----------
    images : ndarray, uint8 in 0..255 or float in [0, 1], shape (N, ...)
    labels : ndarray of int, shape (N,); at least two images a class
    """
    labels = np.asarray(labels)
    if len(images) != len(labels):
        raise GancourseError(f"{len(images)} images but {len(labels)} labels")
    classes, counts = np.unique(labels, return_counts=True)
    if counts.min(initial=2) < 2:
        raise GancourseError(
            f"class {classes[counts.argmin()]} has one image: the spread of one image is not defined"
        )
    return float(np.mean([_unit(images[labels == each]).std(axis=0).mean() for each in classes]))


def _unit(images):
    return images / np.float32(255) if images.dtype == np.uint8 else images
