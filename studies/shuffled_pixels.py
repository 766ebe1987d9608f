"""What a Dense pair loses if the pixels of all images are shuffled alike, and what a convolutional pair loses.

    python -m studies.shuffled_pixels book/records/sequential_faces-shuffled    # ten minutes on two cores

Embedded faces, the reduced recipes of chapters 3 and 4. Samples of the shuffled runs are put back into order before
they are evaluated, so that all four arms are compared with the same held-out faces.
"""

from dataclasses import asdict

import numpy as np
from PIL import Image

from gancourse import data, evaluation, recipes
from gancourse.keras_gan import build, engine, train
from studies.study import Results, Study

# Both pairs see 38,400 images; the chapter's own convolutional run is a little shorter.
PAIRS = {
    "Dense": recipes.recipe("sequential_faces", "reduced"),
    "convolutional": recipes.recipe("celeba_dcgan", "reduced", {"steps": 2400}),
}
ARMS = {f"{pair}, {kind}": (pair, kind) for pair in PAIRS for kind in ("faces", "shuffled")}
SAMPLES = 1000


class ShuffledPixels(Study):
    """One pair of networks per arm, on faces as they are or with shuffled pixels."""

    arms = {name: {} for name in ARMS}
    columns = 12

    def settings(self, arm: str, seed: int) -> dict:
        recipe = PAIRS[ARMS[arm][0]]
        fingerprint = data.load(recipe.data, "train", size=recipe.size).fingerprint
        return {"recipe": asdict(recipe), "data": fingerprint}

    def measure(self, arm: str, seed: int) -> dict:
        pair, kind = ARMS[arm]
        recipe, shuffled = PAIRS[pair], kind == "shuffled"
        faces = data.load(recipe.data, "train", size=recipe.size).images
        held_out = data.load(recipe.data, "test", size=recipe.size).images
        places = recipe.size**2
        order = np.random.default_rng(seed).permutation(places) if shuffled else np.arange(places)
        images = faces.reshape(len(faces), places, 3)[:, order].reshape(faces.shape)
        gan = build(recipe, seed)
        history = train(gan, images, seed=seed)
        drawn = gan.sample(SAMPLES, seed=1000 + seed)
        drawn = drawn.reshape(SAMPLES, places, 3)[:, np.argsort(order)].reshape(drawn.shape)
        card = evaluation.face_card(drawn, held_out)
        return {
            "seed": seed,
            **evaluation.values(card),
            "seconds": round(history.seconds),
            "samples": drawn[: self.columns].astype(float).tolist(),
        }

    def head(self) -> dict:
        return {
            "data": {
                "name": "faceworld-photo",
                "fingerprint": data.load("faceworld-photo", size=32).fingerprint,
            },
            "recipe_name": "sequential_faces and celeba_dcgan",
            "budget": "reduced",
            "samples": SAMPLES // 2,
            "device": engine.describe_device(),
        }

    def picture(self, results: Results) -> Image.Image:
        grid = super().picture(results)
        return grid.resize((2 * grid.width, 2 * grid.height), Image.Resampling.NEAREST)


if __name__ == "__main__":
    ShuffledPixels.main()
