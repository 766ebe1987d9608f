"""Losses and scores, with the values at chance."""

import dataclasses

import numpy as np
import pytest

from gancourse import figures, logs
from gancourse.history import History


def test_loss_curves_have_the_chance_lines():
    names = ("d_loss", "g_loss", "real_score", "fake_score")
    curves = {"images_seen": list(range(100))} | {name: np.linspace(0, 1, 100) for name in names}
    losses, scores = figures.loss_curves(curves, window=10).axes
    levels = [
        line.get_ydata()[0]
        for axes in (losses, scores)
        for line in axes.lines
        if line.get_linestyle() == ":"
    ]
    assert levels == pytest.approx([2 * np.log(2), 0.5])


def test_loss_views_tell_the_epochs_mean_from_its_last_step():
    values = np.array([1.0, 1.0, 4.0, 2.0, 2.0, 5.0])
    every, last, mean = figures.loss_views({"d_loss": values}, per_epoch=3).axes[0].lines
    assert np.array_equal(every.get_ydata(), values.astype(np.float32))
    assert last.get_ydata().tolist() == [4.0, 5.0] and mean.get_ydata().tolist() == [2.0, 3.0]


def test_log_curves_and_probabilities():
    text = "Epoch [1/2], loss_g: 1.0, loss_d: 1.2, real_score: 0.6, fake_score: 0.4\n"
    losses, scores = figures.log_curves(logs.parse(text + text.replace("[1/", "[2/"))).axes
    levels = [line.get_ydata()[0] for axes in (losses, scores) for line in axes.lines]
    for level in (2 * np.log(2), np.log(2), 0.5):
        assert any(np.isclose(level, each) for each in levels)
    panels = figures.probabilities({"real": np.array([0.5, 1.0]), "fake": np.zeros(4)}).axes
    assert len(panels) == 2
    assert any(line.get_xdata()[0] == 0.75 for line in panels[0].lines), "the mean is the score"


def levels(axes):
    return [line.get_ydata()[0] for line in axes.lines if line.get_linestyle() == ":"]


def test_curves_of_another_objective_have_its_chance_lines():
    metrics = ("d_loss", "g_loss", "real_logit", "fake_logit")
    values = np.linspace(-3, 3, 80, dtype=np.float32).reshape(20, 4)
    hinge = History(values, 8, metrics=metrics, chance={"d_loss": 2.0})
    losses, answers = figures.loss_curves(hinge, window=2).axes
    assert levels(losses) == [2.0] and levels(answers) == []
    assert any(text.get_text() == "2: D at chance" for text in losses.texts)
    assert "not a probability" in answers.get_title() and answers.get_ylim()[0] < 0
    losses, answers = figures.loss_curves(hinge.curves()).axes
    assert levels(losses) == levels(answers) == [], "a dict of curves does not say"


def test_a_log_of_another_objective_has_its_chance_lines():
    line = "Epoch [1/2], loss_g: 0.6, loss_d: 0.8, real_logit: 0.5, fake_logit: -0.4\n"
    log = logs.parse(line + line.replace("[1/", "[2/"))
    losses, answers = figures.log_curves(log).axes
    assert levels(losses) == levels(answers) == []
    both = dataclasses.replace(log, chance={"d_loss": np.log(2), "g_loss": np.log(2)})
    losses, _ = figures.log_curves(both).axes
    assert levels(losses) == [pytest.approx(np.log(2))]
    assert [text.get_text() for text in losses.texts] == ["ln 2: D and G at chance"]
