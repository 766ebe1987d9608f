"""Kill a training run twenty times at random moments, resume it each time, and compare it with a run never killed.

    python benchmarks/resume.py                       # a few minutes on the CPU
    python benchmarks/resume.py --kills 3
    python benchmarks/resume.py --recipe anime_dcgan  # the convolutional pair with its average, on small drawn faces

Ends with "bit-equal" or exits with status 1.
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import torch
from PIL import Image

from gancourse.data import faceworld


def recipe_arguments(name: str, scratch: Path) -> list[str]:
    """What to train: the digits unchanged, or a small DCGAN on 200 faces that are drawn into `scratch`."""
    if name == "mnist_cgan":
        return [name, "--budget", "reduced"]
    folder = scratch / "faces"
    folder.mkdir()
    for number, face in enumerate(faceworld.draw(200, 16, "anime", seed=0)[0]):
        Image.fromarray(face).save(folder / f"{number:03}.png")
    small = ("size=16", "width=8", "batch=32", "latent=16", "threads=1")
    changes = [word for change in small for word in ("--set", change)]
    return [name, "--budget", "full", "--data", str(folder), *changes]


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--recipe", choices=("mnist_cgan", "anime_dcgan"), default="mnist_cgan")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--steps", type=int, default=4000)
    parser.add_argument("--seed", type=int, default=0, help="the seed for the moments")
    arguments = parser.parse_args()
    dice, done_at = random.Random(arguments.seed), []
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["GANCOURSE_CACHE"] = str(Path(scratch) / "cache")
        command = [sys.executable, "-m", "gancourse", "train"]
        command += recipe_arguments(arguments.recipe, Path(scratch))
        command += ["--set", f"steps={arguments.steps}", "--checkpoint-every", "10"]
        whole, parts = Path(scratch) / "whole", Path(scratch) / "parts"
        subprocess.run([*command, "--out", whole], check=True, stdout=subprocess.DEVNULL)
        while len(done_at) < arguments.kills:
            checkpoint = parts / "checkpoint.pt"
            process = subprocess.Popen(
                [*command, "--out", parts, *(["--resume"] if checkpoint.exists() else [])],
                stdout=subprocess.DEVNULL,
            )
            before = checkpoint.stat().st_mtime_ns if checkpoint.exists() else 0
            while process.poll() is None and (
                not checkpoint.exists() or checkpoint.stat().st_mtime_ns == before
            ):
                # A run that makes no progress before it is killed would prove nothing.
                time.sleep(0.002)
            time.sleep(dice.random() * 0.5)
            process.send_signal(signal.SIGKILL)
            if process.wait() != -signal.SIGKILL:
                print(
                    "the run ended before it could be killed: give it more --steps", file=sys.stderr
                )
                return 1
            done_at.append(torch.load(checkpoint, weights_only=True)["done"])
            print(f"kill {len(done_at):>2}: resumed from step {done_at[-1]:,}")
        subprocess.run(
            [*command, "--out", parts, "--resume"], check=True, stdout=subprocess.DEVNULL
        )
        states = [torch.load(run / "checkpoint.pt", weights_only=True) for run in (whole, parts)]
        losses = [(run / "losses.npy").read_bytes() for run in (whole, parts)]
        left = list(parts.glob(".*"))
    one, other = (
        _flat(state) | {"losses": loss} for state, loss in zip(states, losses, strict=True)
    )
    names = (one.keys() | other.keys()) - {"seconds"}
    different = [
        name
        for name in sorted(names)
        if name not in one or name not in other or not _same(one[name], other[name])
    ] + [f"left behind: {path.name}" for path in left]
    result = f"DIFFERENT: {', '.join(different)}" if different else "bit-equal"
    print(f"{len(done_at)} kills, {arguments.steps:,} steps: {result}")
    return bool(different)


def _flat(state, prefix="") -> dict:
    if not isinstance(state, dict):
        return {prefix: state}
    flat = {}
    for key, value in state.items():
        flat |= _flat(value, f"{prefix}.{key}".strip("."))
    return flat


def _same(one, other) -> bool:
    return torch.equal(one, other) if isinstance(one, torch.Tensor) else one == other


if __name__ == "__main__":
    sys.exit(main())
