"""Does the discriminator of report 003 overfit its training faces, or does it dominate? With and without dropout.

    python -m studies.overfitting book/records/celeba_dcgan-overfitting --data FOLDER_OF_CELEBA

An arm is a number N of training faces, with or without dropout; 1,000 other faces are held out. Along each run D's
logits (inference mode: dropout off, BatchNorm with its running averages) are taken on training faces, on held-out
faces and on fakes. An overfitting D rates training faces above held-out ones; a dominating D rates both far above the
fakes. D has the report's widths, at 32 × 32; G has a quarter of its widths.
"""

import time
from dataclasses import asdict
from functools import cached_property

import numpy as np

from gancourse import data, metrics, recipes
from gancourse.keras_gan import build, engine, train
from studies.study import Study, described

COUNTS = (500, 2000, 7500)
HELD_OUT = 1000
STEPS = 1200
LOOKS = (0, 10, 20, 30, 50, 100, 200, 400, 600, 800, 1000, 1200)
SHOWN = 500  # how many training faces and fakes D is evaluated on
CHANGES = {"size": 32, "g_widths": (64, 32, 16), "steps": STEPS}
DROPOUT = {"with dropout": recipes.CelebaDCGAN().dropout, "without dropout": ()}


class Overfitting(Study):
    """One number of training faces, with or without dropout, per arm."""

    arms = {
        f"{count} faces, {name}": {"faces": count, "dropout": name}
        for count in COUNTS
        for name in DROPOUT
    }
    files = "a folder with CelebA's images or archives"

    @cached_property
    def faces(self):
        """All faces, from which each seed draws its own training and held-out faces."""
        return data.load("celeba", "train+test", self.path, size=CHANGES["size"])

    def settings(self, arm: str, seed: int) -> dict:
        recipe = recipe_of(DROPOUT[self.arms[arm]["dropout"]])
        return {"recipe": asdict(recipe), "data": self.faces.fingerprint, "looks": LOOKS}

    def measure(self, arm: str, seed: int) -> dict:
        images, count = self.faces.images, self.arms[arm]["faces"]
        order = np.random.default_rng(seed).permutation(len(images))
        held_out, training = images[order[:HELD_OUT]], images[order[HELD_OUT : HELD_OUT + count]]
        recipe = recipe_of(DROPOUT[self.arms[arm]["dropout"]])
        started, looks = time.perf_counter(), []
        gan = build(recipe, seed)

        def callback(step):
            if step in LOOKS:
                looks.append(look(gan, step, training[:SHOWN], held_out))

        history = train(
            gan, training, batch=recipe.batch, steps=STEPS, seed=seed, every=10, callback=callback
        )
        return {
            "seed": seed,
            "looks": looks,
            "first_100_steps": [round(float(v), 3) for v in history["d_accuracy"][:100]],
            "curves": history.curves(points=STEPS // 20),
            "seconds": round(time.perf_counter() - started),
        }

    def head(self) -> dict:
        recipe = recipe_of(DROPOUT["with dropout"])
        return {
            "data": described(self.faces),
            "held_out": HELD_OUT,
            "recipe_name": "celeba_dcgan",
            "budget": "full",
            "recipe": asdict(recipe),
            "batchnorm_mode": "looks: running averages; d_accuracy in curves and first steps: batch statistics",
            "precision": engine.policy(recipe.precision),
            "device": engine.describe_device(),
        }


def look(gan, step: int, training, held_out) -> dict:
    """The metrics of D at a step, in inference mode."""
    fake = gan.sample(SHOWN, seed=step)
    logits = (gan.logits(images) for images in (training, held_out, fake))
    return {"step": step, **metrics.discriminator(*logits)}


def recipe_of(dropout):
    """The recipe of an arm."""
    return recipes.recipe("celeba_dcgan", "full", CHANGES | {"dropout": dropout})


if __name__ == "__main__":
    Overfitting.main()
