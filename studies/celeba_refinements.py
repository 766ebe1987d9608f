"""What each step of report 003's ladder buys, on real faces: every arm over several seeds, same steps, same metrics.

    python -m studies.celeba_refinements book/records/celeba_dcgan-refinements --data FOLDER_OF_CELEBA

CelebA at 32 × 32, all networks at a quarter of the report's widths, 500 steps of 32 images as in the report, without a
moving average. The report's benchmark, pixels drawn at random, is an arm as well.
"""

import time
from dataclasses import asdict
from functools import cached_property

import numpy as np

from gancourse import GancourseError, data, evaluation, recipes
from gancourse.keras_gan import build, engine, train
from studies.study import Study, described

BASE = {"size": 32, "g_widths": (64, 32, 16), "d_widths": (8, 16, 32, 64), "steps": 500}
PLAIN = {"dropout": (), "batchnorm": False}
LADDER = {
    "simple pair": PLAIN | {"g_widths": (16,), "d_widths": (8, 16)},
    "deeper pair": PLAIN,
    "+ dropout": {"batchnorm": False},
    "+ BatchNorm": {"dropout": ()},
    "refined: both": {},
}
RATES = (0.0002, 0.002)
CHANGES = {
    f"{name}, lr {rate}": changes | {"lr": rate, "lr_d": rate}
    for rate in RATES
    for name, changes in LADDER.items()
} | {
    "simple pair, lr 0.02": LADDER["simple pair"] | {"lr": 0.02, "lr_d": 0.02},
    "refined: both, lr 0.02": {"lr": 0.02, "lr_d": 0.02},
    "refined, real images in [0, 1]": {"pixels": "unit"},
    "refined, squashed": {"fit": "squash"},
}
RANDOM = "random generator"


class CelebaRefinements(Study):
    """One step of the ladder, at one learning rate, per arm."""

    arms = {RANDOM: {}} | {name: {"changes": changes} for name, changes in CHANGES.items()}
    files = "a folder with CelebA's images or archives"
    columns = 10

    @cached_property
    def faces(self):
        """The training faces that the record names; an arm's own may be squashed instead of cropped."""
        return data.load("celeba", "train", self.path, size=BASE["size"])

    def settings(self, arm: str, seed: int) -> dict:
        recipe = recipe_of(CHANGES.get(arm, {}))
        return {"recipe": asdict(recipe), "data": self.faces.fingerprint}

    def measure(self, arm: str, seed: int) -> dict:
        if arm == RANDOM:
            return random_generator(seed, self.path)
        recipe = recipe_of(CHANGES[arm])
        faces = {"path": self.path, "size": recipe.size, "fit": recipe.fit}
        gan = build(recipe, seed)
        started = time.perf_counter()
        try:
            history = train(gan, data.load(recipe.data, "train", **faces).images, seed=seed)
        except GancourseError as error:  # a rate of 0.02 may well diverge, which is a result
            blank = np.zeros((self.columns, recipe.size, recipe.size, 3))
            return {"seed": seed, "diverged": str(error), "samples": blank.tolist()}
        held_out = data.load(recipe.data, "test", **faces).images
        samples = gan.sample(len(held_out) // 2, seed=1000 + seed)
        card = evaluation.face_card(samples, held_out)
        means, last = history.values.mean(axis=0), history.values[-200:].mean(axis=0)
        return {
            "seed": seed,
            **evaluation.values(card),
            "mean_of_all_steps": dict(zip(history.metrics, means.round(4).tolist(), strict=True)),
            "mean_of_last_200": dict(zip(history.metrics, last.round(4).tolist(), strict=True)),
            "first_step_at_95_percent": first_step_above(history["d_accuracy"], 0.95),
            "correlation": correlations(history),
            "curves": history.curves(points=100),
            "seconds": round(time.perf_counter() - started),
            "samples": samples[: self.columns].astype(float).round(3).tolist(),
        }

    def head(self) -> dict:
        return {
            "data": described(self.faces),
            "recipe_name": "celeba_dcgan",
            "budget": "full",
            "recipe": asdict(recipe_of({})),
            "batchnorm_mode": "d_accuracy: batch statistics; samples: running averages",
            "precision": engine.policy("auto"),
            "device": engine.describe_device(),
        }


def recipe_of(changes: dict):
    """The recipe of an arm."""
    return recipes.recipe("celeba_dcgan", "full", BASE | changes)


def correlations(history) -> dict:
    """Pearson's correlation of D's and G's loss over the steps, and of their changes from step to step."""
    d_loss, g_loss = history["d_loss"], history["g_loss"]
    return {
        "losses": round(float(np.corrcoef(d_loss, g_loss)[0, 1]), 3),
        "changes": round(float(np.corrcoef(np.diff(d_loss), np.diff(g_loss))[0, 1]), 3),
    }


def first_step_above(accuracy, level: float, window: int = 10) -> int | None:
    """The first step at which the mean of `window` steps is above `level`; None if there is none."""
    smooth = np.convolve(accuracy, np.ones(window) / window, mode="valid")
    above = np.flatnonzero(smooth > level)
    return int(above[0]) + window if len(above) else None


def random_generator(seed: int, path) -> dict:
    """The card of report 003's benchmark: pixels drawn at random, each level as likely as any other."""
    held_out = data.load("celeba", "test", path, size=BASE["size"]).images
    count = len(held_out) // 2
    pixels = np.random.default_rng(seed).random((count, *held_out.shape[1:]), dtype=np.float32)
    card = evaluation.face_card(pixels, held_out)
    return {"seed": seed} | evaluation.values(card)


if __name__ == "__main__":
    CelebaRefinements.main()
