"""Two axes for a conditional generator: does it draw what was asked for, and does it draw more than one of each?

Neither is enough alone: a generator that draws one perfect 3 for every 3 agrees with its labels and has collapsed.
"""

import numpy as np

from gancourse import GancourseError


def agreement(predicted, labels) -> float:
    """The share of samples that the judge reads as the label that was asked for, 0 to 1 (chance: 1 / classes)."""
    predicted, labels = np.asarray(predicted), np.asarray(labels)
    if predicted.shape != labels.shape:
        raise GancourseError(f"{predicted.shape} predictions for {labels.shape} labels")
    return float(np.mean(predicted == labels))


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


def score_card(images, labels, judge, real) -> dict:
    """All measures of a conditional generator's samples, and what they were measured with.

    Parameters
    ----------
    images : ndarray, float in [0, 1], shape (N, H, W, C)
    labels : ndarray of int, shape (N,)
        What the generator was asked for.
    judge : Judge
    real : ImageSet
        Held-out real images, for the spread to compare with.

    Returns
    -------
    dict
        samples, agreement, agreement_by_class, std, real_std, std_ratio, judge; ready for JSON.
    """
    labels = np.asarray(labels)
    predicted = judge.predict(images)
    std, real_std = within_class_std(images, labels), within_class_std(real.images, real.labels)
    by_class = [
        agreement(predicted[labels == each], labels[labels == each]) for each in np.unique(labels)
    ]
    return {
        "samples": len(images),
        "agreement": round(agreement(predicted, labels), 4),
        "agreement_by_class": [round(value, 4) for value in by_class],
        "std": round(std, 4),
        "real_std": round(real_std, 4),
        "std_ratio": round(std / real_std, 4),
        "judge": judge.about(),
    }


def _unit(images):
    return images / np.float32(255) if images.dtype == np.uint8 else images
