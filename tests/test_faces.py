"""The measures for faces: distances known in advance, and what must and must not change them."""

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from gancourse import GancourseError, evaluation
from gancourse.data import faceworld
from gancourse.evaluation.faces import pyramid


@pytest.fixture(scope="module")
def faces():
    return faceworld.draw(400, 32, "photo", seed=0)[0]


def test_the_pyramid_loses_nothing():
    images = np.random.default_rng(0).random((3, 64, 64, 3), dtype=np.float32)
    fine, middle, coarse = pyramid(images)
    assert [level.shape[1] for level in (fine, middle, coarse)] == [64, 32, 16]
    back = middle + coarse.repeat(2, axis=1).repeat(2, axis=2)
    back = fine + back.repeat(2, axis=1).repeat(2, axis=2)
    assert np.allclose(back, images, atol=1e-6)


def test_equal_sets_are_at_distance_zero(faces):
    assert set(evaluation.sliced_wasserstein(faces, faces).values()) == {0.0}


def test_a_shift_is_as_far_as_it_is():
    """One level; a shift by s standard deviations moves every projection w·x by s · Σw: the mean of |Σw| times s."""
    rng = np.random.default_rng(0)
    grey = rng.normal(0.5, 0.05, (200, 16, 16, 1)).clip(0, 1)
    [distance] = evaluation.sliced_wasserstein(grey, grey + 0.05, directions=2000).values()
    # each direction is uniform on the sphere of 49 dimensions: E|Σw| is close to sqrt(2 / π) for long vectors
    assert distance == pytest.approx(100 * np.sqrt(2 / np.pi), rel=0.05)


def test_it_orders_what_eyes_order(faces):
    one, other = faces[:200], faces[200:]
    rng = np.random.default_rng(0)

    def mean(images):
        return np.mean(list(evaluation.sliced_wasserstein(one, images).values()))

    noisy = np.clip(other + rng.normal(0, 12, other.shape), 0, 255).astype(np.uint8)
    noisier = np.clip(other + rng.normal(0, 40, other.shape), 0, 255).astype(np.uint8)
    noise = rng.integers(0, 256, other.shape, dtype=np.uint8)
    collapsed = other[:1].repeat(200, axis=0)
    assert mean(other) < mean(noisy) < mean(noisier) < mean(noise)
    assert mean(other) < mean(other[:10].repeat(20, axis=0)) < mean(collapsed)


def test_spread():
    assert evaluation.spread(np.full((40, 16, 16, 3), 0.3)) == pytest.approx(0, abs=1e-6)
    halves = np.concatenate([np.zeros((20, 16, 16, 1)), np.ones((20, 16, 16, 1))])
    assert evaluation.spread(halves) == pytest.approx(0.5)


def test_the_card_of_real_faces_is_at_the_floor(faces):
    card = evaluation.face_card(faces[300:] / 255, faces[:300])
    assert card["samples"] == 100 and card["distance"] == pytest.approx(card["floor"], rel=0.4)
    assert card["spread_ratio"] == pytest.approx(1, abs=0.1)


@pytest.mark.parametrize(
    ("images", "message"),
    [
        (np.zeros((40, 16, 16), np.uint8), r"must be \(N, S, S, C\)"),
        (np.zeros((40, 24, 24, 3), np.uint8), "S = 16, 32, 64"),
        (np.zeros((5, 16, 16, 3), np.uint8), "5 images are too few"),
        (np.full((40, 16, 16, 3), np.nan), "float from 0 to 1"),
        (np.full((40, 16, 16, 3), 7.0), "float from 0 to 1"),
    ],
)
def test_bad_images(images, message):
    with pytest.raises(GancourseError, match=message):
        evaluation.spread(images)


def test_sets_of_other_shapes_are_refused(faces):
    with pytest.raises(GancourseError, match="draw as many"):
        evaluation.sliced_wasserstein(faces[:40], faces[:50])


def test_auc_is_the_share_of_pairs_in_order():
    rng = np.random.default_rng(0)
    high, low = rng.normal(1, 1, 60), rng.normal(0, 1, 50)
    pairs = np.mean(high[:, None] > low[None])
    assert evaluation.auc(high, low) == pytest.approx(pairs)
    assert evaluation.auc(np.ones(3), np.ones(4)) == 0.5
    truth = np.repeat([1, 0], [60, 50])
    assert evaluation.auc(high, low) == roc_auc_score(truth, np.concatenate([high, low]))


def test_the_discriminators_card():
    card = evaluation.discriminator_card(np.array([3.0, 4.0]), np.array([1.0, 2.0]), np.zeros(5))
    assert card["mean_logit"] == {"training": 3.5, "held_out": 1.5, "fake": 0.0}
    assert card["auc_training_held_out"] == 1.0 and card["auc_held_out_fake"] == 1.0


def test_eigenfaces_know_where_the_parts_are(faces):
    features = evaluation.eigenfaces(faces)
    assert np.allclose(features(faces).std(axis=0, ddof=1), 1, atol=1e-3)
    upside_down = faces[:, ::-1]
    same = evaluation.frechet_distance(features(faces[:200]), features(faces[200:]))
    turned = evaluation.frechet_distance(features(faces[:200]), features(upside_down[200:]))
    assert turned > 5 * same
    with pytest.raises(GancourseError, match="need more than"):
        evaluation.eigenfaces(faces[:35])
