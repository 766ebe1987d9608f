"""Folded code cells: those that the page hides, and solutions.

Colab, Kaggle and JupyterLab each read a mark of their own. VS Code reads none of them and shows the code.
"""

MARKS = {
    "cellView": "form",  # Colab, with a comment #@title as what is seen instead
    "_kg_hide-input": True,  # Kaggle
    "jupyter": {"source_hidden": True},  # JupyterLab, Notebook 7
}
HIDDEN_ON_THE_PAGE = {"hide-input", "hide-cell", "remove-input", "remove-cell"}
TITLE = "#@title Solution\n"


def fold(cell) -> None:
    """Fold a code cell; a solution gets a title, which says what is folded.

    Parameters
    ----------
    cell : NotebookNode
        Changed in place.
    """
    cell.metadata.update(MARKS)
    if "solution" in cell.metadata.get("tags", []):
        cell.source = TITLE + cell.source


def unfold(cell) -> None:
    """Undo `fold`, for a solution cell that students fill in.

    Parameters
    ----------
    cell : NotebookNode
        Changed in place.
    """
    for mark in MARKS:
        cell.metadata.pop(mark, None)
    cell.source = cell.source.removeprefix(TITLE)
