"""A recorded step: where it may be used, and on a GPU that it is the step it was recorded from."""

import pytest
import torch

from gancourse import GancourseError, data, recipes
from gancourse.torch_gan import Batches, GraphedStep, build, fastest_step, train, train_step

gpu_only = pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
DRAWN = {"size": 16, "width": 8, "latent": 8, "steps": 20, "batch": 16}


def drawn_gan(device=None, **changes):
    recipe = recipes.recipe("anime_dcgan", "reduced", DRAWN | changes)
    return build(recipe, 0, recipe.size, 0, device)


def test_on_a_cpu_the_step_stays_as_it_is_and_a_recording_is_refused():
    gan = drawn_gan(torch.device("cpu"))
    assert fastest_step(gan) is train_step
    with pytest.raises(GancourseError, match=r"on cpu, not on an NVIDIA GPU.*step=train_step"):
        GraphedStep()(gan, torch.zeros(4, 3, 16, 16), None)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"lr_decay": 0.5}, "learning rates"),
        ({"objective": "wasserstein-gp", "d_norm": "none"}, "G only now and then"),
        ({"objective": "relativistic", "d_norm": "none", "penalty_every": 4}, "penalty_every=4"),
    ],
)
def test_a_recipe_whose_steps_differ_is_refused(changes, reason):
    gan = drawn_gan(torch.device("cpu"), **changes)
    gan.device = torch.device("cuda")  # the recipe is what matters here
    assert fastest_step(gan) is train_step
    with pytest.raises(GancourseError, match=reason):
        GraphedStep()(gan, torch.zeros(4, 3, 16, 16), None)


def test_a_step_trains_one_gan_only(monkeypatch):
    gan, other, step = (*(drawn_gan(torch.device("cpu")) for _ in range(2)), GraphedStep())
    monkeypatch.setattr(GraphedStep, "_aside", lambda self, gan, real, labels: {})
    gan.device = other.device = torch.device("cuda")
    step(gan, torch.zeros(4, 3, 16, 16), None)
    with pytest.raises(GancourseError, match="a GraphedStep for each"):
        step(other, torch.zeros(4, 3, 16, 16), None)


def fixed_noise(gan, batch):
    noise = torch.randn(batch, gan.latent, generator=torch.Generator().manual_seed(1))
    noise = noise.to(gan.device)
    gan.noise = lambda count: noise
    return gan


@gpu_only
@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_a_recorded_step_trains_as_the_step_does(precision):
    """Losses of 20 steps, D's number of updates, the moving average and its statistics."""
    histories, gans = [], []
    for recorded in (False, True):
        gan = fixed_noise(drawn_gan(precision=precision), DRAWN["batch"])
        faces = data.load("faceworld-anime", size=16)
        batches = Batches(faces, gan.recipe.batch, "tanh", gan.device, 0)
        gan.sample(2)  # the average's statistics are estimated: training has to undo that
        step = GraphedStep() if recorded else train_step
        histories.append(train(gan, batches, step=step, progress=False).values)
        gans.append(gan)
    tolerance = 1e-3 if precision == "float32" else 2e-2
    assert abs(histories[0] - histories[1]).max() < tolerance
    assert gans[0].d_updates == gans[1].d_updates == DRAWN["steps"]
    assert abs(gans[0].sample(8) - gans[1].sample(8)).max() < 10 * tolerance


@gpu_only
def test_a_recorded_step_draws_new_noise_and_dropout_each_time():
    recipe = recipes.recipe("mnist_cgan", "reduced", {"precision": "auto", "dropout": 0.5})
    gan, step = build(recipe, 10, 8, 0), GraphedStep()
    assert fastest_step(gan) is not train_step
    real, labels = next(Batches(data.load("digits"), 64, "tanh", gan.device, 0))
    for optimizer in gan.optimizers.values():
        optimizer.param_groups[0]["lr"] = 0.0  # so that nothing but chance differs
    losses = [step(gan, real, labels)["d_loss"].item() for _ in range(10)]
    assert len(set(losses)) == 10


@gpu_only
def test_another_batch_reaches_the_recording():
    gan, step = drawn_gan(), GraphedStep()
    dark, light = torch.full((2, 16, 3, 16, 16), -1.0, device=gan.device) * torch.tensor(
        [1.0, -1.0], device=gan.device
    ).view(2, 1, 1, 1, 1)
    seen = []
    for batch in (dark, light) * 8:
        seen.append(step(gan, batch, None)["real_score"].item())
    assert abs(seen[-1] - seen[-2]) > 1e-4
