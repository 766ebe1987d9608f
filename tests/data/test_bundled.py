"""The sets that need no download: the digits, and the sets of drawn faces."""

import numpy as np
import pytest
from sklearn.datasets import load_digits

from gancourse import GancourseError, data
from gancourse.data import faceworld
from gancourse.data.readers import bundled


def test_digits_are_scikit_learns_split_by_class():
    train, test = data.load("digits"), data.load("digits", "test")
    assert train.images.shape == (1442, 8, 8, 1) and test.images.shape == (355, 8, 8, 1)
    both = data.load("digits", "train+test")
    raw = load_digits()
    assert len(both) == len(raw.target) == 1797
    # the same images, in another order
    ours = {
        (image.tobytes(), int(label)) for image, label in zip(both.images, both.labels, strict=True)
    }
    theirs = np.round(raw.images * 255 / 16).astype(np.uint8)
    assert ours == {
        (image.tobytes(), int(label)) for image, label in zip(theirs, raw.target, strict=True)
    }
    share = np.bincount(test.labels) / np.bincount(both.labels)
    assert (abs(share - 0.2) < 0.005).all()
    assert both.images.max() == 255


def test_digits_ignore_environment_and_cache(monkeypatch, tmp_path):
    before = data.load("digits").fingerprint
    monkeypatch.setenv("GANCOURSE_DATA", str(tmp_path / "nowhere"))
    assert data.load("digits").fingerprint == before == "62658e68f9e5b958"
    with pytest.raises(GancourseError, match="embedded"):
        data.load("digits", path=tmp_path)
    with pytest.raises(GancourseError, match="embedded"):
        data.prepare("digits")


@pytest.mark.parametrize("style", faceworld.STYLES)
def test_drawn_faces_need_nothing_and_know_their_attributes(tmp_path, monkeypatch, style):
    monkeypatch.setenv("GANCOURSE_DATA", str(tmp_path / "nowhere"))
    assert bundled.FACES == {"train": (0, 4000), "test": (4000, 1000)}
    monkeypatch.setattr(bundled, "FACES", {"train": (0, 6), "test": (6, 4)})
    train, test, both = (
        data.load(f"faceworld-{style}", split, size=16) for split in ("train", "test", "train+test")
    )
    images, attributes = faceworld.draw(10, 16, style, 0)
    assert (both.images == images).all() and both.images.shape == (10, 16, 16, 3)
    assert (train.images == images[:6]).all() and (test.images == images[6:]).all()
    for key, values in attributes.items():
        assert (test.attributes[key] == values[6:]).all() and len(train.attributes[key]) == 6
    assert not (tmp_path / "cache").exists()


PAIR = "faceworld-photo2cartoon"


def test_drawn_photos_and_cartoons_are_labelled_by_style(tmp_path, monkeypatch):
    monkeypatch.setenv("GANCOURSE_DATA", str(tmp_path / "nowhere"))
    monkeypatch.setattr(bundled, "FACES", {"train": (0, 8), "test": (8, 4)})
    train, test, both = (
        data.load(PAIR, split, size=16) for split in ("train", "test", "train+test")
    )
    assert train.labels.tolist() == [0] * 4 + [1] * 4 and test.labels.tolist() == [0, 0, 1, 1]
    assert train.labels.dtype == np.int64 and train.classes == 2
    for dataset, start in ((train, 0), (test, 8)):
        for i, label in enumerate(dataset.labels):
            image, attributes = faceworld.draw(1, 16, ("photo", "cartoon")[label], 0, start + i)
            assert (dataset.images[i] == image[0]).all()
            assert all(dataset.attributes[key][i] == each[0] for key, each in attributes.items())
    assert (both.images == np.concatenate([train.images, test.images])).all()
    assert (both.labels == np.concatenate([train.labels, test.labels])).all()
    assert all(len(values) == 12 for values in both.attributes.values())
    assert len({image.tobytes() for image in both.images}) == 12, "no face is in both parts"
    again = data.load(PAIR, "train", size=16)
    assert again.fingerprint == train.fingerprint != test.fingerprint
    unlabelled = data.ImageSet(PAIR, "train", train.images)
    assert unlabelled.fingerprint != train.fingerprint
    assert not (tmp_path / "cache").exists()


def test_the_whole_of_the_drawn_pair(monkeypatch):
    """What would be drawn: 2,500 of each style, and no row of the sequence twice."""
    drawn = []

    def note(count, size, style, seed, start):
        drawn.append((style, seed, start, start + count))
        return np.zeros((count, size, size, 3), np.uint8), {"hat": np.zeros(count, np.int64)}

    monkeypatch.setattr(faceworld, "draw", note)
    counts = [len(data.load(PAIR, split, size=8)) for split in ("train", "test", "train+test")]
    assert counts == [4000, 1000, 5000]
    parts = [
        ("photo", 0, 0, 2000),
        ("cartoon", 0, 2000, 4000),
        ("photo", 0, 4000, 4500),
        ("cartoon", 0, 4500, 5000),
    ]
    assert drawn == parts + parts
