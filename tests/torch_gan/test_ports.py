"""What the appendix claims: equal counts, outputs and first steps, and that each trap would show."""

import copy
from functools import cache

import numpy as np
import pytest
import torch
from torch import nn

from gancourse import GancourseError, keras_gan, recipes, torch_gan
from gancourse.torch_gan import ports

import keras  # isort: skip  after gancourse.keras_gan, which turns TensorFlow's log down

G_WIDTHS, D_WIDTHS, SIZE, COUNT = (16, 8, 4), (4, 8, 16, 32), 32, 8
NOISE = np.random.default_rng(0).normal(size=(COUNT, 100))
REAL = np.random.default_rng(1).integers(0, 256, (COUNT, SIZE, SIZE, 3), np.uint8)
to_numpy = keras.ops.convert_to_numpy


@cache
def keras_pair(dtype="float32", g_widths=G_WIDTHS, d_widths=D_WIDTHS, rates=()):
    """Generator and discriminator of Keras, and what they make of NOISE and REAL in inference and training mode.

    No weight is at its initial 0 or 1.
    """
    generator, discriminator = networks = fresh_pair(dtype, g_widths, d_widths, rates)
    rng = np.random.default_rng(2)
    for layer in (*generator.layers, *discriminator.layers):
        layer.set_weights([a + rng.normal(0, 0.05, a.shape) for a in layer.get_weights()])
    copies = ports_of(networks, dtype, g_widths, d_widths, rates)  # before running statistics move
    outputs = {}
    for training in (False, True):
        images = to_numpy(generator(NOISE.astype(dtype), training=training))
        logits = to_numpy(discriminator((REAL / 127.5 - 1).astype(dtype), training=training))
        assert images.std() > 0.01 and logits.std() > 0.01, "constant outputs would agree too"
        outputs[training] = images, logits[:, 0]
    return copies, outputs


def fresh_pair(dtype="float32", g_widths=G_WIDTHS, d_widths=D_WIDTHS, rates=()):
    keras.utils.set_random_seed(0)
    keras.config.set_dtype_policy(dtype)
    networks = (
        keras_gan.build_generator(SIZE, g_widths),
        keras_gan.build_discriminator(SIZE, d_widths, rates),
    )
    keras.config.set_dtype_policy("float32")
    return networks


def ports_of(networks, dtype="float32", g_widths=G_WIDTHS, d_widths=D_WIDTHS, rates=()):
    copies = ports.Generator(SIZE, g_widths), ports.Discriminator(SIZE, d_widths, rates)
    for network, port in zip(networks, copies, strict=True):
        ports.copy_weights(network, port.to(getattr(torch, dtype)))
    return copies


def gaps(copies, outputs, training, dtype="float32"):
    """The largest difference of the images, and of the logits."""
    noise, real = NOISE.astype(dtype), (REAL / 127.5 - 1).astype(dtype)
    with torch.no_grad():
        images = copies[0].train(training)(torch.tensor(noise))
        logits = copies[1].train(training)(torch.tensor(real).permute(0, 3, 1, 2))
    assert images.shape == (COUNT, 3, SIZE, SIZE) and logits.shape == (COUNT,)
    found = images.permute(0, 2, 3, 1).numpy(), logits.numpy()
    return tuple(
        abs(one - other).max() for one, other in zip(found, outputs[training], strict=True)
    )


def batch_norms(network):
    return [each for each in network.modules() if isinstance(each, nn.BatchNorm2d)]


def test_parameter_counts_of_the_report():
    assert torch_gan.count_parameters(ports.Generator(64)) == 8_328_003
    assert torch_gan.count_parameters(ports.Discriminator(64)) == 706_977


def test_equal_outputs_in_inference_mode():
    assert max(gaps(*keras_pair(rates=(0.25, 0.25, 0.4, 0.4)), training=False)) < 1e-5


@pytest.mark.parametrize(
    "widths", [(G_WIDTHS, D_WIDTHS), ((8,), (4, 8)), ((8, 4), (4, 4, 8, 8, 8))], ids=str
)
def test_equal_outputs_in_training_mode(widths):
    """In 64 bits: with 32, rounding in BatchNorm's sums is larger than 1e-5."""
    assert max(gaps(*keras_pair("float64", *widths), training=True, dtype="float64")) < 1e-5


def one_step(eps):
    """A step of both trainers from the same weights, with the same noise and batch, Adam's eps in PyTorch as given."""
    in_keras = fresh_pair()
    in_torch = ports_of(in_keras)
    theirs = keras_gan.GAN(*in_keras)
    theirs.compile(keras.optimizers.Adam(2e-4, 0.5), keras.optimizers.Adam(2e-4, 0.5))
    recipe = recipes.Training(lr=2e-4, lr_d=2e-4, beta1=0.5, beta2=0.999)
    networks = dict(zip(("generator", "discriminator"), in_torch, strict=True))
    ours = torch_gan.GAN(networks, 100, recipe, torch.device("cpu"))
    for optimizer in ours.optimizers.values():
        optimizer.param_groups[0]["eps"] = eps
    theirs.noise = lambda count: keras.ops.convert_to_tensor(NOISE.astype("float32"))
    ours.noise = lambda count: torch.tensor(NOISE, dtype=torch.float32)
    real = torch.tensor(REAL).permute(0, 3, 1, 2) * (2 / 255) - 1
    measured = theirs.train_step(REAL), torch_gan.train_step(ours, real, None)
    return measured, ports_of(in_keras), in_torch


@pytest.fixture(scope="module")
def step():
    return one_step(eps=1e-7)


@pytest.mark.parametrize("name", ["d_loss", "g_loss", "real_score", "fake_score"])
def test_equal_losses_and_scores_of_a_first_step(step, name):
    in_keras, in_torch = step[0]
    assert abs(float(to_numpy(in_keras[name])) - in_torch[name].item()) < 1e-4


def test_the_generators_loss_depends_on_the_discriminators_update(step):
    """So that equal losses say something about gradients and optimisers."""
    generator, discriminator = ports_of(fresh_pair())
    noise = torch.tensor(NOISE, dtype=torch.float32)
    unmoved = torch_gan.non_saturating_loss(discriminator(generator(noise)))
    assert abs(unmoved.item() - step[0][1]["g_loss"].item()) > 1e-3


def test_equal_running_statistics_after_a_first_step(step):
    _, after, ours = step
    sides, updates = (8, 16, 16, 32, 16, 8, 4), (1, 1, 1, 1, 3, 3, 3)
    pairs = zip(
        *([norm for net in nets for norm in batch_norms(net)] for nets in (after, ours)),
        strict=True,
    )
    uncorrected = []
    for (one, other), side, times in zip(pairs, sides, updates, strict=True):
        assert torch.allclose(one.running_mean, other.running_mean, rtol=1e-4, atol=1e-4)
        # PyTorch's estimate divides by N - 1, Keras' by N
        count, rest = COUNT * side**2, 0.8**times  # left of the 1 it began with
        corrected = rest + (other.running_var - rest) * (count - 1) / count
        assert torch.allclose(one.running_var, corrected, rtol=1e-4, atol=1e-4)
        uncorrected.append(((other.running_var - rest) / (one.running_var - rest)).mean().item())
    assert uncorrected[-1] == pytest.approx(128 / 127, abs=1e-3)


def test_weights_after_a_first_step_agree_where_eps_does(step):
    """Keras adds eps before it corrects v for its start at zero: in PyTorch's terms it is larger."""

    def far(after, ours):
        off = [
            abs(one - other).flatten() / 2e-4
            for nets in zip(after, ours, strict=True)
            for one, other in zip(*(net.parameters() for net in nets), strict=True)
        ]
        return (torch.cat(off) > 0.01).float().mean().item()

    _, *matched = one_step(eps=1e-7 / (1 - 0.999) ** 0.5)
    _, *same_number = step
    assert 5 * far(*matched) < far(*same_number)


def test_adams_first_update():
    gradients = np.float32([1e-3, 1e-6, 1e-7])
    variable = keras.Variable(np.zeros(3, np.float32))
    keras.optimizers.Adam(1.0, 0.5).apply([keras.ops.convert_to_tensor(gradients)], [variable])
    for eps, equal in ((1e-7 / (1 - 0.999) ** 0.5, True), (1e-7, False), (1e-8, False)):
        weights = nn.Parameter(torch.zeros(3))
        weights.grad = torch.tensor(gradients)
        torch.optim.Adam([weights], 1.0, (0.5, 0.999), eps).step()
        assert np.allclose(weights.detach(), to_numpy(variable), atol=1e-3) == equal


def spring(trap, port):
    """Undo one correction in a port, as somebody who does not know of it would."""
    for module in port.modules():
        if trap == "default slope" and isinstance(module, nn.LeakyReLU):
            module.negative_slope = nn.LeakyReLU().negative_slope
        if trap == "BatchNorm2d(n, 0.8)" and isinstance(module, nn.BatchNorm2d):
            module.eps = nn.BatchNorm2d(1, 0.8).eps
        if trap == "default eps" and isinstance(module, nn.BatchNorm2d):
            module.eps = nn.BatchNorm2d(1).eps
        if trap == "padding the other way round" and isinstance(module, nn.ZeroPad2d):
            module.padding = (2, 1, 2, 1)
    if trap == "channels first":  # numbered as PyTorch numbers the maps
        if isinstance(port, ports.Generator):
            weight = port.project.weight
            weight.data = weight.data.view(16, 8, 8, -1).permute(1, 2, 0, 3).flatten(0, 2)
        else:
            weight = port.to_logit.weight
            weight.data = weight.data.view(1, 32, 4, 4).permute(0, 2, 3, 1).flatten(1)


@pytest.mark.parametrize(
    ("trap", "shows_in_g", "shows_in_d"),
    [
        ("default slope", False, True),
        ("BatchNorm2d(n, 0.8)", True, True),
        ("default eps", True, True),
        ("padding the other way round", True, True),
        ("channels first", True, True),
    ],
)
@pytest.mark.parametrize("training", [False, True])
def test_a_trap_shows(trap, shows_in_g, shows_in_d, training):
    copies, outputs = keras_pair()
    copies = copy.deepcopy(copies)
    for port in copies:
        spring(trap, port)
    g_gap, d_gap = gaps(copies, outputs, training)
    assert (g_gap > 3e-4) == shows_in_g and (d_gap > 3e-4) == shows_in_d, (g_gap, d_gap)


@pytest.mark.parametrize(
    ("size", "stride", "zeros"), [(8, 1, (1, 2)), (8, 2, (1, 1)), (7, 2, (1, 2)), (7, 1, (1, 2))]
)
def test_same_padding_of_even_kernels(size, stride, zeros):
    rng = np.random.default_rng(0)
    image = rng.normal(size=(1, size, size, 2)).astype("float32")
    kernel = rng.normal(size=(4, 4, 2, 3)).astype("float32")
    expected = to_numpy(keras.ops.conv(image, kernel, stride, "same"))
    padded = nn.ZeroPad2d(zeros * 2)(torch.tensor(image).permute(0, 3, 1, 2))
    ours = nn.functional.conv2d(padded, torch.tensor(kernel).permute(3, 2, 0, 1), stride=stride)
    assert np.allclose(ours.permute(0, 2, 3, 1), expected, atol=1e-5)


def test_batch_norm_is_keras_own_but_for_the_running_variance():
    values = np.random.default_rng(0).normal(3, 2, (2, 2, 2, 5)).astype("float32")
    theirs, ours = keras.layers.BatchNormalization(momentum=0.8), ports.batch_norm(5)
    expected = to_numpy(theirs(values, training=True))
    found = ours(torch.tensor(values).permute(0, 3, 1, 2)).detach().permute(0, 2, 3, 1)
    assert np.allclose(found, expected, atol=1e-5)
    assert np.allclose(ours.running_mean, to_numpy(theirs.moving_mean), atol=1e-5)
    share = (ours.running_var.numpy() - 0.8) / (to_numpy(theirs.moving_variance) - 0.8)
    assert np.allclose(share, 8 / 7, atol=1e-4)


def test_networks_that_do_not_match_are_left_alone():
    generator = ports.Generator(SIZE, G_WIDTHS)
    before = generator.project.weight.clone()
    for other in (
        keras_gan.build_generator(SIZE, (8, 4, 2)),
        keras_gan.build_generator(SIZE, (16,)),
    ):
        with pytest.raises(GancourseError, match="differ in their layers"):
            ports.copy_weights(other, generator)
    assert torch.equal(generator.project.weight, before)


@pytest.mark.parametrize("size", [0, 4, 30, -8])
def test_sizes_that_do_not_halve_three_times(size):
    for network in (ports.Generator, ports.Discriminator):
        with pytest.raises(GancourseError, match=f"size={size}: must be a multiple of 8"):
            network(size)


def test_one_dropout_rate_for_each_convolution():
    with pytest.raises(GancourseError, match="2 dropout rates for 4 convolutions"):
        ports.Discriminator(SIZE, D_WIDTHS, (0.1, 0.2))
