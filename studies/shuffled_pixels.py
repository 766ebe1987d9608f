"""What Dense and convolutional networks lose if the pixels of all images are shuffled alike, in pairs and mixed.

    python -m studies.shuffled_pixels book/records/sequential_faces-shuffled    # half an hour on two cores

Embedded faces, the networks of the reduced recipes of chapters 3 and 4. All arms are trained alike: batch, steps,
rates and average are the same, so that arms differ in their networks and in the order of the pixels only. Samples of
the shuffled runs are put back into order before they are evaluated, so that all arms are compared with the same
held-out faces.
"""

from dataclasses import asdict

import numpy as np
from PIL import Image

from gancourse import data, evaluation, recipes
from gancourse.keras_gan import GAN, build, engine, train
from studies.study import Results, Study

TRAINING = {"batch": 16, "steps": 2400, "lr": 1e-3, "lr_d": 1e-3, "ema": 0.995}
RECIPES = {
    "Dense": recipes.recipe("sequential_faces", "reduced", TRAINING),
    "convolutional": recipes.recipe("celeba_dcgan", "reduced", TRAINING),
}
SAMPLES = 1000


class ShuffledPixels(Study):
    """One generator and one discriminator per arm, on faces as they are or with shuffled pixels."""

    arms = {
        f"{g} G, {d} D, {pixels}": {"generator": g, "discriminator": d, "pixels": pixels}
        for g, d, pixels in (
            ("Dense", "Dense", "in order"),
            ("Dense", "Dense", "shuffled"),
            ("convolutional", "convolutional", "in order"),
            ("convolutional", "convolutional", "shuffled"),
            ("Dense", "convolutional", "in order"),
            ("convolutional", "Dense", "in order"),
        )
    }
    columns = 12

    def settings(self, arm: str, seed: int) -> dict:
        return {
            "recipes": {name: asdict(recipe) for name, recipe in RECIPES.items()},
            "data": self.faces("train").fingerprint,
        }

    def measure(self, arm: str, seed: int) -> dict:
        generator, discriminator, pixels = self.arms[arm].values()
        faces, held_out = self.faces("train").images, self.faces("test").images
        places = faces.shape[1] * faces.shape[2]
        order = np.arange(places)
        if pixels == "shuffled":
            order = np.random.default_rng(seed).permutation(places)
        images = faces.reshape(len(faces), places, 3)[:, order].reshape(faces.shape)
        gan = pair(generator, discriminator, seed)
        history = train(gan, images, seed=seed)
        drawn = gan.sample(SAMPLES, seed=1000 + seed)
        drawn = drawn.reshape(SAMPLES, places, 3)[:, np.argsort(order)].reshape(drawn.shape)
        return {
            "seed": seed,
            **evaluation.values(evaluation.face_card(drawn, held_out)),
            "seconds": round(history.seconds),
            "samples": drawn[: self.columns].astype(float).tolist(),
        }

    def faces(self, split: str) -> data.ImageSet:
        """The faces of both recipes."""
        return data.load("faceworld-photo", split, size=32)

    def head(self) -> dict:
        return {
            "data": {"name": "faceworld-photo", "fingerprint": self.faces("train").fingerprint},
            "recipe_name": "sequential_faces and celeba_dcgan",
            "budget": "reduced",
            "training": TRAINING,
            "samples": SAMPLES // 2,
            "device": engine.describe_device(),
        }

    def picture(self, results: Results) -> Image.Image:
        grid = super().picture(results)
        return grid.resize((2 * grid.width, 2 * grid.height), Image.Resampling.NEAREST)


def pair(generator: str, discriminator: str, seed: int) -> GAN:
    """A generator and a discriminator of two recipes as one GAN, to be trained by the generator's recipe."""
    gan = build(RECIPES[generator], seed)
    if discriminator == generator:
        return gan
    recipe, other = gan.recipe, build(RECIPES[discriminator], seed)
    mixed = GAN(gan.generator, other.discriminator, recipe.pixels, recipe.ema, seed)
    mixed.recipe = recipe
    mixed.compile(gan.g_optimizer, other.d_optimizer)
    return mixed


if __name__ == "__main__":
    ShuffledPixels.main()
