"""Do losses and scores of a log fit together, and who is winning."""

import numpy as np
import pytest
from a_log import KERAS, LINES, REPORT, TUTORIAL, changed, constant, keras

from gancourse import GancourseError, logs
from gancourse.history import History, log_line

# --- the check


def test_jensen_on_the_report():
    """By hand, of the last line: -ln(0.9632) - ln(0.9787) = 0.0375 + 0.0215."""
    check = logs.jensen(logs.parse(REPORT))
    assert check["convention"] == "summed" and check["d"]["holds"].all()
    assert check["d"]["bound"][-1] == pytest.approx(0.05902, abs=1e-5)
    assert check["d"]["tightest"] == pytest.approx(0.0004, abs=5e-5)
    assert check["d"]["margin"].argmin() == 7
    failing = np.arange(489, 501)[~check["g"]["holds"]]
    assert failing.tolist() == [490, 492, 495, 496, 499] and check["g_score"] == "fake_score"
    assert check["g"]["bound"][-1] == pytest.approx(-np.log(0.0213))


def test_jensen_allows_for_rounding_and_no_more():
    """A D that is as sure of every image keeps the bound with equality; printed, it may seem to break it."""
    p = np.random.default_rng(0).uniform(0.02, 0.98, (500, 2))
    loss = -np.log(p[:, 0]) - np.log(1 - p[:, 1])
    values = np.column_stack([loss, np.ones(500), p])
    check = logs.jensen(logs.parse(History(values, 1).log(1)))
    assert check["d"]["holds"].all() and (check["d"]["margin"] < 0).any()
    # Loss and scores were each rounded by up to half a unit, and the check allows for as much again.
    values[:, 0] -= 2.02 * 0.00005 * (1 + 1 / p[:, 0] + 1 / (1 - p[:, 1]))
    values[0, 0] = 0  # below half of the bound, too
    lower = logs.jensen(logs.parse(History(values, 1).log(1)))
    assert lower["convention"] == "neither" and not lower["d"]["holds"].any()
    sure = "Epoch [1/1], loss_d: -0.0001, real_score: 1.0000, fake_score: 0.0000"
    assert not logs.jensen(logs.parse(sure))["d"]["holds"].any(), "no probability is above 1"


def test_jensen_tells_an_averaged_loss():
    halved = REPORT
    for row in LINES:
        loss = row.split("loss_d: ")[1][:6]
        halved = halved.replace(f"loss_d: {loss}", f"loss_d: {float(loss) / 2:.5f}")
    log = logs.parse(halved)
    check = logs.jensen(log)
    assert check["convention"] == "averaged" and check["d"]["holds"].all()
    assert check["d"]["bound"][-1] == pytest.approx(0.02951, abs=1e-5)
    assert "the average of its two halves, as in report 003" in logs.explain(log)
    assert logs.verdict(log)["chance"]["d_loss"] == pytest.approx(np.log(2))
    broken = logs.parse(changed(3, "loss_d: 0.0793", "loss_d: 0.0110"))
    assert logs.jensen(broken)["convention"] == "neither"
    assert "fails on 1 of 12 (epoch 491)" in logs.explain(broken)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(("real", "fake", "holds"), [(1, 0, True), (0, 0, False), (1, 1, False)])
def test_jensen_at_scores_of_zero_and_one(tmp_path, real, fake, holds):
    np.save(tmp_path / "losses.npy", np.float32([[0.5, 20, real, fake]]))
    text = log_line(1, 1, {"d_loss": 0.5, "g_loss": 20, "real_score": real, "fake_score": fake})
    for log in (logs.read(tmp_path), logs.parse(text)):
        check = logs.jensen(log)
        assert check["d"]["holds"].tolist() == [holds] and check["g"]["holds"].all()
        assert all(np.isfinite(check[network]["bound"]).all() for network in "dg")
        assert logs.explain(log)


def test_jensen_takes_the_score_that_gs_step_saw():
    """With the tutorial's second number the bound of G must hold; with its first it says nothing."""
    check = logs.jensen(logs.parse(TUTORIAL))
    assert check["g_score"] == "fake_score_after" and check["g"]["holds"].all()
    assert check["g"]["bound"][0] == pytest.approx(-np.log(0.0173))


def test_jensen_needs_losses_with_scores():
    with pytest.raises(GancourseError, match="the log does not have both"):
        logs.jensen(logs.parse(KERAS))


# --- the verdict


def test_the_report_is_won_by_the_discriminator():
    """Means of the last ten lines."""
    found = logs.verdict(logs.parse(REPORT))
    assert found["winner"] == "the discriminator is winning" and found["evidence"] == "scores"
    assert found["entries"] == 10
    assert found["real_score"] == pytest.approx(0.95832) and found["fake_score"] == pytest.approx(0.04233)  # fmt: skip
    assert found["gap"] == pytest.approx(0.91599) and found["d_loss"] == pytest.approx(0.09040)
    assert found["chance"]["d_loss"] == pytest.approx(1.386, abs=5e-4)
    assert found["chance"]["g_loss"] == pytest.approx(0.693, abs=5e-4)


@pytest.mark.parametrize(
    ("real", "fake", "winner"),
    [
        (0.95, 0.04, logs.D_WINS),
        (0.80, 0.29, logs.D_WINS),
        (0.80, 0.31, logs.EVEN),
        (0.55, 0.45, logs.EVEN),
        (0.51, 0.49, logs.G_WINS),
        (0.40, 0.60, logs.G_WINS),
    ],
)
def test_the_verdict_by_scores(real, fake, winner):
    log = constant(d_loss=1.0, g_loss=1.0, real_score=real, fake_score=fake)
    assert logs.verdict(log)["winner"] == winner
    assert f"Verdict: {winner}." in logs.explain(log)


def test_the_verdict_is_about_the_end():
    early = np.tile(np.float32([1.39, 0.7, 0.5, 0.5]), (180, 1))
    late = np.tile(np.float32([0.1, 4.0, 0.95, 0.05]), (20, 1))
    log = logs.parse(History(np.concatenate([early, late]), 1).log(1))
    assert logs.verdict(log)["entries"] == 20 and logs.verdict(log)["winner"] == logs.D_WINS
    assert logs.verdict(log, last=200)["winner"] == logs.EVEN
    assert logs.verdict(log, last=10**6)["entries"] == 200
    with pytest.raises(GancourseError, match="last=0"):
        logs.verdict(log, last=0)


@pytest.mark.parametrize(
    ("loss", "summed", "unclear"),
    [
        (0.1, logs.D_WINS, logs.D_WINS),
        (0.70, logs.EVEN, logs.UNKNOWN),  # report 003's: at chance, if averaged
        (1.0, logs.EVEN, logs.UNKNOWN),
        (1.4, logs.G_WINS, logs.G_WINS),
        (15.0, logs.G_WINS, logs.G_WINS),
    ],
)
def test_the_verdict_by_a_loss_alone(loss, summed, unclear):
    """Keras's d_loss may be either sum or average; the verdict is given only where it is the same for both."""
    found = logs.verdict(logs.parse(f"Epoch [1/9], loss_d: {loss}"))
    assert found["winner"] == summed and "weaker evidence" in found["because"]
    assert found["evidence"] == "d_loss" and found["gap"] is None
    assert logs.verdict(logs.parse(keras(loss, loss)))["winner"] == unclear


def test_no_verdict_on_a_loss_that_is_no_cross_entropy():
    found = logs.verdict(logs.parse(keras(-3.0, -2.0)))
    assert found["winner"] == logs.UNKNOWN and found["evidence"] is None
    assert "this log cannot tell" in logs.explain(logs.parse("Epoch [1/9], loss_g: 2.0"))


@pytest.mark.parametrize(
    ("real", "fake", "winner"), [(3.0, -1.0, logs.UNKNOWN), (0.2, 0.3, logs.G_WINS)]
)
def test_logits_are_not_taken_for_probabilities(real, fake, winner):
    text = f"Epoch [1/1], loss_g: -0.5, loss_d: 1.2, real_logit: {real}, fake_logit: {fake}\n"
    found = logs.verdict(logs.parse(text))
    assert found["winner"] == winner and found["evidence"] == "logits"
    assert found["gap"] == pytest.approx(real - fake) and found["chance"] == {}
    assert winner != logs.UNKNOWN or "logits are not probabilities" in found["because"]
    with pytest.raises(GancourseError, match="compares losses with scores"):
        logs.jensen(logs.parse(text))
