"""Snapshots of a training, and their slider."""

import json
import re

import numpy as np

from gancourse import pictures, web


def test_a_slider_of_all_snapshots_begins_with_the_last():
    drawn = iter([np.full((4, 6, 6, 1), value, np.uint8) for value in (0, 90, 255)])
    snapshots = web.Snapshots(lambda: next(drawn), batch=64)
    for done in (0, 500, 1000):
        snapshots(done)
    assert snapshots.steps == [0, 500, 1000]
    assert [images.max() for images in snapshots.images] == [0, 90, 255]
    slider = snapshots.slider(label="Training", alt="grey", columns=2)
    frames, captions = (
        json.loads(text) for text in re.findall(r"(\[\".*?\"\])", slider.data.split("slider(")[-1])
    )
    assert captions == [
        "0 steps, 0 images seen",
        "500 steps, 32,000 images seen",
        "1,000 steps, 64,000 images seen",
    ]
    assert len(set(frames)) == 3 and 'value="2"' in slider.data
    last = web.frame_slider([pictures.tile(snapshots.images[-1], 2)], [""], label="", alt="")
    assert frames[-1] in last.data
