"""Agreement with the labels is accuracy."""

import numpy as np
import pytest
from sklearn.metrics import accuracy_score

from gancourse import GancourseError, metrics


def test_agreement_is_accuracy():
    rng = np.random.default_rng(0)
    predicted, labels = rng.integers(0, 10, (2, 500))
    assert metrics.agreement(predicted, labels) == accuracy_score(labels, predicted)
    with pytest.raises(GancourseError, match=r"\(3,\) predictions for \(4,\) labels"):
        metrics.agreement([1, 2, 3], [1, 2, 3, 4])
