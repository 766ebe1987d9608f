"""Three healthy systems and every fault, over ten seeds or more, measured: the record of chapter 8.

    make diagnosis                                      # three quarters of an hour on two cores
    python -m studies.diagnosis a-folder --arms frozen-d ring-collapse

Embedded data only. Each run has one thread, and as many runs go on at a time as there are cores.
"""

import os
import time
from dataclasses import asdict

import numpy as np
import torch
from PIL import Image

from gancourse import evaluation, pictures, runtime
from gancourse.diagnosis import systems
from gancourse.diagnosis.faults import FAULTS
from gancourse.diagnosis.signatures import HEALTHY, Diagnosis
from gancourse.diagnosis.systems import RECIPES
from studies.study import Results, Study

# The seeds that set ranges and signatures, and the seeds that are counted.
HEALTHY_SEEDS = range(10), range(10, 20)
FAULT_SEEDS = range(5), range(5, 10)
POINTS = 400  # samples of the ring that a record keeps
TILE = 32  # width of a sample in the picture, in pixels
HEALTHY_ARMS = {f"{HEALTHY} {system}": system for system in RECIPES}


class DiagnosisStudy(Study):
    """One arm per healthy system, and one per fault."""

    arms = {name: {"arm": HEALTHY, "system": system} for name, system in HEALTHY_ARMS.items()} | {
        name: {"arm": name, "system": fault.system} for name, fault in FAULTS.items()
    }
    always = tuple(HEALTHY_ARMS)
    seeds = None
    columns = 12
    processes = os.cpu_count() or 1

    def seeds_of(self, arm: str):
        setting, counted = halves(self.arms[arm]["arm"])
        return [*setting, *counted]

    def settings(self, arm: str, seed: int) -> dict:
        fault = FAULTS.get(arm)
        recipe = asdict(RECIPES[self.arms[arm]["system"]])
        return {"recipe": recipe | (fault.changes if fault else {})}

    def measure(self, arm: str, seed: int) -> dict:
        torch.set_num_threads(1)
        name, system = self.arms[arm]["arm"], self.arms[arm]["system"]
        counted = halves(name)[1]
        started = time.perf_counter()
        run = systems.run(system, None if name == HEALTHY else name, seed)
        measured = {
            "arm": name,
            "system": system,
            "seed": seed,
            "counted": seed in counted,
            "metrics": {key: float(f"{value:.5g}") for key, value in run.metrics.items()},
            "seconds": round(time.perf_counter() - started, 1),
        }
        if seed == counted[0]:  # what a reader is shown has set no threshold
            measured["curves"] = run.history.curves(points=100)
            count = POINTS if system == "ring" else self.columns
            measured["samples"] = run.samples[:count].astype(float).round(3).tolist()
        return measured

    def head(self) -> dict:
        return {
            "systems": {name: asdict(recipe) for name, recipe in RECIPES.items()},
            "faults": {name: description(FAULTS[name]) for name in self.arms if name in FAULTS},
            "classifier": evaluation.digit_classifier("digits").about(),
            "detach_cost": systems.detach_cost(),
            "device": runtime.describe_device(runtime.device()),
            "precision": "float32",
        }

    def body(self, results: Results) -> dict:
        """The runs one after the other; the points of a ring stay here, images go into the picture."""
        runs = sorted(results.items(), key=lambda item: list(self.arms).index(item[0][0]))
        return {
            "shown": [[run["arm"], run["system"]] for run in shown(results, self.arms)],
            "runs": [
                {key: run[key] for key in run if key != "samples" or run["system"] == "ring"}
                for _, run in runs
            ],
        }

    def picture(self, results: Results) -> Image.Image:
        """One row of samples an arm, digits enlarged to the size of the faces."""
        tiles = []
        for run in shown(results, self.arms):
            samples = np.array(run["samples"])
            times = TILE // samples.shape[1]
            samples = samples.repeat(times, axis=1).repeat(times, axis=2)
            tiles.append(np.broadcast_to(samples, (*samples.shape[:3], 3)))
        return Image.fromarray(pictures.tile(np.concatenate(tiles), self.columns))

    def tell(self, record: dict) -> None:
        diagnosis = Diagnosis(record)
        for name, counts in diagnosis.counts().items():
            print(f"{name:<18}" + "  ".join(f"{key} {value}" for key, value in counts.items()))
        for system, (alarms, count) in diagnosis.false_alarms().items():
            print(f"healthy {system}: a fault found in {alarms} of {count} runs")


def halves(arm: str) -> tuple[range, range]:
    """The seeds of an arm that set thresholds, and its seeds that are counted."""
    return HEALTHY_SEEDS if arm == HEALTHY else FAULT_SEEDS


def shown(results: Results, arms) -> list[dict]:
    """The run whose samples are shown, for each arm that has images."""
    runs = sorted(results.items(), key=lambda item: list(arms).index(item[0][0]))
    return [run for _, run in runs if "samples" in run and run["system"] != "ring"]


def description(fault) -> dict:
    """What the record says about a fault."""
    fields = ("system", "title", "mistake", "repair", "changes", "images")
    return {field: getattr(fault, field) for field in fields}


if __name__ == "__main__":
    DiagnosisStudy.main()
