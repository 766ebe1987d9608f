"""The book's Markdown as plain Markdown, which Colab and every notebook program show well.

Of MyST the chapters use labels, four roles and admonitions; anything else is an error, so nothing is shown raw.
"""

import posixpath
import re
import tomllib
from functools import partial
from pathlib import Path

import nbformat
from pybtex.database import parse_file

from gancourse import GancourseError

_LABEL = re.compile(r"^\(([\w-]+)\)=[ \t]*\n+(?:#+ (.+)$)?", re.M)
_ROLE = re.compile(r"\{([a-z:]+)\}`([^`]+)`")
_ADMONITION = re.compile(r"^```\{admonition\} ([^\n]+)\n((?::[^\n]+\n)*)(.*?)^```$", re.M | re.S)
_TEXT_AND_TARGET = re.compile(r"(.+?)\s*<([^<>]+)>$", re.S)


class Links:
    """Where the book's labels, pages and sources are on the web.

    Parameters
    ----------
    root : Path
        A checkout of the course.
    """

    def __init__(self, root: Path):
        project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        self.repository = project["urls"]["Repository"]
        owner, name = self.repository.rsplit("/", 2)[1:]
        self.book = f"https://{owner}.github.io/{name}"
        self.sources = parse_file(root / "book" / "references.bib").entries
        self.titles, self.labels = {}, {}
        for page, text in _pages(root):
            self.titles[page] = re.search(r"^# (.+)$", text, re.M)[1]
            for label, title in _LABEL.findall(text):
                self.labels[label] = (f"{self.book}/{page}.html#{label}", title)

    def colab(self, path: str, branch: str) -> str:
        """The address under which Colab opens a notebook of the repository."""
        repository = self.repository.removeprefix("https://github.com/")
        return f"https://colab.research.google.com/github/{repository}/blob/{branch}/{path}"


def plain(source: str, links: Links) -> str:
    """A markdown cell of a chapter without MyST.

    Raises
    ------
    GancourseError
        A role, label, page or source that is not known.
    """
    source = re.sub(r"^\([\w-]+\)=[ \t]*\n+", "", source, flags=re.M)
    source = _ADMONITION.sub(_admonition, source)
    return _ROLE.sub(partial(_role, links), source)


def _pages(root: Path):
    for path in sorted((root / "book").glob("*.md")):
        yield f"book/{path.stem}", path.read_text(encoding="utf-8")
    for path in sorted((root / "notebooks").glob("*.ipynb")):
        cells = nbformat.read(path, as_version=4).cells
        prose = [cell.source for cell in cells if cell.cell_type == "markdown"]
        yield f"notebooks/{path.stem}", "\n\n".join(prose) + "\n"


def _admonition(match) -> str:
    title, options, body = match[1], match[2], match[3].strip()
    if "dropdown" in options:
        return f"<details>\n<summary>{title}</summary>\n\n{body}\n\n</details>"
    quoted = "\n".join(f"> {line}".rstrip() for line in body.splitlines())
    return f"> **{title}**\n>\n{quoted}"


def _role(links: Links, match) -> str:
    role, content = match[1], " ".join(match[2].split())
    named = _TEXT_AND_TARGET.match(content)
    text, target = (named[1], named[2]) if named else (None, content)
    try:
        if role == "doc":
            page = posixpath.normpath(posixpath.join("notebooks", target))
            return f"[{text or links.titles[page]}]({links.book}/{page}.html)"
        if role == "ref":
            address, title = links.labels[target]
            return f"[{text or title}]({address})"
        if role in ("cite", "cite:t"):
            keys = [key.strip() for key in content.split(",")]
            cited = "; ".join(_source(links.sources[key], role == "cite:t") for key in keys)
            return cited if role == "cite:t" else f"({cited})"
    except KeyError as error:
        raise GancourseError(f"{match[0]}: the book knows no {error.args[0]!r}") from None
    raise GancourseError(f"{match[0]}: plain Markdown has no {{{role}}}")


def _source(entry, textual: bool) -> str:
    names = [" ".join(person.last_names) for person in entry.persons["author"]]
    who = names[0] + (
        " et al." if len(names) > 2 else f" and {names[1]}" if len(names) == 2 else ""
    )
    who, year = re.sub(r"[{}]|\\\W", "", who), entry.fields["year"]
    cited = f"{who} ({year})" if textual else f"{who}, {year}"
    return f"[{cited}]({entry.fields['url']})" if "url" in entry.fields else cited
