"""Build the book, and trust no exit code: `make book` runs this.

    python book/build.py

jupyter-book remembers executed notebooks and parsed pages, but knows nothing of the library under them. So the executed
ones are kept under a hash of all that they depend on, and the parsed ones only after a build that went well. It also
executes one notebook after the other; so the chapters are executed before it comes to them, as many at a time as there
are cores.
"""

import asyncio
import hashlib
import html.parser
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import jupytext
import yaml
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from nbclient import NotebookClient

from gancourse import runtime

ROOT = Path(__file__).resolve().parent.parent
INPUTS = (
    "gancourse",
    "book/records",
    "book/plain_download.py",
    "_config.yml",
    "requirements.txt",
    "pyproject.toml",
)


def inputs_hash(root: Path) -> str:
    """A hash over everything that a page's content depends on besides the page itself."""
    digest = hashlib.sha256(sys.version.encode())
    for name in INPUTS:
        paths = sorted((root / name).rglob("*")) if (root / name).is_dir() else [root / name]
        for path in paths:
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(str(path.relative_to(root)).encode() + path.read_bytes())
    return digest.hexdigest()


def pages(toc: dict) -> list[str]:
    """All pages of a table of contents, without suffix, however deeply nested."""
    found = [str(Path(toc[key]).with_suffix("")) for key in ("root", "file") if key in toc]
    for key in ("parts", "chapters", "sections"):
        for each in toc.get(key, []):
            found += pages(each)
    return found


def execute(root: Path, toc: dict, config: dict) -> None:
    """Execute the chapters that the cache does not hold yet, and put them there, where jupyter-book looks for them.

    A chapter that fails is left out: jupyter-book comes to it again, and says what is wrong.

    Parameters
    ----------
    root : Path
        The book's folder.
    toc, config : dict
        Its table of contents, and its settings with the path of the cache.
    """
    cache = get_cache(config["execute"]["cache"])
    chapters = {}
    for page in pages(toc):
        path = root / f"{page}.py"
        if not path.is_file():
            continue
        notebook = jupytext.read(path, fmt="py:percent")  # as `nb_custom_formats` has it
        try:
            cache.match_cache_notebook(notebook)
        except KeyError:
            chapters[path] = notebook
    if not chapters:
        return
    cores = runtime.cores()
    at_once = min(cores, len(chapters))
    # what the kernels inherit: threads of one chapter must not fight those of another
    threads = dict.fromkeys(("OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS"), str(cores // at_once))
    os.environ.update({**threads, "GANCOURSE_BUDGET": "reduced"})

    async def run(path, turn):
        async with turn:
            print(f"book: executing {path.name}", flush=True)
            began = time.perf_counter()
            client = NotebookClient(
                chapters[path],
                timeout=config["execute"]["timeout"],
                resources={"metadata": {"path": str(path.parent)}},
                record_timing=False,  # else a cell with times in it is another cell to the cache
            )
            await client.async_execute()
            seconds = time.perf_counter() - began
        print(f"book: executed {path.name} in {seconds:.0f} s", flush=True)
        bundle = CacheBundleIn(chapters[path], str(path), data={"execution_seconds": seconds})
        cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)

    async def run_all():
        turn = asyncio.Semaphore(at_once)
        return await asyncio.gather(*(run(path, turn) for path in chapters), return_exceptions=True)

    for path, failed in zip(chapters, asyncio.run(run_all()), strict=True):
        if failed:
            print(f"book: {path.name} failed, and is executed again", flush=True)


class _Page(html.parser.HTMLParser):
    """Collects what must not be on a page: pictures without a description or not drawn, files from the network."""

    def __init__(self):
        super().__init__()
        self.problems = []

    def handle_data(self, data):
        if data.lstrip().startswith("<Figure size"):
            self.problems.append(f"a figure that was not drawn: {data.strip()}")

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


def build(root: Path = ROOT, folder: Path | None = None, executed: bool = True) -> int:
    """Build the book of `root` into `folder`/_build (default: of `root`); the number to exit with."""
    target = (folder or root) / "_build"
    wanted = inputs_hash(root)
    stamp = target / "inputs.sha256"
    if not stamp.exists() or stamp.read_text() != wanted:
        shutil.rmtree(target / ".doctrees", ignore_errors=True)
        shutil.rmtree(target / "html", ignore_errors=True)
    stamp.unlink(missing_ok=True)  # until this build has gone well
    for cache in target.glob("cache-*"):
        if cache.name != f"cache-{wanted[:16]}":
            shutil.rmtree(cache)
    target.mkdir(parents=True, exist_ok=True)

    config = yaml.safe_load((root / "_config.yml").read_text(encoding="utf-8"))
    config["execute"]["cache"] = str(target / f"cache-{wanted[:16]}")
    toc = yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))
    if executed:
        execute(root, toc, config)
    else:
        config["execute"]["execute_notebooks"] = "off"
    extensions = config.get("sphinx", {}).get("local_extensions", {})  # paths beside the config
    extensions.update({name: str(root / path) for name, path in extensions.items()})
    (target / "config.yml").write_text(yaml.safe_dump(config), encoding="utf-8")

    jupyter_book = "from jupyter_book.cli.main import main; main()"  # it has no __main__
    command = [sys.executable, "-c", jupyter_book, "build", str(root), "-W", "--keep-going"]
    command += ["--config", str(target / "config.yml"), "--path-output", str(target.parent)]
    environment = os.environ | {"GANCOURSE_BUDGET": "reduced"}
    code = subprocess.run(command, env=environment, cwd=root, check=False).returncode
    found = problems(target / "html", toc)
    for problem in found:
        print(f"book: {problem}", file=sys.stderr)
    if code or found:
        return code or 1
    stamp.write_text(wanted)
    print(f"The book is at {(target / 'html' / 'index.html').as_uri()}")
    return 0


if __name__ == "__main__":
    sys.exit(build())
