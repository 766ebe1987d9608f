"""Controls over a live kernel."""

import numpy as np
import pytest

from gancourse import figures, web


def test_figure_explorer_redraws_with_the_settings():
    asked = []

    def draw(**settings):
        asked.append(settings)
        return figures.loss_shapes(np.arange(3), {"a": (np.arange(3), np.arange(3))})

    explorer = web.figure_explorer(draw, method=("one", "two"), step=(0, 2, 0.5))
    method, step, picture = explorer.children
    assert asked == [{"method": "one", "step": 0.5}]
    method.value = "two"
    step.value = 1.0
    assert asked[-1] == {"method": "two", "step": 1.0}
    assert bytes(picture.value).startswith(b"\x89PNG")


def test_class_explorer_redraws_what_the_sliders_say():
    asked = []

    def draw(noise, labels):
        asked.append((noise, labels))
        return np.zeros((1, 8, 8, 1))

    explorer = web.class_explorer(draw, latent=100)
    chosen, first, _, picture = explorer.children
    before = asked[-1][0]
    chosen.value = 7
    assert asked[-1][1].tolist() == [7] and (asked[-1][0] == before).all()
    first.value = 2.0
    noise = asked[-1][0]
    assert noise.shape == (1, 100) and not np.allclose(noise, before)
    assert np.linalg.norm(noise) == pytest.approx(10, rel=1e-5), "as long as a typical noise vector"
    assert bytes(picture.value).startswith(b"\x89PNG")
