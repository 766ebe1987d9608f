"""A residual pair without normalisation, for objectives that bound D's slope instead.

After Huang, Gokaslan, Kuleshov and Tompkin, The GAN is dead; long live the GAN! (NeurIPS 2024, section 4), cut down to
what a processor trains: blocks begin at half the image's size, and one transposed or strided convolution, as in a
DCGAN, lies between them and the pixels.
"""

from itertools import pairwise

import torch
from torch import nn
from torch.nn.functional import leaky_relu, one_hot

from gancourse.torch_gan.networks.dcgan import filters

SLOPE = 0.2


class ResidualBlock(nn.Module):
    """What comes in, plus what three convolutions make of it: 1 × 1, 3 × 3, 1 × 1.

    The last one starts at zero, so that a new network is the sum of its short cuts, however deep it is (Zhang, Dauphin
    and Ma, Fixup Initialization, ICLR 2019).

    forward: float (N, C, H, W) to float (N, C, H, W)
    """

    def __init__(self, channels: int):
        super().__init__()
        self.enter = nn.Conv2d(channels, channels, 1)
        self.mix = nn.Conv2d(channels, channels, 3, padding=1)
        self.leave = nn.Conv2d(channels, channels, 1, bias=False)
        for layer in (self.enter, self.mix):
            _keep_variance(layer)
        nn.init.zeros_(self.leave.weight)

    def forward(self, maps):
        hidden = leaky_relu(self.enter(maps), SLOPE)
        hidden = leaky_relu(self.mix(hidden), SLOPE)
        return maps + self.leave(hidden)


class ResidualGenerator(nn.Module):
    """Noise to image, through residual blocks between which the size doubles.

    forward: noise float (N, latent), labels int64 (N,) or None to float (N, 3, size, size) in [-1, 1]

    Parameters
    ----------
    size : int
        Height and width of an image: 16, 32, 64, … 512.
    latent : int
        Length of the noise vector.
    width : int
        Filters of the last level; each level before it has twice as many.
    classes : int
        Number of labels, which then enter one-hot beside the noise; 0 for none.
    """

    def __init__(self, size=64, latent=128, width=64, classes=0):
        super().__init__()
        self.classes = classes
        widths = [*reversed(filters(size, width))]
        self.begin = nn.ConvTranspose2d(latent + classes, widths[0], 4)
        _keep_variance(self.begin, latent + classes)
        layers: list[nn.Module] = []
        for level, (inputs, outputs) in enumerate(pairwise([widths[0], *widths])):
            if level:
                layers += [_linear(inputs, outputs), nn.Upsample(scale_factor=2, mode="nearest")]
            layers.append(ResidualBlock(outputs))
        self.body = nn.Sequential(*layers)
        self.to_pixels = nn.ConvTranspose2d(width, 3, 4, 2, 1)
        _keep_variance(self.to_pixels, 4 * width)  # a pixel is the sum of 4 places
        with torch.no_grad():
            self.to_pixels.weight.mul_(0.5)  # away from the flat ends of tanh

    def forward(self, noise, labels=None):
        if self.classes:
            noise = torch.cat([noise, one_hot(labels, self.classes)], dim=1)
        maps = self.body(self.begin(noise[:, :, None, None]))
        return self.to_pixels(leaky_relu(maps, SLOPE)).tanh()


class ResidualDiscriminator(nn.Module):
    """Image to one logit, through residual blocks between which the size halves.

    forward: images float (N, 3, size, size), labels int64 (N,) or None to logits float (N,)

    Parameters
    ----------
    size : int
        Height and width of an image: 16, 32, 64, … 512.
    width : int
        Filters of the first level; each level after it has twice as many.
    classes : int
        Number of labels, 0 for none: one logit for each, of which the label's is taken.
    """

    def __init__(self, size=64, width=64, classes=0):
        super().__init__()
        self.classes = classes
        widths = filters(size, width)
        self.begin = nn.Conv2d(3, width, 4, 2, 1)
        _keep_variance(self.begin)
        layers: list[nn.Module] = []
        for level, (inputs, outputs) in enumerate(pairwise([width, *widths])):
            if level:
                layers += [nn.AvgPool2d(2), _linear(inputs, outputs)]
            layers.append(ResidualBlock(outputs))
        self.body = nn.Sequential(*layers)
        self.to_logit = nn.Conv2d(widths[-1], max(1, classes), 4)
        _keep_variance(self.to_logit)

    def forward(self, images, labels=None):
        maps = self.body(leaky_relu(self.begin(images), SLOPE))
        logits = self.to_logit(leaky_relu(maps, SLOPE)).flatten(1)
        return logits.gather(1, labels[:, None]).squeeze(1) if self.classes else logits.squeeze(1)


def _linear(inputs, outputs):
    """A 1 × 1 convolution that changes the number of channels."""
    layer = nn.Conv2d(inputs, outputs, 1, bias=False)
    nn.init.kaiming_normal_(layer.weight, nonlinearity="linear")
    return layer


def _keep_variance(layer, inputs: int | None = None):
    """Weights that keep the variance through a LeakyReLU (He et al., ICCV 2015), and no bias.

    `inputs` is how many numbers each output is a sum of, where PyTorch would count a transposed convolution's outputs.
    """
    if inputs is None:
        nn.init.kaiming_normal_(layer.weight, SLOPE)
    else:
        nn.init.normal_(layer.weight, std=(2 / (1 + SLOPE**2) / inputs) ** 0.5)
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)
