"""One training in several processes, one for each device, as `torchrun` starts them: all have the same weights.

Each process sees its own part of every batch, and after each backward pass the gradients are averaged, so that every
optimiser takes the step that one process would have taken on the whole batch. That is done here by hand, after
`backward(inputs=...)`, in one message: all gradients of an update laid end to end, summed over the processes, divided
by their number. StyleGAN2-ADA and StyleGAN3 do the same (Karras et al., NVlabs/stylegan3, training/training_loop.py).
The wrapper `DistributedDataParallel` would do it during the backward pass, and does not fit a GAN's step: two forward
passes of D before one backward, gradients that are differentiated again (pytorch issues 47562, 63812, 175024).
"""

import atexit
import contextlib
import time
from datetime import timedelta
from functools import cache

import torch

from gancourse import GancourseError, launch, runtime

PATIENCE = timedelta(minutes=30)  # how long a process waits for another that does not answer
PARTING = 5.0  # seconds that it waits at its end for the others to have come to theirs


class Group(launch.World):
    """The processes that `torchrun` has started, this one among them; they are joined when it is made.

    Parameters
    ----------
    device : torch.device
        The device of this process, which says what carries the messages: NCCL between NVIDIA's and AMD's GPUs, XCCL
        between Intel's, Gloo between processors.

    Raises
    ------
    GancourseError
        If the device has nothing that carries messages, or this PyTorch was built without `torch.distributed`.
    """

    def __init__(self, device):
        carriers = {"cpu": "gloo", "cuda": "cpu:gloo,cuda:nccl", "xpu": "cpu:gloo,xpu:xccl"}
        if device.type not in carriers or not torch.distributed.is_available():
            raise GancourseError(
                f"PyTorch cannot train in several processes on {device.type} here: start the command without torchrun"
            )
        store, self.rank, self.size = next(torch.distributed.rendezvous("env://", timeout=PATIENCE))
        torch.distributed.init_process_group(
            carriers[device.type],
            store=store,
            rank=self.rank,
            world_size=self.size,
            timeout=PATIENCE,
        )
        atexit.register(_part, store, self.size)

    def average(self, tensors) -> None:
        """Put the mean over all processes into each of the `tensors`, in place, with one message for all of them.

        Parameters
        ----------
        tensors : iterable of tensor, float
            On this process's device, of the same shapes in every process.

        Raises
        ------
        GancourseError
            If another process has ended or does not answer.
        """
        tensors = list(tensors)
        flat = torch.cat([tensor.reshape(-1) for tensor in tensors])
        with _answered():
            torch.distributed.all_reduce(flat)
        flat /= self.size
        for tensor, mean in zip(tensors, flat.split([t.numel() for t in tensors]), strict=True):
            tensor.copy_(mean.view(tensor.shape))

    def share(self, tensors) -> None:
        """Put what the first process has into each of the `tensors`, in place.

        Parameters
        ----------
        tensors : iterable of tensor
            On this process's device, of the same shapes and types in every process.

        Raises
        ------
        GancourseError
            If another process has ended or does not answer.
        """
        for tensor in tensors:
            flat = tensor.contiguous()
            with _answered():
                torch.distributed.broadcast(flat, src=0)
            tensor.copy_(flat)

    def gather(self, item) -> list:
        """The `item` of every process, in the order of their numbers; anything that can be pickled."""
        items = [None] * self.size
        with _answered():
            torch.distributed.all_gather_object(items, item)
        return items

    def first(self, function):
        """What `function` returns in the first process, the only one to call it; all raise its GancourseError."""
        answer: list = [None, None]
        if self.rank == 0:
            try:
                answer[0] = function()
            except GancourseError as error:
                answer[1] = str(error)
        with _answered():
            torch.distributed.broadcast_object_list(answer, src=0)
        if answer[1] is not None:
            raise GancourseError(answer[1])
        return answer[0]

    def in_turn(self, function):
        """`function()` of this process, on each machine first by one process, then by the others."""
        mine = function() if launch.local_rank() == 0 else None
        self.gather(None)  # wait until the first of every machine is done
        return mine if launch.local_rank() == 0 else function()


@cache
def world() -> launch.World:
    """The World of this process: joined at the first call, where `torchrun` has started several."""
    if launch.world_size() == 1:
        return launch.World()
    return Group(device())


def device():
    """The device of this process: of several processes on one machine each has its own."""
    device = runtime.device()
    if launch.world_size() == 1 or device.type == "cpu":
        return device
    module = torch.get_device_module(device)
    if launch.local_rank() >= module.device_count():
        raise GancourseError(
            f"process {launch.local_rank()} of this machine finds {module.device_count()} devices: start at most one "
            "process for each (torchrun --nproc-per-node)"
        )
    module.set_device(launch.local_rank())
    return torch.device(device.type, launch.local_rank())


@contextlib.contextmanager
def _answered():
    """A failure inside the block means that another process has gone: a GancourseError says so."""
    try:
        yield
    except RuntimeError as error:  # of every carrier, timeouts included
        raise GancourseError(
            "another process of this training has ended or does not answer; its own message says why. The same command "
            f"with --resume goes on from the last checkpoint ({str(error).splitlines()[0][:160]})"
        ) from error


def _part(store, size: int) -> None:
    """End together: a process that is gone takes the last message with it, which another may still be reading."""
    if not torch.distributed.is_initialized():
        return
    with contextlib.suppress(RuntimeError):  # the keeper of the store is gone: so is everyone
        ended, waited_until = store.add("ended", 1), time.monotonic() + PARTING
        while ended < size and time.monotonic() < waited_until:
            time.sleep(0.02)
            ended = store.add("ended", 0)
    torch.distributed.destroy_process_group()
