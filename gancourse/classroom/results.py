"""What comes of grading: a table of scores, one of exercises, one to fill in by hand, and a feedback page a student."""

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
    """What came of a submission.

    Attributes
    ----------
    refused : str
        Why it could not be graded; empty if it was.
    points, messages : dict
        By the grade_id of the check: points reached; and for those that failed, what the check said.
    """

    student: str
    assignment: str
    refused: str = ""
    points: dict[str, float] = field(default_factory=dict)
    messages: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Row:
    """One exercise of a submission. `points` is None where a person has yet to grade it."""

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
    """Write scores.csv, exercises.csv, open.csv and feedback/STUDENT.html to `out`.

    The points that a person has filled in in open.csv are counted, and stay there.
    """
    asked = {name: _asked(path) for name, path in sources.items()}
    by_hand = _by_hand(out / BY_HAND_FILE)
    graded = [(each, _rows(each, asked.get(each.assignment, []), by_hand)) for each in grades]
    _table(out / "scores.csv", SCORES, [_score(each, rows) for each, rows in graded])
    _table(
        out / "exercises.csv",
        EXERCISES,
        [
            (each.student, each.assignment, row.exercise, row.points, row.of, row.message)
            for each, rows in graded
            for row in rows
        ],
    )
    _table(
        out / BY_HAND_FILE,
        BY_HAND,
        [
            (each.student, each.assignment, row.exercise, row.of, row.points)
            for each, rows in graded
            for row in rows
            if row.by_person
        ],
    )
    for student in dict.fromkeys(each.student for each in grades):
        parts = [_section(each, rows) for each, rows in graded if each.student == student]
        page = _PAGE.format(title=html.escape(student), body="\n".join(parts))
        write_text(out / "feedback" / f"{student}.html", page)


def _asked(source: Path) -> list[dict]:
    """The exercises of an nbgrader source notebook."""
    found, title = [], ""
    for cell in nbformat.read(source, as_version=4).cells:
        if cell.cell_type == "markdown" and cell.source.startswith("### Exercise"):
            title = cell.source.splitlines()[0].removeprefix("### ")
        about = cell.metadata.get("nbgrader", {})
        if about.get("grade"):
            known = {"exercise": about["grade_id"], "title": title, "of": float(about["points"])}
            found.append(known | {"by_person": bool(about.get("solution"))})
    return found


def _rows(each: Grade, asked: list[dict], by_hand: dict) -> list[Row]:
    rows = []
    for about in asked:
        name = about["exercise"]
        if about["by_person"]:
            points = by_hand.get((each.student, each.assignment, name))
        else:
            points = each.points.get(name, 0.0)
        rows.append(Row(**about, points=points, message=each.messages.get(name, "")))
    return rows


def _score(each: Grade, rows: list[Row]) -> tuple:
    by_check = [row for row in rows if not row.by_person]
    by_person = [row for row in rows if row.by_person]
    return (
        each.student,
        each.assignment,
        "refused" if each.refused else "graded",
        sum(row.counted for row in by_check),
        sum(row.of for row in by_check),
        sum(row.counted for row in by_person),
        sum(row.points is None for row in by_person),
        each.refused,
    )


def _by_hand(path: Path) -> dict[tuple[str, str, str], float]:
    """The points that a person has filled in."""
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
            f"{path}: {error}. Fill in numbers in the column points, and leave the other columns"
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


def _section(each: Grade, rows: list[Row]) -> str:
    head = f"<h2>{html.escape(each.assignment)}</h2>"
    if each.refused:
        return f"{head}\n<p>Not graded: {html.escape(each.refused)}.</p>"
    lines = []
    for row in rows:
        said = row.message or ("graded by a person" if row.by_person else "right")
        points = f"{row.counted:g} of {row.of:g}" if row.points is not None else f"of {row.of:g}"
        cells = "".join(f"<td>{html.escape(text)}</td>" for text in (row.title, points, said))
        lines.append(f"<tr>{cells}</tr>")
    total = f"{sum(row.counted for row in rows):g} of {sum(row.of for row in rows):g}"
    return (
        f"{head}\n<p>{total} points</p>\n<table>"
        "<tr><th>exercise</th><th>points</th><th>what the check says</th></tr>\n"
        + "\n".join(lines)
        + "\n</table>"
    )
