"""MyST to plain Markdown: what is known is turned, and what is not is refused."""

import re
from pathlib import Path

import pytest

from gancourse import GancourseError
from gancourse.notebooks.plain import Links, plain

ROOT = Path(__file__).parents[2]
BOOK = "https://gancourse.github.io/gancourse"


@pytest.fixture(scope="module")
def links():
    return Links(ROOT)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("(x)=\n## Title", "## Title"),
        ("{doc}`../book/setup`", f"[Setup]({BOOK}/book/setup.html)"),
        (
            "{doc}`the\nlab <08_diagnosis_lab>`",
            f"[the lab]({BOOK}/notebooks/08_diagnosis_lab.html)",
        ),
        (
            "{ref}`measuring-gans`",
            f"[7. Measuring GANs]({BOOK}/notebooks/07_measuring_gans.html#measuring-gans)",
        ),
        (
            "{cite}`goodfellow2014gan`",
            "([Goodfellow et al., 2014](https://arxiv.org/abs/1406.2661))",
        ),
        (
            "{cite:t}`goodfellow2014gan`",
            "[Goodfellow et al. (2014)](https://arxiv.org/abs/1406.2661)",
        ),
        ("```{admonition} Question\n:class: tip\nWhy?\n```", "> **Question**\n>\n> Why?"),
        (
            "```{admonition} Answer\n:class: dropdown\nSo.\n```",
            "<details>\n<summary>Answer</summary>\n\nSo.\n\n</details>",
        ),
        ("[how](../book/setup.md#budgets)", f"[how]({BOOK}/book/setup.html#budgets)"),
        (
            "![Digits.](../book/records/mnist_cgan-best/generated.png)",
            "![Digits.](https://raw.githubusercontent.com/gancourse/gancourse/main/book/records/mnist_cgan-best/generated.png)",
        ),
        ("[Adam](https://arxiv.org/abs/1412.6980)", "[Adam](https://arxiv.org/abs/1412.6980)"),
        ("$$\n\\begin{aligned}x\\end{aligned}\n$$", "$$\n\\begin{aligned}x\\end{aligned}\n$$"),
        ("```python\nx = 1\n```", "```python\nx = 1\n```"),
    ],
)
def test_what_the_chapters_use_is_turned(links, source, expected):
    assert plain(source, links) == expected


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("{ref}`lost`", "the book has no 'lost'"),
        ("{doc}`lost`", "the book has no 'notebooks/lost'"),
        ("{cite}`lost2020`", "the book has no 'lost2020'"),
        ("{numref}`fig-x`", "plain Markdown does not have the role {numref}"),
        ("[x](../book/lost.md)", "the book has no 'book/lost.md'"),
        ("![x](lost.png)", "the book has no 'notebooks/lost.png'"),
        ("```{figure} a.png\n```", "```{figure} a.png: plain Markdown would show"),
        (":::{note}\nx\n:::", ":::{note}: plain Markdown would show"),
        ("text\n(label)=", "(label)=: plain Markdown would show"),
        ("\\begin{align}x\\end{align}", "plain Markdown would show"),
        ("% a comment", "% a comment: plain Markdown would show"),
    ],
)
def test_anything_else_is_an_error(links, source, message):
    with pytest.raises(GancourseError, match=re.escape(message)):
        plain(source, links)
