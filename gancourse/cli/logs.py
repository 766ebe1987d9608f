"""read: what a training log shows."""

from typing import Annotated

import typer


def read(
    log: Annotated[
        str,
        typer.Argument(
            help="A log as text, a losses.npy, the folder of a run, or - for standard input.",
            show_default=False,
        ),
    ],
) -> None:
    """Say what a training log shows: which network is winning, whether the numbers fit together, what they suggest."""
    from gancourse import logs

    print(logs.explain(logs.read(log)))
