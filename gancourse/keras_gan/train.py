"""`fit` with the callbacks of the course, which goes on from a checkpoint as if it had never stopped."""

import json
import time
from dataclasses import asdict
from pathlib import Path

import keras
import numpy as np

from gancourse import GancourseError
from gancourse.history import History, check_finite
from gancourse.keras_gan import engine
from gancourse.keras_gan.batches import Batches
from gancourse.keras_gan.checkpoint import load_checkpoint, save_checkpoint
from gancourse.keras_gan.gan import MEASURED
from gancourse.progress import progress_bar


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
            engine.set_random_state(self.saved)
            self.saved = None


class Progress(keras.callbacks.Callback):
    """The progress bar of the PyTorch side; Keras' own counts from the start of this `fit`."""

    def __init__(self, done: int, steps: int, shown: bool | None):
        super().__init__()
        self.bar = progress_bar(total=steps, initial=done, unit="step", shown=shown)

    def on_train_batch_end(self, batch, logs=None):
        self.bar.update()

    def on_train_end(self, logs=None):
        self.bar.close()


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
    checkpoint_every: int = 1000,
    identity: dict | None = None,
    started=None,
    progress: bool | None = None,
) -> History:
    """Train for `steps` steps with `gan.fit`; with a checkpoint file, go on from what it holds.

    A finished run can be prolonged: train again with more steps from its checkpoint.

    Parameters
    ----------
    gan : GAN
        The networks to train, compiled.
    images : ndarray, uint8 (N, H, W, C)
        The real images.
    batch, steps : int, optional
        Images per step, and the number of steps; default: as in the recipe that `gan` was built from.
    seed : int
        The seed for the shuffling.
    every, callback : int, function
        `callback(done)` before the first step, then after each `every` steps.
    checkpoint : path-like, optional
        A file, written atomically every `checkpoint_every` steps and at the end; if it exists, training starts
        from it.
    identity : dict, optional
        What a checkpoint must have been made with (recipe, seed, data) to be resumed from; of JSON's types.
    started : function, optional
        Called when the checkpoint, if there is one, has been accepted and training begins.
    progress : bool, optional
        Whether to show a progress bar; default: if the error output is a terminal.

    Returns
    -------
    History

    Raises
    ------
    GancourseError
        If the checkpoint is of another recipe, seed or data set or is damaged, or if a loss is no longer finite.
    """
    recipe = {} if gan.recipe is None else json.loads(json.dumps(asdict(gan.recipe)))
    batch = recipe.get("batch") if batch is None else batch
    steps = recipe.get("steps") if steps is None else steps
    if gan.steps_per_execution != 1:
        raise GancourseError(
            f"steps_per_execution={gan.steps_per_execution}: here each step is kept, so it must be 1; fit takes more"
        )
    if not batch or not steps:
        raise GancourseError("this GAN was not built from a recipe: say `batch` and `steps`")
    recipe.pop("steps", None)  # a longer run begins as a shorter one does
    identity = recipe | {
        "batch": batch,
        "shuffling": seed,
        "images": list(images.shape),
        "backend": engine.name(),
        "device": "gpu" if engine.has_gpu() else "cpu",
        "precision": gan.generator.layers[0].compute_dtype,
        **(identity or {}),
    }
    done, seconds, values, random = 0, 0.0, [], engine.random_state()
    if checkpoint is not None and Path(checkpoint).exists():
        done, seconds, values, random = load_checkpoint(checkpoint, gan, identity)
    if done > steps:
        raise GancourseError(
            f"{checkpoint} is at step {done:,}, beyond steps={steps:,}: ask for at least as many"
        )
    batches = Batches(images, batch, seed, stop=steps, start=done)
    clock = time.perf_counter() - seconds
    losses = Losses(values)

    def save(done):
        check_finite(np.array(losses.values).reshape(-1, len(MEASURED)))
        if checkpoint is not None:
            save_checkpoint(
                checkpoint, gan, identity, done, time.perf_counter() - clock, losses.values
            )

    if done == 0:
        save(0)  # at once, so that there is always something to resume
        if callback:
            callback(0)
    if done < steps:
        if started:
            started()
        callbacks = [RandomState(random), losses, Progress(done, steps, progress)]
        if callback and every:
            callbacks.append(Every(every, callback, done))
        callbacks.append(Every(checkpoint_every, save, done))
        gan.fit(batches, shuffle=False, verbose=0, callbacks=callbacks)
        if steps % checkpoint_every:
            save(steps)
    history = np.array(losses.values, "float32")
    return History(history, batch, time.perf_counter() - clock, MEASURED)
