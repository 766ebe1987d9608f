"""Writing a pair: what is filled in, executed, kept, folded, and left alone."""

from pathlib import Path

import nbformat
import pytest

from gancourse.notebooks import pairs
from gancourse.notebooks.plain import Links

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def links():
    return Links(ROOT)


CHAPTER = """# %% tags=["nbval-check-output"]
print(6 * 7)

# %% tags=["library"] library="torch_gan/objectives.py:real_loss"
print("stale")

# %%
print("not kept")
"""


def test_sync_fills_executes_and_settles(tmp_path, monkeypatch, links):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "01_x.py"
    path.write_text(CHAPTER)
    assert set(pairs.sync(path, links)) == {path, path.with_suffix(".ipynb")}
    assert "softplus(-logits).mean()" in path.read_text() and "stale" not in path.read_text()
    written = nbformat.read(path.with_suffix(".ipynb"), as_version=4)
    assert written.cells[0].outputs[0].text == "42\n"
    assert not written.cells[2].outputs
    before = path.with_suffix(".ipynb").read_bytes()
    assert pairs.sync(path, links) == [] and path.with_suffix(".ipynb").read_bytes() == before
    # a changed cell loses its output, and gets a new one; the other cells keep their ids
    path.write_text(path.read_text().replace("6 * 7", "6 * 8"))
    pairs.sync(path, links)
    again = nbformat.read(path.with_suffix(".ipynb"), as_version=4)
    assert again.cells[0].outputs[0].text == "48\n"
    assert [cell.id for cell in again.cells][1:] == [cell.id for cell in written.cells][1:]


PAGE = """# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
# ---

# %% [markdown]
# # 1. A chapter
#
# See {doc}`../book/setup`.

# %% tags=["hide-input"] mystnb={"image": {"alt": "A face."}}
print(1)

# %% tags=["solution", "hide-input"]
print(2)

# %%
print(3)
"""


def test_the_notebook_is_plain_folded_and_not_paired(tmp_path, links):
    path = tmp_path / "01_x.py"
    path.write_text(PAGE)
    pairs.sync(path, links)
    assert "formats" not in path.read_text()
    notebook = nbformat.read(path.with_suffix(".ipynb"), as_version=4)
    head, figure, solution, shown = notebook.cells
    title, badge, prose = head.source.split("\n\n")
    assert title == "# 1. A chapter"
    for place in (
        "https://colab.research.google.com/github/gancourse/gancourse",
        "https://kaggle.com/kernels/welcome?src=https://github.com/gancourse/gancourse",
        "https://studiolab.sagemaker.aws/import/github/gancourse/gancourse",
    ):
        assert f"({place}/blob/main/notebooks/01_x.ipynb)" in badge
    assert "(https://gancourse.github.io/gancourse/notebooks/01_x.html)" in badge
    assert prose == "See [Setup](https://gancourse.github.io/gancourse/book/setup.html)."
    marks = {"cellView": "form", "_kg_hide-input": True, "jupyter": {"source_hidden": True}}
    assert figure.metadata == {"tags": ["hide-input"], **marks} and figure.source == "print(1)"
    assert solution.metadata == {"tags": ["solution", "hide-input"], **marks}
    assert solution.source == "#@title Solution\nprint(2)"
    assert not shown.metadata and set(notebook.metadata) == {"kernelspec"}
