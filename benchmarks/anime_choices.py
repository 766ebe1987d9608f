"""What report 001 advises, and what its networks start from: each choice as one change to a DCGAN on anime faces.

    python benchmarks/anime_choices.py book/records/anime_dcgan-choices --data FOLDER_OF_ANIME_FACES

32 × 32, 24 filters, batch 64, 1,000 steps; three seeds an arm. Each generator is judged twice, with its weights as
they are and with their moving average. Arms that are done are kept in FOLDER.arms, so that an interrupted benchmark
goes on where it was.
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

from gancourse import data, evaluation, figures, recipes, runtime
from gancourse.files import atomic
from gancourse.runs import check_replaceable, kept, write_record
from gancourse.torch_gan import Batches, build, train

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
ARMS = {
    "as the recipe": {},
    "PyTorch's own initial weights": {"init": "default"},
    "larger: twice the filters": {"width": 48},
    "longer: twice the steps": {"steps": 2 * STEPS},
    "another optimiser: Adam's default betas": {"beta1": 0.9},
    "the report's learning rate, 0.0002": {"lr": 2e-4, "lr_d": 2e-4},
}
KEPT = ("distance", "floor", "layout", "layout_floor", "spread_ratio")
SHOWN = 16  # samples of each arm in the picture


def recipe_of(changes: dict):
    """The recipe of an arm."""
    return recipes.recipe("anime_dcgan", "full", BASE | changes)


def measure(changes: dict, seed: int, faces, held_out) -> dict:
    """Train one arm with one seed: its measures with and without the average, and its first samples."""
    recipe = recipe_of(changes)
    gan = build(recipe, 0, recipe.size, seed)
    started = time.perf_counter()
    history = train(gan, Batches(faces, recipe.batch, recipe.pixels, gan.device, seed))
    seconds = round(time.perf_counter() - started)
    count = len(held_out) // 2
    samples = gan.sample(count, seed=1000 + seed)
    plain = gan.sample(count, seed=1000 + seed, network=gan.generator)
    cards = [evaluation.face_card(each, held_out.images) for each in (samples, plain)]
    return {
        "seed": seed,
        **{key: cards[0][key] for key in KEPT},
        "without_ema": {key: cards[1][key] for key in KEPT if "floor" not in key},
        "mean_of_last_200": dict(
            zip(history.metrics, history.values[-200:].mean(axis=0).round(4).tolist(), strict=True)
        ),
        "curves": history.curves(points=100),
        "seconds": seconds,
        "samples": samples[:SHOWN].astype(float).round(3).tolist(),
    }


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("out", type=Path, help="the record's folder")
    parser.add_argument("--data", type=Path, help="a folder with the anime faces or their archive")
    parser.add_argument("--seeds", type=int, default=3)
    arguments = parser.parse_args()
    check_replaceable(arguments.out)
    faces, held_out = (
        data.load("anime", split, arguments.data, size=BASE["size"]) for split in ("train", "test")
    )
    done = arguments.out.with_name(arguments.out.name + ".arms")
    arms, shown = {}, []
    jobs = [(seed, name) for seed in range(arguments.seeds) for name in ARMS]
    for seed, name in tqdm(jobs, disable=None):
        run = kept(
            done / f"{name}-{seed}.json",
            {"recipe": asdict(recipe_of(ARMS[name])), "seed": seed, "data": faces.fingerprint},
            partial(measure, ARMS[name], seed, faces, held_out),
        )
        samples = run.pop("samples")
        arms.setdefault(name, {"changes": ARMS[name], "runs": []})["runs"].append(run)
        if seed == 0:
            shown.append(samples)
    with atomic(arguments.out, folder=True) as scratch:
        grid = Image.fromarray(figures.tile(np.concatenate(shown), SHOWN))
        grid.save(scratch / "generated.png")
        device = runtime.device()
        write_record(
            scratch,
            {
                "command": f"python benchmarks/anime_choices.py FOLDER --seeds {arguments.seeds}",
                "data": {"name": "anime", "count": len(faces), "fingerprint": faces.fingerprint},
                "recipe_name": "anime_dcgan",
                "budget": "full",
                "recipe": asdict(recipe_of({})),
                "precision": str(runtime.precision(device)).removeprefix("torch."),
                "versions": runtime.versions(),
                "device": runtime.describe_device(device),
                "arms": arms,
            },
        )
    shutil.rmtree(done)


if __name__ == "__main__":
    main()
