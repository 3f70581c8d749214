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

    def __str__(self) -> str:
        return f"{self.severity.replace('_', ' ')}: {self.row + ': ' if self.row else ''}{self.text}"


def unsafe(row: str, text: str) -> Finding:
    """What blocks publishing."""
    return Finding(Severity.UNSAFE, row, text)
