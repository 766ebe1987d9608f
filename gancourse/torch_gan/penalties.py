"""Penalties on D's slope: how fast its logit changes with the image it looks at.

Each is a function (discriminate, real, fake) to a scalar, where `discriminate` maps images float (N, ...) to logits
float (N,). They hold for a D that looks at one image at a time: BatchNorm, which mixes the images of a batch, rules
them out.
"""

import torch


def slopes(discriminate, images):
    """The gradient of each logit with respect to its own image, flattened: float (N, ...) to float (N, P).

    It can be differentiated again, by D's weights.
    """
    images = images.detach().requires_grad_()
    logits = discriminate(images).sum()  # no image touches another's logit
    (gradients,) = torch.autograd.grad(logits, images, create_graph=True)
    return gradients.flatten(1)


def r1(discriminate, real, fake):
    """The mean squared slope at real images, E ‖∇D(x)‖² (Mescheder, Geiger and Nowozin, ICML 2018, eq. 9).

    Parameters
    ----------
    discriminate : function
        Images float (N, ...) to logits float (N,).
    real, fake : tensor, float, shape (N, ...)
        Images of both kinds; only the real ones are looked at.
    """
    return slopes(discriminate, real).square().sum(dim=1).mean()


def r2(discriminate, real, fake):
    """The mean squared slope at fake images (Mescheder, Geiger and Nowozin, ICML 2018, eq. 10).

    Parameters
    ----------
    discriminate : function
        Images float (N, ...) to logits float (N,).
    real, fake : tensor, float, shape (N, ...)
        Images of both kinds; only the fake ones are looked at.
    """
    return slopes(discriminate, fake).square().sum(dim=1).mean()


def gradient_penalty(discriminate, real, fake):
    """The mean of (‖∇D‖ - 1)² at random points between real and fake (Gulrajani et al., NeurIPS 2017, eq. 3).

    Parameters
    ----------
    discriminate : function
        Images float (N, ...) to logits float (N,).
    real, fake : tensor, float, shape (N, ...)
        Images of both kinds; each is paired with one of the other kind.
    """
    share = torch.rand(len(real), *[1] * (real.ndim - 1), device=real.device)
    between = share * real + (1 - share) * fake
    return (slopes(discriminate, between).norm(dim=1) - 1).square().mean()
