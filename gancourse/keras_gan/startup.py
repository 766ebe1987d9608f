"""Imports Keras without TensorFlow's greeting, with its fast convolutions, and safely beside PyTorch.

The package imports this module before anything else.

TensorFlow starts with a dozen lines about this machine's processor that no reader can act on, and a notebook shows
them in red. The first variable silences what comes later, the redirection what comes before the variable is read.
"""

import os
import sys
from contextlib import contextmanager, suppress

from gancourse import GancourseError

BACKENDS = ("tensorflow", "torch")  # of Keras', those that `engine` knows


@contextmanager
def silence():
    """Send what is written to the process's error output to nowhere; Python's exceptions are still raised."""
    error_output = os.dup(2)
    with open(os.devnull, "wb") as nowhere:
        os.dup2(nowhere.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(error_output, 2)
        os.close(error_output)


os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
# else TensorFlow takes all of the card's memory, and PyTorch in the same notebook finds none
os.environ.setdefault("TF_FORCE_GPU_ALLOW_GROWTH", "true")
# Without AVX-512 TensorFlow leaves its fast convolutions off, and a face GAN trains at a sixth of the speed.
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
# PyTorch's CUDA wheel brings triton and imports it with the first optimiser. Imported after TensorFlow it ends the
# process without a word (tensorflow/tensorflow issue 124205, seen with triton 3.7.1); before TensorFlow both work.
# Where TensorFlow is there already, it is left out: so Keras at least works.
if "tensorflow" not in sys.modules:
    with suppress(ImportError):
        import triton  # noqa: F401
with silence():
    import keras

if keras.backend.backend() not in BACKENDS:
    raise GancourseError(
        f"gancourse.keras_gan runs on Keras' tensorflow and torch backends, not on {keras.backend.backend()}: set the "
        "environment variable KERAS_BACKEND to one of them before Keras is imported, in a notebook before the kernel "
        "starts"
    )
