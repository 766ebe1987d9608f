from collections import Counter

import numpy as np
import pytest
import scipy.stats

from gancourse import GancourseError
from gancourse.diagnosis import signatures
from gancourse.diagnosis.effects import effect
from gancourse.diagnosis.likeness import HEALTHY, rank
from gancourse.diagnosis.signatures import Diagnosis


def a_run(arm, seed, counted, **metrics):
    return {"arm": arm, "system": "toy", "seed": seed, "counted": counted, "metrics": metrics}


def a_diagnosis(**faulty):
    """One system: healthy runs at about 1, and for each fault its metrics with the seeds of both kinds."""
    runs = [
        a_run(HEALTHY, seed, seed >= 5, d_loss=1 + seed / 100, agreement=0.9 + seed / 100)
        for seed in range(10)
    ]
    for arm, (setting, counted) in faulty.items():
        runs += [a_run(arm, i, False, **measured) for i, measured in enumerate(setting)]
        runs += [a_run(arm, i, True, **measured) for i, measured in enumerate(counted)]
    about = {arm: {"system": "toy", "title": arm} for arm in faulty}
    return Diagnosis({"systems": {"toy": {}}, "faults": about, "runs": runs})


BAD = {"d_loss": 5.0, "agreement": 0.1}


LATER = {"d_loss": 5.0, "agreement": 0.93}


WELL = {"d_loss": 1.02, "agreement": 0.93}


def test_log_metrics_are_of_the_end_and_know_steps_from_epochs():
    loss = np.concatenate([np.full(180, 9.0), np.tile([1.0, 3.0], 10)])
    found = signatures.log_metrics({"d_loss": loss, "real_score": loss / 10})
    assert found == pytest.approx({"d_loss": 2.0, "real_score": 0.2, "d_swing": 2.0})
    assert "d_swing" not in signatures.log_metrics({"d_loss": loss}, by_step=False)


def test_a_range_is_wider_than_what_was_seen_and_never_empty():
    assert signatures.healthy_range([1.0, 3.0]) == pytest.approx((0.0, 4.0))
    assert signatures.healthy_range([1.0, 3.0], margin=0) == pytest.approx((1.0, 3.0))
    assert signatures.healthy_range([8.0, 8.0]) == pytest.approx((7.84, 8.16))
    with pytest.raises(GancourseError, match="finite values of at least one run"):
        signatures.healthy_range([np.nan, 1.0])
    with pytest.raises(GancourseError, match="finite values of at least one run"):
        signatures.healthy_range([])


def test_signs_and_signatures():
    ranges = {"d_loss": (1, 2), "g_loss": (0, 1), "recall": (0.5, 0.9)}
    assert signatures.signs({"d_loss": 0.5, "g_loss": np.inf, "recall": 0.5}, ranges) == {
        "d_loss": -1,
        "g_loss": 1,
        "recall": 0,
    }
    one, other = {"d_loss": -1, "recall": 1}, {"d_loss": -1, "recall": -1}
    assert signatures.signature([one, other]) == {"d_loss": -1}
    assert signatures.match(one, {"d_loss": -1, "recall": -1}) == 0.5
    assert signatures.match(one, {}) == 0.0
    assert signatures.profile([one, other]) == {"d_loss": -1, "recall": 0}
    assert signatures.unlikeness(one, {"d_loss": 1, "recall": 0}) == 1.5


def test_faults_are_counted_on_other_seeds_than_those_that_set_the_thresholds():
    diagnosis = a_diagnosis(broken=([BAD] * 3, [BAD, BAD, WELL]), harmless=([WELL] * 3, [WELL] * 3))
    assert diagnosis.signatures == {"broken": {"d_loss": 1, "agreement": -1}, "harmless": {}}
    assert diagnosis.counts() == {
        "broken": {"runs": 3, "worse": 2, "found": 2, "named": 2},
        "harmless": {"runs": 3, "worse": 0, "found": 0, "named": 0},
    }
    assert diagnosis.harm == {"broken": {"agreement": 2}, "harmless": {}}
    assert diagnosis.false_alarms() == {"toy": (0, 5)}


def test_a_change_that_does_no_harm_is_not_reported():
    """It moves a loss, surely and always; the samples stay as they were, so nobody is told of it."""
    diagnosis = a_diagnosis(louder=([LATER] * 3, [LATER] * 3))
    assert diagnosis.signatures == {"louder": {"d_loss": 1}}
    assert diagnosis.harmful == {"louder": False}
    assert diagnosis.matches("toy", LATER) == {}


def test_the_most_similar_of_two_faults_comes_first():
    diagnosis = a_diagnosis(
        both=([BAD] * 2, [BAD]), samples=([WELL | {"agreement": 0.1}] * 2, [WELL])
    )
    assert diagnosis.matches("toy", BAD) == {"both": 0, "samples": 0.5}
    assert list(diagnosis.matches("toy", BAD)) == ["both", "samples"]
    assert list(diagnosis.matches("toy", WELL | {"agreement": 0.1})) == ["samples"]


def test_a_log_is_compared_by_what_it_has():
    four = {"d_loss": 1.0, "g_loss": 1.0, "real_score": 0.5, "fake_score": 0.5}
    runs = [
        a_run(HEALTHY, i, i > 2, **four, d_swing=0.1, g_swing=0.1, agreement=0.9) for i in range(6)
    ]
    ill = four | {"d_loss": 9.0, "d_swing": 0.1, "g_swing": 0.1, "agreement": 0.1}
    runs += [a_run("ill", i, i > 2, **ill) for i in range(6)]
    diagnosis = Diagnosis(
        {"systems": {"toy": {}}, "faults": {"ill": {"system": "toy"}}, "runs": runs}
    )
    like = diagnosis.like({"d_loss": 9.0})
    assert (like["moved"], dict(like["alike"]), like["differing"]) == ({"d_loss": 1}, {"ill": 3}, 0)
    like = diagnosis.like({"d_loss": 1.0, "g_loss": 50.0})
    assert (dict(like["alike"]), like["differing"]) == ({HEALTHY: 3}, 1)
    assert diagnosis.log_accuracy == (6, 6)


def test_the_committed_record_shows_what_the_chapter_claims():
    """At least eight faults do harm and are found in 4 of 5 runs; healthy runs pass in 9 of 10."""
    diagnosis = Diagnosis()
    qualified = [
        name
        for name, count in diagnosis.counts().items()
        if diagnosis.harmful[name]
        and count["worse"] >= 4
        and count["found"] >= 4
        and count["runs"] == 5
    ]
    assert len(qualified) >= 8
    assert all(alarms <= 1 and count == 10 for alarms, count in diagnosis.false_alarms().values())


def test_losses_of_another_objective_are_not_compared_with_the_record():
    columns = {"d_loss": np.ones(20), "real_logit": np.ones(20), "fake_logit": np.zeros(20)}
    assert signatures.log_metrics(columns) == {}
    assert signatures.unlikeness({"modes": -1}, {"modes": -0.5, "d_loss": 1.0}) == 0.5


def test_an_effect_is_in_standard_deviations_of_the_healthy_runs():
    """Welch's t and its interval worked out by hand for two small groups."""
    ill, healthy = [3.0, 4.0, 5.0], [0.0, 2.0, 4.0, 2.0]
    found = effect(ill, healthy)
    unit = np.std(healthy, ddof=1)
    error = np.sqrt(1 / 3 + unit**2 / 4)
    freedom = error**4 / ((1 / 3) ** 2 / 2 + (unit**2 / 4) ** 2 / 3)
    half = scipy.stats.t.ppf(0.975, freedom) * error
    assert found.size == pytest.approx(2 / unit)
    assert (found.low, found.high) == pytest.approx(((2 - half) / unit, (2 + half) / unit))
    assert found.p == pytest.approx(2 * scipy.stats.t.sf(2 / error, freedom))
    assert not found.seen and effect([30, 31, 30], healthy).seen


@pytest.mark.parametrize(
    ("ill", "healthy", "problem"),
    [
        ([1.0], [1.0, 2.0], "two runs"),
        ([1.0, np.nan], [1.0, 2.0], "finite"),
        ([1.0, 2.0], [1.0, 1.0], "the same value"),
    ],
)
def test_an_effect_that_cannot_be_measured_is_refused(ill, healthy, problem):
    with pytest.raises(GancourseError, match=problem):
        effect(ill, healthy)


def test_another_split_counts_as_many_runs_of_each_arm_and_keeps_them_all():
    diagnosis = Diagnosis()
    other = diagnosis.split_anew(np.random.default_rng(0))

    def counted(each):
        return Counter((run["arm"], run["system"]) for run in each.record["runs"] if run["counted"])

    def all_of(each):
        return sorted((run["arm"], run["system"], run["seed"]) for run in each.record["runs"])

    assert counted(other) == counted(diagnosis) and all_of(other) == all_of(diagnosis)
    assert other.logs != diagnosis.logs and other.log_accuracy[1] == diagnosis.log_accuracy[1]


def test_of_logs_that_fit_alike_the_healthy_comes_first_and_few_runs_count_less():
    logs = [(HEALTHY, {})] * 30 + [("few", {})] * 5 + [("other", {})] * 30
    assert rank(Counter({"few": 5, HEALTHY: 29}), logs) == [HEALTHY, "few"]
    assert rank(Counter({"other": 30, HEALTHY: 30}), logs) == [HEALTHY, "other"]
    assert rank(Counter({"few": 5, HEALTHY: 2}), logs) == ["few", HEALTHY]


def test_effects_are_of_the_metrics_of_the_samples_and_of_all_runs():
    diagnosis = Diagnosis()
    effects = diagnosis.effects("no-detach")
    assert set(effects) == {"agreement", "spread_ratio", "frechet", "precision", "recall"}
    assert not any(found.seen for found in effects.values()), "the very same game"
    assert diagnosis.effects("eps-08")["sliced_wasserstein"].low > 2
