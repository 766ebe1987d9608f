"""The light package on other Pythons, and on a machine that pretends to be Colab."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from gancourse.notebooks.source import read_source

ROOT = Path(__file__).parent.parent
BIN = "Scripts" if os.name == "nt" else "bin"
OLD_NUMPY = "2.0.2"  # older than anything pip would choose now
SETUP = next(
    cell.source
    for cell in read_source(ROOT / "notebooks" / "02_mnist_conditional_gan.py").cells
    if "setup" in cell.metadata.get("tags", [])
)


def interpreter(version: str) -> str:
    """A Python of this version: on the PATH, or among pyenv's."""
    candidates = [
        shutil.which(f"python{version}"),
        *Path.home().glob(f".pyenv/versions/{version}.*/bin/python"),
    ]
    for candidate in filter(None, candidates):
        found = subprocess.run(
            [candidate, "-c", "import sys; print(sys.version)"], capture_output=True, text=True
        )
        if found.stdout.startswith(version):
            return str(candidate)
    message = f"this machine has no Python {version}"
    pytest.fail(message) if os.environ.get("GITHUB_ACTIONS") else pytest.skip(message)


def make_environment(folder: Path, version: str, *packages: str) -> Path:
    subprocess.run([interpreter(version), "-m", "venv", folder], check=True)
    python = folder / BIN / "python"
    if packages:
        subprocess.run(
            [python, "-m", "pip", "install", "-q", *packages], check=True, capture_output=True
        )
    return python


def output(*command, cwd=None) -> str:
    done = subprocess.run(
        list(map(str, command)), capture_output=True, text=True, check=False, cwd=cwd
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    output(sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", folder, ROOT)
    return next(folder.glob("gancourse-*.whl"))


def test_the_wheel_is_light_and_carries_records_styles_and_scripts(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        metadata = archive.read(next(name for name in names if name.endswith("METADATA"))).decode()
    assert "gancourse/_records/mnist_cgan-full/record.json" in names
    for file in ("figures/course.mplstyle", "web/quizzes.toml", "web/slider.js", "web/quiz.css"):
        assert f"gancourse/{file}" in names
    needed = [
        line
        for line in metadata.splitlines()
        if line.startswith("Requires-Dist") and "extra ==" not in line
    ]
    assert not any(
        heavy in line for line in needed for heavy in ("torch", "tensorflow", "jupyter-book")
    )


def test_python_3_13(tmp_path, wheel):
    python = make_environment(tmp_path / "env", "3.13", str(wheel))
    code = "import gancourse.cli, gancourse.figures, gancourse.data as d, gancourse.runs as r; "
    code += "print(len(d.load('digits')), r.read_record(r.committed('mnist_cgan-full'))['steps'])"
    assert output(python, "-c", code) == "1442 30000\n"
    assert "PyTorch      not installed" in output(tmp_path / "env" / BIN / "gancourse", "doctor")


def test_the_setup_cell_leaves_colabs_packages_alone(tmp_path, monkeypatch):
    """Colab's Python with an old numpy and a stand-in for torch; the address is this checkout."""
    monkeypatch.delenv("PYTHONPATH", raising=False)
    python = make_environment(tmp_path / "env", "3.12", f"numpy=={OLD_NUMPY}", "ipython")
    site = Path(
        output(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip()
    )
    (site / "torch.py").write_text("__version__ = '2.8.0+cu126'\n")
    (site / "torch-2.8.0+cu126.dist-info").mkdir()
    (site / "torch-2.8.0+cu126.dist-info" / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: torch\nVersion: 2.8.0+cu126\n"
    )
    (site / "torch-2.8.0+cu126.dist-info" / "RECORD").touch()
    before = output(python, "-m", "pip", "freeze")
    assert f"numpy=={OLD_NUMPY}" in before and "torch==2.8.0" in before

    local = SETUP.replace("git+https://github.com/gancourse/gancourse", ROOT.as_uri())
    assert local != SETUP
    (tmp_path / "setup.ipy").write_text(local)
    # Not in the checkout, where the cell would find the package.
    output(tmp_path / "env" / BIN / "ipython", tmp_path / "setup.ipy", cwd=tmp_path)

    after = output(python, "-m", "pip", "freeze")
    assert set(before.splitlines()) <= set(after.splitlines()), (
        "something that was there has changed"
    )
    assert "gancourse" in after
    code = "import gancourse.data; print(gancourse.__version__)"
    assert output(python, "-c", code, cwd=tmp_path) == "0.1.0\n"


def test_the_setup_cell_does_nothing_where_gancourse_is_installed(tmp_path):
    (tmp_path / "setup.ipy").write_text(SETUP)
    assert output(sys.executable, "-m", "IPython", tmp_path / "setup.ipy") == ""
