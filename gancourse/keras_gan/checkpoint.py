"""Checkpoints of a training run, from which it goes on bit for bit; arrays on disk, atomically."""

import io
import json

import keras
import numpy as np

from gancourse import GancourseError
from gancourse.files import atomic
from gancourse.history import check_identity
from gancourse.keras_gan import engine

FORMAT = 1  # of the checkpoint; raise it when a change makes old checkpoints unreadable


def state(gan) -> list:
    """All variables that training changes: both networks, the average, both optimisers, every random state.

    `.keras` and `.weights.h5` files leave out the states of SeedGenerators, so a resumed run would see other noise
    and other dropout.
    """
    return [*gan.variables, *gan.g_optimizer.variables, *gan.d_optimizer.variables]


def save_checkpoint(path, gan, identity, done, seconds, values):
    metadata = {"format": FORMAT, "identity": identity, "done": done, "seconds": seconds}
    arrays = {
        f"{index:04d}": keras.ops.convert_to_numpy(variable)
        for index, variable in enumerate(state(gan))
    }
    buffer = io.BytesIO()
    np.savez(
        buffer,
        about=json.dumps(metadata),
        values=np.array(values, "float64"),
        random=engine.random_state(),
        **arrays,
    )
    with atomic(path) as scratch:
        scratch.write_bytes(buffer.getbuffer())


def load_checkpoint(path, gan, identity: dict | None = None):
    """Put a checkpoint's state into `gan`, without running any code in the file.

    Returns
    -------
    tuple
        Steps done, seconds they took, what they measured (a list of rows), the backend's random state.

    Raises
    ------
    GancourseError
        If the file is missing, damaged, of another version, of other networks, or made by another run than `identity`.
    """
    saved = load_arrays(path)
    metadata = json.loads(str(saved.get("about", "{}")))
    if metadata.get("format") != FORMAT:
        raise GancourseError(
            f"{path} is not a checkpoint of this version of gancourse: train again, to another folder"
        )
    if identity is not None:
        check_identity(path, metadata["identity"], identity)
    variables = state(gan)
    arrays = [saved[name] for name in sorted(saved) if name.isdecimal()]
    if [array.shape for array in arrays] != [tuple(variable.shape) for variable in variables]:
        raise GancourseError(
            f"{path} holds other networks than this recipe builds: resume with the recipe that it was trained with"
        )
    for variable, array in zip(variables, arrays, strict=True):
        variable.assign(array)
    return metadata["done"], metadata["seconds"], saved["values"].tolist(), saved["random"]


def load_arrays(path) -> dict[str, np.ndarray]:
    """The arrays of an `.npz` file, without running any code in it.

    Raises
    ------
    GancourseError
        If the file is missing, damaged or of another kind.
    """
    try:
        # opened here: np.load leaves a damaged file open
        with open(path, "rb") as file, np.load(file, allow_pickle=False) as saved:
            return {name: saved[name] for name in saved.files}
    except FileNotFoundError:
        raise GancourseError(f"no checkpoint at {path}") from None
    except Exception as error:  # zip and header damage raise half a dozen kinds
        raise GancourseError(
            f"{path} is not a readable checkpoint ({type(error).__name__}): the file is damaged or of another kind"
        ) from error
