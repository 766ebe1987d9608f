"""The frame slider."""

import base64
import io
import re

import numpy as np
import pytest
from PIL import Image

from gancourse import GancourseError, web


def test_frame_slider_is_self_contained_and_escaped():
    frames = [np.full((4, 4), value, np.uint8) for value in (0, 255)]
    html = web.frame_slider(frames, ["first", "</script>"], label="A & B", alt='say "hi"').data
    assert html.count("data:image/png;base64,") == 3  # two frames, and the one shown at first
    assert "http" not in html and html.count("</script>") == 1
    assert 'alt="say &quot;hi&quot;"' in html and "A &amp; B" in html and 'type="range"' in html
    with pytest.raises(GancourseError, match="as many captions as frames: got 2 and 1"):
        web.frame_slider(frames, ["one"], label="", alt="")


def test_many_large_frames_are_embedded_with_a_small_loss():
    """Twenty grids of 32 faces at 64 × 64, as a training on a GPU leaves them."""
    ramp = np.linspace(0, 255, 530).astype(np.uint8)
    rng = np.random.default_rng(0)
    smooth = np.broadcast_to(ramp, (266, 530))
    frames = [
        np.stack([np.roll(smooth, 20 * i, 1), smooth, smooth[:, ::-1]], -1)
        ^ rng.integers(0, 8, (266, 530, 3), np.uint8)
        for i in range(20)
    ]
    html = web.frame_slider(frames, ["a frame"] * 20, label="", alt="").data
    assert "image/png" not in html and len(html) < 2_000_000
    first = re.search('data:image/webp;base64,([^"]+)', html)[1]
    shown = np.asarray(Image.open(io.BytesIO(base64.b64decode(first))), int)
    assert shown.shape == frames[0].shape and abs(shown - frames[0]).mean() < 6
