"""What Binder and Codespaces read: the course's own pins, and no version written down twice."""

import json
import re
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.specifiers import SpecifierSet

from gancourse.notebooks.addresses import read_addresses
from gancourse.notebooks.contents import lists

ROOT = Path(__file__).parents[2]
DEVCONTAINER = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text())
BINDER = (ROOT / ".binder" / "requirements.txt").read_text()
WORKFLOW = yaml.safe_load((ROOT / ".github" / "workflows" / "book.yml").read_text())
CPU_BUILDS = WORKFLOW["env"]["PIP_EXTRA_INDEX_URL"]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def test_both_take_pytorchs_cpu_builds_from_the_workflows_index():
    assert DEVCONTAINER["containerEnv"] == {"PIP_EXTRA_INDEX_URL": CPU_BUILDS}
    assert f"--extra-index-url {CPU_BUILDS}" in BINDER.splitlines()


def test_both_have_a_python_that_the_course_supports():
    (image,) = re.findall(r"^mcr\.microsoft\.com/devcontainers/python:(.+)$", DEVCONTAINER["image"])
    runtime = (ROOT / ".binder" / "runtime.txt").read_text()
    (binder,) = re.findall(r"\Apython-(\d+\.\d+)\n\Z", runtime)  # what repo2docker reads
    supported = SpecifierSet(PROJECT["requires-python"])
    assert image in supported and binder in supported


def test_binder_installs_the_pins_and_the_package():
    """pip looks for `-r` beside the file, and for `-e` where it is started: in the repository's top folder."""
    lines = [
        line for line in BINDER.splitlines() if not line.startswith(("#", "--extra-index-url"))
    ]
    pins, package = (line.split() for line in lines)
    assert pins[0] == "-r"
    assert (ROOT / ".binder" / pins[1]).resolve() == ROOT / "requirements.txt"
    assert package == ["-e", "."]
    assert not (ROOT / "binder").exists(), "repo2docker refuses both folders"


def test_the_codespace_is_made_by_the_makefile():
    command, target = DEVCONTAINER["postCreateCommand"].split()
    assert command == "make"
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.search(rf"^{re.escape(target)}:", makefile, re.M)
    code = DEVCONTAINER["customizations"]["vscode"]
    assert set(code["extensions"]) == {"ms-python.python", "ms-toolsai.jupyter"}
    python = code["settings"]["python.defaultInterpreterPath"]
    assert python == "${containerWorkspaceFolder}/.venv/bin/python"


def test_jupyterlab_is_pinned():
    """The README's line for it installs nothing else."""
    assert ".venv/bin/jupyter lab notebooks" in (ROOT / "README.md").read_text(encoding="utf-8")
    assert re.search(r"^jupyterlab==", (ROOT / "requirements.txt").read_text(), re.M)


def test_the_places_are_linked_from_the_readme_and_the_setup_page():
    addresses = read_addresses(ROOT)
    for text in (lists(ROOT)[ROOT / "README.md"], (ROOT / "book" / "setup.md").read_text()):
        assert f"({addresses.binder})" in text
        assert f"({addresses.codespaces})" in text


@pytest.mark.parametrize("name", ["colab_url", "binderhub_url"])
def test_a_page_launches_where_its_notebook_opens(name):
    buttons = yaml.safe_load((ROOT / "_config.yml").read_text())["launch_buttons"]
    addresses = read_addresses(ROOT)
    places = {"colab_url": addresses.colab("notebooks"), "binderhub_url": addresses.binder}
    assert places[name].startswith(buttons[name] + "/")
    assert buttons["notebook_interface"] == "jupyterlab"


def test_the_package_has_the_places_addresses_once():
    place = re.compile(
        r"colab\.research|kaggle\.com/kernels|studiolab\.|mybinder\.|codespaces\.new"
    )
    modules = (ROOT / "gancourse").rglob("*.py")
    found = [path.name for path in modules if place.search(path.read_text(encoding="utf-8"))]
    assert found == ["addresses.py"]
