"""A chapter's source: a .py in jupytext's percent format, whose library cells hold the library's own code.

A cell with the metadata `library="torch_gan/step.py:train_step"` shows that function without its docstring. This module
fills it in, so the code is written only once.
"""

import ast
import hashlib
from collections import Counter
from pathlib import Path

import jupytext
import nbformat

import gancourse
from gancourse import GancourseError

LIBRARY = Path(gancourse.__file__).parent


def library_source(name: str) -> str:
    """The source of library objects without docstrings.

    Parameters
    ----------
    name : str
        A file of the package and names it defines, such as "torch_gan/objectives.py:real_loss,fake_loss".

    Returns
    -------
    str

    Raises
    ------
    GancourseError
        If there is no such file, or no such function or class in it.
    """
    file, _, wanted = name.partition(":")
    path = LIBRARY / file
    if not path.is_file():
        raise GancourseError(f"library cell {name}: there is no {path}")
    text = path.read_text(encoding="utf-8")
    top = {
        node.name: node
        for node in ast.parse(text).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
    }
    objects = wanted.split(",")
    if missing := [wanted_name for wanted_name in objects if wanted_name not in top]:
        raise GancourseError(f"library cell {name}: {file} does not define {', '.join(missing)}")
    return "\n\n\n".join(_without_docstrings(text, top[wanted_name]) for wanted_name in objects)


def _without_docstrings(text: str, node) -> str:
    lines = text.splitlines()
    drop: set[int] = set()
    for inner in ast.walk(node):
        if (
            isinstance(inner, ast.FunctionDef | ast.ClassDef)
            and ast.get_docstring(inner) is not None
        ):
            docstring = inner.body[0]
            end = docstring.end_lineno or docstring.lineno
            drop.update(range(docstring.lineno, end + 1))
            if not lines[end].strip():  # the blank line after it
                drop.add(end + 1)
    first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
    return "\n".join(
        lines[number - 1] for number in range(first, node.end_lineno + 1) if number not in drop
    )


def read_source(path) -> nbformat.NotebookNode:
    """Read a chapter's .py with its library cells filled in and its cell ids set.

    Parameters
    ----------
    path : path
        The .py.

    Returns
    -------
    NotebookNode
        Its markdown cells are MyST, as written.
    """
    notebook = jupytext.read(path)
    # Not paired: an editor with jupytext would write the plain notebook back over its source.
    notebook.metadata.get("jupytext", {}).pop("formats", None)
    seen: Counter[str] = Counter()
    for cell in notebook.cells:
        if "library" in cell.metadata:
            cell.source = library_source(cell.metadata["library"])
        # From the content, so that an inserted cell leaves the others' ids alone.
        digest = hashlib.sha256(
            f"{cell.cell_type}{cell.source}{seen[cell.source]}".encode()
        ).hexdigest()
        seen[cell.source] += 1
        cell.id = digest[:12]
    return notebook
