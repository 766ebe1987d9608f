"""What is written down twice outside the package agrees."""

import contextlib
import re
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

import yaml
from packaging.specifiers import SpecifierSet

from gancourse import __version__

ROOT = Path(__file__).parent.parent


def test_pre_commit_runs_the_ruff_of_make_test():
    pin = re.search(r"^ruff==.*$", (ROOT / "requirements.txt").read_text(), re.MULTILINE).group()
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())
    hooks = [hook for repo in config["repos"] for hook in repo["hooks"]]
    assert {hook["id"]: hook["additional_dependencies"] for hook in hooks} == {
        "ruff-check": [pin],
        "ruff-format": [pin],
    }


def test_the_changelog_has_an_entry_for_the_version():
    headings = re.findall(r"^## \[(.+?)\]", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert headings[0] == "Unreleased" and __version__ in headings


def test_every_pin_installs_on_the_oldest_python_that_the_makefile_lets_through():
    """Debian 12 has 3.11.2, which a package that needs 3.11.5 refuses in the middle of `make book`."""
    pins = re.findall(r"^([\w.-]+)==", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    assert len(pins) > 100
    refused = {}
    for name in pins:
        with contextlib.suppress(PackageNotFoundError):  # a pin of another platform
            needs = metadata(name).get("Requires-Python")
            if needs and not SpecifierSet(needs).contains("3.11.2"):
                refused[name] = needs
    assert not refused
