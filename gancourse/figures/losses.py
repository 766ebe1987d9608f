"""Losses and scores over training, with their values at chance; losses as functions of D's logit."""

import math

import numpy as np

from gancourse.figures.panels import (
    BLACK,
    BLUE,
    DOTTED,
    ORANGE,
    VERMILLION,
    mark_level,
    panels,
)
from gancourse.history import CHANCE

LOSSES = (("d_loss", "D", BLUE), ("g_loss", "G", ORANGE))
SCORES = (("real_score", "real images", BLUE), ("fake_score", "fake images", ORANGE))
LOGITS = (("real_logit", "real images", BLUE), ("fake_logit", "fake images", ORANGE))
LEVELS = {2 * math.log(2): "2 ln 2", math.log(2): "ln 2", -math.log(2): "-ln 2"}  # names of values


def loss_curves(history, title: str = "", note: str = "", window: int = 50):
    """Losses and scores over images seen, per step (pale) and averaged over `window` steps, with D's values at chance.

    Parameters
    ----------
    history : gancourse.history.History or dict
        A history, or the curves of a record: anything with "images_seen", "d_loss", "g_loss" and D's mean answers,
        which are "real_score" and "fake_score" or, if the objective has no probabilities, "real_logit" and
        "fake_logit". The values at chance are the history's own; a dict with scores gets those of cross-entropies.
    title : str
        The title above the figure.
    note : str
        Small text below the figure.
    window : int
        How many steps the running mean covers.
    """
    with panels(8.5, 3.1, 2, title=title, note=note) as (figure, losses, scores):
        draw_losses(losses, scores, history, window)
    return figure


def draw_losses(losses, scores, history, window: int) -> None:
    """Draw what `loss_curves` shows on two given axes."""
    seen = np.asarray(history["images_seen"]) / 1000
    window = min(window, len(seen))
    answers, chance = _answers(history), _chance(history)
    for axes, metric, name, colour in _where(losses, scores, answers):
        values = history[metric]
        axes.plot(seen, values, color=colour, alpha=0.2, linewidth=0.5)
        smooth = np.convolve(values, np.ones(window) / window, mode="valid")
        axes.plot(seen[window - 1 :], smooth, color=colour, label=name)
    mark_chance(losses, chance, "d_loss")
    mark_chance(scores, chance, answers[0][0], named=False)
    both = [history[metric] for metric, _, _ in LOSSES]
    bottom, top = np.percentile(both, 0.5), np.percentile(both, 99.5)
    highest = top * 1.1 if answers is LOGITS else min(6, top * 1.1)
    losses.set(title="loss", ylim=(min(0, bottom * 1.1), highest))
    if top > 40:  # of a run that diverged a linear axis would show nothing
        losses.set(yscale="symlog", ylim=(min(0, bottom * 1.1), top * 10))
    _name_answers(scores, answers, 1)
    for axes in (losses, scores):
        axes.set_xlabel("thousand images seen")


def log_curves(log, title: str = "", note: str = ""):
    """Losses and scores of a training log, one marker per entry, with the values of losses and scores at chance.

    Parameters
    ----------
    log : gancourse.logs.Log
        A log with both losses and D's two mean answers.
    title : str
        The title above the figure.
    note : str
        Small text below the figure.
    """
    with panels(8.5, 3.1, 2, title=title, note=note) as (figure, losses, scores):
        answers = _answers(log.values)
        for axes, metric, name, colour in _where(losses, scores, answers):
            axes.plot(log.at, log.values[metric], "o-", color=colour, markersize=4, label=name)
        mark_chance(losses, log.chance, "d_loss", "g_loss")
        mark_chance(scores, log.chance, answers[0][0])
        both = [log.values[metric] for metric, _, _ in LOSSES]
        losses.set(title="loss", ylim=(None if np.min(both) < 0 else 0, None))
        _name_answers(scores, answers, 1.02)
        scores.legend(loc=(0.02, 0.55))  # between the scores, above the line
        for axes in (losses, scores):
            axes.set_xlabel(log.unit)
            axes.xaxis.get_major_locator().set_params(integer=True)
    return figure


def mark_chance(axes, chance: dict, *metrics: str, named: bool = True) -> None:
    """Mark the values that metrics have if D cannot tell real from fake; equal values share one line.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
        The axes to draw on.
    chance : dict of float
        The values at chance, under the metrics' names; a metric without such a value is left out.
    metrics : str
        The metrics to mark.
    named : bool
        Whether the lines get a text.
    """
    whose: dict[float, list[str]] = {}
    for metric in metrics:
        if metric in chance:
            whose.setdefault(chance[metric], []).append("G" if metric == "g_loss" else "D")
    for level, networks in whose.items():
        name = f"{LEVELS.get(level, f'{level:g}')}: {' and '.join(networks)} at chance"
        mark_level(axes, level, name if named else "")


def loss_views(history, per_epoch: int, metric: str = "d_loss", title: str = "", note: str = ""):
    """One loss in three views: every step, the mean of each epoch, and the last step of each epoch.

    Parameters
    ----------
    history : gancourse.history.History or dict
        Anything that has `metric`, with one value per step.
    per_epoch : int
        Steps per epoch.
    metric : str
        The name of the loss.
    title : str
        The title above the figure.
    note : str
        Small text below the figure.
    """
    values = np.asarray(history[metric], np.float32)
    epochs = len(values) // per_epoch
    whole = values[: epochs * per_epoch].reshape(epochs, per_epoch)
    ends = np.arange(1, epochs + 1)
    steps = np.arange(1, len(values) + 1) / per_epoch
    with panels(8.0, 3.1, note=note) as (figure, axes):
        axes.plot(steps, values, color=BLUE, alpha=0.25, linewidth=0.5, label="every step")
        axes.plot(ends, whole[:, -1], "o-", color=VERMILLION, linewidth=1, markersize=3,
                  label="last step of the epoch")  # fmt: skip
        axes.plot(ends, whole.mean(axis=1), color=BLACK, linewidth=2, label="mean of the epoch")
        axes.set(xlabel="epoch", ylabel=metric, ylim=(0, np.percentile(values, 99.5) * 1.1))
        axes.set_title(title)
    return figure


def loss_shapes(logits, curves: dict):
    """Losses and the size of their gradients against D's logit.

    Parameters
    ----------
    logits : ndarray
        The logits, in ascending order.
    curves : dict of tuple
        For each loss, under its name, two arrays like `logits`: its values and its absolute gradients.
    """
    with panels(8.0, 2.9, 2) as (figure, left, right):
        for name, (values, slopes) in curves.items():
            left.plot(logits, values, label=name)
            right.plot(logits, slopes, label=name)
        for axes, title in ((left, "loss"), (right, "size of the gradient")):
            axes.axvline(0, **DOTTED)
            axes.set(xlabel="D's logit for the fake", title=title)
    return figure


def _where(losses, scores, answers):
    """The axes, metric, name and colour of each of the four curves."""
    return [(losses, *curve) for curve in LOSSES] + [(scores, *curve) for curve in answers]


def _answers(history) -> tuple:
    """The curves of D's mean answers: probabilities or logits, whichever the history has."""
    names = getattr(history, "metrics", history)
    return SCORES if SCORES[0][0] in names else LOGITS


def _chance(history) -> dict:
    """A History's own values at chance; those of cross-entropies for a record's curves with scores."""
    return getattr(history, "chance", CHANCE if _answers(history) is SCORES else {})


def _name_answers(axes, answers, top: float) -> None:
    """Set the title and the limits of the axes of D's mean answers."""
    if answers is SCORES:
        axes.set(title="mean of D's probability", ylim=(0, top))
    else:
        axes.set(title="mean of D's logit, not a probability")
