"""How many images per second the course's PyTorch loop trains on, compared with the plain loop of `plain_dcgan.py`.

    python benchmarks/throughput.py                                # about five minutes on two idle cores
    python benchmarks/throughput.py --out book/records/speed       # the same, for the book's page on speed
    python benchmarks/throughput.py --data anime.zip --pairs 3     # on jpg files of your own

Both train the same networks on the same jpg files in one process and alternate: some steps of the plain loop, some of
ours, and so on, after two steps of each that are not counted. A machine that slows down then slows both. For peak
memory each trains two steps in a process of its own, and what that process and its DataLoader workers hold is read
twenty times a second (on Linux, pages that they share are counted once). On a GPU a block has 100 steps, since before
it the workers read ahead, and the peak memory of the card is measured as well.

The last line is the median ratio of images per second, ours to plain, over the pairs.
"""

import argparse
import contextlib
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import plain_dcgan
import psutil
import torch
from PIL import Image
from tqdm import tqdm

from gancourse import GancourseError, recipes, runtime
from gancourse.data import ImageSet, faceworld
from gancourse.data.readers.folder import prepare_files, read_prepared
from gancourse.data.readers.listing import open_files
from gancourse.files import write_text
from gancourse.runs import write_record
from gancourse.torch_gan import Batches, GraphedStep, build, train, train_step

SIDES = {  # what is timed, and what the table calls it
    "plain": "plain loop",
    "ours": "ours",
    "plain, no detach": "plain loop without `.detach()`",
    "ours, float32": "ours in float32",
    "ours, channels first": "ours, channels first",
    "ours, CUDA graph": "ours, its step recorded as a CUDA graph",
}
WARM_UP = 2  # steps
WARM_UP_GPU = 10  # there a recorded step has to be recorded first
REST = (
    1.0  # seconds before a block of steps, in which the DataLoader's workers finish reading ahead
)
LOOK_EVERY = 0.05  # seconds between two looks at the memory


class Plain:
    """The plain loop, with or without `.detach()`."""

    def __init__(self, batches, args, device, detach=True):
        self.batches, self.device, self.detach = batches, device, detach
        self.networks = plain_dcgan.build(args.size, args.width, device)

    def run(self, steps: int) -> None:
        plain_dcgan.train(
            self.networks, self.batches, steps, self.device, self.detach, report=lambda line: None
        )


class Ours:
    """The course's loop, as it is, with one of its optimisations undone, or with its step as a CUDA graph."""

    def __init__(self, batches, args, device, channels_last=True, recorded=False, **changes):
        recipe = recipes.FaceDCGAN(size=args.size, width=args.width, batch=args.batch, **changes)
        self.batches, self.gan = batches, build(recipe, 0, args.size, 0, device)
        self.step = train_step if channels_last else _channels_first_step
        if recorded:
            self.step = GraphedStep()
        if not channels_last:
            for network in (self.gan.generator, self.gan.discriminator):
                network.to(memory_format=torch.contiguous_format)

    def run(self, steps: int) -> None:
        train(self.gan, self.batches, steps=steps, step=self.step, progress=False)


def _channels_first_step(gan, real, labels):
    return train_step(gan, real.contiguous(), labels)


def draw_files(folder: Path, count: int, size: int) -> None:
    """Write `count` drawn anime faces into `folder`, as jpg files."""
    for number, image in enumerate(faceworld.draw(count, size, "anime", seed=0, start=0)[0]):
        Image.fromarray(image).save(folder / f"{number:06d}.jpg", quality=95)


def unpack(archive: Path, folder: Path) -> None:
    """Write the jpg files of a zip into `folder`."""
    with open_files(archive) as files:
        for number, file in enumerate(files):
            if file.name.lower().endswith((".jpg", ".jpeg")):
                (folder / f"{number:06d}.jpg").write_bytes(file.read())


def prepare(files: Path, array: Path, size: int) -> None:
    """Audit the files and keep them as one array, as `gancourse data` does."""
    with open_files(files) as listed:
        prepare_files(listed, array, "speed", size, "crop")


def our_batches(array: Path, args, device) -> Batches:
    """The course's batches, with the whole array on the device; nothing held out, as in the plain loop."""
    faces = ImageSet("speed", "train+test", read_prepared(array)[0])
    return Batches(faces, args.batch, "tanh", device, seed=0)


def timed(action, device) -> float:
    """Seconds that `action()` takes, including what a GPU still has queued."""
    started = time.perf_counter()
    action()
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    return time.perf_counter() - started


def measure_speed(sides: dict, args, device) -> dict[str, list[float]]:
    """Images per second of each side in each round; sides other than "plain" and "ours" take half as many steps."""
    speeds = {name: [] for name in sides}
    blocks = [(number, name) for number in range(1 + args.pairs) for name in sides]
    for number, name in tqdm(blocks, desc="blocks of steps", disable=None):
        steps = args.steps if name in ("plain", "ours") else max(1, args.steps // 2)
        steps = steps if number else WARM_UP if device.type == "cpu" else WARM_UP_GPU
        time.sleep(REST if args.workers else 0)
        seconds = timed(lambda name=name, steps=steps: sides[name].run(steps), device)
        if number:
            speeds[name].append(round(steps * args.batch / seconds, 2))
    return speeds


def peak_memory(side: str, files: Path, array: Path, args) -> dict[str, float]:
    """The peak memory, in MB, of two steps of one side in a process of its own: the "host"'s and the "device"'s.

    The host's includes what the workers hold. The device's is 0 on a processor, which has no other memory.
    """
    command = [sys.executable, __file__, "--memory-of", side, "--data", files, "--array", array]
    for name in ("steps", "width", "batch", "size", "workers", "threads"):
        command += [f"--{name}", str(getattr(args, name))]
    peak, process = 0, psutil.Popen(command, stdout=subprocess.PIPE, text=True)
    while process.poll() is None:
        with contextlib.suppress(psutil.Error):  # a worker that has just ended
            family = [process, *process.children(recursive=True)]
            peak = max(peak, sum(map(_held, family)))
        time.sleep(LOOK_EVERY)
    told = process.communicate()[0]
    if process.returncode:
        raise GancourseError(f"measuring the memory of {side!r} failed: see the error above")
    return {"host": round(peak / 1e6), "device": round(json.loads(told)["device"] / 1e6)}


def _held(process) -> int:
    """The memory that a process holds, in bytes."""
    memory = process.memory_full_info()
    return getattr(memory, "pss", memory.rss)  # `pss` gives each process its share of a common page


def table(record: dict) -> str:
    """The record as two Markdown tables and a line on what was measured: the book's page shows exactly this."""
    images, settings, plain = record["images_per_second"], record["settings"], "plain"
    lines = [
        "| loop | images/s, median | times the plain loop, median | seconds to prepare | peak memory, MB |",
        "|---|---|---|---|---|",
    ]
    for name, called in SIDES.items():
        if name not in images:
            continue
        ratio = median(ratios(images[name], images[plain]))
        prepared, memory = (
            f"{record[key][name]:,}" if name in record[key] else ""
            for key in ("seconds_to_prepare", "peak_memory_mb")
        )
        lines.append(
            f"| {called} | {median(images[name]):.1f} | {ratio:.2f} | {prepared} | {memory} |"
        )
    lines += ["", "| pair | plain loop, images/s | ours, images/s | ratio |", "|---|---|---|---|"]
    pairs = zip(images[plain], images["ours"], record["ratios"], strict=True)
    for number, (one, other, ratio) in enumerate(pairs, 1):
        lines.append(f"| {number} | {one:.1f} | {other:.1f} | {ratio:.2f} |")
    data, versions = record["data"], record["versions"]
    lines += [
        "",
        f"Measured on {record['device']}, {settings['threads']} of PyTorch's threads; ours in {record['precision']}; "
        f"PyTorch {versions['torch']}. Width {settings['width']}, batches of {settings['batch']}, {data['count']:,} "
        f"{data['name']} of {settings['size']} × {settings['size']} pixels, {settings['steps']} steps at a time. "
        "Started again, with the array that it prepared the first time, ours is ready in "
        f"{record['seconds_to_prepare']['ours, again']:.2f} s.",
    ]
    if "peak_device_memory_mb" in record:
        card = record["peak_device_memory_mb"]
        lines[-1] += (
            f" Peak memory of the card: {card['plain']:,} MB for the plain loop, {card['ours']:,} MB for ours."
        )
    return "\n".join(lines) + "\n"


def ratios(ones, others) -> list[float]:
    """`ones` divided by `others`, round by round."""
    return [round(one / other, 3) for one, other in zip(ones, others, strict=True)]


def measure(args, scratch: Path, device) -> dict:
    """The record of speeds, times and memory."""
    files, array = scratch / "files", scratch / "prepared" / "array"
    files.mkdir()
    if args.data is None:
        draw_files(files, args.count, args.size)
    elif args.data.is_dir():
        files = args.data
    else:
        unpack(args.data, files)

    loader = None

    def start_plain():
        nonlocal loader
        loader = plain_dcgan.loader(files, args.size, args.batch, args.workers)
        next(iter(loader))

    seconds = {"plain": timed(start_plain, device)}
    once = timed(lambda: prepare(files, array, args.size), device)
    again = timed(lambda: our_batches(array, args, device), device)
    seconds |= {"ours": once + again, "ours, again": again}
    memory = {side: peak_memory(side, files, array, args) for side in ("plain", "ours")}
    on_device = {side: told["device"] for side, told in memory.items()}

    plain, ours = plain_dcgan.endless(loader), our_batches(array, args, device)
    sides = {
        "plain": Plain(plain, args, device),
        "ours": Ours(ours, args, device),
        "plain, no detach": Plain(plain, args, device, detach=False),
        "ours, float32": Ours(ours, args, device, precision="float32"),
        "ours, channels first": Ours(ours, args, device, channels_last=False),
    }
    if device.type == "cuda":
        sides["ours, CUDA graph"] = Ours(ours, args, device, recorded=True)
    speeds = measure_speed(sides, args, device)
    pairs = ratios(speeds["ours"], speeds["plain"])
    settings = {
        name: getattr(args, name)
        for name in ("pairs", "steps", "width", "batch", "size", "workers", "threads")
    }
    options = " ".join(f"--{name} {value}" for name, value in settings.items())
    return {
        "command": f"python benchmarks/throughput.py --out FOLDER {options}"
        + ("" if args.data is None else " --data FILES"),
        "settings": settings,
        "data": {
            "name": "drawn faces" if args.data is None else "jpg files",
            "count": len(ours.images),
            "bytes_per_file": round(
                sum(path.stat().st_size for path in loader.dataset.paths) / len(loader.dataset)
            ),
        },
        "device": runtime.describe_device(device),
        "precision": str(sides["ours"].gan.precision).removeprefix("torch."),
        "versions": runtime.versions(),
        "images_per_second": speeds,
        "ratios": pairs,
        "ratio": median(pairs),
        "seconds_to_prepare": {name: round(value, 2) for name, value in seconds.items()},
        "peak_memory_mb": {side: told["host"] for side, told in memory.items()},
        **({"peak_device_memory_mb": on_device} if device.type == "cuda" else {}),
    }


def run_one(side: str, args, device) -> None:
    """Train two steps of one side; `peak_memory` runs this in a process of its own."""
    if side == "plain":
        loader = plain_dcgan.loader(args.data, args.size, args.batch, args.workers)
        Plain(plain_dcgan.endless(loader), args, device).run(WARM_UP)
    else:
        Ours(our_batches(args.array, args, device), args, device).run(WARM_UP)
    peak = torch.cuda.max_memory_allocated(device) if device.type == "cuda" else 0
    print(json.dumps({"device": peak}))


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, help="the record's folder; without it nothing is kept")
    parser.add_argument(
        "--data", type=Path, help="a folder or zip of jpg files; default: drawn faces"
    )
    parser.add_argument("--count", type=int, default=1000, help="how many faces to draw")
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument(
        "--steps", type=int, help="steps per block; default: 7 on a processor, 100 on a GPU"
    )
    parser.add_argument("--width", type=int, default=64)
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--size", type=int, default=64)
    parser.add_argument(
        "--workers", type=int, default=2, help="workers of the plain loop's DataLoader"
    )
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--memory-of", choices=("plain", "ours"), help=argparse.SUPPRESS)
    parser.add_argument("--array", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args()
    device = runtime.device()
    if args.steps is None:
        args.steps = 7 if device.type == "cpu" else 100
    if args.pairs < 1 or args.steps < 1:
        parser.error("--pairs and --steps must be at least 1")
    with runtime.threads(args.threads):
        if args.memory_of:
            run_one(args.memory_of, args, device)
            return
        with tempfile.TemporaryDirectory() as scratch:
            record = measure(args, Path(scratch), device)
    shown = table(record)
    if args.out is not None:
        write_record(args.out, record)
        write_text(args.out / "table.md", shown)
    print(shown)
    print(f"images/s ratio: {record['ratio']:.2f}")


if __name__ == "__main__":
    main()
