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
LEVELS = {2 * math.log(2): "2 ln 2", math.log(2): "ln 2", -math.log(2): "-ln 2"}  # by name


def loss_curves(history, title: str = "", note: str = "", window: int = 50):
    """Losses and scores over images seen, per step (pale) and averaged over `window` steps, with D's values at chance.

    Parameters
    ----------
    history : gancourse.torch_gan.History or dict
        Anything that has "images_seen", "d_loss", "g_loss", and D's mean answers, "real_score" and "fake_score" or, of
        an objective without probabilities, "real_logit" and "fake_logit", as the curves of a record. The values at
        chance are its own, where it has `chance`; those of a cross-entropy game, where a dict has scores.
    title, note : str
        Stand above and below.
    window : int
        Steps, of the running mean.
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
    """Losses and scores of a training log, a marker an entry, with the values at chance of both losses and the scores.

    Parameters
    ----------
    log : gancourse.logs.Log
        With both losses and D's two mean answers.
    title, note : str
        Stand above and below.
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
    """Draw what metrics are where D cannot tell real from fake, those that have such a value; equal ones once."""
    whose: dict[float, list[str]] = {}
    for metric in metrics:
        if metric in chance:
            whose.setdefault(chance[metric], []).append("G" if metric == "g_loss" else "D")
    for level, players in whose.items():
        name = f"{LEVELS.get(level, f'{level:g}')}: {' and '.join(players)} at chance"
        mark_level(axes, level, name if named else "")


def loss_views(history, per_epoch: int, metric: str = "d_loss", title: str = "", note: str = ""):
    """One loss in three views: every step, the mean of each epoch, and the last step of each epoch.

    Parameters
    ----------
    history : gancourse.history.History or dict
        Anything that has `metric`, one value a step.
    per_epoch : int
        Steps an epoch.
    metric : str
        Which loss.
    title, note : str
        Stand above and below.
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
    curves : dict
        Name to a pair of arrays like `logits`: values and absolute gradients.
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
    """Axes, metric, name and colour of all four curves."""
    return [(losses, *curve) for curve in LOSSES] + [(scores, *curve) for curve in answers]


def _answers(history) -> tuple:
    """D's mean answers that there are: probabilities or logits."""
    names = getattr(history, "metrics", history)
    return SCORES if SCORES[0][0] in names else LOGITS


def _chance(history) -> dict:
    """The values at chance of a History; of a record's curves those of a cross-entropy, where they hold scores."""
    return getattr(history, "chance", CHANCE if _answers(history) is SCORES else {})


def _name_answers(axes, answers, top: float) -> None:
    """Title and limits of the axes of D's mean answers."""
    if answers is SCORES:
        axes.set(title="mean of D's probability", ylim=(0, top))
    else:
        axes.set(title="mean of D's logit, not a probability")
