"""Every exercise: the reference passes, and each planted wrong answer fails its own check and no other."""

import re
import warnings
from pathlib import Path

import pytest

from gancourse.classroom import exercises
from gancourse.notebooks.contents import read_contents

ROOT = Path(__file__).parents[2]
CHAPTERS = [entry.name for entry in read_contents(ROOT)]
chapters = pytest.mark.parametrize("chapter", CHAPTERS)
FEWEST = 2  # wrong answers to an exercise


def read(name):
    return exercises.read_chapter(ROOT / "notebooks" / f"{name}.ipynb")


def wrong_answers(name):
    """[(exercise, what is wrong, source)] of tests/wrong_answers/NAME.py."""
    text = (ROOT / "tests" / "wrong_answers" / f"{name}.py").read_text(encoding="utf-8")
    parts = re.split(r"^# %% ([\w-]+): (.+)\n", text, flags=re.M)[1:]
    return list(zip(parts[::3], parts[1::3], parts[2::3], strict=True))


def run(source, names):
    exec(re.sub(r"^(\s*)%", r"\1#%", source, flags=re.M), names)


def failing(chapter, names, answers=()):
    """The exercises whose check raises, after the chapter's solutions or the `answers` in place of them, in order."""
    names, found = dict(names), []
    for exercise in chapter.exercises:
        try:
            run(dict(answers).get(exercise.name, exercise.solution.source), names)
            run(exercise.check.source, names)
        except Exception:
            found.append(exercise.name)
    return found


@chapters
def test_each_wrong_answer_loses_its_own_points_and_no_others(chapter, monkeypatch, capsys):
    """In one process: what the assignment keeps of the chapter is run once, then all checks for each answer."""
    pytest.importorskip("matplotlib").use("agg")
    monkeypatch.chdir(ROOT / "notebooks")
    chapter = read(chapter)
    answers = wrong_answers(chapter.name)
    known = {exercise.name for exercise in chapter.exercises}
    counts = {name: sum(each == name for each, _, _ in answers) for name in known}
    assert min(counts.values()) >= FEWEST and {name for name, _, _ in answers} == known, counts
    names = {"__name__": "__main__"}
    for cell in exercises.needed(chapter):
        if not (exercises.is_check(cell) or exercises.is_solution(cell)):
            run(cell.source, names)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.filterwarnings("ignore", category=DeprecationWarning, module="keras")  # not shown
        assert failing(chapter, names) == [], "the reference passes, and without a warning"
    table = [
        (name, why, failing(chapter, names, [(name, source)])) for name, why, source in answers
    ]
    with capsys.disabled():
        print(f"\n{chapter.name}")
        for name, why, lost in table:
            print(f"  {name:<20} {why:<60} loses {', '.join(lost) or 'nothing'}")
    assert [(name, why) for name, why, lost in table if lost != [name]] == []
