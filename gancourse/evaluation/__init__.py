"""How good are the samples? Extractors, classifiers, and the suites that say which metrics apply to which data."""

from gancourse.evaluation.attributes import (
    AttributeClassifier,
    attribute_card,
    attribute_classifier,
)
from gancourse.evaluation.classifiers import Classifier, digit_classifier, domain_classifier
from gancourse.evaluation.domains import domain_card
from gancourse.evaluation.feature_card import feature_card
from gancourse.evaluation.features import (
    Extractor,
    Features,
    classifier_features,
    inception,
    random_convolutions,
)
from gancourse.evaluation.labels import label_card
from gancourse.evaluation.metric import Metric
from gancourse.evaluation.reference import Reference, image_card
from gancourse.evaluation.result import Result, values
from gancourse.evaluation.samples import Samples
from gancourse.evaluation.suite import Part, Suite
from gancourse.evaluation.suites import SUITES, face_card, suite_of

__all__ = [
    "SUITES",
    "AttributeClassifier",
    "Classifier",
    "Extractor",
    "Features",
    "Metric",
    "Part",
    "Reference",
    "Result",
    "Samples",
    "Suite",
    "attribute_card",
    "attribute_classifier",
    "classifier_features",
    "digit_classifier",
    "domain_card",
    "domain_classifier",
    "face_card",
    "feature_card",
    "image_card",
    "inception",
    "label_card",
    "random_convolutions",
    "suite_of",
    "values",
]
