"""Whether this process is one of several that train together, as `torchrun` starts them.

It imports no framework. What the processes of one training say to each other goes through a `World`; alone, there is
nobody to talk to, and each of its methods does what is left to do.
"""

import os
from collections.abc import Callable, Iterable
from typing import Any


def world_size() -> int:
    """How many processes `torchrun` has started for this training; 1 without it."""
    return int(os.environ.get("WORLD_SIZE", "1"))


def rank() -> int:
    """The number of this process among them, from 0."""
    return int(os.environ.get("RANK", "0"))


def local_rank() -> int:
    """The number of this process among those on its own machine, from 0: the number of its device."""
    return int(os.environ.get("LOCAL_RANK", "0"))


class World:
    """The processes of one training: here a single one, which is what a chapter and a laptop have.

    `gancourse.torch_gan.distributed.Group` is a World of several.

    Attributes
    ----------
    rank, size : int
        The number of this process, from 0, and the number of processes.
    """

    rank, size = 0, 1

    @property
    def is_first(self) -> bool:
        """Whether this is the process that draws samples and writes files."""
        return self.rank == 0

    def average(self, tensors: Iterable) -> None:
        """Put the mean over all processes into each of the `tensors`, in place."""

    def share(self, tensors: Iterable) -> None:
        """Put what the first process has into each of the `tensors`, in place."""

    def gather(self, item: Any) -> list:
        """The `item` of every process, in the order of their numbers."""
        return [item]

    def first(self, function: Callable[[], Any]) -> Any:
        """What `function` returns in the first process, the only one to call it; all raise its GancourseError."""
        return function()

    def in_turn(self, function: Callable[[], Any]) -> Any:
        """`function()` of this process, on each machine first by one process, then by the others.

        What the first prepares in the cache, the others find there.
        """
        return function()
