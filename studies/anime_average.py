"""What the moving average of G's weights does to its samples: several decays along the very same runs.

    python -m studies.anime_average book/records/anime_dcgan-average --data FOLDER_OF_ANIME_FACES

Report 001's system at 32 × 32 and half the usual width, its 40 epochs. Each run follows G with several averages at
once, so that decays are compared on one training. An average's BatchNorm statistics are its own, as the course draws
samples, or the generator's running ones. "batch" draws with the current weights in training mode, where each batch of
128 is normalised by its own statistics: what D sees.
"""

import copy
import time
from dataclasses import asdict
from functools import cached_property

import numpy as np
import torch
from torch import nn

from gancourse import evaluation, recipes
from gancourse.torch_gan import Batches, build, train, train_step
from gancourse.torch_gan.average import Average
from studies.study import Study, described, torch_machine

BASE = {"size": 32, "width": 32, "ema": 0.0}
DECAYS = (0.9, 0.99, 0.999)
EPOCHS = (8, 24, 40)
SAMPLES = 1000


class AnimeAverage(Study):
    """One arm: the averages are compared inside a run."""

    arms = {"averages of one run": {"decays": DECAYS}}
    files = "a folder with the anime faces or their archive"

    @cached_property
    def images(self):
        """Training and held-out faces."""
        return self.splits("anime", BASE["size"])

    def settings(self, arm: str, seed: int) -> dict:
        fingerprint = self.images[0].fingerprint
        return {"recipe": asdict(RECIPE), "data": fingerprint, "epochs": EPOCHS}

    def measure(self, arm: str, seed: int) -> dict:
        faces = self.images[0]
        recipe = recipes.fixed_steps(RECIPE, len(faces))
        gan = build(recipe, 0, recipe.size, seed)
        batches = Batches(faces, recipe.batch, recipe.pixels, gan.device, seed)
        averages = {decay: Average(gan.generator, gan.latent, decay) for decay in DECAYS}
        looks = []

        def step(gan, real, labels):
            measured = train_step(gan, real, labels)
            for average in averages.values():
                average.follow(gan.generator)
            return measured

        def callback(done):
            epoch = done // batches.per_epoch
            if epoch in EPOCHS:
                looks.append({"epoch": epoch, "step": done, **self.look(gan, averages, seed)})

        started = time.perf_counter()
        history = train(gan, batches, step=step, every=batches.per_epoch, callback=callback)
        return {
            "seed": seed,
            "looks": looks,
            "curves": history.curves(points=100),
            "seconds": round(time.perf_counter() - started),
        }

    def look(self, gan, averages: dict, seed: int) -> dict:
        """The scores of every way to draw samples, all from the same noise, and how long the last weights are."""
        noise = torch.randn(SAMPLES, gan.latent, generator=torch.Generator().manual_seed(seed))
        networks = {
            "current, batch": gan.generator,
            "current, running": gan.generator,
            "current, own": Average(gan.generator, gan.latent, 0.0).network,
        }
        for decay, average in averages.items():
            networks[f"{decay}, own"] = average.network
            networks[f"{decay}, copied"] = with_statistics(average.network, gan.generator)
        return {
            "scores": {
                name: self.scores(gan, network, noise, training=name.endswith("batch"))
                for name, network in networks.items()
            },
            "last_weights": {
                name: round(float(last_weights(network).norm()), 4)
                for name, network in networks.items()
                if name.endswith("own")
            },
        }

    def scores(self, gan, network, noise, training: bool) -> dict:
        """The card of the samples of one network."""
        held_out = self.images[1].images
        if training:
            network = copy.deepcopy(network).train()  # its running averages may move, G's may not
            with torch.no_grad():
                images = torch.cat([network(part) for part in noise.split(gan.recipe.batch)])
            images = ((images.float() + 1) / 2).permute(0, 2, 3, 1).numpy()
        else:
            images = gan.sample(len(noise), noise=noise, network=network)
        card = evaluation.values(evaluation.face_card(images, held_out))
        return card | {"contrast": round(float(np.std(images)), 4)}

    def head(self) -> dict:
        faces, held_out = self.images
        return {
            "data": described(faces),
            "held_out": len(held_out),
            "contrast": round(float(np.std(held_out.images / np.float32(255))), 4),
            "recipe_name": "anime_dcgan",
            "budget": "full",
            "recipe": asdict(RECIPE),
            "samples": SAMPLES,
            **torch_machine(),
        }


RECIPE = recipes.recipe("anime_dcgan", "full", BASE)


def with_statistics(network: nn.Module, other: nn.Module) -> nn.Module:
    """A copy of a network with another's BatchNorm statistics."""
    network = copy.deepcopy(network)
    for statistic, others in zip(network.buffers(), other.buffers(), strict=True):
        statistic.copy_(others)
    return network


def last_weights(network: nn.Module) -> torch.Tensor:
    """The weights of the last convolution: no BatchNorm follows them, so their length is the picture's contrast."""
    return [m for m in network.modules() if isinstance(m, nn.ConvTranspose2d)][-1].weight


if __name__ == "__main__":
    AnimeAverage.main()
