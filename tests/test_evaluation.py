import numpy as np
import pytest
from sklearn.metrics import accuracy_score

from gancourse import GancourseError, data, evaluation
from gancourse.evaluation import judges


@pytest.fixture(scope="module")
def judge():
    return evaluation.digit_judge("digits")


def test_agreement_is_accuracy():
    rng = np.random.default_rng(0)
    predicted, labels = rng.integers(0, 10, (2, 500))
    assert evaluation.agreement(predicted, labels) == accuracy_score(labels, predicted)
    with pytest.raises(GancourseError, match=r"\(3,\) predictions for \(4,\) labels"):
        evaluation.agreement([1, 2, 3], [1, 2, 3, 4])


def test_within_class_std_known_values():
    labels = np.repeat([0, 1], 4)
    one_each = np.repeat([0.0, 1.0], 4)[:, None] * np.ones(6)
    assert evaluation.within_class_std(one_each, labels) == 0
    halves = np.tile([0.0, 1.0], 4)[:, None] * np.ones(6)
    assert evaluation.within_class_std(halves, labels) == 0.5
    assert evaluation.within_class_std((halves * 255).astype(np.uint8), labels) == pytest.approx(
        0.5
    )
    both = np.concatenate([one_each[:4], halves[4:]])
    assert evaluation.within_class_std(both, labels) == 0.25
    with pytest.raises(GancourseError, match="class 1 has one image"):
        evaluation.within_class_std(halves[:5], labels[:5])
    with pytest.raises(GancourseError, match="8 images but 7 labels"):
        evaluation.within_class_std(halves, labels[:7])


def test_real_digits_have_the_spread_that_facts_state():
    digits = data.load("digits", "train+test")
    assert evaluation.within_class_std(digits.images, digits.labels) == pytest.approx(
        0.165, abs=0.0005
    )


def test_the_judge_is_good_and_repeatable(judge):
    assert judge.accuracy >= 0.985
    judges._KEPT.clear()
    assert evaluation.digit_judge("digits").accuracy == judge.accuracy


def test_the_judge_trains_without_touching_the_random_state():
    import torch

    state = torch.get_rng_state()
    judges._KEPT.clear()
    evaluation.digit_judge("digits")
    assert torch.equal(torch.get_rng_state(), state)


def test_a_judge_of_files_is_kept_in_the_cache(mnist_folder, tmp_path):
    judges._KEPT.clear()
    first = evaluation.digit_judge("mnist", mnist_folder)
    kept = list((tmp_path / "cache" / "judges").iterdir())
    assert len(kept) == 1
    changed = kept[0].stat().st_mtime_ns
    judges._KEPT.clear()
    assert evaluation.digit_judge("mnist", mnist_folder).accuracy == first.accuracy
    assert kept[0].stat().st_mtime_ns == changed


def test_a_damaged_judge_is_trained_again(mnist_folder, tmp_path):
    judges._KEPT.clear()
    first = evaluation.digit_judge("mnist", mnist_folder)
    kept = next((tmp_path / "cache" / "judges").iterdir())
    kept.write_bytes(b"damaged")
    judges._KEPT.clear()
    assert evaluation.digit_judge("mnist", mnist_folder).accuracy == first.accuracy
    assert kept.stat().st_size > 1000


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
def test_the_judge_refuses_what_it_cannot_read(judge, images, message):
    with pytest.raises(GancourseError, match=message):
        judge.predict(images)


def test_score_card_of_real_images_and_of_a_collapse(judge):
    test = data.load("digits", "test")
    pixels = test.images / np.float32(255)
    card = evaluation.score_card(pixels, test.labels, judge, test)
    assert card["agreement"] == pytest.approx(judge.accuracy, abs=1e-4) and card["std_ratio"] == 1
    assert card["samples"] == 355 and len(card["agreement_by_class"]) == 10

    one_each = np.stack(
        [
            pixels[(test.labels == digit) & (judge.predict(pixels) == digit)][0]
            for digit in range(10)
        ]
    )
    labels = np.arange(100) % 10
    card = evaluation.score_card(one_each[labels], labels, judge, test)
    assert card["agreement"] == 1 and card["std_ratio"] == 0, (
        "perfect on one axis, collapsed on the other"
    )
