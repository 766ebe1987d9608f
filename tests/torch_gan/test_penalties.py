"""Penalties on D's slope, against closed forms."""

import pytest
import torch
from torch import nn

from gancourse.torch_gan import penalties

REAL, FAKE = torch.randn(5, 1, 2, 2), torch.randn(5, 1, 2, 2) + 3
WEIGHT = torch.tensor([3.0, 0.0, -4.0, 0.0])  # of length 5


class Linear(nn.Module):
    """D(x) = w·x + b: its slope is w wherever one looks."""

    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(WEIGHT.clone())
        self.bias = nn.Parameter(torch.ones(1))

    def forward(self, images):
        return images.flatten(1) @ self.weight + self.bias


@pytest.mark.parametrize(
    ("penalty", "value", "factor"),
    [
        (penalties.r1, 25, 2),  # |w|², which falls fastest along 2 w
        (penalties.r2, 25, 2),
        (penalties.gradient_penalty, 16, 2 * 4 / 5),  # (|w| - 1)², along 2 (|w| - 1) w / |w|
    ],
)
def test_a_linear_d(penalty, value, factor):
    d = Linear()
    measured = penalty(d, REAL, FAKE)
    assert measured.item() == pytest.approx(value, rel=1e-5)
    measured.backward()
    assert torch.allclose(d.weight.grad, factor * WEIGHT, rtol=1e-5)
    assert d.bias.grad is None or d.bias.grad.item() == 0


def test_each_penalty_looks_where_it_should():
    """D(x) = |x|² / 2 has the slope x: the penalties say at which images they took it."""

    def square(images):
        return images.flatten(1).square().sum(dim=1) / 2

    assert penalties.r1(square, REAL, FAKE).item() == pytest.approx(
        REAL.flatten(1).square().sum(1).mean().item(), rel=1e-5
    )
    assert penalties.r2(square, REAL, FAKE).item() == pytest.approx(
        FAKE.flatten(1).square().sum(1).mean().item(), rel=1e-5
    )
    seen = []

    def watched(images):
        seen.append(images.detach())
        return square(images)

    penalty = penalties.gradient_penalty(watched, REAL, FAKE)
    (between,) = seen
    share = ((between - FAKE) / (REAL - FAKE)).flatten(1)
    assert torch.allclose(share, share[:, :1].expand_as(share), atol=1e-3), "one share an image"
    assert ((share > -1e-4) & (share < 1 + 1e-4)).all() and share[:, 0].std() > 0
    lengths = between.flatten(1).norm(dim=1)
    assert penalty.item() == pytest.approx((lengths - 1).square().mean().item(), rel=1e-5)


def test_a_flat_d_has_a_finite_gradient():
    """Where D's slope is 0 its length has no derivative; the gradient must not become nan."""
    weight = torch.zeros(4, requires_grad=True)
    penalties.gradient_penalty(lambda images: images.flatten(1) @ weight, REAL, FAKE).backward()
    assert torch.isfinite(weight.grad).all()


def test_images_are_left_alone():
    real = REAL.clone()
    penalties.r1(Linear(), real, FAKE).backward()
    assert not real.requires_grad and real.grad is None
