"""What each step of report 003's ladder buys, on real faces: every arm over several seeds, same steps, same measures.

    python benchmarks/celeba_refinements.py book/records/celeba_dcgan-refinements --data FOLDER_OF_CELEBA

CelebA at 32 × 32, all networks at a quarter of the report's widths, 500 steps as in the report, of 32 images, without
a moving average. Arms that are done are kept in FOLDER.arms, so that an interrupted benchmark goes on where it was.
"""

import argparse
import shutil
import time
from dataclasses import asdict
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image
from tqdm import tqdm

from gancourse import GancourseError, data, evaluation, figures, recipes, runtime
from gancourse.files import atomic
from gancourse.keras_gan import build, engine, train
from gancourse.runs import check_replaceable, kept, write_record

BASE = {"size": 32, "g_widths": (64, 32, 16), "d_widths": (8, 16, 32, 64), "steps": 500}
PLAIN = {"dropout": (), "batchnorm": False}
LADDER = {
    "simple pair": PLAIN | {"g_widths": (16,), "d_widths": (8, 16)},
    "deeper pair": PLAIN,
    "+ dropout": {"batchnorm": False},
    "+ BatchNorm": {"dropout": ()},
    "refined: both": {},
}
RATES = (0.0002, 0.002)
ARMS = {
    f"{name}, lr {rate}": changes | {"lr": rate, "lr_d": rate}
    for rate in RATES
    for name, changes in LADDER.items()
} | {
    "simple pair, lr 0.02": LADDER["simple pair"] | {"lr": 0.02, "lr_d": 0.02},
    "refined: both, lr 0.02": {"lr": 0.02, "lr_d": 0.02},
    "refined, real images in [0, 1]": {"pixels": "unit"},
    "refined, squashed": {"fit": "squash"},
}
KEPT = ("distance", "distance_by_level", "floor", "layout", "layout_floor", "spread_ratio")
SHOWN = 10  # samples of each arm in the picture


def correlations(history) -> dict:
    """Pearson's correlation of D's and G's loss over the steps, and of their changes from step to step."""
    d_loss, g_loss = history["d_loss"], history["g_loss"]
    return {
        "losses": round(float(np.corrcoef(d_loss, g_loss)[0, 1]), 3),
        "changes": round(float(np.corrcoef(np.diff(d_loss), np.diff(g_loss))[0, 1]), 3),
    }


def recipe_of(changes: dict):
    """The recipe of an arm."""
    return recipes.recipe("celeba_dcgan", "full", BASE | changes)


def measure(changes: dict, seed: int, path) -> dict:
    """Train one arm with one seed: its measures, and its first samples."""
    recipe = recipe_of(changes)
    faces = {"path": path, "size": recipe.size, "fit": recipe.fit}
    gan = build(recipe, seed)
    started = time.perf_counter()
    try:
        history = train(gan, data.load(recipe.data, "train", **faces).images, seed=seed)
    except GancourseError as error:  # a rate of 0.02 may well diverge, which is a result
        blank = np.zeros((SHOWN, recipe.size, recipe.size, 3))
        return {"seed": seed, "diverged": str(error), "samples": blank.tolist()}
    held_out = data.load(recipe.data, "test", **faces).images
    samples = gan.sample(len(held_out) // 2, seed=1000 + seed)
    card = evaluation.face_card(samples, held_out)
    means, last = history.values.mean(axis=0), history.values[-200:].mean(axis=0)
    return {
        "seed": seed,
        **{key: card[key] for key in KEPT},
        "mean_of_all_steps": dict(zip(history.metrics, means.round(4).tolist(), strict=True)),
        "mean_of_last_200": dict(zip(history.metrics, last.round(4).tolist(), strict=True)),
        "first_step_at_95_percent": first_step_above(history["d_accuracy"], 0.95),
        "correlation": correlations(history),
        "curves": history.curves(points=100),
        "seconds": round(time.perf_counter() - started),
        "samples": samples[:SHOWN].astype(float).round(3).tolist(),
    }


def first_step_above(accuracy, level: float, window: int = 10) -> int | None:
    """The first step at which the mean of `window` steps is above `level`; None if there is none."""
    smooth = np.convolve(accuracy, np.ones(window) / window, mode="valid")
    above = np.flatnonzero(smooth > level)
    return int(above[0]) + window if len(above) else None


def random_generator(seed: int, path) -> dict:
    """The card of report 003's benchmark: pixels drawn at random, each level as likely as any other."""
    held_out = data.load("celeba", "test", path, size=BASE["size"]).images
    count = len(held_out) // 2
    pixels = np.random.default_rng(seed).random((count, *held_out.shape[1:]), dtype=np.float32)
    card = evaluation.face_card(pixels, held_out)
    return {"seed": seed} | {key: card[key] for key in KEPT}


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("out", type=Path, help="the record's folder")
    parser.add_argument("--data", type=Path, help="a folder with CelebA's images or archives")
    parser.add_argument("--seeds", type=int, default=3)
    arguments = parser.parse_args()
    check_replaceable(arguments.out)
    faces = data.load("celeba", "train", arguments.data, size=BASE["size"])
    done = arguments.out.with_name(arguments.out.name + ".arms")
    arms = {
        "random generator": {
            "runs": [random_generator(seed, arguments.data) for seed in range(arguments.seeds)]
        }
    }
    shown = []
    jobs = [(seed, name) for seed in range(arguments.seeds) for name in ARMS]
    for seed, name in tqdm(jobs, disable=None):
        run = kept(
            done / f"{name}-{seed}.json".replace("/", ""),
            {"recipe": asdict(recipe_of(ARMS[name])), "seed": seed, "data": faces.fingerprint},
            partial(measure, ARMS[name], seed, arguments.data),
        )
        samples = run.pop("samples")
        arms.setdefault(name, {"changes": ARMS[name], "runs": []})["runs"].append(run)
        if seed == 0:
            shown.append(samples)
    with atomic(arguments.out, folder=True) as scratch:
        grid = Image.fromarray(figures.tile(np.concatenate(shown), SHOWN))
        grid.save(scratch / "generated.png")
        write_record(
            scratch,
            {
                "command": f"python benchmarks/celeba_refinements.py FOLDER --seeds {arguments.seeds}",
                "data": {"name": "celeba", "count": len(faces), "fingerprint": faces.fingerprint},
                "recipe_name": "celeba_dcgan",
                "budget": "full",
                "recipe": asdict(recipe_of({})),
                "batchnorm_mode": "d_accuracy: batch statistics; samples: running averages",
                "precision": engine.policy("auto"),
                "versions": runtime.versions(),
                "device": engine.describe_device(),
                "arms": arms,
            },
        )
    shutil.rmtree(done)


if __name__ == "__main__":
    main()
