import gzip
import json
import subprocess
import sys
import textwrap
import urllib.request
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from conftest import idx_bytes
from sklearn.datasets import load_digits

from gancourse import GancourseError, data, files
from gancourse.data import ImageSet, sources


def test_digits_are_scikit_learns_split_by_class():
    train, test = data.load("digits"), data.load("digits", "test")
    assert train.images.shape == (1442, 8, 8, 1) and test.images.shape == (355, 8, 8, 1)
    both = data.load("digits", "train+test")
    raw = load_digits()
    assert len(both) == len(raw.target) == 1797
    # the same images, in another order
    ours = {
        (image.tobytes(), int(label)) for image, label in zip(both.images, both.labels, strict=True)
    }
    theirs = np.round(raw.images * 255 / 16).astype(np.uint8)
    assert ours == {
        (image.tobytes(), int(label)) for image, label in zip(theirs, raw.target, strict=True)
    }
    share = np.bincount(test.labels) / np.bincount(both.labels)
    assert (abs(share - 0.2) < 0.005).all()
    assert both.images.max() == 255


def test_digits_ignore_environment_and_cache(monkeypatch, tmp_path):
    before = data.load("digits").fingerprint
    monkeypatch.setenv("GANCOURSE_DATA", str(tmp_path / "nowhere"))
    assert data.load("digits").fingerprint == before == "62658e68f9e5b958"
    with pytest.raises(GancourseError, match="embedded"):
        data.load("digits", path=tmp_path)
    with pytest.raises(GancourseError, match="embedded"):
        data.prepare("digits")


def test_fingerprint_sees_every_pixel_and_label():
    images, labels = np.zeros((4, 2, 2, 1), np.uint8), np.arange(4)
    original = ImageSet("x", "train", images, labels).fingerprint
    assert ImageSet("x", "test", images.copy(), labels.copy()).fingerprint == original
    for change in ("pixel", "label", "shape"):
        other, others = images.copy(), labels.copy()
        if change == "pixel":
            other[3, 1, 1, 0] = 1
        elif change == "label":
            others[3] = 0
        else:
            other = other.reshape(4, 1, 4, 1)
        assert ImageSet("x", "train", other, others).fingerprint != original


def test_image_set_refuses_what_is_not_images():
    with pytest.raises(GancourseError, match="uint8"):
        ImageSet("x", "train", np.zeros((4, 2, 2, 1)))
    with pytest.raises(GancourseError, match="4 images but 3 labels"):
        ImageSet("x", "train", np.zeros((4, 2, 2, 1), np.uint8), np.arange(3))


@pytest.mark.parametrize("compress", [gzip.compress, bytes])
def test_idx_round_trip(tmp_path, compress):
    array = np.random.default_rng(0).integers(0, 256, (5, 3, 2)).astype(np.uint8)
    (tmp_path / "x").write_bytes(compress(idx_bytes(array)))
    assert (data.read_idx(tmp_path / "x") == array).all()


def test_idx_known_bytes(tmp_path):
    # type 0x0C is a big-endian int32; one dimension of two values
    (tmp_path / "x").write_bytes(bytes([0, 0, 0x0C, 1, 0, 0, 0, 2, 0, 0, 1, 0, 255, 255, 255, 255]))
    assert data.read_idx(tmp_path / "x").tolist() == [256, -1]


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
        data.read_idx(tmp_path / "x")
    assert str(tmp_path / "x") in str(caught.value)


def test_load_from_a_folder_the_environment_and_the_cache(mnist_folder, monkeypatch):
    given = data.load("mnist", path=mnist_folder)
    assert given.images.shape == (300, 28, 28, 1) and given.labels.tolist()[:3] == [0, 1, 2]
    monkeypatch.setenv("GANCOURSE_DATA", str(mnist_folder))
    assert data.load("mnist").fingerprint == given.fingerprint
    monkeypatch.setenv("GANCOURSE_DATA", str(mnist_folder.parent))
    mnist_folder.rename(mnist_folder.parent / "mnist")
    assert data.load("mnist").fingerprint == given.fingerprint
    data.prepare("mnist")
    monkeypatch.delenv("GANCOURSE_DATA")
    prepared = data.load("mnist")
    assert prepared.fingerprint == given.fingerprint
    assert isinstance(prepared.images, np.memmap)
    about = json.loads((data.prepared_folder("mnist") / "about.json").read_text())
    assert about["train"] == {"count": 300, "fingerprint": given.fingerprint}


def test_wrong_folders_and_files_are_named(mnist_folder, tmp_path):
    with pytest.raises(GancourseError, match="no folder"):
        data.load("mnist", path=tmp_path / "nowhere")
    broken = mnist_folder / "t10k-images-idx3-ubyte.gz"
    content = broken.read_bytes()
    broken.write_bytes(content[:-100])
    with pytest.raises(GancourseError, match=r"t10k-images-idx3-ubyte\.gz has the wrong checksum"):
        data.load("mnist", path=mnist_folder)
    broken.unlink()
    with pytest.raises(GancourseError, match=r"t10k-images-idx3-ubyte\.gz is missing"):
        data.load("mnist", path=mnist_folder)
    with pytest.raises(
        GancourseError, match="no data set is called 'minst'; there are: digits, mnist"
    ):
        data.load("minst")
    with pytest.raises(GancourseError, match="no split is called 'valid'"):
        data.load("digits", "valid")


def test_a_failed_preparation_keeps_the_earlier_one(mnist_folder):
    before = data.prepare("mnist", mnist_folder)
    listing = sorted(path.name for path in before.iterdir())
    (mnist_folder / "train-images-idx3-ubyte.gz").write_bytes(b"")
    with pytest.raises(GancourseError, match="checksum"):
        data.prepare("mnist", mnist_folder)
    assert sorted(path.name for path in before.iterdir()) == listing
    assert len(data.load("mnist")) == 300


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


def test_a_damaged_cache_is_named(mnist_folder):
    folder = data.prepare("mnist", mnist_folder)
    (folder / "test-images.npy").write_bytes(b"\x93NUMPY")
    with pytest.raises(GancourseError, match="delete it and prepare the data again"):
        data.load("mnist")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on file size")
def test_a_full_disk_leaves_nothing(mnist_folder, tmp_path):
    """A limit on file size stands in for the full disk: the third file of the preparation does not fit."""
    script = textwrap.dedent(
        f"""
        import resource, signal
        from dataclasses import replace
        from gancourse import GancourseError, data
        from gancourse.data import sources
        sources.SOURCES["mnist"] = replace(sources.SOURCES["mnist"], files={sources.SOURCES["mnist"].files!r})
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, resource.RLIM_INFINITY))
        try:
            data.prepare("mnist", {str(mnist_folder)!r})
        except GancourseError as error:
            print(error)
        """
    )
    out = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    ).stdout
    assert out.startswith(f"cannot write {tmp_path}") and "free some space" in out
    assert list((tmp_path / "cache" / "prepared").iterdir()) == []


def test_no_network_says_what_to_fetch(monkeypatch):
    tried = []

    def refuse(url, **_):
        tried.append(url)
        raise OSError("Network is unreachable")

    monkeypatch.setattr(sources.pooch, "retrieve", refuse)
    with pytest.raises(GancourseError) as caught:
        data.load("mnist")
    message = str(caught.value)
    assert len(tried) == 2 and all(url in message for url in tried)
    assert (
        "train-images-idx3-ubyte.gz" in message
        and "11.6 MB" in message
        and "GANCOURSE_BUDGET=reduced" in message
    )


def test_download_falls_back_to_the_second_mirror_and_checks(mnist_folder, tmp_path, monkeypatch):
    """Two local mirrors, the first with damaged files; pooch fetches over http as it would from the network."""
    import http.server
    import threading

    bad = tmp_path / "bad"
    bad.mkdir()
    for path in mnist_folder.iterdir():
        (bad / path.name).write_bytes(b"<html>quota</html>")
    handler = lambda *args: http.server.SimpleHTTPRequestHandler(*args, directory=str(tmp_path))  # noqa: E731
    monkeypatch.setattr(http.server.SimpleHTTPRequestHandler, "log_message", lambda *_: None)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        root = f"http://127.0.0.1:{server.server_port}"
        assert urllib.request.urlopen(f"{root}/files/train-labels-idx1-ubyte.gz").status == 200
        monkeypatch.setitem(
            sources.SOURCES,
            "mnist",
            replace(sources.SOURCES["mnist"], mirrors=(f"{root}/bad/", f"{root}/files/")),
        )
        assert len(data.load("mnist")) == 300
        server.shutdown()
    assert len(data.load("mnist", "test")) == 100  # from the downloads, with the server gone
