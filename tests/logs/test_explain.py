"""What the reader of a log is told, in Python and by `gancourse read`."""

import numpy as np
import pytest
from a_command import run
from a_log import KERAS, REPORT, TUTORIAL, changed, constant

from gancourse import logs
from gancourse.history import METRICS
from gancourse.runs import committed, read_record

# --- what the reader is told


def test_the_report_explained():
    told = logs.explain(logs.parse(REPORT))
    assert "12 entries, epochs 489 to 500 of 500" in told and len(told.splitlines()) <= 24
    assert "last batch of an epoch" in told and "not accuracies" in told
    assert "real_score 0.9583, fake_score 0.0423" in told
    assert "Verdict: the discriminator is winning." in told
    assert "holds on all 12 entries, tightest margin 0.0004" in told
    assert "fails on 5 of 12 (epoch 490, 492, 495, 496, 499)" in told
    assert "proves neither who wins nor that the images are good" in told
    assert "moved: " not in told and "g_loss above, real_score above, fake_score below" in told
    assert "How sure is that: there, a log alone suggests the right one of 17 for" in told
    assert told.splitlines()[-1].startswith("No log shows how good")
    assert told.isascii(), "for any terminal"


def test_losses_alone_explained():
    told = logs.explain(logs.parse(KERAS))
    assert "no scores" in told and "this log cannot tell" in told and ">=" not in told


def test_a_log_of_our_own_explained(tmp_path):
    np.save(tmp_path / "losses.npy", np.tile(np.float32([0.9, 1.5, 0.7, 0.3]), (200, 1)))
    told = logs.explain(logs.read(tmp_path))
    assert "200 entries, steps 1 to 200." in told and "of one batch" in told and "last 20:" in told


# --- what the diagnosis makes of it


def test_the_metrics_that_a_diagnosis_compares_are_of_the_end_of_a_log():
    """Of epochs there is no change from step to step; nor of every fiftieth step."""
    metrics = logs.diagnosis_metrics(logs.parse(REPORT))
    assert metrics.keys() == {"d_loss", "g_loss", "real_score", "fake_score"}
    assert metrics["d_loss"] == pytest.approx(0.09040)  # by hand, of the last ten
    assert "d_swing" not in logs.diagnosis_metrics(logs.parse(TUTORIAL))


def test_the_swing_is_measured_where_every_step_is_logged(tmp_path):
    values = np.tile(np.float32([[1.0, 0.8, 0.6, 0.3], [1.2, 0.9, 0.6, 0.3]]), (100, 1))
    np.save(tmp_path / "losses.npy", values)
    metrics = logs.diagnosis_metrics(logs.read(tmp_path))
    assert metrics["d_swing"] == pytest.approx(0.2) and metrics["g_swing"] == pytest.approx(0.1)


def test_an_averaged_loss_is_doubled_before_it_is_compared():
    fair = dict(real_score=0.5, fake_score=0.5, g_loss=0.69)
    assert logs.diagnosis_metrics(constant(d_loss=0.70, **fair))["d_loss"] == pytest.approx(1.40)
    assert logs.diagnosis_metrics(constant(d_loss=1.40, **fair))["d_loss"] == pytest.approx(1.40)


def test_a_log_like_those_of_one_fault_is_told_its_name():
    record = read_record(committed("diagnosis"))
    ill = next(run for run in record["runs"] if run["arm"] == "wrong-optimizer" and run["counted"])
    log = constant(**{name: ill["metrics"][name] for name in METRICS})
    told = logs.explain(log)
    first = told.split("these logs moved")[1].splitlines()[1]
    assert record["faults"]["wrong-optimizer"]["title"] in first, told


def test_a_log_without_losses_is_not_compared():
    text = "Epoch [1/9], real_score: 0.9, fake_score: 0.1"
    assert logs.diagnosis_metrics(logs.parse(text)).keys() == {"real_score", "fake_score"}
    assert "How sure is that" in logs.explain(logs.parse(text))


# --- the command


def test_the_command_reads_a_file_and_standard_input(tmp_path):
    (tmp_path / "log.txt").write_text(REPORT)
    told = run("read", str(tmp_path / "log.txt"))
    assert told == logs.explain(logs.parse(REPORT)) + "\n"
    assert run("read", "-", input=REPORT) == told == run("read", str(tmp_path))


def test_the_command_refuses_in_one_message(tmp_path):
    error = run("read", "-", code=1, input=changed(3, "0.9727", "0.9x27"))
    assert (
        error.startswith("gancourse: standard input, line 3 is garbled") and error.count("\n") == 1
    )
    assert "neither losses.npy nor log.txt" in run("read", str(tmp_path), code=1)
    assert "cannot read a log at" in run("read", str(tmp_path / "none.txt"), code=1)


def test_a_log_of_logits_is_said_to_be_one():
    line = "Epoch [1/1], loss_g: -0.5, loss_d: 1.2, real_logit: 0.7, fake_logit: -0.2\n"
    told = logs.explain(logs.parse(line))
    assert "mean logits of D on real images and on fakes, not probabilities" in told
    assert "cannot be compared" in told and "Of its counted runs" not in told
    assert "real_logit 0.7000, fake_logit -0.2000" in told and "A D that cannot tell" not in told
    assert logs.diagnosis_metrics(logs.parse(line)) == {}
