"""`quote` holds a sentence's numbers to values."""

import pytest

from gancourse import GancourseError
from gancourse.quotes import quote


def test_numbers_are_compared_as_the_phrase_rounds_them():
    quote("0.158 against 0.168", 0.15849, 0.1675)
    quote("1,234 of 2,000 faces", 1234, 2000)
    quote("it ends at −0.64 and not at +0.44", -0.644, 0.436)
    quote("14.5 % of 32 × 32 pixels", 14.4501, 32, 32)
    quote("2e-08 and 1.5e3 are numbers, 3, too", 1.6e-8, 1540, 3)
    quote("about 140 by chapter 2's classifier", 139, 2, within=2)


@pytest.mark.parametrize(
    ("phrase", "values"),
    [
        ("0.158 against 0.168", (0.158, 0.1686)),
        ("from 0.20", (0.206,)),
        ("12 faces", (13,)),
        ("off by 2e-08", (1e-8,)),
        ("at −0.64", (0.64,)),
        ("one is missing: 3", (float("nan"),)),
    ],
)
def test_another_number_is_an_error_that_shows_the_phrase(phrase, values):
    with pytest.raises(GancourseError, match="the value is") as raised:
        quote(phrase, *values)
    assert phrase in str(raised.value)


def test_as_many_values_as_numbers():
    with pytest.raises(GancourseError, match=r"has 2 numbers \(2, 3\), and 1 values were given"):
        quote("2 of 3", 2)


def test_a_name_with_a_digit_is_not_a_number():
    quote("x2 and MNIST-like v1.5, yet 7", 7)
