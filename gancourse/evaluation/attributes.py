"""Counting what is drawn: a classifier reads the attributes of faces, and a card has the shares of fakes and real ones.

Only faceworld's faces come with their attributes, so a classifier can be taught them only there. What a distance
overlooks, such as that nobody wears glasses, becomes a number.
"""

from dataclasses import dataclass

import numpy as np

from gancourse import GancourseError
from gancourse.data import ImageSet
from gancourse.evaluation.classifiers import Classifier, shrunk, trained

VERSION = 1  # of the network and its training
READABLE = 0.9  # an attribute that the classifier reads less often right is not counted
RARE = 0.01  # a value with a smaller share of the real faces is not missed
MISSING = 0.1  # a value is missing if its share is below this part of its share of the real faces
LOOKS = ("skin", "hair_colour", "hair_cut", "glasses", "hat")  # whose combinations are counted


@dataclass(frozen=True)
class AttributeClassifier:
    """Reads a face's attributes, one answer per attribute.

    Attributes
    ----------
    classifier : Classifier
        The network, with the outputs of all attributes side by side; its accuracy is the mean of theirs.
    values : dict of str to tuple of str
        For each attribute what it may be, in the order of its codes.
    accuracy : dict of str to float
        For each attribute on held-out faces, 0 to 1.
    """

    classifier: Classifier
    values: dict[str, tuple[str, ...]]
    accuracy: dict[str, float]

    def predict(self, images) -> dict[str, np.ndarray]:
        """Read faces, float in [0, 1] of shape (N, size, size, 3): for each attribute int64 codes of shape (N,).

        Raises
        ------
        GancourseError
            As `Classifier.predict`.
        """
        logits = self.classifier.logits(images)
        ends = np.cumsum([len(values) for values in self.values.values()])[:-1]
        parts = np.split(logits, ends, axis=1)
        return {name: part.argmax(1) for name, part in zip(self.values, parts, strict=True)}

    def about(self) -> dict:
        """What a record says of the classifier."""
        accuracy = {name: round(value, 4) for name, value in self.accuracy.items()}
        return {"data": self.classifier.data, "test_accuracy": accuracy, "version": VERSION}


def attribute_classifier(train: ImageSet, test: ImageSet, epochs: int = 12) -> AttributeClassifier:
    """A small convolutional network taught the attributes of drawn faces, in some twenty seconds on two cores.

    Small things are hard to read in a small picture: how well it reads each attribute stands in its accuracy.

    Parameters
    ----------
    train, test : ImageSet
        Two splits of a faceworld set, of one size, with attributes; images above 32 × 32 are averaged down to it.
    epochs : int
        The number of passes over the training images.

    Raises
    ------
    GancourseError
        Sets without attributes, or of different sets or sizes.
    """
    from gancourse.data import faceworld

    taught, asked = _attributes(train), _attributes(test)
    if train.name != test.name or train.images.shape[1:] != test.images.shape[1:]:
        raise GancourseError(
            f"a classifier cannot be taught on {train.name} {train.images.shape[1:]} and tried on {test.name} "
            f"{test.images.shape[1:]}"
        )
    values = faceworld.ATTRIBUTES
    codes = np.stack([taught[name] for name in values], axis=1)
    lengths = [len(names) for names in values.values()]
    small = shrunk(ImageSet(train.name, train.split, train.images, codes))
    side = small.images.shape[1]

    def loss(logits, labels):
        from torch.nn.functional import cross_entropy

        parts = zip(logits.split(lengths, dim=1), labels.T, strict=True)
        return sum(cross_entropy(part, wanted) for part, wanted in parts)

    network = trained(small, None, lambda: _network(side, sum(lengths)), epochs, loss)
    reader = Classifier(train.name, 0.0, network, train.images.shape[1], 3, VERSION)
    classifier = AttributeClassifier(reader, values, {})
    predicted = classifier.predict(test.images / np.float32(255))
    accuracy = {name: float(np.mean(predicted[name] == asked[name])) for name in values}
    return AttributeClassifier(reader, values, accuracy)


def _attributes(images: ImageSet) -> dict[str, np.ndarray]:
    if not images.attributes:
        raise GancourseError(
            f"{images.name} does not say what its faces have: attributes are known of faceworld's faces only"
        )
    return images.attributes


def attribute_card(images, classifier: AttributeClassifier, real: ImageSet) -> dict:
    """How often each attribute occurs among fakes, and among real faces, both as the classifier reads them.

    Both are read, so that the classifier's errors weigh on both alike. An attribute that it reads right in less than
    90 % of the held-out faces is left out.

    Parameters
    ----------
    images : ndarray, float in [0, 1], shape (N, S, S, 3)
        The samples.
    classifier : AttributeClassifier
        What `attribute_classifier` gives for this size.
    real : ImageSet
        Held-out real faces of the same size.

    Returns
    -------
    dict
        attributes: for each attribute that the classifier can read its values, with the shares of
        the fakes and of the real faces (lists, in the order of the values), and their distance: half the sum of the
        absolute differences, the total variation, 0 to 1. missing: "attribute: value" for each value of at least 1 %
        of the real faces that occurs less than a tenth as often among the fakes. looks: how many different
        combinations of skin, hair, glasses and hat the fakes have, and how many as many real faces (or all real ones,
        if these are fewer; then of as many fakes). settings: samples, real_samples, classifier. Ready for JSON.

    Raises
    ------
    GancourseError
        Images that the classifier does not read.
    """
    fakes, reals = classifier.predict(images), classifier.predict(real.images / np.float32(255))
    card, missing = {}, []
    readable = [name for name, share in classifier.accuracy.items() if share >= READABLE]
    for name in readable:
        values = classifier.values[name]
        shares = [np.bincount(read[name], minlength=len(values)) for read in (fakes, reals)]
        of_fakes, of_reals = (counts / counts.sum() for counts in shares)
        card[name] = {
            "values": list(values),
            "fake": of_fakes.round(4).tolist(),
            "real": of_reals.round(4).tolist(),
            "distance": round(float(np.abs(of_fakes - of_reals).sum() / 2), 4),
        }
        lost = (of_reals >= RARE) & (of_fakes < MISSING * of_reals)
        missing += [f"{name}: {values[code]}" for code in np.flatnonzero(lost)]
    count = min(len(images), len(real))
    looks = [name for name in LOOKS if name in readable]
    combinations = [
        len({tuple(row) for row in np.stack([read[name][:count] for name in looks], axis=1)})
        if looks
        else 0
        for read in (fakes, reals)
    ]
    return {
        "attributes": card,
        "missing": missing,
        "looks": {"of": count, "fake": combinations[0], "real": combinations[1]},
        "settings": {
            "samples": len(images),
            "real_samples": len(real),
            "classifier": classifier.about(),
        },
    }


def _network(size: int, outputs: int):
    from torch import nn

    return nn.Sequential(
        nn.Conv2d(3, 32, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(32, 48, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(48, 48, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Dropout(0.3),
        nn.Linear(48 * (size // 8) ** 2, 256),
        nn.ReLU(),
        nn.Linear(256, outputs),
    )
