"""What is asked about an appointment before it is booked; none of it is refused: people agree on odd days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time, timedelta

from scheduling.engine.vocabulary import Stream
from scheduling.engine.words import day_text
from tracker import clock
from tracker.errors import Doubt
from tracker.models import FollowUp
from tracker.services.acts.checking import Problems
from tracker.services.acts.occasion import Occasion
from tracker.services.acts.values import is_day, is_hour

#: Hours at which nobody is usually seen: before the first, and from the second on.
DAY_BEGINS, NIGHT_BEGINS = time(6), time(22)
#: Two appointments of one person closer than this cannot both be kept.
APART = timedelta(hours=1)
#: An appointment this long after the latest day is rather another year, or another patient.
FAR_BEYOND = timedelta(weeks=8)

_BOOK = (("book", "Book it all the same"),)


def ask_about_appointment(problems: Problems, row: FollowUp, day: object, hour: object, *, occasion: Occasion) -> None:
    """Ask about an appointment that clashes, lies at night, before the window or far beyond it."""
    if not is_day(day):
        return
    at = hour if is_hour(hour) else None
    # Of what is overdue every day lies beyond; the odd one is far ahead as well.
    last = max(row.closes_on, occasion.today)
    for doubt in (*_clashes(row, day, at), *_odd(day, at, row.opens_on, row.closes_on, far=last + FAR_BEYOND)):
        problems.ask(doubt, occasion)


def _clashes(row: FollowUp, day: date, hour: time | None) -> Iterator[Doubt]:
    """Appointments of the same patient that day which may not both be kept."""
    others = FollowUp.objects.filter(patient=row.patient_id, closed_at__isnull=True, booked_on=day).exclude(pk=row.pk)
    for other in others.order_by("pk"):
        known = clock.at_clinic(other.booked_at).time() if other.booked_at else None
        if hour is not None and known is not None and abs(_minutes(hour) - _minutes(known)) >= APART:
            continue
        what = "an MRI or CT" if other.stream == Stream.IMAGING else "a visit to the surgeon"
        when = f"{day_text(day)}, {known:%H:%M}" if known else f"{day_text(day)}, without an hour"
        text = f"The patient has {what} booked for {when}. Do both fit?"
        yield Doubt(f"clash.{other.pk}.{day}.{hour}.{known}", text, _BOOK)


def _odd(day: date, hour: time | None, opens_on: date, closes_on: date, *, far: date) -> Iterator[Doubt]:
    if hour is not None and not DAY_BEGINS <= hour < NIGHT_BEGINS:
        yield Doubt(f"at_night.{hour:%H:%M}", f"{hour:%H:%M} is at night. Is the hour right?", _BOOK)
    if day < opens_on:
        text = f"{day_text(day)} is before the earliest day, {day_text(opens_on)}: it would not complete this. Book it?"
        yield Doubt(f"too_early.{day}.{opens_on}", text, _BOOK)
    if day > far:
        weeks = (day - closes_on).days // 7
        text = f"{day_text(day)} is {weeks} weeks after the latest day, {day_text(closes_on)}. Is the day right?"
        yield Doubt(f"far_beyond.{day}.{closes_on}", text, _BOOK)


def _minutes(hour: time) -> timedelta:
    return timedelta(hours=hour.hour, minutes=hour.minute)
