"""One frozen dataclass a chapter: data, sizes, optimiser; and its three budgets."""

from dataclasses import asdict, dataclass, fields, replace

import numpy as np

from gancourse import GancourseError
from gancourse.data import SOURCES
from gancourse.runtime import BUDGETS

# What a field may hold where only a few words are allowed.
CHOICES = {
    "split": ("train", "train+test"),
    "fit": ("crop", "squash"),
    "condition": ("one-hot", "repeated", "projection"),
    "pixels": ("tanh", "unit"),
    "noise": ("fresh", "recycled"),
    "precision": ("auto", "float32", "bfloat16"),
    "init": ("normal", "default"),
}

# What the networks halve evenly, and `evaluation` measures.
FACE_SIZES = (16, 32, 64, 128, 256, 512)

# The smallest and the largest value that make sense.
RANGES = {
    "latent": (1, 100_000),
    "g_widths": (1, 100_000),
    "d_widths": (1, 100_000),
    "dropout": (0, 0.99),
    "d_dropout": (0, 0.99),
    "lr": (1e-9, 10),
    "lr_d": (1e-9, 10),
    "lr_decay": (0, 1),
    "beta1": (0, 0.9999),
    "beta2": (0, 0.999999),
    "batch": (1, 1_000_000),
    "ema": (0, 0.999999),
    "steps": (1, 1_000_000_000),
    "epochs": (0, 1_000_000),
    "width": (1, 1024),
    "save_every": (0, 1_000_000_000),
    "threads": (0, 1024),
    "penalty": (0, 1_000_000),
    "penalty_every": (1, 10_000),
}


@dataclass(frozen=True)
class Recipe:
    """What every recipe has: how long to train, how fast, on how many images at a time.

    Attributes
    ----------
    lr, lr_d : float
        Adam's learning rate of generator and discriminator.
    beta1, beta2 : float
    ema : float
        Decay of the moving average of the generator's weights, 0 for none.
    batch : int
    steps : int
    precision : {"auto", "float32", "bfloat16"}
        "auto" is what `gancourse.runtime` finds fastest on the device.
    """

    datasets = ()  # what its `data` may be
    norms = ()  # what its `d_norm` may be

    lr: float = 5e-4
    lr_d: float = 5e-4
    beta1: float = 0.5
    beta2: float = 0.999
    ema: float = 0.0
    batch: int = 64
    steps: int = 1000
    precision: str = "auto"

    def __post_init__(self):
        choices = CHOICES | {"data": self.datasets, "d_norm": self.norms}
        for field, value in asdict(self).items():
            if field in choices and value not in choices[field]:
                allowed = ", ".join(choices[field])
                raise GancourseError(f"{field}={value!r}: must be one of {allowed}")
            if field in RANGES:
                low, high = RANGES[field]
                if not np.size(value) and field.endswith("widths"):
                    raise GancourseError(f"{field} is empty: a network needs a layer")
                if not all(low <= each <= high for each in np.atleast_1d(value)):
                    raise GancourseError(f"{field}={value}: must be from {low:g} to {high:g}")


@dataclass(frozen=True)
class Training(Recipe):
    """What `torch_gan.GAN` and `torch_gan.train` need to know beside it, whatever the networks and data.

    Attributes
    ----------
    objective : str
        What the two networks minimise, of `gancourse.torch_gan.objectives.OBJECTIVES`.
    penalty : float
        A factor on the weights of the objective's penalties, where it has some; 0 for training without.
    penalty_every : int
        Penalties are computed every so many updates of D, and weigh as many times as much there.
    noise : {"fresh", "recycled"}
        A new normal vector each step, or the last step's fake images.
    lr_decay : float
        Over this last share of the steps both learning rates fall linearly to zero.
    threads : int
        CPU threads, 0 for PyTorch's choice. Very small networks run faster on one.
    """

    objective: str = "non-saturating"
    penalty: float = 1.0
    penalty_every: int = 1
    noise: str = "fresh"
    lr_decay: float = 0.0
    threads: int = 0


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
    d_norm : {"none", "spectral"}
        In the discriminator: nothing, or spectral normalisation of all its weights.
    """

    framework = "torch"
    datasets = ("digits", "mnist")
    norms = ("none", "spectral")

    data: str = "mnist"
    split: str = "train"
    latent: int = 784
    g_widths: tuple[int, ...] = (256, 512, 1024)
    d_widths: tuple[int, ...] = (1024, 512, 256)
    condition: str = "one-hot"
    pixels: str = "tanh"
    dropout: float = 0.3
    d_norm: str = "none"
    batch: int = 128
    lr_decay: float = 0.5
    steps: int = 30_000


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
    latent : int
        Length of the noise vector.
    save_every : int
        Steps between two saved grids of samples; 0 for forty along the run.
    """

    datasets = tuple(name for name, source in SOURCES.items() if source.faces)

    data: str = "celeba"
    split: str = "train"
    size: int = 64
    fit: str = "crop"
    pixels: str = "tanh"
    latent: int = 100
    save_every: int = 250
    lr: float = 2e-4
    lr_d: float = 2e-4

    def __post_init__(self):
        super().__post_init__()
        if self.size not in FACE_SIZES:
            sizes = ", ".join(map(str, FACE_SIZES))
            raise GancourseError(f"size={self.size}: must be one of {sizes}")


@dataclass(frozen=True)
class SequentialFaces(Faces):
    """Report 000: two `Sequential` models of Dense layers. The report gives no sizes; these are ours.

    Attributes
    ----------
    g_widths, d_widths : tuple of int
        Hidden layers of generator and discriminator ("four layers": input, two hidden, output).
    d_dropout : float
        In the discriminator, after each hidden layer; the report has none.
    """

    framework = "keras"

    g_widths: tuple[int, ...] = (256, 512, 1024)
    d_widths: tuple[int, ...] = (512, 256)
    d_dropout: float = 0.0
    steps: int = 20_000


@dataclass(frozen=True)
class CelebaDCGAN(Faces):
    """Report 003's refined model; the earlier rungs of its ladder are changes to it.

    Attributes
    ----------
    g_widths, d_widths : tuple of int
        Filters of the convolutions; the generator's last, with three, is not among them.
    dropout : tuple of float
        In the discriminator, after each convolution; () for none.
    batchnorm : bool
        In both networks.
    """

    framework = "keras"

    g_widths: tuple[int, ...] = (256, 128, 64)
    d_widths: tuple[int, ...] = (32, 64, 128, 256)
    dropout: tuple[float, ...] = (0.25, 0.25, 0.4, 0.4)
    batchnorm: bool = True
    batch: int = 32
    steps: int = 100_000


@dataclass(frozen=True)
class FaceDCGAN(Faces, Training):
    """The DCGANs of reports 001 and 004, with the rates that report 001 gives: Adam 2e-4, betas (0.5, 0.999).

    Attributes
    ----------
    epochs : int
        Passes over the data; `steps` is then worked out from their number. 0: as many steps as `steps` says.
    width : int
        Filters of the level next to the image, in both networks; each level further has twice as many.
    init : {"normal", "default"}
        Weights drawn from N(0, 0.02), or left as PyTorch draws them.
    leaky : bool
        LeakyReLU in the generator too, as report 004 has it.
    conditional : bool
        Give both networks the label (photo or cartoon); the data must have labels.
    d_norm : {"batch", "none", "spectral"}
        In the discriminator: BatchNorm, nothing, or spectral normalisation of all its weights.
    save_every : int
        0: one grid of samples an epoch, forty along the run if it is counted in steps.
    """

    framework = "torch"
    norms = ("batch", "none", "spectral")

    epochs: int = 40
    width: int = 64
    latent: int = 128
    init: str = "normal"
    leaky: bool = False
    conditional: bool = False
    d_norm: str = "batch"
    batch: int = 128
    ema: float = 0.999
    save_every: int = 0


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

# Small, narrow, fast-learning: faces in half a minute on two cores.
_DRAWN_FACES = FaceDCGAN(
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

RECIPES = {
    "mnist_cgan": {
        "reduced": _DIGITS,
        "colab": MnistCGAN(),
        "full": MnistCGAN(),
    },
    "sequential_faces": {
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
        "colab": SequentialFaces(),
        "full": SequentialFaces(),
    },
    "celeba_dcgan": {
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
        "colab": CelebaDCGAN(steps=20_000),
        "full": CelebaDCGAN(),
    },
    "anime_dcgan": {
        "reduced": _DRAWN_FACES,
        "colab": FaceDCGAN(data="anime"),
        "full": FaceDCGAN(data="anime"),
    },
    "photo_cartoon": {
        "reduced": replace(_DRAWN_FACES, data="faceworld-photo2cartoon", leaky=True, epochs=12),
        "colab": FaceDCGAN(data="photo2cartoon", leaky=True, epochs=300),
        "full": FaceDCGAN(data="photo2cartoon", leaky=True, epochs=500),
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
    if "steps" in typed and "epochs" in known:
        typed.setdefault("epochs", 0)  # who counts in steps does not count in epochs
    changed = replace(base, **typed)
    if budget == "reduced" and not SOURCES[changed.data].embedded:
        raise GancourseError(
            f"the reduced budget trains on embedded data only, not on {changed.data}: choose --budget full"
        )
    return changed


def fixed_steps(recipe, count: int):
    """`recipe` with its `steps` worked out for `count` training images, where it counts in epochs."""
    epochs = getattr(recipe, "epochs", 0)
    return replace(recipe, steps=epochs * max(1, count // recipe.batch)) if epochs else recipe


def changes_from(base, changed) -> dict:
    """The fields in which `changed` differs from `base`, with the changed values."""
    return {key: value for key, value in asdict(changed).items() if value != asdict(base)[key]}


def _typed(key, value, default):
    if not isinstance(value, str) or isinstance(default, str):
        return value
    try:
        if isinstance(default, bool):
            return {"true": True, "false": False}[value.lower()]
        if isinstance(default, tuple):
            return tuple(type(default[0])(part) for part in value.split(",") if part)
        return type(default)(value)
    except (KeyError, ValueError):
        raise GancourseError(f"{key}={value!r}: must be like {default!r}") from None
