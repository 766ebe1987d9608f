"""Eight modes on a ring, 25 on a grid: what the two learning rates, Adam's beta1 and R1 do to what G covers.

    python -m studies.ring_rates book/records/ring-rates    # six minutes on one core

Chapter 1's networks, 2,000 steps, eight seeds an arm. At every hundredth step 2,000 points of the same noise are
counted: modes covered, and the share of good points. "both at 5e-4" is the pair that the others are changes to.
"""

import numpy as np
import torch
from torch import nn

from gancourse import recipes, runtime, theory
from gancourse.torch_gan import GAN, PointBatches, mlp, train
from studies.study import Study

STEPS, EVERY = 2000, 100
POINTS = 2000
REAL = 200_000
MIXTURES = {"ring": theory.ring(), "grid": theory.grid()}
BASE = {"lr": 5e-4, "lr_d": 5e-4, "beta1": 0.5}
CPU = torch.device("cpu")


class Network(nn.Module):
    """Generator or discriminator for points in the plane: hidden layers of these widths, by default chapter 1's."""

    def __init__(self, inputs: int, outputs: int, widths=(64, 64)):
        super().__init__()
        self.body = nn.Sequential(mlp([inputs, *widths]), nn.Linear(widths[-1], outputs))

    def forward(self, x, labels=None):
        return self.body(x).squeeze(1)


class RingRates(Study):
    """One choice of rates per arm."""

    arms = {
        "both at 5e-4": {},
        "both at 1e-4": {"lr": 1e-4, "lr_d": 1e-4},
        "both at 5e-3": {"lr": 5e-3, "lr_d": 5e-3},
        "G ten times as fast": {"lr": 5e-3},
        "G ten times as fast, R1": {"lr": 5e-3, "r1": True},
        "D fifty times as fast": {"lr": 1e-4, "lr_d": 5e-3},
        "D fifty times as fast, R1": {"lr": 1e-4, "lr_d": 5e-3, "r1": True},
        "beta1 0": {"beta1": 0.0},
        "beta1 0.9": {"beta1": 0.9},
        "grid, both at 1e-3": {"mixture": "grid", "lr": 1e-3, "lr_d": 1e-3},
    }
    seeds = 8

    def settings(self, arm: str, seed: int) -> dict:
        return {"base": BASE, "steps": STEPS, "points": POINTS}

    def measure(self, arm: str, seed: int) -> dict:
        changes = dict(self.arms[arm])
        mixture = MIXTURES[changes.pop("mixture", "ring")]
        if changes.pop("r1", False):
            changes["objective"] = "non-saturating-r1"
        recipe = recipes.Training(steps=STEPS, **BASE | changes)
        torch.manual_seed(seed)
        networks = {"generator": Network(2, 2), "discriminator": Network(2, 1)}
        gan = GAN(networks, latent=2, recipe=recipe, device=CPU)
        noise = torch.randn(POINTS, 2, generator=torch.Generator().manual_seed(0))
        counts = []

        def look(done):
            with torch.no_grad():
                counts.append(mixture.coverage(gan.generator(noise).numpy()))

        batches = PointBatches(mixture, 256, CPU, seed)
        with runtime.threads(1):
            train(gan, batches, every=EVERY, callback=look, progress=False)
        return {
            "seed": seed,
            "modes": [modes for modes, _ in counts],
            "good": [round(good, 4) for _, good in counts],
        }

    def head(self) -> dict:
        real = MIXTURES["ring"].sample(REAL, np.random.default_rng(0))
        modes, good = MIXTURES["ring"].coverage(real)
        return {
            "base": BASE,
            "steps": STEPS,
            "every": EVERY,
            "points": POINTS,
            "real": {"points": REAL, "modes": modes, "good": round(good, 4)},
            "device": runtime.describe_device(CPU),
        }

    def tell(self, record: dict) -> None:
        for name, arm in record["arms"].items():
            ends = (f"{run['modes'][-1]}/{run['good'][-1]:.2f}" for run in arm["runs"])
            print(f"{name:<26} modes / good at the end: {', '.join(ends)}")


if __name__ == "__main__":
    RingRates.main()
