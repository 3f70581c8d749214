"""Every named day by the word that a document uses, and how one is read and written back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from scheduling.engine.policy.anchors import (
    Anchor,
    DeclinedOn,
    EarliestSymptom,
    FirstUnvisitedResponse,
    Last,
    LastVisit,
    LeftLowRiskOn,
    LesionEsccFoundOn,
    LesionFoundOn,
    LesionSinsFoundOn,
    Newest,
    Registered,
    ResponseDate,
    ResponseStart,
    TherapyStart,
)
from scheduling.engine.policy.mistakes import WRONG, Path, Wrong
from scheduling.engine.policy.parameters import parameters, read_parameters, write_parameters
from scheduling.engine.policy.reading import Reading

#: Every named day by the word that a document uses.
ANCHORS: dict[str, type[Anchor]] = {
    anchor.name: anchor
    for anchor in (
        Registered,
        LeftLowRiskOn,
        DeclinedOn,
        TherapyStart,
        ResponseDate,
        ResponseStart,
        FirstUnvisitedResponse,
        LastVisit,
        Last,
        Newest,
        EarliestSymptom,
        LesionFoundOn,
        LesionEsccFoundOn,
        LesionSinsFoundOn,
    )
}
_BARE = tuple(name for name, anchor in ANCHORS.items() if not parameters(anchor))
_WITH = tuple(name for name in ANCHORS if name not in _BARE)
EXPECTED = f"a named day: {', '.join(_BARE)}, or one of {', '.join(f'{name}: ...' for name in _WITH)}"


def read_anchor(reading: Reading, given: object, at: Path) -> Anchor | Wrong:
    """A named day: a word, or a word with what it is asked of."""
    name: object = given
    parameter: object = None
    if isinstance(given, Mapping) and len(given) == 1:
        ((name, parameter),) = given.items()
    if not isinstance(name, str) or name not in (_BARE if name is given else _WITH):
        return reading.wrong(at, given, EXPECTED)
    kind = ANCHORS[name]
    if kind.per_lesion and not reading.per_lesion:
        return reading.wrong(
            at, given, "a day of the person: a lesion's day stands only in a row with for_each: lesion"
        )
    anchor = kind() if name is given else read_parameters(kind, reading, parameter, (*at, name))
    return anchor if isinstance(anchor, Anchor) else WRONG


def write_anchor(anchor: Anchor) -> object:
    """A named day as it stands in a document."""
    return {anchor.name: write_parameters(anchor)} if parameters(type(anchor)) else anchor.name


@dataclass(frozen=True)
class DayName:
    """A named day, as the parameter of a question."""

    expected: str = EXPECTED

    def read(self, reading: Reading, given: object, at: Path) -> object | Wrong:
        return read_anchor(reading, given, at)

    def write(self, value: Anchor) -> object:
        return write_anchor(value)
