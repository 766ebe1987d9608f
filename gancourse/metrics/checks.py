"""What features must be before anything is measured on them."""

import numpy as np

from gancourse import GancourseError


def feature_pair(a, b) -> tuple[np.ndarray, np.ndarray]:
    """Two sets of features as float64, (N, D) and (M, D).

    Raises
    ------
    GancourseError
        As `frechet_distance`.
    """
    a, b = (np.asarray(features, np.float64) for features in (a, b))
    for features in (a, b):
        check_features(features)
    if a.shape[1] != b.shape[1]:
        raise GancourseError(
            f"{a.shape[1]} features against {b.shape[1]}: take both from one extractor"
        )
    return a, b


def check_features(features) -> None:
    """Raise a GancourseError unless these are features: (N, D), at least two rows, finite."""
    if features.ndim != 2 or features.shape[1] == 0:
        raise GancourseError(f"features must be (N, D), one row per image, not {features.shape}")
    if len(features) < 2:
        raise GancourseError(f"features of {len(features)} images: there must be at least two")
    if not np.isfinite(features).all():
        rows = np.flatnonzero(~np.isfinite(features).all(axis=1))
        raise GancourseError(
            f"features of {len(rows)} of {len(features)} images are not finite, first in row {rows[0]}: "
            "look at what the generator drew there"
        )
