"""The convolutional networks of reports 001 and 004 (Radford, Metz and Chintala, DCGAN, ICLR 2016)."""

from itertools import pairwise

import torch
from torch import nn
from torch.nn.functional import one_hot

from gancourse import GancourseError
from gancourse.recipes import FACE_SIZES


def filters(size: int, width: int) -> list[int]:
    """Filters of the levels between an image of `size` and a map of 4 × 4: `width`, twice as many, …

    Raises
    ------
    GancourseError
        If `size` is not one of `gancourse.recipes.FACE_SIZES`.
    """
    if size not in FACE_SIZES:
        raise GancourseError(f"size={size}: must be one of {', '.join(map(str, FACE_SIZES))}")
    return [width * 2**level for level in range(size.bit_length() - 3)]


class DCGANGenerator(nn.Module):
    """Noise to image, through transposed convolutions that double the size.

    forward: noise float (N, latent), labels int64 (N,) or None to float (N, 3, size, size) in [-1, 1]

    Parameters
    ----------
    size : int
        Height and width of an image: 16, 32, 64, … 512.
    latent : int
        Length of the noise vector: 128 in the template that report 001's family copies, 100 in the DCGAN paper.
    width : int
        Filters of the last level; each level before it has twice as many.
    classes : int
        Number of labels, which then enter one-hot beside the noise; 0 for none.
    leaky : bool
        LeakyReLU(0.2) instead of ReLU (report 004, by its words).
    """

    def __init__(self, size=64, latent=128, width=64, classes=0, leaky=False):
        super().__init__()
        self.classes = classes
        layers = []
        for level, (inputs, outputs) in enumerate(
            pairwise([latent + classes, *reversed(filters(size, width))])
        ):
            stride, padding = (2, 1) if level else (1, 0)  # 1 × 1 becomes 4 × 4, then it doubles
            layers += [
                nn.ConvTranspose2d(inputs, outputs, 4, stride, padding, bias=False),
                nn.BatchNorm2d(outputs),
                nn.LeakyReLU(0.2, inplace=True) if leaky else nn.ReLU(inplace=True),
            ]
        self.body = nn.Sequential(
            *layers, nn.ConvTranspose2d(width, 3, 4, 2, 1, bias=False), nn.Tanh()
        )

    def forward(self, noise, labels=None):
        if self.classes:
            noise = torch.cat([noise, one_hot(labels, self.classes)], dim=1)
        return self.body(noise[:, :, None, None])


class DCGANDiscriminator(nn.Module):
    """Image to one logit, through convolutions that halve the size.

    forward: images float (N, 3, size, size), labels int64 (N,) or None to logits float (N,)

    Parameters
    ----------
    size : int
        Height and width of an image: 16, 32, 64, … 512.
    width : int
        Filters of the first level; each level after it has twice as many.
    classes : int
        Number of labels, 0 for none. A label's embedding is multiplied with the features (Miyato and Koyama, cGANs
        with Projection Discriminator, ICLR 2018, eq. 3).
    first_norm : bool
        BatchNorm after the first convolution too, as in report 001's template; the DCGAN paper leaves it out.
    norm : bool
        BatchNorm after the other convolutions. Without it they have biases.
    """

    def __init__(self, size=64, width=64, classes=0, first_norm=False, norm=True):
        super().__init__()
        self.classes = classes
        layers: list[nn.Module] = []
        for level, (inputs, outputs) in enumerate(pairwise([3, *filters(size, width)])):
            layers.append(nn.Conv2d(inputs, outputs, 4, 2, 1, bias=not norm))
            if first_norm or (norm and level):
                layers.append(nn.BatchNorm2d(outputs))
            layers.append(nn.LeakyReLU(0.2, inplace=True))
        self.body = nn.Sequential(*layers)
        self.to_logit = nn.Conv2d(outputs, 1, 4, bias=False)
        self.embed = nn.Embedding(classes, outputs) if classes else None

    def forward(self, images, labels=None):
        maps = self.body(images)
        logits = self.to_logit(maps).flatten()
        if self.embed is not None:
            logits = logits + (self.embed(labels) * maps.mean(dim=(2, 3))).sum(1)
        return logits


@torch.no_grad()
def init_weights(network: nn.Module) -> nn.Module:
    """Draw all weights anew as the DCGAN paper does: N(0, 0.02), and N(1, 0.02) for BatchNorm's scales."""
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.normal_(module.weight, 1.0, 0.02)
            nn.init.zeros_(module.bias)
        elif isinstance(module, nn.Conv2d | nn.ConvTranspose2d | nn.Embedding):
            nn.init.normal_(module.weight, 0.0, 0.02)
            if isinstance(bias := getattr(module, "bias", None), torch.Tensor):
                nn.init.zeros_(bias)
    return network
