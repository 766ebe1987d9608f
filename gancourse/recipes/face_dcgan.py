"""Reports 001 and 004: DCGANs for anime faces, for photographs and cartoons, in PyTorch; and chapter 10's choice."""

from dataclasses import dataclass, replace
from typing import Any

from gancourse import GancourseError
from gancourse.recipes.base import Training, one_of, within
from gancourse.recipes.faces import Faces


@dataclass(frozen=True)
class FaceDCGAN(Faces, Training):
    """The DCGANs of reports 001 and 004, with the rates that report 001 gives: Adam 2e-4, betas (0.5, 0.999).

    Attributes
    ----------
    epochs : int
        Passes over the data; `steps` is then worked out from their number. 0: as many steps as `steps` says.
    width : int
        Filters of the level next to the image, in both networks; each further level has twice as many.
    architecture : {"dcgan", "residual"}
        The networks: those of a DCGAN, or a residual pair, which has no normalisation and initial weights of its own.
    init : {"normal", "default"}
        Weights drawn from N(0, 0.02), or left as PyTorch draws them.
    leaky : bool
        Whether the generator has LeakyReLU too, as in report 004.
    conditional : bool
        Whether both networks are given the label (photo or cartoon); the data must have labels.
    d_norm : {"batch", "none", "spectral"}
        The normalisation in the discriminator: BatchNorm, none, or spectral normalisation of all its weights.
    save_every : int
        Steps between two saved grids of samples; 0 for one grid per epoch, or forty along a run counted in steps.
    """

    framework = "torch"

    epochs: int = within(0, 1_000_000, 40)
    width: int = within(1, 1024, 64)
    latent: int = 128
    architecture: str = one_of("dcgan", "residual")
    init: str = one_of("normal", "default")
    leaky: bool = False
    conditional: bool = False
    d_norm: str = one_of("batch", "none", "spectral")
    batch: int = 128
    ema: float = 0.999
    save_every: int = 0

    def __post_init__(self):
        super().__post_init__()
        if self.architecture == "residual" and self.d_norm == "batch":
            raise GancourseError(
                "d_norm='batch': the residual pair has no BatchNorm; choose d_norm='none' or 'spectral'"
            )


# Small, narrow, fast-learning: faces in half a minute on two cores.
DRAWN = FaceDCGAN(
    data="faceworld-anime",
    size=32,
    width=16,
    latent=64,
    lr=2e-3,
    lr_d=2e-3,
    batch=64,
    epochs=0,
    steps=1000,
    ema=0.99,
    precision="float32",
)

ANIME = {
    "reduced": DRAWN,
    "colab": FaceDCGAN(data="anime"),
    "full": FaceDCGAN(data="anime"),
}
PHOTO_CARTOON = {
    "reduced": replace(DRAWN, data="faceworld-photo2cartoon", leaky=True, epochs=12),
    "colab": FaceDCGAN(data="photo2cartoon", leaky=True, epochs=300),
    "full": FaceDCGAN(data="photo2cartoon", leaky=True, epochs=500),
}

# The game that did best in chapter 10's race on anime faces, and, for longer runs than that, rates that fall to zero.
CURED: dict[str, Any] = {
    "d_norm": "none",
    "objective": "non-saturating-r1",
    "penalty_every": 4,
    "beta1": 0.0,
    "beta2": 0.99,
    "lr_decay": 0.5,
}
QUICK = replace(DRAWN, **CURED)
PATIENT = replace(  # about fifty minutes on one core
    QUICK, data="anime", size=64, width=24, steps=7000, ema=0.999, precision="auto"
)
BEST = {
    "reduced": QUICK,
    "colab": PATIENT,
    "full": PATIENT,
}
