"""Tell staff of what waits for a person, by the built-in ladder; delivering it is `deliveries`.

One row a wait, step and reader, under a key that cannot be written twice. After a gap each reader gets the newest
missed step. Many rows of one wait are told in one message: what it says, that something waits in a queue, is the same.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import QuerySet

from tracker import access
from tracker.channels.registry import channel_to
from tracker.models import FollowUp, Lease, Reminder, Role, User
from tracker.queries.waits.ladder import StepDue, steps_due
from tracker.queries.waits.readers import readers_of
from tracker.queries.waits.registry import WAITS, Wait, waiting_follow_ups, waits_of
from tracker.queries.waits.sources import SOURCES
from tracker.services.acts.occasion import Occasion

log = logging.getLogger(__name__)

#: The channel of a message that reaches nobody and never leaves.
NO_CHANNEL = "none"
NOBODY = "nobody may see it"
BATCH = 500
#: What is neither urgent nor an emergency climbs by days: looking at it once an hour is enough.
EVERY, NAME = timedelta(hours=1), "look at all waits"


class Look(NamedTuple):
    """Rows to look at, and the waits of one of them."""

    rows: QuerySet[Any]
    waits: Callable[[Any], tuple[Wait, ...]]


def tell_due(*, occasion: Occasion) -> int:
    """Write what is due now: of what is urgent at every look, of everything once an hour; how many were written."""
    looked = Lease.objects.filter(name=NAME).first()
    everything = looked is None or not occasion.at < looked.until_at <= occasion.at + EVERY
    written = tell(occasion=occasion, everything=everything)
    if everything:
        Lease.objects.update_or_create(name=NAME, defaults={"holder": "", "until_at": occasion.at + EVERY})
    return written


def tell(*, occasion: Occasion, everything: bool = True) -> int:
    """Write every message that the ladder asks for and that was not yet written; doing it again writes nothing."""
    return sum(_tell(look, occasion) for look in _looks(occasion.today, hasty=not everything))


def _looks(today: date, *, hasty: bool) -> Iterator[Look]:
    """What stands: all follow-ups in one sweep, all tasks in one, and each other wait."""
    yield Look(waiting_follow_ups(today, hasty=hasty), waits_of)
    tasks = SOURCES["task"].rows(today)
    yield Look(tasks.filter(SOURCES["task"].hasty) if hasty else tasks, waits_of)
    for wait in WAITS.values():
        if wait.source not in ("follow_up", "task"):
            yield Look(wait.standing(today, hasty=hasty), _always(wait))


def _always(wait: Wait) -> Callable[[Any], tuple[Wait, ...]]:
    return lambda row: (wait,)


def _tell(look: Look, occasion: Occasion) -> int:
    written = after = 0
    while True:
        rows = list(look.rows.filter(pk__gt=after).order_by("pk")[:BATCH])
        if not rows:
            return written
        after = rows[-1].pk
        standing: dict[str, list[Any]] = defaultdict(list)
        for row in rows:
            for wait in look.waits(row):
                standing[wait.word].append(row)
        for word, found in standing.items():
            wait = WAITS[word]
            written += _write(wait, list(_due(wait, found, occasion)), occasion)


def _due(wait: Wait, rows: Sequence[Any], occasion: Occasion) -> Iterator[tuple[Any, str, StepDue]]:
    """The steps of these rows that are due and not written yet, with the name they are kept under."""
    abouts = [_about(wait, row) for row in rows]
    known = set(Reminder.objects.filter(wait=wait.word, about__in=abouts).values_list("about", "step"))
    for row, about in zip(rows, abouts, strict=True):
        since = wait.since(row)
        for step in steps_due(wait.climbs(row), since, occasion.at):
            name = f"{since:%Y%m%dT%H%M%S}:{step.key}"
            if (about, name) not in known:
                yield row, name, step


def _write(wait: Wait, due: list[tuple[Any, str, StepDue]], occasion: Occasion) -> int:
    if not due:
        return 0
    patient_of = SOURCES[wait.source].patient
    patients = {patient.pk for patient in (patient_of(row) for row, _, _ in due) if patient is not None}
    staff = access.staff_of(patients)
    made: list[Reminder] = []
    for row, name, step in due:
        readers: list[User | None] = [*readers_of(wait, row, step.reader, staff)]
        made += [_reminder(wait, row, name, reader, occasion) for reader in readers or [None]]
    with transaction.atomic():
        Reminder.objects.bulk_create(made, ignore_conflicts=True)
    lost = sum(reminder.recipient is None for reminder in made)
    if lost:
        log.warning("%d messages about “%s” have no reader: nobody may see the patients", lost, wait.word)
    return len(made) - lost


def _about(wait: Wait, row: Any) -> str:
    return f"{wait.source}:{row.pk}"


def _reminder(wait: Wait, row: Any, name: str, reader: User | None, occasion: Occasion) -> Reminder:
    channel = channel_to(reader) if reader is not None else None
    by = channel.name if channel else NO_CHANNEL
    about = _about(wait, row)
    return Reminder(
        key=f"wait:{wait.word}:{about}:{name}:{reader.pk if reader else 'nobody'}:{by}",
        follow_up=row if isinstance(row, FollowUp) else getattr(row, "follow_up", None),
        patient=SOURCES[wait.source].patient(row),
        wait=wait.word,
        about=about,
        step=name,
        purpose="wait",
        audience="surgeon" if reader is not None and reader.role == Role.SURGEON else "nurse",
        recipient=reader,
        channel=by,
        due_at=occasion.at,
        state="pending" if reader is not None else "withdrawn",
        withdrawn_reason="" if reader is not None else NOBODY,
        next_attempt_at=occasion.at,
        created_at=occasion.at,
    )
