import pytest

from gancourse import GancourseError, files


def test_an_atomic_write_keeps_the_old_file_on_failure(tmp_path):
    target = tmp_path / "x"
    files.write_text(target, "old")
    with pytest.raises(GancourseError, match="No space left"), files.atomic(target) as scratch:
        scratch.write_text("half")
        raise OSError(28, "No space left on device")
    assert target.read_text() == "old" and [path.name for path in tmp_path.iterdir()] == ["x"]
