"""The templates, scripts and styles beside this module, as text for one output of a cell.

Every output carries its own script and style, because Colab shows each output in a frame of its own and the built page
has to work from `file://`.
"""

import json
from pathlib import Path
from string import Template


def read(name: str) -> str:
    """The text of a file beside this module."""
    return (Path(__file__).parent / name).read_text(encoding="utf-8")


def fill(name: str, **values) -> str:
    """A template with its script, its style and `values` filled in.

    Parameters
    ----------
    name : str
        The name of the three files without suffix: "quiz" for quiz.html, quiz.js and quiz.css.
    values
        The text for each `$placeholder`, already escaped.
    """
    template = Template(read(f"{name}.html"))
    return template.substitute(values, script=read(f"{name}.js"), style=read(f"{name}.css"))


def to_script(value) -> str:
    """A value as JSON that may stand in a script element: no text in it can end the element."""
    return json.dumps(value).replace("<", "\\u003c")
