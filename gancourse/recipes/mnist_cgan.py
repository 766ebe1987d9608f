"""Report 002: a conditional GAN of fully connected layers, for digits."""

from dataclasses import dataclass

from gancourse.data import CATALOG
from gancourse.recipes.base import Training, one_of, within

# What the networks draw: grey images of classes.
GREY = tuple(spec.name for spec in CATALOG.values() if spec.classes and spec.channels == 1)


@dataclass(frozen=True)
class MnistCGAN(Training):
    """The MLP conditional GAN of report 002, corrected; each correction is a field, so that it can be undone.

    Attributes
    ----------
    data, split : str
        What `gancourse.data.load` is asked for.
    latent : int
        Length of the noise vector. The report's code uses a flattened noise image, hence 784.
    g_widths, d_widths : tuple of int
        Hidden layers of generator and discriminator.
    condition : {"one-hot", "repeated", "projection"}
        How the label enters. "repeated" is the report's array of ten copies of the class number; "projection" is
        the discriminator of Miyato and Koyama (2018).
    pixels : {"tanh", "unit"}
        Real images in [-1, 1], the range of the generator's tanh, or in [0, 1] as the report has them.
    dropout : float
        The dropout rate in the discriminator, after each hidden layer.
    d_norm : {"none", "spectral"}
        The normalisation in the discriminator: none, or spectral normalisation of all its weights.
    """

    framework = "torch"

    data: str = one_of(*GREY, default="mnist")
    split: str = one_of("train", "train+test")
    latent: int = within(1, 100_000, 784)
    g_widths: tuple[int, ...] = within(1, 100_000, (256, 512, 1024))
    d_widths: tuple[int, ...] = within(1, 100_000, (1024, 512, 256))
    condition: str = one_of("one-hot", "repeated", "projection")
    pixels: str = one_of("tanh", "unit")
    dropout: float = within(0, 0.99, 0.3)
    d_norm: str = one_of("none", "spectral")
    batch: int = 128
    lr_decay: float = 0.5
    steps: int = 30_000


# The embedded digits are a fortieth of MNIST's pixels and images: narrow networks and a higher rate suit them.
DIGITS = MnistCGAN(
    data="digits",
    latent=64,
    g_widths=(64, 128, 256),
    d_widths=(256, 128, 64),
    lr=1e-3,
    lr_d=1e-3,
    lr_decay=0.0,
    ema=0.99,
    batch=64,
    steps=4000,
    precision="float32",
    threads=1,
)

BUDGETS = {"reduced": DIGITS, "colab": MnistCGAN(), "full": MnistCGAN()}
