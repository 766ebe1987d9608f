"""Where a submission's kernel runs: in a sandbox if bubblewrap is available, otherwise as a plain process with limits.

In the sandbox the kernel sees Python, this library and its own folder, and no other files of the machine; it has no
network, and what it starts ends with it. bubblewrap (`apt-get install bubblewrap`) needs Linux and may be forbidden.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

import gancourse

SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/etc", "/opt", "/sys", "/nix")


def prefix(folder: Path) -> list[str]:
    """The words before a command that run it in a sandbox, where it may write to `folder`; none without a sandbox."""
    if not available():
        return []
    library = Path(gancourse.__file__).parent
    visible = [*SYSTEM, sys.prefix, sys.base_prefix, library, library.parent / "book" / "records"]
    visible += [path for path in sys.path if path and Path(path).is_dir()]
    box = ["bwrap", "--unshare-all", "--die-with-parent", "--new-session"]
    box += ["--unsetenv", "JPY_PARENT_PID"]  # a number that means nothing in there
    box += ["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "--tmpfs", "/dev/shm"]
    for path in dict.fromkeys(map(str, visible)):
        if path != str(library.parent):  # a checkout on the path: its notebooks have the solutions
            box += ["--ro-bind-try", path, path]
    return [*box, "--bind", str(folder), str(folder), "--chdir", str(folder)]


@cache
def available() -> bool:
    """Whether bubblewrap is installed and may make a sandbox on this machine."""
    if not shutil.which("bwrap"):
        return False
    command = ["bwrap", "--unshare-all", "--ro-bind", "/", "/", "--proc", "/proc", "true"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def environment(folder: Path) -> dict[str, str]:
    """The environment variables that a submission may see: none of the instructor's own."""
    passed = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "KERAS_BACKEND", "OPENBLAS_CORETYPE")
    return {name: os.environ[name] for name in passed if name in os.environ} | {
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "GANCOURSE_BUDGET": "reduced",
        "GANCOURSE_CACHE": str(folder / "cache"),
        "MPLBACKEND": "agg",
        "OMP_NUM_THREADS": "1",  # submissions run side by side
        "TF_CPP_MIN_LOG_LEVEL": "2",
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def new_folder() -> Path:
    """A fresh folder for one submission; its path is short, as the kernel's sockets lie in it."""
    return Path(tempfile.mkdtemp(prefix="gancourse-"))


def limit(memory: int, file_size: int) -> None:
    """Limit this process and what it starts, if the system can.

    Parameters
    ----------
    memory : int
        How many bytes of data each process may hold.
    file_size : int
        How many bytes a file may have.
    """
    try:
        import resource
    except ImportError:
        return
    for kind, value in (("RLIMIT_DATA", memory), ("RLIMIT_FSIZE", file_size), ("RLIMIT_CORE", 0)):
        resource.setrlimit(getattr(resource, kind), (value, value))
