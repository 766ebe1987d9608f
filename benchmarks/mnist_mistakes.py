"""What each mistake of report 002 does to the conditional GAN: every arm over several seeds, two axes each.

    python benchmarks/mnist_mistakes.py book/records/mnist_cgan-mistakes    # ten minutes on one core
    python benchmarks/mnist_mistakes.py a-folder --seeds 2

The first writes the record that chapter 02 shows. Embedded digits, reduced recipe.
"""

import argparse
import time
from pathlib import Path

import numpy as np
from tqdm import tqdm

from gancourse import data, evaluation, recipes, runtime
from gancourse.runs import write_record
from gancourse.torch_gan import Batches, build, train

# The report's choices, one at a time and all together; the corrected system is the recipe as it is.
ARMS = {
    "corrected": {},
    "label repeated": {"condition": "repeated"},
    "pixels in [0, 1]": {"pixels": "unit"},
    "saturating loss": {"g_loss": "saturating"},
    "recycled noise": {"noise": "recycled"},
    "train + test": {"split": "train+test"},
    "all five": {
        "condition": "repeated",
        "pixels": "unit",
        "g_loss": "saturating",
        "noise": "recycled",
        "split": "train+test",
    },
}
SAMPLES = 2000
ROUNDS = 30  # of feeding images back, where noise is recycled


def measure(changes: dict, seed: int) -> dict:
    """Train one arm with one seed on the embedded digits; its agreement and spread."""
    recipe = recipes.recipe("mnist_cgan", "reduced", changes)
    train_set, test_set = data.load(recipe.data, recipe.split), data.load(recipe.data, "test")
    gan = build(recipe, train_set.classes, train_set.images.shape[1], seed)
    history = train(gan, Batches(train_set, recipe.batch, recipe.pixels, gan.device, seed))
    labels = np.arange(SAMPLES) % train_set.classes
    judge = evaluation.digit_judge(recipe.data)

    def card(before=()):
        scores = evaluation.score_card(
            gan.sample(labels, 1000 + seed, before=before), labels, judge, test_set
        )
        return {key: scores[key] for key in ("agreement", "std", "std_ratio")}

    measured = {"seed": seed, **card()}
    if (
        recipe.noise == "recycled"
    ):  # its own images as noise: of random labels, as in training, or of the same one
        on_the_way = np.random.default_rng(seed).integers(10, size=(ROUNDS, SAMPLES))
        measured["fed_back_random"] = card(on_the_way)
        measured["fed_back_same"] = card([labels] * ROUNDS)
    means = history.values[-500:].mean(axis=0)
    return measured | {"last_500_steps": [round(float(value), 4) for value in means]}


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("out", type=Path, help="the record's folder")
    parser.add_argument("--seeds", type=int, default=5)
    arguments = parser.parse_args()
    started = time.perf_counter()
    jobs = [(name, seed) for name in ARMS for seed in range(arguments.seeds)]
    arms = {name: {"changes": changes, "runs": []} for name, changes in ARMS.items()}
    for name, seed in tqdm(jobs, disable=None):
        arms[name]["runs"].append(measure(ARMS[name], seed))
    write_record(
        arguments.out,
        {
            "command": f"python benchmarks/mnist_mistakes.py FOLDER --seeds {arguments.seeds}",
            "data": {"name": "digits", "fingerprint": data.load("digits").fingerprint},
            "recipe_name": "mnist_cgan",
            "budget": "reduced",
            "samples": SAMPLES,
            "rounds": ROUNDS,
            "judge": evaluation.digit_judge("digits").about(),
            "last_500_steps": "means of d_loss, g_loss, real_score, fake_score",
            "versions": runtime.versions(),
            "device": runtime.describe_device(runtime.device()),
            "seconds": round(time.perf_counter() - started),
            "arms": arms,
        },
    )
    for name, arm in arms.items():
        means = np.mean([(run["agreement"], run["std_ratio"]) for run in arm["runs"]], axis=0)
        print(f"{name:<18} agreement {means[0]:.3f}   std {means[1]:.3f} of the real")


if __name__ == "__main__":
    main()
