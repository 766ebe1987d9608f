"""A chapter's pair: the .py with its library cells filled in, and the plain .ipynb made from it.

The .ipynb has outputs only for cells tagged `nbval-check-output`, and its cell ids are deterministic.
"""

import copy
import os
import re
from pathlib import Path

import jupytext
import nbformat

from gancourse import files
from gancourse.notebooks import folding
from gancourse.notebooks.plain import Links, plain
from gancourse.notebooks.source import read_source

CHECKED = "nbval-check-output"


def plain_notebook(source, name: str, links: Links) -> nbformat.NotebookNode:
    """A chapter's notebook in plain Markdown, with links to open it and to its page under the title, and no outputs.

    Parameters
    ----------
    source : NotebookNode
        The chapter as `read_source` gives it.
    name : str
        The chapter's file name without suffix.
    links : Links
        Where references lead.

    Returns
    -------
    NotebookNode

    Raises
    ------
    GancourseError
        If a cell has MyST that plain Markdown cannot express.
    """
    notebook = copy.deepcopy(source)
    notebook.metadata = {"kernelspec": source.metadata.get("kernelspec", {})}
    addresses = links.addresses
    head = (
        f"{addresses.open_in(f'notebooks/{name}.ipynb')} · "
        f"[This chapter as a page of the book]({addresses.page(f'notebooks/{name}')})"
    )
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = plain(cell.source, links)
            cell.source = re.sub(r"^(# .+)$", rf"\1\n\n{head}", cell.source, count=1, flags=re.M)
        elif cell.cell_type == "code":
            for page_key in ("mystnb", "library"):
                cell.metadata.pop(page_key, None)
            if folding.HIDDEN_ON_THE_PAGE & set(cell.metadata.get("tags", [])):
                folding.fold(cell)
    return notebook


def paired(path, links: Links) -> tuple[str, str]:
    """The texts that the .py and the .ipynb of a chapter should have.

    Outputs of checked cells are kept from the existing .ipynb if the cell has not changed.

    Parameters
    ----------
    path : path
        The .py.
    links : Links
        Where references lead.

    Returns
    -------
    tuple of str
        The texts of the .py and of the .ipynb.
    """
    path = Path(path)
    source = read_source(path)
    notebook = plain_notebook(source, path.stem, links)
    outputs = _checked_outputs(path.with_suffix(".ipynb"))
    for cell in notebook.cells:
        if cell.cell_type == "code":
            _set_outputs(cell, outputs.get(cell.id, []))
    script = jupytext.writes(source, fmt="py:percent")
    return script, nbformat.writes(notebook, version=4) + "\n"


def lacks_output(path) -> list[str]:
    """The sources of an .ipynb's checked cells that have no output yet.

    Parameters
    ----------
    path : path
        The .ipynb.

    Returns
    -------
    list of str
    """
    notebook = nbformat.read(path, as_version=4)
    return [cell.source for cell in notebook.cells if _is_checked(cell) and not cell.outputs]


def sync(path, links: Links, run: bool = False) -> list[Path]:
    """Write the pair of a chapter from its .py, and execute it if a checked cell lacks its output.

    Parameters
    ----------
    path : path
        The .py.
    links : Links
        Where references lead.
    run : bool
        Whether to execute it in any case.

    Returns
    -------
    list of Path
        The files that changed.
    """
    path = Path(path)
    target = path.with_suffix(".ipynb")
    before = {
        file: file.read_text(encoding="utf-8") if file.exists() else None for file in (path, target)
    }
    for file, text in zip((path, target), paired(path, links), strict=True):
        if text != before[file]:
            files.write_text(file, text)
    if run or lacks_output(target):
        _execute(target)
    return [file for file in before if file.read_text(encoding="utf-8") != before[file]]


def _execute(path: Path) -> None:
    from nbclient import NotebookClient

    os.environ["GANCOURSE_BUDGET"] = "reduced"
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(
        notebook, timeout=300, resources={"metadata": {"path": str(path.parent)}}
    ).execute()
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        if cell.cell_type == "code":
            _set_outputs(cell, cell.outputs if _is_checked(cell) else [])
    notebook.metadata.pop("widgets", None)
    notebook.metadata.pop("language_info", None)
    files.write_text(path, nbformat.writes(notebook, version=4) + "\n")


def _set_outputs(cell, outputs) -> None:
    """Give a code cell these outputs, and a count if there are any: nbval refuses outputs of a cell without one."""
    cell.outputs = outputs
    cell.execution_count = 1 if outputs else None


def _is_checked(cell) -> bool:
    return cell.cell_type == "code" and CHECKED in cell.metadata.get("tags", [])


def _checked_outputs(path: Path) -> dict[str, list]:
    if not path.exists():
        return {}
    return {
        cell.id: cell.outputs
        for cell in nbformat.read(path, as_version=4).cells
        if _is_checked(cell)
    }
