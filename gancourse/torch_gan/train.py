"""The training loop, which goes on from a checkpoint as if it had never stopped."""

import time
from dataclasses import asdict
from pathlib import Path

import torch

from gancourse import GancourseError, runtime
from gancourse.history import History, check_finite
from gancourse.progress import progress_bar
from gancourse.torch_gan.checkpoint import load_checkpoint, resume, save_checkpoint
from gancourse.torch_gan.numerics import numerics
from gancourse.torch_gan.step import train_step


def train(
    gan,
    batches,
    *,
    step=train_step,
    steps: int | None = None,
    every: int = 0,
    callback=None,
    checkpoint=None,
    checkpoint_every: int = 1000,
    identity: dict | None = None,
    started=None,
    progress: bool | None = None,
) -> History:
    """Train for `steps` steps; with a checkpoint file, go on from what it holds.

    A resumed run is equal to an unbroken one bit for bit on a processor, and on a GPU with the recipe's
    `deterministic`. Without it a GPU may round differently each time, and the two are different runs of one recipe.

    A finished run can be prolonged by training again with more steps from its checkpoint, unless the recipe's
    learning rates fall towards the end (`lr_decay`).

    The loop reads nothing back from the device: measurements stay there and are fetched when a checkpoint is
    written or training ends.

    Of several processes (`gan.world`) each trains on its part of every batch, and the first one alone calls `callback`
    and `started`, shows the progress and reads and writes the checkpoint. The history is the mean over all of them.

    Parameters
    ----------
    gan : GAN
        The networks to train, with their optimisers and recipe.
    batches : Batches
        The stream of real images, or of points.
    step : function
        (gan, real, labels) to a dict with the metrics of the GAN's objective; `train_step`, or your own.
    steps : int, optional
        The number of steps; default: the recipe's, or its epochs times the batches per epoch.
    every, callback : int, function
        `callback(done)` before the first step, then after each `every` steps; it must leave the random state as
        it is, as `gan.sample` does.
    checkpoint : path-like, optional
        A file, written atomically every `checkpoint_every` steps and at the end; if it exists, training starts
        from it.
    identity : dict, optional
        What a checkpoint must have been made with (seed, data), beside the recipe, to be resumed from.
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
        If the checkpoint is of another recipe, seed, data set or number of processes or is damaged, if a step leaves
        out a metric, if a loss is no longer finite, or if another process has ended.
    """
    if not steps:
        epochs = getattr(gan.recipe, "epochs", 0)
        steps = epochs * batches.per_epoch if epochs else gan.recipe.steps
    identity = asdict(gan.recipe) | {"steps": steps} | (identity or {})
    if not gan.recipe.lr_decay:  # a longer run begins as a shorter one does
        identity = {key: identity[key] for key in identity if key not in ("steps", "epochs")}
    world = gan.world
    identity |= {"precision": str(gan.precision), "device": gan.device.type}
    identity |= {"processes": world.size}
    if not world.is_first:
        callback = started = None
        progress = False
    metrics = gan.objective.metrics
    values = torch.zeros(steps, len(metrics), device=gan.device)
    done, seconds = 0, 0.0
    saved = world.first(lambda: _saved(checkpoint))
    if saved is not None:
        done, seconds, earlier = resume(checkpoint, saved, gan, batches, identity, steps)
        values[:done] = earlier.to(gan.device)
    elif checkpoint is not None:  # at once, so that there is always something to resume
        save_checkpoint(checkpoint, gan, batches, identity, 0, 0.0, values[:0])
    if started and done < steps:
        started()
    if callback and done == 0:
        callback(0)

    averaged = done  # steps whose measurements are those of all processes
    began = time.perf_counter() - seconds
    bar = progress_bar(total=steps, initial=done, unit="step", shown=progress)
    with bar, runtime.threads(gan.recipe.threads), numerics(gan):
        while done < steps:
            gan.set_progress(done / steps)
            measured = step(gan, *next(batches))
            gan.share_statistics()
            missing = set(metrics) - measured.keys()
            if missing:
                raise GancourseError(
                    f"the step measured no {', '.join(sorted(missing))}: with objective="
                    f"{gan.recipe.objective!r} it must return {', '.join(metrics)}"
                )
            values[done] = torch.stack([measured[metric].detach() for metric in metrics])
            done += 1
            bar.update()
            if callback and every and done % every == 0:
                callback(done)
            if done % checkpoint_every == 0 or done == steps:
                world.average([values[averaged:done]])
                averaged = done
                check_finite(values[:done].cpu().numpy())
                if checkpoint is not None:
                    save_checkpoint(
                        checkpoint,
                        gan,
                        batches,
                        identity,
                        done,
                        time.perf_counter() - began,
                        values[:done],
                    )
    return History(
        values.cpu().numpy(),
        batches.batch,
        time.perf_counter() - began,
        metrics,
        gan.objective.chance,
    )


def _saved(checkpoint):
    """What the checkpoint holds; None where there is none."""
    if checkpoint is None or not Path(checkpoint).exists():
        return None
    return load_checkpoint(checkpoint)
