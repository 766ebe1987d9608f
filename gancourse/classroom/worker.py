"""One submission through nbgrader's autograder, in a process of its own: `python -m gancourse.classroom.worker JOB`.

JOB is a folder that `grading` has prepared: job.json, gradebook.db, course/submitted/STUDENT/ASSIGNMENT/. The kernel
runs in another folder, so neither the gradebook nor the hidden tests are beside it. result.json says how it ended.
"""

import json
import os
import re
import signal
import sys
import threading
import time
from pathlib import Path

import nbformat
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from nbgrader.converters.autograde import Autograde
from nbgrader.preprocessors import Execute
from traitlets.config import Config

from gancourse.classroom import sandbox

STUDENT = "student"  # a stand-in: `grading` knows the student's name
MESSAGE = 400  # how many characters of an error are passed on
_ANSI = re.compile(r"\x1b\[[\d;]*[A-Za-z]")


class Kernel(AsyncKernelManager):
    """Python in the sandbox, whatever kernel the submission asks for, over sockets that need no network."""

    work = Path()
    transport = "ipc"

    def __init__(self, **settings):
        super().__init__(**settings)
        self.connection_file = str(self.work / "kernel.json")
        self.ip = str(self.work / "kernel")  # the sockets' path, which the sandbox shares

    @property
    def kernel_spec(self):
        argv = [*sandbox.prefix(self.work), sys.executable, "-m", "ipykernel_launcher"]
        return KernelSpec(
            argv=[*argv, "-f", "{connection_file}"],
            language="python",
            display_name="Python 3",
            interrupt_mode="message",  # a signal would end the sandbox and not the cell
        )


class LimitedExecute(Execute):
    """nbgrader's execution in the kernel above; a notebook that prints without end loses its kernel.

    nbgrader takes anything that a check cell writes to stderr for a failure, even a library's warning, although the
    student who ran the same cell saw it pass. Here it is output like any other, and only an error is a failure.
    """

    output_limit = 0
    too_much = False

    def __init__(self, **settings):
        super().__init__(kernel_manager_class=Kernel, **settings)
        self.printed = 0

    def preprocess(self, nb, resources, km=None):
        resources["metadata"]["path"] = str(Kernel.work)
        return super().preprocess(nb, resources, km)

    def process_message(self, msg, cell, cell_index):
        if msg["msg_type"] in ("stream", "display_data", "execute_result", "error"):
            self.printed += len(json.dumps(msg["content"]))
            if self.printed > self.output_limit:
                if not LimitedExecute.too_much:
                    LimitedExecute.too_much = True
                    os.killpg(self.km.provisioner.pid, signal.SIGKILL)
                return None
        if msg["msg_type"] == "stream":
            msg["content"]["name"] = "stdout"
        return super().process_message(msg, cell, cell_index)


def main(folder: Path) -> None:
    """Grade the submission of the job in `folder`."""
    job = json.loads((folder / "job.json").read_text(encoding="utf-8"))
    _end_with_parent()
    sandbox.limit(job["memory"], job["file_size"])
    Kernel.work = Path(job["work"])
    os.environ["JUPYTER_RUNTIME_DIR"] = str(Kernel.work)
    LimitedExecute.output_limit = job["output"]
    config = Config()
    config.CourseDirectory.root = str(folder / "course")
    config.CourseDirectory.db_url = f"sqlite:///{folder / 'gradebook.db'}"
    config.LimitedExecute.timeout = config.Execute.timeout = job["cell_seconds"]
    config.OverwriteCells.add_missing_cells = True
    steps = Autograde.autograde_preprocessors.default()
    steps = [LimitedExecute if step is Execute else step for step in steps]
    config.Autograde.autograde_preprocessors = steps
    done = NbGraderAPI(config=config).autograde(job["assignment"], STUDENT)
    print(done.get("log", ""), done.get("error", ""))  # into the job's log
    result = _read(folder, job) if done["success"] else {"refused": _reason(done, job)}
    (folder / "result.json").write_text(json.dumps(result), encoding="utf-8")


def _read(folder: Path, job) -> dict:
    """Points and messages by exercise, from the gradebook and the executed notebook."""
    name = job["assignment"]
    with Gradebook(f"sqlite:///{folder / 'gradebook.db'}") as gradebook:
        grades = gradebook.find_submission_notebook(name, name, STUDENT).grades
        points = {grade.name: grade.auto_score for grade in grades if grade.auto_score is not None}
    path = folder / "course" / "autograded" / STUDENT / name / f"{name}.ipynb"
    messages = {}
    for cell in nbformat.read(path, as_version=4).cells:
        errors = [out for out in cell.get("outputs", []) if out["output_type"] == "error"]
        if errors and (metadata := cell.metadata.get("nbgrader")):
            error = errors[-1]
            text = error["evalue"] or error["ename"]
            if error["ename"] not in ("AssertionError", "NotImplementedError"):
                text = f"{error['ename']}: {error['evalue']}"
            messages[metadata.get("grade_id")] = _ANSI.sub("", text)[:MESSAGE]
    return {"points": points, "messages": messages}


def _reason(done: dict, job: dict) -> str:
    log = done.get("log", "") + done.get("error", "")
    if LimitedExecute.too_much:
        return f"it printed more than {job['output'] / 2**20:.3g} MB"
    if "DeadKernelError" in log:
        return "its kernel died while a cell ran: an exit, a crash, or more memory than there is"
    if "MemoryError" in log:
        return "it needs more memory than it may use"
    errors = re.findall(r"^(?:\w+\.)*\w+(?:Error|Exception|Timeout): .+$", log, re.M)
    errors = [error for error in errors if "NbGraderException" not in error]
    return f"nbgrader cannot grade it: {_ANSI.sub('', errors[-1] if errors else log)[-MESSAGE:]}"


def _end_with_parent() -> None:
    """End this process if the grading itself is killed."""
    parent = os.getppid()

    def watch():
        while os.getppid() == parent:
            time.sleep(1)
        os.killpg(0, signal.SIGKILL)

    threading.Thread(target=watch, daemon=True).start()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
