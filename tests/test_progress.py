"""When a progress bar is shown, and that a kernel without a person prints none."""

import sys
import types

import nbformat
import pytest
from nbclient import NotebookClient

from gancourse.progress import is_watched, progress_bar

SESSIONS = ("JPY_SESSION_NAME", "KAGGLE_KERNEL_RUN_TYPE", "VSCODE_PID")


@pytest.fixture
def alone(monkeypatch, capsys):
    """Nobody watches: no terminal (capsys' stderr is none), no kernel, no session."""
    for name in SESSIONS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.delitem(sys.modules, "ipykernel", raising=False)
    return monkeypatch


def test_a_terminal_is_watched_and_a_pipe_is_not(alone):
    assert not is_watched()
    alone.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    assert is_watched()


@pytest.mark.parametrize("name", SESSIONS)
def test_a_kernel_is_watched_if_its_starter_says_so(alone, name):
    alone.setitem(sys.modules, "ipykernel", types.ModuleType("ipykernel"))
    assert not is_watched()
    alone.setenv(name, "notebooks/01_minimax_game.ipynb")
    assert is_watched()
    alone.delitem(sys.modules, "ipykernel")
    assert not is_watched(), "a command that a notebook's cell starts"


def test_colab_is_watched(alone):
    alone.setitem(sys.modules, "google.colab", types.ModuleType("google.colab"))
    assert is_watched()


def test_a_bar_counts_shown_or_not(alone, capsys):
    with progress_bar(total=3, initial=1, unit="step", shown=True) as bar:
        bar.update()
        assert bar.n == 2
    assert "2/3" in capsys.readouterr().err
    assert list(progress_bar(range(3))) == [0, 1, 2]
    assert capsys.readouterr().err == ""


CELL = """from gancourse.progress import progress_bar
for _ in progress_bar(range(3)): pass"""


@pytest.mark.parametrize("session", [None, "open.ipynb"])
def test_in_a_real_kernel(alone, tmp_path, session):
    """nbclient's kernel shows nothing; the same kernel in a session of Jupyter's server shows the widget."""
    if session:
        alone.setenv("JPY_SESSION_NAME", session)
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CELL)])
    NotebookClient(notebook, resources={"metadata": {"path": str(tmp_path)}}).execute()
    shown = [output.data for output in notebook.cells[0].outputs if "data" in output]
    assert len(notebook.cells[0].outputs) == len(shown) == bool(session)
    assert all("application/vnd.jupyter.widget-view+json" in data for data in shown)
