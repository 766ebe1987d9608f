"""What the networks minimise: known values, hand-computed gradients, and that each objective trains."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from gancourse import GancourseError, data, recipes
from gancourse.history import CHANCE, METRICS
from gancourse.theory import mixtures
from gancourse.torch_gan import (
    GAN,
    OBJECTIVES,
    Batches,
    Objective,
    PointBatches,
    build,
    mlp,
    train,
    train_step,
)
from gancourse.torch_gan.checkpoint import load_checkpoint
from gancourse.torch_gan.networks import DCGANDiscriminator

CPU = torch.device("cpu")
LN2 = math.log(2)
REAL, FAKE = torch.tensor([2.0, 0.5, -1.0]), torch.tensor([-3.0, 0.0, 1.0])


def small_gan(**changes):
    settings = {"steps": 10, "g_widths": (16,), "d_widths": (16,), "latent": 8}
    recipe = recipes.recipe("mnist_cgan", "reduced", settings | changes)
    return build(recipe, classes=10, size=8, seed=0, device=CPU)


def digits(gan):
    return Batches(data.load("digits"), gan.recipe.batch, gan.recipe.pixels, CPU, seed=0)


def weights(gan, role):
    return torch.cat([p.detach().flatten().clone() for p in gan.networks[role].parameters()])


def softplus(x):
    return math.log1p(math.exp(x))


def blind(name):
    """The logits of a D that cannot tell: 0, or half-way between the least-squares targets 0 and 1."""
    return torch.full((6,), 0.5 if name == "least-squares" else 0.0)


@pytest.mark.parametrize(
    ("name", "d_loss", "g_loss"),
    [
        (
            "non-saturating",
            sum(map(softplus, (-2, -0.5, 1, -3, 0, 1))) / 3,
            sum(map(softplus, (3, 0, -1))) / 3,
        ),
        (
            "saturating",
            sum(map(softplus, (-2, -0.5, 1, -3, 0, 1))) / 3,
            -sum(map(softplus, (-3, 0, 1))) / 3,
        ),
        ("hinge", (0 + 0.5 + 2) / 3 + (0 + 1 + 2) / 3, 2 / 3),
        ("wasserstein-gp", -2 / 3 - 0.5, 2 / 3),
        (
            "relativistic",
            sum(map(softplus, (-5, -0.5, 2))) / 3,
            sum(map(softplus, (5, 0.5, -2))) / 3,
        ),
        ("least-squares", (1 + 0.25 + 4 + 9 + 0 + 1) / 6, (16 + 1 + 0) / 6),
    ],
)
def test_known_values(name, d_loss, g_loss):
    objective = OBJECTIVES[name]
    assert objective.d_loss(REAL, FAKE).item() == pytest.approx(d_loss, rel=1e-6)
    rivals = [REAL] if objective.paired else []
    assert objective.g_loss(FAKE, *rivals).item() == pytest.approx(g_loss, rel=1e-6)


@pytest.mark.parametrize("name", OBJECTIVES)
def test_the_losses_push_d_and_g_apart(name):
    """At chance: D wants real up and fake down, G wants fakes up, each logit by the same amount."""
    objective = OBJECTIVES[name]
    real, fake = (blind(name).requires_grad_() for _ in range(2))
    objective.d_loss(real, fake).backward()
    assert (real.grad < 0).all() and torch.allclose(fake.grad, -real.grad)
    fake.grad = None
    objective.g_loss(fake, *([real] if objective.paired else [])).backward()
    assert (fake.grad < 0).all()


@pytest.mark.parametrize("name", OBJECTIVES)
def test_chance_is_what_is_measured_where_d_cannot_tell(name):
    objective = OBJECTIVES[name]
    same = blind(name)
    g_loss = objective.g_loss(same, *([same] if objective.paired else []))
    measured = objective.measure(objective.d_loss(same, same), g_loss, same, same)
    assert tuple(measured) == objective.metrics and objective.chance.keys() <= measured.keys()
    assert "d_loss" in objective.chance
    for metric, value in objective.chance.items():
        assert measured[metric].item() == pytest.approx(value, abs=1e-6), metric


def test_metrics_are_probabilities_only_where_they_are_some():
    for name in ("non-saturating", "saturating"):
        assert OBJECTIVES[name].metrics == METRICS
    assert OBJECTIVES["non-saturating"].chance == CHANCE
    for name in OBJECTIVES.keys() - {"non-saturating", "non-saturating-r1", "saturating"}:
        assert OBJECTIVES[name].metrics == ("d_loss", "g_loss", "real_logit", "fake_logit")
        measured = OBJECTIVES[name].measure(REAL.sum(), FAKE.sum(), REAL, FAKE)
        assert measured["real_logit"].item() == pytest.approx(0.5)
        assert measured["fake_logit"].item() == pytest.approx(-2 / 3)


def test_a_hinge_d_learns_nothing_from_what_is_beyond_the_margin():
    real, fake = (torch.tensor([value], requires_grad=True) for value in (1.5, -1.5))
    OBJECTIVES["hinge"].d_loss(real, fake).backward()
    assert real.grad.item() == fake.grad.item() == 0


@pytest.mark.parametrize("name", ["non-saturating", "saturating"])
def test_the_first_two_are_bit_equal_to_the_step_written_out(name):
    ours, plain = (small_gan(objective=name, dropout=0.3) for _ in range(2))
    batches = digits(ours)
    for step in range(5):
        real, labels = next(batches)
        torch.manual_seed(step)
        measured = train_step(ours, real, labels)
        torch.manual_seed(step)
        fake = plain.generator(torch.randn(len(real), 8), labels)
        real_logits = plain.discriminator(real, labels)
        fake_logits = plain.discriminator(fake.detach(), labels)
        d_loss = F.softplus(-real_logits).mean() + F.softplus(fake_logits).mean()
        plain.optimizers["discriminator"].zero_grad()
        d_loss.backward()
        plain.optimizers["discriminator"].step()
        answers = plain.discriminator(fake, labels)
        sign = -1 if name == "non-saturating" else 1
        g_loss = -sign * F.softplus(sign * answers).mean()
        plain.optimizers["generator"].zero_grad()
        g_loss.backward()
        plain.optimizers["generator"].step()
        assert torch.equal(measured["d_loss"], d_loss) and torch.equal(measured["g_loss"], g_loss)
        for role in ("generator", "discriminator"):
            assert torch.equal(weights(ours, role), weights(plain, role)), role


def test_g_learns_after_every_fifth_update_of_a_wasserstein_d():
    gan = small_gan(objective="wasserstein-gp")
    batches, moved = digits(gan), []
    for _ in range(10):
        before = weights(gan, "generator"), weights(gan, "discriminator")
        train_step(gan, *next(batches))
        assert not torch.equal(weights(gan, "discriminator"), before[1])
        moved.append(not torch.equal(weights(gan, "generator"), before[0]))
    assert moved == [False] * 4 + [True] + [False] * 4 + [True]


def test_the_penalty_enters_what_d_minimises_and_not_what_is_measured():
    with_it, without = (
        small_gan(objective="relativistic", penalty=penalty, dropout=0.0) for penalty in (1.0, 0.0)
    )
    real, labels = next(digits(with_it))
    fake = torch.randn_like(real)
    assert without.penalty(real, fake, labels) == 0
    penalty = with_it.penalty(real, fake, labels)
    slopes = []
    for images in (real, fake):  # by hand, image by image
        for image, label in zip(images, labels, strict=True):
            image = image[None].clone().requires_grad_()
            with_it.discriminator(image, label[None]).backward()
            slopes.append(image.grad.square().sum())
    assert penalty.item() == pytest.approx(0.5 * torch.stack(slopes).sum().item() / len(real), rel=1e-4)  # fmt: skip
    losses = []
    for gan in (with_it, without):
        torch.manual_seed(3)
        losses.append(train_step(gan, real, labels)["d_loss"])
    assert torch.equal(*losses), "the same weights, so the same loss before the penalty"
    assert not torch.equal(weights(with_it, "discriminator"), weights(without, "discriminator"))


def test_lazy_penalties_come_every_few_updates_and_weigh_as_much():
    lazy, busy = (
        small_gan(objective="relativistic", penalty_every=every, dropout=0.0) for every in (3, 1)
    )
    real, labels = next(digits(lazy))
    fake = torch.randn_like(real)
    due = []
    for updates in range(7):
        lazy.d_updates = updates
        penalty = lazy.penalty(real, fake, labels)
        due.append(penalty.item() if torch.is_tensor(penalty) else penalty)
    once = busy.penalty(real, fake, labels).item()
    assert due == pytest.approx([3 * once, 0, 0, 3 * once, 0, 0, 3 * once])


def test_a_share_of_the_batch_is_penalised_and_the_mean_is_taken_over_it():
    part, whole = (
        small_gan(objective="relativistic", penalty_share=share, dropout=0.0) for share in (0.3, 1)
    )
    real, labels = next(digits(part))
    fake, count = torch.randn_like(real), int(np.ceil(0.3 * len(real)))
    expected = whole.penalty(real[:count], fake[:count], labels[:count])
    assert part.penalty(real, fake, labels).item() == pytest.approx(expected.item())


def test_penalties_are_computed_in_float32_whatever_the_precision():
    exact, half = (
        small_gan(objective="wasserstein-gp", precision=precision, dropout=0.0)
        for precision in ("float32", "bfloat16")
    )
    real, labels = next(digits(exact))
    found = []
    for gan in (exact, half):
        torch.manual_seed(0)
        found.append(gan.penalty(real, -real, labels))
    assert torch.equal(*found)
    measured = train_step(half, real, labels)
    assert all(torch.isfinite(value) for value in measured.values())


def test_float16_with_a_penalty_scales_up_and_down_again():
    """As on an old GPU: the loss with its penalty is scaled as a whole, and an overflow is skipped."""
    scaled, plain = (small_gan(objective="relativistic", dropout=0.0) for _ in range(2))
    scaled.scalers["discriminator"] = torch.amp.GradScaler("cpu", init_scale=2.0**8)
    real, labels = next(digits(plain))
    for gan in (scaled, plain):
        fake = torch.full_like(real, 0.5)
        loss = gan.objective.d_loss(gan.discriminate(real, labels), gan.discriminate(fake, labels))
        gan.update_discriminator(loss + gan.penalty(real, fake, labels))
    one, other = (weights(gan, "discriminator") for gan in (scaled, plain))
    assert torch.allclose(one, other, atol=1e-6)


def test_batchnorm_and_penalties_exclude_each_other():
    changes = {"size": "16", "width": "8", "objective": "relativistic"}
    recipe = recipes.recipe("anime_dcgan", "reduced", changes)
    with pytest.raises(GancourseError, match=r"this D has BatchNorm.*choose d_norm='none' or 'sp"):
        build(recipe, 0, 16, 0, CPU)
    gan = build(replace(recipe, d_norm="none"), 0, 16, 0, CPU)
    assert not any(isinstance(each, nn.BatchNorm2d) for each in gan.discriminator.modules())
    real = torch.rand(4, 3, 16, 16).to(memory_format=torch.channels_last)
    assert all(torch.isfinite(value) for value in train_step(gan, real, None).values())
    build(replace(recipe, penalty=0.0), 0, 16, 0, CPU)


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_spectral_normalisation_bounds_every_layer(precision):
    changes = {"size": "16", "width": "8", "objective": "hinge", "precision": precision}
    recipe = recipes.recipe("anime_dcgan", "reduced", changes | {"d_norm": "spectral"})
    gan = build(recipe, 0, 16, 0, CPU)
    for _ in range(20):
        measured = train_step(gan, torch.rand(4, 3, 16, 16), None)
    assert all(torch.isfinite(value) for value in measured.values())
    layers = [each for each in gan.discriminator.modules() if isinstance(each, nn.Conv2d)]
    assert len(layers) == 3
    for layer in layers:
        largest = torch.linalg.matrix_norm(layer.weight.detach().flatten(1), 2).item()
        assert largest == pytest.approx(1, abs=0.1)
        assert layer.weight.dtype == torch.float32
    assert gan.logits(np.zeros((2, 16, 16, 3), np.uint8)).shape == (2,)


def test_a_discriminator_without_batchnorm_has_biases():
    with_it, without = DCGANDiscriminator(16, 8), DCGANDiscriminator(16, 8, norm=False)
    assert [each.bias is None for each in with_it.body if isinstance(each, nn.Conv2d)] == [True] * 2
    assert all(each.bias is not None for each in without.body if isinstance(each, nn.Conv2d))


def test_unknown_names_are_refused():
    with pytest.raises(
        GancourseError, match="objective='wgn': must be one of non-saturating, non-sat"
    ):
        small_gan(objective="wgn")
    with pytest.raises(GancourseError, match="d_norm='batch': must be one of none, spectral"):
        small_gan(d_norm="batch")
    with pytest.raises(GancourseError, match="penalty_every=0: must be from 1"):
        small_gan(penalty_every=0)


def test_other_roles_have_optimisers_and_rates_of_their_own():
    """A network that prepares the noise, at a hundredth of the generator's rate, trained with it."""
    torch.manual_seed(0)
    networks = {
        "generator": nn.Linear(2, 2),
        "discriminator": nn.Linear(2, 1),
        "mapping": nn.Linear(2, 2),
    }
    recipe = recipes.Training(lr=0.1, lr_d=0.2, lr_decay=0.5)
    gan = GAN(networks, 2, recipe, CPU, rates={"mapping": 0.001})
    before = {role: weights(gan, role) for role in networks}
    fake = gan.generator(gan.networks["mapping"](torch.randn(8, 2)))
    gan.update(-gan.discriminator(fake).mean(), "generator", "mapping")
    steps = {role: (weights(gan, role) - before[role]).abs().max().item() for role in networks}
    assert steps == pytest.approx({"generator": 0.1, "discriminator": 0, "mapping": 0.001}, rel=1e-3)  # fmt: skip
    gan.set_progress(0.75)
    rates = {role: each.param_groups[0]["lr"] for role, each in gan.optimizers.items()}
    assert rates == pytest.approx({"generator": 0.05, "discriminator": 0.1, "mapping": 0.0005})
    fresh = {
        role: nn.Linear(each.in_features, each.out_features) for role, each in networks.items()
    }
    other = GAN(fresh, 2, recipe, CPU)
    other.load_state_dict(gan.state_dict())
    assert all(torch.equal(weights(gan, role), weights(other, role)) for role in networks)


def test_an_objective_of_ones_own(monkeypatch):
    """One entry is all it takes: a recipe can name it, and history has its metrics and chance."""
    mine = Objective(
        lambda real, fake: (fake - real).mean(), lambda fake: -fake.mean(), {"d_loss": 0.0}
    )
    monkeypatch.setitem(OBJECTIVES, "mine", mine)
    gan = small_gan(objective="mine")
    history = train(gan, digits(gan))
    assert history.metrics == ("d_loss", "g_loss", "real_logit", "fake_logit")
    assert history.chance == {"d_loss": 0.0}
    gap = history["fake_logit"] - history["real_logit"]
    assert np.allclose(history["d_loss"], gap, atol=1e-6)


def test_resumed_equals_uninterrupted_between_two_updates_of_g(tmp_path):
    """Stopped where D has learned twice since G did, and a lazy penalty is not due."""
    changes = {"objective": "wasserstein-gp", "penalty_every": 3, "steps": 20, "ema": 0.9}

    def run(path, **more):
        gan = small_gan(**changes)
        return train(gan, digits(gan), checkpoint=path, checkpoint_every=7, **more)

    class Stopped(Exception):
        pass

    def stop(done):
        if done == 10:
            raise Stopped

    whole = run(tmp_path / "whole.pt")
    with pytest.raises(Stopped):
        run(tmp_path / "parts.pt", every=1, callback=stop)
    assert load_checkpoint(tmp_path / "parts.pt")["done"] == 7
    resumed = run(tmp_path / "parts.pt")
    assert (resumed.values == whole.values).all()
    one, other = (load_checkpoint(tmp_path / f"{each}.pt")["gan"] for each in ("whole", "parts"))
    for role in ("generator", "discriminator"):
        for name, values in one["networks"][role].items():
            assert torch.equal(values, other["networks"][role][name]), f"{role} {name}"


def test_a_step_that_measures_something_else_is_named():
    gan = small_gan(objective="hinge")
    step = lambda gan, real, labels: {"d_loss": torch.zeros(()), "g_loss": torch.zeros(())}  # noqa: E731
    with pytest.raises(GancourseError, match="real_logit"):
        train(gan, digits(gan), step=step)


class Points(nn.Module):
    """Generator or discriminator for points in the plane."""

    def __init__(self, inputs, outputs):
        super().__init__()
        self.body = nn.Sequential(mlp([inputs, 64, 64]), nn.Linear(64, outputs))

    def forward(self, x, labels=None):
        return self.body(x).squeeze(1)


# A Wasserstein D learns five times for each time that G does, and wants no momentum (Gulrajani et al., 2017).
SLOW = {"beta1": 0.0, "beta2": 0.9, "penalty": 0.1}


@pytest.mark.parametrize("name", OBJECTIVES)
def test_trains_the_ring(name):
    """All eight modes are found, and many points lie on them; the untrained generator finds one at most."""
    slow = OBJECTIVES[name].d_steps > 1
    changes = SLOW | {"steps": 2500} if slow else {"steps": 900, "penalty_every": 4}
    recipe = recipes.Training(objective=name, lr=1e-3, lr_d=1e-3, batch=128, **changes)
    ring = mixtures.ring()
    torch.manual_seed(0)
    gan = GAN({"generator": Points(2, 2), "discriminator": Points(2, 1)}, 2, recipe, CPU)
    noise = torch.randn(2000, 2)

    def coverage():
        with torch.no_grad():
            return ring.coverage(gan.generator(noise).numpy())

    modes, good = coverage()
    assert modes <= 1 and good < 0.01
    train(gan, PointBatches(ring, recipe.batch, CPU, 0), progress=False)
    modes, good = coverage()
    assert modes == 8 and good > 0.1


@pytest.mark.parametrize("name", OBJECTIVES)
def test_trains_the_digits(name):
    """The mean of a class's samples is nearer to that class's mean than the mean of all digits is."""
    slow = OBJECTIVES[name].d_steps > 1
    changes = SLOW | {"steps": 2000} if slow else {"steps": 400, "penalty_every": 4}
    changes |= {"g_widths": (64,), "d_widths": (64,), "dropout": 0.0, "lr": 2e-3, "lr_d": 2e-3}
    gan = small_gan(objective=name, **changes)
    known, labels = data.load("digits"), np.arange(200) % 10

    def class_means(images, labels):
        return np.stack([images[labels == each].mean(axis=0) for each in range(10)])

    wanted = class_means(known.images / 255, known.labels)
    blind = np.abs(wanted.mean(axis=0) - wanted).mean()
    assert np.abs(class_means(gan.sample(labels), labels) - wanted).mean() > blind
    history = train(gan, digits(gan), progress=False)
    assert np.isfinite(history.values).all()
    found = np.abs(class_means(gan.sample(labels), labels) - wanted).mean()
    assert found < blind, (found, blind)
