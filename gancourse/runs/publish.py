"""Write what may be committed of a run to a folder of its own."""

import shutil
from pathlib import Path

import numpy as np
from PIL import Image

from gancourse import GancourseError
from gancourse.files import atomic
from gancourse.runs.backend import backend_of
from gancourse.runs.folder import Run, save_samples
from gancourse.runs.record import check_replaceable, write_record


def publish(run: Run, folder, weights: bool = False) -> None:
    """Write what may be committed of a run: its record, losses and grids of generated images, but no real image.

    Parameters
    ----------
    run : Run
        An opened run.
    folder : path-like
        A new folder, or one with an earlier record, which is replaced.
    weights : bool
        Whether to add the weights of the generator that samples, in float16.

    Raises
    ------
    GancourseError
        If `folder` is the run's own, or holds anything but a record.
    """
    folder = Path(folder)
    if folder.resolve() == run.folder.resolve():
        raise GancourseError(f"{folder} cannot be published over itself: name another folder")
    check_replaceable(folder)
    grids = sorted(run.folder.glob("generated-images-*.png"))
    with atomic(folder, folder=True) as scratch:
        write_record(scratch, run.record)
        save_samples(run, scratch / "generated.png")
        for name in ("losses.npy", "generated-along.png"):  # a published run has the second already
            if (run.folder / name).exists():
                shutil.copyfile(run.folder / name, scratch / name)
        if grids and not run.spec.classes:
            _save_rows(grids, scratch / "generated-along.png")
        if weights:
            backend_of(run.recipe).save_weights(run.gan, scratch)


def _save_rows(grids, path, rows: int = 11) -> None:
    """Stack the first rows of `rows` grids, from the first to the last: the same noise, ever more training."""
    chosen = [
        grids[i] for i in np.linspace(0, len(grids) - 1, min(rows, len(grids))).round().astype(int)
    ]
    pictures = [np.asarray(Image.open(grid)) for grid in chosen]
    height = (pictures[0].shape[0] - 2) // 8
    with atomic(path) as scratch:
        Image.fromarray(np.concatenate([picture[:height] for picture in pictures])).save(
            scratch, format="PNG"
        )
