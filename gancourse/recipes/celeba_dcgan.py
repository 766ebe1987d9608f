"""Report 003: a convolutional GAN for faces, in Keras."""

from dataclasses import dataclass

from gancourse.recipes.base import within
from gancourse.recipes.faces import Faces


@dataclass(frozen=True)
class CelebaDCGAN(Faces):
    """Report 003's refined model; the earlier rungs of its ladder are changes to it.

    Attributes
    ----------
    g_widths, d_widths : tuple of int
        Filters of the convolutions; the generator's last, with three, is not among them.
    dropout : tuple of float
        The dropout rates in the discriminator, one after each convolution; () for none.
    batchnorm : bool
        Whether both networks have BatchNorm.
    """

    framework = "keras"

    g_widths: tuple[int, ...] = within(1, 100_000, (256, 128, 64))
    d_widths: tuple[int, ...] = within(1, 100_000, (32, 64, 128, 256))
    dropout: tuple[float, ...] = within(0, 0.99, (0.25, 0.25, 0.4, 0.4))
    batchnorm: bool = True
    batch: int = 32
    steps: int = 100_000


BUDGETS = {
    "reduced": CelebaDCGAN(
        data="faceworld-photo",
        size=32,
        g_widths=(64, 32, 16),
        d_widths=(8, 16, 32, 64),
        lr=1e-3,
        lr_d=1e-3,
        batch=16,
        steps=2000,
        ema=0.995,
        precision="float32",
    ),
    # 20,000 steps see 640,000 images, each of these faces 36 times; preparing all 202,599 would take minutes
    "colab": CelebaDCGAN(steps=20_000, count=20_000),
    "full": CelebaDCGAN(),
}
