"""Densities on a line; two-parameter games and point sets in the plane."""

import numpy as np
from matplotlib.patches import Circle

from gancourse.figures.panels import (
    BESIDE,
    BLACK,
    BLUE,
    DOTTED,
    ORANGE,
    SMALL,
    VERMILLION,
    panels,
)


def densities(x, p_data, p_g, d=None, trained=None, names=("data", "generator")):
    """Two densities and, on a second axis, discriminators: the optimal one and a trained one.

    Parameters
    ----------
    x : ndarray
        Where the densities and the discriminators are given.
    p_data, p_g : ndarray
        The two densities, of the shape of `x`.
    d, trained : ndarray, optional
        The probabilities that the optimal and the trained discriminator give, 0 to 1, of the shape of `x`.
    names : pair of str
        The names of the two densities in the legend.
    """
    with panels(6.5, 3.2) as (figure, axes):
        drawn = {}
        for density, colour, name in ((p_data, BLUE, names[0]), (p_g, ORANGE, names[1])):
            drawn[name] = axes.fill_between(x, density, color=colour, alpha=0.35)
            axes.plot(x, density, color=colour, linewidth=1)
        axes.set(xlabel="x", ylabel="density", ylim=(0, None))
        if d is not None:
            second = axes.twinx()
            second.spines["right"].set_visible(True)
            (drawn["optimal D"],) = second.plot(x, d, color=BLACK)
            if trained is not None:
                (drawn["trained D"],) = second.plot(x, trained, "--", color=VERMILLION)
            second.axhline(0.5, **DOTTED)
            second.set(ylabel="D(x)", ylim=(0, 1.02))
        above = {"loc": "lower center", "bbox_to_anchor": (0.5, 1.0)}  # D may be high anywhere
        axes.legend(drawn.values(), drawn, ncols=len(drawn), **above)
    return figure


def pulls(x, p_data, p_g, strengths: dict, top: float = 3.0):
    """Two densities on a line, and beside them a bar for each objective: how strongly it pulls on G.

    Parameters
    ----------
    x, p_data, p_g : ndarray, (N,)
        A grid and both densities on it.
    strengths : dict of float
        The pull of each objective, under its name; bars beyond `top` are cut there, and their number is written out.
    top : float
        The end of the axis.
    """
    with panels(8.5, 3.0, 2, width_ratios=(1, 1.4)) as (figure, line, sideways):
        line.fill_between(x, p_data, color=BLUE, alpha=0.35, linewidth=0)
        line.fill_between(x, p_g, color=ORANGE, alpha=0.35, linewidth=0)
        line.set(xlim=(-4, 12), xlabel="x", yticks=[])
        names, values = list(strengths), list(strengths.values())
        sideways.barh(names, np.minimum(values, top), color=BLUE)
        for row, value in enumerate(values):
            sideways.text(min(value, top) + 0.03 * top, row, f"{value:.2g}", va="center")
        sideways.invert_yaxis()
        sideways.set(xlim=(0, 1.15 * top), xlabel="pull on G")
    return figure


def game_paths(game, paths: dict, reach: float = 2.0, labels=("first player", "second player")):
    """The direction field of a game with two parameters, and the paths that training takes through it.

    Parameters
    ----------
    game : gancourse.theory.Bilinear or gancourse.theory.DiracGAN
        The game, whose `field` gives the directions.
    paths : dict of ndarray
        The points of each path, (steps + 1, 2), under its name.
    reach : float
        How far both axes reach, from -reach to reach.
    labels : pair of str
        The labels of the two axes.
    """
    with panels(6.6, 4.2) as (figure, axes):
        _field(axes, game, reach, 15, 0.003)
        for name, path in paths.items():
            (line,) = axes.plot(path[:, 0], path[:, 1], linewidth=1.2, label=name)
            axes.plot(*path[-1], "o", color=line.get_color())
        axes.plot(0, 0, "+", color=BLACK, markersize=12)
        _square(axes, reach)
        axes.set(xlabel=labels[0], ylabel=labels[1])
        axes.legend(**BESIDE)
    return figure


def game_gallery(games: dict, reach: float = 2.0, labels=("G", "D")):
    """A small panel for each way to play: where the players go, from the ring to the dot.

    Parameters
    ----------
    games : dict of tuple
        Under each panel's title, the game, whose `field` gives the arrows (None: no arrows), and a path (steps + 1, 2).
    reach : float
        How far all axes reach, from -reach to reach.
    labels : pair of str
        What moves across and what moves upwards.
    """
    columns = (len(games) + 1) // 2
    with panels(2.3 * columns, 5.0, columns, rows=2) as (figure, *all_axes):
        for axes, (name, (game, path)) in zip(all_axes, games.items(), strict=False):
            if game is not None:
                _field(axes, game, reach, 9, 0.006)
            axes.plot(*np.transpose(path), linewidth=1.0, color=BLUE)
            axes.plot(*path[0], "o", color=BLUE, fillstyle="none")
            axes.plot(*path[-1], "o", color=BLUE)
            axes.plot(0, 0, "+", color=BLACK, markersize=12)
            _square(axes, reach)
            axes.set(xticks=[-reach, 0, reach], yticks=[-reach, 0, reach])
            axes.set_title(name)
        for axes in all_axes[len(games) :]:
            axes.set_visible(False)
        figure.supxlabel(labels[0], fontsize=SMALL)
        figure.supylabel(labels[1], fontsize=SMALL)
    return figure


def point_clouds(clouds: dict, reach: float = 3.0):
    """Generated points over the mixture they should imitate, one panel per entry.

    Parameters
    ----------
    clouds : dict of tuple
        For each panel, under its title, points (N, 2) and the `gancourse.theory.Mixture`.
    reach : float
        How far both axes reach, from -reach to reach.
    """
    with panels(3.2 * len(clouds), 3.3, len(clouds)) as (figure, *all_axes):
        for axes, (name, (points, mixture)) in zip(all_axes, clouds.items(), strict=True):
            draw_points(axes, points, mixture, reach)
            axes.set_title(name)
    return figure


def draw_points(axes, points, mixture, reach: float = 3.0) -> None:
    """Draw points (N, 2) over the modes of the mixture that they should imitate."""
    axes.scatter(*mixture.centres.T, s=120, facecolors="none", edgecolors=BLUE)
    axes.scatter(*np.asarray(points).T, s=3, color=ORANGE, alpha=0.5)
    _square(axes, reach)
    axes.set(xticks=[], yticks=[])


def balls(real, fake, neighbours: int):
    """Precision and recall in the plane: the balls of one set, and which points of the other set lie in one.

    Parameters
    ----------
    real, fake : ndarray, shapes (N, 2) and (M, 2)
        The two sets of points.
    neighbours : int
        The k of the k-th nearest other point of its own set, to which each ball reaches.
    """
    sides = {"precision": (real, fake, BLUE, "real"), "recall": (fake, real, ORANGE, "fake")}
    with panels(8.0, 4.0, 2, sharex=True, sharey=True) as (figure, *both):
        for axes, (name, (centres, others, colour, whose)) in zip(both, sides.items(), strict=True):
            distances = np.linalg.norm(centres[:, None] - centres, axis=2)
            radii = np.sort(distances, axis=1)[:, neighbours]  # the nearest is the point itself
            for centre, radius in zip(centres, radii, strict=True):
                axes.add_patch(Circle(centre, radius, linewidth=0, color=colour, alpha=0.12))
            inside = (np.linalg.norm(others[:, None] - centres, axis=2) <= radii).any(axis=1)
            axes.scatter(*centres.T, s=14, color=colour, label=f"{whose}, with its ball")
            other = ORANGE if colour == BLUE else BLUE
            axes.scatter(*others[inside].T, s=40, marker="s", color=other, label="inside a ball")
            axes.scatter(*others[~inside].T, s=45, marker="X", color=BLACK, label="in none")
            axes.set_title(f"{name}: {inside.sum()} of {len(others)}")
            axes.set(aspect="equal", xticks=[], yticks=[])
            axes.spines[:].set_visible(True)
            axes.legend(fontsize=SMALL, loc="upper left", frameon=True)
    return figure


def _field(axes, game, reach: float, count: int, width: float) -> None:
    """A game's directions as grey arrows, `count` along each side."""
    ticks = np.linspace(-reach, reach, count)
    across, up = np.meshgrid(ticks, ticks)
    arrows = np.array([[game.field((a, b)) for a in ticks] for b in ticks])
    axes.quiver(across, up, arrows[..., 0], arrows[..., 1], color="#bbbbbb", width=width)


def _square(axes, reach: float) -> None:
    """Show -reach to reach on both axes, at one scale, with a frame."""
    axes.set(xlim=(-reach, reach), ylim=(-reach, reach), aspect="equal")
    axes.spines[:].set_visible(True)
