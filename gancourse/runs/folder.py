"""An opened run folder: its recipe, its data, and its generator to sample from."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from gancourse import GancourseError, data, recipes
from gancourse.files import atomic
from gancourse.pictures import tile
from gancourse.recipes import RECIPES, Recipe
from gancourse.runs.backend import backend_of
from gancourse.runs.record import read_record


@dataclass
class Run:
    """A finished or interrupted run, opened for sampling.

    Attributes
    ----------
    folder : Path
        The run's folder.
    record : dict
        Its record, as `read_record` gives it.
    recipe : gancourse.recipes.Recipe
        The recipe that it was trained with.
    gan : gancourse.torch_gan.GAN or gancourse.keras_gan.GAN
        Its networks at the last checkpoint.
    """

    folder: Path
    record: dict
    recipe: Recipe
    gan: Any

    @property
    def spec(self) -> data.DatasetSpec:
        """The specification of the data that the run was trained on."""
        return data.dataset_spec(self.record["data"]["name"])

    def draw(self, count: int, seed: int = 0) -> np.ndarray:
        """Generate images, float (count, H, W, C) in [0, 1].

        Parameters
        ----------
        count : int
            How many images; if there are classes, they alternate.
        seed : int
            The seed for the noise.
        """
        return backend_of(self.recipe).sample(self.gan, count, self.record["data"]["classes"], seed)


def open_run(folder) -> Run:
    """Open a run's folder to sample from it: its networks at the last checkpoint, or a published generator.

    Parameters
    ----------
    folder : path-like
        The folder of a run, or a committed record with weights.

    Returns
    -------
    Run

    Raises
    ------
    GancourseError
        If the folder has no record of a single run, or if its weights are missing or do not fit this version.
    """
    folder = Path(folder)
    record = read_record(folder)
    if "seed" not in record:
        raise GancourseError(
            f"{folder} holds the record of a comparison, not of one run, so there is nothing to sample from: give the "
            "folder of a run"
        )
    try:
        fields = record["recipe"].items()
        kind = type(RECIPES[record["recipe_name"]][record["budget"]])
        recipe = kind(**{key: tuple(v) if isinstance(v, list) else v for key, v in fields})
        gan = backend_of(recipe).restore(folder, recipe, record["data"], record["seed"])
    except GancourseError:
        raise
    except (KeyError, TypeError, AttributeError, RuntimeError, ValueError) as error:
        raise GancourseError(
            f"the record and the weights in {folder} do not fit this version of gancourse ({error}): train it again"
        ) from error
    return Run(folder, record, recipe, gan)


def save_samples(run: Run, path, rows: int = 10, seed: int = 0) -> None:
    """Write a PNG grid of generated images, with one column per class, or ten columns if there are no classes.

    Parameters
    ----------
    run : Run
        An opened run.
    path : path-like
        The file to write.
    rows : int
        How many rows of images.
    seed : int
        The seed for the noise.
    """
    columns = grid_columns(run.spec, 10)
    save_grid(path, run.draw(rows * columns, seed), columns)


def load(recipe, split, path) -> data.ImageSet:
    """One split of a recipe's data."""
    return data.load(recipe.data, split, path, **recipes.data_options(recipe))


def conditional(recipe) -> bool:
    """Whether a recipe's generator takes labels."""
    return getattr(recipe, "conditional", False)


def grid_columns(spec: data.DatasetSpec, otherwise: int) -> int:
    """The columns of a grid of samples: one per class, or `otherwise` if there are no classes."""
    return len(spec.classes) or otherwise


def save_grid(path, images, columns):
    """Write a PNG grid of images, float in [0, 1], atomically."""
    with atomic(path) as scratch:
        Image.fromarray(tile(images, columns)).save(scratch, format="PNG")
