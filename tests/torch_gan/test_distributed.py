"""Two processes on this processor train as one does: equal losses, equal networks, one checkpoint, clear ends."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import torch
import two_processes
from a_state import same_state

from gancourse import GancourseError, launch
from gancourse.runs import read_record
from gancourse.torch_gan import distributed, train
from gancourse.torch_gan.checkpoint import load_checkpoint

pytestmark = pytest.mark.skipif(
    not torch.distributed.is_available() or not torch.distributed.is_gloo_available(),
    reason="this PyTorch was built without torch.distributed",
)


def torchrun(*arguments):
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2"]
    return subprocess.run([*command, *map(str, arguments)], capture_output=True, text=True)


@pytest.fixture(scope="module")
def seen(tmp_path_factory):
    """What two processes saw of their training."""
    out = tmp_path_factory.mktemp("two") / "seen.json"
    done = torchrun(two_processes.__file__, out)
    assert done.returncode == 0, done.stderr
    return json.loads(out.read_text())


def test_two_processes_share_each_batch(seen):
    assert seen["size"] == 2 and seen["ranks"] == [0, 1] and seen["rows"] == 32


def test_without_batchnorm_and_dropout_they_play_the_game_of_one_process(seen):
    """Same weights, same order, same noise: the losses differ by rounding."""
    alone = train(*two_processes.start("mnist_cgan", two_processes.DIGITS, launch.World()))
    assert abs(np.array(seen["losses"]) - alone.values).max() < 1e-5
    assert abs(np.diff(alone["d_loss"])).max() > 1e-3, "the losses move by far more"


def test_networks_statistics_average_and_optimisers_agree(seen):
    assert set(seen["apart with BatchNorm"].values()) == {0.0}
    assert set(seen["apart with dropout"].values()) == {0.0} and seen["masks differ"]
    first, second = seen["histories"]
    assert first == second, "the history is the mean over both"


def test_resumed_equals_uninterrupted(seen):
    assert seen["resumed equal"] and seen["checkpoints equal"] and seen["states kept"] == 2


def test_what_cannot_be_shared_is_refused(seen):
    assert "batch=63 cannot be shared equally by 2 processes" in seen["errors"]["shared unequally"]
    assert "stays with one process" in seen["errors"]["recycled"]
    assert seen["errors"]["everywhere"] == ["raised in process 0"] * 2


def pair(folder, *arguments, steps):
    """The command in two processes, started one by one as a cluster's scheduler would."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = [f"steps={steps}", "g_widths=32", "d_widths=32", "ema=0.9"]
    command = [sys.executable, "-m", "gancourse", "train", "mnist_cgan", "--budget", "reduced"]
    command += [word for each in settings for word in ("--set", each)]
    command += ["--out", str(folder), "--checkpoint-every", "20", *arguments]
    place = {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port), "WORLD_SIZE": "2"}
    return [
        subprocess.Popen(
            command,
            env=os.environ | place | {"RANK": rank, "LOCAL_RANK": rank, "OMP_NUM_THREADS": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for rank in ("0", "1")
    ]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_one_is_killed_the_other_says_so_and_both_resume(tmp_path):
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    for process in pair(whole, steps=400):
        out, error = process.communicate()
        assert process.returncode == 0, error
    assert read_record(whole)["processes"] == 2 and not out, "the second process says nothing"

    survivor, victim = pair(broken, steps=400)
    checkpoint = broken / "checkpoint.pt"
    while survivor.poll() is None and not _is_under_way(checkpoint):
        time.sleep(0.02)
    victim.send_signal(signal.SIGKILL)
    victim.communicate()
    _, error = survivor.communicate()
    assert survivor.returncode == 1 and "Traceback" not in error
    assert "(process 0 of 2): another process of this training has ended" in error
    assert "--resume goes on from the last checkpoint" in error
    assert 0 < load_checkpoint(checkpoint)["done"] < 400

    alone = [sys.executable, "-m", "gancourse", "train", "mnist_cgan", "--budget", "reduced"]
    alone += ["--set", "steps=400", "--set", "g_widths=32", "--set", "d_widths=32"]
    alone += ["--set", "ema=0.9", "--out", str(broken), "--resume"]
    refused = subprocess.run(alone, capture_output=True, text=True)
    assert refused.returncode == 1 and "processes: 2 there, 1 here" in refused.stderr

    for process in pair(broken, "--resume", steps=400):
        _, error = process.communicate()
        assert process.returncode == 0, error
    assert same_state(whole / "checkpoint.pt", checkpoint)


def _is_under_way(checkpoint: Path) -> bool:
    """Whether there is a checkpoint after the first step."""
    return checkpoint.exists() and load_checkpoint(checkpoint)["done"] > 0


def test_keras_recipes_are_refused_with_the_names_of_those_that_can(monkeypatch):
    from gancourse.keras_gan import backend

    monkeypatch.setenv("WORLD_SIZE", "2")
    with pytest.raises(GancourseError, match=r"trains in one process.*mnist_cgan, anime_dcgan"):
        backend.world()
    monkeypatch.delenv("WORLD_SIZE")
    assert backend.world().size == 1


def test_more_processes_than_devices_are_refused(monkeypatch):
    """By what `torchrun` says and PyTorch counts; no device is touched."""
    monkeypatch.setenv("WORLD_SIZE", "2")
    monkeypatch.setenv("LOCAL_RANK", "1")
    monkeypatch.setattr(distributed.runtime, "device", lambda: torch.device("cuda"))
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 1)
    with pytest.raises(GancourseError, match=r"finds 1 devices.*--nproc-per-node"):
        distributed.device()
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    chosen = []
    monkeypatch.setattr(torch.cuda, "set_device", chosen.append)
    assert distributed.device() == torch.device("cuda", 1) and chosen == [1]
