"""Whether two checkpoints are the same, bit for bit."""

import torch

from gancourse.torch_gan.checkpoint import load_checkpoint


def same_state(one, other) -> bool:
    """Two checkpoint files, but for the time they took."""
    one, other = load_checkpoint(one), load_checkpoint(other)
    one.pop("seconds"), other.pop("seconds")
    return equal(one, other)


def equal(one, other) -> bool:
    """Two trees of tensors and numbers."""
    if isinstance(one, torch.Tensor):
        return torch.equal(one, other)
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(equal(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(equal, one, other))
    return one == other
