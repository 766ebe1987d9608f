"""Build the book, and trust no exit code: `make book` runs this.

    python book/build.py            # execute what changed, build, check
    python book/build.py --no-run   # pages without outputs, for tests

jupyter-book remembers executed notebooks and parsed pages, but knows nothing of the library under them: whatever it
remembers is thrown away when the library, the records or the packages have changed, and after a failure.
"""

import hashlib
import html.parser
import os
import shutil
import subprocess
import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "_build"
INPUTS = ("gancourse", "book/records", "_config.yml", "requirements.txt", "pyproject.toml")


def inputs_hash(root: Path = ROOT) -> str:
    """A hash over everything that a page's content depends on besides the page itself."""
    digest = hashlib.sha256(sys.version.encode())
    for name in INPUTS:
        paths = sorted((root / name).rglob("*")) if (root / name).is_dir() else [root / name]
        for path in paths:
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(str(path.relative_to(root)).encode() + path.read_bytes())
    return digest.hexdigest()


def pages(toc: dict) -> list[str]:
    """All pages of a table of contents, without suffix."""
    chapters = [chapter["file"] for part in toc["parts"] for chapter in part["chapters"]]
    return [toc["root"], *chapters]


class _Page(html.parser.HTMLParser):
    """Collects what must not be on a page: pictures without a description, files from the network."""

    def __init__(self):
        super().__init__()
        self.problems = []

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if tag == "img" and not attributes.get("alt"):
            self.problems.append(f"a picture without alt text: {attributes.get('src', '')[:80]}")
        loads = {"script": "src", "img": "src", "iframe": "src"}.get(tag)
        if tag == "link" and attributes.get("rel") in ("stylesheet", "preload", "icon"):
            loads = "href"
        address = attributes.get(loads) if loads else None
        if address and address.startswith(("http:", "https:", "//")):
            self.problems.append(f"a <{tag}> loads from the network: {address}")


def problems(built: Path, toc: dict) -> list[str]:
    """What is wrong with a built book: missing pages, pictures without alt text, files loaded from the network."""
    found = []
    for page in pages(toc):
        path = built / f"{page}.html"
        if not path.is_file():
            found.append(f"{page}: the page is in _toc.yml but was not built")
            continue
        reader = _Page()
        reader.feed(path.read_text(encoding="utf-8"))
        found += [f"{page}: {problem}" for problem in reader.problems]
    return found


def build(execute: bool = True, target: Path = BUILD) -> int:
    """Build the book into `target`; the number to exit with."""
    stamp = target / "inputs.sha256"
    wanted = inputs_hash() + ("" if execute else " not executed")
    if not stamp.exists() or stamp.read_text() != wanted:
        shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True, exist_ok=True)
    stamp.write_text(wanted)

    config = yaml.safe_load((ROOT / "_config.yml").read_text())
    config["execute"]["cache"] = str(target / "cache")
    if not execute:
        config["execute"]["execute_notebooks"] = "off"
    (target / "config.yml").write_text(yaml.safe_dump(config))

    command = [sys.executable, "-m", "jupyter_book", "build", str(ROOT), "-W", "--keep-going"]
    command += ["--config", str(target / "config.yml"), "--path-output", str(target.parent)]
    environment = os.environ | {"GANCOURSE_BUDGET": "reduced"}
    code = subprocess.run(command, env=environment, cwd=ROOT, check=False).returncode
    found = problems(target / "html", yaml.safe_load((ROOT / "_toc.yml").read_text()))
    for problem in found:
        print(f"book: {problem}", file=sys.stderr)
    if code or found:
        # A second run would otherwise take the failed page for done, and exit 0.
        shutil.rmtree(target / ".doctrees", ignore_errors=True)
        stamp.unlink()
        return code or 1
    print(f"The book is at {(target / 'html' / 'index.html').as_uri()}")
    return 0


if __name__ == "__main__":
    sys.exit(build(execute="--no-run" not in sys.argv[1:]))
