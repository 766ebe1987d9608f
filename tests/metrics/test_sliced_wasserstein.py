"""The sliced Wasserstein distance: known in advance, and in the order that eyes see."""

import numpy as np
import pytest

from gancourse import GancourseError, metrics
from gancourse.data import faceworld
from gancourse.metrics import pyramid


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
    assert set(metrics.sliced_wasserstein(faces, faces).values()) == {0.0}


def test_a_shift_is_as_far_as_it_is():
    """One level; a shift by s standard deviations moves every projection w·x by s · Σw: the mean of |Σw| times s."""
    rng = np.random.default_rng(0)
    grey = rng.normal(0.5, 0.05, (200, 16, 16, 1)).clip(0, 1)
    [distance] = metrics.sliced_wasserstein(grey, grey + 0.05, directions=2000).values()
    # each direction is uniform on the sphere of 49 dimensions: E|Σw| is close to sqrt(2 / π) for long vectors
    assert distance == pytest.approx(100 * np.sqrt(2 / np.pi), rel=0.05)


def test_it_orders_what_eyes_order(faces):
    one, other = faces[:200], faces[200:]
    rng = np.random.default_rng(0)

    def mean(images):
        return np.mean(list(metrics.sliced_wasserstein(one, images).values()))

    noisy = np.clip(other + rng.normal(0, 12, other.shape), 0, 255).astype(np.uint8)
    noisier = np.clip(other + rng.normal(0, 40, other.shape), 0, 255).astype(np.uint8)
    noise = rng.integers(0, 256, other.shape, dtype=np.uint8)
    collapsed = other[:1].repeat(200, axis=0)
    assert mean(other) < mean(noisy) < mean(noisier) < mean(noise)
    assert mean(other) < mean(other[:10].repeat(20, axis=0)) < mean(collapsed)


def test_sets_of_other_shapes_are_refused(faces):
    with pytest.raises(GancourseError, match="draw equally many"):
        metrics.sliced_wasserstein(faces[:40], faces[:50])
