"""How good are the samples? Measures on NumPy arrays, whatever framework drew them."""

from gancourse.evaluation.attributes import AttributeJudge, attribute_card, attribute_judge
from gancourse.evaluation.coverage import precision_recall
from gancourse.evaluation.discriminators import auc, discriminator_card
from gancourse.evaluation.distances import frechet_distance, gaussian_frechet, kernel_distance
from gancourse.evaluation.domains import domain_card
from gancourse.evaluation.extractors import (
    Extractor,
    inception,
    judge_features,
    random_convolutions,
)
from gancourse.evaluation.faces import (
    eigenfaces,
    face_card,
    sliced_wasserstein,
    spread,
)
from gancourse.evaluation.features import Features, Result, feature_card
from gancourse.evaluation.judges import Judge, digit_judge, domain_judge
from gancourse.evaluation.labels import agreement, score_card, within_class_std
from gancourse.evaluation.neighbours import memorisation_card, nearest

__all__ = [
    "AttributeJudge",
    "Extractor",
    "Features",
    "Judge",
    "Result",
    "agreement",
    "attribute_card",
    "attribute_judge",
    "auc",
    "digit_judge",
    "discriminator_card",
    "domain_card",
    "domain_judge",
    "eigenfaces",
    "face_card",
    "feature_card",
    "frechet_distance",
    "gaussian_frechet",
    "inception",
    "judge_features",
    "kernel_distance",
    "memorisation_card",
    "nearest",
    "precision_recall",
    "random_convolutions",
    "score_card",
    "sliced_wasserstein",
    "spread",
    "within_class_std",
]
