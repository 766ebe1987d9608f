"""The embedded data: scikit-learn's 1,797 real handwritten digits at their own 8 × 8 pixels."""

import numpy as np

TEST_SHARE = 5  # every fifth image of a class is held out


def load_digits() -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Read scikit-learn's digits and hold out every fifth image of each class.

    The originals have 17 grey levels, 0 to 16; they are stretched to 0 to 255.

    Returns
    -------
    dict
        "train" and "test", each (images, labels): uint8 (N, 8, 8, 1) and int64 (N,); 1,442 and 355 images.

    Source: E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, UCI Machine Learning Repository,
    1998 (CC BY 4.0); scikit-learn ships the test part.
    """
    from sklearn import datasets

    raw = datasets.load_digits()
    images = np.round(raw.images * (255 / 16)).astype(np.uint8)[..., None]
    labels = raw.target.astype(np.int64)
    rank_in_class = np.zeros(len(labels), int)
    for digit in range(10):
        rank_in_class[labels == digit] = np.arange(np.sum(labels == digit))
    held_out = rank_in_class % TEST_SHARE == TEST_SHARE - 1
    return {
        "train": (images[~held_out], labels[~held_out]),
        "test": (images[held_out], labels[held_out]),
    }
