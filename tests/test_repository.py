"""What is written down twice outside the package agrees."""

import re
from pathlib import Path

import yaml

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
