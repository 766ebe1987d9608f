"""Logs of four formats are read as they are; bad ones are refused with their line."""

import numpy as np
import pytest
from a_log import KERAS, LINES, REPORT, TUTORIAL, changed

from gancourse import GancourseError, logs
from gancourse.history import METRICS, History, log_line

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
        (changed(3, "0.9727", "1.9727"), "line 3: real_score is 1.9727, but it must be from 0 to 1"),
        (changed(3, "0.0487", "-0.0487"), "line 3: fake_score is -0.0487, but it must be from 0 to 1"),
        (changed(3, "0.0793", "nan"), "line 3: d_loss is nan, not a finite number"),
        (changed(3, "4.3958", "inf"), "line 3: g_loss is inf, not a finite number"),
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
        (saved(np.zeros((50, 4)), -7), "is not an array of numbers, or is damaged"),
        (saved(np.zeros((50, 4)), 20), "is not an array of numbers, or is damaged"),
        (lambda path: path.write_bytes(b"PK\x03\x04"), "is not an array of numbers, or is damaged"),
        (saved(np.array([{"a": 1}], object)), "is not an array of numbers, or is damaged"),
        (saved(np.zeros((50, 3))), "is float64 (50, 3): it must be a table of floats"),
        (saved(np.zeros(4)), "it must be a table of floats"),
        (saved(np.zeros((5, 4), int)), "it must be a table of floats"),
        (saved(np.zeros((0, 4))), "is empty: no step was trained"),
        (saved(with_nan()), "losses.npy, step 5: g_loss is nan, not a finite number"),
        (saved(np.full((9, 4), 1.5)), "losses.npy, step 1: real_score is 1.5, but it must be from 0 to 1"),
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


def trained(folder, **changes):
    """A run folder as `gancourse train` leaves it, of two epochs."""
    from gancourse import recipes, runs

    settings = {"steps": "44", "g_widths": "8", "d_widths": "8", "latent": "4"} | changes
    recipe = recipes.recipe("mnist_cgan", "reduced", settings)
    runs.train_recipe("mnist_cgan", "reduced", recipe, 0, folder)
    return folder


def test_a_run_of_another_objective_is_read_as_its_record_says(tmp_path):
    folder = trained(tmp_path / "run", objective="hinge")
    steps, epochs = logs.read(folder), logs.read(folder / "log.txt")
    metrics = ["d_loss", "g_loss", "real_logit", "fake_logit"]
    assert list(steps.values) == metrics and set(epochs.values) == set(metrics)
    assert steps.chance == epochs.chance == {"d_loss": 2.0} and not steps.probabilities
    assert len(steps) == 44 and len(epochs) == 2
    for metric in metrics:
        assert epochs.values[metric][0] == pytest.approx(steps.values[metric][:22].mean(), abs=6e-5)
    (folder / "record.json").unlink()
    assert logs.read(folder / "log.txt").chance == {}, "nothing says which objective it was"


def test_a_saturating_run_is_at_chance_at_minus_ln_2(tmp_path):
    log = logs.read(trained(tmp_path / "run", objective="saturating"))
    assert log.probabilities and log.chance["g_loss"] == pytest.approx(-np.log(2))
    assert "g" not in logs.jensen(log), "the bound of -log D(G(z)) says nothing of log(1 - D(G(z)))"
    assert logs.jensen(log)["convention"] == "summed"
