"""What a run asks of a framework, written once. `torch_gan.backend` and `keras_gan.backend` are such modules."""

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol, cast

import numpy as np

from gancourse.data import ImageSet
from gancourse.history import History
from gancourse.launch import World
from gancourse.recipes import Recipe


class Backend(Protocol):
    """A module that builds, trains, restores and samples from the GANs of one framework.

    A run knows its GAN only through these functions, so a third framework would be a third such module.

    Attributes
    ----------
    CHECKPOINT, WEIGHTS : str
        Names of two files in a run's folder: the whole state of training, and the sampling generator's weights alone,
        as they are published with a record.
    """

    CHECKPOINT: str
    WEIGHTS: str

    def build(self, recipe: Recipe, about_data: dict, seed: int) -> Any:
        """The untrained GAN of a recipe.

        Parameters
        ----------
        recipe : gancourse.recipes.Recipe
            A recipe of this framework.
        about_data : dict
            What a record's `data` says: "classes" and "size", the height and width of an image.
        seed : int
            The seed for the initial weights, the noise and the dropout of training.

        Raises
        ------
        GancourseError
            If the recipe does not fit the data.
        """
        ...

    def world(self) -> World:
        """The processes that train together, as `torchrun` starts them; joined at the first call.

        Raises
        ------
        GancourseError
            If this framework, or this machine, cannot train in several.
        """
        ...

    def describe(self, gan: Any) -> dict:
        """For the record: "device", "precision", and "parameters" of "generator" and "discriminator"."""
        ...

    def train(
        self,
        gan: Any,
        dataset: ImageSet,
        seed: int,
        *,
        every: int = 0,
        callback: Callable[[int], None] | None = None,
        checkpoint: Path | None = None,
        checkpoint_every: int = 1000,
        identity: dict | None = None,
        started: Callable[[], object] | None = None,
    ) -> History:
        """Train `gan` as its recipe says; with a checkpoint file, go on from what it holds.

        Parameters
        ----------
        gan : the GAN of this framework
            Built by `build`; it is changed in place.
        dataset : gancourse.data.ImageSet
            The training images.
        seed : int
            The seed for the shuffling.
        every : int
            Steps between two calls of `callback`.
        callback : function, optional
            Called with the number of steps done, before the first step and then every `every` steps.
        checkpoint : Path, optional
            A file that is written atomically: at the start, every `checkpoint_every` steps and at the end.
        checkpoint_every : int
            Steps between two checkpoints.
        identity : dict, optional
            What a checkpoint must have been made with, beside the recipe, to be resumed from; JSON's types only.
        started : function, optional
            Called when the checkpoint, if there is one, has been accepted and training begins.

        Returns
        -------
        History
            All steps, including those before the checkpoint; on a processor equal bit for bit to the history of an
            unbroken run.

        Raises
        ------
        GancourseError
            If the checkpoint belongs to another run or is damaged, or if a loss is no longer finite.
        """
        ...

    def sample(
        self, gan: Any, count: int, classes: int, seed: int, averaged: bool = True
    ) -> np.ndarray:
        """Generated images, float (count, H, W, C) in [0, 1].

        Parameters
        ----------
        gan : the GAN of this framework
            Built or restored by this module.
        count : int
            How many images.
        classes : int
            Image i is of class i modulo `classes`; a generator that takes no labels ignores it.
        seed : int
            The seed for the noise; the state of training is left alone.
        averaged : bool
            Whether to sample with the moving average of the weights, if there is one, or with the generator as it is.
        """
        ...

    def restore(self, folder: Path, recipe: Recipe, about_data: dict, seed: int) -> Any:
        """The GAN of a run's folder: with the published WEIGHTS if they exist, otherwise from its CHECKPOINT.

        Parameters
        ----------
        folder : Path
            The run's folder.
        recipe : gancourse.recipes.Recipe
            The recipe in the run's record.
        about_data : dict
            What the run's record says about its data.
        seed : int
            The run's seed.

        Raises
        ------
        GancourseError
            If the file is missing, damaged, or of other networks.
        """
        ...

    def save_weights(self, gan: Any, folder: Path) -> None:
        """Write the weights of the generator that samples to `folder / WEIGHTS`, in float16."""
        ...


def backend_of(recipe: Recipe) -> Backend:
    """The backend of a recipe's framework; only that framework is imported."""
    return cast(Backend, importlib.import_module(f"gancourse.{recipe.framework}_gan.backend"))
