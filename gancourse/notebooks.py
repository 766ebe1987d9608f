"""The notebook pairs, for maintainers: `make notebooks` runs this module.

`NN_name.py` is edited and reviewed; `NN_name.ipynb` is what Colab, nbval and the book open, and is made from it.
The .ipynb holds no outputs but those of cells tagged `nbval-check-output`, and deterministic cell ids.

A cell with the metadata `library="torch_gan/step.py:train_step"` shows the library's own code, without docstrings;
this module fills it in, so the code is written once.
"""

import ast
import hashlib
import os
import sys
from collections import Counter
from pathlib import Path

import jupytext
import nbformat

import gancourse
from gancourse import GancourseError, files

LIBRARY = Path(gancourse.__file__).parent
CHECKED = "nbval-check-output"


def library_source(name: str) -> str:
    """The source of library objects without docstrings: "torch_gan/objectives.py:real_loss,fake_loss".

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
    if missing := [each for each in wanted.split(",") if each not in top]:
        raise GancourseError(f"library cell {name}: {file} defines no {', '.join(missing)}")
    return "\n\n\n".join(_without_docstrings(text, top[each]) for each in wanted.split(","))


def _without_docstrings(text: str, node) -> str:
    lines = text.splitlines()
    drop = set()
    for inner in ast.walk(node):
        if (
            isinstance(inner, ast.FunctionDef | ast.ClassDef)
            and ast.get_docstring(inner) is not None
        ):
            docstring = inner.body[0]
            drop.update(range(docstring.lineno, docstring.end_lineno + 1))
            if not lines[docstring.end_lineno].strip():  # the blank line after it
                drop.add(docstring.end_lineno + 1)
    first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
    return "\n".join(
        lines[number - 1] for number in range(first, node.end_lineno + 1) if number not in drop
    )


def read_source(path) -> nbformat.NotebookNode:
    """Read a chapter's .py with its library cells filled in and its cell ids set."""
    notebook = jupytext.read(path)
    seen = Counter()
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


def paired(path) -> tuple[str, str]:
    """What the .py and the .ipynb of a chapter should hold, as texts; `path` is the .py.

    Outputs of checked cells are taken over from the .ipynb that is there, where the cell has not changed.
    """
    path = Path(path)
    notebook = read_source(path)
    script = jupytext.writes(notebook, fmt="py:percent")
    kept = _checked_outputs(path.with_suffix(".ipynb"))
    for cell in notebook.cells:
        if cell.cell_type == "code":
            _keep(cell, kept.get(cell.id, []))
    return script, nbformat.writes(notebook, version=4) + "\n"


def lacks_output(path) -> list[str]:
    """Sources of the checked cells of an .ipynb that hold no output yet."""
    notebook = nbformat.read(path, as_version=4)
    return [cell.source for cell in notebook.cells if _is_checked(cell) and not cell.outputs]


def sync(path, run: bool = False) -> list[Path]:
    """Write the pair of a chapter from its .py; execute it if `run`, or if a checked cell lacks its output.

    Returns
    -------
    list of Path
        The files that changed.
    """
    path = Path(path)
    target = path.with_suffix(".ipynb")
    before = {
        each: each.read_text(encoding="utf-8") if each.exists() else None for each in (path, target)
    }
    for each, text in zip((path, target), paired(path), strict=True):
        if text != before[each]:
            files.write_text(each, text)
    if run or lacks_output(target):
        _execute(target)
    return [each for each in before if each.read_text(encoding="utf-8") != before[each]]


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
            _keep(cell, cell.outputs if _is_checked(cell) else [])
    notebook.metadata.pop("widgets", None)
    notebook.metadata.pop("language_info", None)
    files.write_text(path, nbformat.writes(notebook, version=4) + "\n")


def _keep(cell, outputs) -> None:
    """Give a code cell these outputs, and a count where there are some: nbval refuses outputs of an unrun cell."""
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


def main(arguments: list[str]) -> int:
    """`python -m gancourse.notebooks [--run] [FILE.py ...]`; without files, all chapters of `notebooks/`."""
    chosen = [Path(each) for each in arguments if not each.startswith("-")]
    for path in chosen or sorted(Path("notebooks").glob("[0-9a]*_*.py")):
        changed = sync(path, run="--run" in arguments)
        print(f"{path}: {', '.join(each.name for each in changed) or 'in step'}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
