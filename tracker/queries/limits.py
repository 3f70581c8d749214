"""The one emergency clock of the tracker: the limit of each row, its words, and the same question for a list in SQL."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import BooleanField, Case, Exists, ExpressionWrapper, Min, OuterRef, Q, QuerySet, Subquery, When

from scheduling.engine.following.limit import EMERGENCY_SPAN, Limit, limit_of
from scheduling.engine.vocabulary import Urgency
from scheduling.engine.words import count, day_text, short_day
from tracker import clock
from tracker.models import FollowUp, Symptom
from tracker.words import moment_text


@dataclass(frozen=True, slots=True)
class LimitSaid:
    """A limit as every page says it: ``past the limit by`` **3 h**, or **20 h 18 min** ``left of 24 h``."""

    at: datetime
    past: bool
    from_report: bool
    lead: str
    figure: str
    word: str

    @property
    def when(self) -> str:
        """The moment itself; an end of a day by the name of the day."""
        return moment_text(self.at) if self.from_report else f"the end of {day_text(_last_day(self.at))}"

    @property
    def sentence(self) -> str:
        """All of it in one line."""
        return " ".join(part for part in (self.lead, self.figure, self.word) if part)


def first_reports(patients: Collection[int]) -> dict[int, datetime]:
    """The earliest report with a known hour among the open neurological symptoms of each patient; one query."""
    found = _reported().filter(patient_id__in=patients).values("patient_id").annotate(at=Min("reported_at"))
    return dict(found.values_list("patient_id", "at"))


def limit_on(row: FollowUp, first_report: datetime | None) -> Limit | None:
    """The limit of an emergency; None for any other follow-up."""
    if row.urgency != Urgency.EMERGENCY:
        return None
    return limit_of(clock.end_of(row.closes_on), () if first_report is None else (first_report,))


def past_limit(now: datetime) -> ExpressionWrapper[Q]:
    """Whether the hours of an emergency are over, for a list; the end of its latest day is `closes_on` against a day.

    A patient's earliest report is over as soon as any of them is.
    """
    over = _reported().filter(reported_at__lte=now - EMERGENCY_SPAN)
    hours = Q(urgency=Urgency.EMERGENCY, patient_id__in=over.values("patient_id"))
    return ExpressionWrapper(hours, output_field=BooleanField())


def booked_past_limit() -> Q:
    """Whether the hour of an appointment lies after the hours of an emergency, for a list; its day is `closes_on`."""
    over = _reported().filter(patient_id=OuterRef("patient_id"), reported_at__lt=OuterRef("booked_at") - EMERGENCY_SPAN)
    return Q(Exists(over), urgency=Urgency.EMERGENCY)


def first_report() -> Case:
    """The earliest report of an emergency's patient, to sort a list by."""
    of_patient = _reported().filter(patient_id=OuterRef("patient_id")).order_by("reported_at")
    return Case(When(urgency=Urgency.EMERGENCY, then=Subquery(of_patient.values("reported_at")[:1])))


def said(limit: Limit, now: datetime) -> LimitSaid:
    """How far it is to the limit, or how far past it."""
    if limit.past(now):
        return LimitSaid(limit.at, True, limit.from_report, "past the limit by", span_text(now - limit.at), "")
    word = f"left of {span_text(EMERGENCY_SPAN)}"
    if not limit.from_report:
        last, today = _last_day(limit.at), clock.day_of(now)
        word = "left today" if last == today else f"left to the end of {short_day(last, today)}"
    return LimitSaid(limit.at, False, limit.from_report, "", span_text(limit.at - now), word)


def _reported() -> QuerySet[Symptom]:
    """Open neurological symptoms that count, with the hour of their report."""
    return Symptom.objects.filter(
        kind="neuro",
        confirmed=True,
        closed_on__isnull=True,
        entered_in_error_at__isnull=True,
        reported_at__isnull=False,
    )


def _last_day(ends: datetime) -> date:
    """The day that ends at this moment."""
    return clock.day_of(ends - timedelta.resolution)


def span_text(length: timedelta) -> str:
    """``20 h 18 min``; whole days beyond two of them."""
    minutes = max(1, int(length.total_seconds() // 60))
    if minutes >= 48 * 60:
        return count(minutes // (24 * 60), "day")
    parts = (f"{minutes // 60} h" if minutes >= 60 else "", f"{minutes % 60} min" if minutes % 60 else "")
    return " ".join(part for part in parts if part)
