"""Metrics: pure functions on NumPy arrays, each under its name in the literature, whatever drew the images."""

from gancourse.metrics.discriminator import auc, discriminator
from gancourse.metrics.diversity import spread, within_class_std
from gancourse.metrics.frechet import (
    eigenface_frechet,
    eigenfaces,
    frechet_distance,
    gaussian_frechet,
)
from gancourse.metrics.labels import agreement
from gancourse.metrics.memorisation import memorisation, nearest
from gancourse.metrics.mmd import mmd
from gancourse.metrics.modes import mode_coverage
from gancourse.metrics.prdc import prdc
from gancourse.metrics.sliced_wasserstein import pyramid, sliced_wasserstein

__all__ = [
    "agreement",
    "auc",
    "discriminator",
    "eigenface_frechet",
    "eigenfaces",
    "frechet_distance",
    "gaussian_frechet",
    "memorisation",
    "mmd",
    "mode_coverage",
    "nearest",
    "prdc",
    "pyramid",
    "sliced_wasserstein",
    "spread",
    "within_class_std",
]
