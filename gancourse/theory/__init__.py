"""Theory that can be computed: densities, two-player games, mixtures of Gaussians. NumPy only."""

from gancourse.theory.densities import gaussian, jensen_shannon, optimal_discriminator, value
from gancourse.theory.games import (
    METHODS,
    Bilinear,
    DiracGAN,
    largest_step,
    observed_rate,
    play,
    predicted_rate,
    step_matrix,
)
from gancourse.theory.mixtures import Mixture, grid, ring

__all__ = [
    "METHODS",
    "Bilinear",
    "DiracGAN",
    "Mixture",
    "gaussian",
    "grid",
    "jensen_shannon",
    "largest_step",
    "observed_rate",
    "optimal_discriminator",
    "play",
    "predicted_rate",
    "ring",
    "step_matrix",
    "value",
]
