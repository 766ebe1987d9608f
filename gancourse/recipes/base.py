"""What every recipe has, and the limits of a field, which stand beside it."""

from dataclasses import asdict, dataclass, field
from typing import ClassVar

import numpy as np

from gancourse import GancourseError


def within(low: float, high: float, default):
    """A field of numbers from `low` to `high`, or of tuples of them."""
    return field(default=default, metadata={"range": (low, high)})


def one_of(*choices: str, default: str | None = None):
    """A field that holds one of a few words; the first, if no `default` is named."""
    return field(default=default or choices[0], metadata={"choices": choices})


@dataclass(frozen=True)
class Recipe:
    """What every recipe has: how long to train, how fast, on how many images at a time.

    Attributes
    ----------
    lr, lr_d : float
        Adam's learning rates for the generator and the discriminator.
    beta1, beta2 : float
        Adam's decay rates for the means of the gradients and of their squares.
    ema : float
        Decay of the moving average of the generator's weights, 0 for none.
    batch : int
        The number of real images per step.
    steps : int
        The number of training steps.
    precision : {"auto", "float32", "bfloat16", "float16"}
        "auto" is what `gancourse.runtime` finds fastest on the device. float16 is for GPUs without bfloat16, and
        for PyTorch's recipes, which then scale the losses.
    """

    framework: ClassVar[str]  # each family's own: "torch" or "keras"
    lr: float = within(1e-9, 10, 5e-4)
    lr_d: float = within(1e-9, 10, 5e-4)
    beta1: float = within(0, 0.9999, 0.5)
    beta2: float = within(0, 0.999999, 0.999)
    ema: float = within(0, 0.999999, 0.0)
    batch: int = within(1, 1_000_000, 64)
    steps: int = within(1, 1_000_000_000, 1000)
    precision: str = one_of("auto", "float32", "bfloat16", "float16")

    def __post_init__(self):
        for name, value in asdict(self).items():
            limits = self._limits(name)
            if value not in limits.get("choices", [value]):
                raise GancourseError(
                    f"{name}={value!r}: must be one of {', '.join(limits['choices'])}"
                )
            if "range" in limits:
                low, high = limits["range"]
                if not np.size(value) and name.endswith("widths"):
                    raise GancourseError(f"{name} is empty: a network needs a layer")
                if not all(low <= number <= high for number in np.atleast_1d(value)):
                    raise GancourseError(f"{name}={value}: must be from {low:g} to {high:g}")

    @classmethod
    def _limits(cls, name: str) -> dict:
        """A field's choices or range, of the nearest class that states some: a new default alone keeps them."""
        stated = (base.__dict__["__dataclass_fields__"].get(name) for base in cls.__mro__[:-1])
        return next((field.metadata for field in stated if field and field.metadata), {})


@dataclass(frozen=True)
class Training(Recipe):
    """What `torch_gan.GAN` and `torch_gan.train` need to know beside it, whatever the networks and data.

    Attributes
    ----------
    objective : str
        What the two networks minimise: a key of `gancourse.torch_gan.objectives.OBJECTIVES`.
    penalty : float
        A factor on the weights of the objective's penalties, where it has some; 0 trains without them.
    penalty_every : int
        The penalties are computed every so many updates of D, multiplied by that number to make up for it.
    penalty_share : float
        The share of each batch on which the penalties are computed.
    noise : {"fresh", "recycled"}
        The generator's input: a new normal vector each step, or the last step's fake images.
    lr_decay : float
        The last share of the steps, over which both learning rates fall linearly to zero.
    threads : int
        The number of CPU threads, 0 for PyTorch's choice. Very small networks run faster on one.
    deterministic : bool
        Whether equal runs are to be equal bit for bit on a GPU, too; slower there, and on a processor without effect.
    """

    objective: str = "non-saturating"
    penalty: float = within(0, 1_000_000, 1.0)
    penalty_every: int = within(1, 10_000, 1)
    penalty_share: float = within(1e-9, 1, 1.0)
    noise: str = one_of("fresh", "recycled")
    lr_decay: float = within(0, 1, 0.0)
    threads: int = within(0, 1024, 0)
    deterministic: bool = False
