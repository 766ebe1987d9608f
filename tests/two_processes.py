"""What `test_distributed` looks at, run by each of two processes; the first writes what it saw to the file named."""

import contextlib
import json
import sys
from pathlib import Path

import torch
from a_state import same_state

from gancourse import GancourseError, data, launch, recipes
from gancourse.torch_gan import Batches, build, distributed, train, train_step
from gancourse.torch_gan.checkpoint import load_checkpoint

CPU = torch.device("cpu")
DIGITS = {"steps": 30, "g_widths": (32, 64), "d_widths": (64, 32), "dropout": 0.0}
FACES = {"steps": 12, "size": 16, "width": 4, "latent": 8, "batch": 16}


class Stopped(Exception):
    """The training is interrupted in all processes."""


def start(name, changes, world, seed=0):
    recipe = recipes.recipe(name, "reduced", changes)
    faces = name == "anime_dcgan"
    dataset = data.load(recipe.data, size=recipe.size) if faces else data.load(recipe.data)
    gan = build(recipe, dataset.classes, dataset.images.shape[1], seed, CPU, world)
    return gan, Batches(dataset, recipe.batch, recipe.pixels, CPU, seed, world)


def states(gan) -> dict:
    """Every tensor of the networks, their average and their optimisers, by a path of keys."""
    found = {}

    def walk(part, path):
        if isinstance(part, dict):
            for key, value in part.items():
                walk(value, f"{path}/{key}")
        elif isinstance(part, torch.Tensor):
            found[path] = part

    walk(gan.state_dict(), "")
    return found


def apart(world, gan) -> dict:
    """The largest difference between the two processes' tensors, for networks, their buffers, and the average."""
    mine = states(gan)
    theirs = world.gather(mine)[1 - world.rank]
    kinds = {"weights": 0.0, "running averages": 0.0, "ema": 0.0, "optimizers": 0.0}
    for path, value in mine.items():
        kind = next((kind for kind in ("ema", "optimizers") if f"/{kind}/" in path), "weights")
        if path.startswith("/averages"):
            kind = "ema"
        elif "running" in path:
            kind = "running averages"
        if value.is_floating_point():
            kinds[kind] = max(kinds[kind], float((value - theirs[path]).abs().max()))
    return kinds


def message(function) -> str:
    try:
        function()
    except GancourseError as error:
        return str(error)
    return ""


def only_first():
    raise GancourseError(f"raised in process {launch.rank()}")


def stopping(checkpoint, world):
    """Train ten steps past a checkpoint at step 5, and stop in all processes."""
    gan, batches = start("anime_dcgan", FACES, world)
    done = 0

    def step(gan, real, labels):
        nonlocal done
        if done == 8:
            raise Stopped
        done += 1
        return train_step(gan, real, labels)

    with contextlib.suppress(Stopped):
        train(gan, batches, step=step, checkpoint=checkpoint, checkpoint_every=5)


def main(out: Path):
    world = distributed.world()
    seen = {"size": world.size, "ranks": world.gather(world.rank)}

    gan, batches = start("mnist_cgan", DIGITS, world)
    seen["rows"] = len(next(batches)[0])
    gan, batches = start("mnist_cgan", DIGITS, world)
    seen["losses"] = train(gan, batches).values.tolist()

    gan, batches = start("mnist_cgan", DIGITS | {"dropout": 0.5}, world)
    seen["masks differ"] = len(set(world.gather(float(torch.rand(1))))) == 2
    train(gan, batches)
    seen["apart with dropout"] = apart(world, gan)

    whole, parts = out.with_name("whole.pt"), out.with_name("parts.pt")
    gan, batches = start("anime_dcgan", FACES, world)
    history = train(gan, batches, checkpoint=whole, checkpoint_every=5)
    seen["apart with BatchNorm"] = apart(world, gan)
    seen["histories"] = world.gather(history.values.tolist())
    stopping(parts, world)
    gan, batches = start("anime_dcgan", FACES, world)
    resumed = train(gan, batches, checkpoint=parts, checkpoint_every=5)
    seen["resumed equal"] = (resumed.values == history.values).all().item()
    if world.is_first:
        seen["checkpoints equal"] = same_state(whole, parts)
        seen["states kept"] = 1 + len(load_checkpoint(whole)["other_processes"])

    seen["errors"] = {
        "shared unequally": message(lambda: start("mnist_cgan", DIGITS | {"batch": 63}, world)),
        "recycled": message(lambda: start("mnist_cgan", {"noise": "recycled"}, world)),
        "everywhere": world.gather(message(lambda: world.first(only_first))),
    }
    if world.is_first:
        out.write_text(json.dumps(seen))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
