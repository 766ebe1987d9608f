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


@pytest.mark.parametrize("moved", ["folder", "replaced"])
def test_an_interrupted_exchange_of_folders_loses_neither(tmp_path, monkeypatch, moved):
    """Ctrl-C after the old folder has been put aside, or after the new one has taken its place."""
    place = tmp_path / "folder"
    place.mkdir()
    (place / "x").write_text("old")
    rename = Path.rename

    def interrupted(self, target):
        rename(self, target)
        if Path(target).name == moved:
            monkeypatch.setattr(Path, "rename", rename)
            raise KeyboardInterrupt

    monkeypatch.setattr(Path, "rename", interrupted)
    with pytest.raises(KeyboardInterrupt), files.atomic(place, folder=True) as scratch:
        (scratch / "x").write_text("new")
    assert (place / "x").read_text() == ("old" if moved == "replaced" else "new")
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


@pytest.mark.parametrize("killed_after", [1, 2])
def test_what_a_killed_exchange_put_aside_comes_back(tmp_path, killed_after):
    scratch = tmp_path / f"{files.SCRATCH}abc"
    new, aside, place = scratch / "folder", scratch / "replaced", tmp_path / "folder"
    for folder, text in ((new, "new"), (place, "old")):
        folder.mkdir(parents=True)
        (folder / "x").write_text(text)
    place.rename(aside)
    if killed_after == 2:
        new.rename(place)
    files.remove_unfinished(tmp_path)
    assert (place / "x").read_text() == ("old" if killed_after == 1 else "new")
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]
