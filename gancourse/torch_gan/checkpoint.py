"""Checkpoints of a training run: all that its future depends on; tensors on disk, atomically."""

import io

import torch

from gancourse import GancourseError
from gancourse.files import atomic
from gancourse.history import check_identity
from gancourse.torch_gan.random_state import random_state, set_random_state

FORMAT = 2  # of the checkpoint; raise it when a change makes old checkpoints unreadable


def save_checkpoint(path, gan, batches, identity, done, seconds, values):
    states = gan.world.gather(random_state(gan.device))
    if not gan.world.is_first:
        return
    save_tensors(
        path,
        {
            "format": FORMAT,
            "identity": identity,
            "done": done,
            "seconds": seconds,
            "values": values.cpu(),
            "gan": gan.state_dict(),
            "batches": batches.state_dict(),
            "random": states[0]["cpu"],
            "cuda_random": states[0]["device"],  # of whatever kind the device is
            "other_processes": states[1:],
        },
    )


def load_checkpoint(path) -> dict:
    """Read a training run's checkpoint; a GancourseError if it is missing, damaged or of another version."""
    state = load_tensors(path)
    if not isinstance(state, dict) or state.get("format") != FORMAT:
        raise GancourseError(
            f"{path} is not a checkpoint of this version of gancourse: train again, to another folder"
        )
    return state


def resume(path, state, gan, batches, identity, steps):
    """Put the `state` read at `path` into `gan`, `batches` and PyTorch; return steps, seconds and values so far."""
    stored = {"processes": 1} | state["identity"]  # what was saved before there could be more
    check_identity(path, stored, identity)
    if state["done"] > steps:
        raise GancourseError(
            f"{path} is at step {state['done']:,}, beyond steps={steps:,}: ask for at least as many"
        )
    gan.load_state_dict(state["gan"])
    batches.load_state_dict(state["batches"])
    first = {"cpu": state["random"], "device": state["cuda_random"]}
    states = [first, *state.get("other_processes", [])]
    set_random_state(states[gan.world.rank], gan.device)
    return state["done"], state["seconds"], state["values"]


def save_tensors(path, content) -> None:
    """`torch.save`, atomically; through memory, so that a full disk is an OSError that names its reason."""
    buffer = io.BytesIO()
    torch.save(content, buffer)
    with atomic(path) as scratch:
        scratch.write_bytes(buffer.getbuffer())


def load_tensors(path):
    """The inverse of `save_tensors`, onto the CPU, without running any code in the file.

    Raises
    ------
    GancourseError
        If the file is missing, damaged or of another kind.
    """
    try:
        return torch.load(path, map_location="cpu", weights_only=True)
    except FileNotFoundError:
        raise GancourseError(f"no checkpoint at {path}") from None
    except Exception as error:  # torch raises a dozen kinds for a damaged file
        raise GancourseError(
            f"{path} is not a readable checkpoint ({type(error).__name__}): the file is damaged or of another kind"
        ) from error
