"""The classifier of drawn faces' attributes, and the card that counts them."""

import json
from dataclasses import replace

import numpy as np
import pytest

from gancourse import GancourseError, evaluation
from gancourse.data import ImageSet, faceworld

NAME = "faceworld-photo"


def faces(split, start, count):
    images, attributes = faceworld.draw(count, 16, "photo", seed=0, start=start)
    return ImageSet(NAME, split, images, attributes=attributes)


@pytest.fixture(scope="module")
def sets():
    return faces("train", 0, 1200), faces("test", 4000, 400)


@pytest.fixture(scope="module")
def classifier(sets):
    return evaluation.attribute_classifier(*sets, epochs=40)


def test_the_classifier_reads_what_is_large_and_says_how_well(classifier, sets):
    test = sets[1]
    read = classifier.predict(test.images / np.float32(255))
    assert list(read) == list(faceworld.ATTRIBUTES)
    for name, codes in read.items():
        assert codes.dtype == np.int64 and codes.shape == (400,)
        assert classifier.accuracy[name] == np.mean(codes == test.attributes[name])
    assert min(classifier.accuracy[name] for name in ("hat", "background")) > 0.88
    assert classifier.accuracy["skin"] > 0.7, "one of eight"
    assert classifier.accuracy["smile"] < 0.8, "nobody reads a mouth of two pixels"
    assert classifier.about()["test_accuracy"]["skin"] == round(classifier.accuracy["skin"], 4)


def test_the_classifier_is_repeatable(classifier, sets):
    known = {name: codes[:200] for name, codes in sets[0].attributes.items()}
    few = ImageSet(NAME, "train", sets[0].images[:200], attributes=known)
    one, other = (evaluation.attribute_classifier(few, sets[1], epochs=1) for _ in range(2))
    assert one.accuracy == other.accuracy


def test_what_nobody_has_is_missed(classifier, sets):
    test = sets[1]
    sky = faceworld.ATTRIBUTES["background"].index("sky")
    without = test.images[test.attributes["background"] != sky] / np.float32(255)
    card = evaluation.attribute_card(without, classifier, test)
    assert card["missing"] == ["background: sky"]
    assert card["settings"]["samples"] == len(without)
    assert card["settings"]["real_samples"] == 400
    background = card["attributes"]["background"]
    assert background["values"][sky] == "sky" and background["fake"][sky] < 0.02
    assert background["distance"] == pytest.approx(background["real"][sky], abs=0.02)
    assert card["attributes"].keys() == {
        n for n, share in classifier.accuracy.items() if share >= 0.9
    }
    json.dumps(card)


def test_a_collapse_is_counted(classifier, sets):
    test = sets[1]
    pixels = test.images / np.float32(255)
    trusting = replace(classifier, accuracy=dict.fromkeys(classifier.accuracy, 1.0))
    same = evaluation.attribute_card(pixels, trusting, test)
    assert same["missing"] == [] and same["looks"]["fake"] == same["looks"]["real"] > 20
    assert all(each["distance"] == 0 for each in same["attributes"].values())
    one = evaluation.attribute_card(np.repeat(pixels[:1], 50, axis=0), trusting, test)
    assert one["looks"]["fake"] == 1 and one["looks"]["of"] == 50
    assert len(one["missing"]) > 10


def test_what_the_classifier_cannot_read_is_not_counted(classifier, sets):
    blind = replace(classifier, accuracy=dict.fromkeys(classifier.accuracy, 0.5))
    card = evaluation.attribute_card(sets[1].images / np.float32(255), blind, sets[1])
    assert card["attributes"] == {} and card["missing"] == []
    assert card["looks"] == {"of": 400, "fake": 0, "real": 0}


def test_sets_that_say_nothing_or_differ(classifier, sets):
    train, test = sets
    with pytest.raises(GancourseError, match="attributes are known of faceworld's faces only"):
        evaluation.attribute_classifier(ImageSet("celeba", "train", train.images), test)
    other = replace(test, name="faceworld-anime")
    with pytest.raises(GancourseError, match="cannot be taught on faceworld-photo"):
        evaluation.attribute_classifier(train, other)
    with pytest.raises(GancourseError, match=r"reads images \(N, 16, 16, 3\)"):
        evaluation.attribute_card(np.zeros((2, 32, 32, 3)), classifier, test)
