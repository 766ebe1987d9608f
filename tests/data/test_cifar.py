"""CIFAR-10's binary version: six files of records in a tar archive."""

import io
import tarfile

import numpy as np
import pytest
from conftest import set_checksums

from gancourse import GancourseError, data
from gancourse.data.readers import cifar

FILE = "cifar-10-binary.tar.gz"
NAMES = [*cifar.MEMBERS["train"], *cifar.MEMBERS["test"]]


def record(label: int, image: np.ndarray) -> bytes:
    """The label, then the planes of red, green and blue."""
    return bytes([label]) + b"".join(image[..., channel].tobytes() for channel in range(3))


def contents(each: int = 4) -> tuple[dict[str, bytes], np.ndarray, np.ndarray]:
    """Six files of `each` random records, and their images and labels in order."""
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (6 * each, 32, 32, 3)).astype(np.uint8)
    labels = np.arange(6 * each) % 10
    records = [record(*pair) for pair in zip(labels, images, strict=True)]
    files = {name: b"".join(records[i * each : (i + 1) * each]) for i, name in enumerate(NAMES)}
    return files, images, labels


def pack(path, files: dict):
    with tarfile.open(path, "w:gz") as archive:
        for name, content in files.items():
            entry = content
            if isinstance(content, bytes):
                entry = tarfile.TarInfo(name)
                entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content) if isinstance(content, bytes) else None)
    return path


@pytest.fixture
def packed(tmp_path, monkeypatch):
    folder = tmp_path / "files"
    folder.mkdir()
    pack(folder / FILE, contents()[0])
    set_checksums(monkeypatch, "cifar-10", folder)
    return folder


def test_the_planes_of_a_record_become_an_image(tmp_path):
    image = np.zeros((32, 32, 3), np.uint8)
    image[0, 1] = (10, 20, 30)  # first row, second column
    image[31, 0] = (40, 50, 60)
    content = record(7, image)
    assert len(content) == 3073
    assert [content[i] for i in (0, 2, 1024 + 2, 2048 + 2)] == [7, 10, 20, 30]
    path = pack(tmp_path / FILE, dict.fromkeys(NAMES, content))
    images, labels, attributes = cifar.read_labelled([path], "test")
    assert (images == image[None]).all() and labels.tolist() == [7] and attributes is None
    assert images.dtype == np.uint8 and labels.dtype == np.int64


def test_batches_come_in_their_order_whatever_the_archives(tmp_path):
    files, images, labels = contents()
    shuffled = {name: files[name] for name in reversed(NAMES)}
    shuffled = {"cifar-10-batches-bin/batches.meta.txt": b"airplane\n"} | shuffled
    path = pack(tmp_path / FILE, shuffled)
    train, test = (cifar.read_labelled([path], split) for split in ("train", "test"))
    assert (train.images == images[:20]).all() and train.labels.tolist() == list(labels[:20])
    assert (test.images == images[20:]).all() and test.labels.tolist() == list(labels[20:])


def test_nothing_is_unpacked(tmp_path):
    files = contents()[0] | {"../outside.bin": b"x"}
    (tmp_path / "inside").mkdir()
    path = pack(tmp_path / "inside" / FILE, files)
    cifar.read_labelled([path], "train")
    assert [each for each in tmp_path.rglob("*") if each.is_file()] == [path]


def link(name):
    entry = tarfile.TarInfo(name)
    entry.type, entry.linkname = tarfile.SYMTYPE, "/etc/hostname"
    return entry


BATCH = "cifar-10-batches-bin/data_batch_3.bin"
WHOLE = contents()[0][BATCH]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({BATCH: WHOLE[:-1]}, r"data_batch_3\.bin holds 12,291 bytes, which are not 1 to 10,000"),
        ({BATCH: WHOLE + b"\0"}, "holds 12,293 bytes"),
        ({BATCH: b""}, "holds 0 bytes"),
        ({BATCH: WHOLE[:3073] + b"\x0a" + WHOLE[3074:]}, r"record 1 has the label 10, which must"),
        ({BATCH: None}, r"has no cifar-10-batches-bin/data_batch_3\.bin"),
        ({BATCH: link(BATCH)}, r"data_batch_3\.bin is not a file"),
    ],
)
def test_wrong_records_are_named(tmp_path, changed, message):
    files = {name: each for name, each in (contents()[0] | changed).items() if each is not None}
    path = pack(tmp_path / FILE, files)
    with pytest.raises(GancourseError, match=message) as caught:
        cifar.read_labelled([path], "train")
    assert str(path) in str(caught.value)
    assert len(cifar.read_labelled([path], "test").labels) == 4, "the other split is whole"


def test_a_file_of_more_records_than_there_are_is_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr(cifar, "MOST", 3)
    path = pack(tmp_path / FILE, contents()[0])
    with pytest.raises(GancourseError, match="holds 12,292 bytes, which are not 1 to 3 whole"):
        cifar.read_labelled([path], "train")


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: b"",
        lambda content: b"<html>Service unavailable</html>",
        lambda content: b"\x1f\x8bnot gzip",
        lambda content: content[: len(content) // 2],
        lambda content: content[:-10],
        lambda content: content[:5000] + bytes([content[5000] ^ 255]) + content[5001:],
    ],
    ids=["empty", "web page", "no gzip", "half", "without its end", "one byte"],
)
def test_a_damaged_archive_is_named(tmp_path, damage):
    path = pack(tmp_path / FILE, contents()[0])
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(GancourseError, match=r"damaged|cut short") as caught:
        cifar.read_labelled([path], "train")
    assert str(path) in str(caught.value)


def test_a_missing_archive_is_named(tmp_path):
    with pytest.raises(GancourseError, match="no archive at"):
        cifar.read_labelled([tmp_path / FILE], "train")


def test_the_set_is_loaded_prepared_and_checked(packed):
    _, images, labels = contents()
    given = data.load("cifar-10", path=packed)
    assert (given.images == images[:20]).all() and given.spec.classes[given.labels[3]] == "cat"
    assert given.classes == 10
    both = data.load("cifar-10", "train+test", packed)
    assert (both.images == images).all() and both.labels.tolist() == list(labels)
    data.prepare("cifar-10", packed)
    prepared = data.load("cifar-10")
    assert isinstance(prepared.images, np.memmap)
    assert prepared.fingerprint == given.fingerprint
    (packed / FILE).write_bytes(b"x")
    with pytest.raises(GancourseError, match=r"cifar-10-binary\.tar\.gz has the wrong checksum"):
        data.load("cifar-10", path=packed)


def test_the_checksum_is_the_published_one():
    """https://www.cs.toronto.edu/~kriz/cifar.html, "Download"."""
    assert data.CATALOG["cifar-10"].source.checksums == {FILE: "c32a1d4ab5d03f1284b67883e8d87530"}
