"""The committed chapters: form, pairs in step, and notebooks that show nothing raw and no answer."""

import ast
import copy
import re
import tomllib
from pathlib import Path

import nbformat
import pytest
import yaml
from PIL import Image

from gancourse.classroom import exercises
from gancourse.notebooks import folding, pairs
from gancourse.notebooks.contents import read_contents
from gancourse.notebooks.plain import Links
from gancourse.notebooks.source import read_source

ROOT = Path(__file__).parent.parent
CHAPTERS = [ROOT / "notebooks" / f"{entry.name}.py" for entry in read_contents(ROOT)]
EXERCISES_AT_LEAST = 3
chapters = pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)


def cells(path, kind):
    return [cell for cell in read_source(path).cells if cell.cell_type == kind]


def tags(cell):
    return cell.metadata.get("tags", [])


@pytest.fixture(scope="module")
def links():
    return Links(ROOT)


@chapters
def test_every_phrase_held_to_a_number_is_in_the_text(path):
    text = " ".join(" ".join(cell.source for cell in cells(path, "markdown")).split())
    for cell in cells(path, "code"):
        if "quote(" not in cell.source:
            continue
        for node in ast.walk(ast.parse(cell.source)):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "quote":
                phrase = node.args[0]
                assert isinstance(phrase, ast.Constant), "a phrase is written out, not computed"
                assert " ".join(phrase.value.split()) in text, phrase.value


@chapters
def test_pairs_are_in_step(path, links):
    """Library cells equal the library's source, and the .ipynb is what the .py makes; else: make notebooks."""
    script, notebook = pairs.paired(path, links)
    assert path.read_text(encoding="utf-8") == script
    assert path.with_suffix(".ipynb").read_text(encoding="utf-8") == notebook


RAW = {
    "role": r"\{[\w:+-]+\}`",
    "directive": r"^[ >]*(?:`{3,}|~{3,}|:{3,}) *\{",
    "colon fence": r"^[ >]*:{3,}",
    "option": r"^:[\w-]+:",
    "label": r"^\([\w-]+\)=",
    "comment": r"^% ",
    "picture or link to a file": r"\]\((?!https?://)",
    "formula without dollars": r"^\\begin\{",
}
ANSWER = re.compile(r"^```\{admonition\} Answer\n:class: dropdown\n(.+?)^```$", re.M | re.S)
FOLDED = re.compile(r"^<details>\n<summary>\w+</summary>\n\n.+?\n\n</details>$", re.M | re.S)


def shown_wrongly(notebook, source):
    """What a learner would see of a notebook that should not be seen: MyST's marks, open answers, solutions."""
    prose = "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    found = [kind for kind, mark in RAW.items() if re.search(mark, prose, re.M)]
    in_sight = " ".join(FOLDED.sub("", prose).split())
    for answer in ANSWER.findall("\n".join(cell.source for cell in source.cells)):
        opening = " ".join(re.split(r"[{\[]", answer)[0].split())[:60]
        assert opening in " ".join(prose.split()), "the answer is in the notebook"
        found += ["open answer"] * (opening in in_sight)
    for cell in filter(exercises.is_solution, notebook.cells):
        folded = {key: cell.metadata.get(key) for key in folding.MARKS} == folding.MARKS
        found += ["open solution"] * (not folded or not cell.source.startswith("#@title "))
    return found


@chapters
def test_the_notebook_shows_nothing_raw_and_no_answer(path):
    notebook = nbformat.read(path.with_suffix(".ipynb"), as_version=4)
    assert shown_wrongly(notebook, read_source(path)) == []
    assert set(notebook.metadata) == {"kernelspec"}, "not paired with the source for jupytext"


@pytest.mark.parametrize(
    ("kind", "plant"),
    [
        ("role", "As {cite:t}`goodfellow2014gan` has it."),
        ("directive", "```{figure} a.png\n```"),
        ("colon fence", ":::note\n:::"),
        ("option", "```\n:class: tip\n```"),
        ("label", "(toy)=\n## A section"),
        ("comment", "% not for readers"),
        ("picture or link to a file", "![A face](../book/records/a.png)"),
        ("formula without dollars", "\\begin{align}x\\end{align}"),
    ],
)
def test_a_raw_mark_is_found(kind, plant):
    source = read_source(CHAPTERS[0])
    notebook = nbformat.read(CHAPTERS[0].with_suffix(".ipynb"), as_version=4)
    notebook.cells[0].source += f"\n\n{plant}"
    assert kind in shown_wrongly(notebook, source)


def test_an_open_answer_and_an_open_solution_are_found():
    source = read_source(CHAPTERS[0])
    committed = nbformat.read(CHAPTERS[0].with_suffix(".ipynb"), as_version=4)
    notebook = copy.deepcopy(committed)
    answered = next(cell for cell in notebook.cells if "<details>" in cell.source)
    answered.source = answered.source.replace("<details>\n", "").replace("</details>", "")
    assert shown_wrongly(notebook, source) == ["open answer"]
    for mark in folding.MARKS:
        notebook = copy.deepcopy(committed)
        del next(filter(exercises.is_solution, notebook.cells)).metadata[mark]
        assert shown_wrongly(notebook, source) == ["open solution"]


@chapters
def test_outputs_are_only_of_checked_cells(path):
    notebook = nbformat.read(path.with_suffix(".ipynb"), as_version=4)
    nbformat.validate(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert bool(cell.outputs) == (pairs.CHECKED in tags(cell)), cell.source
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
def test_no_line_of_code_is_cut(path):
    """A window of 1280 px shows 100 columns; the style sheet says how."""
    lines = [
        line
        for cell in cells(path, "code")
        if "remove-cell" not in tags(cell)
        for line in cell.source.splitlines()
    ]
    assert [line for line in lines if len(line) > 100] == []


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
    for path in (
        ROOT / "README.md",
        ROOT / "CITATION.cff",
        ROOT / "book" / "setup.md",
        ROOT / "book" / "students.md",
        *CHAPTERS,
    ):
        # the first two parts of every GitHub address, and of other places' addresses for GitHub
        found = re.findall(
            r"(?:github\.com|(?:google\.com|sagemaker\.aws/import)/github|mybinder\.org/v2/gh|codespaces\.new)"
            r"/([\w.-]+/[\w-]+)",
            path.read_text(),
        )
        assert found, path
        assert set(found) == {owner_and_name}, path


def test_the_readmes_screenshot_shows_something():
    picture = Image.open(ROOT / "book" / "_static" / "screenshot.png").convert("RGB")
    assert len(set(picture.resize((64, 43)).get_flattened_data())) > 50
