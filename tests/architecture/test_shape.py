"""The shape of the source: no circles, nothing hidden behind an underscore, functions and files that can be read."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from tests.architecture.source import PACKAGES, ROOT, imports, modules, place, tree

#: Lines of a function's body without its docstring: most are short, and none is longer than a screen.
SHORT, LONGEST = 30, 40
#: How many of a hundred functions may be longer than SHORT.
FEW = 2
#: Lines of nine files in ten, and of the longest.
MOST_FILES, LONGEST_FILE = 220, 400


def name_of(path: Path) -> str:
    """The module that a file holds."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def arrows() -> dict[str, set[str]]:
    """What each module imports of the project, also inside functions and for types alone."""
    known = {name_of(path): path for path in modules(*PACKAGES)}
    found: dict[str, set[str]] = {}
    for name, path in known.items():
        targets = set()
        for base, node in imports(path):
            names = {alias.name for alias in node.names} if isinstance(node, ast.ImportFrom) else set()
            inner = {f"{base}.{one}" for one in names if f"{base}.{one}" in known}
            targets |= inner or ({base} & known.keys())
        found[name] = targets - {name}
    return found


def test_no_import_goes_in_a_circle() -> None:
    try:
        TopologicalSorter(arrows()).prepare()
    except CycleError as circle:
        raise AssertionError(" → ".join(circle.args[1])) from None


def test_a_circle_would_be_found() -> None:
    graph = arrows()
    inner = next(name for name, targets in graph.items() if targets)
    graph[next(iter(graph[inner]))].add(inner)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError:
        return
    raise AssertionError("a planted circle was not seen")


def test_no_module_hides_behind_an_underscore() -> None:
    hidden = [place(path) for path in modules(*PACKAGES) if path.stem.startswith("_")]
    assert [name for name in hidden if not name.endswith(("__init__.py", "__main__.py"))] == []


def bodies() -> Iterator[tuple[int, str]]:
    """Every function with the lines of its body, without its docstring."""
    for path in modules(*PACKAGES):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                body = node.body[1:] if ast.get_docstring(node) is not None else node.body
                lines = (node.end_lineno or 0) - body[0].lineno + 1 if body else 0
                yield lines, f"{place(path, node)} {node.name}"


def test_functions_fit_on_a_screen() -> None:
    measured = list(bodies())
    assert [f"{name}: {lines} lines" for lines, name in measured if lines > LONGEST] == []
    long = [f"{name}: {lines} lines" for lines, name in measured if lines > SHORT]
    assert len(long) * 100 <= len(measured) * FEW, "\n".join(long)


def test_files_can_be_read_at_once() -> None:
    sizes = sorted((len(path.read_text(encoding="utf-8").splitlines()), place(path)) for path in modules(*PACKAGES))
    assert [f"{name}: {lines} lines" for lines, name in sizes if lines > LONGEST_FILE] == []
    lines, name = sizes[len(sizes) * 9 // 10]
    assert lines <= MOST_FILES, f"one file in ten is longer than {name}"


def test_formatting_is_left_to_the_formatter_but_in_tables_of_data() -> None:
    marked = [
        f"{place(path)}:{number}"
        for path in modules(*PACKAGES)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if "# fmt:" in line and not set(path.parts) & TABLES_OF_DATA
    ]
    assert marked == []


#: Rooms and files that are tables of data: one entry a line is read best as it was laid.
TABLES_OF_DATA = {"catalog", "vocabulary.py"}
