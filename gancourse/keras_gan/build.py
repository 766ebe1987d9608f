"""The GAN of a recipe: its networks, initialised, and its optimisers."""

import keras

from gancourse.keras_gan.engine import policy
from gancourse.keras_gan.gan import GAN
from gancourse.keras_gan.networks import (
    build_discriminator,
    build_generator,
    dense_discriminator,
    dense_generator,
)
from gancourse.keras_gan.startup import silence
from gancourse.recipes import SequentialFaces


def build(recipe, seed: int, channels: int = 3, step=None) -> GAN:
    """The compiled GAN of a recipe, its weights, noise and dropout drawn from `seed`.

    Parameters
    ----------
    recipe : gancourse.recipes.SequentialFaces or CelebaDCGAN
        The recipe, which says what networks to build.
    seed : int
        The seed for the weights, the noise and the dropout.
    channels : int
        1 for grey images, 3 for colour.
    step : function, optional
        The step that the GAN trains with in place of `train_step`.
    """
    with silence():  # on the torch backend this loads TensorFlow
        keras.utils.set_random_seed(seed % 2**32)
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(policy(recipe.precision))
    try:
        generator, discriminator = _networks(recipe, channels)
    finally:
        keras.config.set_dtype_policy(before)
    gan = GAN(generator, discriminator, recipe.pixels, recipe.ema, seed, step)
    gan.recipe = recipe
    gan.compile(
        keras.optimizers.Adam(recipe.lr, recipe.beta1, recipe.beta2),
        keras.optimizers.Adam(recipe.lr_d, recipe.beta1, recipe.beta2),
    )
    return gan


def _networks(recipe, channels):
    if isinstance(recipe, SequentialFaces):
        return (
            dense_generator(recipe.size, recipe.latent, recipe.g_widths, channels),
            dense_discriminator(recipe.size, recipe.d_widths, recipe.d_dropout, channels),
        )
    return (
        build_generator(recipe.size, recipe.g_widths, recipe.latent, recipe.batchnorm, channels),
        build_discriminator(
            recipe.size, recipe.d_widths, recipe.dropout, recipe.batchnorm, channels
        ),
    )
