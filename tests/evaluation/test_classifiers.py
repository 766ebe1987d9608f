"""The classifier of digits: good, repeatable, kept in the cache."""

import numpy as np
import pytest

from gancourse import GancourseError, data, evaluation
from gancourse.evaluation import classifiers


@pytest.fixture(scope="module")
def classifier():
    return evaluation.digit_classifier("digits")


def test_the_classifier_is_good_and_repeatable(classifier):
    assert classifier.accuracy >= 0.985
    classifiers._KEPT.clear()
    assert evaluation.digit_classifier("digits").accuracy == classifier.accuracy


def test_the_classifier_trains_without_touching_the_random_state():
    import torch

    state = torch.get_rng_state()
    classifiers._KEPT.clear()
    evaluation.digit_classifier("digits")
    assert torch.equal(torch.get_rng_state(), state)


def test_a_classifier_of_files_is_kept_in_the_cache(mnist_folder, tmp_path):
    classifiers._KEPT.clear()
    first = evaluation.digit_classifier("mnist", mnist_folder)
    kept = list((tmp_path / "cache" / "classifiers").iterdir())
    assert len(kept) == 1
    changed = kept[0].stat().st_mtime_ns
    classifiers._KEPT.clear()
    assert evaluation.digit_classifier("mnist", mnist_folder).accuracy == first.accuracy
    assert kept[0].stat().st_mtime_ns == changed


def test_a_damaged_classifier_is_trained_again(mnist_folder, tmp_path):
    classifiers._KEPT.clear()
    first = evaluation.digit_classifier("mnist", mnist_folder)
    kept = next((tmp_path / "cache" / "classifiers").iterdir())
    kept.write_bytes(b"damaged")
    classifiers._KEPT.clear()
    assert evaluation.digit_classifier("mnist", mnist_folder).accuracy == first.accuracy
    assert kept.stat().st_size > 1000


@pytest.mark.parametrize("name", [spec.name for spec in data.CATALOG.values() if spec.classes])
def test_every_set_with_classes_has_its_network(name):
    import torch

    spec = data.dataset_spec(name)
    images = torch.zeros(2, spec.channels, spec.size, spec.size)
    assert classifiers._network(spec, spec.size)(images).shape == (2, len(spec.classes))


def test_without_classes_there_is_nothing_to_classify():
    with pytest.raises(GancourseError, match=r"celeba has no classes .* there are: digits, mnist"):
        evaluation.digit_classifier("celeba")


@pytest.mark.parametrize(
    ("images", "message"),
    [
        (np.zeros((2, 28, 28, 1)), r"reads images \(N, 8, 8, 1\), not \(2, 28, 28, 1\)"),
        (np.zeros((2, 64)), "reads images"),
        (np.full((2, 8, 8, 1), -1.0), "values from 0 to 1"),
        (np.full((2, 8, 8, 1), 255.0), "values from 0 to 1"),
        (np.full((2, 8, 8, 1), np.nan), "values from 0 to 1"),
    ],
)
def test_the_classifier_refuses_what_it_cannot_read(classifier, images, message):
    with pytest.raises(GancourseError, match=message):
        classifier.predict(images)
