"""Write what of a run may be committed to a folder of its own."""

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
    """Write what of a run may be committed to `folder`: record, losses, grids of generated images, no real one.

    With `weights` also those of the generator that samples, in float16.
    """
    folder = Path(folder)
    if folder.resolve() == run.folder.resolve():
        raise GancourseError(f"{folder} cannot be published over itself: name another folder")
    check_replaceable(folder)
    along = sorted(run.folder.glob("generated-images-*.png"))
    with atomic(folder, folder=True) as scratch:
        write_record(scratch, run.record)
        save_samples(run, scratch / "generated.png")
        for name in ("losses.npy", "generated-along.png"):  # the second, if it was published before
            if (run.folder / name).exists():
                shutil.copyfile(run.folder / name, scratch / name)
        if along and not run.spec.classes:
            _save_rows(along, scratch / "generated-along.png")
        if weights:
            backend_of(run.recipe).save_weights(run.gan, scratch)


def _save_rows(grids, path, rows: int = 11) -> None:
    """Stack the first row of `rows` grids of one run, from the first to the last: one noise, more and more trained."""
    chosen = [
        grids[i] for i in np.linspace(0, len(grids) - 1, min(rows, len(grids))).round().astype(int)
    ]
    pictures = [np.asarray(Image.open(each)) for each in chosen]
    height = (pictures[0].shape[0] - 2) // 8
    with atomic(path) as scratch:
        Image.fromarray(np.concatenate([each[:height] for each in pictures])).save(
            scratch, format="PNG"
        )
