"""The sets of procedures and therapies that a document declares by name, and how each is said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from scheduling.engine.words import code_words, word


@dataclass(frozen=True, slots=True)
class Names:
    """The sets that a document declares; `words` are the document's own words for any of its sets, studies too."""

    procedures: Mapping[str, tuple[str, ...]]
    therapies: Mapping[str, tuple[str, ...]]
    words: Mapping[str, str] = field(default_factory=dict)

    def said(self, name: str) -> str:
        """A set inside a sentence: the document's words, the only code that it holds, or its name."""
        if name in self.words:
            return self.words[name]
        codes = self.procedures.get(name) or self.therapies.get(name) or ()
        return word(codes[0]) if len(codes) == 1 else code_words(name)


def without_article(said: str) -> str:
    """``treatment of the spine`` of ``a treatment of the spine``."""
    for article in ("a ", "an "):
        if said.startswith(article):
            return said.removeprefix(article)
    return said


def none_of(said: str) -> str:
    """``no treatment of the spine`` of ``a treatment of the spine``."""
    return f"no {without_article(said)}"
