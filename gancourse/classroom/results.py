"""The results of grading: a table of scores, one of exercises, one to fill in by hand, and a page of feedback each."""

import csv
import html
from dataclasses import dataclass, field
from pathlib import Path

import nbformat

from gancourse import GancourseError
from gancourse.files import atomic, write_text

_WHOSE = ("student", "assignment")
SCORES = (*_WHOSE, "status", "points by check", "of", "points by person", "open to grade", "reason")
EXERCISES = (*_WHOSE, "exercise", "points", "of", "message")
BY_HAND_FILE = "open.csv"  # filled in by a person, and read again
BY_HAND = (*_WHOSE, "exercise", "of", "points")


@dataclass(frozen=True)
class Grade:
    """The result of one submission.

    Attributes
    ----------
    student : str
        Who handed it in.
    assignment : str
        The name of the assignment.
    refused : str
        Why it could not be graded; empty if it was graded.
    points : dict of float
        The points reached, under the grade_id of each check.
    messages : dict of str
        What each failed check said, under its grade_id.
    """

    student: str
    assignment: str
    refused: str = ""
    points: dict[str, float] = field(default_factory=dict)
    messages: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Row:
    """One exercise of a submission; `points` is None if a person has yet to grade it."""

    exercise: str
    title: str
    of: float
    by_person: bool
    points: float | None
    message: str

    @property
    def counted(self) -> float:
        return self.points or 0.0


def write(grades: list[Grade], sources: dict[str, Path], out: Path) -> None:
    """Write scores.csv, exercises.csv, open.csv and feedback/STUDENT.html.

    The points that a person has entered in open.csv are counted and stay there.

    Parameters
    ----------
    grades : list of Grade
        The results of all submissions.
    sources : dict of Path
        The nbgrader source notebook of each assignment, under its name.
    out : Path
        The folder to write to.
    """
    exercises = {name: _exercises(path) for name, path in sources.items()}
    by_hand = _by_hand(out / BY_HAND_FILE)
    graded = [(g, _rows(g, exercises.get(g.assignment, []), by_hand)) for g in grades]
    _table(out / "scores.csv", SCORES, [_score(grade, rows) for grade, rows in graded])
    _table(
        out / "exercises.csv",
        EXERCISES,
        [
            (grade.student, grade.assignment, row.exercise, row.points, row.of, row.message)
            for grade, rows in graded
            for row in rows
        ],
    )
    _table(
        out / BY_HAND_FILE,
        BY_HAND,
        [
            (grade.student, grade.assignment, row.exercise, row.of, row.points)
            for grade, rows in graded
            for row in rows
            if row.by_person
        ],
    )
    for student in dict.fromkeys(grade.student for grade in grades):
        parts = [_section(grade, rows) for grade, rows in graded if grade.student == student]
        page = _PAGE.format(title=html.escape(student), body="\n".join(parts))
        write_text(out / "feedback" / f"{student}.html", page)


def _exercises(source: Path) -> list[dict]:
    """The exercises of an nbgrader source notebook."""
    exercises, title = [], ""
    for cell in nbformat.read(source, as_version=4).cells:
        if cell.cell_type == "markdown" and cell.source.startswith("### Exercise"):
            title = cell.source.splitlines()[0].removeprefix("### ")
        metadata = cell.metadata.get("nbgrader", {})
        if metadata.get("grade"):
            points, by_person = float(metadata["points"]), bool(metadata.get("solution"))
            exercise = {"exercise": metadata["grade_id"], "title": title, "of": points}
            exercises.append(exercise | {"by_person": by_person})
    return exercises


def _rows(grade: Grade, exercises: list[dict], by_hand: dict) -> list[Row]:
    rows = []
    for exercise in exercises:
        name = exercise["exercise"]
        if exercise["by_person"]:
            points = by_hand.get((grade.student, grade.assignment, name))
        else:
            points = grade.points.get(name, 0.0)
        rows.append(Row(**exercise, points=points, message=grade.messages.get(name, "")))
    return rows


def _score(grade: Grade, rows: list[Row]) -> tuple:
    by_check = [row for row in rows if not row.by_person]
    by_person = [row for row in rows if row.by_person]
    return (
        grade.student,
        grade.assignment,
        "refused" if grade.refused else "graded",
        sum(row.counted for row in by_check),
        sum(row.of for row in by_check),
        sum(row.counted for row in by_person),
        sum(row.points is None for row in by_person),
        grade.refused,
    )


def _by_hand(path: Path) -> dict[tuple[str, str, str], float]:
    """The points that a person has entered, by student, assignment and exercise."""
    if not path.exists():
        return {}
    try:
        with open(path, encoding="utf-8", newline="") as file:
            return {
                (row["student"], row["assignment"], row["exercise"]): float(row["points"])
                for row in csv.DictReader(file)
                if (row["points"] or "").strip()
            }
    except (KeyError, ValueError) as error:
        raise GancourseError(
            f"{path}: {error}. Enter numbers in the column points, and leave the other columns as they are"
        ) from None


def _table(path: Path, head, rows) -> None:
    with atomic(path) as scratch, open(scratch, "w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([head, *rows])


_PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<style>body {{font: 1rem/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem}}
td, th {{text-align: left; vertical-align: top; padding: .3rem 1rem .3rem 0}}</style></head>
<body><h1>{title}</h1>
{body}
</body></html>
"""


def _section(grade: Grade, rows: list[Row]) -> str:
    head = f"<h2>{html.escape(grade.assignment)}</h2>"
    if grade.refused:
        return f"{head}\n<p>Not graded: {html.escape(grade.refused)}.</p>"
    lines = []
    for row in rows:
        message = row.message or ("graded by a person" if row.by_person else "right")
        points = f"{row.counted:g} of {row.of:g}" if row.points is not None else f"of {row.of:g}"
        cells = "".join(f"<td>{html.escape(text)}</td>" for text in (row.title, points, message))
        lines.append(f"<tr>{cells}</tr>")
    total = f"{sum(row.counted for row in rows):g} of {sum(row.of for row in rows):g}"
    return (
        f"{head}\n<p>{total} points</p>\n<table>"
        "<tr><th>exercise</th><th>points</th><th>what the check says</th></tr>\n"
        + "\n".join(lines)
        + "\n</table>"
    )
