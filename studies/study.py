"""What all studies have in common: arms and seeds, saved results, the command, the record."""

import argparse
import inspect
import json
import multiprocessing
import os
import shlex
import shutil
import sys
import time
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from urllib.parse import quote

import numpy as np
from PIL import Image
from tqdm import tqdm

from gancourse import GancourseError, data, pictures, runtime
from gancourse.files import atomic, write_text
from gancourse.runs import check_replaceable, write_record

Results = dict[tuple[str, int], dict]  # what was measured, by arm and seed


class Study:
    """Every arm is measured with every seed, and the results become one record.

    A study is a subclass: it says what its arms are and what is measured in one run. The result of a finished run is
    saved in FOLDER.kept until the record is written, so that a study that was stopped goes on where it was.

    Attributes
    ----------
    arms : dict of dict
        What the record says about each arm, under the arm's name.
    always : tuple of str
        Arms that are measured even if only others are asked for, because those are compared with them.
    seeds : int or None
        How many seeds an arm has, unless the command says otherwise; None if `seeds_of` decides.
    files : str
        What `--data` names, if the data are not embedded.
    columns : int
        Samples of each arm in the record's picture; 0 for a record without a picture.
    processes : int
        How many runs are measured at a time, each in a process with one thread; with 1 they are measured in this one.
    kept : Path
        FOLDER.kept, from the start of `run` on: a long run may keep checkpoints of its own there.
    """

    arms: dict[str, dict]
    always: tuple[str, ...] = ()
    seeds: int | None = 3
    files: str = ""
    columns: int = 0
    processes: int = 1
    kept: Path

    def __init__(self, path: Path | None = None, seeds: int | None = None, arms=None):
        """A study of the data in `path`, with `seeds` seeds per arm, of the arms named in `arms` (default: all)."""
        self.path = path
        self.seeds = seeds or self.seeds
        if arms is not None:
            self.arms = {
                name: self.arms[name] for name in self.arms if name in (*self.always, *arms)
            }
        self.seconds = 0.0

    def seeds_of(self, arm: str) -> Iterable[int]:
        """The seeds of an arm."""
        return range(self.seeds or 0)

    def settings(self, arm: str, seed: int) -> dict:
        """What a saved result must have been measured with to be reused, besides the arm and the seed."""
        raise NotImplementedError

    def measure(self, arm: str, seed: int) -> dict:
        """Train one arm with one seed and measure it.

        Returns
        -------
        dict
            JSON's types only. "samples", nested lists of shape (columns, H, W, C), go into the picture and not into
            the record.
        """
        raise NotImplementedError

    def head(self) -> dict:
        """What the record says about the whole study: data, recipe, precision, device."""
        raise NotImplementedError

    def body(self, results: Results) -> dict:
        """What the record says about the runs: each arm with its runs, in the order of the seeds."""
        arms = {name: description | {"runs": []} for name, description in self.arms.items()}
        for (arm, _), run in results.items():
            arms[arm]["runs"].append({key: run[key] for key in run if key != "samples"})
        return {"arms": arms}

    def splits(self, name: str, size: int) -> list[data.ImageSet]:
        """Training and held-out images of a data set, `size` pixels wide, from the folder that `--data` names."""
        return [data.load(name, split, self.path, size=size) for split in ("train", "test")]

    def picture(self, results: Results) -> Image.Image:
        """One row of samples for each arm, from its first run."""
        shown = [results[arm, next(iter(self.seeds_of(arm)))].get("samples") for arm in self.arms]
        rows = [np.array(samples) for samples in shown if samples]
        return Image.fromarray(pictures.tile(np.concatenate(rows), self.columns))

    def tell(self, record: dict) -> None:
        """Print what the record shows, if a line or two can say it."""

    def run(self, out: Path) -> dict:
        """Measure what has no saved result yet, and write the record into a folder.

        Parameters
        ----------
        out : Path
            A new folder, or one with an earlier record, which is replaced.

        Returns
        -------
        dict
            The record.

        Raises
        ------
        GancourseError
            If `out` holds anything but a record, or if a result was saved with other settings.
        """
        check_replaceable(out)
        self.kept = out.with_name(out.name + ".kept")
        results = self._measure_all()
        record = {
            "command": self.command,
            **self.head(),
            "versions": runtime.versions(),
            "seconds": round(self.seconds),
            **self.body(results),
        }
        with atomic(out, folder=True) as scratch:
            if self.columns:
                self.picture(results).save(scratch / "generated.png")
            write_record(scratch, record)
        shutil.rmtree(self.kept)
        return record

    @property
    def command(self) -> str:
        """The command that makes this record, without the folders of the record and of the data."""
        words = ["python", "-m", f"studies.{Path(inspect.getfile(type(self))).stem}", "FOLDER"]
        words += ["--seeds", str(self.seeds)] if self.seeds else []
        words += ["--arms", *self.arms] if self.arms.keys() != type(self).arms.keys() else []
        return shlex.join(words)

    @classmethod
    def main(cls, arguments: list[str] | None = None) -> None:
        """The command of a study; `arguments` replace those on the command line."""
        parser = argparse.ArgumentParser(
            description=inspect.getdoc(inspect.getmodule(cls)),
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        parser.add_argument("out", type=Path, help="the record's folder")
        if cls.files:
            parser.add_argument("--data", type=Path, dest="path", help=cls.files)
        if cls.seeds:
            parser.add_argument("--seeds", type=int, default=cls.seeds, help="seeds per arm")
        parser.add_argument(
            "--arms", nargs="+", choices=cls.arms, metavar="NAME", help="measure only these arms"
        )
        cls.add_options(parser)
        options = vars(parser.parse_args(arguments))
        out = options.pop("out")
        try:
            study = cls(**options)
            study.tell(study.run(out))
        except GancourseError as error:
            sys.exit(f"{parser.prog}: {error}")

    @classmethod
    def add_options(cls, parser: argparse.ArgumentParser) -> None:
        """Options of a study's own, for its `__init__`."""

    def _measure_all(self) -> Results:
        """The results of all runs; every arm's first seed comes first, so that arms can be compared early."""
        jobs = [(arm, seed) for arm in self.arms for seed in self.seeds_of(arm)]
        jobs.sort(key=lambda job: list(self.seeds_of(job[0])).index(job[1]))
        work = partial(_one, self)
        if self.processes == 1:
            done = [work(job) for job in tqdm(jobs, disable=None)]
        else:
            os.environ["OMP_NUM_THREADS"] = "1"  # for the processes that are started
            with multiprocessing.get_context("spawn").Pool(self.processes) as pool:
                done = list(tqdm(pool.imap(work, jobs), total=len(jobs), disable=None))
        self.seconds = sum(seconds for _, seconds in done)
        return dict(zip(jobs, (measured for measured, _ in done), strict=True))


def described(images: data.ImageSet) -> dict:
    """What a record says about the images that its runs were trained on."""
    return {"name": images.name, "count": len(images), "fingerprint": images.fingerprint}


def torch_machine() -> dict:
    """What a record says about where PyTorch's runs were trained, and in which precision."""
    device = runtime.device()
    return {
        "precision": str(runtime.precision(device)).removeprefix("torch."),
        "device": runtime.describe_device(device),
    }


def _one(study: Study, job: tuple[str, int]) -> tuple[dict, float]:
    """The result of one run, measured now or before, and the seconds it took."""
    arm, seed = job
    key = {"arm": study.arms[arm], "seed": seed, **study.settings(arm, seed)}
    result = saved(study.kept / file_name(arm, seed), key, partial(study.measure, arm, seed))
    return result["measured"], result["seconds"]


def saved(path: Path, key: dict, measure: Callable[[], dict]) -> dict:
    """What `measure()` returns and the seconds it took: read from a file if it exists, otherwise saved in it.

    Parameters
    ----------
    path : Path
        The file.
    key : dict
        The settings and the data that a result in the file must have been measured with.
    measure : function
        Called without arguments if there is no such file.

    Raises
    ------
    GancourseError
        If the file has another key.
    """
    key = json.loads(json.dumps(key))
    if not path.exists():
        began = time.perf_counter()
        measured = measure()
        seconds = round(time.perf_counter() - began, 1)
        write_text(path, json.dumps({"key": key, "seconds": seconds, "measured": measured}))
    result = json.loads(path.read_text(encoding="utf-8"))
    if result["key"] != key:
        raise GancourseError(
            f"{path} was measured with other settings or data: delete {path.parent} to start anew"
        )
    return result


def file_name(arm: str, seed: int) -> str:
    """The name of a saved result, for any file system: what Windows refuses is written as %3A and the like."""
    return f"{quote(arm, safe=' ,+()[]')}-{seed}.json"
