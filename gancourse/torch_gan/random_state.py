"""PyTorch's global random state, of the processor and of a training's device, and what several processes make of it."""

import contextlib

import numpy as np
import torch


def random_state(device) -> dict:
    """The random state of the processor, "cpu", and where the device is another one also its own, "device"."""
    if device.type == "cpu":
        return {"cpu": torch.get_rng_state(), "device": None}
    return {
        "cpu": torch.get_rng_state(),
        "device": torch.get_device_module(device).get_rng_state(*_index(device)),
    }


def set_random_state(state: dict, device) -> None:
    """The inverse of `random_state`."""
    torch.set_rng_state(state["cpu"])
    if state["device"] is not None:
        torch.get_device_module(device).set_rng_state(state["device"], *_index(device))


@contextlib.contextmanager
def undisturbed(device):
    """The random state after the block is the one before it, on the processor and on `device`."""
    before = random_state(device)
    try:
        yield
    finally:
        set_random_state(before, device)


def part_ways(seed: int, rank: int, device) -> torch.Generator:
    """Give this process of several a random state of its own, and return the noise that all of them share.

    All processes have built the same networks, and so stand at the same random state. From there one sequence of noise
    goes on, of which each process takes its own rows, so that together they see the noise that one process would see.
    Whatever else is random in a step (dropout, the points of a penalty) is drawn from a state of its own, since
    otherwise every part of the batch would have the same masks.

    Parameters
    ----------
    seed, rank : int
        The seed of the training, and the number of this process.
    device : torch.device
        The device that the noise is drawn on.

    Returns
    -------
    torch.Generator
        At the state that the global one was in, on the device.
    """
    state = random_state(device)
    noise = torch.Generator(device)
    noise.set_state(state["cpu"] if device.type == "cpu" else state["device"])
    own = np.random.SeedSequence([seed, rank]).generate_state(1, np.uint64)
    torch.manual_seed(int(own[0]) >> 1)  # it takes 63 bits
    return noise


def _index(device) -> tuple:
    """Apple's GPU is one: its functions take no device."""
    return () if device.type == "mps" else (device,)
