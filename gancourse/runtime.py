"""Where am I: device, precision, budget, threads, versions."""

import contextlib
import importlib.metadata
import os
import platform
import shutil
import subprocess
import sys
import warnings
from functools import cache
from pathlib import Path

from gancourse import GancourseError

BUDGETS = ("reduced", "colab", "full")
ACCELERATORS = {  # PyTorch's names, in the order of preference
    "cuda": "NVIDIA or AMD GPU",
    "xpu": "Intel GPU",
    "mps": "Apple GPU",
}


@cache
def _driver_sees_a_card() -> bool:
    if shutil.which("nvidia-smi") is None:
        return False
    return subprocess.run(["nvidia-smi", "-L"], capture_output=True, check=False).returncode == 0


def has_gpu() -> bool:
    """Whether PyTorch would train on a GPU: as it says itself where it is loaded, else as NVIDIA's driver does.

    It imports no framework. The driver may see a card that an installed CPU build cannot use; Keras says by
    `keras_gan.engine.has_gpu` what its own backend can.
    """
    if "torch" in sys.modules:
        return device().type != "cpu"
    return _driver_sees_a_card()


def budget(name: str | None = None, gpu: bool | None = None) -> str:
    """The budget to run under: `name`, else `GANCOURSE_BUDGET`, else "colab" where there is a GPU, else "reduced".

    "reduced" trains on embedded data in about a minute on two cores, "colab" is meant for half an hour on a 16 GB
    T4, "full" takes as long as the report says.

    Parameters
    ----------
    name : str, optional
        A budget that was asked for.
    gpu : bool, optional
        Whether the framework that is going to train computes on a GPU; default: what `has_gpu` says of PyTorch.

    Raises
    ------
    GancourseError
        If there is no such budget.
    """
    name = name or os.environ.get("GANCOURSE_BUDGET")
    if not name:
        name = "colab" if (has_gpu() if gpu is None else gpu) else "reduced"
    if name not in BUDGETS:
        raise GancourseError(f"no budget is called {name!r}; there are: {', '.join(BUDGETS)}")
    return name


def device(name: str | None = None):
    """The torch device to train on: `name`, else a GPU that works, else the CPU.

    A GPU works if a step of training does. That PyTorch finds one does not say so: for a card that is too old for the
    installed build, such as Kaggle's P100, it has no kernels. Then there is a warning, and training runs on the CPU.

    Parameters
    ----------
    name : str, optional
        PyTorch's name of a device: "cpu", "cuda", "cuda:1", "xpu", "mps".

    Returns
    -------
    torch.device

    Raises
    ------
    GancourseError
        If the device that was asked for does not work.
    """
    import torch

    if name is None:
        return torch.device(_best())
    try:
        chosen = torch.device(name)
    except RuntimeError:
        raise GancourseError(
            f"PyTorch knows no device {name!r}; there are: cpu, {', '.join(ACCELERATORS)}, and cuda:1 and so on"
        ) from None
    if chosen.type != "cpu" and (reason := _trial(name)):
        raise GancourseError(
            f"PyTorch cannot train on {name!r} here ({reason}): choose 'cpu', or install a build for this device"
        )
    return chosen


@cache
def _best() -> str:
    """The kind of device to train on; a GPU that is found and does not work is warned of, once."""
    for kind, what in ACCELERATORS.items():
        if not _is_found(kind):
            continue
        reason = _trial(kind)
        if not reason:
            return kind
        warnings.warn(
            f"PyTorch finds an {what} and cannot train on it ({reason}), so it takes the processor. Another build of "
            "PyTorch may know it: https://pytorch.org/get-started",
            stacklevel=3,
        )
    return "cpu"


def _is_found(kind: str) -> bool:
    """Whether PyTorch says that it has such a device."""
    import torch

    if kind == "mps":
        return torch.backends.mps.is_available()
    module = getattr(torch, kind, None)
    return module is not None and module.is_available()


@cache
def _trial(name: str) -> str:
    """Try a step of training on a device, without random numbers: "" if it works, else the first line of the error."""
    import torch

    try:
        weight = torch.ones(4, 3, 4, 4, device=name, requires_grad=True)
        images = torch.ones(2, 3, 8, 8, device=name).to(memory_format=torch.channels_last)
        torch.nn.functional.conv2d(images, weight, stride=2, padding=1).square().mean().backward()
        torch.optim.Adam([weight], fused=True).step()
        return "" if torch.isfinite(weight).all().item() else "its results are not finite"
    except (RuntimeError, AssertionError, NotImplementedError) as error:
        return (str(error) or type(error).__name__).splitlines()[0][:160]


def precision(device):
    """The torch dtype that is fastest on `device` and safe for training.

    bfloat16 where the hardware has it (NVIDIA's GPUs since Ampere; CPUs with AVX512-BF16 or AMX), float16 on NVIDIA's
    older ones such as Colab's T4 (`torch_gan.GAN` then scales the losses), else float32: on AMD's, Apple's and Intel's
    GPUs nobody has measured the others here.
    """
    import torch

    if device.type == "cuda" and not torch.version.hip:  # AMD numbers its cards in another way
        return torch.bfloat16 if torch.cuda.get_device_capability(device)[0] >= 8 else torch.float16
    return torch.bfloat16 if device.type == "cpu" and cpu_has_bfloat16() else torch.float32


@cache
def cpu_has_bfloat16() -> bool:
    """Whether this processor multiplies bfloat16 in hardware; emulated, it is slower than float32.

    Linux says so without a framework; elsewhere float32 is the safe answer.
    """
    try:
        flags = set(Path("/proc/cpuinfo").read_text(encoding="utf-8").split())
    except OSError:
        return False
    return bool(flags & {"avx512_bf16", "amx_bf16"})


def versions() -> dict[str, str]:
    """Versions of Python and of the packages a result depends on, those that are installed."""
    installed = {"python": platform.python_version()}
    for package in ("gancourse", "numpy", "torch", "tensorflow", "keras", "scikit-learn"):
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            installed[package] = importlib.metadata.version(package)
    return installed


def describe_device(device=None) -> str:
    """A torch device for a record: the name of the card; for the CPU, or None, the number of cores in use."""
    if device is not None and device.type in ("cuda", "xpu"):
        import torch

        name = torch.get_device_module(device).get_device_name(device)
        return f"{name} (ROCm)" if device.type == "cuda" and torch.version.hip else name
    if device is not None and device.type == "mps":
        return f"Apple GPU ({platform.processor()})"
    return f"{cores()} CPU cores"


def cores() -> int:
    """The number of processor cores that this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


@contextlib.contextmanager
def threads(count: int):
    """Let PyTorch use `count` CPU threads inside the block; 0 leaves its choice."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(count or before)
    try:
        yield
    finally:
        torch.set_num_threads(before)
