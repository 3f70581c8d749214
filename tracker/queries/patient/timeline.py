"""The history of a record: who did what when, who looked, and what was entered in error; newest first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from tracker import access
from tracker.kinds import BY_TABLE
from tracker.models import AuditEvent, Fact, FollowUpEvent, Patient, User, kind_of
from tracker.queries.patient.change_words import Change, change_words, names_in
from tracker.queries.patient.stored_facts import StoredFacts
from tracker.queries.queues.contacts import contact
from tracker.queries.queues.rows import Contact

#: Entries of a page.
PAGE = 100


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One line of the record's history: who did what, when. `changes`: field, before, after."""

    at: datetime
    by: str
    verb: str
    target: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class WrongFact:
    """A fact that was marked entered in error: still visible, counted nowhere."""

    kind: str
    text: str
    on: date
    at: datetime
    by: str
    reason: str


def record_history(
    user: User, key: str, limit: int = PAGE, page: int = 1, *, views: bool = False
) -> tuple[HistoryEntry, ...]:
    """What was done to a patient's record; with `views` also who looked at it. Few queries: one, the gate's, names."""
    return history_lines(access.patient_for(user, key), limit, page, views=views)


def history_lines(
    patient: Patient, limit: int = PAGE, page: int = 1, *, views: bool = False
) -> tuple[HistoryEntry, ...]:
    """The record's history of a patient who came through the gate; one query, and names."""
    events = AuditEvent.objects.filter(patient=patient).select_related("by").order_by("-at", "-pk")
    if not views:
        events = events.exclude(verb="patient.viewed")
    first = (max(1, page) - 1) * limit
    shown = list(events[first : first + limit])
    names = names_in(shown)
    return tuple(
        HistoryEntry(
            at=event.at,
            by=str(event.by),
            verb=event.verb,
            target=BY_TABLE[event.target_kind].code if event.target_kind in BY_TABLE else event.target_kind,
            changes=change_words(event.changes, names),
        )
        for event in shown
    )


def wrong_facts(user: User, key: str) -> tuple[WrongFact, ...]:
    """Facts that were marked as entered in error, newest first; one query a kind of fact."""
    return wrong_lines(StoredFacts(access.patient_for(user, key)).in_error())


def wrong_lines(facts: Iterable[Fact]) -> tuple[WrongFact, ...]:
    """Facts entered in error as lines, newest first."""
    return tuple(sorted((_wrong(row) for row in facts), key=lambda each: each.at, reverse=True))


def follow_up_history(user: User, uid: str) -> tuple[Contact, ...]:
    """Everything that happened to one follow-up, newest first: how the date moved, and what people did."""
    row = access.follow_up_for(user, uid)
    events = FollowUpEvent.objects.filter(follow_up=row).select_related("by").order_by("-at", "-pk")
    return tuple(contact(event) for event in events)


def _wrong(row: Fact) -> WrongFact:
    assert row.entered_in_error_at is not None
    return WrongFact(
        kind=kind_of(row).code,
        text=fact_words(row),
        on=row.occurred_on,
        at=row.entered_in_error_at,
        by=str(row.entered_in_error_by),
        reason=row.entered_in_error_reason,
    )


def fact_words(row: Fact) -> str:
    """What a fact was, in one line: the columns that its kind's entry names."""
    parts = []
    for name in kind_of(row).says:
        value = getattr(row, name)
        if value not in (None, "", []):
            parts.append(", ".join(value) if isinstance(value, list) else str(value).replace("_", " "))
    return " ".join(parts)
