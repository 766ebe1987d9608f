import math

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from gancourse import GancourseError, data, recipes
from gancourse.torch_gan import (
    Batches,
    LabelCode,
    MLPDiscriminator,
    MLPGenerator,
    ProjectionDiscriminator,
    build,
    count_parameters,
    fake_loss,
    non_saturating_loss,
    real_loss,
    saturating_loss,
    train_step,
)

CPU = torch.device("cpu")


def small_gan(**changes):
    recipe = recipes.recipe("mnist_cgan", "reduced", {"steps": 10, **changes})
    return build(recipe, classes=10, size=8, seed=0, device=CPU)


def small_batches(gan, seed=0):
    return Batches(data.load("digits"), gan.recipe.batch, gan.recipe.pixels, CPU, seed)


def test_parameter_counts_of_the_report():
    assert count_parameters(MLPGenerator(784, 10, 28)) == 1_664_016
    assert count_parameters(MLPDiscriminator(10, 28)) == 1_470_465


@pytest.mark.parametrize("discriminator", [MLPDiscriminator, ProjectionDiscriminator])
def test_shapes_and_ranges(discriminator):
    labels = torch.tensor([3, 1, 4])
    images = MLPGenerator(5, 10, 8, (16,))(torch.randn(3, 5) * 100, labels)
    assert images.shape == (3, 1, 8, 8) and images.abs().max() <= 1
    logits = discriminator(10, 8, (16,))(images, labels)
    assert logits.shape == (3,)
    assert not torch.equal(logits, discriminator(10, 8, (16,))(images, labels)), (
        "weights are random"
    )


@pytest.mark.parametrize("discriminator", [MLPDiscriminator, ProjectionDiscriminator])
def test_the_label_reaches_both_networks(discriminator):
    noise, images = torch.randn(1, 5).expand(2, -1), torch.rand(1, 1, 8, 8).expand(2, -1, -1, -1)
    labels = torch.tensor([2, 7])
    first, second = MLPGenerator(5, 10, 8, (16,))(noise, labels)
    assert not torch.allclose(first, second)
    first, second = discriminator(10, 8, (16,))(images, labels)
    assert not torch.allclose(first, second)


def test_label_codes():
    labels = torch.tensor([0, 9])
    assert LabelCode("one-hot", 10)(labels).tolist() == [[1] + [0] * 9, [0] * 9 + [1]]
    assert LabelCode("repeated", 10)(labels).tolist() == [[0] * 10, [9] * 10]


def test_losses_agree_with_pytorch_and_with_known_values():
    logits = torch.linspace(-20, 20, 41)
    ones, zeros = torch.ones(41), torch.zeros(41)
    assert torch.allclose(real_loss(logits), F.binary_cross_entropy_with_logits(logits, ones))
    assert torch.allclose(fake_loss(logits), F.binary_cross_entropy_with_logits(logits, zeros))
    assert torch.allclose(
        non_saturating_loss(logits), F.binary_cross_entropy_with_logits(logits, ones)
    )
    assert torch.allclose(saturating_loss(logits), -fake_loss(logits))
    chance = torch.zeros(3)
    assert (real_loss(chance) + fake_loss(chance)).item() == pytest.approx(2 * math.log(2))
    assert torch.isfinite(real_loss(torch.tensor([-1e4]))), (
        "a sigmoid and a logarithm would give infinity"
    )


def test_generator_loss_gradients():
    for logit in (-5.0, 0.0, 3.0):
        d = 1 / (1 + math.exp(-logit))
        for loss, expected in ((saturating_loss, -d), (non_saturating_loss, -(1 - d))):
            x = torch.tensor([logit], requires_grad=True)
            loss(x).backward()
            assert x.grad.item() == pytest.approx(expected, rel=1e-5)


def test_a_step_equals_the_textbook_step():
    """Against the plain form: BCE with target vectors, optimizer.zero_grad, all gradients computed."""
    ours, plain = small_gan(dropout=0.0, ema=0.0), small_gan(dropout=0.0, ema=0.0)
    real, labels = next(small_batches(ours))
    torch.manual_seed(1)
    measured = train_step(ours, real, labels)

    torch.manual_seed(1)
    g, d, bce = plain.generator, plain.discriminator, F.binary_cross_entropy_with_logits
    g_optimizer = torch.optim.Adam(g.parameters(), 1e-3, (0.5, 0.999))
    d_optimizer = torch.optim.Adam(d.parameters(), 1e-3, (0.5, 0.999))
    ones, zeros = torch.ones(len(real)), torch.zeros(len(real))
    fake = g(torch.randn(len(real), 64), labels)
    d_loss = bce(d(real, labels), ones) + bce(d(fake.detach(), labels), zeros)
    d_optimizer.zero_grad()
    d_loss.backward()
    d_optimizer.step()
    g_loss = bce(d(fake, labels), ones)
    g_optimizer.zero_grad()
    g_loss.backward()
    g_optimizer.step()

    assert measured["d_loss"].item() == pytest.approx(d_loss.item(), rel=1e-6)
    assert measured["g_loss"].item() == pytest.approx(g_loss.item(), rel=1e-6)
    for network in ("generator", "discriminator"):
        for one, other in zip(
            getattr(ours, network).parameters(), getattr(plain, network).parameters(), strict=True
        ):
            assert torch.allclose(one, other, atol=1e-6)


def test_each_update_moves_one_network_only():
    gan = small_gan()
    real, labels = next(small_batches(gan))

    def weights(network):
        return torch.cat([p.detach().flatten().clone() for p in network.parameters()])

    g, d = weights(gan.generator), weights(gan.discriminator)
    fake = gan.generate(gan.noise(len(real)), labels)
    gan.update_generator(non_saturating_loss(gan.discriminate(fake, labels)))
    assert torch.equal(weights(gan.discriminator), d) and not torch.equal(weights(gan.generator), g)
    assert all(p.grad is None for p in gan.discriminator.parameters())

    g = weights(gan.generator)
    fake = gan.generate(gan.noise(len(real)), labels)
    gan.update_discriminator(fake_loss(gan.discriminate(fake.detach(), labels)))
    assert torch.equal(weights(gan.generator), g) and not torch.equal(weights(gan.discriminator), d)


def test_bfloat16_is_close_to_float32():
    exact, half = small_gan(dropout=0.0), small_gan(dropout=0.0, precision="bfloat16")
    real, labels = next(small_batches(exact))
    measured = []
    for gan in (exact, half):
        torch.manual_seed(2)
        measured.append(train_step(gan, real, labels))
    for name in ("d_loss", "g_loss", "real_score", "fake_score"):
        assert measured[1][name].item() == pytest.approx(measured[0][name].item(), rel=0.02), name
        assert measured[1][name].dtype == torch.float32
    assert all(p.dtype == torch.float32 for p in half.generator.parameters())


def test_recycled_noise_is_the_last_fake():
    gan = small_gan(noise="recycled")
    assert gan.noise(4).shape == (4, 64)
    fake = gan.generate(torch.randn(4, 64), torch.arange(4))
    assert torch.equal(gan.noise(4), fake.detach().flatten(1))
    with pytest.raises(GancourseError, match="latent must be 64, not 32"):
        small_gan(noise="recycled", latent=32)


def test_learning_rates_fall_to_zero_over_the_last_share():
    gan = small_gan(lr_decay=0.5, lr=0.1, lr_d=0.2)
    for done, factor in ((0.0, 1), (0.5, 1), (0.75, 0.5), (1.0, 0)):
        gan.set_progress(done)
        assert gan.optimizers["generator"].param_groups[0]["lr"] == pytest.approx(0.1 * factor)
        assert gan.optimizers["discriminator"].param_groups[0]["lr"] == pytest.approx(0.2 * factor)


def test_sampling_is_repeatable_and_leaves_training_alone():
    gan = small_gan(ema=0.0)
    state = torch.get_rng_state()
    labels = np.arange(10)
    first, again, other = (
        gan.sample(labels, seed=1),
        gan.sample(labels, seed=1),
        gan.sample(labels, seed=2),
    )
    assert first.shape == (10, 8, 8, 1) and first.min() >= 0 and first.max() <= 1
    assert (first == again).all() and not (first == other).all()
    assert torch.equal(torch.get_rng_state(), state) and gan.generator.training
    assert np.allclose(gan.sample(labels, seed=1, batch=3), first, atol=1e-6)


@pytest.mark.parametrize(("pixels", "low"), [("tanh", -1.0), ("unit", 0.0)])
def test_batches_cover_an_epoch_once_and_scale(pixels, low):
    digits = data.load("digits")
    batches = Batches(digits, 100, pixels, CPU, seed=0)
    seen = [next(batches) for _ in range(batches.per_epoch)]
    images = torch.cat([images for images, _ in seen])
    assert images.shape == (1400, 1, 8, 8) and images.min() == low and images.max() == 1
    known = {
        (image.tobytes(), int(label))
        for image, label in zip(digits.images, digits.labels, strict=True)
    }
    back = ((images - low) / (1 - low) * 255).round().byte().permute(0, 2, 3, 1).numpy()
    labels = torch.cat([labels for _, labels in seen])
    assert {
        (image.tobytes(), int(label)) for image, label in zip(back, labels, strict=True)
    } <= known
    second = torch.cat([next(batches)[0] for _ in range(batches.per_epoch)])
    assert not torch.equal(images, second), "each epoch has its own order"


def test_batches_resume_in_the_middle_of_an_epoch():
    digits = data.load("digits")
    one, two = (Batches(digits, 100, "tanh", CPU, seed) for seed in (0, 1))
    for _ in range(20):
        next(one)
    two.load_state_dict(one.state_dict())
    for _ in range(20):
        assert torch.equal(next(one)[0], next(two)[0])


def test_too_few_images_for_a_batch():
    with pytest.raises(
        GancourseError, match="digits has 1442 images, fewer than one batch of 2000"
    ):
        Batches(data.load("digits"), 2000, "tanh", CPU, 0)


def test_float16_scaler_skips_an_overflow():
    """The scaler is for GPUs; on the CPU it exists too, so that its path can be tested."""
    gan = small_gan(ema=0.0)
    gan.scalers["generator"] = torch.amp.GradScaler("cpu", init_scale=2.0**4)
    before = [p.detach().clone() for p in gan.generator.parameters()]
    gan.update_generator(sum((p * math.inf).sum() for p in gan.generator.parameters()))
    assert all(torch.equal(a, b) for a, b in zip(before, gan.generator.parameters(), strict=True))
    assert gan.scalers["generator"].get_scale() < 2.0**4


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_trains_on_the_gpu():
    recipe = recipes.recipe("mnist_cgan", "reduced", {"steps": 10, "precision": "auto"})
    gan = build(recipe, 10, 8, 0)
    assert gan.device.type == "cuda" and gan.precision != torch.float32
    measured = train_step(gan, *next(Batches(data.load("digits"), 64, "tanh", gan.device, 0)))
    assert all(value.device.type == "cuda" and torch.isfinite(value) for value in measured.values())


def test_any_pair_of_networks_plays():
    """The step and the GAN know nothing of MLPs: an unconditional toy pair goes through the same code."""
    from gancourse.torch_gan import GAN

    class Generator(nn.Linear):
        def forward(self, noise, labels=None):
            return super().forward(noise).tanh().view(-1, 1, 2, 2)

    class Discriminator(nn.Linear):
        def forward(self, images, labels=None):
            return super().forward(images.flatten(1)).squeeze(1)

    networks = {"generator": Generator(3, 4), "discriminator": Discriminator(4, 1)}
    gan = GAN(networks, 3, recipes.recipe("mnist_cgan", "reduced"), CPU)
    assert train_step(gan, torch.rand(5, 1, 2, 2), None)["d_loss"] > 0
