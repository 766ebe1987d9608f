"""Quizzes: each asks something of its chapter, and is a form that a keyboard and a screen reader can use."""

import html.parser
import re
from pathlib import Path

import pytest

from gancourse import GancourseError, web
from gancourse.notebooks.contents import read_contents

ROOT = Path(__file__).parents[2]
CHAPTERS = [ROOT / "notebooks" / f"{entry.name}.py" for entry in read_contents(ROOT)]
FEWEST = 2


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_every_chapter_asks_its_own_quizzes_before_the_exercises(path):
    text = path.read_text(encoding="utf-8")
    asked = re.findall(r'^web\.quiz\("([\w-]+)"\)$', text, re.M)
    own = [name for name, about in web.quizzes().items() if about["chapter"] == path.stem]
    assert len(asked) >= FEWEST and sorted(asked) == sorted(own)
    assert text.rindex("web.quiz(") < text.index("## Your turn")


@pytest.mark.parametrize("name", web.quizzes())
def test_one_choice_is_right_and_all_are_explained(name):
    choices = web.quizzes()[name]["choices"]
    assert 3 <= len(choices) <= 4
    assert [each.get("right", False) for each in choices].count(True) == 1
    assert len({each["text"] for each in choices}) == len(choices)
    assert all(len(each["why"].split()) >= 5 for each in choices)


class Form(html.parser.HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.tags, self.within, self.radios = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag == "input":
            self.radios.append("label" in self.within and "fieldset" in self.within)
        else:
            self.within.append(tag)

    def handle_endtag(self, tag):
        self.within.remove(tag)


def test_a_quiz_is_a_form_of_labelled_radios_and_a_place_that_is_read_out():
    name = next(iter(web.quizzes()))
    form = Form(web.quiz(name).data)
    tags = [tag for tag, _ in form.tags]
    assert {"form", "fieldset", "legend", "button"} <= set(tags)
    assert form.radios and all(form.radios), "each radio stands in its label"
    assert len({about["name"] for tag, about in form.tags if tag == "input"}) == 1, "one group"
    status = [about for _, about in form.tags if about.get("role") == "status"]
    assert status[0]["aria-live"] == "polite"
    assert not any("src" in about or "href" in about for _, about in form.tags), "no network"


def test_an_unknown_quiz_is_an_error_that_lists_them():
    with pytest.raises(GancourseError, match="no quiz is called 'lost'; there are: "):
        web.quiz("lost")
