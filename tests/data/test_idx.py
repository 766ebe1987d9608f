import gzip

import numpy as np
import pytest
from conftest import idx_bytes

from gancourse import GancourseError
from gancourse.data.readers.idx import read_idx


@pytest.mark.parametrize("compress", [gzip.compress, bytes])
def test_idx_round_trip(tmp_path, compress):
    array = np.random.default_rng(0).integers(0, 256, (5, 3, 2)).astype(np.uint8)
    (tmp_path / "x").write_bytes(compress(idx_bytes(array)))
    assert (read_idx(tmp_path / "x") == array).all()


def test_idx_known_bytes(tmp_path):
    # type 0x0C is a big-endian int32; one dimension of two values
    (tmp_path / "x").write_bytes(bytes([0, 0, 0x0C, 1, 0, 0, 0, 2, 0, 0, 1, 0, 255, 255, 255, 255]))
    assert read_idx(tmp_path / "x").tolist() == [256, -1]


GOOD = idx_bytes(np.zeros((4, 3, 3)))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "no idx file at"),
        (b"", "not an idx file"),
        (b"<html>Quota exceeded</html>", "not an idx file"),
        (GOOD[:6], "cut short"),
        (GOOD[:-1], "damaged: its header promises 36 bytes"),
        (GOOD + b"\0", "damaged: its header promises 36 bytes"),
        (gzip.compress(GOOD, mtime=0)[:-10], "damaged"),
        (b"\x1f\x8bnot gzip", "damaged"),
    ],
)
def test_idx_damage_is_named(tmp_path, content, message):
    if content is not None:
        (tmp_path / "x").write_bytes(content)
    with pytest.raises(GancourseError, match=message) as caught:
        read_idx(tmp_path / "x")
    assert str(tmp_path / "x") in str(caught.value)
