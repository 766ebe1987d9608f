"""Report 003's long run on a scale model: as reported, corrected, and corrected without dropout.

    python -m studies.celeba_long book/records/celeba_dcgan-long --data FOLDER_OF_CELEBA

CelebA at 32 × 32, all networks at a quarter of the report's widths, 40,000 steps of 32 images, 167 times through our
7,650 faces. (The report's 100,000 steps went 78 times through its 41,000, if its batches were as large.) "As reported"
is a learning rate of 0.002, real images in [0, 1] and squashed; "corrected" is DCGAN's rate, the range of the
generator's tanh and a crop.

A run is measured at each look, which is saved together with the checkpoint of its step, so that a study that was
stopped in the middle of a run goes on from its last look. D is measured in inference mode: its logits on training
faces, on held-out faces and on fakes, and its share of random pixels taken for real, which may be the report's "6 %".
"""

from dataclasses import asdict, replace
from functools import cached_property

import numpy as np

from gancourse import GancourseError, data, evaluation, metrics, recipes
from gancourse.keras_gan import build, engine, train
from studies.study import Study, described, file_name, saved

BASE = {"size": 32, "g_widths": (64, 32, 16), "d_widths": (8, 16, 32, 64)}
LOOKS = (500, 1000, 2000, 5000, 10_000, 20_000, 30_000, 40_000)
SHOWN = 850  # how many images of each kind D is evaluated on
WINDOW = 500  # steps that a look's losses and accuracy are averaged over


class CelebaLong(Study):
    """The report's settings, ours, and ours without dropout."""

    arms = {
        "as reported": {"changes": {"lr": 0.002, "lr_d": 0.002, "pixels": "unit", "fit": "squash"}},
        "corrected": {"changes": {}},
        "corrected, no dropout": {"changes": {"dropout": ()}},
    }
    files = "a folder with CelebA's images or archives"
    columns = 16

    @cached_property
    def faces(self):
        """The training faces that the record names; an arm's own may be squashed instead of cropped."""
        return data.load("celeba", "train", self.path, size=BASE["size"])

    def settings(self, arm: str, seed: int) -> dict:
        recipe = recipe_of(self.arms[arm]["changes"])
        return {"recipe": asdict(recipe), "data": self.faces.fingerprint, "looks": LOOKS}

    def measure(self, arm: str, seed: int) -> dict:
        recipe, looks = recipe_of(self.arms[arm]["changes"]), []
        faces = {"path": self.path, "size": recipe.size, "fit": recipe.fit}
        training, held_out = (
            data.load(recipe.data, split, **faces).images for split in ("train", "test")
        )
        checkpoint = self.kept / file_name(arm, seed).replace(".json", ".npz")
        for step in LOOKS:
            file = self.kept / f"{checkpoint.stem} at {step}.json"
            key = self.settings(arm, seed) | {"step": step}

            def look(step=step):
                gan = build(replace(recipe, steps=step), seed)
                history = train(gan, training, seed=seed, checkpoint=checkpoint)
                return {"step": step, **self.look(gan, history, training, held_out, seed)}

            try:
                result = saved(file, key, look)
                looks.append(result["measured"] | {"seconds": result["seconds"]})
            except GancourseError as error:  # a rate of 0.002 may diverge, which is a result
                if "no longer finite" not in str(error):
                    raise
                return {"seed": seed, "diverged": str(error), "looks": without_samples(looks)}
        return {
            "seed": seed,
            "looks": without_samples(looks),
            "curves": looks[-1]["curves"],
            "samples": looks[-1]["samples"],
        }

    def look(self, gan, history, training, held_out, seed: int) -> dict:
        """What is measured of a GAN along its run, with samples and the losses of all steps so far."""
        samples = gan.sample(SHOWN, seed=1000 + seed)
        pixels = np.random.default_rng(seed).random((SHOWN, *training.shape[1:]), "float32")
        shown = training[:SHOWN], held_out[:SHOWN], samples
        half = len(held_out) // 2
        last = history.values[-WINDOW:].mean(axis=0, dtype=float).round(4).tolist()
        return {
            "mean_of_last_steps": dict(zip(history.metrics, last, strict=True)),
            "card": evaluation.values(evaluation.face_card(samples[:half], held_out)),
            "discriminator": metrics.discriminator(*(gan.logits(images) for images in shown)),
            "random_pixels_taken_for_real": round(float(np.mean(gan.logits(pixels) > 0)), 4),
            "memorisation": metrics.memorisation(samples, training, held_out),
            "curves": history.curves(points=200),
            "samples": samples[: self.columns].astype(float).round(3).tolist(),
        }

    def head(self) -> dict:
        return {
            "data": described(self.faces),
            "recipe_name": "celeba_dcgan",
            "budget": "full",
            "recipe": asdict(recipe_of({})),
            "window": WINDOW,
            "batchnorm_mode": "steps: batch statistics; looks: running averages",
            "precision": engine.policy("auto"),
            "device": engine.describe_device(),
        }


def without_samples(looks: list) -> list:
    """The looks as the record has them."""
    return [{key: look[key] for key in look if key not in ("samples", "curves")} for look in looks]


def recipe_of(changes: dict):
    """The recipe of an arm."""
    return recipes.recipe("celeba_dcgan", "full", BASE | changes)


if __name__ == "__main__":
    CelebaLong.main()
