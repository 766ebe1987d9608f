"""Evaluate a run's samples against held-out real images, and write the card into the run's record."""

import numpy as np

from gancourse import evaluation
from gancourse.runs.backend import backend_of
from gancourse.runs.folder import Run, conditional, load
from gancourse.runs.record import write_record

SAMPLES = 10_000  # how many samples are evaluated by default


def evaluate(
    run: Run, samples: int = SAMPLES, seed: int = 0, path=None, inception: bool = False
) -> dict:
    """Evaluate a run's samples against held-out real images, and write the card into the run's record.

    The suite of the run's data says which metrics are measured: see `gancourse.evaluation.suites`.

    Parameters
    ----------
    run : Run
        An opened run.
    samples : int
        How many images to generate, equally many of each class if there are classes; the suite may use fewer.
    seed : int
        The seed for the noise.
    path : path-like, optional
        Where the data are; see `gancourse.data.load`.
    inception : bool
        Whether to measure on Inception's features as well, which needs torch-fidelity and a network connection.

    Returns
    -------
    dict
        The card, as `gancourse.evaluation.Suite.measure` gives it.

    Raises
    ------
    GancourseError
        If there are too few samples for the suite, or if the data cannot be loaded.
    """
    recipe, backend = run.recipe, backend_of(run.recipe)
    held_out = load(recipe, "test", path)
    suite = evaluation.suite_of(run.spec)
    drawn = run.draw(suite.count(samples, held_out.classes), seed)
    asked = suite.a_class or conditional(recipe)
    own = (run.folder / backend.CHECKPOINT).exists()  # a published run has its generator only

    def draw_plain(count):
        return backend.sample(run.gan, count, run.record["data"]["classes"], seed, averaged=False)

    given = evaluation.Samples(
        drawn,
        held_out,
        lambda: load(recipe, "train", path),
        labels=np.arange(len(drawn)) % held_out.classes if asked else None,
        seed=seed,
        ema=bool(recipe.ema),
        fit=getattr(recipe, "fit", "crop"),
        path=path,
        logits=run.gan.logits if own else None,
        draw_plain=draw_plain if own and recipe.ema else None,
        trained_on=run.record["data"]["fingerprint"],
    )
    requested = ("inception",) if inception else ()
    card = suite.measure(given, requested, run.record.get("evaluation"))
    run.record["evaluation"] = card
    write_record(run.folder, run.record)
    return card
