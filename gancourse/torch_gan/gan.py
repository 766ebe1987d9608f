"""The two players with their optimisers, and one step of the game."""

import contextlib
import copy

import numpy as np
import torch
from torch import nn

from gancourse import GancourseError, recipes, runtime
from gancourse.torch_gan.batches import RANGES
from gancourse.torch_gan.dcgan import DCGANDiscriminator, DCGANGenerator, init_weights
from gancourse.torch_gan.losses import GENERATOR_LOSSES, fake_loss, real_loss
from gancourse.torch_gan.networks import MLPDiscriminator, MLPGenerator, ProjectionDiscriminator


class GAN:
    """Generator, discriminator, their optimisers, and what a step needs of them.

    It hides device and precision, nothing else: a step's forward passes run in `precision` and come back as float32,
    so losses are always computed in float32. `sample` and `logits` run in float32 altogether.

    Parameters
    ----------
    generator, discriminator : nn.Module
        (noise, labels) to images in [-1, 1]; (images, labels) to logits (N,).
    latent : int
        Length of the noise vector.
    recipe : gancourse.recipes.Training
    device : torch.device
    precision : torch.dtype
        float32, bfloat16 or float16.
    """

    def __init__(self, generator, discriminator, latent, recipe, device, precision=torch.float32):
        # Channels last is how the kernels for convolutions want to read; networks without any are left as they are.
        self.generator, self.discriminator = (
            network.to(device, memory_format=torch.channels_last)
            for network in (generator, discriminator)
        )
        self.latent, self.recipe, self.device, self.precision = latent, recipe, device, precision
        betas = (recipe.beta1, recipe.beta2)
        self.g_optimizer = torch.optim.Adam(
            self.generator.parameters(), recipe.lr, betas, fused=True
        )
        self.d_optimizer = torch.optim.Adam(
            self.discriminator.parameters(), recipe.lr_d, betas, fused=True
        )
        self.generator_loss = GENERATOR_LOSSES[recipe.g_loss]
        # float16 underflows: the scaler multiplies the loss up and the gradients down again. One for each
        # optimiser, so that an overflow in one network does not shrink the other's scale.
        scaled = precision == torch.float16
        self.g_scaler, self.d_scaler = (
            torch.amp.GradScaler(device.type, enabled=scaled) for _ in range(2)
        )
        self.ema = (
            copy.deepcopy(self.generator).requires_grad_(False).eval() if recipe.ema else None
        )
        self._recycled = None  # the last fake images, where the recipe feeds them back as noise

    def noise(self, count: int):
        """Noise for `count` images: float32 (count, latent), standard normal.

        With the recipe's `noise="recycled"` it is the last step's fake images, flattened (report 002's "previous
        iteration image").
        """
        if self._recycled is not None and len(self._recycled) == count:
            return self._recycled
        return torch.randn(count, self.latent, device=self.device)

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

    def update_discriminator(self, loss):
        """One optimiser step of the discriminator down `loss`."""
        _descend(loss, self.discriminator, self.d_optimizer, self.d_scaler)

    def update_generator(self, loss):
        """One optimiser step of the generator down `loss`, and of the moving average after it."""
        _descend(loss, self.generator, self.g_optimizer, self.g_scaler)
        self.follow_generator()

    def follow_generator(self):
        """Move the moving average, where there is one, a step towards the generator."""
        if self.ema is not None:
            _move_average(self.ema, self.generator, self.recipe.ema)

    @property
    def sampler(self) -> nn.Module:
        """The generator to draw samples with: the moving average where there is one."""
        return self.generator if self.ema is None else self.ema

    @torch.no_grad()
    def sample(self, labels, seed: int = 0, noise=None, before=(), batch: int = 500, network=None):
        """Images of the given labels from `sampler`, in evaluation mode.

        Parameters
        ----------
        labels : ndarray or tensor of int64, shape (N,); or int
            A GAN without labels is told the number of images.
        seed : int
            Of the noise; the training's random state is left alone.
        noise : tensor, float (N, latent), optional
            Instead of drawing it.
        before : sequence of arrays like `labels`
            Draw images of these labels first, each from the one before as noise (report 002); the latent must have
            the images' size.
        network : nn.Module, optional
            Instead of `sampler`: `generator` for its weights as they are now.

        Returns
        -------
        ndarray, float32, shape (N, H, W, C), values in [0, 1]
        """
        network = network or self.sampler
        if np.ndim(labels) == 0:
            if self._needs_labels:
                raise GancourseError(
                    "this generator draws what it is told: give it labels, one an image"
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
    def logits(self, images, labels=None, batch: int = 500):
        """D's logits on images, in evaluation mode.

        Parameters
        ----------
        images : ndarray, shape (N, H, W, C), uint8 or float in [0, 1]
        labels : ndarray of int64, shape (N,), optional

        Returns
        -------
        ndarray, float32, shape (N,)
        """
        if labels is None and self._needs_labels:
            raise GancourseError("this discriminator judges an image by its label: give it labels")
        scale, shift = RANGES[self.recipe.pixels]
        logits = []
        with _evaluating(self.discriminator):
            for start in range(0, len(images), batch):
                part = np.asarray(images[start : start + batch])
                if part.dtype != np.uint8:  # as real images have been
                    part = np.round(np.clip(part, 0, 1) * 255).astype(np.uint8)
                part = torch.tensor(part, device=self.device).permute(0, 3, 1, 2).float()
                known = None if labels is None else labels[start : start + batch]
                known = known if known is None else torch.as_tensor(known, device=self.device)
                logits.append(self.discriminator(part * scale + shift, known).float().cpu().numpy())
        return np.concatenate(logits)

    def set_progress(self, done: float):
        """Set the learning rates for a run of which the share `done`, 0 to 1, is over (see the recipe's lr_decay)."""
        if self.recipe.lr_decay:
            factor = min(1.0, (1 - done) / self.recipe.lr_decay)
            for optimizer, lr in (
                (self.g_optimizer, self.recipe.lr),
                (self.d_optimizer, self.recipe.lr_d),
            ):
                for group in optimizer.param_groups:
                    group["lr"] = lr * factor

    def state_dict(self) -> dict:
        """All that a resumed run needs to go on bit for bit, but the data's position and the random state."""
        return {
            **{name: part.state_dict() for name, part in self._parts().items()},
            "recycled": self._recycled,
        }

    def load_state_dict(self, state: dict) -> None:
        """The inverse of `state_dict`."""
        for name, part in self._parts().items():
            part.load_state_dict(state[name])
        recycled = state["recycled"]
        self._recycled = None if recycled is None else recycled.to(self.device)

    def _parts(self):
        parts = {
            "generator": self.generator,
            "discriminator": self.discriminator,
            "g_optimizer": self.g_optimizer,
            "d_optimizer": self.d_optimizer,
            "g_scaler": self.g_scaler,
            "d_scaler": self.d_scaler,
        }
        return parts | ({"ema": self.ema} if self.ema is not None else {})

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


def _descend(loss, network, optimizer, scaler):
    optimizer.zero_grad()
    # `inputs` keeps the gradient out of the other network's weights: nothing to freeze, nothing computed in vain.
    scaler.scale(loss).backward(inputs=list(network.parameters()))
    scaler.step(optimizer)
    scaler.update()


@torch.no_grad()
def _move_average(average: nn.Module, network: nn.Module, decay: float):
    torch._foreach_lerp_(list(average.parameters()), list(network.parameters()), 1 - decay)
    for kept, current in zip(average.buffers(), network.buffers(), strict=True):
        kept.copy_(current)  # BatchNorm's running statistics are averages already


def train_step(gan, real, labels):
    """One step of the game on one batch: D learns to tell real from fake, then G learns to pass for real.

    Parameters
    ----------
    gan : GAN
    real : tensor, float32, shape (N, C, H, W)
    labels : tensor, int64, shape (N,), or None

    Returns
    -------
    dict of scalar tensors on the device
        d_loss (real and fake half summed: 2 ln 2 at chance), g_loss, and the mean of D's probabilities on the two
        batches it was shown, real_score and fake_score.
    """
    fake = gan.generate(gan.noise(len(real)), labels)

    # D's turn. The fakes are constants here, which is what detach says.
    real_logits = gan.discriminate(real, labels)
    fake_logits = gan.discriminate(fake.detach(), labels)
    d_loss = real_loss(real_logits) + fake_loss(fake_logits)
    gan.update_discriminator(d_loss)

    # G's turn, against the D that has just learned.
    g_loss = gan.generator_loss(gan.discriminate(fake, labels))
    gan.update_generator(g_loss)

    return {
        "d_loss": d_loss,
        "g_loss": g_loss,
        "real_score": real_logits.sigmoid().mean(),
        "fake_score": fake_logits.sigmoid().mean(),
    }


def build(recipe, classes: int, size: int, seed: int, device=None) -> GAN:
    """The GAN of a recipe, initialised from `seed` (which also seeds the noise and dropout that follow).

    Parameters
    ----------
    recipe : gancourse.recipes.MnistCGAN or FaceDCGAN
    classes, size : int
        Of the data: number of classes, height and width of an image.
    device : torch.device, optional
        Default: `runtime.device()`.
    """
    device = device or runtime.device()
    torch.manual_seed(seed)
    networks = _dcgan if isinstance(recipe, recipes.FaceDCGAN) else _mlps
    generator, discriminator = networks(recipe, classes, size)
    precision = (
        runtime.precision(device)
        if recipe.precision == "auto"
        else getattr(torch, recipe.precision)
    )
    return GAN(generator, discriminator, recipe.latent, recipe, device, precision)


def _mlps(recipe, classes, size):
    if recipe.noise == "recycled" and recipe.latent != size * size:
        raise GancourseError(
            f"recycled noise is a flattened {size} × {size} image: latent must be {size * size}, not {recipe.latent}"
        )
    generator = MLPGenerator(recipe.latent, classes, size, recipe.g_widths, recipe.condition)
    if recipe.condition == "projection":
        return generator, ProjectionDiscriminator(classes, size, recipe.d_widths, recipe.dropout)
    return generator, MLPDiscriminator(
        classes, size, recipe.d_widths, recipe.condition, recipe.dropout
    )


def _dcgan(recipe, classes, size):
    if recipe.conditional and classes < 2:
        raise GancourseError(
            f"conditional=True needs labels, and {recipe.data} has none: choose photo2cartoon or "
            "faceworld-photo2cartoon"
        )
    if recipe.noise == "recycled":
        raise GancourseError("noise='recycled' is report 002's; these networks take fresh noise")
    classes = classes if recipe.conditional else 0
    pair = (
        DCGANGenerator(size, recipe.latent, recipe.width, classes, recipe.leaky),
        DCGANDiscriminator(size, recipe.width, classes),
    )
    return pair if recipe.init == "default" else tuple(map(init_weights, pair))
