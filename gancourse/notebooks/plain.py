"""The book's MyST as plain Markdown, which Colab and every notebook program show well.

The chapters use these parts of MyST: labels, four roles, admonitions, and links to other pages. Anything else is an
error, so that nothing is shown raw.
"""

import posixpath
import re
from functools import partial
from pathlib import Path

import jupytext
from pybtex.database import parse_file

from gancourse import GancourseError
from gancourse.notebooks.addresses import read_addresses

_LABEL = re.compile(r"^\(([\w-]+)\)=[ \t]*\n+(?:#+ (.+)$)?", re.M)
_ROLE = re.compile(r"\{([\w:-]+)\}`([^`]+)`")
_ADMONITION = re.compile(r"^```\{admonition\} ([^\n]+)\n((?::[^\n]+\n)*)(.*?)^```$", re.M | re.S)
_TEXT_AND_TARGET = re.compile(r"(.+?)\s*<([^<>]+)>$", re.S)
_RELATIVE_LINK = re.compile(r"(!?)\[([^\]]*)\]\((?![a-z]+:|#)([^)\s]+)\)")
_FORMULA = re.compile(r"\$\$.*?\$\$", re.S)
_RAW = re.compile(
    r"^ *(?:[`~]{3,}\{|:{3}).*|^\([\w-]+\)=.*|^\\begin\{.*|^% .*|^\+{3}.*", re.M
)  # directives, labels, formulas without dollars, comments, breaks


class Links:
    """Where the book's labels, pages and sources are on the web.

    Parameters
    ----------
    root : Path
        A checkout of the course.
    """

    def __init__(self, root: Path):
        self.root, self.addresses = root, read_addresses(root)
        self.sources = parse_file(root / "book" / "references.bib").entries
        self.titles, self.labels = {}, {}
        for page, text in _pages(root):
            title = re.search(r"^# (.+)$", text, re.M)
            if title is None:
                raise GancourseError(f"{page} has no title")
            self.titles[page] = title[1]
            for label, title in _LABEL.findall(text):
                self.labels[label] = (f"{self.addresses.page(page)}#{label}", title)


def plain(source: str, links: Links) -> str:
    """A markdown cell of a chapter without MyST.

    Parameters
    ----------
    source : str
        The cell as written.
    links : Links
        Where references lead.

    Returns
    -------
    str

    Raises
    ------
    GancourseError
        If the cell has an unknown role, directive, label, page, picture or source.
    """
    source = re.sub(r"^\([\w-]+\)=[ \t]*\n+", "", source, flags=re.M)
    source = _ADMONITION.sub(_admonition, source)
    source = _ROLE.sub(partial(_role, links), source)
    source = _RELATIVE_LINK.sub(partial(_relative_link, links), source)
    if raw := _RAW.search(_FORMULA.sub("", source)):
        raise GancourseError(
            f"{raw[0]}: plain Markdown would show this as it is written; write it in Markdown"
        )
    return source


def _pages(root: Path):
    for path in sorted((root / "book").glob("*.md")):
        yield f"book/{path.stem}", path.read_text(encoding="utf-8")
    for path in sorted((root / "notebooks").glob("[0-9a]*_*.py")):
        prose = [cell.source for cell in jupytext.read(path).cells if cell.cell_type == "markdown"]
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
            page = _from_a_chapter(target)
            return f"[{text or links.titles[page]}]({links.addresses.page(page)})"
        if role == "ref":
            address, title = links.labels[target]
            return f"[{text or title}]({address})"
        if role in ("cite", "cite:t"):
            keys = [key.strip() for key in content.split(",")]
            cited = "; ".join(_source(links.sources[key], role == "cite:t") for key in keys)
            return cited if role == "cite:t" else f"({cited})"
    except KeyError as error:
        raise GancourseError(f"{match[0]}: the book has no {error.args[0]!r}") from None
    raise GancourseError(f"{match[0]}: plain Markdown does not have the role {{{role}}}")


def _relative_link(links: Links, match) -> str:
    """A picture from the repository, or a page of the book; a notebook on Colab has no files beside it."""
    mark, text, target = match.groups()
    file, anchor, label = target.partition("#")
    path = _from_a_chapter(file)
    if mark and (links.root / path).is_file():
        return f"![{text}]({links.addresses.raw(path)})"
    page = posixpath.splitext(path)[0]
    if not mark and page in links.titles:
        return f"[{text}]({links.addresses.page(page)}{anchor}{label})"
    raise GancourseError(f"{match[0]}: the book has no {path!r}")


def _from_a_chapter(path: str) -> str:
    return posixpath.normpath(posixpath.join("notebooks", path))


def _source(entry, textual: bool) -> str:
    names = [" ".join(person.last_names) for person in entry.persons["author"]]
    who = names[0] + (
        " et al." if len(names) > 2 else f" and {names[1]}" if len(names) == 2 else ""
    )
    who, year = re.sub(r"[{}]|\\\W", "", who), entry.fields["year"]
    cited = f"{who} ({year})" if textual else f"{who}, {year}"
    return f"[{cited}]({entry.fields['url']})" if "url" in entry.fields else cited
