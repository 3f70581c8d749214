"""Karnofsky performance status, 0 to 100 in tens."""

from __future__ import annotations

from scheduling.engine.scores import ecog
from scheduling.engine.scores.base import Direction, Score, ScoreKind


def check(value: int) -> int:
    """The value itself; raises ValueError for anything but 0 to 100 in tens."""
    if type(value) is not int or value not in range(0, 101, 10):
        raise ValueError(f"Karnofsky {value!r} does not exist; expected 0 to 100 in tens")
    return value


def equivalent_text(value: int) -> str:
    """The ECOG status for display, such as ``about ECOG 1``; never stored as an ECOG status."""
    check(value)
    status = next(status for status, (low, high) in ecog.KARNOFSKY_SHOWN.items() if low <= value <= high)
    return f"about ECOG {status}"


KARNOFSKY = Score(
    code="karnofsky",
    name="Karnofsky performance status",
    kind=ScoreKind.FUNCTION,
    direction=Direction.HIGHER_IS_BETTER,
    lowest=0,
    highest=100,
    source="Karnofsky DA, Burchenal JH, 1949",
    year=1949,
)
