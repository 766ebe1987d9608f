"""Logs of four formats are read as they are, checked, and judged; bad ones are refused with their line."""

import subprocess
import sys

import numpy as np
import pytest

from gancourse import GancourseError, logs
from gancourse.history import METRICS, History, log_line
from gancourse.runs import committed, read_record

# What report 004 prints, between lines like "Saving generated-images-0489.png".
REPORT = """\
Epoch [489/500], loss_g: 4.4285, loss_d: 0.1406, real_score: 0.9358, fake_score: 0.0556
Epoch [490/500], loss_g: 3.1849, loss_d: 0.1422, real_score: 0.8883, fake_score: 0.0195
Epoch [491/500], loss_g: 4.3958, loss_d: 0.0793, real_score: 0.9727, fake_score: 0.0487
Epoch [492/500], loss_g: 3.7642, loss_d: 0.0809, real_score: 0.9453, fake_score: 0.0225
Epoch [493/500], loss_g: 3.4973, loss_d: 0.0611, real_score: 0.9710, fake_score: 0.0304
Epoch [494/500], loss_g: 4.3228, loss_d: 0.0797, real_score: 0.9625, fake_score: 0.0386
Epoch [495/500], loss_g: 3.0139, loss_d: 0.1441, real_score: 0.9041, fake_score: 0.0337
Epoch [496/500], loss_g: 3.7364, loss_d: 0.0455, real_score: 0.9767, fake_score: 0.0213
Epoch [497/500], loss_g: 5.9260, loss_d: 0.1779, real_score: 0.9930, fake_score: 0.1475
Epoch [498/500], loss_g: 4.2561, loss_d: 0.1207, real_score: 0.9258, fake_score: 0.0370
Epoch [499/500], loss_g: 3.7688, loss_d: 0.0546, real_score: 0.9689, fake_score: 0.0223
Epoch [500/500], loss_g: 5.0251, loss_d: 0.0602, real_score: 0.9632, fake_score: 0.0213
"""
LINES = REPORT.splitlines()

TUTORIAL = """\
Starting Training Loop...
[0/5][0/1583]\tLoss_D: 1.7410\tLoss_G: 4.8361\tD(x): 0.5661\tD(G(z)): 0.5866 / 0.0173
[0/5][50/1583]\tLoss_D: 0.2139\tLoss_G: 7.2000\tD(x): 0.9500\tD(G(z)): 0.0800 / 0.0013
[4/5][1582/1583]\tLoss_D: 0.4500\tLoss_G: 2.9000\tD(x): 0.8100\tD(G(z)): 0.1700 / 0.0700
"""

BAR, BACK = "━" * 20, "\b" * 72
# As Keras 3 writes its live bar: colours, backspaces over the state before, a carriage return.
KERAS = f"""\
Epoch 1/3
\r\x1b[1m 30/250\x1b[0m \x1b[32m━━\x1b[0m {BAR} \x1b[1m2s\x1b[0m 12ms/step - d_loss: 1.3000 - g_loss: 0.9000{BACK}\
\r\x1b[1m250/250\x1b[0m \x1b[32m{BAR}\x1b[0m \x1b[1m5s\x1b[0m 12ms/step - d_loss: 0.6012 - g_loss: 1.2034
1/1 {BAR} 0s 41ms/step
Epoch 2/3
250/250 {BAR} 5s 12ms/step - d_loss: 0.5012 - g_loss: 1.3034
10/10 {BAR} 0s 12ms/step - d_loss: 9.0000 - g_loss: 9.0000
Epoch 3/3
250/250 - 5s - 12ms/step - discriminator_loss: 4.0120e-01 - generator_loss: 1.4034 - learning_rate: 2.0000e-04
"""


def changed(number, old, new):
    """The report's lines, one of them changed."""
    rows = list(LINES)
    assert old in rows[number - 1]
    rows[number - 1] = rows[number - 1].replace(old, new)
    return "\n".join(rows)


def constant(steps=40, **means):
    """The log of a run whose metrics stay as they are."""
    values = np.tile(np.array([means[metric] for metric in METRICS], np.float32), (steps, 1))
    return logs.parse(History(values, 64).log(1))


def keras(*losses):
    return "\n".join(f"Epoch {i}/9\n5/5 - 1s - d_loss: {loss:.4f}" for i, loss in enumerate(losses, 1))  # fmt: skip


# --- writing


def test_a_line_is_the_reports_to_the_letter():
    measured = {"d_loss": 0.0602, "g_loss": 5.0251, "real_score": 0.9632, "fake_score": 0.0213}
    assert log_line(500, 500, measured) == LINES[-1]
    assert log_line(500, 500, measured | {"d_accuracy": 0.91}) == LINES[-1] + ", d_accuracy: 0.9100"


@pytest.mark.parametrize("metrics", [METRICS, (*METRICS, "d_accuracy")])
def test_what_is_written_is_read_back(metrics):
    """Seven steps, three an epoch: the last epoch is of one step."""
    values = np.random.default_rng(0).random((7, len(metrics))).astype(np.float32)
    text = History(values, 64, metrics=metrics).log(3)
    log = logs.parse(text)
    assert text.count("\n") == 3 and text.endswith("\n")
    assert (log.format, log.unit, log.total, log.skipped) == ("report", "epoch", 3, 0)
    assert log.at.tolist() == [1, 2, 3] and log.values.keys() == set(metrics)
    for i, metric in enumerate(metrics):
        means = [values[:3, i].mean(), values[3:6, i].mean(), values[6, i]]
        np.testing.assert_allclose(log.values[metric], means, rtol=0, atol=5.1e-5)


# --- reading


def test_the_report():
    log = logs.parse(REPORT)
    assert (log.format, log.unit, log.total, log.skipped, len(log)) == ("report", "epoch", 500, 0, 12)  # fmt: skip
    assert log.at.tolist() == list(range(489, 501))
    assert log.values["g_loss"][0] == 4.4285 and log.values["d_loss"][0] == 0.1406
    assert log.values["real_score"][-1] == 0.9632 and log.values["fake_score"][-1] == 0.0213


def test_the_report_as_it_stands_in_its_source():
    """Escaped underscores, two spaces at the ends, blank lines, lines about pictures; Windows line ends."""
    rows = [f"{row}  \nSaving generated-images-{i:04}.png\n" for i, row in enumerate(LINES, 489)]
    log = logs.parse("\n".join(rows).replace("_", "\\_").replace("\n", "\r\n"))
    assert len(log) == 12 and log.skipped == 12
    for metric, column in logs.parse(REPORT).values.items():
        np.testing.assert_array_equal(log.values[metric], column)


def test_other_output_is_skipped_and_counted():
    noise = "\n 40%|████   | 200/500 [01:00<01:30,  3.2it/s]\rUserWarning: loss_d may be small\n\n"
    log = logs.parse(noise.join(LINES))
    assert len(log) == 12 and log.skipped == 22


def test_the_tutorial():
    log = logs.parse(TUTORIAL)
    assert (log.format, log.unit, log.total, log.skipped) == ("tutorial", "step", 5 * 1583, 1)
    assert log.at.tolist() == [0, 50, 5 * 1583 - 1]
    first = {metric: column[0] for metric, column in log.values.items()}
    assert first == {
        "d_loss": 1.7410,
        "g_loss": 4.8361,
        "real_score": 0.5661,
        "fake_score": 0.5866,
        "fake_score_after": 0.0173,
    }
    assert logs.parse(TUTORIAL.replace("\t", "  ")).values["g_loss"].tolist() == [4.8361, 7.2, 2.9]


def test_keras_last_state_of_each_epoch():
    log = logs.parse(KERAS)
    assert (log.format, log.unit, log.total) == ("keras", "epoch", 3)
    assert log.at.tolist() == [1, 2, 3]
    assert log.values["d_loss"].tolist() == [0.6012, 0.5012, 0.4012]
    assert log.values["g_loss"].tolist() == [1.2034, 1.3034, 1.4034]
    assert log.skipped == 2, "a prediction's bar, and an evaluation's"


def test_keras_older_bars():
    text = "Epoch 1/2\n 3/50 [>....] - ETA: 1:05 - D_loss: 0.9 - acc_D: 0.4" + "\b" * 60
    text += "50/50 [=====] - 12s 240ms/step - D_loss: 0.7070 - acc_D: 0.4800\n"
    log = logs.parse(text)
    assert log.values == {"d_loss": [0.7070], "d_accuracy": [0.48]}


@pytest.mark.parametrize("columns", [4, 5])
def test_losses_of_a_run(tmp_path, columns):
    values = np.random.default_rng(0).random((30, columns)).astype(np.float32)
    values[3, 2] = 1.0000001  # a mean of ones
    np.save(tmp_path / "losses.npy", values)
    (tmp_path / "log.txt").write_text(REPORT)
    log = logs.read(tmp_path)
    assert (log.format, log.unit, log.total, log.at[0], log.at[-1]) == ("losses", "step", None, 1, 30)  # fmt: skip
    assert list(log.values) == [*METRICS, "d_accuracy"][:columns]
    np.testing.assert_array_equal(log.values["g_loss"], values[:, 1].astype(float))
    assert log.values["real_score"][3] == 1
    (tmp_path / "losses.npy").unlink()
    assert logs.read(tmp_path).format == "report"


def test_a_log_redirected_by_powershell(tmp_path):
    (tmp_path / "log.txt").write_text(REPORT, encoding="utf-16")
    assert len(logs.read(tmp_path / "log.txt")) == 12


# --- bad logs


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "log has no line of a training log"),
        ("hello\nworld\n", "log has no line of a training log"),
        ("Epoch 1/2\n5/5 - 1s - loss: 0.5\n", "log has no line of a training log"),
        ("Epoch [1\0", "log is not text"),
        (changed(3, "0.9727", "0.9x27"), "line 3 is garbled: 'Epoch [491/500], loss_g: 4.3958, loss_d: 0.0793, r"),
        (changed(3, "[491/500]", "[49x/500]"), "line 3 is garbled"),
        (changed(3, "loss_d:", "loss_d"), "line 3 is garbled"),
        (changed(3, "loss_d", "loss_g"), "line 3 is garbled"),
        (changed(3, ", fake_score: 0.0487", ""), "line 3 has g_loss, d_loss, real_score, but line 1 has"),
        (changed(3, "0.9727", "1.9727"), "line 3: real_score is 1.9727, which must be from 0 to 1"),
        (changed(3, "0.0487", "-0.0487"), "line 3: fake_score is -0.0487, which must be from 0 to 1"),
        (changed(3, "0.0793", "nan"), "line 3: d_loss is nan, no finite number"),
        (changed(3, "4.3958", "inf"), "line 3: g_loss is inf, no finite number"),
        (changed(3, "[491/", "[501/"), "line 3 is number 501 of 500"),
        (REPORT + REPORT, "line 13: epoch 489 comes after epoch 500: two runs one after the other?"),
        (changed(3, "491", "490"), "line 3: epoch 490 comes after epoch 490"),
        (REPORT + TUTORIAL, "line 14 is The PyTorch tutorial's format, but line 1 is Report 004's format"),
        (KERAS + REPORT, "line 9 is Report 004's format, but line 1 is Keras's progress output"),
        (TUTORIAL + TUTORIAL, "line 6: step 0 comes after step 7914"),
        (TUTORIAL.replace("0.5866 / 0.0173", "0.5866 / "), "line 2 is garbled"),
        (TUTORIAL.replace("[0/5][50/", "[0/5][5O/"), "line 3 is garbled"),
        (KERAS.replace("Epoch 2/3", "Epoch 2/x"), "line 4 is garbled: 'Epoch 2/x'"),
        (KERAS.replace("0.5012", "0.5o12"), "line 5 is garbled"),
        (KERAS.replace("d_loss: 0.5012", "d_loss 0.5012"), "line 5 is garbled"),
        (KERAS + KERAS, "line 10: epoch 1 comes after epoch 3"),
    ],
)  # fmt: skip
def test_bad_text(text, message):
    with pytest.raises(GancourseError) as error:
        logs.parse(text, "log")
    assert message in str(error.value)


def saved(array, cut=None):
    def write(path):
        np.save(path, array, allow_pickle=True)
        path.write_bytes(path.read_bytes()[:cut])

    return write


def with_nan():
    values = np.full((9, 4), 0.5, np.float32)
    values[4, 1] = np.nan
    return values


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (saved(np.zeros((50, 4)), -7), "is no array of numbers, or a damaged one"),
        (saved(np.zeros((50, 4)), 20), "is no array of numbers, or a damaged one"),
        (lambda path: path.write_bytes(b"PK\x03\x04"), "is no array of numbers, or a damaged one"),
        (saved(np.array([{"a": 1}], object)), "is no array of numbers, or a damaged one"),
        (saved(np.zeros((50, 3))), "is float64 (50, 3): it must be a table of floats"),
        (saved(np.zeros(4)), "it must be a table of floats"),
        (saved(np.zeros((5, 4), int)), "it must be a table of floats"),
        (saved(np.zeros((0, 4))), "is empty: no step was trained"),
        (saved(with_nan()), "losses.npy, step 5: g_loss is nan, no finite number"),
        (saved(np.full((9, 4), 1.5)), "losses.npy, step 1: real_score is 1.5, which must be from 0 to 1"),
    ],
)  # fmt: skip
def test_bad_arrays(tmp_path, make, message):
    make(tmp_path / "losses.npy")
    for path in (tmp_path, tmp_path / "losses.npy"):
        with pytest.raises(GancourseError) as error:
            logs.read(path)
        assert message in str(error.value) and "losses.npy" in str(error.value)


def test_nothing_to_read(tmp_path):
    with pytest.raises(GancourseError, match=r"neither losses\.npy nor log\.txt"):
        logs.read(tmp_path)
    with pytest.raises(GancourseError, match=r"cannot read a log at .*No such file"):
        logs.read(tmp_path / "log.txt")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    with pytest.raises(GancourseError, match=r"picture\.png is not text"):
        logs.read(tmp_path / "picture.png")


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
    assert "the average of its two halves, as report 003" in logs.explain(log)
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
        assert all(np.isfinite(check[player]["bound"]).all() for player in "dg")
        assert logs.explain(log)


def test_jensen_takes_the_score_that_gs_step_saw():
    """With the tutorial's second number the bound of G must hold; with its first it says nothing."""
    check = logs.jensen(logs.parse(TUTORIAL))
    assert check["g_score"] == "fake_score_after" and check["g"]["holds"].all()
    assert check["g"]["bound"][0] == pytest.approx(-np.log(0.0173))


def test_jensen_needs_losses_with_scores():
    with pytest.raises(GancourseError, match="the log has not both"):
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


# --- what the reader is told


def test_the_report_explained():
    told = logs.explain(logs.parse(REPORT))
    assert "12 entries, epochs 489 to 500 of 500" in told and len(told.splitlines()) <= 24
    assert "last batch of an epoch" in told and "no accuracies" in told
    assert "real_score 0.9583, fake_score 0.0423" in told
    assert "Verdict: the discriminator is winning." in told
    assert "holds on all 12 entries, tightest margin 0.0004" in told
    assert "fails on 5 of 12 (epoch 490, 492, 495, 496, 499)" in told
    assert "proves neither who wins nor that the images are good" in told
    assert "moved: " not in told and "g_loss above, real_score above, fake_score below" in told
    assert "How sure is that: in the lab a log alone suggests the right one of 17 for" in told
    assert told.splitlines()[-1].startswith("No log shows how good")
    assert told.isascii(), "for any terminal"


def test_losses_alone_explained():
    told = logs.explain(logs.parse(KERAS))
    assert "no scores" in told and "this log cannot tell" in told and ">=" not in told


def test_a_log_of_our_own_explained(tmp_path):
    np.save(tmp_path / "losses.npy", np.tile(np.float32([0.9, 1.5, 0.7, 0.3]), (200, 1)))
    told = logs.explain(logs.read(tmp_path))
    assert "200 entries, steps 1 to 200." in told and "of one batch" in told and "last 20:" in told


# --- what the diagnosis lab makes of it


def test_the_labs_measures_of_a_log_are_those_of_its_end():
    """Of epochs there is no change from step to step; nor of every fiftieth step."""
    found = logs.measures(logs.parse(REPORT))
    assert found.keys() == {"d_loss", "g_loss", "real_score", "fake_score"}
    assert found["d_loss"] == pytest.approx(0.09040)  # by hand, of the last ten
    assert "d_swing" not in logs.measures(logs.parse(TUTORIAL))


def test_the_swing_is_measured_where_every_step_is_logged(tmp_path):
    values = np.tile(np.float32([[1.0, 0.8, 0.6, 0.3], [1.2, 0.9, 0.6, 0.3]]), (100, 1))
    np.save(tmp_path / "losses.npy", values)
    found = logs.measures(logs.read(tmp_path))
    assert found["d_swing"] == pytest.approx(0.2) and found["g_swing"] == pytest.approx(0.1)


def test_an_averaged_loss_is_doubled_before_it_is_compared():
    fair = dict(real_score=0.5, fake_score=0.5, g_loss=0.69)
    assert logs.measures(constant(d_loss=0.70, **fair))["d_loss"] == pytest.approx(1.40)
    assert logs.measures(constant(d_loss=1.40, **fair))["d_loss"] == pytest.approx(1.40)


def test_a_log_like_those_of_one_fault_is_told_its_name():
    record = read_record(committed("diagnosis"))
    ill = next(run for run in record["runs"] if run["arm"] == "wrong-optimizer" and run["counted"])
    log = constant(**{name: ill["measures"][name] for name in METRICS})
    told = logs.explain(log)
    first = told.split("these logs moved")[1].splitlines()[1]
    assert record["faults"]["wrong-optimizer"]["title"] in first, told


def test_a_log_without_losses_is_not_compared():
    text = "Epoch [1/9], real_score: 0.9, fake_score: 0.1"
    assert logs.measures(logs.parse(text)).keys() == {"real_score", "fake_score"}
    assert "How sure is that" in logs.explain(logs.parse(text))


# --- the command


def run(*arguments, code=0, **options):
    command = [sys.executable, "-m", "gancourse.cli", "read", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, **options)
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout if code == 0 else done.stderr


def test_the_command_reads_a_file_and_standard_input(tmp_path):
    (tmp_path / "log.txt").write_text(REPORT)
    told = run(str(tmp_path / "log.txt"))
    assert told == logs.explain(logs.parse(REPORT)) + "\n"
    assert run("-", input=REPORT) == told == run(str(tmp_path))


def test_the_command_refuses_in_one_message(tmp_path):
    error = run("-", code=1, input=changed(3, "0.9727", "0.9x27"))
    assert (
        error.startswith("gancourse: standard input, line 3 is garbled") and error.count("\n") == 1
    )
    assert "neither losses.npy nor log.txt" in run(str(tmp_path), code=1)
    assert "cannot read a log at" in run(str(tmp_path / "none.txt"), code=1)
