"""What the recipes for faces have in common."""

from dataclasses import dataclass

from gancourse import GancourseError
from gancourse.data import CATALOG
from gancourse.recipes.base import Recipe, one_of, within

# The sizes that the networks can halve evenly and that `evaluation` can measure.
FACE_SIZES = (16, 32, 64, 128, 256, 512)
FACES = tuple(spec.name for spec in CATALOG.values() if spec.resizable)


@dataclass(frozen=True)
class Faces(Recipe):
    """What the recipes for faces have: which faces, and how they become the networks' input.

    Attributes
    ----------
    data, split : str
        What `gancourse.data.load` is asked for.
    size : int
        Height and width of an image in pixels.
    fit : {"crop", "squash"}
        The largest centred square, or the whole photograph squeezed into one as report 003 does.
    pixels : {"tanh", "unit"}
        Real images in [-1, 1], the range of the generator's tanh, or in [0, 1] as report 003 has them.
    count : int
        How many of the set's files to prepare, at equal distances; 0 for all.
    latent : int
        Length of the noise vector.
    save_every : int
        Steps between two saved grids of samples; 0 for forty along the run.
    """

    data: str = one_of(*FACES, default="celeba")
    split: str = one_of("train", "train+test")
    size: int = 64
    fit: str = one_of("crop", "squash")
    pixels: str = one_of("tanh", "unit")
    count: int = within(0, 1_000_000_000, 0)
    latent: int = within(1, 100_000, 100)
    save_every: int = within(0, 1_000_000_000, 250)
    lr: float = 2e-4
    lr_d: float = 2e-4

    def __post_init__(self):
        super().__post_init__()
        if self.size not in FACE_SIZES:
            sizes = ", ".join(map(str, FACE_SIZES))
            raise GancourseError(f"size={self.size}: must be one of {sizes}")
