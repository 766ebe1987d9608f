"""Every test has its own cache and none of the reader's settings; small MNIST-like files stand in for the real ones."""

import gzip
import hashlib
import os
import struct
from dataclasses import replace

import numpy as np
import pytest

from gancourse import data


def pytest_configure():
    """For fixtures that outlive a test: the budget of the tests, and nothing of the reader's."""
    os.environ["GANCOURSE_BUDGET"] = "reduced"
    if "PYTEST_XDIST_WORKER" in os.environ:  # threads of one worker must not fight those of another
        os.environ["OMP_NUM_THREADS"] = "1"
    for name in ("GANCOURSE_DATA", "GANCOURSE_CACHE"):
        os.environ.pop(name, None)


def pytest_make_parametrize_id(val, argname):
    """A file's bytes make no name to read, and some hold the time at which they were packed."""
    return argname if isinstance(val, bytes) else None


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("GANCOURSE_CACHE", str(tmp_path / "cache"))


def idx_bytes(array: np.ndarray) -> bytes:
    return (
        struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape)
        + array.astype(np.uint8).tobytes()
    )


@pytest.fixture
def mnist_folder(tmp_path, monkeypatch):
    """Four idx files in the shape of MNIST's, 300 + 100 images; their checksums stand in for the official ones."""
    rng = np.random.default_rng(0)
    images = (rng.integers(0, 256, (count, 28, 28)) for count in (300, 100))
    return write_idx_set(tmp_path / "files", monkeypatch, "mnist", *images)


@pytest.fixture
def fashion_folder(tmp_path, monkeypatch):
    """The same for Fashion-MNIST; of class k row 2k + 3 is bright, so that a classifier can learn it."""
    rng = np.random.default_rng(0)
    parts = []
    for count in (300, 100):
        images = rng.integers(0, 100, (count, 28, 28))
        images[np.arange(count), 2 * (np.arange(count) % 10) + 3] += 150
        parts.append(images)
    return write_idx_set(tmp_path / "files", monkeypatch, "fashion-mnist", *parts)


def write_idx_set(folder, monkeypatch, name, train, test):
    """Write the files of `name` with these images, labelled 0 to 9 in turn; the catalogue has their checksums."""
    folder.mkdir()
    for part, images in (("train", train), ("t10k", test)):
        for kind, array in (("images-idx3", images), ("labels-idx1", np.arange(len(images)) % 10)):
            content = gzip.compress(idx_bytes(array), mtime=0)
            (folder / f"{part}-{kind}-ubyte.gz").write_bytes(content)
    set_checksums(monkeypatch, name, folder)
    return folder


def set_checksums(monkeypatch, name, folder):
    """The files in `folder` stand in for those that `name` is published as."""
    spec = data.CATALOG[name]
    checksums = {
        file: hashlib.md5((folder / file).read_bytes()).hexdigest()
        for file in spec.source.checksums
    }
    source = replace(spec.source, checksums=checksums)
    monkeypatch.setitem(data.CATALOG, name, replace(spec, source=source))
