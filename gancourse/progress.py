"""The progress bars of long computations: shown where a person watches, and nowhere else.

tqdm hides a bar by itself only where standard error is not a terminal, and in a notebook it never is.
"""

import os
import sys

from tqdm.auto import tqdm

# What starts a kernel for a person says so: Jupyter's server names the session, Kaggle its kind, VS Code itself.
# nbclient, nbval and jupyter-book start theirs without a word, so that pages and checked outputs have no bars.
_SESSIONS = {"JPY_SESSION_NAME", "KAGGLE_KERNEL_RUN_TYPE", "VSCODE_PID"}


def is_watched() -> bool:
    """Whether a person sees what this process prints: in a terminal, or in a notebook that is open.

    A notebook counts as open on Colab and on Kaggle, and in a kernel that Jupyter's server (JupyterLab, Notebook,
    Binder, Studio Lab) or VS Code started.
    """
    if sys.stderr.isatty():
        return True
    if "google.colab" in sys.modules:
        return True
    return "ipykernel" in sys.modules and not _SESSIONS.isdisjoint(os.environ)


def progress_bar(iterable=None, shown: bool | None = None, **options) -> tqdm:
    """A tqdm bar: a widget in a notebook, a line of text in a terminal.

    Parameters
    ----------
    iterable : iterable, optional
        What the bar counts; without it the caller counts with `update`.
    shown : bool, optional
        Whether to show it; by default if a person watches, see `is_watched`.
    **options
        tqdm's own, such as `total`, `initial`, `desc` and `unit`.

    Returns
    -------
    tqdm
    """
    return tqdm(iterable, disable=not (is_watched() if shown is None else shown), **options)
