"""A run folder: train a recipe into it, resume it, sample from it, evaluate it, publish its record.

record.json  losses.npy  log.txt  checkpoint.pt or .npz  generated-images-0001.png ...

The recipe says whether PyTorch or Keras is used; only that one is imported.
"""

from gancourse.runs.backend import Backend, backend_of
from gancourse.runs.evaluate import SAMPLES, evaluate
from gancourse.runs.folder import Run, open_run, save_samples
from gancourse.runs.publish import publish
from gancourse.runs.record import (
    PUBLISHED,
    check_replaceable,
    committed,
    read_record,
    write_record,
)
from gancourse.runs.times import seconds_per_step
from gancourse.runs.train import train_recipe

__all__ = [
    "PUBLISHED",
    "SAMPLES",
    "Backend",
    "Run",
    "backend_of",
    "check_replaceable",
    "committed",
    "evaluate",
    "open_run",
    "publish",
    "read_record",
    "save_samples",
    "seconds_per_step",
    "train_recipe",
    "write_record",
]
