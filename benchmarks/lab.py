"""The diagnosis lab: three healthy systems and every fault over ten seeds or more, measured. The record of chapter 08.

    make diagnosis                                      # three quarters of an hour on two cores
    python benchmarks/lab.py a-folder --faults frozen-d ring-collapse

Embedded data only. Each run has one thread, and there are as many at a time as there are cores. Runs that are done are
kept in FOLDER.runs, so that an interrupted lab goes on where it was.
"""

import argparse
import multiprocessing
import os
import shutil
import time
from dataclasses import asdict
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image
from tqdm import tqdm

from gancourse import evaluation, figures, runtime
from gancourse.diagnosis.signatures import HEALTHY, Lab
from gancourse.files import atomic
from gancourse.runs import check_replaceable, kept, write_record

# Seeds that set ranges and signatures, and seeds that are counted.
HEALTHY_SEEDS = range(10), range(10, 20)
FAULT_SEEDS = range(5), range(5, 10)
SHOWN = 12  # samples of the first counted run of an arm
POINTS = 400  # of a ring
TILE = 32  # pixels of a sample in the picture


def jobs(names):
    """(arm, system, seed, whether it is counted) of every run."""
    from gancourse.diagnosis.faults import FAULTS
    from gancourse.diagnosis.systems import RECIPES

    arms = [(HEALTHY, system, HEALTHY_SEEDS) for system in RECIPES]
    arms += [(name, FAULTS[name].system, FAULT_SEEDS) for name in names]
    return [
        (arm, system, seed, counted)
        for arm, system, seeds in arms
        for counted, each in zip((False, True), seeds, strict=True)
        for seed in each
    ]


def measure(job) -> dict:
    """Train and measure one run, in a process with one thread."""
    import torch

    from gancourse.diagnosis import systems

    torch.set_num_threads(1)
    arm, system, seed, counted = job
    started = time.perf_counter()
    run = systems.run(system, None if arm == HEALTHY else arm, seed)
    known = {"arm": arm, "system": system, "seed": seed, "counted": counted}
    known["measures"] = {name: float(f"{value:.5g}") for name, value in run.measures.items()}
    known["seconds"] = round(time.perf_counter() - started, 1)
    if seed == shown_seed(arm):
        known["curves"] = run.history.curves(points=100)
        count = POINTS if system == "ring" else SHOWN
        known["samples"] = run.samples[:count].astype(float).round(3).tolist()
    return known


def settings(job) -> dict:
    """The recipe of a run, with what its fault changes."""
    from gancourse.diagnosis.faults import FAULTS
    from gancourse.diagnosis.systems import RECIPES

    arm, system, seed, _ = job
    changes = {} if arm == HEALTHY else FAULTS[arm].changes
    return {"recipe": asdict(RECIPES[system]) | changes, "seed": seed}


def about(fault) -> dict:
    """What the record says of a fault."""
    words = ("system", "title", "mistake", "repair", "changes", "images")
    return {word: getattr(fault, word) for word in words}


def shown_seed(arm: str) -> int:
    """The first of the seeds that are counted: what a reader is shown has set no threshold."""
    return (HEALTHY_SEEDS if arm == HEALTHY else FAULT_SEEDS)[1][0]


def kept_run(job, folder) -> dict:
    """The run, from `folder` if it was done before."""
    path = folder / f"{'-'.join(map(str, job[:3]))}.json"
    return kept(path, settings(job), partial(measure, job))


def picture(runs) -> Image.Image:
    """One row of samples a run, digits enlarged to the size of the faces."""
    tiles = []
    for run in runs:
        samples = np.array(run["samples"])
        times = TILE // samples.shape[1]
        samples = samples.repeat(times, axis=1).repeat(times, axis=2)
        tiles.append(np.broadcast_to(samples, (*samples.shape[:3], 3)))
    return Image.fromarray(figures.tile(np.concatenate(tiles), SHOWN))


def main():
    from gancourse.diagnosis.faults import FAULTS
    from gancourse.diagnosis.systems import RECIPES, detach_cost

    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("out", type=Path, help="the record's folder")
    parser.add_argument("--faults", nargs="+", choices=FAULTS, default=list(FAULTS), metavar="NAME")
    arguments = parser.parse_args()
    check_replaceable(arguments.out)
    os.environ["OMP_NUM_THREADS"] = "1"  # of the processes that are started
    started = time.perf_counter()
    kept = arguments.out.with_name(arguments.out.name + ".runs")
    every = jobs(arguments.faults)
    with multiprocessing.get_context("spawn").Pool(os.cpu_count()) as pool:
        work = pool.imap(partial(kept_run, folder=kept), every)
        runs = list(tqdm(work, total=len(every), disable=None))
    shown = [run for run in runs if "samples" in run and run["system"] != "ring"]
    with atomic(arguments.out, folder=True) as scratch:
        picture(shown).save(scratch / "generated.png")
        for run in shown:
            del run["samples"]
        record = {
            "command": "python benchmarks/lab.py FOLDER",
            "systems": {name: asdict(recipe) for name, recipe in RECIPES.items()},
            "faults": {name: about(FAULTS[name]) for name in arguments.faults},
            "shown": [[run["arm"], run["system"]] for run in shown],
            "judge": evaluation.digit_judge("digits").about(),
            "detach_cost": detach_cost(),
            "versions": runtime.versions(),
            "device": runtime.describe_device(runtime.device()),
            "precision": "float32",
            "seconds": round(time.perf_counter() - started),
            "runs": runs,
        }
        write_record(scratch, record)
    shutil.rmtree(kept)
    lab = Lab(record)
    for name, counts in lab.counts().items():
        print(f"{name:<18}" + "  ".join(f"{key} {value}" for key, value in counts.items()))
    for system, (alarms, count) in lab.false_alarms().items():
        print(f"healthy {system}: {alarms} of {count} taken for ill")


if __name__ == "__main__":
    main()
