"""Where the streams of all active patients stand on a day, counted in the database from plans and follow-ups."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, CharField, Count, FilteredRelation, Q, QuerySet, Value, When

from scheduling.engine.following.conservation import ConservationState
from scheduling.engine.vocabulary import Stream, TimeStatus, Urgency
from tracker.models import Patient, PatientPlan, State


@dataclass(frozen=True, slots=True)
class Census:
    """Where the streams of all active patients stand on a day.

    `figures` counts the active patients by (stream, state), so that each stream adds up to `patients`. `absent` holds
    (patient, stream) that stand in no state, also of patients who have left with something still open; `unplanned`
    holds patients whose record cannot be planned. The census holds where both are empty.
    """

    on: date
    patients: int
    figures: Counter[tuple[str, str]]
    absent: tuple[tuple[int, str], ...]
    unplanned: tuple[int, ...]

    @property
    def holds(self) -> bool:
        """Whether everybody is in exactly one state per stream."""
        return not self.absent and not self.unplanned

    def problems(self) -> list[str]:
        """What is wrong, a sentence each; no person is named, only database keys."""
        said = [f"patient row {key}: {stream} stands in no state" for key, stream in self.absent]
        return said + [f"patient row {key} cannot be planned" for key in self.unplanned]


def counted(today: date, *, failed: Collection[int] = ()) -> Census:
    """The census of the plans as they are kept; the record is not read, so a plan whose day has come is planned first.

    The patients `failed` could not be planned, and are named in place of being counted. Agrees with `state_of` of the
    engine; a test compares.
    """
    figures: Counter[tuple[str, str]] = Counter()
    absent: list[tuple[int, str]] = []
    patients = 0
    for stream in Stream:
        placed = _placed(stream, today).exclude(pk__in=failed)
        # The default order of a model would stand among the groups.
        groups = placed.order_by().values_list("active", "state").annotate(number=Count("pk"))
        of_stream = Counter({(active, state): number for active, state, number in groups})
        patients = sum(number for (active, _), number in of_stream.items() if active)
        figures.update({(stream.value, state): number for (active, state), number in of_stream.items() if active})
        if any(state == ConservationState.ABSENT for _, state in of_stream):
            lost = placed.filter(state=ConservationState.ABSENT.value).values_list("pk", flat=True)
            absent += [(key, stream.value) for key in lost.order_by("pk")]
    missing = Patient.objects.filter(plan__isnull=True).values_list("pk", flat=True)
    return Census(today, patients, figures, tuple(sorted(absent)), tuple(sorted({*missing, *failed})))


def _placed(stream: Stream, today: date) -> QuerySet[Any]:
    """Every plan with `state`, where one stream of its patient stands on `today`."""
    follow_up = FilteredRelation(
        "patient__follow_ups",
        condition=Q(patient__follow_ups__stream=stream.value, patient__follow_ups__closed_at__isnull=True),
    )
    return PatientPlan.objects.annotate(now=follow_up).annotate(
        state=Case(
            *(When(condition, then=Value(state.value)) for condition, state in _ladder(stream, today)),
            default=Value(ConservationState.OVERDUE.value),
            output_field=CharField(),
        )
    )


def _ladder(stream: Stream, today: date) -> list[tuple[Q, ConservationState]]:
    """The states, most decisive first; what fulfils none is overdue."""
    nothing = Q(now__isnull=True)
    cancelled = Q(now__state=State.CANCELLED.value)
    to_cancel = Q(now__asked=False)
    not_asked = ~Q(**{f"{stream.value}_not_asked": ""})
    emergency = Q(now__urgency=Urgency.EMERGENCY.value)
    return [
        (not_asked & (nothing | to_cancel), ConservationState.NOT_ASKED),
        (not_asked | nothing | to_cancel, ConservationState.ABSENT),
        (cancelled & ~emergency & Q(now__hold_until_on__gte=today), ConservationState.CLOSED_BY_PERSON),
        (cancelled, ConservationState.ABSENT),
        (Q(now__awaiting_closure_on__isnull=False), ConservationState.AWAITING_CLOSURE),
        (emergency & Q(now__snoozed_until__gt=today), ConservationState.ABSENT),
        (Q(now__snoozed_until__gt=today), ConservationState.SNOOZED),
        (Q(now__opens_on__gt=today), ConservationState(TimeStatus.SCHEDULED)),
        (Q(now__due_on__gte=today), ConservationState(TimeStatus.IN_WINDOW)),
        (Q(now__closes_on__gte=today), ConservationState(TimeStatus.DUE_IN_GRACE)),
    ]
