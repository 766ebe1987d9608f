"""The sets that need no download: scikit-learn's handwritten digits, and the faces that a program draws."""

import numpy as np

from gancourse.data import faceworld
from gancourse.data.spec import Arrays

DIGITS_HELD_OUT = 5  # every fifth image of a class
FACES = {"train": (0, 4000), "test": (4000, 1000)}  # of the program's sequence: start and count


def read_digits(split: str, size: int | None = None) -> Arrays:
    """Read scikit-learn's 1,797 digits, of which every fifth image of each class is held out.

    The originals have 17 grey levels, 0 to 16; they are stretched to 0 to 255.

    Source: E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, UCI Machine Learning Repository,
    1998 (CC BY 4.0); scikit-learn ships the test part.

    Parameters
    ----------
    split : {"train", "test"}
        The split to read: 1,442 or 355 images.
    size : None
        Only None: the digits have one size, 8 × 8.

    Returns
    -------
    Arrays
        Images uint8 (N, 8, 8, 1) and labels int64 (N,).
    """
    from sklearn import datasets

    raw = datasets.load_digits()
    images = np.round(raw.images * (255 / 16)).astype(np.uint8)[..., None]
    labels = raw.target.astype(np.int64)
    rank_in_class = np.zeros(len(labels), int)
    for digit in range(10):
        rank_in_class[labels == digit] = np.arange(np.sum(labels == digit))
    held_out = rank_in_class % DIGITS_HELD_OUT == DIGITS_HELD_OUT - 1
    rows = held_out if split == "test" else ~held_out
    return Arrays(images[rows], labels[rows])


def draw_faces(split: str, size: int, styles: tuple[str, ...]) -> Arrays:
    """Draw the faces of a set with one style or several.

    In a set with two styles the first half of each split's rows is drawn in the first style and the second half in
    the second. So no row is drawn twice, and a test row of one set is a test row of all.

    Parameters
    ----------
    split : {"train", "test"}
        The split to draw: 4,000 or 1,000 images.
    size : int
        Height and width in pixels.
    styles : tuple of str
        The styles, each one of `gancourse.data.faceworld.STYLES`.

    Returns
    -------
    Arrays
        Images uint8 (N, size, size, 3), what was drawn as attributes, and with several styles labels int64 (N,):
        the position of the style in `styles`.
    """
    start, count = FACES[split]
    per_style = count // len(styles)
    drawn = [
        faceworld.draw(per_style, size, style, seed=0, start=start + label * per_style)
        for label, style in enumerate(styles)
    ]
    images, attributes = zip(*drawn, strict=True)
    return Arrays(
        np.concatenate(images),
        np.repeat(np.arange(len(styles)), per_style) if len(styles) > 1 else None,
        {key: np.concatenate([part[key] for part in attributes]) for key in attributes[0]},
    )
