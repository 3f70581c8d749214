"""A current follow-up between its row and the engine: every column by its name, written down here and nowhere else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import date
from operator import itemgetter
from typing import Any

from scheduling.engine.following.changes import Asked, Conflict, OpenFollowUp, Own
from scheduling.engine.vocabulary import URGENCY_RANK
from tracker.models import FollowUp

#: Fields of the engine's row that are kept in several columns; every other one has a column of its own.
_IN_SEVERAL = ("own", "conflict")
#: The columns that are not called like their field: days end in ``_on``.
_COLUMN_OF = {"hold_until": "hold_until_on"}
_FIELDS = {
    field.name: _COLUMN_OF.get(field.name, field.name)
    for field in fields(OpenFollowUp)
    if field.name not in _IN_SEVERAL
}
_OWN = tuple(f"own_{name}" for name in Own._fields)
_ASKED = tuple(f"asked_{name}" for name in Asked._fields)
_NOT_ASKED: dict[str, object] = {name: "" if name == "asked_row" else None for name in _ASKED}

#: What the engine reads of a row.
COLUMNS = (*_FIELDS.values(), *_OWN, "conflict", *_ASKED)

#: Field -> what people wrote beside it, and how it looks where the field is empty: a plan clears them together.
_BESIDE: Mapping[str, Mapping[str, object]] = {
    "snoozed_until": {"snooze_reason": "", "snoozed_by": None},
    "booked_on": {"booked_at": None, "booked_place": ""},
}
_NOTHING_BESIDE = {name: nothing for empty in _BESIDE.values() for name, nothing in empty.items()}
BESIDE = tuple(_NOTHING_BESIDE)
#: Nothing is agreed; nothing is set aside.
NOT_BOOKED: Mapping[str, object] = {"booked_on": None, **_BESIDE["booked_on"]}
NOT_SNOOZED: Mapping[str, object] = {"snoozed_until": None, **_BESIDE["snoozed_until"]}

#: Fields whose changes the audit keeps, each as text.
_AUDITED = ("state", "opens_on", "due_on", "closes_on", "row", "urgency", "request", "awaiting_closure_on")


def places(names: Iterable[str], columns: Sequence[str]) -> Callable[[Sequence[Any]], tuple[Any, ...]]:
    """Takes the values of two or more `names` out of a row of `columns`."""
    return itemgetter(*(columns.index(name) for name in names))


def reader(columns: Sequence[str]) -> Callable[[Sequence[object]], OpenFollowUp]:
    """Makes the engine's row from the values of `columns`, which hold `COLUMNS` among others, in any order.

    Their places are looked up once: what reads everybody reads fast.
    """
    in_one, own, asked = (places(names, columns) for names in (_FIELDS.values(), _OWN, _ASKED))
    kind = columns.index("conflict")

    def read(values: Sequence[Any]) -> OpenFollowUp:
        row = dict(zip(_FIELDS, in_one(values), strict=True))
        row["request"] = row["request"] or None
        if all(window := own(values)):
            row["own"] = Own(*window)
        if values[kind]:
            wanted = asked(values)
            row["conflict"] = Conflict(row["stream"], values[kind], Asked(*wanted) if wanted[0] else None)
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
    values |= {"request": row.request or "", "urgency_rank": URGENCY_RANK[row.urgency]}
    values |= zip(_OWN, row.own or (None, None, None), strict=True)
    conflict = row.conflict
    values["conflict"] = conflict.kind if conflict else ""
    values |= zip(_ASKED, conflict.asked, strict=True) if conflict and conflict.asked else _NOT_ASKED
    for field, empty in _BESIDE.items():
        values |= empty if getattr(row, field) is None else {name: beside[name] for name in empty}
    return values


def opened(row: OpenFollowUp) -> dict[str, object]:
    """The columns of a new row: those of `written`, its stream, and what every other column begins with."""
    return _BEGINNING | written(row) | {"stream": row.stream, "first_due_on": row.due_on}


def taken_window(follow_up: FollowUp) -> dict[str, object]:
    """The plan's window in place of the one that a person arranged; empty where they agree."""
    if follow_up.conflict != "dates" or follow_up.asked_opens_on is None:
        return {}
    asked = {name: getattr(follow_up, f"asked_{name}") for name in Asked._fields}
    return asked | {"conflict": ""} | _NOT_ASKED


def differences(before: OpenFollowUp, after: OpenFollowUp) -> dict[str, list[str | None]]:
    """What changed, as the audit keeps it: field to [before, after]."""
    changes = {
        name: [_text(getattr(before, name)), _text(getattr(after, name))]
        for name in _AUDITED
        if getattr(before, name) != getattr(after, name)
    }
    if before.conflict != after.conflict:
        changes["conflict"] = [one.kind if one else "" for one in (before.conflict, after.conflict)]
    return changes


#: What people write into a row and a plan can clear: fields of the engine's row.
_OF_PEOPLE = ("state", "hold_until", "snoozed_until", "booked_on")


def of_people(before: OpenFollowUp, after: OpenFollowUp, beside: Mapping[str, object]) -> dict[str, list[object]]:
    """What a plan changed of what people wrote, as an event keeps it: column to [before, after]; mostly nothing."""
    changed: dict[str, list[object]] = {}
    for name in _OF_PEOPLE:
        was, now = getattr(before, name), getattr(after, name)
        if was == now:
            continue
        changed[_FIELDS[name]] = [plain(was), plain(now)]
        for column, empty in _BESIDE.get(name, {}).items():
            changed[column] = [plain(beside[column]), plain(empty)]
    return changed


def plain(value: object) -> object:
    """A value as JSON keeps it; a day or a moment is its text."""
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
