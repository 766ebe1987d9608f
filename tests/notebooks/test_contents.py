"""`book/chapters.toml` against the chapters themselves and every place that lists them."""

import re
import shutil
from pathlib import Path

import pytest
import yaml

from gancourse import GancourseError
from gancourse.classroom.exercises import read_chapter
from gancourse.notebooks.contents import lists, read_contents

ROOT = Path(__file__).parents[2]
ENTRIES = read_contents(ROOT)
chapters = pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)


def source(entry):
    return (ROOT / "notebooks" / f"{entry.name}.py").read_text(encoding="utf-8")


def test_every_chapter_has_its_entry_and_nothing_else_has():
    names = sorted(entry.name for entry in ENTRIES)
    for kind in ("py", "ipynb"):
        assert [path.stem for path in sorted((ROOT / "notebooks").glob(f"*_*.{kind}"))] == names
    answers = (ROOT / "tests" / "wrong_answers").glob("*.py")
    assert sorted(path.stem for path in answers) == names


@chapters
def test_the_entry_says_what_the_chapter_says(entry):
    chapter, text = read_chapter(ROOT / "notebooks" / f"{entry.name}.ipynb"), source(entry)
    assert chapter.title == entry.heading
    assert chapter.cost.lower().startswith(entry.cost.lower())
    digits = entry.number.rstrip("b")
    prefix = (
        entry.number.replace(digits, digits.zfill(2))
        if digits.isdigit()
        else entry.number.lower() + "1"
    )
    assert entry.name.startswith(f"{prefix}_")
    imports = {
        "PyTorch": r"^(?:import|from) (?:torch|gancourse\.torch_gan)\b",
        "Keras": r"^import keras\b",
    }
    used = {name for name, line in imports.items() if re.search(line, text, re.M)}
    assert used == imports.keys() & set(entry.framework.split(", "))


@pytest.mark.parametrize("path", lists(ROOT), ids=lambda path: path.name)
def test_the_lists_are_made_from_the_entries(path):
    """Else: make notebooks."""
    assert path.read_text(encoding="utf-8") == lists(ROOT)[path]


def test_the_instructors_guide_has_a_line_for_each_open_exercise():
    guide = (ROOT / "book" / "instructors.md").read_text(encoding="utf-8")
    expected = []
    for entry in ENTRIES:
        chapter = read_chapter(ROOT / "notebooks" / f"{entry.name}.ipynb")
        numbers = [re.match(r"Exercise (\d+)", title)[1] for title in chapter.open_exercises]
        expected += [f"{entry.number}.{number}" for number in numbers]
    assert re.findall(r"^\| (\w+\.\d+), ", guide, re.M) == expected


@pytest.fixture
def checkout(tmp_path):
    (tmp_path / "book").mkdir()
    for path in (ROOT / "pyproject.toml", ROOT / "book" / "chapters.toml", *lists(ROOT)):
        shutil.copy(path, tmp_path / path.relative_to(ROOT))
    return tmp_path


def test_a_new_entry_reaches_every_list(checkout):
    path = checkout / "book" / "chapters.toml"
    about = dict.fromkeys(("framework", "cost", "summary", "goal", "needs"), "x")
    about |= {"number": "9", "title": "What a critic measures", "part": "Systems"}
    entry = "\n[09_critic]\n" + "".join(f'{key} = "{text}"\n' for key, text in about.items())
    path.write_text(path.read_text() + entry)
    made = {file.name: text for file, text in lists(checkout).items()}
    assert "9. [What a critic measures](notebooks/09_critic.ipynb)" in made["README.md"]
    assert "/blob/main/notebooks/09_critic.ipynb)" in made["README.md"]
    assert "(https://codespaces.new/gancourse/gancourse)" in made["README.md"]
    binder = "https://mybinder.org/v2/gh/gancourse/gancourse/main?urlpath=lab/tree/notebooks"
    assert f"({binder})" in made["README.md"]
    assert "| [9. What a critic measures](../notebooks/09_critic) | x | x | x |" in made["index.md"]
    assert "| {doc}`9 <../notebooks/09_critic>` | x | x |" in made["instructors.md"]
    parts = {part["caption"]: part for part in yaml.safe_load(made["_toc.yml"])["parts"]}
    assert parts["Systems"]["chapters"][-1] == {"file": "notebooks/09_critic.py"}
    assert parts["Start"] == yaml.safe_load((ROOT / "_toc.yml").read_text())["parts"][0]


def test_an_entry_that_cannot_be_listed_is_refused(checkout):
    path = checkout / "book" / "chapters.toml"
    whole = path.read_text()
    path.write_text(whole.replace('part = "Reference"', 'part = "Lost"'))
    with pytest.raises(GancourseError, match="no part with the caption Lost"):
        lists(checkout)
    path.write_text(whole.replace('cost = "half a minute"', 'price = "half a minute"'))
    with pytest.raises(GancourseError, match=r"a1_keras_and_pytorch lacks.*: cost, price"):
        read_contents(checkout)
    path.write_text(whole)
    (checkout / "README.md").write_text("# No table\n")
    with pytest.raises(GancourseError, match=r"README\.md has no comments around its table"):
        lists(checkout)
