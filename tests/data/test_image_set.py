import numpy as np
import pytest

from gancourse import GancourseError
from gancourse.data import ImageSet


def test_fingerprint_sees_every_pixel_and_label():
    images, labels = np.zeros((4, 2, 2, 1), np.uint8), np.arange(4)
    original = ImageSet("x", "train", images, labels).fingerprint
    assert ImageSet("x", "test", images.copy(), labels.copy()).fingerprint == original
    for change in ("pixel", "label", "shape"):
        other, others = images.copy(), labels.copy()
        if change == "pixel":
            other[3, 1, 1, 0] = 1
        elif change == "label":
            others[3] = 0
        else:
            other = other.reshape(4, 1, 4, 1)
        assert ImageSet("x", "train", other, others).fingerprint != original


def test_image_set_refuses_what_is_not_images():
    with pytest.raises(GancourseError, match="uint8"):
        ImageSet("x", "train", np.zeros((4, 2, 2, 1)))
    with pytest.raises(GancourseError, match="4 images but 3 labels"):
        ImageSet("x", "train", np.zeros((4, 2, 2, 1), np.uint8), np.arange(3))


def test_attributes_belong_to_images():
    images = np.zeros((4, 2, 2, 3), np.uint8)
    with pytest.raises(GancourseError, match="4 images but 3 values of 'hat'"):
        ImageSet("x", "train", images, attributes={"hat": np.zeros(3)})
