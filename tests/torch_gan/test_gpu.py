"""What only a GPU can show. Skipped where there is none; each test says what it would catch."""

import numpy as np
import pytest
import torch

from gancourse import data, recipes
from gancourse.torch_gan import Batches, build, train, train_step
from gancourse.torch_gan.random_state import random_state, undisturbed

pytestmark = pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
DRAWN = {"size": 16, "width": 8, "latent": 8, "steps": 40, "batch": 16}
LAZY = {"objective": "non-saturating-r1", "d_norm": "none", "penalty_every": 4}


def start(**changes):
    recipe = recipes.recipe("anime_dcgan", "reduced", DRAWN | changes)
    gan = build(recipe, 0, recipe.size, 0)
    faces = data.load(recipe.data, size=recipe.size)
    return gan, Batches(faces, recipe.batch, recipe.pixels, gan.device, 0)


@pytest.mark.parametrize("precision", ["float32", "bfloat16", "float16", "auto"])
@pytest.mark.parametrize("changes", [{}, LAZY], ids=["BatchNorm", "R1"])
def test_a_dcgan_trains_in_every_precision(precision, changes):
    """A dtype that reaches a loss or a penalty; a scaler that never recovers from its first scale."""
    gan, batches = start(precision=precision, **changes)
    before = [weight.detach().clone() for weight in gan.generator.parameters()]
    history = train(gan, batches, progress=False)
    assert np.isfinite(history.values).all()
    assert all(
        not torch.equal(one, other)
        for one, other in zip(before, gan.generator.parameters(), strict=True)
    )
    assert np.isfinite(gan.sample(4)).all()


def test_the_game_is_the_one_of_the_processor():
    """A wrong kernel, a wrong layout of images or weights: same weights, batch and noise, float32 without TF32."""
    recipe = recipes.recipe("anime_dcgan", "reduced", DRAWN | {"precision": "float32"})
    noise = torch.randn(16, 8, generator=torch.Generator().manual_seed(1))
    measured = []
    for device in (torch.device("cpu"), torch.device("cuda")):
        gan = build(recipe, 0, recipe.size, 0, device)
        gan.noise = lambda count, device=device: noise.to(device)
        faces = data.load(recipe.data, size=recipe.size)
        batches = Batches(faces, recipe.batch, recipe.pixels, device, 0)
        measured.append(train(gan, batches, steps=3, progress=False).values)
    assert abs(measured[0] - measured[1]).max() < 1e-2


def test_images_and_weights_are_channels_last():
    """A copy in another layout in every layer: right, and slower."""
    gan, batches = start()
    real, _ = next(batches)
    assert real.is_contiguous(memory_format=torch.channels_last)
    fake = gan.generate(gan.noise(16))
    assert fake.is_contiguous(memory_format=torch.channels_last)
    weights = [w for w in gan.discriminator.parameters() if w.ndim == 4 and w.shape[1] > 1]
    assert all(weight.is_contiguous(memory_format=torch.channels_last) for weight in weights)


@pytest.mark.parametrize("precision", ["float32", "float16"])
@pytest.mark.parametrize("changes", [{}, LAZY], ids=["BatchNorm", "R1"])
def test_deterministic_runs_resume_bit_for_bit(tmp_path, precision, changes):
    """A random state of the card or a scaler that is not in the checkpoint; a kernel that adds in any order."""
    changes = {"deterministic": True, "precision": precision} | changes
    whole = train(*start(**changes), progress=False)
    path = tmp_path / "checkpoint.pt"

    def stop(done):
        if done == 25:
            raise KeyboardInterrupt

    gan, batches = start(**changes)
    with pytest.raises(KeyboardInterrupt):
        train(gan, batches, checkpoint=path, checkpoint_every=10, every=1, callback=stop)
    torch.randn(5, device="cuda")  # whatever happened in between
    resumed = train(*start(**changes), checkpoint=path, checkpoint_every=10, progress=False)
    assert (resumed.values == whole.values).all()


def test_a_step_reads_nothing_back():
    """A `.item()` or a copy to the host in the loop: Python would wait for the card in every step."""
    gan, batches = start(precision="bfloat16")  # float16's scaler does look at the gradients
    train(gan, batches, steps=5, progress=False)
    torch.cuda.set_sync_debug_mode("error")
    try:
        for _ in range(3):
            train_step(gan, *next(batches))
    finally:
        torch.cuda.set_sync_debug_mode("default")


def test_the_random_state_of_the_card_is_left_alone():
    """Sampling or opening a run in the middle of a training, which must not change what comes after."""
    device = torch.device("cuda")
    gan, _ = start()
    before = random_state(device)
    with undisturbed(device):
        torch.manual_seed(1)
        torch.randn(3, device=device)
    gan.sample(4)
    after = random_state(device)
    assert all(torch.equal(before[key], after[key]) for key in before)
