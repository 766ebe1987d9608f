"""The fully connected networks of report 002, and the label's ways into them."""

from itertools import pairwise

import torch
from torch import nn
from torch.nn.functional import one_hot


def mlp(widths, dropout: float = 0.0) -> nn.Sequential:
    """Linear layers of these widths, each followed by LeakyReLU(0.2) and dropout: (N, widths[0]) to (N, widths[-1])."""
    layers = []
    for inputs, outputs in pairwise(widths):
        layers += [nn.Linear(inputs, outputs), nn.LeakyReLU(0.2)]
        if dropout:
            layers.append(nn.Dropout(dropout))
    return nn.Sequential(*layers)


class LabelCode(nn.Module):
    """Turn labels into the vectors that are concatenated with a network's input.

    "one-hot": a 1 at the label's place. "repeated": every element holds the label's number, as in report 002.

    forward: int64 (N,) to float32 (N, classes)
    """

    def __init__(self, kind: str, classes: int):
        super().__init__()
        self.kind, self.classes = kind, classes

    def forward(self, labels):
        if self.kind == "repeated":
            return labels.float()[:, None].expand(-1, self.classes)
        return one_hot(labels, self.classes).float()


class MLPGenerator(nn.Module):
    """Noise and label to image, through fully connected layers (report 002: 256, 512, 1024).

    forward: noise float (N, latent), labels int64 (N,) to float (N, 1, size, size) in [-1, 1]
    """

    def __init__(
        self,
        latent: int,
        classes: int,
        size: int,
        widths=(256, 512, 1024),
        condition: str = "one-hot",
    ):
        super().__init__()
        self.code = LabelCode(condition, classes)
        self.body = mlp([latent + classes, *widths])
        self.to_pixels = nn.Linear(widths[-1], size * size)
        self.size = size

    def forward(self, noise, labels):
        hidden = self.body(torch.cat([noise, self.code(labels)], dim=1))
        return self.to_pixels(hidden).tanh().unflatten(1, (1, self.size, self.size))


class MLPDiscriminator(nn.Module):
    """Image and label to one logit, through fully connected layers (report 002: 1024, 512, 256).

    forward: images float (N, 1, size, size), labels int64 (N,) to logits float (N,)
    """

    def __init__(
        self,
        classes: int,
        size: int,
        widths=(1024, 512, 256),
        condition: str = "one-hot",
        dropout: float = 0.0,
    ):
        super().__init__()
        self.code = LabelCode(condition, classes)
        self.body = mlp([size * size + classes, *widths], dropout)
        self.to_logit = nn.Linear(widths[-1], 1)

    def forward(self, images, labels):
        hidden = self.body(torch.cat([images.flatten(1), self.code(labels)], dim=1))
        return self.to_logit(hidden).squeeze(1)


class ProjectionDiscriminator(nn.Module):
    """Image and label to one logit: how real the image is, plus how well its features agree with the label.

    The label's embedding is multiplied with the features instead of concatenated with the pixels (Miyato and
    Koyama, cGANs with Projection Discriminator, ICLR 2018, eq. 3).

    forward: images float (N, 1, size, size), labels int64 (N,) to logits float (N,)
    """

    def __init__(self, classes: int, size: int, widths=(1024, 512, 256), dropout: float = 0.0):
        super().__init__()
        self.body = mlp([size * size, *widths], dropout)
        self.to_logit = nn.Linear(widths[-1], 1)
        self.embed = nn.Embedding(classes, widths[-1])
        nn.init.normal_(self.embed.weight, std=widths[-1] ** -0.5)

    def forward(self, images, labels):
        hidden = self.body(images.flatten(1))
        return self.to_logit(hidden).squeeze(1) + (self.embed(labels) * hidden).sum(1)
