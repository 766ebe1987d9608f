"""`book/chapters.toml`, the only place for a chapter's title, number, framework and cost, and the lists made of it."""

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
    """What the lists of chapters say about a chapter.

    Attributes
    ----------
    name : str
        The file's name without suffix.
    number : str
        A number, which a letter may follow, or a letter for an appendix.
    title, part, framework, cost, summary, goal, needs : str
        What chapters.toml explains under these names.
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
        """The number as written before the title."""
        return self.number if self.number[0].isdigit() else f"Appendix {self.number}"

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
        If an entry lacks a key or has an unknown one.
    """
    path = root / "book" / "chapters.toml"
    wanted = {field.name for field in fields(Entry)} - {"name"}
    entries = []
    for name, entry in tomllib.loads(path.read_text(encoding="utf-8")).items():
        if wrong := sorted(wanted ^ set(entry)):
            raise GancourseError(f"{path}: {name} lacks, or should not have: {', '.join(wrong)}")
        entries.append(Entry(name, **entry))
    return entries


def lists(root: Path) -> dict[Path, str]:
    """The files that list the chapters, with the text they should have.

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
    texts = {}
    for file, table in {
        "README.md": _readme_table(entries, addresses),
        "book/index.md": _index_table(entries),
        "book/instructors.md": _instructors_table(entries),
    }.items():
        text = (root / file).read_text(encoding="utf-8")
        place = _TABLE.search(text)
        if place is None:
            raise GancourseError(f"{root / file} has no comments around its table of chapters")
        texts[root / file] = text[: place.end(1)] + table + text[place.start(2) :]
    texts[root / "_toc.yml"] = _toc((root / "_toc.yml").read_text(encoding="utf-8"), entries)
    return texts


def _readme_table(entries: list[Entry], addresses: Addresses) -> str:
    rows = []
    for entry in entries:
        file = f"notebooks/{entry.name}.ipynb"
        badge = f"[![Open in Colab](book/_static/colab.svg)]({addresses.colab(file)})"
        link = f"{entry.label}. [{entry.title}]({file})"
        rows.append((link, entry.framework, entry.cost, badge))
    table = _markdown(("chapter", "framework", "on two cores", "open"), rows)
    return (
        f"{table}\n\nEach notebook also opens in Kaggle and in SageMaker Studio Lab, by the links under its title; "
        f"[Binder]({addresses.binder}) or a [codespace]({addresses.codespaces}) has all of them at once. "
        f"[Setup]({addresses.page('book/setup')}#elsewhere) says what each place is good for."
    )


def _index_table(entries: list[Entry]) -> str:
    rows = [
        (f"[{e.heading}](../notebooks/{e.name})", e.summary, e.framework, e.cost) for e in entries
    ]
    return _markdown(("chapter", "what", "framework", "on two cores"), rows)


def _instructors_table(entries: list[Entry]) -> str:
    rows = [(f"{{doc}}`{e.label} <../notebooks/{e.name}>`", e.goal, e.needs) for e in entries]
    return _markdown(("chapter", "after it, a student can", "before it"), rows)


def _markdown(header, rows) -> str:
    first, *others = (f"| {' | '.join(line)} |" for line in (header, *rows))
    return "\n".join([first, "|" + "---|" * len(header), *others])


def _toc(text: str, entries: list[Entry]) -> str:
    """_toc.yml with the chapters of each part at its beginning; everything else in it stays."""
    parts = {caption for _, caption, _ in _PART.findall(text)}
    if lost := sorted({entry.part for entry in entries} - parts):
        raise GancourseError(f"_toc.yml has no part with the caption {lost[0]}: add one")

    def chapters(match) -> str:
        files = [entry.name for entry in entries if entry.part == match[2]]
        return match[1] + "".join(f"      - file: notebooks/{name}.py\n" for name in files)

    return _PART.sub(chapters, text)
