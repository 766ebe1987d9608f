"""A step of the game as one CUDA graph: its kernels are recorded once, then started together."""

import torch

from gancourse import GancourseError
from gancourse.torch_gan.step import train_step

WARM_UP = 3  # steps before the recording, which is what PyTorch's page on CUDA graphs asks for


class GraphedStep:
    """A step for `train(step=...)` that a GPU repeats without waiting for Python.

    A small GAN keeps a fast GPU idle: Python starts some hundred kernels a step, one by one, and each ends before
    the next has been started. A CUDA graph starts all of them at once. The first three steps run as usual, then one
    is recorded, and from there on each step copies its batch to where the recording reads it and replays. What is
    fixed by the recording is everything that Python decides: so a recipe whose steps differ (falling learning rates,
    penalties only now and then, several updates of D for one of G, recycled noise, float16 with its scaler) is refused.

    Parameters
    ----------
    step : function
        (gan, real, labels) to a dict of scalar tensors, as `train_step`; it must read nothing back from the device.

    Source: PyTorch's notes, "CUDA Graphs", whole-network capture.
    """

    def __init__(self, step=train_step):
        self.step = step
        self._gan = self._graph = None
        self._done = 0

    def __call__(self, gan, real, labels):
        """One step on a batch, as `train_step` describes it.

        Raises
        ------
        GancourseError
            If the GAN is not on an NVIDIA GPU, if its recipe's steps differ from one another, or if the step has
            already trained another GAN.
        """
        if self._gan is None:
            self._gan = gan
        elif self._gan is not gan:
            raise GancourseError("a recorded step trains one GAN: make a GraphedStep for each")
        if self._graph is None and self._done < WARM_UP:
            if reasons := _reasons_against(gan):
                raise GancourseError(
                    f"this GAN's step cannot be recorded as a CUDA graph: {reasons[0]}. Train with step=train_step"
                )
            self._done += 1
            return self._aside(gan, real, labels)
        if self._graph is None:
            self._graph = self._record(gan, real, labels)
        self._real.copy_(real)
        if self._labels is not None:
            self._labels.copy_(labels)
        self._graph.replay()
        gan.d_updates += 1
        if gan.ema is not None:
            gan.ema.moved()
        return self._measured

    def _aside(self, gan, real, labels):
        """A step as usual, but on a stream of its own: what PyTorch sets up then is no part of the recording."""
        stream = torch.cuda.Stream(gan.device)
        stream.wait_stream(torch.cuda.current_stream(gan.device))
        with torch.cuda.stream(stream):
            measured = self.step(gan, real, labels)
        torch.cuda.current_stream(gan.device).wait_stream(stream)
        return measured

    def _record(self, gan, real, labels):
        """Record a step, which does not run it: `replay` does."""
        self._real = real.clone()
        self._labels = None if labels is None else labels.clone()
        for optimizer in gan.optimizers.values():
            for group in optimizer.param_groups:
                group["capturable"] = True
        updates, graph = gan.d_updates, torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph):
            self._measured = self.step(gan, self._real, self._labels)
        gan.d_updates = updates  # a recording is no update
        return graph


def fastest_step(gan):
    """A `GraphedStep` where this GAN's step can be recorded, else `train_step`."""
    return train_step if _reasons_against(gan) else GraphedStep()


def _reasons_against(gan) -> list[str]:
    """Why this GAN's step cannot be recorded."""
    recipe = gan.recipe
    if gan.device.type != "cuda":
        return [f"it is on {gan.device.type}, not on an NVIDIA GPU"]
    reasons = {
        "several processes train it, and speak to each other in every step": gan.world.size > 1,
        "lr_decay changes the learning rates along the run": recipe.lr_decay,
        "noise='recycled' hands a tensor from step to step": recipe.noise == "recycled",
        f"penalty_every={recipe.penalty_every} makes steps differ": (
            gan.penalties and recipe.penalty_every != 1
        ),
        f"objective={recipe.objective!r} updates G only now and then": gan.objective.d_steps != 1,
        "float16 needs a scaler, which looks at each step's gradients": (
            gan.precision == torch.float16
        ),
    }
    return [reason for reason, holds in reasons.items() if holds]
