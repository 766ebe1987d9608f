"""What report 001 advises, and what its networks start from: each choice as one change to a DCGAN on anime faces.

    python -m studies.anime_choices book/records/anime_dcgan-choices --data FOLDER_OF_ANIME_FACES

32 × 32, 24 filters, batch 64, 1,000 steps; three seeds per arm. Each generator is evaluated twice, with its own weights
and with their moving average.
"""

import time
from dataclasses import asdict
from functools import cached_property

from gancourse import evaluation, recipes
from gancourse.torch_gan import Batches, build, train
from studies.study import Study, described, torch_machine

STEPS = 1000
BASE = {
    "size": 32,
    "width": 24,
    "batch": 64,
    "steps": STEPS,
    "lr": 4e-4,
    "lr_d": 4e-4,
    "ema": 0.99,
}
CHANGES = {
    "as the recipe": {},
    "PyTorch's own initial weights": {"init": "default"},
    "larger: twice the filters": {"width": 48},
    "longer: twice the steps": {"steps": 2 * STEPS},
    "another optimiser: Adam's default betas": {"beta1": 0.9},
    "the report's learning rate, 0.0002": {"lr": 2e-4, "lr_d": 2e-4},
}


class AnimeChoices(Study):
    """One change of the recipe per arm."""

    arms = {name: {"changes": changes} for name, changes in CHANGES.items()}
    files = "a folder with the anime faces or their archive"
    columns = 16

    @cached_property
    def images(self):
        """Training and held-out faces."""
        return self.splits("anime", BASE["size"])

    def settings(self, arm: str, seed: int) -> dict:
        fingerprint = self.images[0].fingerprint
        return {"recipe": asdict(recipe_of(CHANGES[arm])), "data": fingerprint}

    def measure(self, arm: str, seed: int) -> dict:
        faces, held_out = self.images
        recipe = recipe_of(CHANGES[arm])
        gan = build(recipe, 0, recipe.size, seed)
        started = time.perf_counter()
        history = train(gan, Batches(faces, recipe.batch, recipe.pixels, gan.device, seed))
        seconds = round(time.perf_counter() - started)
        count = len(held_out) // 2
        samples = gan.sample(count, seed=1000 + seed)
        plain = gan.sample(count, seed=1000 + seed, network=gan.generator)
        cards = [evaluation.face_card(images, held_out.images) for images in (samples, plain)]
        return {
            "seed": seed,
            **evaluation.values(cards[0]),
            "without_ema": {
                key: value
                for key, value in evaluation.values(cards[1]).items()
                if "floor" not in key
            },
            "mean_of_last_200": dict(
                zip(
                    history.metrics,
                    history.values[-200:].mean(axis=0).round(4).tolist(),
                    strict=True,
                )
            ),
            "curves": history.curves(points=100),
            "seconds": seconds,
            "samples": samples[: self.columns].astype(float).round(3).tolist(),
        }

    def head(self) -> dict:
        return {
            "data": described(self.images[0]),
            "recipe_name": "anime_dcgan",
            "budget": "full",
            "recipe": asdict(recipe_of({})),
            **torch_machine(),
        }


def recipe_of(changes: dict):
    """The recipe of an arm."""
    return recipes.recipe("anime_dcgan", "full", BASE | changes)


if __name__ == "__main__":
    AnimeChoices.main()
