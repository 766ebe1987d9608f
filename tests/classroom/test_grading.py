"""Grading: right and wrong answers, hostile submissions, a run that is killed."""

import csv
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import psutil
import pytest
from a_class import NAME, cell, released, solved

from gancourse import GancourseError
from gancourse.classroom import grading, sandbox
from gancourse.classroom.grading import Limits

HIDDEN = 'assert double(21) == 42, "also for 21"'
LIMITS = Limits(seconds=90, cell_seconds=6, memory=2 * 2**30, output=10**6)
boxed = pytest.mark.skipif(not sandbox.available(), reason="bubblewrap makes no box here")


@pytest.fixture(scope="module")
def release(tmp_path_factory):
    return released(tmp_path_factory.mktemp("class"), HIDDEN)


def submit(folder, student, notebook):
    path = folder / student / f"{NAME}.ipynb"
    path.parent.mkdir(parents=True)
    if isinstance(notebook, str):
        path.write_text(notebook)
    else:
        nbformat.write(notebook, path)


def answered(release, source, grade_id="double"):
    """The assignment with its solutions, one of them replaced."""
    notebook = solved(release)
    cell(notebook, grade_id).source = source
    return notebook


def outside():
    """A file that no submission may write."""
    return Path.home() / ".gancourse-test-outside"


HOSTILE = {
    "loops": "def double(x):\n    while True:\n        pass",
    "allocates": "def double(x):\n    kept = b'1' * (8 * 2**30)\n    return 2 * x",
    "prints": "def double(x):\n    for _ in range(10_000):\n        print('x' * 100_000)\n    return 2 * x",
    "exits": "import os\n\ndef double(x):\n    os._exit(0)",
    "warns": (
        "import sys, warnings\n\ndef double(x):\n    warnings.warn('as libraries do')\n"
        "    print('to stderr', file=sys.stderr)\n    return 2 * x"
    ),
    "deletes": (
        "import os, shutil\n\nfor name in os.listdir():\n    shutil.rmtree(name, ignore_errors=True)\n"
        "    if os.path.isfile(name):\n        os.remove(name)\n\ndef double(x):\n    return 2 * x"
    ),
    "searches": (
        "import os, pathlib\n\ndef double(x):\n"
        "    for top in ('/tmp', os.path.expanduser('~'), os.getcwd()):\n"
        "        for path in pathlib.Path(top).rglob('*'):\n"
        "            if path.suffix in ('.ipynb', '.db') and b'also for 21' in path.read_bytes():\n"
        "                return 2 * x\n"
        "    return 4"
    ),
    "writes": (
        f"def double(x):\n    open({str(outside())!r}, 'w').write('here')\n    return 2 * x"
    ),
    "lingers": (
        "import subprocess\n\nsubprocess.Popen(['sleep', '4321'], start_new_session=True)\n\n"
        "def double(x):\n    return 2 * x"
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def graded(release, tmp_path_factory):
    """One run over good, wrong, broken and hostile submissions together."""
    folder = tmp_path_factory.mktemp("submissions")
    submit(folder, "reference", solved(release))
    stubs = nbformat.read(release / "assignments" / f"{NAME}.ipynb", as_version=4)
    submit(folder, "stubs", stubs)
    submit(folder, "hidden", answered(release, "def double(x):\n    return 4"))
    submit(folder, "wrong", answered(release, "def half(x):\n    return x // 2", "half"))
    for name, source in HOSTILE.items():
        submit(folder, name, answered(release, source))
    edited = answered(release, "def double(x):\n    return 0")
    cell(edited, "check-double").source = "assert True"
    cell(edited, "check-double").metadata.nbgrader.points = 100
    submit(folder, "edits", edited)
    foreign = solved(release)
    foreign.metadata.kernelspec = {"name": "ir", "display_name": "R", "language": "R"}
    submit(folder, "foreign", foreign)
    twice = solved(release)
    twice.cells = [*twice.cells, *twice.cells]
    submit(folder, "twice", json.dumps(twice))
    lacking = solved(release)
    for grade_id in ("half", "check-half", "check-double"):
        lacking.cells.remove(cell(lacking, grade_id))
    submit(folder, "lacking", lacking)
    submit(folder, "malformed", '{"cells": [')
    submit(folder, "blank", "")
    submit(folder, "empty", nbformat.v4.new_notebook())
    (folder / "nobody.ipynb").write_text("{}")
    out = tmp_path_factory.mktemp("grades")
    grades = grading.grade(folder, release, out, LIMITS)
    return {each.student: each for each in grades}, out


def points(graded, student):
    each = graded[0][student]
    assert not each.refused, each.refused
    return each.points["check-double"], each.points["check-half"]


def test_the_reference_has_all_points_and_stubs_have_none(graded):
    assert points(graded, "reference") == (2, 3)
    assert points(graded, "stubs") == (0, 0)
    assert graded[0]["stubs"].messages["check-double"] == "write your answer here"


def test_a_wrong_answer_loses_its_own_points_and_is_told_what_to_look_at(graded):
    assert points(graded, "wrong") == (2, 0)
    assert graded[0]["wrong"].messages == {"check-half": "not rounded"}
    assert points(graded, "hidden") == (0, 3), "the private test is asked, too"


@pytest.mark.parametrize("student", ["loops", "allocates"])
def test_who_wastes_time_or_memory_loses_that_exercise(graded, student):
    assert points(graded, student) == (0, 3)


def test_who_prints_without_end_or_leaves_is_refused_with_the_reason(graded):
    assert re.search("printed more than|GB of memory", graded[0]["prints"].refused)
    assert "its kernel died" in graded[0]["exits"].refused


def test_a_warning_costs_nothing(graded):
    assert points(graded, "warns") == (2, 3)


def test_who_deletes_or_lingers_harms_nobody(graded):
    assert points(graded, "deletes") == (2, 3)
    assert points(graded, "lingers") == (2, 3)
    running = [each.info["cmdline"] for each in psutil.process_iter(["cmdline"])]
    assert ["sleep", "4321"] not in running


@boxed
def test_in_the_box_there_is_nothing_to_find_and_nothing_to_overwrite(graded):
    assert points(graded, "searches") == (0, 3)
    assert not outside().exists()


def test_an_edited_check_is_asked_as_it_was(graded):
    assert points(graded, "edits") == (0, 3)


def test_another_kernel_and_cells_that_lack_or_come_twice_are_scored(graded):
    assert points(graded, "foreign") == (2, 3)
    assert points(graded, "twice") == (2, 3)
    assert points(graded, "lacking") == (2, 0)


def test_what_is_no_submission_is_refused_with_the_reason(graded):
    for student in ("malformed", "blank"):
        assert "not a notebook" in graded[0][student].refused
    assert "none of the exercises" in graded[0]["empty"].refused
    assert "has no assignment in it" in graded[0]["nobody"].refused


def test_scores_and_feedback(graded, release, tmp_path):
    _, out = graded
    with open(out / "scores.csv", newline="") as file:
        rows = {row["student"]: row for row in csv.DictReader(file)}
    assert len(rows) == len(graded[0])
    assert (rows["wrong"]["points by check"], rows["wrong"]["of"]) == ("2.0", "5.0")
    assert rows["wrong"]["open to grade"] == "1" and rows["exits"]["status"] == "refused"
    page = (out / "feedback" / "wrong.html").read_text()
    assert "not rounded" in page and "also for 21" not in page and "2 of 9 points" in page


def test_points_given_by_hand_are_counted_and_kept(release, tmp_path):
    submit(tmp_path / "in", "ada", solved(release))
    grading.grade(tmp_path / "in", release, tmp_path / "out", LIMITS)
    table = tmp_path / "out" / "open.csv"
    table.write_text(table.read_text().replace("open-1,4.0,", "open-1,4.0,3.5"))
    for _ in range(2):
        grading.grade(tmp_path / "in", release, tmp_path / "out", LIMITS)
        with open(tmp_path / "out" / "scores.csv", newline="") as file:
            row = next(csv.DictReader(file))
        assert (row["points by person"], row["open to grade"]) == ("3.5", "0")
        assert "open-1,4.0,3.5" in table.read_text()
    table.write_text(table.read_text().replace("3.5", "good"))
    with pytest.raises(GancourseError, match="Enter numbers in the column points"):
        grading.grade(tmp_path / "in", release, tmp_path / "out", LIMITS)


def test_a_run_that_is_killed_goes_on_and_loses_and_doubles_nothing(release, tmp_path):
    students = [f"student{i}" for i in range(4)]
    for student in students:
        submit(tmp_path / "in", student, solved(release))
    command = [sys.executable, "-c", "from gancourse.cli import main; main()", "grade", "in"]
    command += ["--release", str(release), "--out", "out", "--jobs", "1"]
    process = subprocess.Popen(command, cwd=tmp_path, start_new_session=True)
    results = tmp_path / "out" / "results"
    while not list(results.glob("*/*.json")) and process.poll() is None:
        time.sleep(0.1)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    done = {path: path.stat().st_mtime_ns for path in results.glob("*/*.json")}
    assert 1 <= len(done) < 4
    assert subprocess.run(command, cwd=tmp_path, check=False).returncode == 0
    assert all(path.stat().st_mtime_ns == changed for path, changed in done.items())
    with open(tmp_path / "out" / "scores.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["student"] for row in rows] == students
    assert {row["points by check"] for row in rows} == {"5.0"}


def test_submissions_are_told_apart_by_their_names(tmp_path):
    known = ["01_toy", "02_other"]
    for name in (
        "ada/01_toy.ipynb",
        "ada/02_other/02_other.ipynb",
        "bob-01_toy.ipynb",
        "carl/01_toy.ipynb",
        "carl/sub/01_toy (1).ipynb",
        "01_toy.ipynb",
        "dora/what.ipynb",
        "ada/.ipynb_checkpoints/01_toy-checkpoint.ipynb",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("{}")
    (tmp_path / "eve").mkdir()
    (tmp_path / "eve" / "01_toy.ipynb").symlink_to(tmp_path / "bob-01_toy.ipynb")
    found = {(each.student, each.assignment): each for each in grading.collect(tmp_path, known)}
    fine = {key for key, each in found.items() if not each.refused}
    assert fine == {("ada", "01_toy"), ("ada", "02_other"), ("bob", "01_toy")}
    assert "handed in 2 times" in found["carl", "01_toy"].refused
    assert "does not say whose" in found["01_toy", "01_toy"].refused
    assert "has no assignment in it" in found["dora", "what"].refused
    assert "a link" in found["eve", "01_toy"].refused


def test_nothing_to_grade_is_said(release, tmp_path):
    with pytest.raises(GancourseError, match="no folder of submissions"):
        grading.grade(tmp_path / "lost", release, tmp_path / "out")
    with pytest.raises(GancourseError, match="holds no notebooks: expected are STUDENT"):
        grading.grade(tmp_path, release, tmp_path / "out")
    (tmp_path / "a-01_toy.ipynb").write_text("{}")
    with pytest.raises(GancourseError, match="is not a release"):
        grading.grade(tmp_path, tmp_path, tmp_path / "out")
    assert not (tmp_path / "out").exists()
