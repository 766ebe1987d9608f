"""Features and results: what they refuse, what they keep, and what they let be compared."""

import json
import sys
from dataclasses import replace

import numpy as np
import pytest

from gancourse import GancourseError
from gancourse.evaluation import Features, Result, feature_card
from gancourse.metrics import frechet_distance, mmd, prdc

MODULE = sys.modules["gancourse.evaluation.feature_card"]


def made(count=60, draw=0, shift=0.0, **changes):
    values = np.random.default_rng(draw).normal(shift, 1, (count, 8)).astype(np.float32)
    of_fakes = {"extractor": "a classifier", "resize": "none", "seed": 1}
    of_fakes |= {"batchnorm": "evaluation", "ema": False}
    return Features(values, **(of_fakes | changes))


REAL = made(80, batchnorm="none", ema=None, seed=None)


@pytest.fixture(scope="module")
def card():
    return feature_card(REAL, made(draw=1))


def test_the_card_holds_all_metrics(card):
    fake = made(draw=1)
    values = card.values
    assert len(fake) == 60 and len(REAL) == 80
    assert values["frechet"] == frechet_distance(REAL.values, fake.values)
    discrepancy = mmd(REAL.values, fake.values, size=30)
    assert (values["mmd"], values["mmd_std"]) == discrepancy
    coverage = prdc(REAL.values, fake.values)
    assert {name: values[name] for name in coverage} == coverage
    assert set(values) == {"frechet", "mmd", "mmd_std", *coverage}


def test_the_card_tells_how_it_was_measured(card):
    assert card.settings == {
        "extractor": "a classifier",
        "resize": "none",
        "samples": 60,
        "real": 80,
        "seed": 1,
        "real_seed": None,
        "batchnorm": "evaluation",
        "ema": False,
        "neighbours": 5,
        "subsets": 100,
        "subset_size": 30,
        "subset_seed": 0,
    }


def test_subsets_are_half_of_the_images_and_no_larger_than_a_thousand(monkeypatch):
    monkeypatch.setattr(MODULE, "SUBSET_SIZE", 20)
    monkeypatch.setattr(MODULE, "SUBSETS", 3)
    result = feature_card(REAL, made(), seed=4)
    assert (result.settings["subset_size"], result.settings["subset_seed"]) == (20, 4)
    expected = mmd(REAL.values, made().values, subsets=3, size=20, seed=4)
    assert (result.values["mmd"], result.values["mmd_std"]) == expected


def test_worse_samples_have_a_worse_card(card):
    far = feature_card(REAL, made(draw=1, shift=1.5))
    gain = card.against(far)
    assert gain["frechet"] == far.values["frechet"] - card.values["frechet"] > 5
    assert gain["mmd"] > 0 and gain["density"] < 0 and gain["coverage"] < 0
    assert list(gain) == list(card.values)


def test_a_card_comes_back_from_json(card):
    written = card.as_dict()
    assert written["frechet"] == card.values["frechet"] and "samples" in written["settings"]
    for each in (written, json.loads(json.dumps(written))):
        assert Result.of(each) == card
        assert set(Result.of(each).against(card).values()) == {0.0}
    written["settings"]["samples"] = 0
    assert card.settings["samples"] == 60


def test_a_card_without_settings_is_refused():
    with pytest.raises(GancourseError, match="has no settings"):
        Result.of({"frechet": 3.0})


def test_every_setting_that_differs_is_named():
    one = Result({"frechet": 5.0, "mmd": 0.1}, {"samples": 500, "ema": True, "seed": None})
    other = Result({"frechet": 4.0, "recall": 0.3}, {"samples": 2000, "ema": False, "seed": None})
    with pytest.raises(GancourseError) as caught:
        one.against(other)
    assert str(caught.value).startswith(
        "not comparable: samples 500 against 2,000; ema True against False. "
    )
    with pytest.raises(GancourseError, match=r"comparable: samples 500 against 2,000\. Measure"):
        one.against(other, but=("ema",))
    assert one.against(other, but=("ema", "samples")) == {"frechet": -1.0}
    same = replace(other, settings=one.settings | {"ema": False})
    assert one.against(same, but=("ema")) == {"frechet": -1.0}  # the comma forgotten


def test_a_setting_that_one_does_not_state_differs():
    one, other = Result({"frechet": 5.0}, {"resize": None}), Result({"frechet": 4.0}, {})
    for pair in ((one, other), (other, one)):
        with pytest.raises(GancourseError, match=r"resize .* against ") as caught:
            pair[0].against(pair[1])
        assert "None" in str(caught.value) and "not stated" in str(caught.value)


def test_unknown_names_and_nothing_in_common(card):
    with pytest.raises(GancourseError, match="no setting is called 'emma'; there are: extractor, "):
        card.against(card, but=("emma", "seed"))
    with pytest.raises(GancourseError, match="no metric in common"):
        card.against(Result({"agreement": 0.9}, card.settings))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"extractor": "another classifier"},
            "extractor of the real features: 'a classifier', of the fakes",
        ),
        ({"resize": "area average to 8 × 8"}, "resize of the real features: 'none'"),
    ],
)
def test_features_of_different_classifiers_are_refused(changes, message):
    with pytest.raises(GancourseError, match=message):
        feature_card(REAL, made(**changes))


def test_too_few_for_a_card():
    with pytest.raises(GancourseError, match="5 neighbours of 4 images"):
        feature_card(REAL, made(4))


VALUES = np.zeros((4, 3))


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (VALUES[0], r"must be \(N, D\), one row per image, not \(3,\)"),
        (VALUES[:1], "features of 1 images: there must be at least two"),
        (VALUES + np.nan, "4 of 4 images are not finite"),
        (VALUES.astype(int), "must be an array of float, not int64"),
        (VALUES.tolist(), "must be an array of float, not list"),
    ],
)
def test_bad_values(values, message):
    with pytest.raises(GancourseError, match=message):
        replace(REAL, values=values)


def test_bad_descriptions():
    with pytest.raises(GancourseError, match="batchnorm='eval': must be one of evaluation, "):
        made(batchnorm="eval")
    with pytest.raises(GancourseError, match=r"seed=1\.5: must be a whole number"):
        replace(REAL, seed=1.5)
