"""The book's build, on the real pages without execution and on a small book that fails on purpose."""

import importlib.util
import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parent.parent
spec = importlib.util.spec_from_file_location("build", ROOT / "book" / "build.py")
build = importlib.util.module_from_spec(spec)
spec.loader.exec_module(build)

CHAPTER = "02_mnist_conditional_gan"
CONFIG = {
    "title": "small",
    "only_build_toc_files": True,
    "execute": {"execute_notebooks": "cache", "timeout": 60},
    "sphinx": {"config": {"nb_execution_raise_on_error": True}},
}
NOTEBOOK = """---
file_format: mystnb
kernelspec: {name: python3}
---
# Page

```{code-cell}
CODE
```
"""


def test_the_page_on_the_library_shows_every_package_with_public_names():
    packages = {
        f"gancourse.{path.parent.name}"
        for path in (ROOT / "gancourse").glob("*/__init__.py")
        if "__all__ = " in path.read_text(encoding="utf-8")
    }
    page = (ROOT / "book" / "api.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\.\. automodule:: (\S+)$", page, re.MULTILINE)) == packages


@pytest.fixture
def small_book(tmp_path):
    root = tmp_path / "small"
    for folder in ("gancourse", "book/records"):
        (root / folder).mkdir(parents=True)
    (root / "_config.yml").write_text(yaml.safe_dump(CONFIG))
    (root / "_toc.yml").write_text("format: jb-book\nroot: index\nchapters:\n- file: page\n")
    (root / "index.md").write_text("# Index\n")
    (root / "requirements.txt").write_text("")
    (root / "pyproject.toml").write_text("")
    (root / "gancourse" / "answer.py").write_text("answer = 1\n")
    return root


def test_the_pages_build_without_a_warning(tmp_path):
    """Every page of the table of contents is there, links resolve, nothing loads from the network."""
    assert build.build(folder=tmp_path, executed=False) == 0
    html = (tmp_path / "_build" / "html" / "notebooks" / f"{CHAPTER}.html").read_text(
        encoding="utf-8"
    )
    assert f"gancourse/gancourse/blob/main/notebooks/{CHAPTER}.ipynb" in html, "Colab's button"
    assert "cdn.jsdelivr.net/npm/mathjax" not in html
    assert "<h1>2. A conditional GAN for digits" in html, "chapters are numbered"
    downloaded = tmp_path / "_build" / "html" / "_sources" / "notebooks" / f"{CHAPTER}.ipynb"
    assert f'href="../_sources/notebooks/{CHAPTER}.ipynb"' in html
    assert downloaded.read_bytes() == (ROOT / "notebooks" / f"{CHAPTER}.ipynb").read_bytes()


def test_a_failing_cell_fails_the_build_each_time(small_book):
    page = small_book / "page.md"
    page.write_text(NOTEBOOK.replace("CODE", "1 / 0"))
    assert build.build(small_book) != 0
    assert build.build(small_book) != 0, "the second run must not take the failed page for done"
    page.write_text(NOTEBOOK.replace("CODE", "print(40 + 2)"))
    assert build.build(small_book) == 0
    assert "42" in (small_book / "_build" / "html" / "page.html").read_text(encoding="utf-8")


def test_a_failure_costs_no_other_chapter_its_results(small_book, tmp_path):
    """After a typo in one page the other pages come from the cache."""
    count, other = tmp_path / "count", small_book / "other.md"
    (small_book / "_toc.yml").write_text(
        "format: jb-book\nroot: index\nchapters:\n- file: page\n- file: other\n"
    )
    code = f"open({str(count)!r}, 'a').write('x')"
    (small_book / "page.md").write_text(NOTEBOOK.replace("CODE", code))
    other.write_text(NOTEBOOK.replace("CODE", "1 / 0"))
    assert build.build(small_book) != 0
    other.write_text(NOTEBOOK.replace("CODE", "1 / 1"))
    assert build.build(small_book) == 0 and count.read_text() == "x"


def test_a_change_in_the_library_is_executed_again_and_nothing_else_is(small_book, tmp_path):
    count = tmp_path / "count"
    code = f"open({str(count)!r}, 'a').write('x')\nexec(open('gancourse/answer.py').read())\nprint('answer', answer)"
    (small_book / "page.md").write_text(NOTEBOOK.replace("CODE", code))
    html = small_book / "_build" / "html" / "page.html"
    assert build.build(small_book) == 0 and "answer 1" in html.read_text(encoding="utf-8")
    assert build.build(small_book) == 0 and count.read_text(encoding="utf-8") == "x", (
        "no work twice"
    )
    (small_book / "gancourse" / "answer.py").write_text("answer = 2\n")
    assert build.build(small_book) == 0
    assert (
        "answer 2" in html.read_text(encoding="utf-8") and count.read_text(encoding="utf-8") == "xx"
    )


def test_problems_names_missing_pages_blind_pictures_and_network_loads(tmp_path):
    (tmp_path / "index.html").write_text(
        '<img src="a.png"><img src="b.png" alt="a face"><script src="https://x.org/a.js"></script>'
        '<link rel="stylesheet" href="//x.org/a.css"><link rel="canonical" href="https://x.org"><a href="https://x.org">'
        "<pre>&lt;Figure size 10x10 with 1 Axes&gt;</pre>"
    )
    toc = {
        "root": "index",
        "parts": [{"chapters": [{"file": "index", "sections": [{"file": "lost"}]}]}],
    }
    assert build.pages(toc) == ["index", "index", "lost"]
    found = build.problems(tmp_path, {"root": "index", "chapters": [{"file": "lost"}]})
    assert len(found) == 5
    assert "a picture without alt text: a.png" in found[0]
    assert (
        "<script> loads from the network" in found[1]
        and "<link> loads from the network" in found[2]
    )
    assert "a figure that was not drawn" in found[3]
    assert found[4].startswith("lost: the page is in _toc.yml but was not built")


CHAPTER_PY = """# ---
# jupyter:
#   kernelspec: {{display_name: Python 3, language: python, name: python3}}
# ---

# %% [markdown]
# # Chapter {number}

# %%
import os, time
open({started!r}, "a").write("x")
while len(open({started!r}).read()) < 2:
    time.sleep(0.1)
print("answer", 40 + {number}, os.environ["GANCOURSE_BUDGET"])
"""


def test_chapters_are_executed_side_by_side_and_once(small_book, tmp_path, monkeypatch):
    """Each of two chapters waits for the other to have begun; both then come from the cache."""
    monkeypatch.setattr(build.os, "sched_getaffinity", lambda _: {0, 1}, raising=False)
    for name in ("OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS"):
        monkeypatch.setenv(name, "3")  # put back afterwards
    started, formats = tmp_path / "started", {".py": ["jupytext.reads", {"fmt": "py:percent"}]}
    config = CONFIG | {"sphinx": {"config": {"nb_custom_formats": formats}}}
    (small_book / "_config.yml").write_text(yaml.safe_dump(config))
    (small_book / "_toc.yml").write_text(
        "format: jb-book\nroot: index\nchapters:\n- file: one.py\n- file: two.py\n"
    )
    for number, name in enumerate(("one", "two")):
        text = CHAPTER_PY.format(number=number, started=str(started))
        (small_book / f"{name}.py").write_text(text)
    assert build.build(small_book) == 0
    for number, name in enumerate(("one", "two")):
        page = (small_book / "_build" / "html" / f"{name}.html").read_text(encoding="utf-8")
        assert f"answer {40 + number} reduced" in page
    assert started.read_text() == "xx", "jupyter-book found both executed"


def test_a_failing_chapter_is_reported_by_the_build(small_book, capfd, monkeypatch):
    for name in ("OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS"):
        monkeypatch.setenv(name, "3")  # put back afterwards
    text = CHAPTER_PY.split("# %%\n")[0].format(number=1) + "# %%\n1 / 0\n"
    formats = {".py": ["jupytext.reads", {"fmt": "py:percent"}]}
    sphinx = {"config": {"nb_custom_formats": formats, "nb_execution_raise_on_error": True}}
    (small_book / "_config.yml").write_text(yaml.safe_dump(CONFIG | {"sphinx": sphinx}))
    (small_book / "_toc.yml").write_text(
        "format: jb-book\nroot: index\nchapters:\n- file: one.py\n"
    )
    (small_book / "one.py").write_text(text)
    assert build.build(small_book) != 0
    assert "ZeroDivisionError" in "".join(capfd.readouterr())
