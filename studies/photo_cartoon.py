"""Report 004's 500 epochs, looked at along the way: do the pictures get better after 300, and does G copy?

    python -m studies.photo_cartoon book/records/photo_cartoon-epochs --data FOLDER_OF_PHOTO2CARTOON

32 × 32 at half the usual width, the report's 500 epochs, without and with the label, three seeds each. At each look
samples are drawn with the averaged generator and with the current one, and compared with the training faces and with
the held-out ones: 200 held-out faces are too few for a distance between distributions, so the distance from the
training faces (every second one) is given beside it. D's logits are taken in both modes of BatchNorm: with running
averages, and as in training, where each batch of one kind is normalised by its own statistics.
"""

import time
from dataclasses import asdict
from functools import cached_property

import numpy as np

from gancourse import evaluation, metrics, recipes
from gancourse.metrics.memorisation import nearest
from gancourse.torch_gan import Batches, build, fastest_step, train
from studies.study import Study, described, torch_machine

BASE = {"size": 32, "width": 32}
EPOCHS = (50, 100, 200, 300, 400, 500)
SAMPLES = 2000
SHOWN = 16


class PhotoCartoon(Study):
    """Without and with the label."""

    arms = {
        "unconditional": {"changes": {}},
        "told which": {"changes": {"conditional": True}},
    }
    files = "a folder with photo2cartoon or its archive"
    columns = SHOWN

    @cached_property
    def faces(self):
        """Training and held-out faces."""
        return self.splits("photo2cartoon", BASE["size"])

    @cached_property
    def classifier(self):
        """What tells photo from cartoon."""
        training, held_out = self.faces
        return evaluation.domain_classifier(
            "photo2cartoon", BASE["size"], train=training, test=held_out
        )

    @cached_property
    def baseline(self):
        """Distances of the held-out faces to the nearest training face, and to the nearest mirrored one."""
        return self.distances(self.faces[1].images)

    def distances(self, images) -> dict:
        """The distance of each image to the nearest training face, as it is and mirrored."""
        training = self.faces[0].images
        return {
            "as it is": nearest(images, training)[1],
            "mirrored": nearest(images, training[:, :, ::-1])[1],
        }

    def settings(self, arm: str, seed: int) -> dict:
        recipe = recipe_of(self.arms[arm]["changes"])
        return {
            "recipe": asdict(recipe),
            "data": self.faces[0].fingerprint,
            "looks": EPOCHS,
            "samples": SAMPLES,
        }

    def measure(self, arm: str, seed: int) -> dict:
        faces = self.faces[0]
        recipe = recipes.fixed_steps(recipe_of(self.arms[arm]["changes"]), len(faces))
        gan = build(recipe, faces.classes, recipe.size, seed)
        batches = Batches(faces, recipe.batch, recipe.pixels, gan.device, seed)
        looks = []

        def callback(step):
            epoch = step // batches.per_epoch
            if epoch in EPOCHS:
                looks.append({"epoch": epoch, "step": step, **self.look(gan, seed)})

        started = time.perf_counter()
        history = train(
            gan,
            batches,
            step=fastest_step(gan),
            every=50 * batches.per_epoch,
            callback=callback,
            progress=False,
        )
        return {
            "seed": seed,
            "looks": looks,
            "curves": history.curves(points=100),
            "seconds": round(time.perf_counter() - started),
            "samples": gan.sample(asked(gan, SHOWN), seed=seed).astype(float).round(3).tolist(),
        }

    def look(self, gan, seed: int) -> dict:
        """What is measured of a GAN along its run."""
        training, held_out = self.faces
        labels = asked(gan, SAMPLES)
        given = labels if gan.recipe.conditional else None
        samples = gan.sample(labels, seed=1000 + seed)
        current = gan.sample(labels, seed=1000 + seed, network=gan.generator)
        cards = {
            f"{kind}, against {name}": evaluation.values(
                evaluation.face_card(images[: len(real) // 2], real)
            )
            for kind, images in (("averaged", samples), ("current", current))
            for name, real in (("training", training.images[::2]), ("held out", held_out.images))
        }
        domains = evaluation.domain_card(samples, self.classifier, held_out, given)
        near = self.distances(samples)
        return {
            **cards,
            "domains": {key: domains[key] for key in domains if key != "settings"},
            "nearest": {
                kind: {
                    "median": round(float(np.median(near[kind])), 4),
                    "held_out_median": round(float(np.median(held)), 4),
                    "below_held_out_1_percent": int(np.sum(near[kind] <= np.percentile(held, 1))),
                    "below_held_out_5_percent": int(np.sum(near[kind] <= np.percentile(held, 5))),
                }
                for kind, held in self.baseline.items()
            },
            "discriminator": {
                statistics: metrics.discriminator(
                    *(
                        self.logits(gan, images, each, statistics)
                        for images, each in (
                            (training.images, training.labels),
                            (held_out.images, held_out.labels),
                            (current, labels),
                        )
                    )
                )
                for statistics in ("running", "batch")
            },
        }

    @staticmethod
    def logits(gan, images, labels, statistics: str):
        """D's logits on images in a random order, so that both domains are in every batch."""
        order = np.random.default_rng(0).permutation(len(images))
        given = np.asarray(labels)[order] if gan.recipe.conditional else None
        return gan.logits(images[order], given, batch=gan.recipe.batch, statistics=statistics)

    def head(self) -> dict:
        faces, held_out = self.faces
        return {
            "data": described(faces),
            "held_out": len(held_out),
            "recipe_name": "photo_cartoon",
            "budget": "full",
            "recipe": asdict(recipe_of({})),
            "samples": SAMPLES,
            "classifier": self.classifier.about(),
            **torch_machine(),
        }


def recipe_of(changes: dict):
    """The recipe of an arm."""
    return recipes.recipe("photo_cartoon", "full", BASE | changes)


def asked(gan, count: int):
    """What to draw: both domains in turn, or just so many images."""
    return np.arange(count) % 2 if gan.recipe.conditional else np.zeros(count, np.int64)


if __name__ == "__main__":
    PhotoCartoon.main()
