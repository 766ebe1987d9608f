"""What instructors give out: student notebooks, instructor notebooks, and assignments for nbgrader.

Everything is made from the committed plain notebooks and contains no dates and nothing random, so the same commit gives
the same bytes.
"""

import copy
import csv
import io
import re
from pathlib import Path

import nbformat
from nbformat.v4 import new_markdown_cell

from gancourse import GancourseError
from gancourse.classroom import exercises
from gancourse.classroom.exercises import OPEN_POINTS, STUB, Chapter
from gancourse.files import atomic
from gancourse.notebooks.addresses import Addresses, read_addresses
from gancourse.notebooks.contents import read_contents
from gancourse.notebooks.folding import MARKS, unfold

BRANCH = "students"  # where the publishing workflow puts the student notebooks
ASK = "Write your answer here, in place of this line."
_HOW = re.compile(r"^Each exercise has a check cell .*?\n\n", re.M | re.S)
_HOW_STUDENTS = (
    "Write your answer into the cell under each exercise, then run the check cell below it. If something is off, the "
    "check says what to look at.\n\n"
)
_CONFIG = f'''"""For nbgrader: `nbgrader generate_assignment NAME` here makes what students get."""

import os

os.environ["PYTHONWARNINGS"] = "ignore"  # a check that warns has failed, to nbgrader

c = get_config()  # noqa: F821
c.CourseDirectory.course_id = "gancourse"
c.ClearSolutions.code_stub = {{"python": {STUB!r}}}
c.ClearSolutions.text_stub = {ASK!r}
c.ExecutePreprocessor.timeout = 120
'''
_README = """# gancourse for a class

| folder or file | for whom | what |
|---|---|---|
| `students/` | students | the whole chapters, with empty exercises, for Colab or a laptop |
| `assignments/` | students | one notebook a chapter with its exercises only; they grade in seconds |
| `instructors/` | instructors | the chapters as they are, with solutions{private} |
| `course/` | instructors | an nbgrader course: `cd course`, then `nbgrader generate_assignment NAME` |
| `points.csv` | instructors | every exercise with its points, and whether a check or a person grades it |
| `chapters.csv` | both | what each chapter costs in time |

Grade what students hand in with `gancourse grade SUBMISSIONS --release FOLDER`. The book's instructor's guide says how.
"""


def release(root, out, tests=None) -> list[Chapter]:
    """Write everything that a class needs to the folder `out`.

    Parameters
    ----------
    root : path-like
        A checkout of the course.
    out : path-like
        A new folder, an empty one, or an earlier release, which is replaced as a whole.
    tests : path-like, optional
        A folder of private tests: NAME.py holds more asserts for the exercise NAME. They go into the instructor
        notebooks and, as hidden tests, into the nbgrader course; students get none of them.

    Returns
    -------
    list of Chapter
        The chapters that were released, in the book's order.

    Raises
    ------
    GancourseError
        If `root` is not a checkout, if a private test belongs to no exercise or is not Python, or if `out` holds
        anything but a release.
    """
    root, out = Path(root), Path(out)
    if not all((root / file).is_file() for file in ("pyproject.toml", "book/chapters.toml")):
        raise GancourseError(
            f"{root.resolve()} is not a checkout of the course: run this in its top folder"
        )
    if out.exists() and (not out.is_dir() or set(_names(out)) - _OURS):
        raise GancourseError(
            f"{out} is or holds something other than a release: name a new or empty folder"
        )
    addresses = read_addresses(root)
    paths = [root / "notebooks" / f"{entry.name}.ipynb" for entry in read_contents(root)]
    chapters = [exercises.read_chapter(path) for path in paths]
    private = _read_tests(tests, chapters)
    with atomic(out, folder=True) as scratch:
        for chapter in chapters:
            name = f"{chapter.name}.ipynb"
            source = assignment(chapter, addresses, private)
            _write(scratch / "students" / name, student_notebook(chapter, addresses))
            _write(scratch / "instructors" / name, instructor_notebook(chapter, private))
            _write(scratch / "assignments" / name, without_solutions(source))
            _write(scratch / "course" / "source" / chapter.name / name, source)
        joined = " and your private tests" if private else ""
        for file, text in {
            "README.md": _README.format(private=joined),
            "course/nbgrader_config.py": _CONFIG,
            "points.csv": _table(_points(chapters)),
            "chapters.csv": _table(_chapters(chapters)),
        }.items():
            (scratch / file).write_text(text, encoding="utf-8", newline="\n")
    return chapters


def student_notebook(chapter: Chapter, addresses: Addresses) -> nbformat.NotebookNode:
    """The whole chapter with empty exercises and no outputs; its links open the version without solutions."""
    notebook = _copied(chapter)
    theirs = addresses.open_in(f"{chapter.name}.ipynb", BRANCH)
    ours = addresses.open_in(f"notebooks/{chapter.name}.ipynb")
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = _HOW.sub(_HOW_STUDENTS, cell.source).replace(ours, theirs)
    return without_solutions(notebook)


def instructor_notebook(chapter: Chapter, private: dict[str, str]) -> nbformat.NotebookNode:
    """The chapter as committed, with the private tests, by exercise, at the end of its checks."""
    notebook = copy.deepcopy(chapter.notebook)
    for cell in notebook.cells:
        if exercises.is_check(cell):
            cell.source += _private(cell, private)
    return notebook


def assignment(chapter: Chapter, addresses: Addresses, private=None) -> nbformat.NotebookNode:
    """An nbgrader source notebook: what the exercises need from the chapter, and the exercises with their solutions.

    Open exercises get a cell for an answer, which a person grades.

    Parameters
    ----------
    chapter : Chapter
        The chapter.
    addresses : Addresses
        The course's addresses, for the link to the chapter.
    private : dict of str, optional
        The private tests by exercise; they become hidden tests.
    """
    notebook, needed = _copied(chapter), {cell.id for cell in exercises.needed(chapter)}
    head = (
        f"# {chapter.title}: exercises\n\nThe cells before the first exercise are what the exercises need from "
        f"[the chapter]({addresses.page(f'notebooks/{chapter.name}')}). {_HOW_STUDENTS.strip()}"
    )
    cells = [new_markdown_cell(head, id="head")]
    for cell in notebook.cells:
        if cell.cell_type == "code" and cell.id in needed:
            if exercises.is_check(cell):
                cell.source += _private(cell, private or {})
            cells.append(cell)
        elif cell.cell_type == "markdown":
            for i, (title, text) in enumerate(exercises.sections(cell.source).items()):
                cells.append(new_markdown_cell(text, id=f"{cell.id}-{i}"))
                if title in chapter.open_exercises:
                    cells.append(_answer(chapter.open_exercises.index(title)))
    notebook.cells = cells
    return notebook


def without_solutions(notebook) -> nbformat.NotebookNode:
    """A copy for students: solutions and hidden tests are taken out."""
    notebook = copy.deepcopy(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.source = exercises.stub(cell.source)
            cell.source = re.sub(
                r"\n### BEGIN HIDDEN TESTS\n.*?### END HIDDEN TESTS", "", cell.source, flags=re.S
            )
    return notebook


def _copied(chapter: Chapter) -> nbformat.NotebookNode:
    """The chapter's notebook without outputs and tags, and with solution cells unfolded, since students write there."""
    notebook = copy.deepcopy(chapter.notebook)
    spec = {"display_name": "Python 3", "language": "python", "name": "python3"}
    notebook.metadata = nbformat.from_dict({"kernelspec": spec})
    for cell in notebook.cells:
        if exercises.is_solution(cell):
            unfold(cell)
        metadata = {key: cell.metadata[key] for key in ("nbgrader", *MARKS) if key in cell.metadata}
        cell.metadata = nbformat.from_dict(metadata)
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return notebook


def _answer(number: int):
    metadata: dict[str, object] = {"grade": True, "solution": True, "locked": False, "task": False}
    metadata |= {"schema_version": 3, "grade_id": f"open-{number + 1}", "points": OPEN_POINTS}
    return new_markdown_cell(ASK, id=f"open-{number + 1}", metadata={"nbgrader": metadata})


def _private(check, private: dict[str, str]) -> str:
    text = private.get(check.metadata["nbgrader"]["grade_id"].removeprefix("check-"))
    return f"\n### BEGIN HIDDEN TESTS\n{text}\n### END HIDDEN TESTS" if text else ""


def _read_tests(folder, chapters) -> dict[str, str]:
    if folder is None:
        return {}
    if not Path(folder).is_dir():
        raise GancourseError(f"there is no folder of private tests {folder}")
    names = {exercise.name for chapter in chapters for exercise in chapter.exercises}
    paths = {path.stem: path for path in sorted(Path(folder).glob("*.py"))}
    if unknown := sorted(paths.keys() - names):
        raise GancourseError(
            f"{paths[unknown[0]]} belongs to no exercise; there are: {', '.join(sorted(names))}"
        )
    private = {}
    for name, path in paths.items():
        private[name] = path.read_text(encoding="utf-8").strip()
        try:
            compile(private[name], str(path), "exec")
        except SyntaxError as error:
            raise GancourseError(f"{path}, line {error.lineno}: {error.msg}") from None
    return private


_OURS = {"students", "instructors", "assignments", "course", "README.md", "points.csv", "chapters.csv"}  # fmt: skip


def _names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def _points(chapters):
    yield "chapter", "exercise", "name", "points", "graded by"
    for chapter in chapters:
        for exercise in chapter.exercises:
            yield chapter.name, exercise.title, exercise.name, exercise.points, "check"
        for number, title in enumerate(chapter.open_exercises):
            yield chapter.name, title, f"open-{number + 1}", OPEN_POINTS, "person"


def _chapters(chapters):
    yield "chapter", "title", "points by check", "points by person", "cost"
    for chapter in chapters:
        by_person = OPEN_POINTS * len(chapter.open_exercises)
        yield chapter.name, chapter.title, chapter.points, by_person, chapter.cost


def _table(rows) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def _write(path: Path, notebook) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(nbformat.writes(notebook, version=4) + "\n", encoding="utf-8", newline="\n")
