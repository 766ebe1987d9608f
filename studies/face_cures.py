"""Seven games on faces of 32 × 32, each given the time that 2,000 steps of a plain DCGAN take on a processor.

    python -m studies.face_cures book/records/face-cures-anime --faces anime --data FOLDER_OF_ANIME_FACES
    python -m studies.face_cures book/records/face-cures-celeba --faces celeba --data FOLDER_OF_CELEBA

What a step costs is read from the record `step-costs`, the learning rates and the weight of the penalties from
`face-rates` (`studies.face_rates`): of four tries, the one that came closest to the held-out anime faces. The
optimiser's betas are those of each game's paper. A look draws samples with the averaged weights, 1,000 or half as many
as there are held-out faces, and measures their Fréchet distance to half of those, on the features of a random network.
"""

import argparse
import time
from dataclasses import asdict
from functools import cache, cached_property
from pathlib import Path

import numpy as np
import torch

from gancourse import data, evaluation, metrics, recipes, runtime
from gancourse.runs import committed, read_record
from gancourse.torch_gan import Batches, build, train
from studies.study import Study, described

PLAIN_STEPS = 2000  # of the DCGAN, whose time everybody gets
LOOKS = 5  # along that time
SAMPLES = 1000
BASE = {
    "size": 32,
    "width": 16,
    "latent": 64,
    "batch": 64,
    "ema": 0.995,
    "precision": "float32",
    "threads": 1,
}
GAMES: dict[str, dict] = {
    "BatchNorm": {"beta1": 0.5, "beta2": 0.999},
    "no norm": {"d_norm": "none", "beta1": 0.5, "beta2": 0.999},
    "hinge, spectral norm": {
        "d_norm": "spectral",
        "objective": "hinge",
        "beta1": 0.0,
        "beta2": 0.9,
    },
    "WGAN-GP": {"d_norm": "none", "objective": "wasserstein-gp", "beta1": 0.0, "beta2": 0.9},
    "R1": {
        "d_norm": "none",
        "objective": "non-saturating-r1",
        "penalty_every": 4,
        "beta1": 0.0,
        "beta2": 0.99,
    },
    "pairs, R1 and R2": {
        "d_norm": "none",
        "objective": "relativistic",
        "penalty_every": 4,
        "beta1": 0.0,
        "beta2": 0.99,
    },
    "residual pairs, R1 and R2": {
        "d_norm": "none",
        "objective": "relativistic",
        "architecture": "residual",
        "penalty_every": 4,
        "beta1": 0.0,
        "beta2": 0.99,
    },
}


def cost_of(game: str) -> str:
    """The name of a game in the record of the costs, which has several for one that is penalised now and then."""
    every = GAMES[game].get("penalty_every")
    return f"{game}, every {every}" if every else game


@cache
def costs() -> dict:
    """What is measured of each step, by the game's name in the record of the costs."""
    return read_record(committed("step-costs"))["sizes"][str(BASE["size"])]


def steps_of(game: str, plain_steps: int) -> int:
    """How many steps of a game take the time of so many plain ones."""
    return round(plain_steps / costs()[cost_of(game)]["ratio"])


def recipe_of(game: str, plain_steps: int, changes: dict):
    """The recipe of a game, with the steps that it gets."""
    own = {"steps": steps_of(game, plain_steps)} | GAMES[game] | changes
    return recipes.recipe("anime_dcgan", "full", BASE | own)


class Looks:
    """Samples of a run against held-out faces, along the run and, by the whole card, at its end."""

    def __init__(self, held_out):
        self.held_out = held_out.images
        self.count = min(SAMPLES, len(held_out) // 2)
        self.extract = evaluation.random_convolutions(self.held_out.shape[1])
        self.real = self.extract(self.held_out[: self.count])
        others = self.extract(self.held_out[self.count : 2 * self.count])
        self.floor = round(metrics.frechet_distance(self.real.values, others.values), 4)

    def distance(self, gan, seed: int) -> float:
        """The Fréchet distance of samples."""
        fake = self.extract(gan.sample(self.count, seed=1000 + seed))
        return round(metrics.frechet_distance(self.real.values, fake.values), 4)

    def card(self, samples) -> dict:
        """Every metric of faces, and those on the random network's features."""
        features = evaluation.feature_card(self.real, self.extract(samples)).values
        card = evaluation.values(evaluation.face_card(samples, self.held_out))
        return card | {key: round(float(value), 4) for key, value in features.items()}


class FaceCures(Study):
    """One game per arm."""

    arms = {game: {"changes": changes} for game, changes in GAMES.items()}
    files = "a folder with the faces or their archive"
    columns = 16
    processes = 2
    plain_steps = PLAIN_STEPS

    def __init__(self, path: Path | None = None, seeds=None, arms=None, faces: str = "anime"):
        super().__init__(path, seeds, arms)
        self.faces = faces

    @classmethod
    def add_options(cls, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--faces", choices=("anime", "celeba"), default="anime")

    @property
    def command(self) -> str:
        return f"{super().command} --faces {self.faces}"

    @cached_property
    def images(self) -> list[data.ImageSet]:
        """Training and held-out faces."""
        return self.splits(self.faces, BASE["size"])

    @cached_property
    def looks(self) -> Looks:
        """What the samples are held against."""
        return Looks(self.images[1])

    def recipe(self, arm: str):
        """The recipe of an arm."""
        chosen = read_record(committed("face-rates"))["chosen"][arm]
        return recipe_of(arm, self.plain_steps, chosen)

    def settings(self, arm: str, seed: int) -> dict:
        return {"recipe": asdict(self.recipe(arm)), "data": self.images[0].fingerprint}

    def measure(self, arm: str, seed: int) -> dict:
        recipe = self.recipe(arm)
        last = min(steps_of(game, self.plain_steps) for game in GAMES)  # that every game reaches
        at = {round(recipe.steps * look / LOOKS) for look in range(1, LOOKS + 1)} | {last}
        gan = build(recipe, 0, recipe.size, seed, torch.device("cpu"))
        batches = Batches(self.images[0], recipe.batch, recipe.pixels, gan.device, seed)
        looks, looking = [], 0.0

        def callback(done):
            nonlocal looking
            if done in at:
                began = time.process_time()
                look = {"step": done, "frechet": self.looks.distance(gan, seed)}
                looks.append(look | {"same_images": done == last})
                looking += time.process_time() - began

        began = time.process_time()
        history = train(gan, batches, every=1, callback=callback, progress=False)
        seconds = time.process_time() - began - looking
        samples = gan.sample(self.looks.count, seed=1000 + seed)
        return {
            "seed": seed,
            "looks": looks,
            **self.end(samples),
            "turns": turns(history["g_loss"][recipe.steps // 2 :]),
            "curves": history.curves(points=100),
            "cpu_seconds": round(seconds),
            "samples": samples[: self.columns].astype(float).round(3).tolist(),
        }

    def end(self, samples) -> dict:
        """What is measured on a run's last samples alone."""
        return {"card": self.looks.card(samples)}

    def head(self) -> dict:
        return {
            "data": described(self.images[0]),
            "held_out": len(self.images[1]),
            "floor": self.looks.floor,
            "plain_steps": self.plain_steps,
            "samples": self.looks.count,
            "device": runtime.describe_device(torch.device("cpu")),
            "recipes": {arm: asdict(self.recipe(arm)) for arm in self.arms},
        }

    def tell(self, record: dict) -> None:
        for name, arm in record["arms"].items():
            ends = ", ".join(f"{run['card']['frechet']:.3f}" for run in arm["runs"])
            print(f"{name:<28} Fréchet distance at the end: {ends}")


def turns(losses) -> float:
    """The share of steps at which a loss turns round, up then down or down then up: 2/3 for independent values."""
    rises = np.sign(np.diff(np.asarray(losses, float)))
    return round(float((rises[1:] != rises[:-1]).mean()), 4)


if __name__ == "__main__":
    FaceCures.main()
