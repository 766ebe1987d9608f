"""release, grade: the course in a class."""

import sys
from pathlib import Path
from typing import Annotated

import typer


def release(
    out: Annotated[Path, typer.Argument(help="A new folder, or one with an earlier release.")],
    tests: Annotated[
        Path | None, typer.Option(help="A folder of private tests: NAME.py for the exercise NAME.")
    ] = None,
) -> None:
    """Write student and instructor notebooks and an nbgrader course; run it in a checkout of the course."""
    from gancourse.classroom.release import release as write_release

    for chapter in write_release(Path(), out, tests):
        by_person = f", {len(chapter.open_exercises)} open" if chapter.open_exercises else ""
        count, points = len(chapter.exercises), chapter.points
        print(f"{chapter.name:<28} {count} exercises, {points} points{by_person}")
    print(f"Everything is in {out}; {out / 'README.md'} says what is for whom.")


def grade(
    submissions: Annotated[Path, typer.Argument(help="A folder of assignments handed in.")],
    release: Annotated[Path, typer.Option(help="The folder that gancourse release wrote.")],
    out: Annotated[
        Path, typer.Option(help="The folder for scores and feedback; earlier results are kept.")
    ] = Path("grades"),
    seconds: Annotated[int, typer.Option(help="How long one submission may take.", min=10)] = 300,
    memory: Annotated[float, typer.Option(help="How many GB one submission may use.", min=0.5)] = 4,
    jobs: Annotated[
        int | None,
        typer.Option(
            help="Submissions graded at a time.", min=1, show_default="as many as there are cores"
        ),
    ] = None,
) -> None:
    """Grade submissions with nbgrader, each on its own: scores, and a page of feedback per student."""
    from gancourse.classroom import grading, sandbox

    limits = grading.Limits(seconds=seconds, memory=int(memory * 2**30))
    if not sandbox.available():
        print(
            "There is no sandbox here (bubblewrap): submissions have limits, but could read files and use the network.",
            file=sys.stderr,
        )
    grades = grading.grade(submissions, release, out, limits, jobs)
    refused = [result for result in grades if result.refused]
    for result in refused:
        print(f"refused: {result.student}, {result.assignment}: {result.refused}")
    print(
        f"{len(grades)} submissions, {len(refused)} refused; {out / 'scores.csv'}, {out / 'feedback'}"
    )
