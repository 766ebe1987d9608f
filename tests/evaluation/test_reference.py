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


def test_a_few_faces_again_and_again_are_as_many_in_effect(faces):
    """The spread falls by a fifth, the Vendi score by half."""
    few = evaluation.face_card(faces[:10].repeat(15, axis=0) / 255, faces[100:])
    real = evaluation.face_card(faces[:150] / 255, faces[100:])
    assert few["spread_ratio"] > 0.75 and few["vendi"] < 6 < 0.6 * few["vendi_floor"]
    assert real["vendi"] == pytest.approx(real["vendi_floor"], rel=0.2)
