"""Where am I: device, precision, budget, threads, versions."""

import contextlib
import importlib.metadata
import os
import platform
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

from gancourse import GancourseError

BUDGETS = ("reduced", "colab", "full")


@cache
def _driver_sees_a_card() -> bool:
    if shutil.which("nvidia-smi") is None:
        return False
    return subprocess.run(["nvidia-smi", "-L"], capture_output=True, check=False).returncode == 0


def has_gpu() -> bool:
    """Whether training would run on a GPU: as PyTorch says where it is loaded, else as NVIDIA's driver does.

    It imports no framework. The driver may see a card that an installed CPU build of PyTorch cannot use.
    """
    torch = sys.modules.get("torch")
    return torch.cuda.is_available() if torch else _driver_sees_a_card()


def budget(name: str | None = None) -> str:
    """The budget to run under: `name`, else `GANCOURSE_BUDGET`, else "colab" where there is a GPU, else "reduced".

    "reduced" trains on embedded data in about a minute on two cores, "colab" in at most half an hour on a 16 GB
    T4, "full" as long as the report says.
    """
    name = name or os.environ.get("GANCOURSE_BUDGET") or ("colab" if has_gpu() else "reduced")
    if name not in BUDGETS:
        raise GancourseError(f"no budget is called {name!r}; there are: {', '.join(BUDGETS)}")
    return name


def device(name: str | None = None):
    """The torch device to train on: `name`, else the GPU where PyTorch has one, else the CPU."""
    import torch

    return torch.device(name or ("cuda" if torch.cuda.is_available() else "cpu"))


def precision(device):
    """The torch dtype that is fastest on `device` and safe for training.

    bfloat16 where the hardware has it (GPUs since Ampere; CPUs with AVX512-BF16 or AMX), float16 on older GPUs
    such as Colab's T4 (`torch_gan.GAN` then scales the losses), else float32.
    """
    import torch

    if device.type == "cuda":
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
    if device is not None and device.type == "cuda":
        import torch

        return torch.cuda.get_device_name(device)
    affinity = getattr(os, "sched_getaffinity", None)
    return f"{len(affinity(0)) if affinity else os.cpu_count()} CPU cores"


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
