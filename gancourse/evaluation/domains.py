"""Two domains in one data set: which of them does a generator draw, and does it draw more than one of each?

An unconditional GAN that is trained on photographs and cartoons at once may leave one domain out, or draw something in
between that is neither. The share of each shows the first, the share of which the classifier is not sure the second.
"""

import numpy as np

from gancourse import GancourseError
from gancourse.evaluation.classifiers import DOMAINS
from gancourse.metrics.diversity import spread
from gancourse.metrics.labels import agreement

SURE = 0.9  # below this probability of the likelier domain an image counts as in between
FEWEST = 32  # images of one domain, for a spread


def domain_card(images, classifier, real, labels=None) -> dict:
    """What the classifier takes generated images for, against what it takes held-out real images for.

    The classifier never saw an image in between, so its doubt is a sign, not a measurement. It doubts some real images,
    which is the baseline; of the pixel-wise averages of a drawn photo and a drawn cartoon about six in ten count as in
    between. And it looks for sharp edges: noise is a cartoon to it, a blurred cartoon often a photo. So these shares
    mean something only beside a metric of quality, such as the distances in a `face_card`.

    Parameters
    ----------
    images : ndarray, float in [0, 1], shape (N, S, S, 3), S = 16, 32, 64, …
        The samples.
    classifier : Classifier
        What `domain_classifier` gives for this size.
    real : ImageSet
        Held-out real images of the same size, with labels 0 photo and 1 cartoon.
    labels : ndarray of int, shape (N,), optional
        What a conditional generator was asked for.

    Returns
    -------
    dict
        photo, cartoon, in_between: shares of the images, with sum 1; in between is what the classifier calls
        neither with a probability of 0.9 or more. real: the same shares of the real images, and their number.
        spread_ratio: for each domain the spread of the images called so, divided by the spread of the domain's real
        images; near 0 if the generator repeats one image there, None with fewer than 32 images of either kind. With
        labels also agreement and agreement_by_class: here each image counts as the likelier
        domain, and the classifier's accuracy is the baseline. settings: samples, sure (the 0.9), classifier. Ready for
        JSON.

    Raises
    ------
    GancourseError
        Images that the classifier does not read, a classifier of other classes, real images without labels.
    """
    if real.labels is None:
        raise GancourseError(f"{real.name} has no labels: a domain card needs to know the domains")
    probabilities = classifier.probabilities(images)
    if probabilities.shape[1] != len(DOMAINS):
        raise GancourseError(
            f"the classifier of {classifier.data} tells {probabilities.shape[1]} classes apart: use domain_classifier"
        )
    called = _called(probabilities)
    pixels = real.images / np.float32(255)
    card = {
        **_shares(called),
        "real": {"samples": len(real), **_shares(_called(classifier.probabilities(pixels)))},
        "spread_ratio": {
            domain: _spread_ratio(images[called == label], pixels[real.labels == label])
            for label, domain in enumerate(DOMAINS)
        },
    }
    if labels is not None:
        labels, predicted = np.asarray(labels), probabilities.argmax(1)
        card["agreement"] = round(agreement(predicted, labels), 4)
        card["agreement_by_class"] = [
            round(agreement(predicted[labels == label], labels[labels == label]), 4)
            for label in np.unique(labels)
        ]
    settings = {"samples": len(images), "sure": SURE, "classifier": classifier.about()}
    return card | {"settings": settings}


def _called(probabilities) -> np.ndarray:
    """The domain of each image, or -1 where the classifier is not sure."""
    return np.where(probabilities.max(1) >= SURE, probabilities.argmax(1), -1)


def _shares(called) -> dict[str, float]:
    shares = {domain: float(np.mean(called == label)) for label, domain in enumerate(DOMAINS)}
    shares["in_between"] = float(np.mean(called < 0))
    return {name: round(share, 4) for name, share in shares.items()}


def _spread_ratio(images, real) -> float | None:
    if min(len(images), len(real)) < FEWEST:
        return None
    return round(spread(images) / spread(real), 3)
