"""The residual pair: shapes, what it is when new, labels."""

import pytest
import torch

from gancourse import GancourseError, recipes
from gancourse.torch_gan import build, train_step
from gancourse.torch_gan.networks import ResidualDiscriminator, ResidualGenerator
from gancourse.torch_gan.networks.residual import ResidualBlock


@pytest.mark.parametrize("size", [16, 32, 64])
def test_shapes_and_range(size):
    generator, discriminator = ResidualGenerator(size, 8, 4), ResidualDiscriminator(size, 4)
    images = generator(torch.randn(3, 8))
    assert images.shape == (3, 3, size, size) and images.abs().max() <= 1
    assert discriminator(images).shape == (3,)


def test_a_new_block_is_its_short_cut_and_learns():
    torch.manual_seed(0)
    block, maps = ResidualBlock(4), torch.randn(2, 4, 5, 5)
    assert torch.equal(block(maps), maps)
    block(maps).square().mean().backward()
    assert block.leave.weight.grad.abs().max() > 0


def test_a_new_pair_is_neither_blank_nor_saturated():
    torch.manual_seed(0)
    images = ResidualGenerator(32, 64, 16)(torch.randn(64, 64))
    assert 0.2 < images.std() < 0.7
    assert images.std(dim=0).mean() > 0.2, "the noise moves the image"
    logits = ResidualDiscriminator(32, 16)(images)
    assert 0.01 < logits.std() < 10


def test_no_image_touches_anothers_logit_or_pixels():
    torch.manual_seed(0)
    generator, discriminator = ResidualGenerator(16, 8, 4), ResidualDiscriminator(16, 4)
    noise = torch.randn(5, 8)
    images = generator(noise)
    assert torch.allclose(generator(noise[2:3]), images[2:3], atol=1e-6)
    assert torch.allclose(discriminator(images[2:3]), discriminator(images)[2:3], atol=1e-5)


def test_labels_reach_both():
    torch.manual_seed(0)
    generator, discriminator = ResidualGenerator(16, 8, 4, 2), ResidualDiscriminator(16, 4, 2)
    noise, zeros, ones = torch.randn(3, 8), torch.zeros(3).long(), torch.ones(3).long()
    images = generator(noise, zeros)
    assert not torch.equal(images, generator(noise, ones))
    assert not torch.equal(discriminator(images, zeros), discriminator(images, ones))


def test_the_recipe_builds_it_and_takes_a_penalised_step():
    changes = {"architecture": "residual", "d_norm": "none", "objective": "relativistic"}
    recipe = recipes.recipe("anime_dcgan", "reduced", changes | {"width": 4, "size": 16})
    gan = build(recipe, 0, 16, seed=0)
    assert isinstance(gan.generator, ResidualGenerator)
    measured = train_step(gan, torch.rand(8, 3, 16, 16) * 2 - 1, None)
    assert all(torch.isfinite(value) for value in measured.values())


@pytest.mark.parametrize("norm", ["batch", "spectral"])
def test_it_has_no_normalisation(norm):
    changes = {"architecture": "residual", "d_norm": norm}
    if norm == "batch":
        with pytest.raises(
            GancourseError, match="d_norm='batch': the residual pair has no BatchNorm"
        ):
            recipes.recipe("anime_dcgan", "reduced", changes)
    else:
        assert recipes.recipe("anime_dcgan", "reduced", changes).d_norm == "spectral"
