"""Submissions in, scores and feedback out.

Each submission is run by `worker` in a process of its own, with a gradebook of its own, and watched from here: it can
take its time, its memory and its folder, and no other submission notices. A result is kept as soon as it is there, so a
run that was stopped goes on where it was.
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

LARGEST = 20 * 2**20  # bytes of a submitted notebook
WATCH = 0.2  # seconds between two looks at a worker
_NAME = re.compile(r"[\w][\w .@+-]*")  # of a student, as it becomes a file's name


@dataclass(frozen=True)
class Limits:
    """What one submission may use.

    Attributes
    ----------
    seconds, cell_seconds : int
        For all of it, and for one cell, which is interrupted and loses its points.
    memory, output, file_size : int
        Bytes: of all its processes together, of what it prints, of one file.
    """

    seconds: int = 300
    cell_seconds: int = 60
    memory: int = 4 * 2**30
    output: int = 10 * 2**20
    file_size: int = 256 * 2**20


@dataclass(frozen=True)
class Submission:
    """A notebook that was handed in, or the reason why it is none."""

    student: str
    assignment: str
    path: Path
    refused: str = ""


def grade(submissions, release, out, limits: Limits | None = None, jobs: int | None = None):
    """Grade a folder of submissions; scores.csv, exercises.csv, open.csv and feedback/ are written to `out`.

    Parameters
    ----------
    submissions : path
        STUDENT/ASSIGNMENT.ipynb, nbgrader's STUDENT/ASSIGNMENT/ASSIGNMENT.ipynb, or STUDENT-ASSIGNMENT.ipynb.
    release : path
        What `gancourse release` wrote.
    out : path
        Results that are there already are kept, unless the submission or the assignment has changed.
    limits : Limits, optional
    jobs : int, optional
        At a time; by default as many as there are cores, and memory for them.

    Returns
    -------
    list of Grade
        In the order of students and assignments.

    Raises
    ------
    GancourseError
        No submissions, no release, nbgrader missing, or a system on which it does not run.
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
    found = collect(submissions, sources)
    used = sorted({each.assignment for each in found if not each.refused})
    room = psutil.virtual_memory().total // limits.memory
    jobs = jobs or max(1, min(os.cpu_count() or 1, room))
    out.mkdir(parents=True, exist_ok=True)
    templates = {name: _template(sources[name], out / "gradebooks") for name in used}
    with ThreadPoolExecutor(jobs) as pool:
        work = [pool.submit(_kept, each, templates, sources, out, limits) for each in found]
        try:
            grades = [each.result() for each in tqdm(work, desc="grading", disable=None)]
        except BaseException:
            for each in work:
                each.cancel()
            raise
    results.write(grades, sources, out)
    return grades


def use_environment() -> None:
    """Put this Python's programs on the path: nbgrader calls alembic by its name, activated or not."""
    here = str(Path(sys.executable).parent)
    if here not in os.environ["PATH"].split(os.pathsep):
        os.environ["PATH"] = os.pathsep.join([here, os.environ["PATH"]])


def collect(folder, known) -> list[Submission]:
    """The notebooks under `folder`, each with its student and its assignment, one of `known`.

    What cannot be told, or was handed in twice, is there with the reason.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise GancourseError(f"there is no folder of submissions {folder}")
    found: dict = {}
    for path in sorted(folder.rglob("*.ipynb")):
        parts = path.relative_to(folder).parts
        if any(part.startswith(".") for part in parts):
            continue
        named = [name for name in known if name in path.stem or name in parts[:-1]]
        name = named[0] if len(named) == 1 else ""
        student = parts[0] if len(parts) > 1 else path.stem.replace(name or "", "").strip(" -_.")
        why = "" if name else "its name says no assignment, or more than one: " + ", ".join(known)
        if not _NAME.fullmatch(student):
            student, why = (
                student or path.stem,
                "its name does not say whose it is: STUDENT-ASSIGNMENT.ipynb",
            )
        if path.is_symlink() or path.stat().st_size > LARGEST:
            why = f"it is a link, or larger than {LARGEST // 2**20} MB"
        found.setdefault((student, name or path.stem), []).append((path, why))
    if not found:
        raise GancourseError(f"{folder} holds no notebooks: {layout()}")
    return [
        Submission(student, name, files[0][0], files[0][1] or _more(files))
        for (student, name), files in sorted(found.items())
    ]


def layout() -> str:
    """How submissions have to lie."""
    return "expected are STUDENT/ASSIGNMENT.ipynb or STUDENT-ASSIGNMENT.ipynb"


def _more(files) -> str:
    return f"handed in {len(files)} times: keep one" if len(files) > 1 else ""


def _sources(release: Path) -> dict[str, Path]:
    found = {path.parent.name: path for path in release.glob("course/source/*/*.ipynb")}
    if not found:
        raise GancourseError(f"{release} is no release: make one with gancourse release {release}")
    return dict(sorted(found.items()))


def _template(source: Path, folder: Path) -> Path:
    """A gradebook that knows the assignment, as `nbgrader generate_assignment` makes it."""
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


def _kept(submission: Submission, templates, sources, out: Path, limits: Limits) -> Grade:
    """The grade as it was kept, else made and kept."""
    if submission.refused:
        return Grade(submission.student, submission.assignment, submission.refused)
    path = out / "results" / submission.student / f"{submission.assignment}.json"
    key = {
        "submission": _digest(submission.path),
        "assignment": _digest(sources[submission.assignment]),
        "limits": asdict(limits),
    }
    if path.exists():
        kept = json.loads(path.read_text(encoding="utf-8"))
        if kept["key"] == key:
            return Grade(**kept["grade"])
    try:
        made = _run(submission, templates[submission.assignment], out, limits)
    except Exception as error:  # whatever it is, the others go on; it is tried again next time
        why = f"the grader failed: {type(error).__name__}: {error}"
        return Grade(submission.student, submission.assignment, why)
    write_text(path, json.dumps({"key": key, "grade": asdict(made)}, indent=1))
    return made


def _run(submission: Submission, template: Path, out: Path, limits: Limits) -> Grade:
    student, name = submission.student, submission.assignment
    try:
        notebook = _sane(submission.path, name, template)
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


def _sane(path: Path, name: str, template: Path):
    """The notebook as nbgrader can read it: every exercise once, none of another assignment; a GancourseError if it is
    none at all."""
    from nbgrader.api import Gradebook

    from gancourse.classroom.exercises import STUB

    try:
        with warnings.catch_warnings(
            action="ignore"
        ):  # it mends cell ids that come twice, and says so
            notebook = nbformat.read(path, as_version=4)
            nbformat.validate(notebook)
    except Exception as error:  # nbformat raises what its parser and its schema raise
        raise GancourseError(f"it is not a notebook: {str(error).splitlines()[0][:200]}") from None
    with Gradebook(f"sqlite:///{template}") as gradebook:
        source = gradebook.find_notebook(name, name)
        code = [cell.name for cell in source.source_cells if cell.cell_type == "code"]
        known = {cell.name for cell in source.source_cells}
        solutions = [each for each in code if each in {cell.name for cell in source.solution_cells}]
    there: set[str] = set()
    for cell in notebook.cells:
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
        if grade_id not in known - there:  # the first of two counts
            cell.metadata.pop("nbgrader", None)
        else:
            there.add(grade_id)
    if not there & set(solutions):
        raise GancourseError(f"none of the exercises of {name} is in it")
    for each in solutions:
        if each not in there:  # nbgrader adds the check after it
            about = {"grade": False, "grade_id": each, "locked": False, "solution": True}
            about |= {"task": False, "schema_version": 3, "cell_type": "code"}
            notebook.cells.append(nbformat.v4.new_code_cell(STUB, metadata={"nbgrader": about}))
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
            for each in [*_tree(psutil, process.pid), process.pid]:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(each, signal.SIGKILL)
            process.wait()
    return reason


def _tree(psutil, pid: int) -> list[int]:
    try:
        return [each.pid for each in psutil.Process(pid).children(recursive=True)]
    except psutil.Error:
        return []


def _memory(psutil, pid: int) -> int:
    total = 0
    for each in [pid, *_tree(psutil, pid)]:
        try:
            total += psutil.Process(each).memory_info().rss
        except psutil.Error:
            continue
    return total


def _result(job: Path, stopped: str) -> dict:
    path = job / "result.json"
    if stopped or not path.exists():
        tail = (job / "log.txt").read_text(encoding="utf-8", errors="replace").strip()[-300:]
        return {"refused": stopped or f"its grader died: {tail}"}
    return json.loads(path.read_text(encoding="utf-8"))
