"""Report 000: a GAN of fully connected layers, for faces, in Keras."""

from dataclasses import dataclass

from gancourse.recipes.base import within
from gancourse.recipes.faces import Faces


@dataclass(frozen=True)
class SequentialFaces(Faces):
    """Report 000: two `Sequential` models of Dense layers. The report gives no sizes; these are ours.

    Attributes
    ----------
    g_widths, d_widths : tuple of int
        Hidden layers of generator and discriminator ("four layers": input, two hidden, output).
    d_dropout : float
        The dropout rate in the discriminator, after each hidden layer; the report has none.
    """

    framework = "keras"

    g_widths: tuple[int, ...] = within(1, 100_000, (256, 512, 1024))
    d_widths: tuple[int, ...] = within(1, 100_000, (512, 256))
    d_dropout: float = within(0, 0.99, 0.0)
    steps: int = 20_000


BUDGETS = {
    "reduced": SequentialFaces(
        data="faceworld-photo",
        size=32,
        g_widths=(128, 256, 512),
        d_widths=(256, 128),
        d_dropout=0.3,
        lr=1e-3,
        lr_d=1e-3,
        batch=32,
        steps=1200,
        ema=0.99,
        precision="float32",
    ),
    "colab": SequentialFaces(count=20_000),
    "full": SequentialFaces(),
}
