"""Every question that a reader asks has its wording, filled with its words, and none stands idle."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.source import ROOT, modules, place, tree
from tracker.interop.findings import wordings_of

#: Asked by what both readers share, not by `ask`.
ELSEWHERE = {"two_patients_one_number", "two_primaries"}


def tuples(function: ast.FunctionDef) -> dict[str, int]:
    """How many values each name of a function holds that is a tuple written out."""
    found: dict[str, int] = {}
    for node in ast.walk(function):
        if isinstance(node, ast.Assign):
            target, value = node.targets[0], node.value
            pairs = [(target, value)]
            if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
                pairs = list(zip(target.elts, value.elts, strict=True))
            for one, given in pairs:
                if isinstance(one, ast.Name) and isinstance(given, ast.Tuple):
                    found[one.id] = len(given.elts)
    return found


def asked(path: Path) -> Iterator[tuple[str, str, int]]:
    """Place, wording and number of words of each question that a module asks in plain sight."""
    for function in ast.walk(tree(path)):
        if not isinstance(function, ast.FunctionDef):
            continue
        held = tuples(function)
        for call in ast.walk(function):
            if isinstance(call, ast.Call) and getattr(call.func, "attr", "") == "ask" and len(call.args) > 2:
                wording, words = call.args[2], call.args[3:]
                if isinstance(wording, ast.Constant):
                    counts = [
                        held[one.value.id] if isinstance(one, ast.Starred) and isinstance(one.value, ast.Name) else 1
                        for one in words
                    ]
                    yield place(path, call), wording.value, sum(counts)


@pytest.mark.parametrize("source", ["csv", "fhir"])
def test_every_question_is_filled_with_its_words(source: str) -> None:
    wordings = wordings_of(source)
    paths = [path for path in modules("tracker") if f"interop/{source}/" in place(path)]
    found = [one for path in paths for one in asked(path)]
    assert len(found) > 10
    wrong = [
        (where, wording, count)
        for where, wording, count in found
        if wording not in wordings or len(wordings[wording].names) != count
    ]
    assert wrong == []


@pytest.mark.parametrize("source", ["csv", "fhir"])
def test_no_wording_stands_idle(source: str) -> None:
    texts = [path.read_text("utf-8") for path in (ROOT / "tracker/interop").rglob("*.py")]
    used = "\n".join(texts)
    assert [kind for kind in wordings_of(source) if f'"{kind}"' not in used and kind not in ELSEWHERE] == []
