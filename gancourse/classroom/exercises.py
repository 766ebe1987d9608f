"""A chapter's exercises: where they are, what they need of the chapter, and what is left without the solution.

An exercise is a heading "### Exercise …", prose, a solution cell and a check cell, in this order. What the two cells
need of the chapter is found by following names backwards, so an assignment holds no cell that its exercises can do
without.
"""

import ast
import re
import symtable
from dataclasses import dataclass
from pathlib import Path

import nbformat

from gancourse import GancourseError

STUB = 'raise NotImplementedError("write your answer here")'
OPEN_POINTS = (
    4  # of an open exercise, which a person grades by the rubric of the instructor's guide
)
_HEADING = re.compile(r"^### (Exercise (\d+)(, open)?: .+)$", re.M)
_REGION = re.compile(r"^([ \t]*)### BEGIN SOLUTION\n.*?^[ \t]*### END SOLUTION$", re.M | re.S)


@dataclass(frozen=True)
class Exercise:
    """One exercise that a check grades.

    Attributes
    ----------
    name : str
        The grade_id of the solution cell; that of the check is "check-" and this.
    title : str
        Its heading.
    points : int
    solution, check : NotebookNode
        The two cells.
    """

    name: str
    title: str
    points: int
    solution: nbformat.NotebookNode
    check: nbformat.NotebookNode


@dataclass(frozen=True)
class Chapter:
    """A committed chapter.

    Attributes
    ----------
    name : str
        Of the file, such as "01_minimax_game".
    title : str
    notebook : NotebookNode
    exercises : tuple of Exercise
    open_exercises : tuple of str
        Headings of those that a person grades.
    cost : str
        The paragraph that says what the chapter costs, without its first words.
    """

    name: str
    title: str
    notebook: nbformat.NotebookNode
    exercises: tuple[Exercise, ...]
    open_exercises: tuple[str, ...]
    cost: str

    @property
    def points(self) -> int:
        """Of the exercises that a check grades."""
        return sum(exercise.points for exercise in self.exercises)


def read_chapter(path) -> Chapter:
    """Read a chapter's plain .ipynb.

    Raises
    ------
    GancourseError
        If the file is missing or not a notebook, or a solution has no heading before it or no check after it.
    """
    path = Path(path)
    try:
        notebook = nbformat.read(path, as_version=4)
    except FileNotFoundError:
        raise GancourseError(f"there is no chapter {path}") from None
    except Exception as error:  # nbformat raises what its parser and its schema raise
        raise GancourseError(f"{path} is not a notebook: {error}") from error
    exercises, heading, pending = [], None, None
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            heading = ([match[0] for match in _HEADING.findall(cell.source)] or [heading])[-1]
        elif is_solution(cell):
            pending = cell
        elif is_check(cell):
            about = cell.metadata["nbgrader"]
            if pending is None or heading is None:
                raise GancourseError(f"{path}: check {about['grade_id']} has no exercise before it")
            name = pending.metadata["nbgrader"]["grade_id"]
            exercises.append(Exercise(name, heading, about["points"], pending, cell))
            pending = None
    if pending is not None:
        raise GancourseError(f"{path}: the last solution has no check")
    prose = "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    return Chapter(
        path.stem,
        _found(r"^# (.+)$", prose, f"{path}: the chapter has no title"),
        notebook,
        tuple(exercises),
        tuple(title for title, _, is_open in _HEADING.findall(prose) if is_open),
        " ".join(
            _found(
                r"(?s)\*\*What it costs\.?\*\*\s*(.+?)(?:\n\n|\Z)",
                prose,
                f"{path}: the chapter has no paragraph on what it costs",
            ).split()
        ),
    )


def _found(pattern: str, text: str, otherwise: str) -> str:
    match = re.search(pattern, text, re.M)
    if match is None:
        raise GancourseError(otherwise)
    return match[1]


def is_solution(cell) -> bool:
    """Whether a cell is one that students fill in."""
    return bool(cell.metadata.get("nbgrader", {}).get("solution"))


def is_check(cell) -> bool:
    """Whether a cell is one that grades."""
    return bool(cell.metadata.get("nbgrader", {}).get("grade"))


def stub(source: str) -> str:
    """The source of a solution cell without its solution, which is replaced by an error that says so."""
    return _REGION.sub(lambda match: match[1] + STUB, source)


def sections(source: str) -> dict[str, str]:
    """The parts of a markdown cell that are exercises, by heading, each up to the next heading."""
    found = {}
    for part in re.split(r"^(?=#{1,3} )", source, flags=re.M):
        if match := _HEADING.match(part):
            found[match[1]] = part.strip()
    return found


def needed(chapter: Chapter) -> list[nbformat.NotebookNode]:
    """The code cells that an assignment keeps, in order: setup, imports, exercises, and what these need."""
    code = [cell for cell in chapter.notebook.cells if cell.cell_type == "code"]
    names = [_names(cell.source) for cell in code]
    modules = {name for each in names for name in each["imported"]}
    first_imports = next(i for i, each in enumerate(names[1:], 1) if each["imported"])
    live: set[str] = set()
    kept = []
    for i in reversed(range(len(code))):
        exercise = is_solution(code[i]) or is_check(code[i])
        made = names[i]["bound"] | (names[i]["touched"] - modules)
        if exercise or i in (0, first_imports) or made & live:
            kept.append(code[i])
            live = (live - names[i]["bound"]) | names[i]["used"]
    return kept[::-1]


def _names(source: str) -> dict[str, set[str]]:
    """What a cell binds, imports, changes in place and needs from before, as names of the notebook."""
    source = re.sub(r"^(\s*)%", r"\1#%", source, flags=re.M)
    found: dict[str, set[str]] = {key: set() for key in ("bound", "imported", "touched", "used")}
    for statement in ast.parse(source).body:
        text = ast.unparse(statement)
        table = symtable.symtable(text, "cell", "exec")
        bound = {each.get_name() for each in table.get_symbols() if each.is_assigned()}
        imported = {each.get_name() for each in table.get_symbols() if each.is_imported()}
        bound |= {each.get_name() for each in table.get_symbols() if each.is_namespace()}
        used = {each.get_name() for each in table.get_symbols() if each.is_referenced()}
        inner = list(table.get_children())
        while inner:
            child = inner.pop()
            used |= {
                each.get_name()
                for each in child.get_symbols()
                if each.is_global() and each.is_referenced()
            }
            inner += child.get_children()
        if isinstance(statement, ast.For | ast.With | ast.FunctionDef | ast.ClassDef):
            used -= bound  # a loop's variable, a function that calls itself
        found["used"] |= used - found["bound"] - found["imported"]
        found["bound"] |= bound | imported
        found["imported"] |= imported
        for node in ast.walk(statement):
            for target in getattr(node, "targets", [getattr(node, "target", None)]):
                found["touched"] |= _base(target)
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
                found["touched"] |= _base(node.value.func)
    found["used"] -= set(dir(__builtins__) if not isinstance(__builtins__, dict) else __builtins__)
    return found


def _base(node) -> set[str]:
    """The name that `name.x`, `name[x]` or `name.x[y].z` begins with; nothing for a plain name."""
    if not isinstance(node, ast.Attribute | ast.Subscript):
        return set()
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return {node.id} if isinstance(node, ast.Name) else set()
