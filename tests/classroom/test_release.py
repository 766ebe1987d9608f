"""What a class gets: whole, without solutions, plain, and the same from the same commit."""

import csv
import re
import shutil
from pathlib import Path

import nbformat
import pytest
from a_class import NAME, cell, checkout, released, solved

from gancourse import GancourseError
from gancourse.classroom import exercises
from gancourse.classroom.release import release
from gancourse.notebooks.contents import read_contents

ROOT = Path(__file__).parents[2]
HIDDEN = 'assert double(21) == 42, "a secret"'


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """The release of this very checkout, with a private test."""
    folder = tmp_path_factory.mktemp("release")
    (folder / "private").mkdir()
    (folder / "private" / "jsd.py").write_text("assert divergence_from_value(2) > 1  # private\n")
    return release(ROOT, folder / "course", folder / "private"), folder / "course"


def texts(notebook):
    """Everything in a notebook that could give a solution away."""
    for each in notebook.cells:
        yield each.source
        yield str(dict(each.metadata))
        yield from (str(output) for output in each.get("outputs", []))


def test_students_get_no_solution_and_no_private_test(course):
    chapters, folder = course
    assert [chapter.name for chapter in chapters] == [entry.name for entry in read_contents(ROOT)]
    names = [exercise.name for chapter in chapters for exercise in chapter.exercises]
    assert len(set(names)) == len(names), "a private test is found by the exercise's name"
    for chapter in chapters:
        elsewhere = "\n".join(
            each.source for each in chapter.notebook.cells if not exercises.is_solution(each)
        )  # what the chapter shows anyway is no secret
        for kind in ("students", "assignments"):
            notebook = nbformat.read(folder / kind / f"{chapter.name}.ipynb", as_version=4)
            everything = "\n".join(texts(notebook))
            assert "SOLUTION" not in everything and "private" not in everything
            assert all(not each.get("outputs") for each in notebook.cells)
            for exercise in chapter.exercises:
                region = re.search(
                    r"### BEGIN SOLUTION\n(.*)\n\s*### END SOLUTION", exercise.solution.source, re.S
                )[1]
                for line in map(str.strip, region.splitlines()):
                    if len(line) > 8 and line not in elsewhere:
                        assert line not in everything, (chapter.name, exercise.name)
            stubs = [each for each in notebook.cells if exercises.STUB in each.source]
            assert len(stubs) == len(chapter.exercises)


def test_student_notebooks_run_to_their_first_stub_as_the_chapter_does(course):
    """Up to there the code is the chapter's own, cell by cell, which nbval runs; the stub says what is missing."""
    chapters, folder = course
    for chapter in chapters:
        student = nbformat.read(folder / "students" / f"{chapter.name}.ipynb", as_version=4)
        ours, theirs = (
            [each.source for each in notebook.cells if each.cell_type == "code"]
            for notebook in (chapter.notebook, student)
        )
        first = next(i for i, source in enumerate(theirs) if exercises.STUB in source)
        assert theirs[:first] == ours[:first] and len(theirs) == len(ours)
        names = {}
        exec(theirs[first], names)
        function = names[re.match(r"def (\w+)", theirs[first])[1]]
        with pytest.raises(NotImplementedError, match="write your answer here"):
            function(*[None] * (function.__code__.co_argcount))


def test_student_notebooks_are_plain_and_open_on_colab(course):
    chapters, folder = course
    for chapter in chapters:
        notebook = nbformat.read(folder / "students" / f"{chapter.name}.ipynb", as_version=4)
        nbformat.validate(notebook)
        prose = [each.source for each in notebook.cells if each.cell_type == "markdown"]
        links = re.findall(r"/blob/(.+?)\.ipynb\)", prose[0])
        assert links == 3 * [f"students/{chapter.name}"], "on Colab, Kaggle and Studio Lab"
        assert not re.search(r"\{[a-z:]+\}`|^\([\w-]+\)=|^```\{", "\n".join(prose), re.M)
        assert "holds a solution" not in "\n".join(prose)
        stubs = [each for each in notebook.cells if exercises.STUB in each.source]
        assert not any({"cellView", "jupyter"} & set(each.metadata) for each in stubs), "unfolded"
        assert not any("#@title" in each.source for each in stubs)
        first = next(each.source for each in notebook.cells if each.cell_type == "code")
        assert 'if find_spec("gancourse") is None:' in first


def test_assignments_hold_no_training(course):
    """They have to grade in seconds: of the chapter only what the exercises need."""
    chapters, folder = course
    for chapter in chapters:
        notebook = nbformat.read(folder / "assignments" / f"{chapter.name}.ipynb", as_version=4)
        kept = [each.source for each in notebook.cells if each.cell_type == "code"]
        assert len(kept) < len([e for e in chapter.notebook.cells if e.cell_type == "code"])
        before = "\n".join(source for source in kept[2:] if "nbgrader" not in source)
        # `systems.train` with a few steps is what a check of chapter 8 asks for.
        training = r"(?<!systems\.)\btrain\(|\.fit\(|train_on\(|data\.load\("
        assert not re.search(training, before), chapter.name


def test_nbgrader_makes_the_same_assignment_and_grades_it(tmp_path, monkeypatch):
    from nbgrader.api import Gradebook
    from nbgrader.apps import NbGraderAPI
    from traitlets.config import Config

    from gancourse.classroom.grading import use_environment

    use_environment()
    folder = released(tmp_path, HIDDEN)
    monkeypatch.setenv("PYTHONWARNINGS", "")  # restored at the end; the release sets its own
    scope = {"get_config": Config}
    exec((folder / "course" / "nbgrader_config.py").read_text(), scope)
    scope["c"].CourseDirectory.root = str(folder / "course")
    nbgrader = NbGraderAPI(config=scope["c"])
    made = nbgrader.generate_assignment(NAME)
    assert made["success"], made
    theirs = nbformat.read(folder / "course" / "release" / NAME / f"{NAME}.ipynb", as_version=4)
    ours = nbformat.read(folder / "assignments" / f"{NAME}.ipynb", as_version=4)
    assert [each.source for each in theirs.cells] == [each.source for each in ours.cells]
    answer = solved(folder)
    half = cell(answer, "half")
    half.source = "import warnings\n\ndef half(x):\n    warnings.warn('a')\n    return x / 2"
    submitted = folder / "course" / "submitted" / "ada" / NAME
    submitted.mkdir(parents=True)
    nbformat.write(answer, submitted / f"{NAME}.ipynb")
    done = nbgrader.autograde(NAME, "ada")
    assert done["success"], done
    with Gradebook(f"sqlite:///{folder / 'course' / 'gradebook.db'}") as gradebook:
        assert gradebook.find_submission_notebook(NAME, NAME, "ada").code_score == 5


def test_the_assignment_of_a_chapter(tmp_path):
    folder = released(tmp_path, HIDDEN)
    source = solved(folder)
    code = [each.source for each in source.cells if each.cell_type == "code"]
    assert code[:3] == ["import sys", "import math", 'factor = 2\nprint("an output")']
    assert "slow" not in "".join(code), "nothing needs it"
    assert HIDDEN in cell(source, "check-double").source
    opened = cell(source, "open-1")
    assert opened.cell_type == "markdown" and opened.metadata.nbgrader.points == 4
    assert "Further reading" not in "".join(each.source for each in source.cells)
    student = nbformat.read(folder / "students" / f"{NAME}.ipynb", as_version=4)
    prose = "\n".join(each.source for each in student.cells if each.cell_type == "markdown")
    book = "https://gancourse.github.io/gancourse"
    assert f"[the reports]({book}/book/reports.html)" in prose
    assert f"[A toy chapter]({book}/notebooks/{NAME}.html#toy)" in prose
    assert "[Goodfellow et al. (2014)](https://arxiv.org/abs/1406.2661)" in prose
    assert "([Goodfellow et al., 2014](https://arxiv.org/abs/1406.2661))" in prose
    assert "<details>\n<summary>Answer</summary>\n\nUnfolded.\n\n</details>" in prose
    assert HIDDEN in (folder / "instructors" / f"{NAME}.ipynb").read_text().replace('\\"', '"')
    with open(folder / "points.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["name"], row["points"], row["graded by"]) for row in rows] == [
        ("double", "2", "check"),
        ("half", "3", "check"),
        ("open-1", "4", "person"),
    ]
    with open(folder / "chapters.csv", newline="") as file:
        assert next(csv.DictReader(file))["cost"] == "Next to nothing."


def test_the_same_commit_gives_the_same_bytes(tmp_path):
    one, other = released(tmp_path / "one", HIDDEN), released(tmp_path / "other", HIDDEN)
    files = sorted(path.relative_to(one) for path in one.rglob("*") if path.is_file())
    assert files == sorted(path.relative_to(other) for path in other.rglob("*") if path.is_file())
    assert all((one / file).read_bytes() == (other / file).read_bytes() for file in files)


def test_a_release_replaces_a_release_and_nothing_else(tmp_path):
    root = checkout(tmp_path / "checkout")
    release(root, tmp_path / "out")
    release(root, tmp_path / "out")
    (tmp_path / "out" / "mine.txt").write_text("kept")
    with pytest.raises(GancourseError, match="something other than a release"):
        release(root, tmp_path / "out")
    assert (tmp_path / "out" / "mine.txt").read_text() == "kept"


def test_what_cannot_be_released_is_said(tmp_path):
    with pytest.raises(GancourseError, match="is not a checkout of the course"):
        release(tmp_path, tmp_path / "out")
    root = checkout(tmp_path / "checkout")
    tests = tmp_path / "private"
    with pytest.raises(GancourseError, match="no folder of private tests"):
        release(root, tmp_path / "out", tests)
    tests.mkdir()
    (tests / "lost.py").write_text("assert True\n")
    with pytest.raises(GancourseError, match=r"lost\.py belongs to no exercise; there are: double, half"):  # fmt: skip
        release(root, tmp_path / "out", tests)
    shutil.move(tests / "lost.py", tests / "half.py")
    (tests / "half.py").write_text("assert half(\n")
    with pytest.raises(GancourseError, match=r"half\.py, line 1"):
        release(root, tmp_path / "out", tests)
    assert not (tmp_path / "out").exists()


def test_the_command_writes_a_release_and_says_what_is_in_it(tmp_path, monkeypatch, capsys):
    from gancourse.cli import app

    monkeypatch.chdir(checkout(tmp_path / "checkout"))
    app(["release", str(tmp_path / "out")], standalone_mode=False)
    said = capsys.readouterr().out
    assert "01_toy" in said and "2 exercises, 5 points, 1 open" in said
    assert (tmp_path / "out" / "students" / f"{NAME}.ipynb").is_file()
