"""Extractors: the same features everywhere, of images that they can read."""

import sys
from types import ModuleType

import numpy as np
import pytest
import torch

from gancourse import GancourseError, data, evaluation, metrics
from gancourse.data import faceworld
from gancourse.evaluation import classifier_features, inception, random_convolutions
from gancourse.evaluation import features as features_module


@pytest.fixture(scope="module")
def faces():
    return faceworld.draw(200, 32, "photo", seed=3)[0]


def test_features_carry_how_they_were_made(faces):
    features = random_convolutions(32)(faces, seed=7, batchnorm="evaluation", ema=True)
    assert features.values.shape == (200, 384) and features.values.dtype.kind == "f"
    assert (features.seed, features.batchnorm, features.ema) == (7, "evaluation", True)
    assert features.resize == "none" and "seed 0, 384 features" in features.extractor
    assert random_convolutions(64).resize == "area average to 32 × 32"
    assert random_convolutions(16, channels=1).shape == (16, 16, 1)


def test_random_weights_depend_on_their_seed_alone(faces):
    torch.manual_seed(1)
    state = torch.get_rng_state()
    one, again, other = (random_convolutions(32, seed=seed)(faces) for seed in (0, 0, 1))
    assert np.array_equal(one.values, again.values)
    assert not np.allclose(one.values, other.values) and one.extractor != other.extractor
    assert torch.equal(torch.get_rng_state(), state), "it disturbs nobody's randomness"


def test_bytes_and_floats_are_the_same_images_and_batches_do_not_matter(faces, monkeypatch):
    extract = random_convolutions(32)
    whole = extract(faces).values
    assert np.allclose(whole, extract(faces / np.float32(255)).values, atol=1e-5)
    monkeypatch.setattr(features_module, "BATCH", 30)
    assert np.allclose(whole, extract(faces).values, atol=1e-5)


def test_features_know_where_something_is(faces):
    """Means over the whole picture would not change when it is mirrored; those over its quarters do."""
    extract = random_convolutions(32)
    assert abs(extract(faces[:, :, ::-1]).values - extract(faces).values).max() > 0.1


def test_distance_grows_with_the_harm(faces):
    extract = random_convolutions(32)
    real = extract(faceworld.draw(200, 32, "photo", seed=4)[0]).values
    rng = np.random.default_rng(0)
    noisy = [np.clip(faces / 255 + rng.normal(0, each, faces.shape), 0, 1) for each in (0.1, 0.2)]
    distances = [metrics.frechet_distance(real, extract(each).values) for each in (faces, *noisy)]
    assert distances[1] > 1.5 * distances[0] and distances[2] > 1.5 * distances[1]


def test_classifier_features_are_what_the_classifier_decides_by():
    classifier, digits = (
        evaluation.digit_classifier("digits"),
        data.load("digits", "test").images[:50],
    )
    features = classifier_features(classifier)(digits)
    assert (
        features.values.shape == (50, 128)
        and "classifier of digits, version 1" in features.extractor
    )
    last = classifier.network[-1]
    with torch.no_grad():
        logits = last(torch.tensor(features.values)).numpy()
    assert np.array_equal(logits.argmax(1), classifier.predict(digits / np.float32(255)))


@pytest.mark.parametrize(
    ("images", "message"),
    [
        (np.zeros((4, 16, 16, 3)), r"reads images \(N, 32, 32, 3\), not \(4, 16, 16, 3\)"),
        (np.zeros((32, 32, 3)), r"not \(32, 32, 3\)"),
        (np.zeros((0, 32, 32, 3)), "there are no images"),
        (np.full((4, 32, 32, 3), 1.5), "from 0 to 1"),
        (np.full((4, 32, 32, 3), np.nan), "from 0 to 1"),
    ],
)
def test_bad_images_are_refused(images, message):
    with pytest.raises(GancourseError, match=message):
        random_convolutions(32)(images)


def test_inception_is_asked_as_torch_fidelity_wants_it(monkeypatch):
    """The package fetches 91 MB, so here a stand-in says what it was given."""

    class StandIn(torch.nn.Module):
        def __init__(self, name, features):
            super().__init__()
            assert (name, features) == ("inception-v3-compat", ["2048"])

        def forward(self, pixels):
            assert pixels.dtype == torch.uint8 and pixels.shape[1:] == (3, 20, 24)
            assert not self.training
            return (pixels.float().mean(dim=(2, 3)).repeat(1, 683)[:, :2048],)

    module = ModuleType("feature_extractor_inceptionv3")
    module.FeatureExtractorInceptionV3 = StandIn
    monkeypatch.setitem(sys.modules, "torch_fidelity", ModuleType("torch_fidelity"))
    monkeypatch.setitem(sys.modules, "torch_fidelity.feature_extractor_inceptionv3", module)
    features = inception()(np.full((3, 20, 24, 3), 0.5))
    assert features.values.shape == (3, 2048) and (features.values == 128).all()
    with pytest.raises(GancourseError, match=r"\(N, any, any, 3\)"):
        inception()(np.zeros((3, 20, 24, 1)))


def test_without_torch_fidelity_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch_fidelity", None)
    with pytest.raises(GancourseError, match="pip install torch-fidelity"):
        inception()
