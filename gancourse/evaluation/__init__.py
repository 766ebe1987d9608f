"""How good are the samples? Measures on NumPy arrays, whatever framework drew them."""

from gancourse.evaluation.discriminators import auc, discriminator_card
from gancourse.evaluation.domains import domain_card
from gancourse.evaluation.faces import (
    eigenfaces,
    face_card,
    frechet_distance,
    sliced_wasserstein,
    spread,
)
from gancourse.evaluation.judges import Judge, digit_judge, domain_judge
from gancourse.evaluation.labels import agreement, score_card, within_class_std
from gancourse.evaluation.neighbours import memorisation_card, nearest

__all__ = [
    "Judge",
    "agreement",
    "auc",
    "digit_judge",
    "discriminator_card",
    "domain_card",
    "domain_judge",
    "eigenfaces",
    "face_card",
    "frechet_distance",
    "memorisation_card",
    "nearest",
    "score_card",
    "sliced_wasserstein",
    "spread",
    "within_class_std",
]
