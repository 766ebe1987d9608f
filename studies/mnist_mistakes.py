"""What each mistake of report 002 does to the conditional GAN: every arm over several seeds, two axes each.

    python -m studies.mnist_mistakes book/records/mnist_cgan-mistakes    # ten minutes on one core
    python -m studies.mnist_mistakes a-folder --seeds 2

The first command writes the record that chapter 2 shows. Embedded digits, reduced recipe.
"""

from dataclasses import asdict

import numpy as np

from gancourse import data, evaluation, recipes, runtime
from gancourse.torch_gan import Batches, build, train
from studies.study import Study

# The report's choices, one at a time and all together; the corrected system is the recipe, unchanged.
CHANGES = {
    "corrected": {},
    "label repeated": {"condition": "repeated"},
    "pixels in [0, 1]": {"pixels": "unit"},
    "saturating loss": {"objective": "saturating"},
    "recycled noise": {"noise": "recycled"},
    "train + test": {"split": "train+test"},
    "all five": {
        "condition": "repeated",
        "pixels": "unit",
        "objective": "saturating",
        "noise": "recycled",
        "split": "train+test",
    },
}
SAMPLES = 2000
ROUNDS = 30  # how often images are fed back as noise, if noise is recycled


class MnistMistakes(Study):
    """One of the report's choices per arm."""

    arms = {name: {"changes": changes} for name, changes in CHANGES.items()}
    seeds = 5

    def settings(self, arm: str, seed: int) -> dict:
        recipe = recipe_of(CHANGES[arm])
        fingerprint = data.load(recipe.data, recipe.split).fingerprint
        return {"recipe": asdict(recipe), "data": fingerprint}

    def measure(self, arm: str, seed: int) -> dict:
        recipe = recipe_of(CHANGES[arm])
        train_set, test_set = data.load(recipe.data, recipe.split), data.load(recipe.data, "test")
        gan = build(recipe, train_set.classes, train_set.images.shape[1], seed)
        history = train(gan, Batches(train_set, recipe.batch, recipe.pixels, gan.device, seed))
        labels = np.arange(SAMPLES) % train_set.classes
        classifier = evaluation.digit_classifier(recipe.data)

        def card(before=()):
            scores = evaluation.label_card(
                gan.sample(labels, 1000 + seed, before=before), labels, classifier, test_set
            )
            return {
                key: scores[key]
                for key in ("agreement", "within_class_std", "within_class_std_ratio")
            }

        measured = {"seed": seed, **card()}
        if recipe.noise == "recycled":
            # Its own images as noise: of random labels, as in training, or of the same label.
            on_the_way = np.random.default_rng(seed).integers(10, size=(ROUNDS, SAMPLES))
            measured["fed_back_random"] = card(on_the_way)
            measured["fed_back_same"] = card([labels] * ROUNDS)
        means = history.values[-500:].mean(axis=0)
        return measured | {"last_500_steps": [round(float(value), 4) for value in means]}

    def head(self) -> dict:
        return {
            "data": {"name": "digits", "fingerprint": data.load("digits").fingerprint},
            "recipe_name": "mnist_cgan",
            "budget": "reduced",
            "samples": SAMPLES,
            "rounds": ROUNDS,
            "classifier": evaluation.digit_classifier("digits").about(),
            "last_500_steps": "means of d_loss, g_loss, real_score, fake_score",
            "device": runtime.describe_device(runtime.device()),
        }

    def tell(self, record: dict) -> None:
        for name, arm in record["arms"].items():
            agreement, spread = np.mean(
                [(run["agreement"], run["within_class_std_ratio"]) for run in arm["runs"]], axis=0
            )
            print(f"{name:<18} agreement {agreement:.3f}   std {spread:.3f} of the real")


def recipe_of(changes: dict):
    """The recipe of an arm."""
    return recipes.recipe("mnist_cgan", "reduced", changes)


if __name__ == "__main__":
    MnistMistakes.main()
