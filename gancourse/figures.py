"""The course's figures: image grids, curves, and the two axes of a conditional generator."""

import numpy as np

from gancourse import GancourseError

# Okabe and Ito's palette: told apart by readers with any colour vision, and in print.
BLUE, ORANGE, GREEN, VERMILLION, PURPLE, SKY, BLACK = (
    "#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#56B4E9", "#000000",
)  # fmt: skip
REDUCED = (
    "reduced run on embedded data"  # printed on every figure whose numbers come from such a run
)


def tile(images, columns: int, padding: int = 2, background: int = 0) -> np.ndarray:
    """Lay images out in rows of `columns`, `padding` pixels between them and around.

    Parameters
    ----------
    images : ndarray, shape (N, H, W, C), uint8 or float in [0, 1]

    Returns
    -------
    ndarray, uint8, (rows · (H + padding) + padding, columns · (W + padding) + padding), with a last axis of 3 for
    colour
    """
    images = np.asarray(images)
    if images.ndim != 4 or not len(images):
        raise GancourseError(f"a grid needs images of shape (N, H, W, C), got {images.shape}")
    if images.dtype != np.uint8:
        images = np.round(np.clip(images, 0, 1) * 255).astype(np.uint8)
    count, height, width, channels = images.shape
    rows = -(-count // columns)
    grid = np.full(
        (rows * (height + padding) + padding, columns * (width + padding) + padding, channels),
        background,
        np.uint8,
    )
    for index, image in enumerate(images):
        top = padding + (index // columns) * (height + padding)
        left = padding + (index % columns) * (width + padding)
        grid[top : top + height, left : left + width] = image
    return grid[..., 0] if channels == 1 else grid


def show_grid(
    images,
    columns: int,
    title: str = "",
    row_labels=None,
    column_labels=None,
    note: str = "",
    width=6.0,
):
    """A figure of `tile(images, columns)`, enlarged without smoothing; returns the matplotlib Figure.

    `note` is printed below: say there what the images are of, REDUCED for a reduced run.
    """
    grid = tile(images, columns, padding=1, background=90)
    rows = -(-len(images) // columns)
    figure = _figure(width, width * grid.shape[0] / grid.shape[1] + 0.3 * bool(title) + 0.1)
    axes = figure.add_subplot()
    axes.imshow(grid, cmap="gray", vmin=0, vmax=255, interpolation="nearest")
    cell_height, cell_width = images.shape[1] + 1, images.shape[2] + 1
    axes.set_yticks(
        (np.arange(rows) + 0.5) * cell_height, row_labels if row_labels is not None else [""] * rows
    )
    axes.set_xticks((np.arange(columns) + 0.5) * cell_width, column_labels or [""] * columns)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    axes.set_title(title, fontsize=11)
    _note(figure, note)
    figure.tight_layout()
    return figure


def show_picture(pixels, width: float = 6.0, note: str = ""):
    """A figure of one picture, uint8 (H, W) or (H, W, 3), such as a grid from a record, enlarged without smoothing."""
    figure = _figure(width, width * pixels.shape[0] / pixels.shape[1] + 0.15 * bool(note))
    axes = figure.add_subplot()
    axes.imshow(pixels, cmap="gray", vmin=0, vmax=255, interpolation="nearest")
    axes.set_axis_off()
    _note(figure, note)
    figure.tight_layout()
    return figure


def loss_curves(history, title: str = "", note: str = "", window: int = 50):
    """Losses and scores over images seen, per step (pale) and averaged over `window` steps, with the chance lines.

    Parameters
    ----------
    history : gancourse.torch_gan.History or dict
        Anything that has "images_seen", "d_loss", "g_loss", "real_score" and "fake_score", as the curves of a record.
    """
    figure = _figure(8.5, 3.1)
    _draw_losses(*figure.subplots(1, 2), history, window)
    if title:
        figure.suptitle(title, fontsize=11)
    _note(figure, note)
    figure.tight_layout()
    return figure


def two_axes(arms: dict, title: str = "", note: str = ""):
    """Agreement against diversity, one marker a seed, one colour and shape an arm; the good corner is top right.

    Parameters
    ----------
    arms : dict
        Name to a list of (agreement, std_ratio), one pair a seed.
    """
    figure = _figure(7.5, 4.0)
    axes = figure.add_subplot()
    colours, markers = (BLUE, ORANGE, GREEN, VERMILLION, PURPLE, SKY, BLACK), "osD^vPX<*"
    for index, (name, pairs) in enumerate(arms.items()):
        agreement, spread = np.array(pairs).T
        axes.scatter(
            spread,
            agreement,
            s=36,
            c=colours[index % 7],
            marker=markers[index % 9],
            label=name,
            alpha=0.8,
        )
    axes.axhline(0.1, color=BLACK, linestyle=":", linewidth=1)
    axes.annotate("chance: 1 in 10", (0.0, 0.1), va="bottom", fontsize=8)
    axes.axvline(1.0, color=BLACK, linestyle=":", linewidth=1)
    axes.annotate(
        "as varied as real digits", (1.0, 0.23), ha="right", va="bottom", fontsize=8, rotation=90
    )
    axes.set(
        xlabel="within-class std, share of the real",
        ylabel="label agreement",
        ylim=(0, 1.04),
        title=title,
    )
    axes.set_xlim(left=-0.03)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, fontsize=9, loc="center left", bbox_to_anchor=(1.0, 0.5))
    _note(figure, note)
    figure.tight_layout()
    return figure


def class_scores(card: dict, title: str = "", note: str = ""):
    """A bar for the agreement of each class of a score card."""
    figure = _figure(6.5, 2.6)
    axes = figure.add_subplot()
    values = card["agreement_by_class"]
    bars = axes.bar(range(len(values)), values, color=BLUE)
    axes.bar_label(bars, [f"{value:.2f}" for value in values], fontsize=8, padding=1)
    axes.set(
        xticks=range(len(values)),
        xlabel="class",
        ylabel="label agreement",
        ylim=(0, 1.12),
        title=title,
    )
    axes.spines[["top", "right"]].set_visible(False)
    _note(figure, note)
    figure.tight_layout()
    return figure


def densities(x, p_data, p_g, d=None, trained=None, names=("data", "generator")):
    """Two densities and, on a second axis, discriminators: the optimal one and a trained one.

    Parameters
    ----------
    x, p_data, p_g : ndarray of one shape
    d, trained : ndarray of that shape, optional
        Probabilities, 0 to 1.
    names : pair of str
        Of the two densities, for the legend.
    """
    figure = _figure(6.5, 3.0)
    axes = figure.add_subplot()
    for density, colour, name in ((p_data, BLUE, names[0]), (p_g, ORANGE, names[1])):
        axes.fill_between(x, density, color=colour, alpha=0.35, label=name)
        axes.plot(x, density, color=colour, linewidth=1)
    axes.set(xlabel="x", ylabel="density", ylim=(0, None))
    if d is not None:
        second = axes.twinx()
        second.plot(x, d, color=BLACK, label="optimal D")
        if trained is not None:
            second.plot(x, trained, color=VERMILLION, linestyle="--", label="trained D")
        second.axhline(0.5, color=BLACK, linestyle=":", linewidth=1)
        second.set(ylabel="D(x)", ylim=(0, 1.02))
        second.legend(frameon=False, fontsize=9, loc="upper right")
    axes.legend(frameon=False, fontsize=9, loc="upper left")
    figure.tight_layout()
    return figure


def game_paths(game, paths: dict, reach: float = 2.0, labels=("first player", "second player")):
    """The direction field of a game of two numbers, and the paths of players through it.

    Parameters
    ----------
    game : gancourse.toys.Bilinear, gancourse.toys.DiracGAN
    paths : dict
        Name to an array (steps + 1, 2).
    reach : float
        The picture shows -reach to reach on both axes.
    """
    figure = _figure(6.6, 4.2)
    axes = figure.add_subplot()
    ticks = np.linspace(-reach, reach, 15)
    across, up = np.meshgrid(ticks, ticks)
    arrows = np.array([[game.field((a, b)) for a in ticks] for b in ticks])
    axes.quiver(across, up, arrows[..., 0], arrows[..., 1], color="#bbbbbb", width=0.003)
    for (name, path), colour in zip(paths.items(), (VERMILLION, BLUE, GREEN, PURPLE), strict=False):
        axes.plot(path[:, 0], path[:, 1], color=colour, linewidth=1.2, label=name)
        axes.plot(*path[-1], "o", color=colour, markersize=5)
    axes.plot(0, 0, "+", color=BLACK, markersize=12)
    axes.set(xlim=(-reach, reach), ylim=(-reach, reach), xlabel=labels[0], ylabel=labels[1])
    axes.set_aspect("equal")
    axes.legend(frameon=False, fontsize=9, loc="center left", bbox_to_anchor=(1.0, 0.5))
    figure.tight_layout()
    return figure


def point_clouds(clouds: dict, reach: float = 3.0):
    """Generated points over the mixture they should imitate, a panel for each entry.

    Parameters
    ----------
    clouds : dict
        Name to a pair of points (N, 2) and `gancourse.toys.Mixture`.
    reach : float
        A panel shows -reach to reach on both axes.
    """
    figure = _figure(3.2 * len(clouds), 3.3)
    panels = np.atleast_1d(figure.subplots(1, len(clouds)))
    for axes, (name, (points, mixture)) in zip(panels, clouds.items(), strict=True):
        axes.scatter(*mixture.centres.T, s=140, facecolors="none", edgecolors=BLUE)
        axes.scatter(*np.asarray(points).T, s=3, color=ORANGE, alpha=0.5)
        axes.set(xlim=(-reach, reach), ylim=(-reach, reach), xticks=[], yticks=[])
        axes.set_title(name, fontsize=10)
        axes.set_aspect("equal")
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
    figure = _figure(8.0, 2.9)
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


def coverage_curves(runs: dict, every: int, modes: int):
    """Modes covered and share of good samples over training.

    Parameters
    ----------
    runs : dict
        Name to a list of (modes covered, share good), one pair each `every` steps from step 0.
    every, modes : int
    """
    figure = _figure(8.0, 2.9)
    left, right = figure.subplots(1, 2)
    for (name, pairs), colour in zip(runs.items(), (ORANGE, BLUE, GREEN, PURPLE), strict=False):
        covered, good = np.array(pairs).T
        steps = every * np.arange(len(pairs))
        left.plot(steps, covered, color=colour, label=name)
        right.plot(steps, good, color=colour, label=name)
    left.axhline(modes, color=BLACK, linestyle=":", linewidth=1)
    left.set(title="modes covered", ylim=(0, modes * 1.08))
    right.set(title="share of good samples", ylim=(0, 1))
    for axes in (left, right):
        axes.set_xlabel("steps")
        axes.spines[["top", "right"]].set_visible(False)
    right.legend(frameon=False, fontsize=9)
    figure.tight_layout()
    return figure


def overfitting(arms: dict, batch: int, detail=(), note: str = ""):
    """Does D know its training faces from others? The AUC over times seen, and D's mean logits along chosen arms.

    Parameters
    ----------
    arms : dict
        Name to {"faces": N, "dropout": text, "runs": [{"looks": [...]}, ...]}, as `benchmarks/overfitting.py` records.
        Lines are means over runs, bands reach from the smallest to the largest.
    batch : int
        Images a step: a face of N has been seen steps · batch / N times.
    detail : sequence of str
        Arms to show D's mean logits of, a panel each.
    """
    figure = _figure(3.6 * (1 + len(detail)), 3.5)
    first, *others = np.atleast_1d(figure.subplots(1, 1 + len(detail)))
    sizes = sorted({arm["faces"] for arm in arms.values()})
    colours = dict(zip(sizes, (VERMILLION, BLUE, GREEN, PURPLE), strict=False))

    def band(axes, steps, runs, value, colour, style="-", label=None):
        values = np.array([[value(look) for look in run["looks"]] for run in runs])
        axes.fill_between(steps, values.min(axis=0), values.max(axis=0), color=colour, alpha=0.2)
        axes.plot(steps, values.mean(axis=0), style, color=colour, label=label)

    def steps_of(arm):
        return np.array([look["step"] for look in arm["runs"][0]["looks"]])

    for arm in arms.values():
        plain = arm["dropout"].startswith("without")
        label = f"{arm['faces']:,} faces" if plain else None
        seen = steps_of(arm) * batch / arm["faces"]
        band(first, seen, arm["runs"], lambda look: look["auc_training_held_out"],
             colours[arm["faces"]], "-" if plain else "--", label)  # fmt: skip
    first.axhline(0.5, color=BLACK, linestyle=":", linewidth=1)
    first.set_xscale("symlog", linthresh=1)
    first.set_xticks([0, 1, 10, 100], ["0", "1", "10", "100"])
    first.set(xlim=(0, 100), ylim=(0.4, 1.02), xlabel="times each training face was seen")
    first.set_title("AUC, training against held-out faces", fontsize=9)
    for axes, name in zip(others, detail, strict=True):
        for kind, colour in (("training", BLUE), ("held_out", GREEN), ("fake", ORANGE)):
            band(axes, steps_of(arms[name]), arms[name]["runs"],
                 lambda look, kind=kind: look["mean_logit"][kind], colour,
                 label=kind.replace("_", " "))  # fmt: skip
        axes.axhline(0, color=BLACK, linestyle=":", linewidth=1)
        axes.set_xscale("symlog", linthresh=10)
        axes.set_xticks([0, 10, 100, 1000], ["0", "10", "100", "1,000"])
        axes.set(xlim=(0, None), ylim=(-9, 9), xlabel="steps")
        axes.set_title(f"D's mean logit, {name}", fontsize=9)
    for axes in (first, *others):
        axes.legend(frameon=False, fontsize=8)
        axes.spines[["top", "right"]].set_visible(False)
    _note(figure, note)
    figure.tight_layout()
    return figure


def dots(
    arms: dict,
    xlabel: str,
    reference: float | None = None,
    reference_name: str = "",
    note: str = "",
):
    """One row an arm, one dot a seed.

    Parameters
    ----------
    arms : dict
        Name to a list of numbers.
    reference : float, optional
        A value to compare with, drawn as a dotted line.
    """
    figure = _figure(7.0, 0.32 * len(arms) + 0.9)
    axes = figure.add_subplot()
    for row, values in enumerate(arms.values()):
        axes.plot(values, [row] * len(values), "o", color=BLUE, alpha=0.7, markersize=6)
        axes.plot(np.mean(values), row, "|", color=BLACK, markersize=14)
    if reference is not None:
        axes.axvline(reference, color=BLACK, linestyle=":", linewidth=1)
        axes.annotate(
            reference_name,
            (reference, -0.6),
            fontsize=8,
            va="bottom",
            xytext=(3, 0),
            textcoords="offset points",
        )
    axes.set_yticks(range(len(arms)), arms)
    axes.set(xlabel=xlabel, ylim=(len(arms) - 0.5, -0.7))
    axes.set_xlim(left=0)
    axes.grid(axis="y", color="#eeeeee")
    axes.spines[["top", "right"]].set_visible(False)
    _note(figure, note)
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
    figure = _figure(8.0, 3.1)
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
    _note(figure, note)
    figure.tight_layout()
    return figure


def bars(values: dict, xlabel: str, ylabel: str, note: str = ""):
    """A bar for each entry, upwards or downwards from zero."""
    figure = _figure(7.0, 2.6)
    axes = figure.add_subplot()
    axes.bar([str(key) for key in values], list(values.values()), color=BLUE)
    axes.axhline(0, color=BLACK, linewidth=1)
    axes.set(xlabel=xlabel, ylabel=ylabel)
    axes.spines[["top", "right"]].set_visible(False)
    _note(figure, note)
    figure.tight_layout()
    return figure


def log_curves(log, title: str = "", note: str = ""):
    """Losses and scores of a training log, a marker an entry, with the chance lines of both losses and of the scores.

    Parameters
    ----------
    log : gancourse.logs.Log
        With all four metrics of `gancourse.history.METRICS`.
    """
    figure = _figure(8.5, 3.1)
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
    _note(figure, note)
    figure.tight_layout()
    return figure


def probabilities(groups: dict, note: str = ""):
    """Histograms of D's probability, a panel for each group of images: its mean is the score.

    Parameters
    ----------
    groups : dict
        Name to an array of probabilities, 0 to 1.
    """
    figure = _figure(3.4 * len(groups), 2.7)
    panels = np.atleast_1d(figure.subplots(1, len(groups), sharey=True))
    for axes, (name, values), colour in zip(
        panels, groups.items(), (BLUE, ORANGE, GREEN), strict=False
    ):
        weights = np.full(len(values), 1 / len(values))
        axes.hist(values, bins=20, range=(0, 1), weights=weights, color=colour, alpha=0.6)
        axes.axvline(np.mean(values), color=VERMILLION, label=f"mean {np.mean(values):.2f}")
        axes.axvline(0.5, color=BLACK, linestyle=":", linewidth=1)
        axes.set(xlabel="D's probability of real", xlim=(0, 1))
        axes.set_title(name, fontsize=10)
        axes.legend(
            facecolor="white", edgecolor="none", framealpha=1, fontsize=9, loc="upper center"
        )
        axes.spines[["top", "right"]].set_visible(False)
    panels[0].set_ylabel("share of the images")
    _note(figure, note)
    figure.tight_layout()
    return figure


def lines(x, curves: dict, xlabel: str, ylabel: str, note: str = ""):
    """Curves over common places `x`, with markers: for a dozen points each.

    Parameters
    ----------
    x : sequence of float
    curves : dict
        Name to a sequence like `x`.
    """
    figure = _figure(7.0, 2.8)
    axes = figure.add_subplot()
    for (name, values), colour in zip(
        curves.items(), (BLUE, ORANGE, GREEN, PURPLE, VERMILLION, SKY), strict=False
    ):
        axes.plot(x, values, "o-", color=colour, label=name)
    axes.axvline(0, color=BLACK, linestyle=":", linewidth=1)
    axes.set(xlabel=xlabel, ylabel=ylabel)
    axes.set_ylim(bottom=0)
    axes.legend(frameon=False, fontsize=9)
    axes.spines[["top", "right"]].set_visible(False)
    _note(figure, note)
    figure.tight_layout()
    return figure


def patient(curves, samples, mixture=None, note: str = ""):
    """All that a diagnosis starts from: losses, scores, and samples.

    Parameters
    ----------
    curves : dict
        As for `loss_curves`; of a record, so hardly smoothed.
    samples : ndarray
        A picture, uint8 (H, W, 3); or points (N, 2), with the mixture that they should imitate.
    mixture : gancourse.toys.Mixture, optional
    """
    figure = _figure(9.5, 3.0)
    losses, scores, last = figure.subplots(1, 3, width_ratios=(1, 1, 1.15))
    _draw_losses(losses, scores, curves, window=3)
    if mixture is None:
        last.imshow(samples, interpolation="nearest")
        last.set_axis_off()
    else:
        last.scatter(*mixture.centres.T, s=90, facecolors="none", edgecolors=BLUE)
        last.scatter(*np.asarray(samples).T, s=3, color=ORANGE, alpha=0.5)
        last.set(aspect="equal", xlim=(-3, 3), ylim=(-3, 3), xticks=[], yticks=[])
    last.set_title("samples")
    _note(figure, note)
    figure.tight_layout()
    return figure


def signatures(table: dict, columns: dict, runs: int, note: str = ""):
    """Which measures moved in how many runs: a row for each fault, upwards in one colour, downwards in another.

    Parameters
    ----------
    table : dict
        Fault to a dict of measure to the pair (runs in which it was below the healthy range, runs above); a measure
        that the fault's system does not have is left out.
    columns : dict
        Measure to what the column is called.
    runs : int
        Of each fault.
    """
    figure = _figure(9.5, 0.27 * len(table) + 1.7)
    axes = figure.add_subplot()
    for row, measured in enumerate(table.values()):
        for column, name in enumerate(columns):
            if name not in measured:
                axes.text(column, row, "·", ha="center", va="center", color="#999999")
                continue
            below, above = measured[name]
            for count, colour, mark in ((below, BLUE, "−"), (above, VERMILLION, "+")):
                if count >= max(1, below, above):
                    box = (column - 0.5, row - 0.5), 1, 1
                    axes.add_patch(_rectangle(*box, color=colour, alpha=0.75 * count / runs))
                    axes.text(column, row, f"{mark}{count}", ha="center", va="center", fontsize=7.5)
    axes.set(xlim=(-0.5, len(columns) - 0.5), ylim=(len(table) - 0.5, -0.5))
    axes.set_xticks(range(len(columns)), columns.values(), rotation=40, ha="right", fontsize=8)
    axes.set_yticks(range(len(table)), table, fontsize=8)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    _note(figure, note)
    figure.tight_layout()
    return figure


def _rectangle(corner, width, height, **look):
    from matplotlib.patches import Rectangle

    return Rectangle(corner, width, height, linewidth=0, **look)


def balls(real, fake, neighbours: int):
    """Precision and recall in the plane: the balls of one set, and which points of the other lie in one.

    Parameters
    ----------
    real, fake : ndarray, shapes (N, 2) and (M, 2)
    neighbours : int
        A ball reaches to this nearest other point of its own set.
    """
    figure = _figure(8.0, 4.0)
    sets = {"precision": (real, fake, BLUE, "real"), "recall": (fake, real, ORANGE, "fake")}
    for axes, (name, (points, asked, colour, whose)) in zip(
        figure.subplots(1, 2, sharex=True, sharey=True), sets.items(), strict=True
    ):
        apart = np.linalg.norm(points[:, None] - points, axis=2)
        radii = np.sort(apart, axis=1)[:, neighbours]  # the nearest of all is the point itself
        for centre, radius in zip(points, radii, strict=True):
            axes.add_patch(_disc(centre, radius, color=colour, alpha=0.12))
        inside = (np.linalg.norm(asked[:, None] - points, axis=2) <= radii).any(axis=1)
        axes.scatter(*points.T, s=14, color=colour, label=f"{whose}, with its ball")
        other = ORANGE if colour == BLUE else BLUE
        axes.scatter(*asked[inside].T, s=40, marker="s", color=other, label="inside a ball")
        axes.scatter(*asked[~inside].T, s=45, marker="X", color=BLACK, label="in none")
        axes.set_title(f"{name}: {inside.sum()} of {len(asked)}", fontsize=11)
        axes.set(aspect="equal", xticks=[], yticks=[])
        axes.legend(fontsize=8, loc="upper left")
    figure.tight_layout()
    return figure


def bands(x, panels: dict, xlabel: str, note: str = ""):
    """A panel for each measure: its mean over repetitions, from the smallest to the largest value, over a log axis.

    Parameters
    ----------
    x : sequence of float
    panels : dict
        Name to a dict of values, array (repetitions, len(x)); level, a number to compare with; and its name.
    """
    figure = _figure(8.5, 3.1)
    for axes, (name, panel) in zip(
        np.atleast_1d(figure.subplots(1, len(panels))), panels.items(), strict=True
    ):
        values = np.asarray(panel["values"])
        axes.fill_between(x, values.min(axis=0), values.max(axis=0), color=BLUE, alpha=0.2)
        axes.plot(x, values.mean(axis=0), "o-", color=BLUE)
        axes.axhline(panel["level"], color=VERMILLION, linestyle="--", linewidth=1)
        axes.annotate(panel["name"], (x[-1], panel["level"]), xytext=(0, 3), fontsize=8,
                      textcoords="offset points", ha="right", color=VERMILLION)  # fmt: skip
        axes.axhline(0, color=BLACK, linestyle=":", linewidth=1)
        axes.set_xscale("log")
        axes.set_xticks(x, [f"{each:,}" for each in x])
        axes.minorticks_off()
        axes.set(xlabel=xlabel, title=name)
        axes.spines[["top", "right"]].set_visible(False)
    _note(figure, note)
    figure.tight_layout()
    return figure


def who_sees(rows: dict, ranges: dict, worse: dict, note: str = ""):
    """A row for each set of images, a column for each measure: what lies outside its range, as worse or as better.

    Parameters
    ----------
    rows : dict
        Name to a dict of measure to number.
    ranges : dict
        Measure to the pair of the smallest and the largest number that counts as usual.
    worse : dict
        Measure to 1 where higher is worse, -1 where lower is.
    """
    figure = _figure(9.0, 0.3 * len(rows) + 0.9)
    axes = figure.add_subplot()
    for row, values in enumerate(rows.values()):
        for column, (name, (low, high)) in enumerate(ranges.items()):
            value = values[name]
            beyond = int(value > high) - int(value < low)
            if beyond:
                colour = VERMILLION if beyond == worse[name] else SKY
                box = (column - 0.5, row - 0.5), 1, 1
                axes.add_patch(_rectangle(*box, color=colour, alpha=0.45))
            axes.text(column, row, f"{value:.2f}", ha="center", va="center", fontsize=8)
    axes.set(xlim=(-0.5, len(ranges) - 0.5), ylim=(len(rows) - 0.5, -0.5))
    axes.set_xticks(range(len(ranges)), ranges, fontsize=8)
    axes.set_yticks(range(len(rows)), rows, fontsize=8)
    axes.xaxis.tick_top()
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    _note(figure, note)
    figure.tight_layout()
    return figure


def _disc(centre, radius, **look):
    from matplotlib.patches import Circle

    return Circle(centre, radius, linewidth=0, **look)


def to_pixels(figure, dpi: int = 80) -> np.ndarray:
    """Draw a Figure: uint8 (H, W, 3), for a frame of `interactive.frame_slider`."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    figure.set_dpi(dpi)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())[..., :3].copy()


def _figure(width: float, height: float):
    # Not pyplot's: nothing to close, and the caller's backend is left alone.
    import matplotlib_inline.backend_inline  # noqa: F401  teaches notebooks to show a Figure as a picture
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), dpi=110)


def _note(figure, note):
    if note:
        figure.text(0.995, 0.005, note, ha="right", va="bottom", fontsize=7, color="#555555")


def _draw_losses(losses, scores, history, window: int):
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
