"""The card of a conditional generator: two axes."""

import numpy as np
import pytest

from gancourse import data, evaluation


@pytest.fixture(scope="module")
def classifier():
    return evaluation.digit_classifier("digits")


def test_the_card_of_real_images_and_of_a_collapse(classifier):
    test = data.load("digits", "test")
    pixels = test.images / np.float32(255)
    card = evaluation.label_card(pixels, test.labels, classifier, test)
    assert (
        card["agreement"] == pytest.approx(classifier.accuracy, abs=1e-4)
        and card["within_class_std_ratio"] == 1
    )
    assert card["settings"]["samples"] == 355 and len(card["agreement_by_class"]) == 10

    one_each = np.stack(
        [
            pixels[(test.labels == digit) & (classifier.predict(pixels) == digit)][0]
            for digit in range(10)
        ]
    )
    labels = np.arange(100) % 10
    card = evaluation.label_card(one_each[labels], labels, classifier, test)
    assert card["agreement"] == 1 and card["within_class_std_ratio"] == 0, (
        "perfect on one axis, collapsed on the other"
    )
