"""Does a conditional generator draw what was asked for?"""

import numpy as np

from gancourse import GancourseError


def agreement(predicted, labels) -> float:
    """The share of samples that a classifier reads as the label that was asked for, 0 to 1 (chance: 1 / classes).

    Parameters
    ----------
    predicted, labels : array of int, shape (N,)
        What the classifier reads, and what was asked for.

    Raises
    ------
    GancourseError
        Another number of predictions than of labels.
    """
    predicted, labels = np.asarray(predicted), np.asarray(labels)
    if predicted.shape != labels.shape:
        raise GancourseError(f"{predicted.shape} predictions for {labels.shape} labels")
    return float(np.mean(predicted == labels))
