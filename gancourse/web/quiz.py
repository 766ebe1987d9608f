"""Multiple-choice questions for the built page: no kernel, no network."""

import html
import tomllib
from functools import cache

from gancourse import GancourseError
from gancourse.web.assets import fill, read, to_script


@cache
def quizzes() -> dict[str, dict]:
    """All quizzes of quizzes.toml by name: each has a chapter, a question, and choices with text, why and right."""
    return tomllib.loads(read("quizzes.toml"))


def quiz(name: str):
    """A multiple-choice question that works in the built page, from `file://`, by keyboard and with a screen reader.

    The answer to a choice is read out as it appears; choosing alone reveals nothing.

    Parameters
    ----------
    name : str
        The quiz's name in `quizzes`.

    Returns
    -------
    IPython.display.HTML

    Raises
    ------
    GancourseError
        If there is no such quiz.
    """
    from IPython.display import HTML

    if name not in quizzes():
        raise GancourseError(f"no quiz is called {name!r}; there are: {', '.join(quizzes())}")
    question, key = quizzes()[name], f"quiz-{name}"
    choices = [
        f'<p><label><input type="radio" name="{key}" value="{number}"> '
        f"{html.escape(choice['text'])}</label></p>"
        for number, choice in enumerate(question["choices"])
    ]
    reasons = [
        ("Right. " if choice.get("right") else "No. ") + choice["why"]
        for choice in question["choices"]
    ]
    return HTML(
        fill(
            "quiz",
            key=key,
            question=html.escape(question["question"]),
            choices="\n".join(choices),
            reasons=to_script(reasons),
        )
    )
