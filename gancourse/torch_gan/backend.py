"""The `gancourse.runs.backend.Backend` of PyTorch: build a recipe, train it, restore it, sample from it."""

import numpy as np

from gancourse import runtime
from gancourse.history import History
from gancourse.torch_gan import distributed
from gancourse.torch_gan.batches import Batches
from gancourse.torch_gan.build import build as build_gan
from gancourse.torch_gan.checkpoint import load_checkpoint, load_tensors, save_tensors
from gancourse.torch_gan.networks import count_parameters
from gancourse.torch_gan.numerics import uses_tf32
from gancourse.torch_gan.random_state import undisturbed
from gancourse.torch_gan.train import train as train_gan

CHECKPOINT, WEIGHTS = "checkpoint.pt", "generator.pt"


def build(recipe, about_data: dict, seed: int):
    """The untrained GAN of a recipe, for the data that a record's `data` describes."""
    shape = about_data["classes"], about_data["size"]
    return build_gan(recipe, *shape, seed, distributed.device(), world())


def world():
    """The processes that train together."""
    return distributed.world()


def describe(gan) -> dict:
    """For the record: device, precision, numbers of parameters."""
    return {
        "device": runtime.describe_device(gan.device),
        "precision": str(gan.precision).removeprefix("torch."),
        "tf32": uses_tf32(gan),
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
    """Train `gan` on an ImageSet; the arguments are those of `torch_gan.train`."""
    recipe = gan.recipe
    batches = Batches(dataset, recipe.batch, recipe.pixels, gan.device, seed, gan.world)
    return train_gan(
        gan,
        batches,
        every=every,
        callback=callback,
        checkpoint=checkpoint,
        checkpoint_every=checkpoint_every,
        identity=identity,
        started=started,
    )


def sample(gan, count: int, classes: int, seed: int, averaged: bool = True) -> np.ndarray:
    """`count` images, float (count, H, W, C) in [0, 1]; sample i is of class i modulo `classes`, where there are any.

    With `averaged=False` from the generator itself, not from the moving average of its weights.
    """
    labels = np.arange(count) % max(1, classes)
    return gan.sample(labels, seed, network=None if averaged else gan.generator)


def restore(folder, recipe, about_data: dict, seed: int):
    """The GAN of a run's folder: with published weights of the sampling generator, or as its checkpoint has it."""
    device = distributed.device()
    with undisturbed(device):
        gan = build_gan(recipe, about_data["classes"], about_data["size"], seed, device)
    if (folder / WEIGHTS).exists():
        sampler = gan.ema or gan.generator
        sampler.load_state_dict(load_tensors(folder / WEIGHTS))
    else:
        gan.load_networks(load_checkpoint(folder / CHECKPOINT)["gan"])
    return gan


def save_weights(gan, folder) -> None:
    """Write the weights of the generator that samples into `folder`, in float16."""
    state = gan.sampler.state_dict()
    small = {k: (v.half() if v.is_floating_point() else v).cpu() for k, v in state.items()}
    save_tensors(folder / WEIGHTS, small)
