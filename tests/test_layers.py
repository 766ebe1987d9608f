"""How the package is layered: each line below may import only from the lines above it."""

import ast
from pathlib import Path

import pytest

import gancourse

ROOT = Path(gancourse.__file__).parent
# A History is what both frameworks return, and a picture is laid out by runs, figures and pages: both stand at the top.
ORDER = """
    gancourse
    files launch runtime progress history pictures quotes exercises
    data
    recipes
    theory
    torch_gan keras_gan
    metrics
    evaluation
    runs
    diagnosis
    logs
    figures
    web
    notebooks
    classroom
    cli
    __main__
"""
LAYER = {name: i for i, line in enumerate(ORDER.split("\n")) for name in line.split()}
LONGEST = 400  # lines of a module
DRAWING = {"data/faceworld.py"}  # a program of shapes and colours


def modules() -> dict[str, Path]:
    """Every module's dotted name, without the package's, and its file; the package itself is "gancourse"."""
    found = {}
    for path in sorted(ROOT.rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        name = ".".join(part for part in parts if part != "__init__")
        found[name or "gancourse"] = path
    return found


def imports(path: Path) -> set[str]:
    """The modules of the package that a module imports, inside functions too."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {short(alias.name) for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            for alias in node.names:  # a module of a package, or a name in it
                inner = short(f"{node.module}.{alias.name}")
                found.add(inner if inner in MODULES else short(node.module))
    return found & MODULES.keys()


def short(name: str) -> str:
    """A dotted name without the package's; "" if it is of another package."""
    return (
        name
        if name == "gancourse"
        else name.removeprefix("gancourse.") * name.startswith("gancourse.")
    )


MODULES = modules()
IMPORTS = {name: imports(path) - {name} for name, path in MODULES.items()}


def top(name: str) -> str:
    return name.split(".")[0]


def test_every_module_has_its_place():
    assert {top(name) for name in MODULES} <= LAYER.keys()


@pytest.mark.parametrize("name", MODULES)
def test_no_module_imports_from_its_own_line_or_below(name):
    others = {each for each in IMPORTS[name] if top(each) != top(name)}
    assert not [each for each in others if LAYER[top(each)] >= LAYER[top(name)]]


def test_no_import_goes_in_a_circle():
    """Inside a package as well; a package's face stands for what it re-exports."""
    done, path = set(), []

    def visit(name):
        assert name not in path, " -> ".join([*path[path.index(name) :], name])
        if name not in done:
            path.append(name)
            for each in sorted(IMPORTS[name]):
                visit(each)
            path.pop()
            done.add(name)

    for name in MODULES:
        visit(name)


@pytest.mark.parametrize("name", MODULES)
def test_no_module_is_too_long(name):
    path = MODULES[name]
    if path.relative_to(ROOT).as_posix() not in DRAWING:
        assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST


def test_faces_only_re_export():
    """An `__init__` has a docstring, imports and `__all__`; the package's own has the version and the error besides."""
    for path in sorted(ROOT.rglob("__init__.py")):
        if path == ROOT / "__init__.py":
            continue
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
            names = isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"
            assert text or names or isinstance(node, ast.Import | ast.ImportFrom), (
                f"{path}: {ast.unparse(node)[:60]}"
            )
