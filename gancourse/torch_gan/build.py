"""The GAN of a recipe: its networks, initialised."""

import torch

from gancourse import GancourseError, recipes, runtime
from gancourse.launch import World
from gancourse.torch_gan.gan import GAN
from gancourse.torch_gan.networks import (
    DCGANDiscriminator,
    DCGANGenerator,
    MLPDiscriminator,
    MLPGenerator,
    ProjectionDiscriminator,
    ResidualDiscriminator,
    ResidualGenerator,
    init_weights,
    normalise_spectrum,
)
from gancourse.torch_gan.numerics import require_determinism
from gancourse.torch_gan.random_state import part_ways


def build(
    recipe, classes: int, size: int, seed: int, device=None, world: World | None = None
) -> GAN:
    """The GAN of a recipe, initialised from `seed` (which also seeds the noise and dropout that follow).

    Parameters
    ----------
    recipe : gancourse.recipes.MnistCGAN or FaceDCGAN
        The recipe, which says what networks and objective to build.
    classes, size : int
        The number of classes of the data, and the height and width of an image.
    seed : int
        The seed for the weights, and for PyTorch's global random state from here on.
    device : torch.device, optional
        The device to train on; default: `runtime.device()`.
    world : World, optional
        The processes that train together; default: this one alone.
    """
    device, world = device or runtime.device(), world or World()
    if recipe.deterministic:
        require_determinism()
    torch.manual_seed(seed)
    networks = _faces if isinstance(recipe, recipes.FaceDCGAN) else _mlps
    generator, discriminator = networks(recipe, classes, size)
    if recipe.d_norm == "spectral":
        normalise_spectrum(discriminator)
    precision = (
        runtime.precision(device)
        if recipe.precision == "auto"
        else getattr(torch, recipe.precision)
    )
    pair = {"generator": generator, "discriminator": discriminator}
    prior = part_ways(seed, world.rank, device) if world.size > 1 else None
    return GAN(pair, recipe.latent, recipe, device, precision, world=world, prior=prior)


def _mlps(recipe, classes, size):
    if recipe.noise == "recycled" and recipe.latent != size * size:
        raise GancourseError(
            f"recycled noise is a flattened {size} × {size} image: latent must be {size * size}, not {recipe.latent}"
        )
    generator = MLPGenerator(recipe.latent, classes, size, recipe.g_widths, recipe.condition)
    if recipe.condition == "projection":
        return generator, ProjectionDiscriminator(classes, size, recipe.d_widths, recipe.dropout)
    return generator, MLPDiscriminator(
        classes, size, recipe.d_widths, recipe.condition, recipe.dropout
    )


def _faces(recipe, classes, size):
    if recipe.conditional and classes < 2:
        raise GancourseError(
            f"conditional=True needs labels, and {recipe.data} has none: choose photo2cartoon or "
            "faceworld-photo2cartoon"
        )
    if recipe.noise == "recycled":
        raise GancourseError("noise='recycled' is report 002's; these networks take fresh noise")
    classes = classes if recipe.conditional else 0
    if recipe.architecture == "residual":
        return (
            ResidualGenerator(size, recipe.latent, recipe.width, classes),
            ResidualDiscriminator(size, recipe.width, classes),
        )
    pair = (
        DCGANGenerator(size, recipe.latent, recipe.width, classes, recipe.leaky),
        DCGANDiscriminator(size, recipe.width, classes, norm=recipe.d_norm == "batch"),
    )
    return pair if recipe.init == "default" else tuple(map(init_weights, pair))
