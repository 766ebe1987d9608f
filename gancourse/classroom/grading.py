"""Submissions in, scores and feedback out.

Each submission is run by `worker` in a process of its own, with a gradebook of its own, and watched by this module, so
that one that takes too much time, memory or disk does not disturb the others. Each result is saved at once, so a run
that was stopped goes on where it was.
"""

import contextlib
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import warnings
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

import nbformat

from gancourse import GancourseError
from gancourse.classroom import results, sandbox
from gancourse.classroom.results import Grade
from gancourse.files import atomic, write_text

EXPECTED = "expected are STUDENT/ASSIGNMENT.ipynb or STUDENT-ASSIGNMENT.ipynb"
LARGEST = 20 * 2**20  # the largest submission accepted, in bytes
WATCH = 0.2  # seconds between two looks at a worker
_NAME = re.compile(r"[\w][\w .@+-]*")  # a student's name, which becomes a file's name


@dataclass(frozen=True)
class Limits:
    """What one submission may use.

    Attributes
    ----------
    seconds : int
        How long the whole submission may take.
    cell_seconds : int
        How long one cell may take before it is interrupted and loses its points.
    memory : int
        How many bytes of memory all its processes may use together.
    output : int
        How many bytes it may print.
    file_size : int
        How many bytes one of its files may have.
    """

    seconds: int = 300
    cell_seconds: int = 60
    memory: int = 4 * 2**30
    output: int = 10 * 2**20
    file_size: int = 256 * 2**20


@dataclass(frozen=True)
class Submission:
    """A notebook that was handed in, with the reason if it cannot be graded."""

    student: str
    assignment: str
    path: Path
    refused: str = ""


def grade(submissions, release, out, limits: Limits | None = None, jobs: int | None = None):
    """Grade a folder of submissions; scores.csv, exercises.csv, open.csv and feedback/ are written to `out`.

    Parameters
    ----------
    submissions : path-like
        A folder with STUDENT/ASSIGNMENT.ipynb, nbgrader's STUDENT/ASSIGNMENT/ASSIGNMENT.ipynb, or
        STUDENT-ASSIGNMENT.ipynb.
    release : path-like
        The folder that `gancourse release` wrote.
    out : path-like
        The folder for the results. Those it has are kept, unless the submission, the assignment or the limits have
        changed.
    limits : Limits, optional
        What one submission may use.
    jobs : int, optional
        How many submissions are graded at a time; by default as many as cores and memory allow.

    Returns
    -------
    list of Grade
        One for each submission, sorted by student and assignment.

    Raises
    ------
    GancourseError
        If there are no submissions or no release, if nbgrader is missing, or if the system is Windows.
    """
    if os.name != "posix":
        raise GancourseError("grading needs Linux or macOS: on Windows use it inside WSL")
    try:
        import nbgrader  # noqa: F401
        import psutil
    except ImportError as error:
        raise GancourseError(f"grading needs {error.name}: pip install {error.name}") from None
    from tqdm import tqdm

    use_environment()
    release, out, limits = Path(release).resolve(), Path(out).resolve(), limits or Limits()
    sources = _sources(release)
    collected = collect(submissions, sources)
    used = sorted({submission.assignment for submission in collected if not submission.refused})
    room = psutil.virtual_memory().total // limits.memory
    jobs = jobs or max(1, min(os.cpu_count() or 1, room))
    out.mkdir(parents=True, exist_ok=True)
    templates = {name: _template(sources[name], out / "gradebooks") for name in used}
    with ThreadPoolExecutor(jobs) as pool:
        futures = [
            pool.submit(_grade_once, submission, templates, sources, out, limits)
            for submission in collected
        ]
        try:
            grades = [future.result() for future in tqdm(futures, desc="grading", disable=None)]
        except BaseException:
            for future in futures:
                future.cancel()
            raise
    results.write(grades, sources, out)
    return grades


def use_environment() -> None:
    """Put this Python's programs on the path: nbgrader calls alembic by name, whether or not they are on it."""
    programs = str(Path(sys.executable).parent)
    if programs not in os.environ["PATH"].split(os.pathsep):
        os.environ["PATH"] = os.pathsep.join([programs, os.environ["PATH"]])


def collect(folder, assignments) -> list[Submission]:
    """The notebooks under a folder, each with its student and its assignment.

    A notebook whose student or assignment is unclear, or that was handed in twice, is refused with the reason.

    Parameters
    ----------
    folder : path-like
        The folder of submissions.
    assignments : collection of str
        The names of the assignments.

    Raises
    ------
    GancourseError
        If the folder does not exist or has no notebooks.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise GancourseError(f"there is no folder of submissions {folder}: {EXPECTED}")
    files: dict = {}
    for path in sorted(folder.rglob("*.ipynb")):
        parts = path.relative_to(folder).parts
        if any(part.startswith(".") for part in parts):
            continue
        named = [name for name in assignments if name in path.stem or name in parts[:-1]]
        name = named[0] if len(named) == 1 else ""
        student = parts[0] if len(parts) > 1 else path.stem.replace(name or "", "").strip(" -_.")
        why = (
            ""
            if name
            else "its name has no assignment in it, or more than one: " + ", ".join(assignments)
        )
        if not _NAME.fullmatch(student):
            student, why = (
                student or path.stem,
                "its name does not say whose it is: STUDENT-ASSIGNMENT.ipynb",
            )
        if path.is_symlink() or path.stat().st_size > LARGEST:
            why = f"it is a link, or larger than {LARGEST // 2**20} MB"
        files.setdefault((student, name or path.stem), []).append((path, why))
    if not files:
        raise GancourseError(f"{folder} holds no notebooks: {EXPECTED}")
    return [
        Submission(student, name, copies[0][0], copies[0][1] or _several(copies))
        for (student, name), copies in sorted(files.items())
    ]


def _several(copies) -> str:
    return f"handed in {len(copies)} times: keep one" if len(copies) > 1 else ""


def _sources(release: Path) -> dict[str, Path]:
    sources = {path.parent.name: path for path in release.glob("course/source/*/*.ipynb")}
    if not sources:
        raise GancourseError(
            f"{release} is not a release: make one with gancourse release {release}"
        )
    return dict(sorted(sources.items()))


def _template(source: Path, folder: Path) -> Path:
    """The path of a gradebook with the assignment, as `nbgrader generate_assignment` makes it."""
    from nbgrader.apps import NbGraderAPI
    from traitlets.config import Config

    target = folder / f"{source.stem}-{_digest(source)}.db"
    if target.exists():
        return target
    with atomic(folder / source.stem, folder=True) as scratch:
        copied = scratch / "source" / source.stem / source.name
        copied.parent.mkdir(parents=True)
        shutil.copyfile(source, copied)
        config = Config()
        config.CourseDirectory.root = str(scratch)
        config.CourseDirectory.db_url = f"sqlite:///{scratch / 'gradebook.db'}"
        made = NbGraderAPI(config=config).generate_assignment(source.stem)
        if not made["success"]:
            raise GancourseError(f"nbgrader cannot make {source}: {made.get('log', '')[-1000:]}")
        with atomic(target) as file:
            shutil.copyfile(scratch / "gradebook.db", file)
    shutil.rmtree(folder / source.stem)
    return target


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


def _grade_once(submission: Submission, templates, sources, out: Path, limits: Limits) -> Grade:
    """The saved grade of a submission, or a new one, which is saved."""
    if submission.refused:
        return Grade(submission.student, submission.assignment, submission.refused)
    path = out / "results" / submission.student / f"{submission.assignment}.json"
    key = {
        "submission": _digest(submission.path),
        "assignment": _digest(sources[submission.assignment]),
        "limits": asdict(limits),
    }
    if path.exists():
        saved = json.loads(path.read_text(encoding="utf-8"))
        if saved["key"] == key:
            return Grade(**saved["grade"])
    try:
        grade = _run(submission, templates[submission.assignment], out, limits)
    except Exception as error:  # whatever it is, the others go on; it is tried again next time
        why = f"the grader failed: {type(error).__name__}: {error}"
        return Grade(submission.student, submission.assignment, why)
    write_text(path, json.dumps({"key": key, "grade": asdict(grade)}, indent=1))
    return grade


def _run(submission: Submission, template: Path, out: Path, limits: Limits) -> Grade:
    student, name = submission.student, submission.assignment
    try:
        notebook = _read_submission(submission.path, name, template)
    except GancourseError as error:
        return Grade(student, name, str(error))
    job, work = sandbox.new_folder(), sandbox.new_folder()
    try:
        shutil.copyfile(template, job / "gradebook.db")
        (job / "gradebook.db").chmod(0o600)
        place = job / "course" / "submitted" / "student" / name
        place.mkdir(parents=True)
        nbformat.write(notebook, place / f"{name}.ipynb")
        settings = asdict(limits) | {"assignment": name, "work": str(work)}
        write_text(job / "job.json", json.dumps(settings))
        stopped = _watch(job, work, limits)
        result = _result(job, stopped)
        graded = job / "course" / "autograded" / "student" / name / f"{name}.ipynb"
        if "points" in result and graded.exists():
            with atomic(out / "graded" / student / f"{name}.ipynb") as scratch:
                shutil.copyfile(graded, scratch)
        return Grade(student, name, **result)
    finally:
        for folder in (job, work):
            shutil.rmtree(folder, ignore_errors=True)


def _read_submission(path: Path, name: str, template: Path):
    """The notebook in a form that nbgrader can read: every exercise once, and none of another assignment.

    Raises a GancourseError if it is not a notebook, or has none of the exercises.
    """
    from nbgrader.api import Gradebook

    from gancourse.classroom.exercises import STUB

    try:
        with warnings.catch_warnings(action="ignore"):  # about duplicate cell ids, which it mends
            notebook = nbformat.read(path, as_version=4)
            nbformat.validate(notebook)
    except Exception as error:  # nbformat raises what its parser and its schema raise
        raise GancourseError(f"it is not a notebook: {str(error).splitlines()[0][:200]}") from None
    with Gradebook(f"sqlite:///{template}") as gradebook:
        source = gradebook.find_notebook(name, name)
        code = [cell.name for cell in source.source_cells if cell.cell_type == "code"]
        grade_ids = {cell.name for cell in source.source_cells}
        solution_ids = {cell.name for cell in source.solution_cells}
    submitted: set[str] = set()
    for cell in notebook.cells:
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
        if grade_id not in grade_ids - submitted:  # the first of two counts
            cell.metadata.pop("nbgrader", None)
        else:
            submitted.add(grade_id)
    solutions = [name for name in code if name in solution_ids]
    if not submitted & set(solutions):
        raise GancourseError(f"none of the exercises of {name} is in it")
    for solution in solutions:
        if solution not in submitted:  # nbgrader adds the check after it
            metadata = {"grade": False, "grade_id": solution, "locked": False, "solution": True}
            metadata |= {"task": False, "schema_version": 3, "cell_type": "code"}
            notebook.cells.append(nbformat.v4.new_code_cell(STUB, metadata={"nbgrader": metadata}))
    return notebook


def _watch(job: Path, work: Path, limits: Limits) -> str:
    """Run the worker until it ends or must be stopped; the reason if it was stopped."""
    import psutil

    command = [sys.executable, "-P", "-m", "gancourse.classroom.worker", str(job)]
    with open(job / "log.txt", "wb") as log:
        process = subprocess.Popen(
            command,
            cwd=job,
            env=sandbox.environment(work),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        began, reason = time.monotonic(), ""
        try:
            while process.poll() is None and not reason:
                time.sleep(WATCH)
                if time.monotonic() - began > limits.seconds:
                    reason = f"it took longer than {limits.seconds} s"
                elif _memory(psutil, process.pid) > limits.memory:
                    reason = f"it used more than {limits.memory / 2**30:.3g} GB of memory"
        finally:
            for pid in [*_children(psutil, process.pid), process.pid]:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            process.wait()
    return reason


def _children(psutil, pid: int) -> list[int]:
    try:
        return [child.pid for child in psutil.Process(pid).children(recursive=True)]
    except psutil.Error:
        return []


def _memory(psutil, pid: int) -> int:
    total = 0
    for member in [pid, *_children(psutil, pid)]:
        try:
            total += psutil.Process(member).memory_info().rss
        except psutil.Error:
            continue
    return total


def _result(job: Path, stopped: str) -> dict:
    path = job / "result.json"
    if stopped or not path.exists():
        tail = (job / "log.txt").read_text(encoding="utf-8", errors="replace").strip()[-300:]
        return {"refused": stopped or f"its grader died: {tail}"}
    return json.loads(path.read_text(encoding="utf-8"))
