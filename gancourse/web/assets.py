"""The page's own files beside this module: templates, scripts and styles, as text for one output of a cell.

Every output carries its own script and style: Colab shows each output in a frame of its own, and the built page has to
work from `file://`.
"""

import json
from pathlib import Path
from string import Template


def read(name: str) -> str:
    """The text of a file beside this module."""
    return (Path(__file__).parent / name).read_text(encoding="utf-8")


def fill(name: str, **values) -> str:
    """The template `name`.html with its script, its style and `values` in it.

    Parameters
    ----------
    name : str
        Of the three files: "quiz" for quiz.html, quiz.js and quiz.css.
    values
        Text for each `$placeholder`, escaped already.
    """
    template = Template(read(f"{name}.html"))
    return template.substitute(values, script=read(f"{name}.js"), style=read(f"{name}.css"))


def to_script(value) -> str:
    """JSON that may stand in a script element: no text in it can end the element."""
    return json.dumps(value).replace("<", "\\u003c")
