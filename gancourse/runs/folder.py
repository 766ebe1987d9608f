"""A run's folder, opened: its recipe, its data, its generator to sample from."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from gancourse import GancourseError, data
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
    record : dict
    recipe : gancourse.recipes.Recipe
    gan : gancourse.torch_gan.GAN or gancourse.keras_gan.GAN
    """

    folder: Path
    record: dict
    recipe: Recipe
    gan: Any

    @property
    def spec(self) -> data.DatasetSpec:
        """What there is to know of the data that the run was trained on."""
        return data.dataset_spec(self.record["data"]["name"])

    def draw(self, count: int, seed: int = 0) -> np.ndarray:
        """`count` images, float (count, H, W, C) in [0, 1]; of the classes in turn, where there are any."""
        return backend_of(self.recipe).sample(self.gan, count, self.record["data"]["classes"], seed)


def open_run(folder) -> Run:
    """Open a run's folder to sample from: its generator at the last checkpoint, or as published with a record."""
    folder = Path(folder)
    record = read_record(folder)
    if "seed" not in record:
        raise GancourseError(
            f"{folder} holds the record of a comparison, not of one run: there is nothing to sample"
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
            f"the record and the weights in {folder} do not make a run of this version ({error})"
        ) from error
    return Run(folder, record, recipe, gan)


def save_samples(run: Run, path, rows: int = 10, seed: int = 0) -> None:
    """Write a PNG grid of generated images, `rows` rows of them; a column for each class, ten without classes."""
    columns = grid_columns(run.spec, 10)
    save_grid(path, run.draw(rows * columns, seed), columns)


def load(recipe, split, path) -> data.ImageSet:
    """One split of a recipe's data, at the recipe's size and fit where the data leave the choice."""
    resizable = data.dataset_spec(recipe.data).resizable
    options = {"size": recipe.size, "fit": recipe.fit} if resizable else {}
    return data.load(recipe.data, split, path, **options)


def conditional(recipe) -> bool:
    return getattr(recipe, "conditional", False)


def grid_columns(spec: data.DatasetSpec, otherwise: int) -> int:
    """The columns of a grid of samples: one for each class, `otherwise` without classes."""
    return len(spec.classes) or otherwise


def save_grid(path, images, columns):
    with atomic(path) as scratch:
        Image.fromarray(tile(images, columns)).save(scratch, format="PNG")
