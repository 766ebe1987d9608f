"""Nearest neighbours: against scikit-learn, with known copies, and the card that tells copying from drawing anew."""

import json
import sys

import numpy as np
import pytest
from sklearn.neighbors import NearestNeighbors

from gancourse import GancourseError
from gancourse.data import faceworld
from gancourse.metrics import memorisation, nearest
from gancourse.metrics.pixels import shrink

MODULE = sys.modules["gancourse.metrics.memorisation"]


@pytest.fixture(scope="module")
def faces():
    """900 to train on, 300 held out."""
    images, _ = faceworld.draw(1200, 16, "cartoon", seed=0)
    return images[:900], images[900:]


@pytest.fixture(scope="module")
def card(faces):
    training, held_out = faces
    return memorisation(held_out[:150], training, held_out[150:])


def blocky(images, side):
    count, size = images.shape[:2]
    parts = images.reshape(count, side, size // side, side, size // side, -1)
    return parts.mean(axis=(2, 4))


@pytest.mark.parametrize("block", [MODULE.BLOCK, 2**14])
def test_it_agrees_with_scikit_learn(monkeypatch, block):
    """The second time in many small blocks of queries, of images, and of the table of both."""
    monkeypatch.setattr(MODULE, "BLOCK", block)
    rng = np.random.default_rng(0)
    queries = rng.random((70, 32, 32, 3), dtype=np.float32)
    images = rng.integers(0, 256, (333, 32, 32, 3), dtype=np.uint8)
    indices, distances = nearest(queries, images, size=8)
    theirs = NearestNeighbors(n_neighbors=1, algorithm="brute")
    theirs.fit(blocky(images / 255, 8).reshape(333, -1))
    expected, rows = theirs.kneighbors(blocky(queries, 8).reshape(70, -1))
    assert indices.dtype == np.int64 and distances.dtype == np.float32
    assert (indices == rows[:, 0]).all()
    assert np.allclose(distances, expected[:, 0] / np.sqrt(8 * 8 * 3), atol=1e-5)


def test_the_distance_of_known_images():
    images = np.stack([np.full((4, 4, 1), level, np.uint8) for level in (0, 51, 255)])
    indices, distances = nearest(np.full((1, 4, 4, 1), 0.9), images)
    assert indices.tolist() == [2] and distances == pytest.approx([0.1], abs=1e-6)
    assert nearest(images[:1], images[2:])[1].tolist() == [1.0]
    # checkers of one pixel: even when averaged, and as far as can be when compared as they are
    checkers = np.indices((4, 4)).sum(0)[None, ..., None] % 2 * 255
    pair = checkers.astype(np.uint8), (255 - checkers).astype(np.uint8)
    assert nearest(*pair, size=2)[1].tolist() == [0.0] and nearest(*pair)[1].tolist() == [1.0]


def test_of_equal_images_the_first_is_named(monkeypatch):
    monkeypatch.setattr(MODULE, "BLOCK", 2**12)  # two images a block
    images = np.zeros((9, 4, 4, 3), np.uint8)
    images[[0, 5]] = 200
    assert nearest(images[:2], images)[0].tolist() == [0, 1]


def test_areas_that_do_not_divide_the_size():
    ramp = np.arange(3, dtype=np.float32)[None, :, None, None] * np.ones((1, 3, 3, 1), np.float32)
    # rows 0, 1, 2 in two areas: 0 and half of 1, half of 1 and 2
    assert np.allclose(shrink(ramp, 2)[0, :, 0, 0], [1 / 3, 5 / 3])
    noise = np.random.default_rng(0).random((5, 48, 48, 3), dtype=np.float32)
    assert np.allclose(shrink(noise, 32).mean(axis=(1, 2)), noise.mean(axis=(1, 2)), atol=1e-6)
    assert np.allclose(shrink(noise, 16), blocky(noise, 16), atol=1e-6)
    assert shrink(noise, 64) is not None and (shrink(noise, 64) == noise).all()


def test_copies_are_found_exact_or_noisy(faces):
    training, _ = faces
    rows = np.random.default_rng(0).permutation(len(training))[:200]
    for copies in (training[rows], training[rows] / np.float32(255)):
        indices, distances = nearest(copies, training)
        assert (indices == rows).all() and (distances == 0).all()
    noise = np.random.default_rng(1).normal(0, 0.02, (200, 16, 16, 3))
    indices, distances = nearest(np.clip(training[rows] / 255 + noise, 0, 1), training)
    assert (indices == rows).all()
    assert distances == pytest.approx(0.02, rel=0.15)  # a little less: clipped


def test_the_card_of_new_faces_is_at_the_baseline(card):
    assert card["ratio"] == pytest.approx(1, abs=0.1)
    assert card["share_below_held_out_1_percent"] <= 0.04
    settings = card["settings"]
    assert (settings["samples"], settings["training"], settings["held_out"]) == (150, 900, 150)
    assert settings["metric"].endswith("16 × 16 area-averaged pixels, 0 to 1")
    json.dumps(card)


def test_the_baseline_against_itself_is_exact(faces):
    training, held_out = faces
    card = memorisation(held_out, training, held_out)
    assert card["ratio"] == 1 and card["share_below_held_out_1_percent"] == 0.01
    assert card["distance"] == card["held_out_distance"]


def test_the_card_of_copies(faces, card):
    training, held_out = faces
    copied = memorisation(training[:150], training, held_out[150:])
    assert copied["ratio"] == 0 and copied["share_below_held_out_1_percent"] == 1
    assert set(copied["distance"].values()) == {0.0}
    assert copied["held_out_distance"] == card["held_out_distance"]

    few = np.concatenate([training[:30], held_out[:120]])  # a fifth: the low end shows it alone
    few = memorisation(few, training, held_out[150:])
    assert 0.2 <= few["share_below_held_out_1_percent"] <= 0.24 and few["ratio"] > 0.85

    noise = np.random.default_rng(0).normal(0, 0.08, training[:150].shape)
    poor = np.clip(training[:150] / 255 + noise, 0, 1)  # all, with errors: the median shows it
    assert memorisation(poor, training, held_out[150:])["ratio"] < 0.8


def test_duplicates_in_the_data_lower_the_baseline(faces):
    """Held-out faces that are training faces too; copies are counted even then."""
    training, held_out = faces
    mixed = np.concatenate([training[:10], held_out[:100]])
    card = memorisation(held_out[100:], training, mixed)
    assert card["held_out_distance"]["percentile_1"] == 0
    assert card["share_below_held_out_1_percent"] == 0
    copied = memorisation(training[:50], training, mixed)
    assert copied["share_below_held_out_1_percent"] == 1
    assert memorisation(training[:50], training, training[:50])["ratio"] is None


def test_the_seed_chooses_among_many_held_out_faces(faces, monkeypatch):
    monkeypatch.setattr(MODULE, "HELD_OUT", 100)
    training, held_out = faces
    one, again, other = (
        memorisation(held_out[:50], training, held_out, seed=seed) for seed in (0, 0, 1)
    )
    assert one == again and one["settings"]["held_out"] == 100
    assert one["held_out_distance"] != other["held_out_distance"]


GOOD = np.zeros((3, 8, 8, 3), np.uint8)


@pytest.mark.parametrize(
    ("queries", "images", "message"),
    [
        (GOOD, GOOD[:, :4], r"queries of shape \(3, 8, 8, 3\) and images of shape \(3, 4, 8, 3\)"),
        (GOOD[..., :1], GOOD, "of the same size and colours"),
        (GOOD[0], GOOD[0], r"both must be \(…, H, W, C\)"),
        (GOOD[:0], GOOD, "0 queries and 3 images"),
        (GOOD, GOOD[:0], "3 queries and 0 images"),
        (GOOD - 1.0, GOOD, "float from 0 to 1"),
        (GOOD, GOOD + 255.0, "float from 0 to 1"),
        (GOOD, np.full((3, 8, 8, 3), np.nan), "float from 0 to 1"),
    ],
)
def test_bad_images(queries, images, message):
    with pytest.raises(GancourseError, match=message):
        nearest(queries, images)


@pytest.mark.parametrize("size", [0, 2.0])
def test_bad_size(size):
    with pytest.raises(GancourseError, match="must be a whole number of pixels"):
        nearest(GOOD, GOOD, size)
