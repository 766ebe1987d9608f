"""Seconds and memory that all feature metrics take: 10,000 samples with 512 features against 10,000 real ones.

    python benchmarks/evaluation.py                                     # seconds
    python benchmarks/evaluation.py --out book/records/evaluation-speed

The features are random numbers, which take the same time as any others. They are made and measured in a process of
their own, whose memory is read twenty times a second; the peak includes Python and its packages. The last line is the
result.
"""

import argparse
import contextlib
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import psutil

from gancourse import GancourseError, runtime
from gancourse.evaluation import Features, feature_card
from gancourse.runs import write_record

LOOK_EVERY = 0.05  # seconds between two looks at the memory


def features(count: int, width: int, seed: int) -> Features:
    """Random features, float32, not negative, as after a ReLU."""
    values = np.random.default_rng(seed).normal(size=(count, width)).astype(np.float32)
    return Features(np.maximum(values, 0), "random numbers", "none", seed, "none", None)


def run_card(args) -> None:
    """Print the seconds that one card takes; `measure` runs this in a process of its own."""
    real, fake = (features(args.count, args.width, seed) for seed in (0, 1))
    started = time.perf_counter()
    feature_card(real, fake)
    print(time.perf_counter() - started)


def measure(args) -> dict:
    """The seconds that a card takes, and the peak memory of the process in MB."""
    command = [sys.executable, __file__, "--card", "--threads", str(args.threads)]
    command += ["--count", str(args.count), "--width", str(args.width)]
    # NumPy's linear algebra reads one of the two when it is imported
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), str(args.threads))
    process = psutil.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ | threads)
    peak = 0
    while process.poll() is None:
        with contextlib.suppress(psutil.Error):  # it has just ended
            peak = max(peak, process.memory_info().rss)
        time.sleep(LOOK_EVERY)
    if process.returncode:
        raise GancourseError("measuring failed: see the error above")
    return {
        "seconds": round(float(process.stdout.read()), 1),
        "peak_memory_mb": round(peak / 1e6),
    }


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, help="the record's folder; without it nothing is kept")
    parser.add_argument("--count", type=int, default=10_000, help="samples, and real images")
    parser.add_argument("--width", type=int, default=512, help="features per image")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--card", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.card:
        run_card(args)
        return
    measured = measure(args)
    settings = {name: getattr(args, name) for name in ("count", "width", "threads")}
    options = " ".join(f"--{name} {value}" for name, value in settings.items())
    if args.out is not None:
        record = {
            "command": f"python benchmarks/evaluation.py --out FOLDER {options}",
            "settings": settings,
            "device": runtime.describe_device(),
            "versions": runtime.versions(),
            **measured,
        }
        write_record(args.out, record)
    print(
        f"{args.count:,} samples against {args.count:,} real images, {args.width} features: "
        f"{measured['seconds']} s, peak memory {measured['peak_memory_mb']} MB"
    )


if __name__ == "__main__":
    main()
