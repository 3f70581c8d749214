"""The one table of clinical codes: every code of its sets, and one word where two sets share a code."""

from __future__ import annotations

from enum import StrEnum

import pytest

from scheduling.engine.vocabulary import MriSafety
from scheduling.engine.words import TERMS, labels, word, word_of


@pytest.mark.parametrize("kind", TERMS)
def test_every_code_of_a_set_has_words(kind: type[StrEnum]) -> None:
    assert list(TERMS[kind]) == [member.value for member in kind]
    for code in kind:
        assert "_" not in word_of(kind, code)
        assert labels(kind)[code]


def test_a_code_is_said_the_same_without_its_set() -> None:
    for kind, codes in TERMS.items():
        for code, said in codes.items():
            if kind is not MriSafety:
                assert word(code) == said.inside
