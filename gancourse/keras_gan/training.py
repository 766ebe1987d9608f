"""`fit` with the callbacks of the course, and checkpoints from which it goes on as if never stopped."""

import io
import json
import time
from dataclasses import asdict
from pathlib import Path

import keras
import numpy as np

from gancourse import GancourseError
from gancourse.files import atomic
from gancourse.history import METRICS, History, check_finite, check_identity
from gancourse.keras_gan.backend import random_state, set_random_state
from gancourse.keras_gan.batches import Batches

MEASURED = (*METRICS, "d_accuracy")
FORMAT = 1  # of the checkpoint; raise it when a change makes old checkpoints unreadable


class Losses(keras.callbacks.Callback):
    """Keeps what each step measured: `values`, a list of rows in the order of MEASURED."""

    def __init__(self, values=()):
        super().__init__()
        self.values = list(values)

    def on_train_batch_end(self, batch, logs=None):
        self.values.append([float(logs[metric]) for metric in MEASURED])


class RandomState(keras.callbacks.Callback):
    """Sets the backend's random state before the first step: `fit` itself draws from it on the torch backend."""

    def __init__(self, saved):
        super().__init__()
        self.saved = saved

    def on_train_batch_begin(self, batch, logs=None):
        if self.saved is not None:
            set_random_state(self.saved)
            self.saved = None


class Every(keras.callbacks.Callback):
    """Calls `function(done)` after each `every` steps; `done` counts from the start of the run, not of this `fit`."""

    def __init__(self, every: int, function, done: int = 0):
        super().__init__()
        self.every, self.function, self.done = every, function, done

    def on_train_batch_end(self, batch, logs=None):
        self.done += 1
        if self.done % self.every == 0:
            self.function(self.done)


def train(
    gan,
    images,
    *,
    batch: int | None = None,
    steps: int | None = None,
    seed: int = 0,
    every: int = 0,
    callback=None,
    checkpoint=None,
    checkpoint_every: int = 500,
    identity: dict | None = None,
    verbose: int = 0,
) -> History:
    """Play `steps` steps of the game by `gan.fit`; with a checkpoint file, go on from what it holds.

    A finished run can be prolonged: train again with more steps from its checkpoint.

    Parameters
    ----------
    gan : GAN
        Compiled.
    images : ndarray, uint8 (N, H, W, C)
    batch, steps : int, optional
        Default: those of the recipe that `gan` was built from.
    seed : int
        Of the shuffling.
    every, callback : int, function
        `callback(done)` before the first step, then after each `every` steps.
    checkpoint : path-like, optional
        Written atomically every `checkpoint_every` steps and at the end; if it exists, training starts from it.
    identity : dict, optional
        What a checkpoint must have been made with (recipe, seed, data) to be resumed from; of JSON's types.
    verbose : {0, 1, 2}
        As `fit` has it.

    Returns
    -------
    History

    Raises
    ------
    GancourseError
        If the checkpoint is of another recipe, seed or data set or is damaged, or if a loss is no longer finite.
    """
    batch, steps = batch or gan.recipe.batch, steps or gan.recipe.steps
    identity = {"batch": batch, "shuffling": seed} | (identity or {})
    identity |= {"backend": keras.backend.backend()}
    if gan.recipe is not None:
        identity |= json.loads(json.dumps(asdict(gan.recipe)))  # tuples as JSON has them
        for free in ("steps", "save_every"):  # a longer run begins as the shorter one did
            del identity[free]
    done, seconds, values, random = 0, 0.0, [], None
    if checkpoint is not None and Path(checkpoint).exists():
        done, seconds, values, random = load_checkpoint(checkpoint, gan, identity)
    started = time.perf_counter() - seconds
    losses = Losses(values)

    def save(done):
        check_finite(np.array(losses.values).reshape(-1, len(MEASURED)))
        if checkpoint is not None:
            _save(checkpoint, gan, identity, done, time.perf_counter() - started, losses.values)

    if done == 0:
        save(0)  # at once, so that there is always something to resume
        if callback:
            callback(0)
    if done < steps:
        callbacks = [RandomState(random), losses]
        if callback and every:
            callbacks.append(Every(every, callback, done))
        callbacks.append(Every(checkpoint_every, save, done))
        rest = Batches(images, batch, seed, stop=steps, start=done)
        gan.fit(rest, shuffle=False, verbose=verbose, callbacks=callbacks)
        save(steps)
    history = np.array(losses.values, "float32")
    return History(history, batch, time.perf_counter() - started, MEASURED)


def state(gan) -> list:
    """All variables that training changes: both players, the average, both optimisers, every random state.

    `.keras` and `.weights.h5` files leave out the states of SeedGenerators, so a resumed run would see other noise
    and other dropout.
    """
    return [*gan.variables, *gan.g_optimizer.variables, *gan.d_optimizer.variables]


def _save(path, gan, identity, done, seconds, values):
    about = {"format": FORMAT, "identity": identity, "done": done, "seconds": seconds}
    arrays = {
        f"{index:04d}": keras.ops.convert_to_numpy(each) for index, each in enumerate(state(gan))
    }
    buffer = io.BytesIO()
    np.savez(
        buffer,
        about=json.dumps(about),
        values=np.array(values, "float64"),
        random=random_state(),
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
    try:
        with np.load(path, allow_pickle=False) as saved:
            about = json.loads(str(saved["about"]))
            values, random = saved["values"].tolist(), saved["random"]
            arrays = [saved[name] for name in sorted(saved.files) if name.isdecimal()]
    except FileNotFoundError:
        raise GancourseError(f"no checkpoint at {path}") from None
    except Exception as error:  # zip, header and JSON damage raise half a dozen kinds
        raise GancourseError(
            f"{path} is not a readable checkpoint ({type(error).__name__}): the file is damaged or of another kind"
        ) from error
    if about.get("format") != FORMAT:
        raise GancourseError(
            f"{path} is not a checkpoint of this version of gancourse: train again, to another folder"
        )
    if identity is not None:
        check_identity(path, about["identity"], identity)
    variables = state(gan)
    if [each.shape for each in arrays] != [tuple(each.shape) for each in variables]:
        raise GancourseError(f"{path} holds other networks than those of this recipe")
    for variable, array in zip(variables, arrays, strict=True):
        variable.assign(array)
    return about["done"], about["seconds"], values, random
