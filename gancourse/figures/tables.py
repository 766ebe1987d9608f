"""Tables in Markdown, as a cell shows them, and the summary of a few numbers in one of their cells."""

import numpy as np


def table(header, rows):
    """A table as the result of a cell.

    Parameters
    ----------
    header : sequence
        The title of each column; "" for none.
    rows : iterable of sequences
        The cells of each row, as many as the header has. Whatever is not text is converted by `str`.

    Returns
    -------
    IPython.display.Markdown
    """
    from IPython.display import Markdown

    lines = [header, ["---"] * len(header), *rows]
    return Markdown("\n".join(f"| {' | '.join(map(str, line))} |" for line in lines))


def mean_and_range(values, digits: int) -> str:
    """The mean of a few numbers, with the smallest and the largest in brackets: "1.50 (1.00 to 2.00)".

    Parameters
    ----------
    values : sequence of float
        The numbers, such as one per seed.
    digits : int
        Digits after the decimal point.
    """
    low, mean, high = np.min(values), np.mean(values), np.max(values)
    return f"{mean:.{digits}f} ({low:.{digits}f} to {high:.{digits}f})"
