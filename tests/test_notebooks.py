import ast
import re
import tomllib
from pathlib import Path

import nbformat
import pytest
import yaml
from PIL import Image

from gancourse import GancourseError, notebooks

ROOT = Path(__file__).parent.parent
CHAPTERS = sorted((ROOT / "notebooks").glob("[0-9a]*_*.py"))
EXERCISES_AT_LEAST = 3
chapters = pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)


def cells(path, kind):
    return [cell for cell in notebooks.read_source(path).cells if cell.cell_type == kind]


def tags(cell):
    return cell.metadata.get("tags", [])


@chapters
def test_pairs_are_in_step(path):
    """Library cells equal the library's source, and the .ipynb is what the .py makes; else: make notebooks."""
    script, notebook = notebooks.paired(path)
    assert path.read_text(encoding="utf-8") == script
    assert path.with_suffix(".ipynb").read_text(encoding="utf-8") == notebook


def test_every_notebook_has_its_script_and_its_page():
    assert [
        path.with_suffix(".py") for path in sorted((ROOT / "notebooks").glob("*.ipynb"))
    ] == CHAPTERS
    toc = (ROOT / "_toc.yml").read_text()
    assert all(f"notebooks/{path.stem}" in toc for path in CHAPTERS)


@chapters
def test_outputs_are_only_of_checked_cells(path):
    notebook = nbformat.read(path.with_suffix(".ipynb"), as_version=4)
    nbformat.validate(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert bool(cell.outputs) == (notebooks.CHECKED in tags(cell)), cell.source
            assert all(output.output_type == "stream" for output in cell.outputs), "short text only"
    assert len({cell.id for cell in notebook.cells}) == len(notebook.cells)


@chapters
def test_figures_have_caption_and_alt_text(path):
    """A cell that ends in a figure says in words what it shows. The book's build checks every picture again."""
    shown = 0
    for cell in cells(path, "code"):
        last = ast.parse(
            re.sub(r"^(\s*)%", r"\1#%", cell.source, flags=re.M) + "\n0" * ("%" in cell.source)
        ).body[-1]
        call = (
            ast.unparse(last.value.func)
            if isinstance(last, ast.Expr) and isinstance(last.value, ast.Call)
            else ""
        )
        if call == "Image" or call.startswith("figures."):
            shown += 1
            about = cell.metadata.get("mystnb", {})
            assert len(about["image"]["alt"]) > 40, f"alt text of {call}"
            assert about["figure"]["caption"].endswith(".") and about["figure"]["name"].startswith(
                "fig-"
            )
        elif call.endswith("slider"):
            assert any(word.arg == "alt" for word in last.value.keywords)
    assert shown >= 3


@chapters
def test_form(path):
    code, prose = cells(path, "code"), cells(path, "markdown")
    assert "setup" in tags(code[0]), "the first code cell is the setup cell"
    assert not any(re.search(r"^\s*!", cell.source, flags=re.M) for cell in code), "no shell lines"
    lengths = sorted(len(cell.source.splitlines()) for cell in code)
    assert lengths[-1] <= 50 and lengths[len(lengths) // 2] <= 10
    assert all(len(cell.source.splitlines()) <= 30 for cell in code if "library" in tags(cell))
    words = sum(len(cell.source.split()) for cell in prose)
    assert words >= 6 * sum(lengths), "at least six words to a line of code"


@chapters
def test_exercises_are_pairs_that_can_be_graded(path):
    graded = [cell for cell in cells(path, "code") if "nbgrader" in cell.metadata]
    solutions, checks = graded[::2], graded[1::2]
    assert len(checks) >= EXERCISES_AT_LEAST and len(solutions) == len(checks)
    for solution, check in zip(solutions, checks, strict=True):
        assert "solution" in tags(solution) and solution.metadata.nbgrader.solution
        assert "### BEGIN SOLUTION" in solution.source and "### END SOLUTION" in solution.source
        assert (
            "check" in tags(check)
            and check.metadata.nbgrader.grade
            and check.metadata.nbgrader.points > 0
        )
        assert check.metadata.nbgrader.grade_id == f"check-{solution.metadata.nbgrader.grade_id}"
        for assertion in (
            node for node in ast.walk(ast.parse(check.source)) if isinstance(node, ast.Assert)
        ):
            assert assertion.msg is not None or "==" in ast.unparse(assertion), (
                "a wrong answer is told where to look"
            )


def test_one_address_for_the_repository():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    address = project["urls"]["Repository"]
    assert yaml.safe_load((ROOT / "_config.yml").read_text())["repository"]["url"] == address
    owner_and_name = address.removeprefix("https://github.com/")
    for path in (ROOT / "README.md", ROOT / "CITATION.cff", ROOT / "book" / "setup.md", *CHAPTERS):
        # the first two parts of every GitHub address, and of Colab's addresses for GitHub
        found = re.findall(
            r"(?:github\.com|colab\.research\.google\.com/github)/([\w.-]+/[\w-]+)",
            path.read_text(),
        )
        assert found, path
        assert set(found) == {owner_and_name}, path


def test_readme_links_every_chapter_to_colab():
    readme = (ROOT / "README.md").read_text()
    assert all(f"blob/main/notebooks/{path.stem}.ipynb" in readme for path in CHAPTERS)


def test_the_readmes_screenshot_shows_something():
    picture = Image.open(ROOT / "book" / "_static" / "screenshot.png").convert("RGB")
    assert len(set(picture.resize((64, 43)).get_flattened_data())) > 50


def test_library_source_has_no_docstrings_and_still_runs():
    source = notebooks.library_source("torch_gan/objectives.py:real_loss,fake_loss")
    assert '"""' not in source and source.count("def ") == 2
    names = {"softplus": float}
    exec(source, names)
    assert callable(names["real_loss"])
    with pytest.raises(GancourseError, match="defines no lost"):
        notebooks.library_source("torch_gan/objectives.py:lost")
    with pytest.raises(GancourseError, match="there is no"):
        notebooks.library_source("torch_gan/lost.py:real_loss")


CHAPTER = """# %% tags=["nbval-check-output"]
print(6 * 7)

# %% tags=["library"] library="torch_gan/objectives.py:real_loss"
print("stale")

# %%
print("not kept")
"""


def test_sync_fills_executes_and_settles(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "01_x.py"
    path.write_text(CHAPTER)
    assert set(notebooks.sync(path)) == {path, path.with_suffix(".ipynb")}
    assert "softplus(-logits).mean()" in path.read_text() and "stale" not in path.read_text()
    written = nbformat.read(path.with_suffix(".ipynb"), as_version=4)
    assert written.cells[0].outputs[0].text == "42\n"
    assert not written.cells[2].outputs
    before = path.with_suffix(".ipynb").read_bytes()
    assert notebooks.sync(path) == [] and path.with_suffix(".ipynb").read_bytes() == before
    # a changed cell loses its output, and gets a new one; the other cells keep their ids
    path.write_text(path.read_text().replace("6 * 7", "6 * 8"))
    notebooks.sync(path)
    again = nbformat.read(path.with_suffix(".ipynb"), as_version=4)
    assert again.cells[0].outputs[0].text == "48\n"
    assert [cell.id for cell in again.cells][1:] == [cell.id for cell in written.cells][1:]
