"""ECOG performance status, 0 to 5."""

from __future__ import annotations

from scheduling.engine.scores.base import Direction, Item, Option, Score, ScoreKind

MEANINGS: dict[int, str] = {
    0: "normal activity",
    1: "restricted in strenuous activity",
    2: "cares for self, up more than half of the day",
    3: "limited self-care, in bed or chair more than half of the day",
    4: "disabled",
    5: "dead",
}

#: Karnofsky range shown beside each status. For display alone: a record keeps the scale that was used.
KARNOFSKY_SHOWN: dict[int, tuple[int, int]] = {
    0: (90, 100),
    1: (70, 80),
    2: (50, 60),
    3: (30, 40),
    4: (10, 20),
    5: (0, 0),
}


def check(value: int) -> int:
    """The status itself; raises ValueError for anything but a whole number 0 to 5."""
    if type(value) is not int or value not in MEANINGS:
        raise ValueError(f"ECOG {value!r} does not exist; expected a whole number 0 to 5")
    return value


def equivalent_text(value: int) -> str:
    """The Karnofsky range for display, such as ``about KPS 70 to 80``; never stored as a Karnofsky value."""
    low, high = KARNOFSKY_SHOWN[check(value)]
    return f"about KPS {low}" if low == high else f"about KPS {low} to {high}"


ECOG = Score(
    code="ecog",
    name="ECOG performance status",
    kind=ScoreKind.FUNCTION,
    direction=Direction.HIGHER_IS_WORSE,
    lowest=0,
    highest=5,
    source="Eastern Cooperative Oncology Group; public domain",
    year=1982,
    items=(Item("value", "Status", tuple(Option(str(grade), grade, text) for grade, text in MEANINGS.items())),),
)
