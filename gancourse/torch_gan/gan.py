"""The networks with their optimisers, and what a step of the game needs of them."""

import contextlib
import copy
import math

import numpy as np
import torch
from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm

from gancourse import GancourseError
from gancourse.launch import World
from gancourse.torch_gan.average import Average
from gancourse.torch_gan.batches import RANGES
from gancourse.torch_gan.objectives import objective


class GAN:
    """Networks and their optimisers by role, the objective, and what a step needs of them.

    The game is between the roles "generator" and "discriminator". Other roles, such as a second generator or a network
    that prepares the noise, get an optimiser of their own and are trained by a step that names them in `update`.

    It hides device and precision, nothing else: a step's forward passes run in `precision` and come back as float32,
    so losses are always computed in float32. `sample`, `logits` and `penalty` run in float32 altogether.

    Parameters
    ----------
    networks : dict of nn.Module
        By role. "generator": (noise, labels) to images in [-1, 1]; "discriminator": (images, labels) to logits (N,).
    latent : int
        The length of the noise vector.
    recipe : gancourse.recipes.Training
        The recipe: objective, penalties, learning rates, noise.
    device : torch.device
        The device to train on.
    precision : torch.dtype
        The precision of the forward passes: float32, bfloat16 or float16.
    rates : dict of float, optional
        Adam's learning rates by role; default: the recipe's `lr_d` for the discriminator, its `lr` for all others.
    world : World, optional
        The processes that train together, each on its part of every batch; default: this one alone.
    prior : torch.Generator, optional
        The source of the noise that several processes share; default: PyTorch's global random state.

    Raises
    ------
    GancourseError
        If no objective has the recipe's name, its penalties meet a D with BatchNorm, or several processes are to train
        on recycled noise.
    """

    def __init__(
        self,
        networks: dict,
        latent,
        recipe,
        device,
        precision=torch.float32,
        rates: dict | None = None,
        world: World | None = None,
        prior: torch.Generator | None = None,
    ):
        # Channels last is how the kernels for convolutions want to read; networks without any are left as they are.
        self.networks = {
            role: network.to(device, memory_format=torch.channels_last)
            for role, network in networks.items()
        }
        self.latent, self.recipe, self.device, self.precision = latent, recipe, device, precision
        self.objective = objective(recipe.objective)
        self.penalties = self.objective.penalties if recipe.penalty else {}
        if self.penalties and any(isinstance(m, _BatchNorm) for m in self.discriminator.modules()):
            raise GancourseError(
                f"objective={recipe.objective!r} penalises D's slope at each image, but this D has BatchNorm, which "
                "mixes the images of a batch: choose d_norm='none' or 'spectral'"
            )
        self.world, self.prior = world or World(), prior
        if self.world.size > 1 and recipe.noise == "recycled":
            raise GancourseError("noise='recycled' stays with one process: train without torchrun")
        # Drawn from one seed they are equal already, unless the processes' machines differ.
        self.world.share(
            value for network in self.networks.values() for value in network.state_dict().values()
        )
        self.rates = dict.fromkeys(networks, recipe.lr) | {"discriminator": recipe.lr_d}
        self.rates |= rates or {}
        self.optimizers = {
            role: torch.optim.Adam(
                network.parameters(), self.rates[role], (recipe.beta1, recipe.beta2), fused=True
            )
            for role, network in self.networks.items()
        }
        # float16 underflows: the scaler multiplies the loss up and the gradients down again. One for each
        # optimiser, so that an overflow in one network does not shrink the other's scale.
        scaled = precision == torch.float16
        self.scalers = {
            role: torch.amp.GradScaler(device.type, enabled=scaled) for role in self.networks
        }
        self.ema = Average(self.generator, latent, recipe.ema) if recipe.ema else None
        self.d_updates = 0  # how often D has learned
        self._recycled = None  # the last fake images, where the recipe feeds them back as noise

    @property
    def generator(self) -> nn.Module:
        """The network that makes images of noise."""
        return self.networks["generator"]

    @property
    def discriminator(self) -> nn.Module:
        """The network that tells real from fake."""
        return self.networks["discriminator"]

    def noise(self, count: int):
        """Noise for `count` images: float32 (count, latent), standard normal.

        With the recipe's `noise="recycled"` it is the last step's fake images, flattened (report 002's "previous
        iteration image").
        """
        if self._recycled is not None and len(self._recycled) == count:
            return self._recycled
        world = self.world  # of several processes each takes its rows of the noise of them all
        noise = torch.randn(
            count * world.size, self.latent, generator=self.prior, device=self.device
        )
        return noise[world.rank :: world.size]

    def generate(self, noise, labels=None):
        """Fake images, float32 (N, C, H, W) in [-1, 1]."""
        with self._autocast():
            images = self.generator(noise, labels).float()
        if self.recipe.noise == "recycled":
            self._recycled = images.detach().flatten(1)
        return images

    def discriminate(self, images, labels=None):
        """Logits, float32 (N,): positive where D takes an image for real."""
        with self._autocast():
            return self.discriminator(images, labels).float()

    def penalty(self, real, fake, labels=None):
        """The objective's penalties on D, weighted and summed; 0 where it has none or none is due.

        The slopes are differentiated twice, for which only float32 is precise enough: D runs without autocast here.

        Parameters
        ----------
        real, fake : tensor, float32, shape (N, C, H, W)
            Images of both kinds, in pairs of one label.
        labels : tensor, int64, shape (N,), or None
            The labels of both.
        """
        recipe = self.recipe
        if self.d_updates % recipe.penalty_every:
            return 0.0
        factor = recipe.penalty * recipe.penalty_every
        count = math.ceil(recipe.penalty_share * len(real))
        real, fake = real[:count], fake[:count]
        labels = None if labels is None else labels[:count]
        return sum(
            factor * weight * penalty(lambda images: self.discriminator(images, labels), real, fake)
            for penalty, weight in self.penalties.items()
        )

    def update(self, loss, *roles: str):
        """One optimiser step down `loss` of the networks with these roles; no other network is touched."""
        optimizers = [self.optimizers[role] for role in roles]
        for optimizer in optimizers:
            optimizer.zero_grad()
        # `inputs` keeps the gradient out of other networks' weights: nothing to freeze, nothing computed in vain.
        weights = [weight for role in roles for weight in self.networks[role].parameters()]
        scaler = self.scalers[roles[0]]  # one loss, one scale
        scaler.scale(loss).backward(inputs=weights)
        if self.world.size > 1:
            self.world.average([weight.grad for weight in weights])
        for optimizer in optimizers:
            scaler.step(optimizer)
        scaler.update()

    def update_discriminator(self, loss):
        """One optimiser step of the discriminator down `loss`."""
        self.update(loss, "discriminator")
        self.d_updates += 1

    def update_generator(self, loss):
        """One optimiser step of the generator down `loss`, and of the moving average after it."""
        self.update(loss, "generator")
        self.follow_generator()

    def follow_generator(self):
        """Move the moving average, where there is one, a step towards the generator."""
        if self.ema is not None:
            self.ema.follow(self.generator)

    @property
    def sampler(self) -> nn.Module:
        """The generator to draw samples with: the moving average where there is one."""
        return self.generator if self.ema is None else self.ema.network

    @torch.no_grad()
    def sample(self, labels, seed: int = 0, noise=None, before=(), batch: int = 500, network=None):
        """Images of the given labels from `sampler`, in evaluation mode.

        Parameters
        ----------
        labels : ndarray or tensor of int64, shape (N,); or int
            The labels of the images to draw; for a GAN without labels, the number of images.
        seed : int
            The seed for the noise; the training's random state is left alone.
        noise : tensor, float (N, latent), optional
            The noise to use, instead of drawing it.
        before : sequence of arrays like `labels`
            Labels to draw images of first, each from the one before as noise (report 002); the latent must have
            the images' size.
        batch : int
            The number of images that go through the network at once.
        network : nn.Module, optional
            The generator to use instead of `sampler`: `generator` for its weights as they are now.

        Returns
        -------
        ndarray, float32, shape (N, H, W, C), values in [0, 1]
        """
        network = network or self.sampler
        if np.ndim(labels) == 0:
            if self._needs_labels:
                raise GancourseError(
                    "this generator draws what it is told: give it labels, one per image"
                )
            labels = np.zeros(labels, np.int64)
        labels = torch.as_tensor(labels, device=self.device)
        if noise is None:
            noise = torch.randn(
                len(labels), self.latent, generator=torch.Generator().manual_seed(seed)
            )
        if len(noise) != len(labels):
            raise GancourseError(
                f"{len(noise)} noise vectors for {len(labels)} images: give one each"
            )
        noise = noise.to(self.device)
        images = []
        with _evaluating(network):
            for earlier in before:
                noise = network(noise, torch.as_tensor(earlier, device=self.device)).flatten(1)
            for pair in zip(noise.split(batch), labels.split(batch), strict=True):
                part = network(*pair).float()
                part = (part + 1) / 2 if self.recipe.pixels == "tanh" else part
                images.append(part.clamp(0, 1).permute(0, 2, 3, 1).cpu().numpy())
        return np.concatenate(images)

    @torch.no_grad()
    def logits(self, images, labels=None, batch: int = 500, statistics: str = "running"):
        """D's logits on images, without dropout.

        In training BatchNorm normalises real and fake batches separately, each by its own mean and variance; its
        running averages mix both. So a D with BatchNorm has two answers to the same image.

        Parameters
        ----------
        images : ndarray, shape (N, H, W, C), uint8 or float in [0, 1]
            The images to look at: of one kind, real or fake, where the batch's statistics are used.
        labels : ndarray of int64, shape (N,), optional
            The label of each image, for a conditional discriminator.
        batch : int
            The number of images that go through the network at once.
        statistics : {"running", "batch"}
            What BatchNorm normalises by: its running averages, or each batch's own mean and variance, as in training.
            The running averages are left as they are.

        Returns
        -------
        ndarray, float32, shape (N,)

        Raises
        ------
        GancourseError
            Without labels that are needed, or with unknown statistics.
        """
        if statistics not in ("running", "batch"):
            raise GancourseError(f"statistics={statistics!r}: must be 'running' or 'batch'")
        if labels is None and self._needs_labels:
            raise GancourseError(
                "this discriminator is conditioned on labels: give it labels, one per image"
            )
        scale, shift = RANGES[self.recipe.pixels]
        logits = []
        network = self.discriminator
        if statistics == "batch":
            network = copy.deepcopy(network)  # its running averages will move
        with _evaluating(network):
            if statistics == "batch":
                for module in network.modules():
                    if isinstance(module, _BatchNorm):
                        module.train()
            for start in range(0, len(images), batch):
                part = np.asarray(images[start : start + batch])
                if part.dtype != np.uint8:  # as real images have been
                    part = np.round(np.clip(part, 0, 1) * 255).astype(np.uint8)
                pixels = torch.tensor(part, device=self.device).permute(0, 3, 1, 2).float()
                given = None
                if labels is not None:
                    given = torch.as_tensor(labels[start : start + batch], device=self.device)
                logits.append(network(pixels * scale + shift, given).float().cpu().numpy())
        return np.concatenate(logits)

    def share_statistics(self):
        """Let several processes agree on BatchNorm's running averages, after a step: each has kept those of its part.

        They are averaged, as they would be with one process that normalises each part of the batch by itself. In a step
        nothing depends on them, so the gradients need not wait for it.
        """
        buffers = [b for network in self.networks.values() for b in network.buffers()]
        if self.world.size > 1 and buffers:
            self.world.average([buffer for buffer in buffers if buffer.is_floating_point()])

    def set_progress(self, done: float):
        """Set the learning rates for a run of which the share `done`, 0 to 1, is over (see the recipe's lr_decay)."""
        if self.recipe.lr_decay:
            factor = min(1.0, (1 - done) / self.recipe.lr_decay)
            for role, optimizer in self.optimizers.items():
                for group in optimizer.param_groups:
                    group["lr"] = self.rates[role] * factor

    def state_dict(self) -> dict:
        """All that a resumed run needs to go on, but the data's position and the random state."""
        return {
            **{
                kind: {role: part.state_dict() for role, part in parts.items()}
                for kind, parts in self._parts().items()
            },
            "d_updates": self.d_updates,
            "recycled": self._recycled,
            "prior": None if self.prior is None else self.prior.get_state(),
        }

    def load_state_dict(self, state: dict) -> None:
        """The inverse of `state_dict`."""
        for kind, parts in self._parts().items():
            for role, part in parts.items():
                part.load_state_dict(state[kind][role])
        self.d_updates, recycled = state["d_updates"], state["recycled"]
        self._recycled = None if recycled is None else recycled.to(self.device)
        if self.prior is not None:
            self.prior.set_state(state["prior"])

    def load_networks(self, state: dict) -> None:
        """The networks of a `state_dict` alone: optimisers and scalers belong to the machine that trained."""
        for kind in ("networks", "averages"):
            for role, part in self._parts()[kind].items():
                part.load_state_dict(state[kind][role])

    def _parts(self):
        return {
            "networks": self.networks,
            "averages": {} if self.ema is None else {"generator": self.ema},
            "optimizers": self.optimizers,
            "scalers": self.scalers,
        }

    @property
    def _needs_labels(self) -> bool:
        return getattr(self.recipe, "conditional", hasattr(self.recipe, "condition"))

    def _autocast(self):
        return torch.autocast(
            self.device.type, self.precision, enabled=self.precision != torch.float32
        )


@contextlib.contextmanager
def _evaluating(network):
    """Evaluation mode inside the block, whatever happens there."""
    was_training = network.training
    network.eval()
    try:
        yield
    finally:
        network.train(was_training)
