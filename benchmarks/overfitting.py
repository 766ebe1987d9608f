"""Does the discriminator of report 003 overfit its training faces, or does it dominate? With and without dropout.

    python benchmarks/overfitting.py book/records/celeba_dcgan-overfitting --data FOLDER_OF_CELEBA

An arm is a number N of training faces, with or without dropout; 1,000 other faces are held out. Along each run D's
logits (inference mode: dropout off, BatchNorm with its running averages) are taken on training faces, on held-out
faces and on fakes. An overfitting D rates training faces above held-out ones; a dominating D rates both far above the
fakes. D has the report's widths, at 32 × 32; G has a quarter of its widths. Arms that are done are kept in
FOLDER.arms, so that an interrupted benchmark goes on where it was.
"""

import argparse
import shutil
import time
from dataclasses import asdict
from functools import partial
from pathlib import Path

import numpy as np
from tqdm import tqdm

from gancourse import data, evaluation, recipes, runtime
from gancourse.keras_gan import build, engine, train
from gancourse.runs import kept, write_record

COUNTS = (500, 2000, 7500)
HELD_OUT = 1000
STEPS = 1200
LOOKS = (0, 10, 20, 30, 50, 100, 200, 400, 600, 800, 1000, 1200)
SHOWN = 500  # training faces and fakes that D is asked about
CHANGES = {"size": 32, "g_widths": (64, 32, 16), "steps": STEPS}
DROPOUT = {"with dropout": recipes.CelebaDCGAN().dropout, "without dropout": ()}


def look(gan, step: int, training, held_out) -> dict:
    """What D knows at a step, asked in inference mode."""
    fake = gan.sample(SHOWN, seed=step)
    logits = (gan.logits(images) for images in (training, held_out, fake))
    return {"step": step, **evaluation.discriminator_card(*logits)}


def recipe_of(dropout):
    """The recipe of an arm."""
    return recipes.recipe("celeba_dcgan", "full", CHANGES | {"dropout": dropout})


def measure(images, count: int, dropout, seed: int) -> dict:
    """Train one arm with one seed: its looks, and D's accuracy on the batches it was trained on, block by block."""
    order = np.random.default_rng(seed).permutation(len(images))
    held_out, training = images[order[:HELD_OUT]], images[order[HELD_OUT : HELD_OUT + count]]
    recipe, started, looks = recipe_of(dropout), time.perf_counter(), []
    gan = build(recipe, seed)

    def callback(step):
        if step in LOOKS:
            looks.append(look(gan, step, training[:SHOWN], held_out))

    history = train(
        gan, training, batch=recipe.batch, steps=STEPS, seed=seed, every=10, callback=callback
    )
    return {
        "seed": seed,
        "looks": looks,
        "first_100_steps": [round(float(v), 3) for v in history["d_accuracy"][:100]],
        "curves": history.curves(points=STEPS // 20),
        "seconds": round(time.perf_counter() - started),
    }


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("out", type=Path, help="the record's folder")
    parser.add_argument("--data", type=Path, help="a folder with CelebA's images or archives")
    parser.add_argument("--seeds", type=int, default=3)
    arguments = parser.parse_args()
    faces = data.load("celeba", "train+test", arguments.data, size=CHANGES["size"])
    done = arguments.out.with_name(arguments.out.name + ".arms")
    arms = {}
    jobs = [(seed, n, name) for seed in range(arguments.seeds) for n in COUNTS for name in DROPOUT]
    for seed, count, name in tqdm(jobs, disable=None):
        key = {"recipe": asdict(recipe_of(DROPOUT[name])), "data": faces.fingerprint}
        run = kept(
            done / f"{count}-{name}-{seed}.json",
            key | {"count": count, "seed": seed, "looks": LOOKS},
            partial(measure, faces.images, count, DROPOUT[name], seed),
        )
        arm = arms.setdefault(
            f"{count} faces, {name}", {"faces": count, "dropout": name, "runs": []}
        )
        arm["runs"].append(run)
    recipe = recipe_of(DROPOUT["with dropout"])
    write_record(
        arguments.out,
        {
            "command": f"python benchmarks/overfitting.py FOLDER --seeds {arguments.seeds}",
            "data": {"name": "celeba", "count": len(faces), "fingerprint": faces.fingerprint},
            "held_out": HELD_OUT,
            "recipe_name": "celeba_dcgan",
            "budget": "full",
            "recipe": asdict(recipe),
            "batchnorm_mode": "looks: running averages; d_accuracy in curves and first steps: batch statistics",
            "precision": engine.policy(recipe.precision),
            "versions": runtime.versions(),
            "device": engine.describe_device(),
            "arms": arms,
        },
    )
    shutil.rmtree(done)


if __name__ == "__main__":
    main()
