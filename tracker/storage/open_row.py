"""A current follow-up between its row and the engine: every column by its name, written down here and nowhere else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import date
from operator import itemgetter
from typing import Any

from django.db.models import Field

from scheduling.engine.following.changes import OpenFollowUp
from scheduling.engine.vocabulary import URGENCY_RANK
from tracker.models import FollowUp

#: The columns that are not called like their field: days end in ``_on``.
_COLUMN_OF = {"hold_until": "hold_until_on"}
_FIELDS = {field.name: _COLUMN_OF.get(field.name, field.name) for field in fields(OpenFollowUp)}
#: Fields that a column keeps in another form where they are empty.
_CODES = ("request", "arranged_as")

#: What the engine reads of a row.
COLUMNS = tuple(_FIELDS.values())

#: Field -> what people wrote beside it, and how it looks where the field is empty: a plan clears them together.
_BESIDE: Mapping[str, Mapping[str, object]] = {
    "snoozed_until": {"snooze_reason": "", "snoozed_by": None},
    "booked_on": {"booked_at": None, "booked_place": ""},
}
_NOTHING_BESIDE = {name: nothing for empty in _BESIDE.values() for name, nothing in empty.items()}
BESIDE = tuple(_NOTHING_BESIDE)
#: Nothing is agreed; nothing is set aside.
NOT_BOOKED: Mapping[str, object] = {"booked_on": None, **_BESIDE["booked_on"]}
NOT_SNOOZED: Mapping[str, object] = {"snoozed_until": None, "snoozed_closes_on": None, **_BESIDE["snoozed_until"]}
#: What an appointment takes with it to the follow-up that opens next.
ARRANGED = (*_BESIDE["booked_on"], "ordered_on", "indication", "indication_at", "snapshot", "arranged_as")

#: Fields whose changes the audit keeps, each as text.
_AUDITED = (
    "state",
    "opens_on",
    "due_on",
    "closes_on",
    "row",
    "urgency",
    "request",
    "asked",
    "awaiting_closure_on",
    "awaiting_response_on",
)


def places(names: Iterable[str], columns: Sequence[str]) -> Callable[[Sequence[Any]], tuple[Any, ...]]:
    """Takes the values of two or more `names` out of a row of `columns`."""
    return itemgetter(*(columns.index(name) for name in names))


def reader(columns: Sequence[str]) -> Callable[[Sequence[object]], OpenFollowUp]:
    """Makes the engine's row from the values of `columns`, which hold `COLUMNS` among others, in any order.

    Their places are looked up once: what reads everybody reads fast.
    """
    in_one = places(_FIELDS.values(), columns)

    def read(values: Sequence[Any]) -> OpenFollowUp:
        row = dict(zip(_FIELDS, in_one(values), strict=True))
        for code in _CODES:
            row[code] = row[code] or None
        row["known_before"] = tuple(row["known_before"])
        return OpenFollowUp(**row)

    return read


_read = reader(COLUMNS)


def of(follow_up: FollowUp) -> OpenFollowUp:
    """The engine's row of a follow-up that was read whole."""
    return _read([getattr(follow_up, name) for name in COLUMNS])


def written(row: OpenFollowUp, beside: Mapping[str, object] = _NOTHING_BESIDE) -> dict[str, object]:
    """The columns of a row by name, but for its stream, which never changes.

    `beside` holds what people wrote (`BESIDE`): it stays where its field stays, and goes with it.
    """
    values = {column: getattr(row, field) for field, column in _FIELDS.items() if field != "stream"}
    values |= {code: values[code] or "" for code in _CODES}
    rank = URGENCY_RANK[row.urgency] if row.asked else len(URGENCY_RANK)  # what is not asked for stands last
    values |= {"known_before": list(row.known_before), "urgency_rank": rank}
    for field, empty in _BESIDE.items():
        values |= empty if getattr(row, field) is None else {name: beside[name] for name in empty}
    return values


def opened(row: OpenFollowUp) -> dict[str, object]:
    """The columns of a new row: those of `written`, its stream, and what every other column begins with."""
    return _BEGINNING | written(row) | {"stream": row.stream, "first_due_on": row.due_on}


def differences(before: OpenFollowUp, after: OpenFollowUp) -> dict[str, list[str | None]]:
    """What changed, as the audit keeps it: field to [before, after]."""
    return {
        name: [_text(getattr(before, name)), _text(getattr(after, name))]
        for name in _AUDITED
        if getattr(before, name) != getattr(after, name)
    }


def changed(before: OpenFollowUp, after: OpenFollowUp, beside: Mapping[str, object]) -> dict[str, list[object]]:
    """What a plan changed of a row, as an event keeps it so that it can be put back: column to [before, after]."""
    found: dict[str, list[object]] = {}
    for name, column in _FIELDS.items():
        was, now = getattr(before, name), getattr(after, name)
        if was == now:
            continue
        found[column] = [plain(was), plain(now)]
        if now is None:
            found |= {one: [plain(beside[one]), plain(empty)] for one, empty in _BESIDE.get(name, {}).items()}
    return found


def field_of(name: str) -> Field[Any, Any]:
    """The column of a follow-up with this name."""
    return next(field for field in FollowUp._meta.concrete_fields if field.name == name)


def plain(value: object) -> object:
    """A value as JSON keeps it; a day or a moment is its text."""
    if isinstance(value, tuple):
        return list(value)
    return value.isoformat() if isinstance(value, date) else value


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _beginning() -> dict[str, object]:
    """Columns that begin with something, as Django would fill them."""
    return {
        field.name: field.get_default()
        for field in FollowUp._meta.concrete_fields
        if field.has_default() and not field.unique
    }


_BEGINNING = _beginning()
