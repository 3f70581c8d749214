"""The closed sets by whose value a window may differ."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import NamedTuple

from scheduling.engine.record.view import View
from scheduling.engine.vocabulary import Tempo, TherapyClass


class Chooser(NamedTuple):
    """A closed set, and the value of it that a person has."""

    kind: type[StrEnum]
    of: Callable[[View], str]


def _therapy_class(view: View) -> str:
    return TherapyClass.NONE if view.therapy is None else view.therapy.therapy_class


#: By the word that a document uses.
WINDOW_BY: dict[str, Chooser] = {
    "therapy_class": Chooser(TherapyClass, _therapy_class),
    "tempo": Chooser(Tempo, lambda view: view.tempo),
}
