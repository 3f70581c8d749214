"""What is found in a policy, and how much each finding weighs."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Severity(StrEnum):
    """How much a finding weighs."""

    UNSAFE = "unsafe"
    TO_COMPLETE = "to_complete"
    NOTE = "note"


class Finding(NamedTuple):
    """One thing to look at; `row` is empty where it concerns the whole policy."""

    severity: Severity
    row: str
    text: str

    @property
    def sentence(self) -> str:
        """The finding without its weight: ``C1: can never fire: …``."""
        return f"{self.row + ': ' if self.row else ''}{self.text}"

    def __str__(self) -> str:
        return f"{self.severity.replace('_', ' ')}: {self.sentence}"


def unsafe(row: str, text: str) -> Finding:
    """What may be neither published nor approved."""
    return Finding(Severity.UNSAFE, row, text)
