"""The moving average of a generator's weights: what it follows, and whose BatchNorm statistics it has."""

import numpy as np
import pytest
import torch
from torch import nn

from gancourse import data, recipes
from gancourse.torch_gan import Batches, build, train, train_step
from gancourse.torch_gan.average import Average
from gancourse.torch_gan.networks.dcgan import DCGANGenerator

TINY = {"size": 16, "width": 8, "latent": 8, "batch": 16, "ema": 0.9, "threads": 1}


def start(**changes):
    recipe = recipes.recipe("photo_cartoon", "reduced", TINY | changes)
    gan = build(recipe, 2 * recipe.conditional, 16, 0, torch.device("cpu"))
    faces = data.load("faceworld-photo2cartoon", size=16)
    return gan, Batches(faces, recipe.batch, recipe.pixels, gan.device, 0)


@pytest.fixture(scope="module")
def trained():
    gan, batches = start(steps=60)
    train(gan, batches)
    return gan


def share_of_true_variance(network, reference) -> list[float]:
    """For each BatchNorm of `network` its variance as a share of that of what it is fed, on other noise, in evaluation
    mode: then a statistic that is off spoils the inputs of the layers after it, too."""
    fed = {}
    hooks = [
        layer.register_forward_hook(
            lambda layer, inputs, _: fed.setdefault(layer, []).append(inputs[0])
        )
        for layer in network.modules()
        if isinstance(layer, nn.BatchNorm2d)
    ]
    with torch.no_grad():
        network.eval()(torch.randn(4000, 8, generator=torch.Generator().manual_seed(reference)))
    for hook in hooks:
        hook.remove()
    return [
        float((layer.running_var / torch.cat(fed[layer]).var(dim=(0, 2, 3))).mean())
        for layer in fed
    ]


def test_the_weights_follow_and_the_statistics_do_not():
    gan, batches = start()
    before = [each.detach().clone() for each in gan.generator.parameters()]
    train_step(gan, *next(batches))
    averaged = gan.ema.network.parameters()
    for average, old, new in zip(averaged, before, gan.generator.parameters(), strict=True):
        assert torch.allclose(average, 0.9 * old + 0.1 * new, atol=1e-7)


def test_the_average_has_the_statistics_of_its_own_weights(trained):
    shares = share_of_true_variance(trained.ema.network, reference=5)
    assert len(shares) == 2 and shares == pytest.approx([1, 1], abs=0.05)


def test_the_generators_statistics_do_not_fit_the_average(trained):
    """What was done before: copied with every step."""
    average = Average(trained.generator, 8, 0.9)
    average.load_state_dict(trained.ema.state_dict())
    network = average.network
    for kept, current in zip(network.buffers(), trained.generator.buffers(), strict=True):
        kept.copy_(current)
    assert max(abs(share - 1) for share in share_of_true_variance(network, 5)) > 0.1


def test_statistics_are_estimated_when_the_weights_have_moved_and_not_again(monkeypatch):
    gan, batches = start()
    estimates = []
    inputs = gan.ema._inputs
    monkeypatch.setattr(gan.ema, "_inputs", lambda: estimates.append(1) or inputs())
    for _ in range(3):
        train_step(gan, *next(batches))
    assert not estimates, "none while it trains"
    first, again = gan.sample(4), gan.sample(4)
    assert len(estimates) == 1 and (first == again).all()
    assert not any(part.training for part in gan.sampler.modules()), "or it would not be the last"
    train_step(gan, *next(batches))
    assert (gan.sample(4) != first).any() and len(estimates) == 2


def test_the_estimate_is_repeatable_and_leaves_the_random_state_alone():
    gan, batches = start()
    train_step(gan, *next(batches))
    state, generator = torch.get_rng_state(), {k: v.clone() for k, v in gan.generator.state_dict().items()}  # fmt: skip
    once = gan.sample(4)
    assert torch.equal(state, torch.get_rng_state())
    assert all(torch.equal(each, gan.generator.state_dict()[k]) for k, each in generator.items())
    other, batches = start()
    train_step(other, *next(batches))
    torch.manual_seed(99)
    assert (other.sample(4) == once).all()
    loaded, _ = start()
    loaded.ema.load_state_dict(gan.ema.state_dict())
    assert (loaded.sample(4) == once).all()


def test_every_label_counts_in_the_estimate():
    generator = DCGANGenerator(16, latent=3, width=4, classes=2)
    with torch.no_grad():
        generator.body[0].weight[3], generator.body[0].weight[4] = 5.0, -5.0  # what a label adds
    norm = Average(generator, 3, 0.9).network.body[1]
    assert np.allclose(norm.running_mean, 0, atol=0.5), "half of each label"
    assert (norm.running_var > 20).all()
