"""One frozen dataclass a chapter: data, sizes, optimiser; and its three budgets."""

from dataclasses import asdict, dataclass, fields, replace

import numpy as np

from gancourse import GancourseError
from gancourse.data import SOURCES
from gancourse.runtime import BUDGETS

# What a field may hold where only a few words are allowed.
CHOICES = {
    "data": ("digits", "mnist"),
    "split": ("train", "train+test"),
    "condition": ("one-hot", "repeated", "projection"),
    "pixels": ("tanh", "unit"),
    "g_loss": ("non-saturating", "saturating"),
    "noise": ("fresh", "recycled"),
    "precision": ("auto", "float32", "bfloat16"),
}

# The smallest and the largest value that make sense.
RANGES = {
    "latent": (1, 100_000),
    "g_widths": (1, 100_000),
    "d_widths": (1, 100_000),
    "dropout": (0, 0.99),
    "lr": (1e-9, 10),
    "lr_d": (1e-9, 10),
    "lr_decay": (0, 1),
    "beta1": (0, 0.9999),
    "beta2": (0, 0.999999),
    "batch": (1, 1_000_000),
    "ema": (0, 0.999999),
    "steps": (1, 1_000_000_000),
    "threads": (0, 1024),
}


@dataclass(frozen=True)
class Training:
    """How a GAN is trained, whatever its networks and data: what `torch_gan.GAN` and `train` need to know.

    Attributes
    ----------
    g_loss : {"non-saturating", "saturating"}
        -log D(G(z)) or log(1 - D(G(z))).
    noise : {"fresh", "recycled"}
        A new normal vector each step, or the last step's fake images.
    lr, lr_d : float
        Adam's learning rate of generator and discriminator.
    lr_decay : float
        Over this last share of the steps both learning rates fall linearly to zero.
    beta1, beta2 : float
    ema : float
        Decay of the moving average of the generator's weights, 0 for none.
    steps : int
    threads : int
        CPU threads, 0 for PyTorch's choice. Very small networks run faster on one.
    """

    g_loss: str = "non-saturating"
    noise: str = "fresh"
    lr: float = 5e-4
    lr_d: float = 5e-4
    lr_decay: float = 0.0
    beta1: float = 0.5
    beta2: float = 0.999
    ema: float = 0.0
    steps: int = 1000
    threads: int = 0

    def __post_init__(self):
        for field, value in asdict(self).items():
            if field in CHOICES and value not in CHOICES[field]:
                allowed = ", ".join(CHOICES[field])
                raise GancourseError(f"{field}={value!r}: must be one of {allowed}")
            if field in RANGES:
                low, high = RANGES[field]
                if not all(low <= each <= high for each in np.atleast_1d(value)):
                    raise GancourseError(f"{field}={value}: must be from {low:g} to {high:g}")


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
        In the discriminator, after each hidden layer.
    batch : int
    precision : {"auto", "float32", "bfloat16"}
    """

    data: str = "mnist"
    split: str = "train"
    latent: int = 784
    g_widths: tuple[int, ...] = (256, 512, 1024)
    d_widths: tuple[int, ...] = (1024, 512, 256)
    condition: str = "one-hot"
    pixels: str = "tanh"
    dropout: float = 0.3
    batch: int = 128
    precision: str = "auto"
    lr_decay: float = 0.5
    steps: int = 30_000


# The embedded digits are a fortieth of MNIST's pixels and images: narrow networks and a higher rate suit them.
_DIGITS = MnistCGAN(
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

RECIPES = {
    "mnist_cgan": {
        "reduced": _DIGITS,
        "colab": MnistCGAN(),
        "full": MnistCGAN(),
    },
}


def recipe(name: str, budget: str, changes: dict | None = None):
    """The recipe called `name` under `budget`, with `changes` to its fields.

    Values given as text (from the command line) are read as the field's type: "0.002", "256,512,1024".

    Raises
    ------
    GancourseError
        Unknown recipe, budget or field; a value that is not of the field's type or not allowed.
    """
    if name not in RECIPES:
        raise GancourseError(f"no recipe is called {name!r}; there are: {', '.join(RECIPES)}")
    if budget not in BUDGETS:
        raise GancourseError(f"no budget is called {budget!r}; there are: {', '.join(BUDGETS)}")
    base = RECIPES[name][budget]
    known = [field.name for field in fields(base)]
    for key in changes or {}:
        if key not in known:
            raise GancourseError(f"{name} has no field {key!r}; there are: {', '.join(known)}")
    typed = {key: _typed(key, value, getattr(base, key)) for key, value in (changes or {}).items()}
    changed = replace(base, **typed)
    if budget == "reduced" and not SOURCES[changed.data].embedded:
        raise GancourseError(
            f"the reduced budget trains on embedded data only, not on {changed.data}: choose --budget full"
        )
    return changed


def changes_from(base, changed) -> dict:
    """The fields in which `changed` differs from `base`, with the changed values."""
    return {key: value for key, value in asdict(changed).items() if value != asdict(base)[key]}


def _typed(key, value, default):
    if not isinstance(value, str) or isinstance(default, str):
        return value
    try:
        if isinstance(default, tuple):
            return tuple(int(part) for part in value.split(","))
        return type(default)(value)
    except ValueError:
        raise GancourseError(f"{key}={value!r}: must be like {default!r}") from None
