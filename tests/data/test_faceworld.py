import numpy as np
import pytest
from PIL import Image

from gancourse import GancourseError
from gancourse.data import faceworld
from gancourse.data.faceworld import ATTRIBUTES, BACKGROUND, HAIR, SKIN, STYLES, draw


@pytest.fixture(scope="module")
def faces():
    """500 small faces of each style, with their attributes."""
    return {style: draw(500, 24, style, seed=3) for style in STYLES}


def values(attributes, name):
    return np.array(ATTRIBUTES[name])[attributes[name]]


def region(images, left, top, right, bottom):
    """Mean colour (N, 3) of a part of each picture; the sides are given as shares of the whole."""
    size = images.shape[1]
    rows, columns = (
        slice(round(top * size), round(bottom * size)),
        slice(round(left * size), round(right * size)),
    )
    return images[:, rows, columns].mean((1, 2))


@pytest.mark.parametrize("style", STYLES)
def test_shapes_and_ranges(faces, style):
    images, attributes = faces[style]
    assert images.shape == (500, 24, 24, 3) and images.dtype == np.uint8
    assert set(attributes) == {*ATTRIBUTES, "pose", "jaw"}
    for name, names in ATTRIBUTES.items():
        assert attributes[name].shape == (500,) and attributes[name].dtype == np.int64
        assert attributes[name].min() >= 0 and attributes[name].max() < len(names)
    assert attributes["pose"].min() < -0.9 and attributes["pose"].max() > 0.9
    assert abs(attributes["pose"]).max() <= 1
    assert attributes["jaw"].min() >= 0 and attributes["jaw"].max() <= 1


@pytest.mark.parametrize("style", STYLES)
def test_a_face_is_fixed_by_seed_style_and_index(style):
    images, attributes = draw(6, 32, style, seed=1)
    again, same = draw(6, 32, style, seed=1)
    tail, tail_attributes = draw(4, 32, style, seed=1, start=2)
    assert (again == images).all() and (tail == images[2:]).all()
    for name in attributes:
        assert (same[name] == attributes[name]).all()
        assert (tail_attributes[name] == attributes[name][2:]).all()
    assert (draw(6, 32, style, seed=2)[0] != images).any(axis=(1, 2, 3)).all()


@pytest.mark.parametrize("style", STYLES)
def test_a_face_is_the_same_at_another_size(style):
    large, attributes = draw(20, 64, style, seed=0)
    small, same = draw(20, 32, style, seed=0)
    assert all((attributes[name] == same[name]).all() for name in attributes)
    for big, little in zip(large, small, strict=True):
        reduced = np.asarray(Image.fromarray(big).reduce(2), float).ravel()
        assert np.corrcoef(reduced, little.ravel())[0, 1] > 0.97


@pytest.mark.parametrize("size", [8, 9, 100])
def test_any_size_can_be_drawn(size):
    images, _ = draw(12, size, "photo", seed=0)
    assert images.shape == (12, size, size, 3)
    assert images.std(axis=(1, 2, 3)).min() > 10


@pytest.mark.parametrize("style", STYLES)
def test_every_value_occurs_where_it_applies(faces, style):
    look = faceworld.STYLE[style]
    absent = {"hair_colour": set(HAIR) - set(look.hair_colours)}
    absent["eye_colour"] = set(faceworld.EYES) - set(look.eye_colours)
    if style == "anime":
        absent |= {"hair_cut": {"bald"}, "beard": {"moustache", "full"}}
    for name, names in ATTRIBUTES.items():
        assert set(values(faces[style][1], name)) == set(names) - absent.get(name, set())
    skin = np.bincount(faces[style][1]["skin"], minlength=len(SKIN)) / 500
    assert (abs(skin - 1 / len(SKIN)) < 0.05).all()  # more than three standard deviations


def test_no_two_faces_are_equal(faces):
    everything = np.concatenate([images[:300] for images, _ in faces.values()])
    assert len({image.tobytes() for image in everything}) == 900


@pytest.mark.parametrize("style", STYLES)
def test_skin_is_the_colour_of_the_cheeks(faces, style):
    images, attributes = faces[style]
    clear = (values(attributes, "beard") == "none") & (values(attributes, "glasses") == "none")
    cheeks = region(images, 0.42, 0.60, 0.58, 0.70).mean(1)
    means = [cheeks[clear & (values(attributes, "skin") == name)].mean() for name in SKIN]
    assert (np.diff(means) < 0).all()  # the tones are listed from light to dark
    assert np.corrcoef(means, [np.mean(rgb) for rgb in SKIN.values()])[0, 1] > 0.98


@pytest.mark.parametrize("style", STYLES)
def test_hair_colour_is_the_colour_above_the_forehead(faces, style):
    images, attributes = faces[style]
    bare = (values(attributes, "hat") == "none") & (values(attributes, "hair_cut") != "bald")
    above = region(images, 0.42, 0.16, 0.58, 0.26)
    names = faceworld.STYLE[style].hair_colours
    colours = [above[bare & (values(attributes, "hair_colour") == name)].mean(0) for name in names]
    for channel in range(3):
        painted = [HAIR[name][channel] for name in names]
        assert np.corrcoef(np.array(colours)[:, channel], painted)[0, 1] > 0.97


@pytest.mark.parametrize("style", STYLES)
def test_sunglasses_darken_the_eyes(faces, style):
    images, attributes = faces[style]
    x, y, w, _ = faceworld.STYLE[style].eye
    middle = 0.53 + 0.53 * y
    eyes = [region(images, 0.5 + 0.53 * (s * x - w / 2), middle - 0.06, 0.5 + 0.53 * (s * x + w / 2), middle + 0.06)
            for s in (-1, 1)]  # fmt: skip
    brightness = np.mean(eyes, axis=(0, 2))
    dark = values(attributes, "glasses") == "sunglasses"
    assert brightness[dark].mean() < 0.6 * brightness[~dark].mean()


@pytest.mark.parametrize("style", STYLES)
def test_background_is_the_colour_of_the_top_corners(faces, style):
    images, attributes = faces[style]
    corners = np.stack([images[:, 0, 0], images[:, 0, -1]]).astype(float)
    tops = np.array([top for top, _ in BACKGROUND.values()], float)
    distance = np.linalg.norm(corners[:, :, None] - tops, axis=-1).min(0)
    assert (distance.argmin(1) == attributes["background"]).mean() > 0.95


def test_a_turned_head_keeps_its_eyes_in_place():
    face = next(
        f for f in (faceworld.sample("photo", 0, i) for i in range(99)) if f.hair_cut == "bald"
    )
    face.skin, face.background, face.eye_colour = "fair", "night", "brown"
    face.glasses = face.hat = face.beard = "none"
    pictures = {}
    for pose in (-1, 0, 1):
        face.pose = pose
        pictures[pose] = np.asarray(faceworld.paint(face, 64), float).mean(-1)

    def centre(weights):
        """The column around which the weights balance."""
        return (weights * np.arange(weights.shape[1])).sum() / weights.sum()

    crown = {pose: centre(picture[14:20] > 120) for pose, picture in pictures.items()}
    assert crown[-1] > crown[0] + 2 and crown[1] < crown[0] - 2
    for columns in (slice(18, 31), slice(33, 46)):  # the dark of each eye
        eye = {pose: centre(picture[31:38, columns] < 100) for pose, picture in pictures.items()}
        assert max(abs(eye[1] - eye[0]), abs(eye[-1] - eye[0])) < 2  # 3 % of the picture


def test_an_open_smile_shows_teeth(faces):
    images, attributes = faces["photo"]
    mouth = region(images, 0.42, 0.74, 0.58, 0.82)
    dark = np.isin(values(attributes, "skin"), ["brown", "umber", "deep"])
    smile, beard = values(attributes, "smile"), values(attributes, "beard") == "none"
    bright = {
        name: mouth[dark & beard & (smile == name)].max(1).mean() for name in ATTRIBUTES["smile"]
    }
    assert bright["open"] > bright["smile"] + 10 and bright["open"] > bright["neutral"] + 10


def test_styles_differ(faces):
    edges = {
        style: abs(np.diff(images.astype(float), axis=2)).mean()
        for style, (images, _) in faces.items()
    }
    assert (
        edges["photo"] < edges["anime"] and edges["photo"] < edges["cartoon"]
    )  # soft shading against ink
    # Cel shading has fewer colours than soft shading.
    colours = {
        style: np.mean([len(np.unique(i.reshape(-1, 3), axis=0)) for i in images[:50]])
        for style, (images, _) in faces.items()
    }
    assert colours["cartoon"] < colours["anime"] < colours["photo"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"style": "oil"}, "no style is called 'oil'; choose one of: photo, anime, cartoon"),
        ({"size": 7}, "size must be a whole number, at least 8"),
        ({"size": 1025}, "size must be at most 1024"),
        ({"size": 32.0}, "size must be a whole number"),
        ({"count": 0}, "count must be a whole number, at least 1"),
        ({"seed": -1}, "seed must be a whole number, at least 0"),
        ({"start": -1}, "start must be a whole number, at least 0"),
    ],
)
def test_bad_input_is_refused(change, message):
    with pytest.raises(GancourseError, match=message):
        draw(**({"count": 1, "size": 32, "style": "photo", "seed": 0} | change))
