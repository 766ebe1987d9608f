"""Two axes for a conditional generator: does it draw what was asked for, and does it draw more than one of each?

Neither is enough alone: a generator that draws one perfect 3 for every 3 agrees with its labels and has collapsed.
"""

import numpy as np

from gancourse.metrics.diversity import within_class_std
from gancourse.metrics.labels import agreement


def label_card(images, labels, classifier, real) -> dict:
    """The two metrics of a conditional generator's samples, and what they were measured with.

    Parameters
    ----------
    images : ndarray, float in [0, 1], shape (N, H, W, C)
        The samples.
    labels : ndarray of int, shape (N,)
        What the generator was asked for.
    classifier : Classifier
        It reads the samples; `gancourse.evaluation.digit_classifier` has one for each set of digits.
    real : ImageSet
        Held-out real images, whose standard deviation is the floor.

    Returns
    -------
    dict
        `agreement_card` and `diversity_card` together. Ready for JSON.

    Raises
    ------
    GancourseError
        Images that the classifier does not read, or a class of one image.
    """
    agreed, diverse = (
        agreement_card(images, labels, classifier),
        diversity_card(images, labels, real),
    )
    return agreed | diverse | {"settings": diverse["settings"] | agreed["settings"]}


def agreement_card(images, labels, classifier) -> dict:
    """agreement, agreement_by_class and settings (samples, classifier), arguments as in `label_card`."""
    labels = np.asarray(labels)
    predicted = classifier.predict(images)
    by_class = [
        agreement(predicted[labels == label], labels[labels == label])
        for label in np.unique(labels)
    ]
    return {
        "agreement": round(agreement(predicted, labels), 4),
        "agreement_by_class": [round(value, 4) for value in by_class],
        "settings": {"samples": len(images), "classifier": classifier.about()},
    }


def diversity_card(images, labels, real) -> dict:
    """within_class_std, the real images' as its floor, their ratio, and settings; arguments as in `label_card`."""
    std, floor = within_class_std(images, labels), within_class_std(real.images, real.labels)
    return {
        "within_class_std": round(std, 4),
        "within_class_std_floor": round(floor, 4),
        "within_class_std_ratio": round(std / floor, 4),
        "settings": {"samples": len(images)},
    }
