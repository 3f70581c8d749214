"""The policy is a document: no name of one of its rows stands in Python, and nobody looks at the letters of a name."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import scheduling.policies
from scheduling.engine.vocabulary import LEVELS
from scheduling.files import load_policy
from tests.architecture.source import PACKAGES, modules, place, tree

SHIPPED = tuple(sorted(Path(scheduling.policies.__file__).parent.glob("*.yaml")))
IDS = frozenset(row.id for path in SHIPPED for row in load_policy(path).rows)
#: Some rows are named like a vertebra; these tables are about vertebrae.
LEVEL_TABLES = ("scheduling/engine/scores/sins.py",)
NAMES = ("row", "row_id", "code", "id")


def texts(path: Path) -> Iterator[ast.Constant]:
    """The texts of a module that are no docstrings."""
    module = tree(path)
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docs = {
        node.body[0].value
        for node in ast.walk(module)
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(module):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in docs:
            yield node


def named(text: str) -> set[str]:
    """The rows that a text names: as the whole, or as a word among others where no vertebra can be meant."""
    if text in IDS:
        return {text}
    words = set(re.findall(r"\b\w+\b", text)) & IDS
    return words if re.search(r"\brows?\b", text) else words - set(LEVELS)


@pytest.mark.parametrize("folder", PACKAGES)
def test_no_row_of_a_shipped_policy_is_named_in_the_source(folder: str) -> None:
    found = []
    for path in modules(folder):
        about_levels = place(path) in LEVEL_TABLES
        for node in texts(path):
            rows = named(str(node.value)) - (set(LEVELS) if about_levels else set())
            found += [f"{place(path, node)}: {row}" for row in sorted(rows)]
    assert found == []


def letters_looked_at(module: ast.Module) -> Iterator[ast.AST]:
    """Where the letters of a row's name are asked for: `row.id[0]`, `row.startswith("C")`."""
    for node in ast.walk(module):
        if isinstance(node, ast.Subscript):
            if isinstance(node.value, ast.Attribute) and node.value.attr in ("id", "row"):
                yield node
        elif isinstance(node, ast.Attribute) and node.attr == "startswith":
            asked = node.value
            name = asked.attr if isinstance(asked, ast.Attribute) else getattr(asked, "id", "")
            if name in NAMES:
                yield node


@pytest.mark.parametrize("folder", PACKAGES)
def test_nobody_looks_at_the_letters_of_a_row(folder: str) -> None:
    assert [place(path, node) for path in modules(folder) for node in letters_looked_at(tree(path))] == []


@pytest.mark.parametrize(
    ("source", "finds"),
    [
        ("row.id[0] == 'C'", True),
        ("row.startswith(('E', 'R'))", True),
        ("follow_up.row[:1]", True),
        ("rows[0]", False),
        ("name.startswith('x')", False),
    ],
)
def test_the_rule_itself(source: str, finds: bool) -> None:
    assert bool(list(letters_looked_at(ast.parse(source)))) is finds


def test_the_names_are_read() -> None:
    assert {"A1", "OV", "R3a"} <= IDS
    assert named("A1") == {"A1"}
    assert named("done under E1 or E2") == {"E1", "E2"}
    assert named("a level from C1 to S5") == set()
    assert named("rows S1 to S5") == {"S1", "S5"}
