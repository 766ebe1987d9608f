"""The two quickest chapters through the runner of `make colab`, in this environment and without a network."""

import re
import shlex
from pathlib import Path

import nbformat
import pytest
import yaml
from elsewhere import colab
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
QUICKEST = ("07b_comparing_gans", "a1_keras_and_pytorch")
LISTS = sorted(Path(__file__).parent.glob("colab-*.txt"))

# Before the first cell the kernel has no gancourse; %pip writes down what it is asked for, and brings it back.
STUB = """
import sys
from pathlib import Path

sys.modules["gancourse"] = None


def pip(line):
    with Path({log!r}).open("a", encoding="utf-8") as file:
        file.write(line + "\\n")
    del sys.modules["gancourse"]


get_ipython().register_magic_function(pip)
"""


@pytest.mark.parametrize("chapter", QUICKEST)
def test_a_chapter_runs_and_asks_for_nothing_but_gancourse(chapter, tmp_path):
    notebook = nbformat.read(ROOT / "notebooks" / f"{chapter}.ipynb", as_version=4)
    checked = {
        cell.id: [output.text for output in cell.outputs]
        for cell in notebook.cells
        if "nbval-check-output" in cell.metadata.get("tags", [])
    }
    log = tmp_path / "asked"
    colab.execute(notebook, tmp_path / "machine", colab.AS_ON_COLAB + STUB.format(log=str(log)))
    (asked,) = log.read_text(encoding="utf-8").splitlines()
    assert shlex.split(asked) == ["install", "-q", f"gancourse @ {colab.ADDRESS}"]
    printed = {cell.id: cell.outputs for cell in notebook.cells if cell.id in checked}
    assert checked == {
        key: [output.text for output in outputs if output.name == "stdout"]
        for key, outputs in printed.items()
    }


def test_the_kernel_is_as_on_colab(tmp_path):
    cell = nbformat.v4.new_code_cell(
        "import os, sys; print('google.colab' in sys.modules, sys.stderr.isatty(), os.listdir())"
    )
    notebook = nbformat.v4.new_notebook(cells=[cell])
    colab.execute(notebook, tmp_path)
    assert notebook.cells[0].outputs[0].text == "True False []\n"


def test_a_chapter_that_changes_a_version_or_fails_is_not_good():
    row = colab.Row("a", 1.0, ["gancourse"], [], "")
    assert row.good and str(row) == "| a | 1 | gancourse | none | yes |"
    for installed, changed, failure in (
        (["gancourse", "torch==3.0"], [], ""),
        (["gancourse"], ["numpy==2.0.2"], ""),
        (["gancourse"], [], "ValueError: x"),
        ([], [], ""),
    ):
        assert not colab.Row("a", 1.0, installed, changed, failure).good


def test_the_runner_replaces_every_setup_cells_address():
    for path in (ROOT / "notebooks").glob("*_*.ipynb"):
        text = "\n".join(cell.source for cell in nbformat.read(path, as_version=4).cells)
        assert text.count(colab.ADDRESS) == 1, path


@pytest.mark.parametrize("path", LISTS, ids=lambda path: path.stem)
def test_a_list_of_colabs_packages_has_a_source_and_what_the_course_needs(path):
    text = path.read_text(encoding="utf-8")
    python = path.stem.removeprefix("colab-")
    assert text.startswith(f"# Colab's own packages on Python {python}")
    assert re.search(
        r"backend-info, pip-freeze\.gpu\.txt at [0-9a-f]{7,40}, 20\d\d-\d\d-\d\d\.", text
    )
    pins = [Requirement(line) for line in text.splitlines() if not line.startswith("#")]
    versions = {re.sub(r"[-_.]+", "-", pin.name).lower(): str(pin.specifier) for pin in pins}
    assert all(re.fullmatch(r"==[\w.]+", version) for version in versions.values())
    assert versions["ipywidgets"].startswith("==7."), "widgets of version 7 are what Colab has"
    project = colab.PROJECT
    extras = project["optional-dependencies"]
    for line in (*project["dependencies"], *extras["torch"], *extras["keras"], *extras["kaggle"]):
        needed = Requirement(line)
        assert needed.specifier.contains(versions[needed.name].removeprefix("==")), needed
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert path.relative_to(ROOT).as_posix() in makefile, "the environment is made anew with it"


def test_the_workflow_runs_colab_with_every_list():
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "book.yml").read_text())
    job = workflow["jobs"]["colab"]
    versions = job["strategy"]["matrix"]["python-version"]
    assert [f"colab-{version}" for version in versions] == [path.stem for path in LISTS]
    assert job["steps"][-1]["run"] == "make colab PYTHON=python${{ matrix.python-version }}"
