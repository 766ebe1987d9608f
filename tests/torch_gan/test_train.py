import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from a_state import same_state

from gancourse import GancourseError, data, recipes
from gancourse.torch_gan import Batches, build, train, train_step
from gancourse.torch_gan.checkpoint import load_checkpoint

CPU = torch.device("cpu")


def start(seed=0, **changes):
    recipe = recipes.recipe("mnist_cgan", "reduced", {"steps": 40, **changes})
    gan = build(recipe, 10, 8, seed, CPU)
    return gan, Batches(data.load("digits"), recipe.batch, recipe.pixels, CPU, seed)


def test_history_and_callback():
    gan, batches = start()
    called = []
    history = train(gan, batches, every=10, callback=called.append)
    assert called == [0, 10, 20, 30, 40]
    assert history.values.shape == (40, 4) and history.values.dtype == np.float32
    assert (history["d_loss"] == history.values[:, 0]).all()
    assert history["images_seen"][[0, -1]].tolist() == [64, 40 * 64]
    curves = history.curves(points=10)
    assert len(curves["g_loss"]) == 10 and curves["images_seen"][-1] == 40 * 64
    assert np.mean(curves["g_loss"]) == pytest.approx(history["g_loss"].mean(), abs=1e-4)


def test_the_step_of_the_caller_is_the_one_that_runs():
    gan, batches = start(steps=3)
    seen = []

    def step(gan, real, labels):
        seen.append(len(real))
        return train_step(gan, real, labels)

    train(gan, batches, step=step)
    assert seen == [64, 64, 64]


def test_same_seed_same_run():
    values = [train(*start(seed)).values for seed in (0, 0, 1)]
    assert (values[0] == values[1]).all() and not (values[0] == values[2]).all()


@pytest.mark.parametrize(
    "changes", [{}, {"noise": "recycled", "ema": 0.0}, {"lr_decay": 0.5, "precision": "bfloat16"}]
)
def test_resumed_equals_uninterrupted(tmp_path, changes):
    whole = train(*start(**changes), checkpoint=tmp_path / "whole.pt", checkpoint_every=7)

    class Stopped(Exception):
        pass

    def stop(done):
        if done == 24:
            raise Stopped

    with pytest.raises(Stopped):
        gan, batches = start(**changes)
        train(
            gan,
            batches,
            checkpoint=tmp_path / "parts.pt",
            checkpoint_every=7,
            every=1,
            callback=stop,
        )
    assert load_checkpoint(tmp_path / "parts.pt")["done"] == 21
    resumed = train(*start(**changes), checkpoint=tmp_path / "parts.pt", checkpoint_every=7)
    assert (resumed.values == whole.values).all()
    assert same_state(tmp_path / "whole.pt", tmp_path / "parts.pt")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
@pytest.mark.parametrize(("recipe", "steps"), [("mnist_cgan", "1500"), ("anime_dcgan", "1500")])
def test_three_kills_at_random_moments_change_nothing(recipe, steps):
    """The real thing: the command, killed by SIGKILL and resumed; `make bench` does it twenty times."""
    script = Path(__file__).parents[2] / "benchmarks" / "resume.py"
    done = subprocess.run(
        [sys.executable, script, "--kills", "3", "--steps", steps, "--recipe", recipe],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.endswith(f"3 kills, {int(steps):,} steps: bit-equal\n")


def test_another_precision_is_another_run(tmp_path):
    path = tmp_path / "checkpoint.pt"
    train(*start(), checkpoint=path)
    gan, batches = start()
    gan.precision = torch.bfloat16
    with pytest.raises(GancourseError, match=r"precision: 'torch\.float32' there"):
        train(gan, batches, checkpoint=path)


def test_threads_are_given_back():
    before = torch.get_num_threads()
    inside = []

    def step(gan, real, labels):
        inside.append(torch.get_num_threads())
        return train_step(gan, real, labels)

    train(*start(steps=1, threads=1), step=step)
    assert inside == [1] and torch.get_num_threads() == before


def test_a_checkpoint_of_another_run_is_refused(tmp_path):
    path = tmp_path / "checkpoint.pt"
    train(*start(), checkpoint=path, identity={"seed": 0})
    with pytest.raises(
        GancourseError, match=r"made by another run \(lr: 0\.001 there, 0\.02 here\)"
    ):
        train(*start(lr=0.02), checkpoint=path, identity={"seed": 0})
    with pytest.raises(GancourseError, match="seed: 0 there, 1 here"):
        train(*start(seed=1), checkpoint=path, identity={"seed": 1})
    assert load_checkpoint(path)["done"] == 40, "the refused run has not touched it"


@pytest.mark.parametrize("content", [b"", b"not a checkpoint", None])
def test_damaged_checkpoints_are_named(tmp_path, content):
    path = tmp_path / "checkpoint.pt"
    train(*start(), checkpoint=path)
    path.write_bytes(path.read_bytes()[:-1000] if content is None else content)
    with pytest.raises(GancourseError, match=r"checkpoint\.pt is not a readable checkpoint"):
        train(*start(), checkpoint=path)


def test_a_checkpoint_runs_no_code(tmp_path):
    class Evil:
        def __reduce__(self):
            return (open, (str(tmp_path / "owned"), "w"))

    torch.save({"format": 2, "identity": Evil()}, tmp_path / "evil.pt")
    with pytest.raises(GancourseError, match="not a readable checkpoint"):
        load_checkpoint(tmp_path / "evil.pt")
    assert not (tmp_path / "owned").exists()


def test_divergence_is_an_error_and_keeps_the_last_good_checkpoint(tmp_path):
    path = tmp_path / "checkpoint.pt"

    def step(gan, real, labels):
        measured = train_step(gan, real, labels)
        step.count += 1
        return measured | ({"g_loss": torch.tensor(float("nan"))} if step.count == 15 else {})

    step.count = 0
    with pytest.raises(GancourseError, match="no longer finite at step 15"):
        train(*start(), step=step, checkpoint=path, checkpoint_every=10)
    assert load_checkpoint(path)["done"] == 10


def test_quiet_when_not_a_terminal(capsys):
    train(*start(steps=2))
    captured = capsys.readouterr()
    assert captured.out == captured.err == ""
