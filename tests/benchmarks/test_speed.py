"""The fast loop plays the same game as the plain one, and leaves out only work that nobody uses."""

import importlib
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode

from gancourse import data, recipes
from gancourse.data.readers.folder import read_prepared
from gancourse.runs import committed, read_record
from gancourse.torch_gan import Batches, build, train, train_step

ROOT = Path(__file__).parents[2]
CPU = torch.device("cpu")
SIZE, WIDTH, BATCH, STEPS = 16, 8, 16, 3


@pytest.fixture
def benchmarks(monkeypatch):
    """Imports a module of benchmarks/, as a script there would."""
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    return importlib.import_module


@pytest.fixture(scope="module")
def faces():
    return data.ImageSet(
        "noise", "train", np.random.default_rng(0).integers(0, 256, (50, SIZE, SIZE, 3), np.uint8)
    )


def start(**changes):
    settings = {"size": SIZE, "width": WIDTH, "batch": BATCH, "precision": "float32", "steps": 10}
    return build(recipes.FaceDCGAN(**settings | changes), 0, SIZE, 0, CPU)


def plain_copy(plain, gan):
    """The plain loop's networks with the weights of `gan`."""
    copy = plain.build(SIZE, WIDTH, CPU, seed=1)
    copy.generator.load_state_dict(gan.generator.state_dict())
    copy.discriminator.load_state_dict(gan.discriminator.state_dict())
    return copy


def test_same_weights_and_batches_give_the_plain_loops_losses(benchmarks, faces, monkeypatch):
    """And the same weights, within 1e-6 on average.

    Adam divides each gradient by its own size, so that where a gradient is nearly nought its rounding decides which way
    a weight moves: a single weight may be off by as much as it moves, the learning rate of 2e-4 a step.
    """
    plain, gan = benchmarks("plain_dcgan"), start()
    assert gan.recipe.ema, "the moving average is on"
    copy, batches = plain_copy(plain, gan), Batches(faces, BATCH, "tanh", CPU, seed=0)
    before = torch.cat([weight.flatten() for weight in gan.generator.parameters()]).clone()
    noises = torch.randn(STEPS, BATCH, plain.LATENT, generator=torch.Generator().manual_seed(0))
    for noise in noises:
        real = next(batches)[0]
        monkeypatch.setattr(gan, "noise", lambda count, noise=noise: noise)
        ours = train_step(gan, real, None)
        d_loss, g_loss = plain.plain_step(copy, real.contiguous(), noise)
        assert ours["d_loss"].item() == pytest.approx(d_loss.item(), abs=1e-4)
        assert ours["g_loss"].item() == pytest.approx(g_loss.item(), abs=1e-4)
    for network, other in zip((gan.generator, gan.discriminator), copy[:2], strict=True):
        apart = torch.cat(
            [
                (one.float() - two.float()).abs().flatten()
                for one, two in zip(
                    network.state_dict().values(), other.state_dict().values(), strict=True
                )
            ]
        )
        assert apart.mean() < 1e-6 and apart.max() <= 2 * STEPS * 2e-4
    after = torch.cat([weight.flatten() for weight in gan.generator.parameters()])
    assert (after - before).abs().mean() > 1e-4, "and both have moved"


class WeightGradients(TorchDispatchMode):
    """Counts, for the weights of each convolution, how often a backward pass works out their gradient."""

    def __init__(self, **networks):
        super().__init__()
        self.owner = {
            weight.data_ptr(): name
            for name, network in networks.items()
            for weight in network.parameters()
        }
        self.computed, self.passed = Counter(), Counter()

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        if func is torch.ops.aten.convolution_backward.default:
            owner, mask = self.owner[args[2].data_ptr()], args[-1]
            self.passed[owner] += 1
            self.computed[owner] += mask[1]
        return func(*args, **(kwargs or {}))


def convolutions(network) -> int:
    return sum(weight.dim() == 4 for weight in network.parameters())


def test_no_gradient_is_worked_out_in_vain(benchmarks, faces):
    """In a step G's weights need one gradient, D's two (real and fake); the plain loop works out D's once more for
    nothing, and without `.detach()` G's too."""
    plain, gan = benchmarks("plain_dcgan"), start()
    real = next(Batches(faces, BATCH, "tanh", CPU, seed=0))[0]
    per_g, per_d = convolutions(gan.generator), convolutions(gan.discriminator)
    with WeightGradients(G=gan.generator, D=gan.discriminator) as ours:
        train_step(gan, real, None)
    assert ours.computed == {"G": per_g, "D": 2 * per_d}
    assert ours.passed == {"G": per_g, "D": 3 * per_d}, "G learns through D"
    for detach, generator in ((True, per_g), (False, 2 * per_g)):
        copy = plain_copy(plain, gan)
        with WeightGradients(G=copy.generator, D=copy.discriminator) as counted:
            plain.plain_step(copy, real, torch.randn(BATCH, plain.LATENT), detach)
        assert counted.computed == {"G": generator, "D": 3 * per_d}


def test_each_networks_update_leaves_the_other_alone(faces, monkeypatch):
    gan = start()
    networks = {"G": gan.generator, "D": gan.discriminator}
    real = next(Batches(faces, BATCH, "tanh", CPU, seed=0))[0]

    def state(name):
        return [
            (weight.detach().clone(), None if weight.grad is None else weight.grad.clone())
            for weight in networks[name].parameters()
        ]

    def same(one, other):
        return all(
            torch.equal(a, c) and (b is d is None or (b is not None and torch.equal(b, d)))
            for (a, b), (c, d) in zip(one, other, strict=True)
        )

    def watch(method, mine, other):
        inner, updates = getattr(gan, method), []

        def update(loss):
            before = state(mine), state(other)
            inner(loss)
            updates.append((same(before[0], state(mine)), same(before[1], state(other))))

        monkeypatch.setattr(gan, method, update)
        return updates

    d_updates = watch("update_discriminator", "D", "G")
    g_updates = watch("update_generator", "G", "D")
    for _ in range(2):
        train_step(gan, real, None)
    assert d_updates == g_updates == [(False, True)] * 2, "one has learned, the other is as it was"


class HostReads(TorchDispatchMode):
    """Calls `read` whenever a value leaves a tensor for Python: `.item()`, `float()`, `if tensor:`."""

    def __init__(self, read):
        super().__init__()
        self.read = read

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        if func is torch.ops.aten._local_scalar_dense.default:
            self.read()
        return func(*args, **(kwargs or {}))


def test_the_loop_reads_nothing_back_within_a_block(faces, monkeypatch):
    gan, events = start(), []
    for name in ("cpu", "tolist", "numpy"):
        inner = getattr(torch.Tensor, name)

        def method(tensor, *args, inner=inner, **kwargs):
            events.append("read")
            return inner(tensor, *args, **kwargs)

        monkeypatch.setattr(torch.Tensor, name, method)

    def step(gan, real, labels):
        events.append("step")
        return train_step(gan, real, labels)

    batches = Batches(faces, BATCH, "tanh", CPU, seed=0)
    with HostReads(lambda: events.append("read")):
        assert torch.ones(1).item() == 1 and events == ["read"], "a read is seen"
        events.clear()
        train(gan, batches, steps=10, step=step, checkpoint_every=5, progress=False)
    blocks = re.sub("(read )+", "reads ", " ".join(events) + " ").split(" reads ")
    assert [block.split() for block in blocks] == [["step"] * 5, ["step"] * 5, []]


def test_the_set_stays_whole_as_bytes_and_batches_are_channels_last(faces):
    batches = Batches(faces, BATCH, "tanh", CPU, seed=0)
    assert batches.images.dtype == torch.uint8
    assert np.array_equal(batches.images.numpy(), faces.images)
    images, _ = next(batches)
    assert images.shape == (BATCH, 3, SIZE, SIZE) and images.dtype == torch.float32
    assert images.is_contiguous(memory_format=torch.channels_last)
    gan = start()
    fake = gan.generate(gan.noise(BATCH))
    assert fake.is_contiguous(memory_format=torch.channels_last)


def test_the_benchmark_writes_its_record_and_ends_with_the_ratio(tmp_path, benchmarks):
    options = "--pairs 1 --steps 1 --width 4 --batch 8 --size 16 --count 30 --workers 0 --threads 1"
    command = [sys.executable, ROOT / "benchmarks" / "throughput.py", *options.split()]
    done = subprocess.run([*command, "--out", tmp_path], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    record = read_record(tmp_path)
    sides = {"plain", "ours", "plain, no detach", "ours, float32", "ours, channels first"}
    assert set(record["images_per_second"]) == sides
    speeds = record["images_per_second"]
    assert record["ratios"] == [pytest.approx(speeds["ours"][0] / speeds["plain"][0], abs=1e-3)]
    assert record["ratio"] == record["ratios"][0]
    assert set(record["seconds_to_prepare"]) == {"plain", "ours", "ours, again"}
    assert all(100 < record["peak_memory_mb"][side] < 10_000 for side in ("plain", "ours"))
    assert record["settings"]["size"] == 16 and record["data"]["count"] == 30
    assert {"device", "precision", "versions"} <= set(record)
    assert str(tmp_path) not in (tmp_path / "record.json").read_text(encoding="utf-8")
    shown = (tmp_path / "table.md").read_text(encoding="utf-8")
    assert done.stdout == f"{shown}\nimages/s ratio: {record['ratio']:.2f}\n"


def test_step_costs_times_every_game_against_the_plain_step(benchmarks):
    step_costs = benchmarks("step_costs")
    costs = step_costs.measure(size=16, rounds=1, steps=1)
    record = read_record(committed("step-costs"))
    assert costs.keys() == step_costs.ARMS.keys() == record["sizes"]["32"].keys()
    assert costs["BatchNorm"]["ratio"] == 1 and all(each["ratio"] > 0 for each in costs.values())
    assert record["arms"] == {
        name: {"changes": changes} for name, changes in step_costs.ARMS.items()
    }
    assert record["base"] == step_costs.BASE


def test_files_of_any_size_reach_both_sides_alike(tmp_path, benchmarks):
    """From a zip too: the plain loop's pixels are those of the course's array."""
    throughput, plain = benchmarks("throughput"), benchmarks("plain_dcgan")
    (tmp_path / "drawn").mkdir()
    throughput.draw_files(tmp_path / "drawn", 12, 24)
    archive = shutil.make_archive(str(tmp_path / "faces"), "zip", tmp_path / "drawn")
    files = tmp_path / "files"
    files.mkdir()
    throughput.unpack(Path(archive), files)
    throughput.prepare(files, tmp_path / "array", SIZE)
    ours = read_prepared(tmp_path / "array")[0]
    theirs = [image.permute(1, 2, 0) for image in plain.JpgFaces(files, SIZE)]
    assert len(ours) == len(theirs) == 12
    pixels = torch.stack(theirs).add(1).mul(127.5).round().byte().numpy()
    assert sorted(map(bytes, pixels)) == sorted(map(bytes, ours))


def test_the_numbers_in_the_pages_sentences_are_the_records():
    """What the page says of its tables; the tables themselves are checked below."""
    page = " ".join((ROOT / "book" / "speed.md").read_text(encoding="utf-8").split())
    speed, h100, earlier = (
        read_record(committed(name)) for name in ("speed", "speed-h100", "speed-h100-earlier")
    )

    def over(record, one, other):
        pairs = zip(
            record["images_per_second"][one], record["images_per_second"][other], strict=True
        )
        return [first / second for first, second in pairs]

    first, last = min(h100["ratios"]), max(h100["ratios"])
    assert f"The ratio was {first:.2f} to {last:.2f} in five pairs." in page
    first, last = min(earlier["ratios"]), max(earlier["ratios"])
    assert f"gave {first:.2f} to {last:.2f} (record `speed-h100-earlier`" in page
    for record in (h100, earlier):
        assert sum(ratio > 1 for ratio in over(record, "ours, float32", "ours")) == 4
    channels = over(h100, "ours, channels first", "ours")
    assert (sum(r < 0.99 for r in channels), sum(abs(r - 1) < 0.01 for r in channels)) == (3, 2)
    other_day = over(earlier, "ours, channels first", "ours")
    assert (sum(r < 0.99 for r in other_day), sum(r > 1.01 for r in other_day)) == (3, 2)
    graph = "ours, CUDA graph"
    times = float(np.median(over(h100, graph, "plain")))
    own = float(np.median(over(h100, graph, "ours")))
    assert f"{times:.2f} times the plain loop, {own:.2f} times our own step" in page
    slower = [1 / ratio for ratio in over(speed, "ours, channels first", "ours")]
    assert f"by a factor of {min(slower):.2f} to {max(slower):.2f}" in page


@pytest.mark.parametrize(("name", "workers"), [("speed", 2), ("speed-h100", 8)])
def test_the_books_page_shows_its_records(benchmarks, name, workers):
    folder = committed(name)
    record = read_record(folder)
    shown = (folder / "table.md").read_text(encoding="utf-8")
    assert shown == benchmarks("throughput").table(record)
    settings = record["settings"]
    assert [settings[name] for name in ("width", "batch", "size", "workers")] == [
        64,
        128,
        64,
        workers,
    ]
    assert f"records/{name}/table.md" in (ROOT / "book" / "speed.md").read_text(encoding="utf-8")
