"""Every exercise: the reference passes, and each planted wrong answer fails its own check and no other."""

import ast
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


def plain(source):
    """A cell's source without IPython's magics."""
    return re.sub(r"^(\s*)%", r"\1#%", source, flags=re.M)


def run(source, names):
    exec(plain(source), names)


def written(source):
    """The names that a cell sets."""
    nodes = list(ast.walk(ast.parse(plain(source))))
    stored = {node.id for node in nodes if isinstance(node, ast.Name) and not _is_read(node)}
    named = (ast.FunctionDef, ast.ClassDef)
    return stored | {node.name for node in nodes if isinstance(node, named)}


def read_names(source):
    """The names that a cell reads."""
    nodes = ast.walk(ast.parse(plain(source)))
    return {node.id for node in nodes if isinstance(node, ast.Name) and _is_read(node)}


def _is_read(node):
    return isinstance(node.ctx, ast.Load)


def stages(chapter, names):
    """The names before each exercise, the reference's solutions to those before it given; an error if one fails."""
    found = []
    for exercise in chapter.exercises:
        found.append(dict(names))
        names = dict(names)
        run(exercise.solution.source, names)
        run(exercise.check.source, names)
    return found


def failing(chapter, stages, name, answer):
    """The exercises whose check raises if `answer` stands in place of the solution called `name`.

    Earlier exercises do not see it, and of the later ones only those that read a name which it sets, or which one of
    those sets in its turn.
    """
    position = [exercise.name for exercise in chapter.exercises].index(name)
    names, changed, found = dict(stages[position]), written(answer), []
    for place, exercise in enumerate(chapter.exercises[position:], position):
        source = answer if exercise.name == name else exercise.solution.source
        sets = written(source)
        if exercise.name != name and not changed & read_names(f"{source}\n{exercise.check.source}"):
            after = stages[place + 1] if place + 1 < len(stages) else {}
            names |= {each: after[each] for each in sets & after.keys()}  # as with the reference
            continue
        changed |= sets
        try:
            run(source, names)
            run(exercise.check.source, names)
        except Exception:
            found.append(exercise.name)
    return found


@chapters
def test_each_wrong_answer_loses_its_own_points_and_no_others(chapter, monkeypatch, capsys):
    """In one process: what the assignment keeps of the chapter is run once, then for each answer what it can change."""
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
        before = stages(chapter, names)  # the reference passes, and without a warning
    table = [(name, why, failing(chapter, before, name, source)) for name, why, source in answers]
    with capsys.disabled():
        print(f"\n{chapter.name}")
        for name, why, lost in table:
            print(f"  {name:<20} {why:<60} loses {', '.join(lost) or 'nothing'}")
    assert [(name, why) for name, why, lost in table if lost != [name]] == []
