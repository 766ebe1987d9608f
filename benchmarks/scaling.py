"""How many images per second one training sees in several processes, as a ratio to one process.

    python benchmarks/scaling.py --out book/records/scaling     # ten minutes on two idle cores

Without a GPU the processes share this machine's processor: one process on one thread, one on two threads, two
processes on one thread each. With GPUs it is 1, 2, 4, ... processes, one for each. The batch is the same whatever
the number, so all of them train the same game. The sides take turns, a launch each. A side's ratio is the median over
the rounds of its images per second, divided by those of the first side in the same round. Starting up and the first
steps are not timed.
"""

import argparse
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import numpy as np
import torch
from throughput import ratios, timed
from tqdm import tqdm

from gancourse import GancourseError, recipes, runtime
from gancourse.data import ImageSet
from gancourse.files import atomic, write_text
from gancourse.runs import check_replaceable, write_record
from gancourse.torch_gan import Batches, build, distributed, train

NETWORKS = {  # changes to the full anime recipe, and the steps of a block on a processor
    "32 × 32, width 16": ({"size": 32, "width": 16, "batch": 64}, 60),
    "64 × 64, width 32": ({"size": 64, "width": 32, "batch": 64}, 12),
}
WARM_UP = 4  # steps


@dataclass(frozen=True)
class Side:
    """So many processes, each on so many of the processor's threads."""

    processes: int
    threads: int

    @property
    def name(self) -> str:
        """What the table calls it."""
        count = "1 process" if self.processes == 1 else f"{self.processes} processes"
        threads = "1 thread" if self.threads == 1 else f"{self.threads} threads"
        return f"{count}, {threads}" + (" each" if self.processes > 1 else "")


def sides() -> list[Side]:
    """What is compared on this machine."""
    if runtime.device().type == "cpu":
        return [Side(1, 1), Side(1, 2), Side(2, 1)]
    count = torch.get_device_module(runtime.device()).device_count()
    return [Side(2**power, 1) for power in range(count.bit_length())]


def one_block(network: str, steps: int) -> None:
    """Train a block of steps in this process, one of several; the first prints the images per second."""
    changes, _ = NETWORKS[network]
    recipe = recipes.recipe("anime_dcgan", "full", changes)
    world, device = distributed.world(), distributed.device()
    gan = build(recipe, 0, recipe.size, 0, device, world)
    noise = np.random.default_rng(0).integers(
        0, 256, (4 * recipe.batch, recipe.size, recipe.size, 3), np.uint8
    )
    batches = Batches(
        ImageSet("noise", "train", noise), recipe.batch, recipe.pixels, device, 0, world
    )
    train(gan, batches, steps=WARM_UP, progress=False)
    seconds = timed(lambda: train(gan, batches, steps=steps, progress=False), device)
    values = sum(w.numel() for n in gan.networks.values() for w in n.parameters())
    if world.is_first:
        print(json.dumps({"images_per_second": steps * recipe.batch / seconds, "values": values}))


def launch(side: Side, network: str, steps: int) -> dict:
    """What a launch of `one_block` in a side's processes prints."""
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone"]
    command += [f"--nproc-per-node={side.processes}", __file__, "--block", network]
    done = subprocess.run(
        [*command, "--steps", str(steps)],
        env=os.environ | {"OMP_NUM_THREADS": str(side.threads)},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise GancourseError(f"{side.name} failed:\n{done.stderr[:6000]}")
    return json.loads(done.stdout.splitlines()[-1])


def measure(rounds: int, steps: int | None) -> dict:
    """Images per second of every side in every round, by network, and their ratios to the first side's."""
    compared, measured = sides(), {}
    for network, (changes, block) in NETWORKS.items():
        speeds: dict[str, list[float]] = {side.name: [] for side in compared}
        for _ in tqdm(range(rounds), desc=network, disable=None):
            for side in compared:
                told = launch(side, network, steps or block)
                speeds[side.name].append(round(told["images_per_second"], 2))
        plain = speeds[compared[0].name]
        measured[network] = {
            "changes": changes,
            "steps": steps or block,
            "megabytes_a_step": round(4 * told["values"] / 1e6, 2),
            "images_per_second": speeds,
            "ratios": {name: ratios(each, plain) for name, each in speeds.items()},
        }
    return measured


def table(record: dict) -> str:
    """The record as a Markdown table, which the book's page shows."""
    lines = [
        "| networks | gradients a step, MB | run as | images/s, median | times the first, median | range |",
        "|---|---|---|---|---|---|",
    ]
    for network, told in record["networks"].items():
        for name, speeds in told["images_per_second"].items():
            ratio = told["ratios"][name]
            lines.append(
                f"| {network} | {told['megabytes_a_step']} | {name} | {median(speeds):.1f} | {median(ratio):.2f} "
                f"| {min(ratio):.2f} to {max(ratio):.2f} |"
            )
    lines += [
        "",
        f"Measured on {record['device']}, {record['rounds']} rounds; PyTorch {record['versions']['torch']}.",
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, help="the record's folder; without it nothing is kept")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--steps", type=int, help="steps of a block; default: by network")
    parser.add_argument("--block", choices=NETWORKS, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.rounds < 1 or (args.steps is not None and args.steps < 1):
        parser.error("--rounds and --steps must be at least 1")
    if args.block:
        one_block(args.block, args.steps)
        return
    if args.out:
        check_replaceable(args.out)
    record = {
        "command": "python benchmarks/scaling.py --out FOLDER",
        "rounds": args.rounds,
        "device": runtime.describe_device(runtime.device()),
        "versions": runtime.versions(),
        "networks": measure(args.rounds, args.steps),
    }
    shown = table(record)
    if args.out:
        with atomic(args.out, folder=True) as scratch:
            write_record(scratch, record)
            write_text(scratch / "table.md", shown)
    print(shown)


if __name__ == "__main__":
    main()
