"""How long a recipe takes on this machine: a few of its steps, timed."""

import time
from dataclasses import replace

import numpy as np

from gancourse import GancourseError
from gancourse.data import ImageSet, dataset_spec
from gancourse.runs.backend import backend_of

WARM_UP, TIMED = 2, 4  # steps; the first ones set the kernels up, or trace the graph


def seconds_per_step(recipe, steps: int = TIMED) -> float:
    """Seconds that a step of `recipe` takes here, measured on noise in place of images: to a step they are all one.

    Parameters
    ----------
    recipe : gancourse.recipes.Recipe
        The recipe, of an installed framework.
    steps : int
        How many steps are timed, after two that are not.

    Raises
    ------
    GancourseError
        If `steps` is below 1, or the recipe cannot be built.
    """
    if steps < 1:
        raise GancourseError(f"steps={steps}: at least one step has to be timed")
    backend, spec = backend_of(recipe), dataset_spec(recipe.data)
    size, classes = spec.size or recipe.size, len(spec.labels)
    rng = np.random.default_rng(0)
    shape = (2 * recipe.batch, size, size, spec.channels)
    labels = np.arange(shape[0]) % classes if classes else None
    images = ImageSet(spec.name, "train", rng.integers(0, 256, shape, np.uint8), labels, spec=spec)
    short = replace(recipe, steps=WARM_UP, **({"epochs": 0} if hasattr(recipe, "epochs") else {}))
    gan = backend.build(short, {"classes": classes, "size": size}, seed=0)
    backend.train(gan, images, 0)
    gan.recipe = replace(short, steps=steps)
    began = time.perf_counter()
    backend.train(gan, images, 0)
    return (time.perf_counter() - began) / steps
