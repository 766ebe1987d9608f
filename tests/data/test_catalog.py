"""What the catalogue says of the sets is complete, and the datasheets have each of them."""

import re
from pathlib import Path

import numpy as np
import pytest

from gancourse import GancourseError, data
from gancourse.data.spec import Bundled, Files, ImageFolder

DATASHEETS = Path(__file__).parents[2] / "book" / "datasheets.md"


@pytest.mark.parametrize("spec", data.CATALOG.values(), ids=data.CATALOG)
def test_every_set_has_its_datasheet(spec):
    page = DATASHEETS.read_text(encoding="utf-8")
    table, sections = page.split("(sheet-digits)=")[0], page.split("\n(")
    assert f"`{spec.name}`" in table
    (section,) = (part for part in sections if part.startswith(f"{spec.datasheet})=\n"))
    assert spec.name in section.splitlines()[1]
    for heading in ("Source", "Size", "Licence", "onsent", "Bias", "How to get it", "What breaks"):
        assert heading in section, f"{spec.name}: the datasheet does not say: {heading}"
    if isinstance(spec.source, Files):
        assert f"gancourse data {spec.name}" in section
        row = table[table.index(f"`{spec.name}`") :].split("* - ")[0]
        assert f"{spec.source.megabytes:g} MB" in row


@pytest.mark.parametrize("spec", data.CATALOG.values(), ids=data.CATALOG)
def test_every_spec_is_whole(spec):
    assert data.dataset_spec(spec.name) is spec
    assert spec.title and spec.count and spec.licence and spec.cite
    assert not (spec.classes and spec.domains)
    assert spec.bundled == isinstance(spec.source, Bundled)
    if spec.suite == "labelled":
        assert len(set(spec.classes)) == len(spec.classes) > 1 and spec.size
    else:
        assert spec.suite == "faces" and spec.resizable and spec.channels == 3
    if isinstance(spec.source, Files):
        assert all(re.fullmatch("[0-9a-f]{32}", md5) for md5 in spec.source.checksums.values())
        assert all(mirror.endswith("/") for mirror in spec.source.mirrors)
    if isinstance(spec.source, ImageFolder) and spec.domains:
        labels = {label for _, label in spec.source.places.values()}
        assert labels == set(range(len(spec.domains)))


def test_fashion_mnist_is_read_as_mnist_is(fashion_folder):
    """One entry in the catalogue, no other line: the format is MNIST's."""
    train, test = (data.load("fashion-mnist", split, fashion_folder) for split in ("train", "test"))
    assert train.images.shape == (300, 28, 28, 1) and len(test) == 100
    assert train.classes == 10 and train.spec.classes[train.labels[9]] == "ankle boot"
    folder = data.prepare("fashion-mnist", fashion_folder)
    assert folder.name == "fashion-mnist" and data.preparations(train.spec) == [folder]
    assert data.load("fashion-mnist").fingerprint == train.fingerprint


def test_its_checksums_are_the_published_ones():
    """https://github.com/zalandoresearch/fashion-mnist, README.md, "Get the Data"; torchvision has the same."""
    assert data.CATALOG["fashion-mnist"].source.checksums == {
        "train-images-idx3-ubyte.gz": "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
        "train-labels-idx1-ubyte.gz": "25c81989df183df01b3e8a0aad5dffbe",
        "t10k-images-idx3-ubyte.gz": "bef4ecab320f06d8554ea6380940ec79",
        "t10k-labels-idx1-ubyte.gz": "bb300cfdad3c16e7a12a480ee83cd310",
    }


def test_an_image_set_is_what_its_spec_says():
    spec = data.dataset_spec("mnist")
    images, labels = np.zeros((3, 28, 28, 1), np.uint8), np.array([0, 9, 4])
    assert data.ImageSet("mnist", "train", images, labels, spec=spec).classes == 10
    with pytest.raises(GancourseError, match="image 2 has the label 10; there are 10, from 0 on"):
        data.ImageSet("mnist", "train", images, np.array([0, 9, 10]), spec=spec)
    with pytest.raises(GancourseError, match=r"must be 28 × 28 .* these are 32 × 32 with 3"):
        data.ImageSet("mnist", "train", np.zeros((3, 32, 32, 3), np.uint8), labels, spec=spec)
