"""Losses and scores over training, with the values at chance; losses as functions of D's logit."""

import numpy as np

from gancourse.figures.panels import BLACK, BLUE, ORANGE, VERMILLION, add_note, new_figure


def loss_curves(history, title: str = "", note: str = "", window: int = 50):
    """Losses and scores over images seen, per step (pale) and averaged over `window` steps, with the chance lines.

    Parameters
    ----------
    history : gancourse.torch_gan.History or dict
        Anything that has "images_seen", "d_loss", "g_loss", "real_score" and "fake_score", as the curves of a record.
    """
    figure = new_figure(8.5, 3.1)
    draw_losses(*figure.subplots(1, 2), history, window)
    if title:
        figure.suptitle(title, fontsize=11)
    add_note(figure, note)
    figure.tight_layout()
    return figure


def loss_views(history, per_epoch: int, metric: str = "d_loss", title: str = "", note: str = ""):
    """One loss in three views: every step, the mean of each epoch, and the last step of each epoch.

    Parameters
    ----------
    history : gancourse.history.History or dict
        Anything that has `metric`, one value a step.
    per_epoch : int
        Steps an epoch.
    """
    values = np.asarray(history[metric], np.float32)
    epochs = len(values) // per_epoch
    whole = values[: epochs * per_epoch].reshape(epochs, per_epoch)
    ends = np.arange(1, epochs + 1)
    figure = new_figure(8.0, 3.1)
    axes = figure.add_subplot()
    steps = np.arange(1, len(values) + 1) / per_epoch
    axes.plot(steps, values, color=BLUE, alpha=0.25, linewidth=0.5, label="every step")
    axes.plot(ends, whole[:, -1], "o-", color=VERMILLION, linewidth=1, markersize=3,
              label="last step of the epoch")  # fmt: skip
    axes.plot(ends, whole.mean(axis=1), color=BLACK, linewidth=2, label="mean of the epoch")
    axes.set(xlabel="epoch", ylabel=metric, ylim=(0, np.percentile(values, 99.5) * 1.1))
    axes.set_title(title, fontsize=11)
    axes.legend(frameon=False, fontsize=9)
    axes.spines[["top", "right"]].set_visible(False)
    add_note(figure, note)
    figure.tight_layout()
    return figure


def log_curves(log, title: str = "", note: str = ""):
    """Losses and scores of a training log, a marker an entry, with the chance lines of both losses and of the scores.

    Parameters
    ----------
    log : gancourse.logs.Log
        With all four metrics of `gancourse.history.METRICS`.
    """
    figure = new_figure(8.5, 3.1)
    losses, scores = figure.subplots(1, 2)
    for axes, metric, name, colour in (
        (losses, "d_loss", "D", BLUE),
        (losses, "g_loss", "G", ORANGE),
        (scores, "real_score", "real images", BLUE),
        (scores, "fake_score", "fake images", ORANGE),
    ):
        axes.plot(log.at, log.values[metric], "o-", color=colour, markersize=4, label=name)
    beside = {"xytext": (0, 2), "textcoords": "offset points", "ha": "right", "fontsize": 8}
    for axes, level, name in (
        (losses, 2 * np.log(2), "2 ln 2: D at chance"),
        (losses, np.log(2), "ln 2: G at chance"),
        (scores, 0.5, "0.5: D at chance"),
    ):
        axes.axhline(level, color=BLACK, linestyle=":", linewidth=1)
        axes.annotate(name, (log.at[-1], level), **beside)
    losses.set(title="loss", ylim=(0, None))
    scores.set(title="mean of D's probability", ylim=(0, 1))
    losses.legend(frameon=False, fontsize=9)
    scores.legend(frameon=False, fontsize=9, loc=(0.02, 0.55))  # between the scores, above the line
    for axes in (losses, scores):
        axes.set_xlabel(log.unit)
        axes.xaxis.get_major_locator().set_params(integer=True)
        axes.spines[["top", "right"]].set_visible(False)
    if title:
        figure.suptitle(title, fontsize=11)
    add_note(figure, note)
    figure.tight_layout()
    return figure


def loss_shapes(logits, curves: dict):
    """Losses and the size of their gradients against D's logit.

    Parameters
    ----------
    logits : ndarray
    curves : dict
        Name to a pair of arrays like `logits`: values and absolute gradients.
    """
    figure = new_figure(8.0, 2.9)
    left, right = figure.subplots(1, 2)
    for (name, (values, slopes)), colour in zip(curves.items(), (BLUE, ORANGE), strict=False):
        left.plot(logits, values, color=colour, label=name)
        right.plot(logits, slopes, color=colour, label=name)
    for axes, title in ((left, "loss"), (right, "size of the gradient")):
        axes.axvline(0, color=BLACK, linestyle=":", linewidth=1)
        axes.set(xlabel="D's logit for the fake", title=title)
        axes.legend(frameon=False, fontsize=9)
        axes.spines[["top", "right"]].set_visible(False)
    figure.tight_layout()
    return figure


def draw_losses(losses, scores, history, window: int):
    """Both losses and both scores over images seen, with their chance lines, on two axes."""
    seen = np.asarray(history["images_seen"]) / 1000
    both = [history["d_loss"], history["g_loss"]]
    bottom, top = np.percentile(both, 0.5), np.percentile(both, 99.5)
    window = min(window, len(seen))
    for axes, metric, name, colour in (
        (losses, "d_loss", "D", BLUE),
        (losses, "g_loss", "G", ORANGE),
        (scores, "real_score", "real images", BLUE),
        (scores, "fake_score", "fake images", ORANGE),
    ):
        values = history[metric]
        axes.plot(seen, values, color=colour, alpha=0.2, linewidth=0.5)
        smooth = np.convolve(values, np.ones(window) / window, mode="valid")
        axes.plot(seen[window - 1 :], smooth, color=colour, label=name)
        axes.set_xlabel("thousand images seen")
    losses.axhline(2 * np.log(2), color=BLACK, linestyle=":", linewidth=1)
    chance = {"xytext": (0, 3), "textcoords": "offset points", "ha": "right", "fontsize": 8}
    losses.annotate("2 ln 2: D at chance", (seen[-1], 2 * np.log(2)), **chance)
    losses.set(title="loss", ylim=(min(0, bottom * 1.1), min(6, top * 1.1)))
    if top > 40:  # of a run that diverged a linear axis would show nothing
        losses.set(yscale="symlog", ylim=(min(0, bottom * 1.1), top * 10))
    scores.axhline(0.5, color=BLACK, linestyle=":", linewidth=1)
    scores.set(title="mean of D's probability", ylim=(0, 1))
    for axes in (losses, scores):
        axes.legend(frameon=False, fontsize=9)
        axes.spines[["top", "right"]].set_visible(False)
