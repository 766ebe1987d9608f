"""A checkout with one small chapter, for the tests of releasing and grading."""

import shutil
from pathlib import Path

import nbformat

from gancourse.classroom.release import release
from gancourse.notebooks import pairs
from gancourse.notebooks.plain import Links
from gancourse.notebooks.source import read_source

ROOT = Path(__file__).parent.parent
NAME = "01_toy"
CHAPTER = """# %% [markdown]
# (toy)=
# # A toy chapter
#
# See {doc}`the reports <../book/reports>`, {ref}`toy` and {cite:t}`goodfellow2014gan`, who began it {cite}`goodfellow2014gan`.
#
# **What it costs.** Next to nothing.

# %% tags=["setup"]
import sys

# %%
import math

# %%
slow = sum(range(10))

# %% [markdown]
# ```{admonition} Answer
# :class: dropdown
# Unfolded.
# ```

# %% tags=["nbval-check-output"]
factor = 2
print("an output")

# %% [markdown]
# ## Your turn
#
# Each exercise has a check cell that says what to look at if something is off. Do not look yet.
#
# ### Exercise 1: double
#
# Write `double`.

# %% tags=["solution", "hide-input"] nbgrader={"grade": false, "grade_id": "double", "locked": false, "schema_version": 3, "solution": true, "task": false}
def double(x):
    ### BEGIN SOLUTION
    return factor * x
    ### END SOLUTION

# %% tags=["check"] nbgrader={"grade": true, "grade_id": "check-double", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
assert double(2) == 4, "twice as much"

# %% [markdown]
# ### Exercise 2: half
#
# Write `half`.

# %% tags=["solution", "hide-input"] nbgrader={"grade": false, "grade_id": "half", "locked": false, "schema_version": 3, "solution": true, "task": false}
def half(x):
    ### BEGIN SOLUTION
    return x / 2
    ### END SOLUTION

# %% tags=["check"] nbgrader={"grade": true, "grade_id": "check-half", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
assert half(3) == 1.5, "not rounded"

# %% [markdown]
# ### Exercise 3, open: why?
#
# Say why.
#
# ## Further reading
#
# Nothing.
"""
CONTENTS = f"""[{NAME}]
number = "1"
title = "A toy chapter"
""" + "".join(f'{key} = "x"\n' for key in ("part", "framework", "cost", "summary", "goal", "needs"))


def checkout(folder: Path) -> Path:
    """A folder that `release` takes for a checkout of the course."""
    (folder / "notebooks").mkdir(parents=True)
    (folder / "book").mkdir()
    shutil.copy(ROOT / "pyproject.toml", folder)
    for name in ("references.bib", "reports.md"):
        shutil.copy(ROOT / "book" / name, folder / "book")
    (folder / "book" / "chapters.toml").write_text(CONTENTS)
    source = folder / "notebooks" / f"{NAME}.py"
    source.write_text(CHAPTER)
    notebook = pairs.plain_notebook(read_source(source), NAME, Links(folder))
    nbformat.write(notebook, source.with_suffix(".ipynb"))
    return folder


def released(folder: Path, hidden: str | None = None) -> Path:
    """The release of such a checkout, with a private test of `double` if there is one."""
    tests = None
    if hidden:
        tests = folder / "private"
        tests.mkdir(parents=True)
        (tests / "double.py").write_text(hidden)
    release(checkout(folder / "checkout"), folder / "release", tests)
    return folder / "release"


def solved(folder: Path) -> nbformat.NotebookNode:
    """The assignment with its solutions."""
    return nbformat.read(folder / "course" / "source" / NAME / f"{NAME}.ipynb", as_version=4)


def cell(notebook, grade_id: str):
    """The cell of that name."""
    return next(
        each
        for each in notebook.cells
        if each.metadata.get("nbgrader", {}).get("grade_id") == grade_id
    )
