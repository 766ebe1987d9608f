"""A run folder: train a recipe into it, take it up again, sample from it, judge it.

record.json  losses.npy  log.txt  checkpoint.pt  generated-images-0001.png ...
"""

from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from gancourse import GancourseError, data, evaluation, figures, records, runtime
from gancourse.files import atomic, remove_unfinished, write_text
from gancourse.recipes import RECIPES, MnistCGAN, changes_from
from gancourse.torch_gan import gan as gans
from gancourse.torch_gan.batches import Batches
from gancourse.torch_gan.networks import count_parameters
from gancourse.torch_gan.training import (
    METRICS,
    History,
    load_checkpoint,
    load_tensors,
    save_tensors,
    train,
)

GRIDS = 40  # sample grids saved along a run
SAMPLES = 10_000  # judged by default
PUBLISHED = {
    "record.json",
    "generated.png",
    "generator.pt",
}  # all that a committed record consists of


@dataclass
class Run:
    """A finished or interrupted run, opened for sampling.

    Attributes
    ----------
    folder : Path
    record : dict
    recipe : MnistCGAN
    gan : GAN
    """

    folder: Path
    record: dict
    recipe: MnistCGAN
    gan: gans.GAN


def train_recipe(
    name: str,
    budget: str,
    recipe,
    seed: int,
    folder,
    path=None,
    resume=False,
    checkpoint_every=1000,
) -> History:
    """Train `recipe` into `folder`.

    Parameters
    ----------
    name, budget : str
        Of the recipe, for the record.
    recipe : MnistCGAN
    seed : int
        Of the weights, the noise and the shuffling.
    folder : path-like
        A new or empty folder; with `resume` one that an interrupted run has left.
    path : path-like, optional
        Where the data lie, see `gancourse.data.load`.
    resume : bool
        Go on from the folder's checkpoint; the result is the one that an uninterrupted run would have had.

    Raises
    ------
    GancourseError
        A folder that already holds a run (without `resume`) or none (with it); bad data; a failed write.
    """
    folder = Path(folder)
    checkpoint = folder / "checkpoint.pt"
    if folder.is_dir():
        remove_unfinished(folder)
    if resume and not checkpoint.exists():
        raise GancourseError(f"nothing to resume: there is no checkpoint in {folder}")
    if not resume and folder.is_dir() and any(folder.iterdir()):
        raise GancourseError(
            f"{folder} is not empty: resume the run in it (--resume) or choose another folder (--out)"
        )

    dataset = data.load(recipe.data, recipe.split, path)
    about_data = {
        "name": dataset.name,
        "split": dataset.split,
        "count": len(dataset),
        "classes": dataset.classes,
        "size": dataset.images.shape[1],
        "fingerprint": dataset.fingerprint,
    }
    gan = gans.build(recipe, about_data["classes"], about_data["size"], seed)
    batches = Batches(dataset, recipe.batch, recipe.pixels, gan.device, seed)
    record = {
        "recipe_name": name,
        "budget": budget,
        "recipe": asdict(recipe),
        "changes": changes_from(RECIPES[name][budget], recipe),
        "seed": seed,
        "data": about_data,
        "versions": runtime.versions(),
        "device": runtime.describe_device(gan.device),
        "precision": str(gan.precision).removeprefix("torch."),
        "parameters": {
            "generator": count_parameters(gan.generator),
            "discriminator": count_parameters(gan.discriminator),
        },
    }
    if resume and (folder / "record.json").exists():
        # where it began, and what was measured of it if it was complete
        earlier = records.read(folder)
        record |= earlier if "steps" in earlier else earlier | {"evaluation": None}
    else:
        records.write(folder, record)
    every = -(-recipe.steps // GRIDS)
    labels = np.arange(dataset.classes).repeat(8)

    def save_grid(done):
        _save_png(
            folder / f"generated-images-{done // every:04d}.png", gan.sample(labels), columns=8
        )

    history = train(
        gan,
        batches,
        every=every,
        callback=save_grid,
        checkpoint=checkpoint,
        checkpoint_every=checkpoint_every,
        identity={"recipe_name": name, "seed": seed, "data": about_data["fingerprint"]},
    )

    with atomic(folder / "losses.npy") as scratch:
        np.save(scratch, history.values)
    write_text(folder / "log.txt", _log(history, batches.per_epoch))
    record |= {
        "steps": len(history.values),
        "images_seen": int(history["images_seen"][-1]),
        "seconds": round(history.seconds, 1),
        "curves": history.curves(),
    }
    records.write(folder, record)
    return history


def open_run(folder) -> Run:
    """Open a run's folder to sample from: its generator at the last checkpoint, or as published with a record."""
    folder = Path(folder)
    record = records.read(folder)
    if (folder / "generator.pt").exists():
        weights = load_tensors(folder / "generator.pt")
    else:
        parts = load_checkpoint(folder / "checkpoint.pt")["gan"]
        weights = parts.get("ema", parts["generator"])
    try:
        fields = record["recipe"].items()
        recipe = MnistCGAN(**{key: tuple(v) if isinstance(v, list) else v for key, v in fields})
        with torch.random.fork_rng():
            about = record["data"]
            gan = gans.build(recipe, about["classes"], about["size"], record["seed"])
        gan.sampler.load_state_dict(weights)
    except (KeyError, TypeError, AttributeError, RuntimeError) as error:
        raise GancourseError(
            f"the record and the weights in {folder} do not make a run of this version ({error})"
        ) from error
    return Run(folder, record, recipe, gan)


def evaluate(run: Run, samples: int = SAMPLES, seed: int = 0, path=None) -> dict:
    """Judge `samples` images, as many of each class, and write the score card into the run's record.

    Returns
    -------
    dict
        `gancourse.evaluation.score_card`, with the seed and whether averaged weights drew the samples.
    """
    real = data.load(run.recipe.data, "test", path)
    if samples < 2 * real.classes:
        raise GancourseError(
            f"{samples} samples are too few: the spread within {real.classes} classes needs two of each"
        )
    labels = np.arange(samples) % real.classes
    judge = evaluation.digit_judge(run.recipe.data, path)
    card = evaluation.score_card(run.gan.sample(labels, seed), labels, judge, real)
    card |= {"seed": seed, "ema": run.gan.ema is not None}
    run.record["evaluation"] = card
    records.write(run.folder, run.record)
    return card


def publish(run: Run, folder, weights: bool = False) -> None:
    """Write what of a run may be committed to `folder`: the record and a grid of generated images, no real one.

    With `weights` also those of the generator that samples, in float16.
    """
    folder = Path(folder)
    there = [folder] if folder.is_file() else folder.glob("*")
    others = {path.name for path in there} - PUBLISHED
    if others:  # an earlier record is replaced as a whole, and nothing else may go with it
        raise GancourseError(
            f"{folder} is or holds something else ({', '.join(sorted(others)[:3])}): name an empty or new folder"
        )
    with atomic(folder, folder=True) as scratch:
        records.write(scratch, run.record)
        save_samples(run, scratch / "generated.png")
        if weights:
            state = run.gan.sampler.state_dict()
            halves = {name: value.half().cpu() for name, value in state.items()}
            save_tensors(scratch / "generator.pt", halves)


def save_samples(run: Run, path, rows: int = 10, seed: int = 0) -> None:
    """Write a PNG grid of generated images: a column for each class, `rows` samples of each."""
    classes = run.record["data"]["classes"]
    _save_png(path, run.gan.sample(np.tile(np.arange(classes), rows), seed), columns=classes)


def _save_png(path, images, columns):
    with atomic(path) as scratch:
        Image.fromarray(figures.tile(images, columns)).save(scratch, format="PNG")


def _log(history: History, per_epoch: int) -> str:
    """One line an epoch, means over its steps."""
    lines = []
    for epoch, start in enumerate(range(0, len(history.values), per_epoch), 1):
        means = history.values[start : start + per_epoch].mean(axis=0)
        pairs = ", ".join(
            f"{metric}: {value:.4f}" for metric, value in zip(METRICS, means, strict=True)
        )
        lines.append(f"Epoch [{epoch}], {pairs}")
    return "\n".join(lines) + "\n"
