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
    folder = tmp_path / "files"
    folder.mkdir()
    rng = np.random.default_rng(0)
    checksums = {}
    for part, count in (("train", 300), ("t10k", 100)):
        for kind, array in (
            ("images-idx3", rng.integers(0, 256, (count, 28, 28))),
            ("labels-idx1", np.arange(count) % 10),
        ):
            path = folder / f"{part}-{kind}-ubyte.gz"
            path.write_bytes(gzip.compress(idx_bytes(array), mtime=0))
            checksums[path.name] = hashlib.md5(path.read_bytes()).hexdigest()
    spec = data.CATALOG["mnist"]
    source = replace(spec.source, checksums=checksums)
    monkeypatch.setitem(data.CATALOG, "mnist", replace(spec, source=source))
    return folder
