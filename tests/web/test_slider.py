"""The frame slider."""

import numpy as np
import pytest

from gancourse import GancourseError, web


def test_frame_slider_is_self_contained_and_escaped():
    frames = [np.full((4, 4), value, np.uint8) for value in (0, 255)]
    html = web.frame_slider(frames, ["first", "</script>"], label="A & B", alt='say "hi"').data
    assert html.count("data:image/png;base64,") == 3  # two frames, and the one shown at first
    assert "http" not in html and html.count("</script>") == 1
    assert 'alt="say &quot;hi&quot;"' in html and "A &amp; B" in html and 'type="range"' in html
    with pytest.raises(GancourseError, match="as many captions as frames: got 2 and 1"):
        web.frame_slider(frames, ["one"], label="", alt="")
