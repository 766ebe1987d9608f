"""The plain loop: a DCGAN in float32 with a DataLoader over jpg files, as a good tutorial writes it.

It follows PyTorch's DCGAN tutorial: one batch of fakes per step, detached for D and used again for G; D ends in a
sigmoid, and both losses are binary cross-entropies. `throughput.py` times it, and `tests/benchmarks/test_speed.py`
checks that it has the losses of `gancourse.torch_gan`. The networks are the course's own, so only the loop differs.
"""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from PIL import Image, ImageOps
from torch import nn
from torch.utils.data import DataLoader, Dataset

from gancourse import GancourseError
from gancourse.torch_gan.networks import DCGANDiscriminator, DCGANGenerator, init_weights

LATENT = 128
REPORT_EVERY = 50  # steps between two lines of losses


class JpgFaces(Dataset):
    """The jpg files below `folder`, opened on demand: float32 (3, size, size) in [-1, 1].

    Raises
    ------
    GancourseError
        If there are no jpg files.
    """

    def __init__(self, folder, size: int):
        self.paths = sorted(
            path for path in Path(folder).rglob("*") if path.suffix.lower() in (".jpg", ".jpeg")
        )
        if not self.paths:
            raise GancourseError(f"no jpg files in {folder}")
        self.size = size

    def __len__(self):
        return len(self.paths)

    def __getitem__(self, index):
        image = Image.open(self.paths[index]).convert("RGB")
        if image.size != (self.size, self.size):
            image = ImageOps.fit(image, (self.size, self.size), Image.Resampling.BICUBIC)
        pixels = torch.from_numpy(np.array(image)).permute(2, 0, 1).contiguous()
        return pixels.float() / 127.5 - 1


def loader(folder, size: int, batch: int, workers: int = 2) -> DataLoader:
    """Shuffled batches of the faces in `folder`, decoded by `workers` processes (0: by this one).

    The workers survive from one epoch to the next: on a small set, starting them again would be most of the work.

    Raises
    ------
    GancourseError
        If there are too few faces for a batch.
    """
    faces = JpgFaces(folder, size)
    if len(faces) < batch:
        raise GancourseError(f"{folder} has {len(faces)} jpg files, fewer than a batch of {batch}")
    return DataLoader(
        faces,
        batch,
        shuffle=True,
        drop_last=True,
        num_workers=workers,
        persistent_workers=workers > 0,
        pin_memory=torch.cuda.is_available(),
    )


def endless(batches):
    """The batches of one epoch after another."""
    while True:
        yield from batches


class Networks(NamedTuple):
    """Both networks, each with its optimiser."""

    generator: nn.Module
    discriminator: nn.Module
    g_optimizer: torch.optim.Optimizer
    d_optimizer: torch.optim.Optimizer


def build(size: int, width: int, device, seed: int = 0) -> Networks:
    """DCGAN's two networks with its initial weights, and Adam with its rates."""
    torch.manual_seed(seed)
    generator = init_weights(DCGANGenerator(size, LATENT, width)).to(device)
    discriminator = init_weights(DCGANDiscriminator(size, width)).to(device)
    return Networks(
        generator,
        discriminator,
        torch.optim.Adam(generator.parameters(), lr=2e-4, betas=(0.5, 0.999)),
        torch.optim.Adam(discriminator.parameters(), lr=2e-4, betas=(0.5, 0.999)),
    )


def plain_step(networks: Networks, real, noise, detach: bool = True):
    """One update of D and one of G; returns D's loss (both halves summed) and G's, as scalar tensors.

    Parameters
    ----------
    networks : Networks
        Both networks with their optimisers; they are updated.
    real : tensor, float32, shape (N, 3, size, size)
        A batch of real images.
    noise : tensor, float32, shape (N, LATENT)
        The noise for a batch of fakes.
    detach : bool
        False leaves out `.detach()`: D's update then also computes gradients for G, which are not used.
    """
    generator, discriminator, g_optimizer, d_optimizer = networks
    criterion = nn.BCELoss()
    ones = torch.ones(len(real), device=real.device)
    zeros = torch.zeros_like(ones)

    # D: maximise log D(x) + log(1 - D(G(z)))
    discriminator.zero_grad()
    real_loss = criterion(torch.sigmoid(discriminator(real)), ones)
    real_loss.backward()
    fake = generator(noise)
    shown = fake.detach() if detach else fake
    fake_loss = criterion(torch.sigmoid(discriminator(shown)), zeros)
    fake_loss.backward(retain_graph=not detach)
    d_optimizer.step()

    # G: maximise log D(G(z))
    generator.zero_grad()
    g_loss = criterion(torch.sigmoid(discriminator(fake)), ones)
    g_loss.backward()
    g_optimizer.step()
    return real_loss + fake_loss, g_loss


def train(
    networks: Networks, batches, steps: int, device, detach: bool = True, report=print
) -> None:
    """Train for `steps` steps on the next of `batches`."""
    for step in range(steps):
        real = next(batches).to(device)
        noise = torch.randn(len(real), LATENT, device=device)
        d_loss, g_loss = plain_step(networks, real, noise, detach)
        if step % REPORT_EVERY == 0:
            report(f"step {step}: d_loss {d_loss.item():.3f}, g_loss {g_loss.item():.3f}")
