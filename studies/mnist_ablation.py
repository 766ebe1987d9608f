"""Report 002's mistakes on all of MNIST, at its own widths: each one alone, all but one, none and all, along the run.

    python -m studies.mnist_ablation book/records/mnist_cgan-ablation --data MNIST    # minutes on a GPU, hours without

The rates stay as they are to the end (`lr_decay=0`), so that a run which collapses does so under the rate it began
with. Twelve runs at a time share the machine.
"""

from dataclasses import asdict

import numpy as np

from gancourse import data, evaluation, recipes, runtime
from gancourse.torch_gan import Batches, build, train
from studies.mnist_mistakes import CHANGES, ROUNDS, SAMPLES
from studies.study import Study

STEPS, LOOK_EVERY = 6000, 500
ALL = CHANGES["all five"]
ALONE = {name: changes for name, changes in CHANGES.items() if len(changes) == 1}
ARMS = {
    "corrected": {},
    **ALONE,
    "all five": ALL,
    **{
        f"all but {name}": {field: value for field, value in ALL.items() if field not in changes}
        for name, changes in ALONE.items()
    },
}


class MnistAblation(Study):
    """One set of mistakes per arm."""

    arms = {name: {"changes": changes} for name, changes in ARMS.items()}
    seeds = 2
    processes = 12
    files = "a folder with MNIST's four files"

    def settings(self, arm: str, seed: int) -> dict:
        recipe = recipe_of(ARMS[arm])
        fingerprint = data.load("mnist", recipe.split, self.path).fingerprint
        return {"recipe": asdict(recipe), "data": fingerprint, "look_every": LOOK_EVERY}

    def measure(self, arm: str, seed: int) -> dict:
        recipe = recipe_of(ARMS[arm])
        train_set = data.load("mnist", recipe.split, self.path)
        test_set = data.load("mnist", "test", self.path)
        gan = build(recipe, train_set.classes, train_set.images.shape[1], seed)
        labels = np.arange(SAMPLES) % train_set.classes
        classifier = evaluation.digit_classifier("mnist", self.path)
        looks = []

        def card(before=()):
            images = gan.sample(labels, 1000 + seed, before=before)
            scores = evaluation.label_card(images, labels, classifier, test_set)
            return {key: scores[key] for key in ("agreement", "within_class_std_ratio")}

        def look(done):
            scores = {"step": done, **card()}
            if (
                recipe.noise == "recycled"
            ):  # its own images as noise, of random labels, as in training
                on_the_way = np.random.default_rng(seed).integers(10, size=(ROUNDS, SAMPLES))
                scores["fed_back"] = card(on_the_way)
            looks.append(scores)

        batches = Batches(train_set, recipe.batch, recipe.pixels, gan.device, seed)
        history = train(gan, batches, every=LOOK_EVERY, callback=look, progress=False)
        return {"seed": seed, "along": looks[1:], "curves": history.curves(50)}

    def head(self) -> dict:
        return {
            "data": {
                "name": "mnist",
                "fingerprint": data.load("mnist", "train", self.path).fingerprint,
            },
            "recipe_name": "mnist_cgan",
            "budget": "full",
            "recipe": asdict(recipe_of({})),
            "samples": SAMPLES,
            "rounds": ROUNDS,
            "classifier": evaluation.digit_classifier("mnist", self.path).about(),
            "device": runtime.describe_device(runtime.device()),
        }

    def tell(self, record: dict) -> None:
        for name, arm in record["arms"].items():
            last = [run["along"][-1] for run in arm["runs"]]
            shown = (
                f"{run['agreement']:.3f} / {run['within_class_std_ratio']:.3f}" for run in last
            )
            print(f"{name:<28} agreement / std of the real: {', '.join(shown)}")


def recipe_of(changes: dict):
    """The recipe of an arm."""
    return recipes.recipe("mnist_cgan", "full", {"lr_decay": 0.0, "steps": STEPS} | changes)


if __name__ == "__main__":
    MnistAblation.main()
