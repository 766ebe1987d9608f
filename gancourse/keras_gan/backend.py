"""The `gancourse.runs.backend.Backend` of Keras: build a recipe, train it, restore it, sample from it."""

from typing import Any

import numpy as np

from gancourse import GancourseError, launch
from gancourse.files import atomic
from gancourse.history import History
from gancourse.keras_gan import engine
from gancourse.keras_gan.build import build as build_gan
from gancourse.keras_gan.checkpoint import load_arrays, load_checkpoint
from gancourse.keras_gan.networks import count_parameters
from gancourse.keras_gan.train import train as train_gan
from gancourse.recipes import RECIPES

CHECKPOINT, WEIGHTS = "checkpoint.npz", "generator.npz"


def build(recipe, about_data: dict, seed: int):
    """The untrained GAN of a recipe; the recipe knows the size of the data."""
    return build_gan(recipe, seed)


def world() -> launch.World:
    """This process alone: a Keras recipe trains on one device."""
    if launch.world_size() > 1:
        raise GancourseError(
            "a Keras recipe trains in one process, on one device: start it without torchrun. These train on many: "
            + ", ".join(
                name for name, budgets in RECIPES.items() if budgets["full"].framework == "torch"
            )
        )
    return launch.World()


def describe(gan) -> dict:
    """For the record: device, backend, precision, numbers of parameters."""
    return {
        "device": engine.describe_device(),
        "backend": engine.name(),
        "precision": gan.generator.layers[0].compute_dtype,
        "parameters": {
            "generator": count_parameters(gan.generator),
            "discriminator": count_parameters(gan.discriminator),
        },
    }


def train(
    gan,
    dataset,
    seed: int,
    *,
    every: int = 0,
    callback=None,
    checkpoint=None,
    checkpoint_every: int = 1000,
    identity: dict | None = None,
    started=None,
) -> History:
    """Train `gan` on an ImageSet; the arguments are those of `keras_gan.train`."""
    return train_gan(
        gan,
        dataset.images,
        seed=seed,
        every=every,
        callback=callback,
        checkpoint=checkpoint,
        checkpoint_every=checkpoint_every,
        identity=identity,
        started=started,
    )


def sample(gan, count: int, classes: int, seed: int, averaged: bool = True) -> np.ndarray:
    """`count` images, float (count, H, W, C) in [0, 1]; these generators are not conditional.

    With `averaged=False` from the generator itself, not from the moving average of its weights.
    """
    return gan.sample(count, seed, network=None if averaged else gan.generator)


def restore(folder, recipe, about_data: dict, seed: int):
    """The GAN of a run's folder: with published weights of the sampling generator, or as its checkpoint has it."""
    gan = build(recipe, about_data, seed)
    if (folder / WEIGHTS).exists():
        weights = load_arrays(folder / WEIGHTS)
        sampler = gan.generator if gan.average is None else gan.average
        sampler.set_weights([weights[name] for name in sorted(weights)])
    else:
        load_checkpoint(folder / CHECKPOINT, gan)
    return gan


def save_weights(gan, folder) -> None:
    """Write the weights of the generator that samples into `folder`, in float16."""
    weights: dict[str, Any] = {
        f"{i:03d}": np.float16(array) for i, array in enumerate(gan.sampler.get_weights())
    }
    with atomic(folder / WEIGHTS) as scratch:
        np.savez_compressed(scratch, **weights)
