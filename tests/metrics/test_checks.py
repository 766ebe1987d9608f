"""Features that nothing can be measured on are refused, whatever the metric."""

import numpy as np
import pytest

from gancourse import GancourseError
from gancourse.metrics import frechet_distance, mmd

GOOD = np.arange(12.0).reshape(4, 3)
HOLE = np.where(GOOD == 7, np.nan, GOOD)


@pytest.mark.parametrize("distance", [frechet_distance, mmd])
@pytest.mark.parametrize(
    ("a", "b", "message"),
    [
        (GOOD[:1], GOOD, "features of 1 images: there must be at least two"),
        (GOOD, GOOD[:0], "features of 0 images"),
        (GOOD[0], GOOD, r"must be \(N, D\), one row per image, not \(3,\)"),
        (GOOD, GOOD[None], r"not \(1, 4, 3\)"),
        (GOOD, GOOD[:, :0], r"not \(4, 0\)"),
        (GOOD, GOOD[:, :2], "3 features against 2: take both from one extractor"),
        (GOOD, HOLE, "of 1 of 4 images are not finite, first in row 2"),
        (GOOD, GOOD - np.inf, "4 of 4 images are not finite"),
    ],
)
def test_bad_features(distance, a, b, message):
    with pytest.raises(GancourseError, match=message):
        distance(a, b)
