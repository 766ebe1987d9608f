"""Tables in Markdown, as a cell shows them, and how a few numbers are summed up in one."""

import numpy as np


def table(header, rows):
    """A table as the result of a cell.

    Parameters
    ----------
    header : sequence
        What stands above each column; "" for nothing.
    rows : iterable of sequences
        As long as the header. What is no text is written as `str` writes it.

    Returns
    -------
    IPython.display.Markdown
    """
    from IPython.display import Markdown

    lines = [header, ["---"] * len(header), *rows]
    return Markdown("\n".join(f"| {' | '.join(map(str, line))} |" for line in lines))


def mean_and_range(values, digits: int) -> str:
    """The mean of a few numbers, and in brackets the smallest and the largest: "1.50 (1.00 to 2.00)".

    Parameters
    ----------
    values : sequence of float
        One a seed, say.
    digits : int
        Digits after the point.
    """
    low, mean, high = np.min(values), np.mean(values), np.max(values)
    return f"{mean:.{digits}f} ({low:.{digits}f} to {high:.{digits}f})"
