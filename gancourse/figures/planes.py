"""Densities, games and point sets: figures of one and two dimensions."""

import numpy as np

from gancourse.figures.panels import BLACK, BLUE, GREEN, ORANGE, PURPLE, VERMILLION, new_figure


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
    figure = new_figure(6.5, 3.0)
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
    game : gancourse.theory.Bilinear, gancourse.theory.DiracGAN
    paths : dict
        Name to an array (steps + 1, 2).
    reach : float
        The picture shows -reach to reach on both axes.
    """
    figure = new_figure(6.6, 4.2)
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
        Name to a pair of points (N, 2) and `gancourse.theory.Mixture`.
    reach : float
        A panel shows -reach to reach on both axes.
    """
    figure = new_figure(3.2 * len(clouds), 3.3)
    panels = np.atleast_1d(figure.subplots(1, len(clouds)))
    for axes, (name, (points, mixture)) in zip(panels, clouds.items(), strict=True):
        axes.scatter(*mixture.centres.T, s=140, facecolors="none", edgecolors=BLUE)
        axes.scatter(*np.asarray(points).T, s=3, color=ORANGE, alpha=0.5)
        axes.set(xlim=(-reach, reach), ylim=(-reach, reach), xticks=[], yticks=[])
        axes.set_title(name, fontsize=10)
        axes.set_aspect("equal")
    figure.tight_layout()
    return figure


def balls(real, fake, neighbours: int):
    """Precision and recall in the plane: the balls of one set, and which points of the other lie in one.

    Parameters
    ----------
    real, fake : ndarray, shapes (N, 2) and (M, 2)
    neighbours : int
        A ball reaches to this nearest other point of its own set.
    """
    figure = new_figure(8.0, 4.0)
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


def _disc(centre, radius, **look):
    from matplotlib.patches import Circle

    return Circle(centre, radius, linewidth=0, **look)
