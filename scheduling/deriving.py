"""From a dated record to the facts of a day, with what only the catalogue knows: marker texts and the marker class."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import lru_cache

from scheduling.catalog.markers import Result, read_finding
from scheduling.catalog.pairs import marker_class
from scheduling.engine.record.deriving import facts_on
from scheduling.engine.record.facts import Facts
from scheduling.engine.record.history import History, HistoryRules
from scheduling.engine.vocabulary import TherapyClass


def facts_of(history: History, today: date, rules: HistoryRules) -> Facts:
    """What stands on `today`, with the marker class that no person set read from the catalogue.

    The class depends on the drugs that run on the day, so it is derived after them (clinical dossier 3.6).
    """
    facts = facts_on(history, today, rules)
    if all(primary.marker_class is not None or not primary.markers for primary in facts.primaries):
        return facts
    therapy = facts.therapy
    running = therapy.drugs if therapy is not None and therapy.therapy_class != TherapyClass.NONE else ()
    return replace(
        facts,
        primaries=tuple(
            primary
            if primary.marker_class is not None
            else replace(primary, marker_class=_marker_class(primary.site, primary.markers, running))
            for primary in facts.primaries
        ),
    )


@lru_cache(maxsize=4096)
def _marker_class(site: str, markers: tuple[str, ...], drugs: tuple[str, ...]) -> str | None:
    return marker_class(site, markers, drugs)


@lru_cache(maxsize=4096)
def marker_text(name: str, value: str, result: str) -> str:
    """A marker as the catalogue reads it: where the words alone do not say the recorded result, it is added.

    `result`: present or absent.
    """
    text = f"{name} {value}".strip()
    read = read_finding(text)
    wanted, word = (Result.FOUND, "positive") if result == "present" else (Result.NOT_FOUND, "negative")
    return text if read.panel or read.result is wanted else f"{text} {word}"
