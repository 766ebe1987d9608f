"""`make colab`: every chapter's notebook, top to bottom, in an environment made like Colab's.

    python tests/elsewhere/colab.py [FILE.ipynb ...]

The Python that runs this is Colab's in version and packages (`colab-3.12.txt` names their source) and has no
gancourse: a chapter's own setup cell must install it. As on Colab the kernel has imported `google.colab` before the
first cell, its folder holds nothing but the session's files, and standard error is not a terminal. One thing differs:
the setup cell's address is this checkout's wheel, so that what runs is what is committed here.

Prints a table: how long each chapter took, what its setup cell installed, and which versions it changed, from `pip
freeze` before and after. The exit status is 1 if a chapter fails, or its setup cell touches anything but gancourse.
"""

import os
import subprocess
import sys
import tempfile
import time
import tomllib
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
ADDRESS = f"git+{PROJECT['urls']['Repository']}"
AS_ON_COLAB = "import google.colab, sys\nassert not sys.stderr.isatty()\n"


def execute(notebook, folder: Path, startup: str = AS_ON_COLAB) -> None:
    """Run a notebook's cells, in place, in a kernel of this Python.

    Parameters
    ----------
    notebook : NotebookNode
        Gets its outputs.
    folder : Path
        An empty folder for the kernel's files, its cache and its IPython profile.
    startup : str
        What the kernel runs before the first cell.

    Raises
    ------
    CellExecutionError
        If a cell fails.
    """
    profile, session = folder / "ipython" / "profile_default" / "startup", folder / "content"
    for new in (profile, session):
        new.mkdir(parents=True)
    (profile / "colab.py").write_text(startup, encoding="utf-8")
    paths = [str(HERE / "stand_in"), os.environ.get("PYTHONPATH", "")]
    environment = os.environ | {
        "GANCOURSE_BUDGET": "reduced",
        "GANCOURSE_CACHE": str(folder / "cache"),
        "IPYTHONDIR": str(folder / "ipython"),
        "PYTHONPATH": os.pathsep.join(filter(None, paths)),
    }
    resources = {"metadata": {"path": str(session)}}
    NotebookClient(notebook, timeout=600, kernel_name="python3", resources=resources).execute(
        env=environment
    )


@dataclass(frozen=True)
class Row:
    """What a chapter did.

    Attributes
    ----------
    chapter : str
    seconds : float
        From the kernel's start to its end.
    installed : list of str
        The packages that are there afterwards and were not before.
    changed : list of str
        The packages that were there before and are not, or not in this version, afterwards.
    failure : str
        The last line of the error that ended it; empty if none did.
    """

    chapter: str
    seconds: float
    installed: list[str]
    changed: list[str]
    failure: str

    @property
    def good(self) -> bool:
        """Whether the chapter ran, and installed gancourse and nothing else."""
        only = len(self.installed) == 1 and self.installed[0].startswith("gancourse")
        return only and not self.changed and not self.failure

    def __str__(self):
        changed, installed = (
            ", ".join(names) or "none" for names in (self.changed, self.installed)
        )
        cells = (self.chapter, f"{self.seconds:.0f}", installed, changed, self.failure or "yes")
        return f"| {' | '.join(cells)} |"


def run(path: Path, wheel: Path) -> Row:
    """Run a chapter, whose setup cell installs this wheel, and take gancourse out again."""
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        cell.source = cell.source.replace(ADDRESS, wheel.as_uri())
    before, began, failure = freeze(), time.perf_counter(), ""
    with tempfile.TemporaryDirectory() as folder:
        try:
            execute(notebook, Path(folder))
        except CellExecutionError as error:
            failure = f"{error.ename}: {error.evalue}".splitlines()[0]
            print(error, file=sys.stderr)
    seconds, after = time.perf_counter() - began, freeze()
    pip("uninstall", "--yes", "gancourse")
    installed = [line.split(" @ ")[0] for line in sorted(after - before)]
    return Row(path.stem, seconds, installed, sorted(before - after), failure)


def freeze() -> set[str]:
    """Every package of this environment with its version, as pip says it."""
    return set(pip("freeze", "--all").splitlines())


def pip(*arguments) -> str:
    """What pip prints for these arguments."""
    command = [sys.executable, "-m", "pip", *map(str, arguments)]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def main(arguments: list[str]) -> int:
    """Run the chapters named, or all, and return the exit status."""
    os.environ.pop("PYTHONPATH", None)  # a setup cell must find no gancourse
    chapters = [Path(word) for word in arguments] or sorted((ROOT / "notebooks").glob("*_*.ipynb"))
    version = "{}.{}".format(*sys.version_info)
    print(f"Python {version}, packages of Colab's list. Seconds are of this machine.\n")
    print("| chapter | seconds | setup installed | versions changed | ran |\n|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        pip("wheel", "--quiet", "--no-deps", "--wheel-dir", folder, ROOT)
        (wheel,) = Path(folder).glob("gancourse-*.whl")
        rows = []
        for path in chapters:
            rows.append(run(path, wheel))
            print(rows[-1], flush=True)
    return 0 if all(row.good for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
