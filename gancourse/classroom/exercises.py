"""A chapter's exercises: where they are, what they need from the chapter, and what is left without the solution.

An exercise is a heading "### Exercise …", prose, a solution cell and a check cell, in this order. What the two cells
need from the chapter is found by following names backwards, so an assignment has no cell that its exercises do not
need.
"""

import ast
import re
import symtable
from dataclasses import dataclass
from pathlib import Path

import nbformat

from gancourse import GancourseError

STUB = 'raise NotImplementedError("write your answer here")'
# An open exercise has this many points; a person grades it by the rubric of the instructor's guide.
OPEN_POINTS = 4
_HEADING = re.compile(r"^### (Exercise (\d+)(, open)?: .+)$", re.M)
_REGION = re.compile(r"^([ \t]*)### BEGIN SOLUTION\n.*?^[ \t]*### END SOLUTION$", re.M | re.S)


@dataclass(frozen=True)
class Exercise:
    """One exercise that a check grades.

    Attributes
    ----------
    name : str
        The grade_id of the solution cell; the check's grade_id is "check-" and this name.
    title : str
        The heading of the exercise.
    points : int
        How many points the check gives.
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
        The file's name without suffix, such as "01_minimax_game".
    title : str
        The chapter's title, with its number.
    notebook : NotebookNode
        The chapter's plain notebook.
    exercises : tuple of Exercise
        The exercises that a check grades.
    open_exercises : tuple of str
        The headings of the exercises that a person grades.
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
        """The sum of the points that checks give."""
        return sum(exercise.points for exercise in self.exercises)


def read_chapter(path) -> Chapter:
    """Read a chapter's plain .ipynb.

    Parameters
    ----------
    path : path-like
        The .ipynb.

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
            metadata = cell.metadata["nbgrader"]
            if pending is None or heading is None:
                raise GancourseError(
                    f"{path}: check {metadata['grade_id']} has no exercise before it"
                )
            name = pending.metadata["nbgrader"]["grade_id"]
            exercises.append(Exercise(name, heading, metadata["points"], pending, cell))
            pending = None
    if pending is not None:
        raise GancourseError(f"{path}: the last solution has no check")
    prose = "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    return Chapter(
        path.stem,
        _search(r"^# (.+)$", prose, f"{path}: the chapter has no title"),
        notebook,
        tuple(exercises),
        tuple(title for title, _, is_open in _HEADING.findall(prose) if is_open),
        " ".join(
            _search(
                r"(?s)\*\*What it costs\.?\*\*\s*(.+?)(?:\n\n|\Z)",
                prose,
                f"{path}: the chapter has no paragraph on what it costs",
            ).split()
        ),
    )


def _search(pattern: str, text: str, message: str) -> str:
    """The first group of a pattern's first match; a GancourseError with this message if there is none."""
    match = re.search(pattern, text, re.M)
    if match is None:
        raise GancourseError(message)
    return match[1]


def is_solution(cell) -> bool:
    """Whether students fill in a cell."""
    return bool(cell.metadata.get("nbgrader", {}).get("solution"))


def is_check(cell) -> bool:
    """Whether a cell grades an exercise."""
    return bool(cell.metadata.get("nbgrader", {}).get("grade"))


def stub(source: str) -> str:
    """The source of a solution cell, with an error that says what to do in place of the solution."""
    return _REGION.sub(lambda match: match[1] + STUB, source)


def sections(source: str) -> dict[str, str]:
    """The parts of a markdown cell that are exercises, by heading, each up to the next heading."""
    exercises = {}
    for part in re.split(r"^(?=#{1,3} )", source, flags=re.M):
        if match := _HEADING.match(part):
            exercises[match[1]] = part.strip()
    return exercises


def needed(chapter: Chapter) -> list[nbformat.NotebookNode]:
    """The code cells that an assignment keeps, in order: setup, imports, exercises, and what these need."""
    code = [cell for cell in chapter.notebook.cells if cell.cell_type == "code"]
    names = [_names(cell.source) for cell in code]
    modules = {name for cell_names in names for name in cell_names["imported"]}
    first_imports = next(i for i, cell_names in enumerate(names[1:], 1) if cell_names["imported"])
    live: set[str] = set()
    cells = []
    for i in reversed(range(len(code))):
        exercise = is_solution(code[i]) or is_check(code[i])
        made = names[i]["bound"] | (names[i]["touched"] - modules)
        if exercise or i in (0, first_imports) or made & live:
            cells.append(code[i])
            live = (live - names[i]["bound"]) | names[i]["used"]
    return cells[::-1]


def _names(source: str) -> dict[str, set[str]]:
    """The names that a cell binds, imports, changes in place, and needs from earlier cells."""
    source = re.sub(r"^(\s*)%", r"\1#%", source, flags=re.M)
    names: dict[str, set[str]] = {key: set() for key in ("bound", "imported", "touched", "used")}
    for statement in ast.parse(source).body:
        text = ast.unparse(statement)
        table = symtable.symtable(text, "cell", "exec")
        symbols = table.get_symbols()
        bound = {symbol.get_name() for symbol in symbols if symbol.is_assigned()}
        imported = {symbol.get_name() for symbol in symbols if symbol.is_imported()}
        bound |= {symbol.get_name() for symbol in symbols if symbol.is_namespace()}
        used = {symbol.get_name() for symbol in symbols if symbol.is_referenced()}
        inner = list(table.get_children())
        while inner:
            child = inner.pop()
            used |= {
                symbol.get_name()
                for symbol in child.get_symbols()
                if symbol.is_global() and symbol.is_referenced()
            }
            inner += child.get_children()
        if isinstance(statement, ast.For | ast.With | ast.FunctionDef | ast.ClassDef):
            used -= bound  # a loop's variable, a function that calls itself
        names["used"] |= used - names["bound"] - names["imported"]
        names["bound"] |= bound | imported
        names["imported"] |= imported
        for node in ast.walk(statement):
            for target in getattr(node, "targets", [getattr(node, "target", None)]):
                names["touched"] |= _base(target)
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
                names["touched"] |= _base(node.value.func)
    names["used"] -= set(dir(__builtins__) if not isinstance(__builtins__, dict) else __builtins__)
    return names


def _base(node) -> set[str]:
    """The name that `name.x`, `name[x]` or `name.x[y].z` begins with; nothing for a plain name."""
    if not isinstance(node, ast.Attribute | ast.Subscript):
        return set()
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return {node.id} if isinstance(node, ast.Name) else set()
