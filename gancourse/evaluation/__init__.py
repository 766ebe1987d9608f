"""How good are the samples? Measures on NumPy arrays, whatever framework drew them."""

from gancourse.evaluation.discriminators import auc, discriminator_card
from gancourse.evaluation.faces import (
    eigenfaces,
    face_card,
    frechet_distance,
    sliced_wasserstein,
    spread,
)
from gancourse.evaluation.judges import Judge, digit_judge
from gancourse.evaluation.labels import agreement, score_card, within_class_std

__all__ = [
    "Judge",
    "agreement",
    "auc",
    "digit_judge",
    "discriminator_card",
    "eigenfaces",
    "face_card",
    "frechet_distance",
    "score_card",
    "sliced_wasserstein",
    "spread",
    "within_class_std",
]
