"""Suites: every metric that applies is measured and shown; what cannot be measured here is named."""

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from gancourse import GancourseError, evaluation
from gancourse.data import CATALOG, ImageSet, faceworld
from gancourse.evaluation import Metric, Samples
from gancourse.evaluation.suites import FACES, LABELLED

NAME = "faceworld-photo"


def image_set(split, start, count):
    images, attributes = faceworld.draw(count, 16, "photo", seed=0, start=start)
    return ImageSet(NAME, split, images, attributes=attributes)


@pytest.fixture(scope="module")
def held_out():
    return image_set("test", 4000, 160)


@pytest.fixture(scope="module")
def samples(held_out):
    training = image_set("train", 0, 200)
    images = training.images[:100] / np.float32(255)
    return Samples(images, held_out, lambda: training, trained_on=training.fingerprint)


def without_networks(suite):
    """The suite without the parts that take long because a classifier is trained for them."""
    return replace(suite, parts=tuple(part for part in suite.parts if not part.needs))


@pytest.mark.parametrize("spec", CATALOG.values(), ids=CATALOG)
def test_every_data_set_has_a_suite_and_every_metric_can_be_read(spec):
    suite = evaluation.suite_of(spec)
    for place, metric in suite.metrics.items():
        assert metric.title and metric.better in (-1, 0, 1), place
        assert place.endswith(metric.key)


def test_what_is_measured_is_shown_with_its_floor_and_settings(samples):
    suite = without_networks(FACES)
    card = suite.measure(samples)
    assert card["settings"]["data"] == samples.trained_on
    assert card["settings"]["samples"] == samples.compared == 80
    assert "left_out" not in card and "discriminator" not in card, "D is not at hand"
    lines = suite.lines(card)
    for metric in suite.parts[0].metrics:
        [line] = [line for line in lines if line.startswith(metric.title)]
        assert format(card[metric.key], metric.form) in line and "real data" in line
    assert evaluation.Result.of(card).against(evaluation.Result.of(card)).keys() >= {
        metric.key for metric in suite.parts[0].metrics
    }


def test_cards_of_other_data_or_seeds_are_not_compared(samples):
    suite = without_networks(FACES)
    one = evaluation.Result.of(suite.measure(samples))
    other = evaluation.Result.of(suite.measure(replace(samples, seed=3, trained_on="another set")))
    with pytest.raises(
        GancourseError, match=r"data .* against another set; noise_seed 0 against 3"
    ):
        one.against(other)
    assert one.against(other, but=("data", "noise_seed"))["spread_ratio"] == 0


def test_a_metric_needs_one_entry_and_the_rest_follows(samples):
    """From the function and its entry come the value, the floor, the settings, the line and the comparison."""
    darkest = Metric(
        "darkest",
        "darkest pixel",
        better=-1,
        floor="darkest_floor",
        of=lambda real, images: abs(float(images.min()) - float(real.half.min()) / 255),
        settings="no smoothing",
    )

    def measure(samples):
        images = samples.images[: samples.compared]
        return evaluation.image_card((darkest,), images, samples.held_out.images / 255)

    suite = without_networks(FACES)
    suite = replace(
        suite, parts=(*suite.parts, replace(suite.parts[0], metrics=(darkest,), measure=measure))
    )
    card = suite.measure(samples)
    assert card["darkest"] >= 0 and card["settings"]["darkest"] == "no smoothing"
    assert suite.metrics["darkest"] is darkest
    [line] = [line for line in suite.lines(card) if line.startswith("darkest pixel")]
    assert line.endswith(f"real data {card['darkest_floor']:.3f}")
    # a card from before is compared by what both have
    earlier = without_networks(FACES).measure(samples)
    gain = evaluation.Result.of(earlier).against(evaluation.Result.of(card))
    assert "darkest" not in gain and set(gain.values()) == {0.0}


def test_what_a_published_run_cannot_tell_stays_only_for_the_same_samples(samples):
    suite = without_networks(FACES)
    earlier = {"settings": {"noise_seed": 0}, "memorisation": {"ratio": 0.5}}
    assert suite.measure(samples, earlier=earlier)["memorisation"] == {"ratio": 0.5}
    other = suite.measure(replace(samples, seed=1), earlier=earlier)
    assert "memorisation" not in other


def test_a_missing_package_is_named_and_a_part_that_does_not_apply_is_not(samples, monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    card = FACES.measure(samples)
    assert card["left_out"] == {"attributes": "torch", "metrics on features": "torch"}
    lines = FACES.lines(card)
    assert "left out: attributes (needs torch: pip install torch)" in lines
    assert any(line.startswith("sliced Wasserstein distance") for line in lines)


def test_too_few_samples_for_classes():
    assert LABELLED.count(10_000, 10) == 10_000 and FACES.count(10_000, 0) == 2_000
    with pytest.raises(GancourseError, match=r"19 samples are too few: .* needs 2 of each"):
        LABELLED.count(19, 10)


WITHOUT_TORCH = """
import sys

class NotInstalled:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("torch", "triton"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, NotInstalled())
from gancourse.cli import app
settings = ["--set", "size=16", "--set", "steps=2", "--set", "batch=16"]
app(["train", "sequential_faces", "--budget", "reduced", *settings, "--out", "run"], standalone_mode=False)
app(["evaluate", "run", "--samples", "64"], standalone_mode=False)
"""


def test_a_keras_run_is_evaluated_where_there_is_no_pytorch(tmp_path):
    """In a process of its own, which has not imported it: distances as ever, and a word on what is left out."""
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_TORCH], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-2000:]
    for shown in ("sliced Wasserstein distance", "eigenface Fréchet distance", "memorisation"):
        assert shown in done.stdout
    left_out = [line for line in done.stdout.splitlines() if line.startswith("left out")]
    assert left_out == [
        "left out: attributes (needs torch: pip install torch)",
        "left out: metrics on features (needs torch: pip install torch)",
    ]
