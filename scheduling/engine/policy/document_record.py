"""The section `record` of a document: how the dated record becomes the facts of a day."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any

from scheduling.engine.policy.reading import WRONG, Path, Reading, write_days
from scheduling.engine.policy.rows import RecordRules
from scheduling.engine.vocabulary import ResponseCategory, TherapyClass

AT: Path = ("record",)
_ASSESSED = tuple(category for category in ResponseCategory if category != ResponseCategory.NOT_ASSESSED)
_RUNNING = tuple(kind for kind in TherapyClass if kind not in (TherapyClass.NONE,))


def read_record(reading: Reading, given: object) -> RecordRules | None:
    """The rules of the record; None with the errors noted where something is wrong or missing."""
    keys = tuple(_WRITERS)
    found = reading.mapping(given, AT, keys)
    if found is None or len(found) < len(keys):
        return None
    before = len(reading.errors)
    rules = RecordRules(
        escc_begins_anew_after=_set(reading, found, "escc_begins_anew_after", "procedures"),
        stabilised_by=_set(reading, found, "stabilised_by", "procedures"),
        sins_bands=_bands(reading, found["sins_bands"]),
        worst_response_first=_order(reading, found, "worst_response_first", ResponseCategory, _ASSESSED),
        switch_after=_order(reading, found, "switch_after", ResponseCategory, ()),
        stated_reason_days=_days(reading, found["stated_reason_counts_without_response_for"]),
        therapy_class_first=_order(reading, found, "therapy_class_first", TherapyClass, _RUNNING),
        own_window_spent_by=_set(reading, found, "own_window_spent_by", "studies"),
    )
    return rules if len(reading.errors) == before else None


def write_record(rules: RecordRules) -> dict[str, object]:
    """The section of a document that says the same."""
    return {key: write(rules) for key, write in _WRITERS.items()}


_WRITERS: dict[str, Callable[[RecordRules], Any]] = {
    "escc_begins_anew_after": lambda rules: rules.escc_begins_anew_after,
    "stabilised_by": lambda rules: rules.stabilised_by,
    "sins_bands": lambda rules: list(rules.sins_bands),
    "worst_response_first": lambda rules: list(rules.worst_response_first),
    "switch_after": lambda rules: list(rules.switch_after),
    "stated_reason_counts_without_response_for": lambda rules: write_days(rules.stated_reason_days),
    "therapy_class_first": lambda rules: list(rules.therapy_class_first),
    "own_window_spent_by": lambda rules: rules.own_window_spent_by,
}


def _set(reading: Reading, found: dict[str, object] | Any, key: str, family: str) -> str:
    known = reading.names.get(family, ())
    expected = f"the name of a set of {family}: {', '.join(known)}"
    return reading.one_of(found[key], (*AT, key), known, expected)


def _bands(reading: Reading, given: object) -> tuple[int, int]:
    at = (*AT, "sins_bands")
    match given:
        case [int(second), int(third)] if 0 < second < third <= 18 and True not in (
            second is True,
            third is True,
        ):
            return second, third
    reading.wrong(at, given, "the lowest totals of the second and third band, rising, such as [7, 13]")
    return 0, 0


def _order(
    reading: Reading, found: Any, key: str, kind: type[StrEnum], whole: tuple[StrEnum, ...]
) -> tuple[str, ...]:
    """Words of a closed set in an order; `whole` names those that may not be missing."""
    at = (*AT, key)
    words = reading.several(
        found[key], at, f"words of {', '.join(kind)}", lambda entry, path: reading.code(entry, path, kind)
    )
    if not isinstance(words, tuple):
        return ()
    missing = [word.value for word in whole if word.value not in words]
    if missing or len(set(words)) < len(words):
        reading.wrong(at, list(words), f"each once, none left out; missing: {', '.join(missing) or 'none'}")
    return words


def _days(reading: Reading, given: object) -> int:
    days = reading.days(given, (*AT, "stated_reason_counts_without_response_for"))
    return 0 if days is WRONG or not isinstance(days, int) else days
