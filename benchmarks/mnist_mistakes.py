"""What each mistake of report 002 does to the conditional GAN: every arm over several seeds, two axes each.

    python benchmarks/mnist_mistakes.py            # about ten minutes on one core, embedded digits
    python benchmarks/mnist_mistakes.py --seeds 2

Writes book/records/mnist_cgan-mistakes/record.json, which chapter 02 shows.
"""

import argparse
import time
from pathlib import Path

import numpy as np
from tqdm import tqdm

from gancourse import data, evaluation, recipes, records, runtime
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

    def card(rounds):
        scores = evaluation.score_card(
            gan.sample(labels, 1000 + seed, rounds=rounds), labels, judge, test_set
        )
        return {key: scores[key] for key in ("agreement", "std", "std_ratio")}

    measured = {"seed": seed, **card(rounds=0)}
    if recipe.noise == "recycled":  # draw as it was trained, too: its own images as noise
        measured["fed_back"] = card(rounds=ROUNDS)
    means = history.values[-500:].mean(axis=0)
    return measured | {"last_500_steps": [round(float(value), 4) for value in means]}


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--out", type=Path, default=Path("book/records/mnist_cgan-mistakes"))
    arguments = parser.parse_args()
    started = time.perf_counter()
    jobs = [(name, seed) for name in ARMS for seed in range(arguments.seeds)]
    arms = {name: {"changes": changes, "runs": []} for name, changes in ARMS.items()}
    for name, seed in tqdm(jobs, disable=None):
        arms[name]["runs"].append(measure(ARMS[name], seed))
    records.write(
        arguments.out,
        {
            "command": "python benchmarks/mnist_mistakes.py",
            "recipe_name": "mnist_cgan",
            "budget": "reduced",
            "samples": SAMPLES,
            "rounds": ROUNDS,
            "judge": evaluation.digit_judge("digits").about(),
            "last_500_steps": "means of d_loss, g_loss, real_score, fake_score",
            "versions": runtime.versions(),
            "device": runtime.describe_device(),
            "seconds": round(time.perf_counter() - started),
            "arms": arms,
        },
    )
    for name, arm in arms.items():
        means = np.mean([(run["agreement"], run["std_ratio"]) for run in arm["runs"]], axis=0)
        print(f"{name:<18} agreement {means[0]:.3f}   std {means[1]:.3f} of the real")


if __name__ == "__main__":
    main()
