"""What stands in the schedule of some patients, and the lock under which it is compared and written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from scheduling.engine.following.changes import Asked, Conflict, OpenFollowUp, Own
from scheduling.engine.following.decide import Followed, PlanState, Standing
from scheduling.engine.following.sentences import Reasons
from scheduling.engine.vocabulary import Stream
from scheduling.engine.vocabulary import Task as TaskWord
from tracker.models import FollowUp, Patient, PatientPlan, Study, Task, Visit
from tracker.storage.among import Among, Prepared, read_together


@dataclass(frozen=True, slots=True)
class Stored:
    """A current follow-up as it stands in the database.

    `snooze` is its reason and who asked for it, `booking` the moment and place: a plan only ever clears them.
    """

    pk: int
    revision: int
    reasons: Reasons
    policy_version_id: int
    changed_at: datetime
    row: OpenFollowUp
    snooze: tuple[str, int | None]
    booking: tuple[datetime | None, str]


@dataclass(frozen=True, slots=True)
class Before:
    """What stands for one patient: current follow-ups by stream, last plan with its version, open tasks of the plan."""

    follow_ups: Mapping[str, Stored]
    plan: PlanState | None
    plan_version_id: int | None
    tasks: Mapping[str, int]

    def seen_from(self, policy_version_id: int) -> Standing:
        """The same without keys, as a plan of this version finds it."""
        return Standing(
            {
                stream: Followed(one.row, one.reasons, one.policy_version_id == policy_version_id)
                for stream, one in self.follow_ups.items()
            },
            self.plan,
            self.tasks,
            same_version=self.plan_version_id == policy_version_id,
        )


#: Queries of one call of `standing`.
QUERIES = 3

_ROW = (
    "stream",
    "state",
    "opens_on",
    "due_on",
    "closes_on",
    "row",
    "urgency",
    "counted_by",
    "request",
    "own_opens_on",
    "own_due_on",
    "own_closes_on",
    "awaiting_closure_on",
    "booked_on",
    "hold_until_on",
    "snoozed_until",
    "conflict",
    "asked_opens_on",
    "asked_due_on",
    "asked_closes_on",
    "asked_row",
)
_AROUND = (
    "pk",
    "patient_id",
    "revision",
    "reasons",
    "policy_version_id",
    "changed_at",
    "snooze_reason",
    "snoozed_by_id",
    "booked_at",
    "booked_place",
)


_held = Prepared(
    lambda keys: (
        Patient.objects.filter(Among("pk", keys))
        .order_by("pk")
        .select_for_update(no_key=True)
        .values_list("pk")
    )
)
_follow_ups = Prepared(
    lambda keys: FollowUp.objects.filter(Among("patient_id", keys), closed_at__isnull=True).values_list(
        *_AROUND, *_ROW
    )
)
_plans = Prepared(
    lambda keys: PatientPlan.objects.filter(Among("pk", keys)).values_list(
        "pk", "policy_version_id", *PlanState._fields
    )
)
_tasks = Prepared(
    lambda keys: Task.objects.filter(
        Among("patient_id", keys), raised_by="plan", ended_at__isnull=True
    ).values_list("pk", "patient_id", "kind", "due_on")
)


def lock(patient_ids: Collection[int]) -> None:
    """Hold these patients until the transaction ends, so that two plans of one person follow each other.

    Others may still refer to the patients meanwhile. On SQLite the transaction itself is the lock.
    """
    if not connection.features.has_select_for_update:
        return
    _held(patient_ids)


def standing(patient_ids: Collection[int]) -> dict[int, Before]:
    """What stands for each patient: current follow-ups, last plan, open tasks of the plan."""
    follow_ups: dict[int, dict[str, Stored]] = defaultdict(dict)
    current, planned, raised = read_together((_follow_ups, _plans, _tasks), patient_ids)
    for values in current:
        pk, patient, revision, reasons, version, changed_at, why, who, booked_at, place = values[
            : len(_AROUND)
        ]
        row = _open_follow_up(*values[len(_AROUND) :])
        follow_ups[patient][row.stream] = Stored(
            pk, revision, reasons, version, changed_at, row, (why, who), (booked_at, place)
        )
    plans = {patient: PlanState(*values) for patient, _, *values in planned}
    versions = {patient: version for patient, version, *_ in planned}
    tasks: dict[int, dict[str, int]] = defaultdict(dict)
    for pk, patient, kind, due_on in raised:
        tasks[patient][f"{kind}:{due_on}" if kind == TaskWord.RE_OFFER_ON else kind] = pk
    return {
        patient: Before(
            follow_ups.get(patient, {}), plans.get(patient), versions.get(patient), tasks.get(patient, {})
        )
        for patient in patient_ids
    }


def _open_follow_up(
    stream: str,
    state: str,
    opens_on: date,
    due_on: date,
    closes_on: date,
    row: str,
    urgency: str,
    counted_by: str,
    request: str,
    own_opens_on: date | None,
    own_due_on: date | None,
    own_closes_on: date | None,
    awaiting_closure_on: date | None,
    booked_on: date | None,
    hold_until_on: date | None,
    snoozed_until: date | None,
    conflict: str,
    *asked: Any,
) -> OpenFollowUp:
    """A current row in the words of the engine."""
    own = None
    if own_opens_on and own_due_on and own_closes_on:
        own = Own(own_opens_on, own_due_on, own_closes_on)
    return OpenFollowUp(
        stream=stream,
        state=state,
        opens_on=opens_on,
        due_on=due_on,
        closes_on=closes_on,
        row=row,
        urgency=urgency,
        counted_by=counted_by,
        request=request or None,
        own=own,
        awaiting_closure_on=awaiting_closure_on,
        booked_on=booked_on,
        hold_until=hold_until_on,
        snoozed_until=snoozed_until,
        conflict=Conflict(stream, conflict, Asked(*asked) if asked[0] else None) if conflict else None,
    )


_studies = Prepared(
    lambda keys: (
        Study.objects.filter(Among("patient_id", keys), entered_in_error_at__isnull=True)
        .order_by("-recorded_at")
        .values_list("patient_id", "occurred_on", "recorded_by_id")
    )
)
_visits = Prepared(
    lambda keys: (
        Visit.objects.filter(
            Among("patient_id", keys), entered_in_error_at__isnull=True, kind="spine_surgeon"
        )
        .order_by("-recorded_at")
        .values_list("patient_id", "occurred_on", "recorded_by_id")
    )
)
_current_keys = Prepared(
    lambda keys: FollowUp.objects.filter(Among("patient_id", keys), closed_at__isnull=True).values_list(
        "uid", "pk"
    )
)


def recorders(done: Collection[tuple[int, str, date]]) -> dict[tuple[int, str, date], int]:
    """Who first recorded the study or visit of each (patient, stream, day); nothing is read where nothing was done."""
    if not done:
        return {}
    patients = {patient for patient, _, _ in done}
    studies, visits = read_together((_studies, _visits), patients)
    return {
        (patient, stream, on): who
        for stream, rows in ((Stream.IMAGING.value, studies), (Stream.SURGEON.value, visits))
        for patient, on, who in rows
    }


def keys_of_current(patient_ids: Collection[int]) -> dict[UUID, int]:
    """The database key of every current follow-up of these patients, by its uid."""
    return {uid: key for uid, key in _current_keys(patient_ids)}  # noqa: C416  rows are tuples of any length
