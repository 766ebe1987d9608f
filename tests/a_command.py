"""The command in a process of its own, for several tests."""

import subprocess
import sys


def run(*arguments, code=0, **options):
    """What `gancourse` prints, or with another exit status than 0 its error message; never a traceback."""
    command = [sys.executable, "-m", "gancourse", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, **options)
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout if code == 0 else done.stderr
