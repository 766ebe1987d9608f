"""Theory that can be computed: densities, divergences, two-player games, mixtures of Gaussians. NumPy only."""

from gancourse.theory.densities import gaussian, optimal_discriminator, value
from gancourse.theory.divergences import (
    gaussian_mmd,
    jensen_shannon,
    kullback_leibler,
    squared_hellinger,
    total_variation,
    triangular,
)
from gancourse.theory.games import (
    METHODS,
    Bilinear,
    DiracGAN,
    OneCentredDirac,
    SpectralDirac,
    average,
    gain,
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
    "OneCentredDirac",
    "SpectralDirac",
    "average",
    "gain",
    "gaussian",
    "gaussian_mmd",
    "grid",
    "jensen_shannon",
    "kullback_leibler",
    "largest_step",
    "observed_rate",
    "optimal_discriminator",
    "play",
    "predicted_rate",
    "ring",
    "squared_hellinger",
    "step_matrix",
    "total_variation",
    "triangular",
    "value",
]
