"""The networks of the Keras chapters. All discriminators end in a logit; the sigmoid belongs to the loss."""

import math

import keras
from keras import layers

from gancourse import GancourseError


def dense_generator(size: int, latent: int = 100, widths=(256, 512, 1024), channels: int = 3):
    """Noise to image through Dense layers, as one `Sequential` (report 000).

    Noise float (N, latent) to images float32 (N, size, size, channels) in [-1, 1]. The report names the kinds of
    layer and no widths: these are ours.
    """
    network = keras.Sequential(name="generator")
    network.add(keras.Input((latent,)))
    for width in widths:
        network.add(layers.Dense(width))
        network.add(layers.BatchNormalization(momentum=0.8))
        network.add(layers.LeakyReLU(negative_slope=0.2))
    network.add(layers.Dense(size * size * channels, activation="tanh", dtype="float32"))
    network.add(layers.Reshape((size, size, channels)))
    return network


def dense_discriminator(size: int, widths=(512, 256), dropout: float = 0.0, channels: int = 3):
    """Image to one logit through two hidden Dense layers, as one `Sequential` (report 000, "four layers").

    Images float (N, size, size, channels) to logits float32 (N, 1).
    """
    network = keras.Sequential(name="discriminator")
    network.add(keras.Input((size, size, channels)))
    network.add(layers.Flatten())
    for width in widths:
        network.add(layers.Dense(width))
        network.add(layers.LeakyReLU(negative_slope=0.2))
        if dropout:
            network.add(layers.Dropout(dropout))
    network.add(layers.Dense(1, dtype="float32"))
    return network


def build_generator(
    img_dim, widths=(256, 128, 64), latent: int = 100, batchnorm: bool = True, channels: int = 3
):
    """Noise to image: Dense to a quarter of the size, then convolutions with two doublings (report 003).

    Noise float (N, latent) to images float32 (N, 4 · (H // 4), 4 · (W // 4), channels) in [-1, 1].

    Parameters
    ----------
    img_dim : int or pair of int
        Height and width. One that four does not divide comes out smaller: 218 gives 216.
    widths : sequence of int
        Filters of the convolutions before the last. (256, 128, 64) is the report's final model, (64,) its first.
    latent : int
        The length of the noise vector.
    batchnorm : bool
        Whether BatchNorm, with momentum 0.8, follows the reshape and each hidden convolution.
    """
    height, width = (side // 4 for side in sides(img_dim))
    network = keras.Sequential(name="generator")
    network.add(keras.Input((latent,)))
    network.add(layers.Dense(height * width * widths[0]))
    network.add(layers.Reshape((height, width, widths[0])))
    if batchnorm:
        network.add(layers.BatchNormalization(momentum=0.8))
    network.add(layers.UpSampling2D())
    for position, filters in enumerate(widths, 1):
        network.add(layers.Conv2D(filters, 4, padding="same"))
        network.add(layers.ReLU())
        if batchnorm:
            network.add(layers.BatchNormalization(momentum=0.8))
        if position == max(1, len(widths) - 1):
            network.add(layers.UpSampling2D())
    network.add(layers.Conv2D(channels, 4, padding="same", activation="tanh", dtype="float32"))
    return network


def build_discriminator(
    img_dim,
    widths=(32, 64, 128, 256),
    dropout=(0.25, 0.25, 0.4, 0.4),
    batchnorm: bool = True,
    channels: int = 3,
):
    """Image to one logit: convolutions that halve the size three times, then one Dense unit (report 003).

    Images float (N, H, W, channels) to logits float32 (N, 1). The first three convolutions have stride 2, further
    ones stride 1: that, and not "strides: 2" throughout, gives the report's 16,384 inputs of the last layer.

    Parameters
    ----------
    img_dim : int or pair of int
        Height and width, at least 8.
    widths : sequence of int
        Filters of the convolutions.
    dropout : sequence of float
        The dropout rates, one after each convolution's LeakyReLU; () for none.
    batchnorm : bool
        Whether BatchNorm, with momentum 0.8, follows each convolution but the last.
    channels : int
        1 for grey images, 3 for colour.
    """
    if dropout and len(dropout) != len(widths):
        raise GancourseError(
            f"{len(dropout)} dropout rates for {len(widths)} convolutions: give one each, or ()"
        )
    network = keras.Sequential(name="discriminator")
    network.add(keras.Input((*sides(img_dim), channels)))
    for position, filters in enumerate(widths):
        network.add(layers.Conv2D(filters, 4, strides=2 if position < 3 else 1, padding="same"))
        network.add(layers.LeakyReLU(negative_slope=0.2))
        if dropout:
            network.add(layers.Dropout(dropout[position]))
        if batchnorm and position < len(widths) - 1:
            network.add(layers.BatchNormalization(momentum=0.8))
    network.add(layers.Flatten())
    network.add(layers.Dense(1, dtype="float32"))
    return network


def count_parameters(network) -> int:
    """The number of trainable parameters."""
    return sum(math.prod(variable.shape) for variable in network.trainable_variables)


def sides(img_dim) -> tuple[int, int]:
    """Height and width, from one side or from both; a GancourseError if there are not one or two, at least 8 each."""
    pair = (img_dim, img_dim) if isinstance(img_dim, int) else tuple(img_dim)
    if len(pair) != 2 or min(pair) < 8:
        raise GancourseError(f"img_dim={img_dim}: must be a side or (height, width), at least 8")
    return pair
