"""The systems, healthy and with each fault."""

import numpy as np
import pytest
import torch
from torch import nn

from gancourse.diagnosis import faults, signatures, systems
from gancourse.diagnosis.signatures import Diagnosis


@pytest.mark.parametrize("fault", [name for name, each in faults.FAULTS.items() if each.step])
def test_samples_come_from_an_average_that_follows_g(fault):
    """Else a fault would be measured on the weights before training."""
    averages = []
    for steps in (2, 4):
        gan, *_, moved = systems.train("digits", fault, steps=steps)
        averages.append(torch.cat([each.ravel() for each in gan.ema.network.parameters()]))
    assert torch.equal(*averages) == (moved["g_moved"] == 0)


@pytest.mark.parametrize("name", faults.FAULTS)
def test_every_fault_trains_and_differs_from_the_healthy_run(name):
    system = faults.FAULTS[name].system
    runs = [systems.train(system, each, steps=3) for each in (name, None, name)]
    ill, well, again = (history.values for _, _, history, _ in runs)
    assert np.isfinite(ill).all() and not np.array_equal(ill, well)
    assert np.array_equal(ill, again)


@pytest.mark.parametrize("system", systems.RECIPES)
def test_what_is_measured_of_each_system(system):
    run = systems.run(system, steps=3)
    assert Diagnosis().ranges[system].keys() <= run.metrics.keys() <= signatures.METRICS.keys()
    assert len(run.samples) == systems.SAMPLES[system] and np.isfinite(run.samples).all()


def weights(network):
    return torch.cat([each.detach().flatten().clone() for each in network.parameters()])


@pytest.mark.parametrize(
    ("name", "g_moves", "d_moves"), [("frozen-d", True, False), ("wrong-optimizer", False, True)]
)
def test_steps_that_leave_a_network_out(name, g_moves, d_moves):
    *_, moved = systems.train("digits", name, steps=3)
    assert (moved["g_moved"] > 0, moved["d_moved"] > 0) == (g_moves, d_moves)


def test_a_repair_replaces_the_faults_step_and_settings():
    def values(*arguments, **changes):
        return systems.train(*arguments, steps=3, **changes)[2].values

    repaired = values("digits", "frozen-d", step=systems.train_step)
    assert np.array_equal(repaired, values("digits"))
    assert np.array_equal(values("ring", "ring-collapse", lr=5e-4), values("ring"))


def test_missing_detach_changes_the_noise_that_is_drawn_and_no_gradient():
    """Up to the second generation of fakes in a step the arithmetic is the same, so the first D step is."""
    gans = [systems._images(systems.RECIPES["digits"], None, 0) for _ in range(2)]
    for (gan, batches), step in zip(gans, (faults.no_detach, systems.train_step), strict=True):
        torch.manual_seed(1)
        step(gan, *next(batches))
    (plain, _), (detached, _) = gans
    assert torch.allclose(weights(plain.discriminator), weights(detached.discriminator), atol=1e-7)


def test_networks_are_changed_as_the_fault_says():
    recipe = systems.RECIPES["faces"]
    kinds = {}
    for name in ("no-normalization", "eps-08", "uneven-kernels"):
        gan, _ = systems._images(recipe, faults.FAULTS[name], 0)
        kinds[name] = list(gan.generator.modules()) + list(gan.discriminator.modules())
        assert gan.sample(2).shape == (2, 32, 32, 3)
    assert not any(isinstance(each, nn.BatchNorm2d) for each in kinds["no-normalization"])
    assert {each.eps for each in kinds["eps-08"] if isinstance(each, nn.BatchNorm2d)} == {0.8}
    up = [each for each in kinds["uneven-kernels"] if isinstance(each, nn.ConvTranspose2d)]
    assert [each.kernel_size for each in up] == [(4, 4), (3, 3), (3, 3), (3, 3)]


def test_fifty_faces_are_fifty():
    _, batches = systems._images(systems.RECIPES["faces"], faults.FAULTS["fifty-faces"], 0)
    assert len(np.unique(batches.images.numpy().reshape(len(batches.images), -1), axis=0)) == 50
