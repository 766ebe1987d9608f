"""When is report 003's discriminator right near 100 % of the time? Its pairs at their own widths, and at a quarter.

    python -m studies.celeba_pairs book/records/celeba_dcgan-pairs --data FOLDER_OF_CELEBA

CelebA at 32 × 32, the first 100 steps of 32 images: the report speaks of its first "20-30 epochs", which are steps. An
arm is a pair of the report's ladder (the deeper one, which has neither refinement, or one with dropout, BatchNorm or
both), the widths of G and of D (the report's, or a quarter of them), and a learning rate. D's accuracy is the training
step's: dropout is on, BatchNorm uses the batch's statistics. Its logits on training faces, on as many held-out ones and
on fakes are taken in inference mode.
"""

import time
from dataclasses import asdict
from functools import cached_property

from gancourse import GancourseError, metrics, recipes
from gancourse.keras_gan import build, engine, train
from studies.study import Study, described

STEPS = 100
LOOKS = (30, 100)
SHOWN = 500  # how many images of each kind D is evaluated on
PAIRS = {
    "deeper pair": {"dropout": (), "batchnorm": False},
    "+ dropout": {"batchnorm": False},
    "+ BatchNorm": {"dropout": ()},
    "refined: both": {},
}
WIDTHS = {
    "the report's widths": {},
    "G a quarter": {"g_widths": (64, 32, 16)},
    "both a quarter": {"g_widths": (64, 32, 16), "d_widths": (8, 16, 32, 64)},
}
RATES = (0.0002, 0.002, 0.02)


class CelebaPairs(Study):
    """One pair, at one width and one learning rate, per arm."""

    arms = {
        f"{pair}, {widths}, lr {rate}": {
            "pair": pair,
            "widths": widths,
            "changes": PAIRS[pair] | WIDTHS[widths] | {"lr": rate, "lr_d": rate},
        }
        for widths in WIDTHS
        for pair in PAIRS
        for rate in RATES
    }
    files = "a folder with CelebA's images or archives"

    @cached_property
    def images(self):
        """Training and held-out faces."""
        return self.splits("celeba", recipe_of({}).size)

    def settings(self, arm: str, seed: int) -> dict:
        recipe = recipe_of(self.arms[arm]["changes"])
        return {"recipe": asdict(recipe), "data": self.images[0].fingerprint, "looks": LOOKS}

    def measure(self, arm: str, seed: int) -> dict:
        training, held_out = (split.images for split in self.images)
        gan, looks = build(recipe_of(self.arms[arm]["changes"]), seed), []

        def callback(step):
            if step in LOOKS:
                shown = training[:SHOWN], held_out[:SHOWN], gan.sample(SHOWN, seed=1000 + step)
                logits = [gan.logits(images) for images in shown]
                looks.append({"step": step, **metrics.discriminator(*logits)})

        started = time.perf_counter()
        try:
            history = train(gan, training, seed=seed, every=10, callback=callback)
        except GancourseError as error:  # a rate of 0.02 may well diverge, which is a result
            return {"seed": seed, "diverged": str(error), "looks": looks}
        steps = {
            metric: [round(float(value), 4) for value in history[metric]]
            for metric in history.metrics
        }
        seconds = round(time.perf_counter() - started)
        return {"seed": seed, "looks": looks, "steps": steps, "seconds": seconds}

    def head(self) -> dict:
        faces, held_out = self.images
        return {
            "data": described(faces),
            "held_out": len(held_out),
            "recipe_name": "celeba_dcgan",
            "budget": "full",
            "recipe": asdict(recipe_of({})),
            "batchnorm_mode": "steps: batch statistics; looks: running averages",
            "precision": engine.policy("auto"),
            "device": engine.describe_device(),
        }


def recipe_of(changes: dict):
    """The recipe of an arm."""
    return recipes.recipe("celeba_dcgan", "full", {"size": 32, "steps": STEPS} | changes)


if __name__ == "__main__":
    CelebaPairs.main()
