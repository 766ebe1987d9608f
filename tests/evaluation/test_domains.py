"""The classifier of photo against cartoon, and the card of a generator that was trained on both."""

import json
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from gancourse import GancourseError, data, evaluation
from gancourse.data.readers import bundled
from gancourse.evaluation import classifiers

NAME = "faceworld-photo2cartoon"


@pytest.fixture(scope="module")
def sets():
    """A part of the embedded set, 16 × 16: training and test images."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bundled, "FACES", {"train": (0, 1200), "test": (4000, 400)})
        return data.load(NAME, "train", size=16), data.load(NAME, "test", size=16)


@pytest.fixture(scope="module")
def classifier(sets):
    train, test = sets
    return evaluation.domain_classifier(NAME, 16, train=train, test=test)


@pytest.fixture(scope="module")
def pixels(sets):
    return sets[1].images / np.float32(255)


def test_the_classifier_knows_the_domains(classifier, sets, pixels):
    assert classifier.accuracy >= 0.96
    assert classifier.accuracy == np.mean(classifier.predict(pixels) == sets[1].labels)
    assert classifier.about() == {
        "data": NAME,
        "test_accuracy": round(classifier.accuracy, 4),
        "version": classifiers.DOMAIN_VERSION,
    }


def test_probabilities_belong_to_predictions(classifier, pixels):
    probabilities = classifier.probabilities(pixels)
    assert probabilities.shape == (400, 2) and probabilities.dtype == np.float32
    assert np.allclose(probabilities.sum(1), 1, atol=1e-6) and probabilities.min() >= 0
    assert (probabilities.argmax(1) == classifier.predict(pixels)).all()
    assert classifier.predict(pixels).dtype == np.int64


def test_the_classifier_is_repeatable_and_leaves_no_file(classifier, sets, pixels, tmp_path):
    import torch

    classifiers._KEPT.clear()
    state = torch.get_rng_state()
    again = evaluation.domain_classifier(NAME, 16, train=sets[0], test=sets[1])
    assert (again.probabilities(pixels) == classifier.probabilities(pixels)).all()
    assert torch.equal(torch.get_rng_state(), state)
    assert evaluation.domain_classifier(NAME, 16, train=sets[0], test=sets[1]) is again
    assert not (tmp_path / "cache").exists()


def test_a_classifier_of_files_is_kept_in_the_cache(tmp_path):
    """And one of images larger than 32 × 32 sees them averaged down."""
    rng = np.random.default_rng(0)
    for folder, low, count in (("trainA", 0, 40), ("trainB", 128, 40), ("testA", 0, 5), ("testB", 128, 5)):  # fmt: skip
        (tmp_path / "files" / folder).mkdir(parents=True)
        for i in range(count):
            noise = rng.integers(low, low + 128, (48, 48, 3), np.uint8)
            Image.fromarray(noise).save(tmp_path / "files" / folder / f"{i}.png")
    classifiers._KEPT.clear()
    first = evaluation.domain_classifier("photo2cartoon", 48, path=tmp_path / "files")
    kept = list((tmp_path / "cache" / "classifiers").iterdir())
    assert len(kept) == 1 and kept[0].name.startswith("photo2cartoon-")
    changed = kept[0].stat().st_mtime_ns
    classifiers._KEPT.clear()
    again = evaluation.domain_classifier("photo2cartoon", 48)
    assert kept[0].stat().st_mtime_ns == changed and again.accuracy == first.accuracy
    test = data.load("photo2cartoon", "test", size=48)
    probabilities = again.probabilities(test.images / np.float32(255))
    # averaged over areas of 1.5 × 1.5 pixels by hand: thirds of a pixel, then nine of them
    thirds = (test.images / 255).repeat(2, axis=1).repeat(2, axis=2)
    small = thirds.reshape(10, 32, 3, 32, 3, 3).mean(axis=(2, 4)).astype(np.float32)
    assert np.allclose(replace(again, size=32).probabilities(small), probabilities, atol=1e-4)


def test_wrong_requests(sets):
    train, test = sets
    with pytest.raises(GancourseError, match="celeba has no two domains to tell apart; there are"):
        evaluation.domain_classifier("celeba", 32)
    with pytest.raises(GancourseError, match=r"at size 32 cannot be made from .* of shape"):
        evaluation.domain_classifier(NAME, 32, train=train, test=test)
    with pytest.raises(GancourseError, match="cannot be made from faceworld-photo "):
        other = replace(train, name="faceworld-photo")
        evaluation.domain_classifier(NAME, 16, train=other, test=test)


def test_the_card_of_real_photos(classifier, sets, pixels):
    card = evaluation.domain_card(pixels[:200], classifier, sets[1])
    assert card["settings"]["samples"] == 200 and card["photo"] > 0.7 and card["cartoon"] < 0.05
    assert card["spread_ratio"]["cartoon"] is None, "too few for a spread"
    assert card["spread_ratio"]["photo"] == pytest.approx(1, abs=0.05)
    assert card["settings"]["classifier"] == classifier.about() and "agreement" not in card
    json.dumps(card)


def test_the_card_of_the_real_images_is_the_baseline(classifier, sets, pixels):
    card = evaluation.domain_card(pixels, classifier, sets[1], sets[1].labels)
    assert card["real"] == {"samples": 400} | {
        key: card[key] for key in ("photo", "cartoon", "in_between")
    }
    assert card["photo"] + card["cartoon"] + card["in_between"] == pytest.approx(1, abs=2e-4)
    assert card["photo"] > 0.35 and card["cartoon"] > 0.35
    # a quarter of photos, three quarters of cartoons
    mix = evaluation.domain_card(np.concatenate([pixels[:50], pixels[250:]]), classifier, sets[1])
    assert mix["photo"] == pytest.approx(0.5 * card["photo"], abs=0.05)
    assert mix["cartoon"] == pytest.approx(1.5 * card["cartoon"], abs=0.05)
    assert (
        card["agreement"] == round(classifier.accuracy, 4) and len(card["agreement_by_class"]) == 2
    )
    swapped = evaluation.domain_card(pixels, classifier, sets[1], 1 - sets[1].labels)
    assert swapped["agreement"] == pytest.approx(1 - classifier.accuracy, abs=1e-4)


def test_averages_of_both_are_in_between(classifier, sets, pixels):
    card = evaluation.domain_card((pixels[:200] + pixels[200:]) / 2, classifier, sets[1])
    assert card["in_between"] > card["real"]["in_between"] + 0.3


def test_a_collapse_within_one_domain_shows(classifier, sets, pixels):
    sure = classifier.probabilities(pixels)[:, 1] >= 0.99
    cartoon = pixels[200:][sure[200:]][:1]
    collapsed = np.concatenate([pixels[:200], cartoon.repeat(200, axis=0)])
    card = evaluation.domain_card(collapsed, classifier, sets[1])
    assert card["cartoon"] > 0.45 and card["spread_ratio"]["photo"] > 0.9
    assert card["spread_ratio"]["cartoon"] < 0.5


@pytest.mark.parametrize(
    ("images", "message"),
    [
        (np.zeros((40, 16, 16, 1)), r"reads images \(N, 16, 16, 3\), not \(40, 16, 16, 1\)"),
        (np.zeros((40, 32, 32, 3)), "reads images"),
        (np.zeros((0, 16, 16, 3)), "no images"),
        (np.full((40, 16, 16, 3), -1.0), "values from 0 to 1"),
        (np.full((40, 16, 16, 3), 255, np.uint8), "values from 0 to 1"),
        (np.full((40, 16, 16, 3), np.nan), "values from 0 to 1"),
    ],
)
def test_bad_images(classifier, sets, images, message):
    with pytest.raises(GancourseError, match=message):
        evaluation.domain_card(images, classifier, sets[1])


def test_a_card_needs_labels_and_the_right_classifier(classifier, sets, pixels):
    with pytest.raises(GancourseError, match="has no labels"):
        evaluation.domain_card(pixels, classifier, replace(sets[1], labels=None))
    with pytest.raises(GancourseError, match=r"\(400,\) predictions for \(7,\) labels"):
        evaluation.domain_card(pixels, classifier, sets[1], np.zeros(7, int))
    digits = evaluation.digit_classifier("digits")
    test = data.load("digits", "test")
    with pytest.raises(GancourseError, match="tells 10 classes apart: use domain_classifier"):
        evaluation.domain_card(test.images / np.float32(255), digits, test)
