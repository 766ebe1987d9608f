"""Modes covered by nine games: eight on a ring, 25 on a grid, and a thousand classes of stacked digits.

    python -m studies.mode_coverage book/records/mode-coverage

The ring and the grid are chapter 1's. A stacked digit is three of the embedded 8 × 8 digits, drawn independently, one
in each colour; its mode is the number that they spell, as the digits' classifier reads them. A sample is good within
three standard deviations of a centre, or where the classifier is surer than 90 % of all three digits. A mode is covered
if it has half of its fair share of good samples (`gancourse.metrics.mode_coverage`). Every game has the same networks,
the same Adam and as many updates of D; G of WGAN-GP has a fifth of the others' updates, unless D takes one step for
each of G's. R1 and R2 have a weight of 0.05, the penalty of WGAN-GP its paper's 10. Rates fall to zero over the second
half.
"""

from dataclasses import replace

import numpy as np
import torch

from gancourse import data, evaluation, metrics, recipes, runtime
from gancourse.torch_gan import GAN, PointBatches, train
from gancourse.torch_gan.networks import normalise_spectrum
from studies.ring_rates import CPU, MIXTURES, Network
from studies.study import Study, described

SURE = 0.9
LOOKS = 4
GAMES: dict[str, dict] = {
    "non-saturating": {},
    "R1": {"objective": "non-saturating-r1"},
    "hinge, spectral norm": {"objective": "hinge", "spectral": True},
    "WGAN-GP": {"objective": "wasserstein-gp", "penalty": 1.0},
    "WGAN-GP, one step of D": {"objective": "wasserstein-gp", "penalty": 1.0, "d_steps": 1},
    "pairs": {"objective": "relativistic", "penalty": 0.0},
    "pairs, R1": {"objective": "relativistic", "only": "r1"},
    "pairs, R2": {"objective": "relativistic", "only": "r2"},
    "pairs, R1 and R2": {"objective": "relativistic"},
}
SETS: dict[str, dict] = {
    "ring": {"modes": 8, "steps": 3000, "samples": 4000, "width": 64, "latent": 2, "lr": 1e-3},
    "grid": {"modes": 25, "steps": 4000, "samples": 12_500, "width": 128, "latent": 2, "lr": 1e-3},
    "digits": {
        "modes": 1000,
        "steps": 2500,
        "samples": 20_000,
        "width": 256,
        "latent": 64,
        "lr": 5e-4,
    },
}
BASE = {"beta1": 0.0, "beta2": 0.99, "lr_decay": 0.5, "penalty": 0.1, "threads": 1}
BATCH = 128


class PixelNetwork(Network):
    """A generator of pixels in [-1, 1]."""

    def forward(self, x, labels=None):
        return super().forward(x).tanh()


class StackedBatches:
    """An endless stream of stacked digits: float32 (batch, 192) in [-1, 1], and None for the labels."""

    def __init__(self, images, batch: int, seed: int):
        self.images = torch.tensor(images).float().flatten(1) / 127.5 - 1
        self.batch, self.device = batch, CPU
        self.rng = torch.Generator().manual_seed(seed)

    def __iter__(self):
        return self

    def __next__(self):
        chosen = torch.randint(len(self.images), (self.batch, 3), generator=self.rng)
        return self.images[chosen].flatten(1), None


def read_stacks(stacks) -> tuple[np.ndarray, np.ndarray]:
    """The numbers that stacked digits spell, and where the classifier is sure of all three: (N, 192) in [0, 1]."""
    classifier = evaluation.digit_classifier("digits")
    sure = classifier.probabilities(stacks.reshape(-1, 8, 8, 1))
    digits = sure.argmax(1).reshape(-1, 3)
    return digits @ [100, 10, 1], (sure.max(1) > SURE).reshape(-1, 3).all(1)


def counted(name: str, samples) -> dict:
    """The coverage of samples of a set, in the networks' range."""
    found = read_stacks((samples + 1) / 2) if name == "digits" else MIXTURES[name].assign(samples)
    counts = metrics.mode_coverage(*found, SETS[name]["modes"])
    return {key: round(value, 4) for key, value in counts.items()}


class ModeCoverage(Study):
    """One game on one set per arm."""

    arms = {
        f"{name}, {game}": {"set": name, "game": game, "changes": changes}
        for name in SETS
        for game, changes in GAMES.items()
    }
    seeds = 5
    processes = 2
    digits = data.load("digits", "train")

    def settings(self, arm: str, seed: int) -> dict:
        return {"set": SETS[self.arms[arm]["set"]], "base": BASE, "batch": BATCH}

    def measure(self, arm: str, seed: int) -> dict:
        name, changes = self.arms[arm]["set"], dict(self.arms[arm]["changes"])
        chosen = SETS[name]
        spectral, only = changes.pop("spectral", False), changes.pop("only", None)
        d_steps = changes.pop("d_steps", None)
        own = {"steps": chosen["steps"], "lr": chosen["lr"], "lr_d": chosen["lr"]} | changes
        recipe = recipes.Training(**BASE | own)
        size, widths = 192 if name == "digits" else 2, [chosen["width"]] * 3
        draw = PixelNetwork if name == "digits" else Network
        torch.manual_seed(seed)
        networks = {
            "generator": draw(chosen["latent"], size, widths),
            "discriminator": Network(size, 1, widths),
        }
        if spectral:
            normalise_spectrum(networks["discriminator"])
        gan = GAN(networks, chosen["latent"], recipe, CPU)
        if d_steps:
            gan.objective = replace(gan.objective, d_steps=d_steps)
        if only:
            gan.penalties = {of: w for of, w in gan.penalties.items() if of.__name__ == only}
        if name == "digits":
            batches = StackedBatches(self.digits.images, BATCH, seed)
        else:
            batches = PointBatches(MIXTURES[name], BATCH, CPU, seed)
        noise = torch.randn(
            chosen["samples"], chosen["latent"], generator=torch.Generator().manual_seed(seed)
        )
        looks = []

        def look(done):
            if done:
                with torch.no_grad():
                    samples = gan.sampler(noise).numpy()
                looks.append(counted(name, samples))

        train(gan, batches, every=chosen["steps"] // LOOKS, callback=look, progress=False)
        return {"seed": seed, **looks[-1], "looks": looks}

    def head(self) -> dict:
        real = {}
        for name, chosen in SETS.items():
            if name == "digits":
                stream = StackedBatches(self.digits.images, chosen["samples"], 0)
                samples = next(stream)[0].numpy()
            else:
                samples = MIXTURES[name].sample(chosen["samples"], np.random.default_rng(0))
            real[name] = counted(name, samples)
        return {
            "sets": SETS,
            "base": BASE,
            "batch": BATCH,
            "games": list(GAMES),
            "real": real,
            "sure": SURE,
            "digits": described(self.digits),
            "classifier_accuracy": evaluation.digit_classifier("digits").accuracy,
            "device": runtime.describe_device(CPU),
        }

    def tell(self, record: dict) -> None:
        for name, arm in record["arms"].items():
            ends = ", ".join(
                f"{run['covered']}/{run['good']:.2f}/{run['entropy']:.2f}" for run in arm["runs"]
            )
            print(f"{name:<30} covered / good / entropy: {ends}")


if __name__ == "__main__":
    ModeCoverage.main()
