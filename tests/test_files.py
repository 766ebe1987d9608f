from pathlib import Path

import pytest

from gancourse import GancourseError, files


def test_an_atomic_write_keeps_the_old_file_on_failure(tmp_path):
    target = tmp_path / "x"
    files.write_text(target, "old")
    with pytest.raises(GancourseError, match="No space left"), files.atomic(target) as scratch:
        scratch.write_text("half")
        raise OSError(28, "No space left on device")
    assert target.read_text() == "old" and [path.name for path in tmp_path.iterdir()] == ["x"]


def test_a_failed_exchange_of_folders_brings_the_old_one_back(tmp_path, monkeypatch):
    old = tmp_path / "folder"
    old.mkdir()
    (old / "x").write_text("old")
    rename = Path.rename

    def fail_once(self, target):
        if self.name == "folder" and self != old:
            raise OSError(5, "Input/output error")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", fail_once)
    with (
        pytest.raises(GancourseError, match="Input/output error"),
        files.atomic(old, folder=True) as scratch,
    ):
        (scratch / "x").write_text("new")
    assert (old / "x").read_text() == "old" and list(tmp_path.iterdir()) == [old]
    monkeypatch.undo()
    with files.atomic(old, folder=True) as scratch:
        (scratch / "x").write_text("new")
    assert (old / "x").read_text() == "new" and list(tmp_path.iterdir()) == [old]
