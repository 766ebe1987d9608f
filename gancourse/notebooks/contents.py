"""`book/chapters.toml`, the one place for a chapter's title, number, framework and cost, and the lists made from it."""

import re
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path

from gancourse import GancourseError
from gancourse.notebooks.addresses import Addresses, read_addresses

_TABLE = re.compile(r"(<!-- chapters: .+ -->\n).*?(\n<!-- end of chapters -->)", re.S)
_PART = re.compile(r"(  - caption: (.+)\n    chapters:\n)((?:      - file: notebooks/.+\n)*)")


@dataclass(frozen=True)
class Entry:
    """What the lists of chapters say about one.

    Attributes
    ----------
    name : str
        Of the file, without suffix.
    number : str
        A number, or a letter for an appendix.
    title, part, framework, cost, summary, goal, needs : str
        As the file explains them.
    """

    name: str
    number: str
    title: str
    part: str
    framework: str
    cost: str
    summary: str
    goal: str
    needs: str

    @property
    def label(self) -> str:
        """The number as it stands before the title."""
        return self.number if self.number.isdigit() else f"Appendix {self.number}"

    @property
    def heading(self) -> str:
        """The title with its number, as on the chapter's page."""
        return f"{self.label}. {self.title}"


def read_contents(root: Path) -> list[Entry]:
    """The chapters in the book's order.

    Parameters
    ----------
    root : Path
        A checkout of the course.

    Returns
    -------
    list of Entry

    Raises
    ------
    GancourseError
        If an entry lacks something or has something unknown.
    """
    path = root / "book" / "chapters.toml"
    wanted = {field.name for field in fields(Entry)} - {"name"}
    entries = []
    for name, about in tomllib.loads(path.read_text(encoding="utf-8")).items():
        if wrong := sorted(wanted ^ set(about)):
            raise GancourseError(f"{path}: {name} lacks, or should not have: {', '.join(wrong)}")
        entries.append(Entry(name, **about))
    return entries


def lists(root: Path) -> dict[Path, str]:
    """The files that list the chapters, as they should be.

    Parameters
    ----------
    root : Path
        A checkout of the course.

    Returns
    -------
    dict of Path to str
        The texts of README.md, _toc.yml and the two pages with a table.

    Raises
    ------
    GancourseError
        If a file has no place for its list.
    """
    entries, addresses = read_contents(root), read_addresses(root)
    made = {}
    for file, table in {
        "README.md": _readme_table(entries, addresses),
        "book/index.md": _index_table(entries),
        "book/instructors.md": _instructors_table(entries),
    }.items():
        text = (root / file).read_text(encoding="utf-8")
        place = _TABLE.search(text)
        if place is None:
            raise GancourseError(f"{root / file} has no comments around its table of chapters")
        made[root / file] = text[: place.end(1)] + table + text[place.start(2) :]
    made[root / "_toc.yml"] = _toc((root / "_toc.yml").read_text(encoding="utf-8"), entries)
    return made


def _readme_table(entries: list[Entry], addresses: Addresses) -> str:
    rows = []
    for each in entries:
        file = f"notebooks/{each.name}.ipynb"
        badge = f"[![Open in Colab](book/_static/colab.svg)]({addresses.colab(file)})"
        rows.append((f"{each.label}. [{each.title}]({file})", each.framework, each.cost, badge))
    return _markdown(("chapter", "framework", "on two cores", "open"), rows)


def _index_table(entries: list[Entry]) -> str:
    rows = [
        (f"[{each.heading}](../notebooks/{each.name})", each.summary, each.framework, each.cost)
        for each in entries
    ]
    return _markdown(("chapter", "what", "framework", "on two cores"), rows)


def _instructors_table(entries: list[Entry]) -> str:
    rows = [
        (f"{{doc}}`{each.label} <../notebooks/{each.name}>`", each.goal, each.needs)
        for each in entries
    ]
    return _markdown(("chapter", "after it, a student can", "before it"), rows)


def _markdown(header, rows) -> str:
    first, *others = (f"| {' | '.join(line)} |" for line in (header, *rows))
    return "\n".join([first, "|" + "---|" * len(header), *others])


def _toc(text: str, entries: list[Entry]) -> str:
    """_toc.yml with the chapters of each part at its beginning; what else stands there stays."""
    parts = {caption for _, caption, _ in _PART.findall(text)}
    if lost := sorted({each.part for each in entries} - parts):
        raise GancourseError(f"_toc.yml has no part with the caption {lost[0]}: add one")

    def chapters(match) -> str:
        files = [each.name for each in entries if each.part == match[2]]
        return match[1] + "".join(f"      - file: notebooks/{name}.py\n" for name in files)

    return _PART.sub(chapters, text)
