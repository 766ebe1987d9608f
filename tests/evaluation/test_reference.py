"""The card of images against images."""

import pytest

from gancourse import evaluation
from gancourse.data import faceworld


@pytest.fixture(scope="module")
def faces():
    return faceworld.draw(400, 32, "photo", seed=0)[0]


def test_the_card_of_real_faces_is_at_the_floor(faces):
    card = evaluation.face_card(faces[300:] / 255, faces[:300])
    assert card["settings"]["samples"] == 100 and card["sliced_wasserstein"] == pytest.approx(
        card["sliced_wasserstein_floor"], rel=0.4
    )
    assert card["spread_ratio"] == pytest.approx(1, abs=0.1)
