"""How a GPU may compute while a GAN trains on it: with which rounding, and whether equal runs have equal results."""

import contextlib
import os

import torch


@contextlib.contextmanager
def numerics(gan):
    """The settings of PyTorch for a training of `gan`; afterwards they are what they were.

    TF32, in which recent NVIDIA cards multiply float32 with ten bits of mantissa, is used for what stays in float32 in
    a run of lower precision, and not at all in a run that was asked for in float32. cuDNN tries its kernels for each
    shape and takes the fastest (`benchmark`), which pays since a step's shapes are fixed. With the recipe's
    `deterministic` there are no such trials, and PyTorch uses kernels only that give the same bits each time, or raises
    an error. A processor knows none of these differences: there equal runs are equal with every setting.

    Source: PyTorch's notes "Reproducibility" and "CUDA semantics", section TF32.

    Parameters
    ----------
    gan : GAN
        The networks about to be trained.
    """
    deterministic, tf32 = gan.recipe.deterministic, uses_tf32(gan)
    matmul = torch.get_float32_matmul_precision()
    was_deterministic = torch.are_deterministic_algorithms_enabled()
    torch.set_float32_matmul_precision("high" if tf32 else "highest")
    if deterministic:
        require_determinism()
    flags = torch.backends.cudnn.flags(
        enabled=torch.backends.cudnn.enabled,
        benchmark=not deterministic,
        deterministic=deterministic,
        allow_tf32=tf32,
    )
    try:
        with flags:
            yield
    finally:
        torch.set_float32_matmul_precision(matmul)
        torch.use_deterministic_algorithms(was_deterministic)


def uses_tf32(gan) -> bool:
    """Whether the training of `gan` may use TF32: on a card that has it, unless it was asked for in float32."""
    if gan.device.type != "cuda" or gan.precision == torch.float32:
        return False
    return torch.cuda.get_device_capability(gan.device)[0] >= 8


def require_determinism() -> None:
    """Let PyTorch use only kernels that give the same bits each time; cuBLAS reads its part at its first product."""
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    torch.use_deterministic_algorithms(True)
