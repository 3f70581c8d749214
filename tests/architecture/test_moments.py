"""A moment has a day only where a zone is known, and is compared as a moment: the source is read for both."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.architecture.source import modules, place, tree

#: Modules that take the day of a moment themselves, each with its reason.
WITH_REASON = {
    "tracker/clock.py": "it knows the clinic's zone",
    "scheduling/ical.py": "it orders the entries of a file, in UTC alone, so that the same rows give the same bytes",
}


def days_of_moments(source: ast.Module) -> list[ast.AST]:
    """Where a day is taken of a moment: ``.date()`` of what is no text just read, and the ``__date`` of a query."""
    found: list[ast.AST] = []
    for node in ast.walk(source):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "date":
            of = node.func.value
            read = isinstance(of, ast.Call) and isinstance(of.func, ast.Attribute) and of.func.attr == "strptime"
            found += [] if read or node.args else [node]
        elif isinstance(node, ast.keyword) and node.arg and "__date" in node.arg:
            found.append(node.value)
    return found


def compared_as_text(source: ast.Module) -> list[ast.AST]:
    """Comparisons of which one side is a day or a moment written out."""
    return [
        node
        for node in ast.walk(source)
        if isinstance(node, ast.Compare)
        for side in (node.left, *node.comparators)
        if isinstance(side, ast.Call) and isinstance(side.func, ast.Attribute) and side.func.attr == "isoformat"
    ]


def _modules() -> tuple[Path, ...]:
    return tuple(path for path in modules("scheduling", "tracker") if place(path) not in WITH_REASON)


def test_the_day_of_a_moment_is_asked_of_the_clock() -> None:
    found = [place(path, node) for path in _modules() for node in days_of_moments(tree(path))]
    assert found == [], "ask tracker.clock.day_of: " + ", ".join(found)


def test_moments_are_compared_as_moments() -> None:
    found = [place(path, node) for path in modules("scheduling", "tracker") for node in compared_as_text(tree(path))]
    assert found == [], "compare the values, not their spelling: " + ", ".join(found)


def test_the_exceptions_still_need_to_be_exceptions() -> None:
    for path in modules("scheduling", "tracker"):
        if place(path) in set(WITH_REASON) - {"tracker/clock.py"}:
            assert days_of_moments(tree(path)), place(path)


@pytest.mark.parametrize("bad", ["row.at.date()", "max(moments).date()", "f(closed_at__date__gte=day)"])
def test_a_day_of_a_moment_is_seen(bad: str) -> None:
    assert days_of_moments(ast.parse(bad))


@pytest.mark.parametrize("good", ["datetime.strptime(text, form).date()", "clock.day_of(row.at)", "f(on__gte=day)"])
def test_what_is_no_day_of_a_moment_passes(good: str) -> None:
    assert not days_of_moments(ast.parse(good))


def test_a_comparison_of_spellings_is_seen() -> None:
    assert compared_as_text(ast.parse("now != value.isoformat()"))
    assert not compared_as_text(ast.parse("kept != value"))
