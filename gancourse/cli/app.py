"""The whole command: its verbs in the order of its help, and how it ends if something goes wrong."""

import sys

import typer

from gancourse import GancourseError, launch
from gancourse.cli import classroom, data, logs, machine, training

app = typer.Typer(
    help="GANs from five student reports: prepare data, train recipes, sample and evaluate the results.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for verb in (
    machine.doctor,
    data.data,
    training.train,
    training.sample,
    training.evaluate,
    logs.read,
    classroom.release,
    classroom.grade,
):
    app.command()(verb)


def main() -> None:
    """Run the command; bad input ends in one message on standard error and exit status 1."""
    name = "gancourse"
    if launch.world_size() > 1:
        name += f" (process {launch.rank()} of {launch.world_size()})"
    try:
        app()
    except (GancourseError, OSError) as error:
        print(f"{name}: {error}", file=sys.stderr)
    except ModuleNotFoundError as error:
        print(f"{name}: this needs {error.name}: pip install {error.name}", file=sys.stderr)
    sys.exit(1)
