"""Holds the numbers that a chapter's prose quotes to what its cells and records say."""

import re

from gancourse import GancourseError

NUMBER = re.compile(r"(?<![\w.])[-−+]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:e[-+]?\d+)?")


def quote(phrase: str, *values: float, within: float = 0.0) -> None:
    """Check that a phrase of the text gives these values, each rounded to the decimals that the phrase shows.

    A hidden cell calls it after the sentence, and a test looks for the phrase in the chapter: neither the number nor
    the sentence can change alone.

    Parameters
    ----------
    phrase : str
        A few words of the chapter's Markdown with their numbers, as written: "0.158 against 0.168", "1,234 of 2,000".
    values : float
        What the numbers in the phrase stand for, in its order and unit: 14.5 for "14.5 %".
    within : float
        How far a value may be from the number beside its rounding, for results that differ a little from machine to
        machine.

    Raises
    ------
    GancourseError
        If the phrase has more or fewer numbers than there are values, or if one of them is another number.
    """
    numbers = NUMBER.findall(phrase)
    if len(numbers) != len(values):
        raise GancourseError(
            f"“{phrase}” has {len(numbers)} numbers ({', '.join(numbers)}), and {len(values)} values were given"
        )
    for number, value in zip(numbers, values, strict=True):
        said = float(number.replace(",", "").replace("−", "-"))
        mantissa, _, exponent = number.partition("e")
        unit = 10.0 ** (int(exponent or 0) - len(mantissa.partition(".")[2]))  # of its last digit
        if not abs(said - value) <= (0.5 + 1e-6) * unit + within:  # not: nan fails as well
            raise GancourseError(
                f"the text says “{phrase}”, but where it says {number} the value is {value:.6g}"
            )
