import json
import subprocess
import sys
import textwrap
import urllib.request
from dataclasses import replace

import numpy as np
import pytest

from gancourse import GancourseError, data
from gancourse.data import download


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
        spec = data.CATALOG["mnist"]
        checksums = {data.CATALOG["mnist"].source.checksums!r}
        data.CATALOG["mnist"] = replace(spec, source=replace(spec.source, checksums=checksums))
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

    monkeypatch.setattr(download.pooch, "retrieve", refuse)
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
        spec = data.CATALOG["mnist"]
        mirrors = (f"{root}/bad/", f"{root}/files/")
        monkeypatch.setitem(
            data.CATALOG, "mnist", replace(spec, source=replace(spec.source, mirrors=mirrors))
        )
        assert len(data.load("mnist")) == 300
        server.shutdown()
    assert len(data.load("mnist", "test")) == 100  # from the downloads, with the server gone
