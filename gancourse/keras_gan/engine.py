"""What Keras leaves to its backends, on TensorFlow and on torch: gradients, random state, the device."""

from functools import cache

import keras
import numpy as np

from gancourse import GancourseError
from gancourse.runtime import cpu_has_bfloat16
from gancourse.runtime import describe_device as describe_torch_device


class _TorchTape:
    """PyTorch records always, so there is nothing to switch on."""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def gradient(self, loss, variables):
        import torch

        return list(torch.autograd.grad(loss, [variable.value for variable in variables]))


def name() -> str:
    """The backend in use: "tensorflow" or "torch"."""
    return keras.backend.backend()


def gradient_tape():
    """What `tf.GradientTape(persistent=True)` is, on the backend in use.

    `with tape:` records (and may be entered again); `tape.gradient(loss, variables)` gives the gradients of a
    recorded loss with respect to these Keras variables and to no others.
    """
    if name() == "tensorflow":
        import tensorflow as tf

        return tf.GradientTape(persistent=True)
    return _TorchTape()


def random_state() -> np.ndarray:
    """The backend's own random state, uint8: empty on TensorFlow, where every draw comes from a SeedGenerator.

    On the torch backend Dropout draws from PyTorch's global state.
    """
    if name() != "torch":
        return np.zeros(0, np.uint8)
    import torch

    states = [torch.get_rng_state()]
    if has_gpu():
        states.append(torch.get_device_module(_torch_device()).get_rng_state())
    return torch.cat(states).numpy()


def set_random_state(state: np.ndarray) -> None:
    """The inverse of `random_state`."""
    if name() != "torch":
        return
    import torch

    cpu_bytes = len(torch.get_rng_state())
    torch.set_rng_state(torch.from_numpy(state[:cpu_bytes]))
    if len(state) > cpu_bytes:
        on_device = torch.from_numpy(state[cpu_bytes:])
        torch.get_device_module(_torch_device()).set_rng_state(on_device)


def _torch_device():
    """Where Keras puts its tensors on the torch backend: it takes Apple's and Intel's GPUs by itself."""
    return keras.ops.zeros(1).device


@cache
def has_gpu() -> bool:
    """Whether the backend computes on a GPU."""
    if name() == "torch":
        return _torch_device().type != "cpu"
    import tensorflow as tf

    return bool(tf.config.list_physical_devices("GPU"))


def policy(precision: str) -> str:
    """Keras' dtype policy for a recipe's `precision`.

    "auto" is bfloat16 on a processor that multiplies it in hardware, else float32: on a T4 it is emulated. float16
    is refused.
    """
    if precision == "float16":
        raise GancourseError(
            "precision='float16': Keras recipes train in float32 or bfloat16, since their step scales no loss"
        )
    if precision == "auto":
        precision = "bfloat16" if not has_gpu() and cpu_has_bfloat16() else "float32"
    return "mixed_bfloat16" if precision == "bfloat16" else "float32"


def describe_device() -> str:
    """The device for a record: the name of the card, or the number of CPU cores in use."""
    if not has_gpu():
        return describe_torch_device()
    if name() == "torch":
        return describe_torch_device(_torch_device())
    import tensorflow as tf

    card = tf.config.list_physical_devices("GPU")[0]
    return tf.config.experimental.get_device_details(card).get("device_name", "GPU")
