"""Train a recipe into a folder, and resume an interrupted run."""

from dataclasses import asdict
from pathlib import Path

import numpy as np

from gancourse import GancourseError, runtime
from gancourse.data import dataset_spec
from gancourse.files import atomic, remove_unfinished, write_text
from gancourse.history import History
from gancourse.recipes import RECIPES, changes_from, fixed_steps
from gancourse.runs.backend import backend_of
from gancourse.runs.folder import grid_columns, load, save_grid
from gancourse.runs.record import read_record, write_record

GRIDS = 40  # how many grids of samples are saved in the course of a run
MEASURED = (  # the keys of a record that only a complete run has
    "steps",
    "images_seen",
    "seconds",
    "metrics",
    "chance",
    "curves",
    "evaluation",
)


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
        The recipe's name and budget, for the record.
    recipe : gancourse.recipes.Recipe
        The recipe, which may have been changed.
    seed : int
        The seed for the weights, the noise and the shuffling.
    folder : path-like
        A new or empty folder; with `resume`, the folder of an interrupted run.
    path : path-like, optional
        Where the data are; see `gancourse.data.load`.
    resume : bool
        Whether to go on from the folder's checkpoint; the result is the one that an uninterrupted run would have had.
    checkpoint_every : int
        Steps between two checkpoints.

    Returns
    -------
    History
        The losses and scores of all steps, including those before the checkpoint.

    Raises
    ------
    GancourseError
        If the folder already holds a run (without `resume`) or has no checkpoint (with it), if the data are bad or have
        fewer images than a batch, if training diverges, or if another process of the training has ended.

    Notes
    -----
    Under `torchrun` every process calls it with the same arguments, and the first one alone writes to the folder.
    """
    folder = Path(folder)
    backend = backend_of(recipe)
    world = backend.world()
    checkpoint = folder / backend.CHECKPOINT
    world.first(lambda: _check_folder(folder, checkpoint, resume))
    dataset = world.in_turn(lambda: load(recipe, recipe.split, path))
    about_data = {
        "name": dataset.name,
        "split": dataset.split,
        "count": len(dataset),
        "classes": dataset.classes,
        "size": dataset.images.shape[1],
        "fingerprint": dataset.fingerprint,
    }
    if len(dataset) < recipe.batch:
        raise GancourseError(
            f"{dataset.name} has {len(dataset)} images, fewer than one batch of {recipe.batch}: set a smaller batch "
            "(--set batch=...)"
        )
    changes = changes_from(RECIPES[name][budget], recipe)
    recipe = fixed_steps(recipe, len(dataset))
    per_epoch = len(dataset) // recipe.batch
    gan = backend.build(recipe, about_data, seed)
    record = {
        "recipe_name": name,
        "budget": budget,
        "recipe": asdict(recipe),
        "changes": changes,
        "grid_every": _grid_every(recipe, per_epoch),
        "seed": seed,
        "data": about_data,
        "versions": runtime.versions(),
        **backend.describe(gan),
    }
    if world.size > 1:
        record["processes"] = world.size
    if world.is_first and resume and (folder / "record.json").exists():
        # Keeps where the run began and, if it was complete and is not prolonged now, what was measured.
        earlier = read_record(folder)
        if earlier.get("steps") != recipe.steps:
            earlier = {key: value for key, value in earlier.items() if key not in MEASURED}
        record |= earlier | {key: record[key] for key in ("budget", "recipe", "changes")}
    elif world.is_first:
        write_record(folder, record)
    # from the first run: a prolonged one has more grids, equally far apart
    every = record["grid_every"]

    spec = dataset_spec(dataset.name)

    def draw_grid(done):
        columns = grid_columns(spec, 8)
        images = backend.sample(gan, 8 * columns, dataset.classes, 0)
        save_grid(folder / f"generated-images-{done // every:04d}.png", images, columns)

    history = backend.train(
        gan,
        dataset,
        seed,
        started=lambda: write_record(folder, record),
        every=every,
        callback=draw_grid,
        checkpoint=checkpoint,
        checkpoint_every=checkpoint_every,
        identity={"recipe_name": name, "seed": seed, "data": about_data["fingerprint"]},
    )

    if not world.is_first:
        return history
    with atomic(folder / "losses.npy") as scratch:
        np.save(scratch, history.values)
    write_text(folder / "log.txt", history.log(per_epoch))
    record |= {
        "steps": len(history.values),
        "images_seen": int(history["images_seen"][-1]),
        "seconds": round(history.seconds, 1),
        "metrics": list(history.metrics),
        "chance": history.chance,
        "curves": history.curves(),
    }
    write_record(folder, record)
    return history


def _check_folder(folder: Path, checkpoint: Path, resume: bool) -> None:
    """Raise a GancourseError unless a run can begin in the folder, or with `resume` go on."""
    if folder.is_dir():
        remove_unfinished(folder)
    if resume and not checkpoint.exists():
        raise GancourseError(f"nothing to resume: there is no checkpoint in {folder}")
    if not resume and folder.is_dir() and any(folder.iterdir()):
        raise GancourseError(
            f"{folder} is not empty: resume the run in it (--resume) or choose another folder (--out)"
        )


def _grid_every(recipe, per_epoch: int) -> int:
    """Steps between two saved grids of samples."""
    if getattr(recipe, "save_every", 0):
        return recipe.save_every
    return per_epoch if getattr(recipe, "epochs", 0) else -(-recipe.steps // GRIDS)
