"""How good are the samples? Measures on NumPy arrays, whatever framework drew them."""

from gancourse.evaluation.judges import Judge, digit_judge
from gancourse.evaluation.labels import agreement, score_card, within_class_std

__all__ = ["Judge", "agreement", "digit_judge", "score_card", "within_class_std"]
