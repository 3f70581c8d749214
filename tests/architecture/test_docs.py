"""The documents for newcomers name places that exist."""

from __future__ import annotations

import re

import pytest

from tests.architecture.source import ROOT

TOP = ("scheduling", "tracker", "templates", "tests", "docs", ".ci")


def places(text: str) -> set[str]:
    """Every path that a text shows as code, without those that have a name to fill in."""
    shown = {word for span in re.findall(r"`([^`\n]+)`", text) for word in re.split(r"[ ,]", span)}
    return {word for word in shown if word.split("/")[0] in TOP and "/" in word and not set(word) & set("<…*:(")}


@pytest.mark.parametrize("name", ["docs/map.md", "docs/CONTRIBUTING.md", "README.md", "docs/guide/operator.md"])
def test_places_that_a_document_names_exist(name: str) -> None:
    named = places((ROOT / name).read_text(encoding="utf-8"))
    missing = [one for one in named if not (ROOT / one).exists() and not (ROOT / f"{one}.py").exists()]
    assert missing == []


@pytest.mark.parametrize("path", sorted((ROOT / "docs" / "adr").glob("*.md")), ids=lambda path: path.stem)
def test_modules_that_a_decision_names_exist(path: object) -> None:
    text = path.read_text(encoding="utf-8")  # type: ignore[attr-defined]
    named = {one for one in re.findall(r"`([\w/]+\.py)`", text) if "/" in one}
    missing = [
        one
        for one in named
        if not any((ROOT / top / one).exists() for top in ("", "tracker", "scheduling", "scheduling/engine"))
    ]
    assert missing == []
