"""Sets are listed, prepared and audited by the command."""

import sys

import pytest
from a_command import run
from PIL import Image

from gancourse import cli, data


def test_data_lists_the_sets():
    out = run("data")
    assert "digits" in out and "[embedded]" in out and "[to fetch, 11.6 MB]" in out


def test_data_prepares(mnist_folder, monkeypatch, capsys):
    """In this process, so that the fixture's checksums hold."""
    monkeypatch.setattr(sys, "argv", ["gancourse", "data", "mnist", "--from", str(mnist_folder)])
    with pytest.raises(SystemExit) as end:
        cli.main()
    assert end.value.code == 0
    assert "300 training and 100 test images" in capsys.readouterr().out


def test_data_audits_faces(tmp_path):
    folder = tmp_path / "faces"
    folder.mkdir()
    for i in range(20):
        Image.new("RGB", (20, 24), (i, 0, 0)).save(folder / f"{i:02}.png")
    Image.new("L", (20, 24), 9).save(folder / "grey.png")
    (folder / "page.jpg").write_text("<html>quota</html>")
    out = run("data", "celeba", "--from", str(folder), "--size", "16", "--fit", "squash")
    assert out.splitlines()[:4] == [
        "22 files",
        "          1  not an image   left out: a web page, a table or a text, whatever its name says",
        "          1  grey           kept: repeated in three channels",
        "         20  good           kept: RGB as it is",
    ]
    assert "audit.csv" in out and "celeba: 18 training and 3 test images" in out
    listed = run("data")
    assert "[prepared: 16-squash]" in listed and "faceworld-photo" in listed


def test_data_interrupted_says_how_to_go_on(monkeypatch, capsys):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(data, "prepare", interrupt)
    monkeypatch.setattr(sys, "argv", ["gancourse", "data", "celeba"])
    with pytest.raises(SystemExit) as end:
        cli.main()
    assert end.value.code == 1 and "the same command goes on" in capsys.readouterr().err
