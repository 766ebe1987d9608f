"""What a step of each game of chapter 10 costs on a processor, as a ratio to the plain DCGAN's step.

    python benchmarks/step_costs.py --out book/records/step-costs    # twenty minutes on one core

All pairs are built at once and take turns, a few steps each, so that a machine that slows down slows them all. Time is
the processor's, on one thread. Each pair's cost is the median over the rounds of its time, divided by the plain
DCGAN's in the same round. "every k" computes the penalty at each k-th update of D, k times as heavy; "a quarter" on a
quarter of each batch. "full resolution" is a critic whose first layer looks at all pixels with stride 1.
"""

import argparse
import time
from pathlib import Path
from statistics import median

import torch
from throughput import ratios
from torch import nn

from gancourse import recipes, runtime
from gancourse.files import atomic
from gancourse.runs import check_replaceable, write_record
from gancourse.torch_gan import GAN, build, train_step

BASE = {"width": 16, "latent": 64, "batch": 64, "ema": 0.995, "precision": "float32"}
R1 = {"d_norm": "none", "objective": "non-saturating-r1"}
PAIRS = {"d_norm": "none", "objective": "relativistic"}
RESIDUAL = PAIRS | {"architecture": "residual"}
ARMS = {
    "BatchNorm": {},
    "no norm": {"d_norm": "none"},
    "hinge, spectral norm": {"d_norm": "spectral", "objective": "hinge"},
    "WGAN-GP": {"d_norm": "none", "objective": "wasserstein-gp"},
    "R1, each step": R1,
    "R1, every 4": R1 | {"penalty_every": 4},
    "R1, every 16": R1 | {"penalty_every": 16},
    "R1, a quarter": R1 | {"penalty_share": 0.25},
    "R1, each step, full resolution": R1,
    "no norm, full resolution": {"d_norm": "none"},
    "pairs, R1 and R2, each step": PAIRS,
    "pairs, R1 and R2, every 4": PAIRS | {"penalty_every": 4},
    "residual pairs, R1 and R2, each step": RESIDUAL,
    "residual pairs, R1 and R2, every 4": RESIDUAL | {"penalty_every": 4},
}
STEPS, ROUNDS = 16, 9  # of 16 steps each lazy arm has its share of penalties
PLAIN = "BatchNorm"


class FullResolution(nn.Module):
    """A DCGAN's discriminator behind two 3 × 3 convolutions of stride 1: what a residual critic begins with."""

    def __init__(self, width: int, discriminator: nn.Module):
        super().__init__()
        self.begin = nn.Sequential(
            nn.Conv2d(3, width, 3, padding=1), nn.LeakyReLU(0.2), nn.Conv2d(width, 3, 3, padding=1)
        )
        self.rest = discriminator

    def forward(self, images, labels=None):
        return self.rest(self.begin(images))


def pair(name: str, size: int) -> GAN:
    """The GAN of an arm."""
    recipe = recipes.recipe("anime_dcgan", "full", BASE | {"size": size, "steps": 1} | ARMS[name])
    gan = build(recipe, 0, size, seed=0, device=torch.device("cpu"))
    if "full resolution" not in name:
        return gan
    networks = gan.networks | {
        "discriminator": FullResolution(recipe.width, gan.discriminator),
    }
    return GAN(networks, recipe.latent, recipe, gan.device)


def measure(size: int, rounds: int = ROUNDS, steps: int = STEPS) -> dict:
    """Milliseconds a step and its ratio to the plain step, by arm."""
    gans = {name: pair(name, size) for name in ARMS}
    real = torch.rand(BASE["batch"], 3, size, size).to(memory_format=torch.channels_last)
    times: dict[str, list[float]] = {name: [] for name in ARMS}
    with runtime.threads(1):
        for count in range(rounds + 1):  # the first round warms up
            for name, gan in gans.items():
                began = time.process_time()
                for _ in range(steps):
                    train_step(gan, real, None)
                if count:
                    times[name].append((time.process_time() - began) / steps)
    costs = {}
    for name, measured in times.items():
        to_plain = ratios(measured, times[PLAIN])
        costs[name] = {
            "milliseconds": round(1000 * median(measured), 1),
            "ratio": median(to_plain),
            "ratios": [min(to_plain), max(to_plain)],
        }
    return costs


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, help="write a record into this folder")
    parser.add_argument("--sizes", type=int, nargs="+", default=[32, 64])
    args = parser.parse_args()
    if args.out:
        check_replaceable(args.out)
    sizes = {str(size): measure(size) for size in args.sizes}
    for size, costs in sizes.items():
        for name, cost in costs.items():
            low, high = cost["ratios"]
            print(
                f"{size} × {size}  {name:<38} {cost['milliseconds']:7.1f} ms  "
                f"{cost['ratio']:.2f} ({low:.2f} to {high:.2f})"
            )
    if args.out:
        record = {
            "command": "python benchmarks/step_costs.py --out FOLDER",
            "base": BASE,
            "steps": STEPS,
            "rounds": ROUNDS,
            "arms": {name: {"changes": changes} for name, changes in ARMS.items()},
            "device": runtime.describe_device(torch.device("cpu")),
            "versions": runtime.versions(),
            "sizes": sizes,
        }
        with atomic(args.out, folder=True) as scratch:
            write_record(scratch, record)


if __name__ == "__main__":
    main()
