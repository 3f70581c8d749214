"""What stands in the schedule of some patients, and the lock under which it is compared and written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from scheduling.engine.following.changes import OpenFollowUp
from scheduling.engine.following.decide import Followed, PlanState, Standing
from scheduling.engine.following.sentences import Reasons
from scheduling.engine.vocabulary import Stream
from scheduling.engine.vocabulary import Task as TaskWord
from tracker.models import FollowUp, Patient, PatientPlan, Study, Task, Visit
from tracker.storage import open_row
from tracker.storage.among import Among, Prepared, read_together


@dataclass(frozen=True, slots=True)
class Stored:
    """A current follow-up as it stands in the database.

    `beside` is what people wrote with its booking and its snooze, by column (`open_row.BESIDE`): a plan only ever
    clears it.
    """

    pk: int
    revision: int
    reasons: Reasons
    policy_version_id: int
    changed_at: datetime
    row: OpenFollowUp
    beside: Mapping[str, object]


class Kept(NamedTuple):
    """Which version made a plan, from which day it stands, and until which; None: until something is recorded."""

    policy_version_id: int
    stands_from: date
    stands_until: date | None

    def stands(self, policy_version_id: int, today: date) -> bool:
        """Whether, under this version, the plan says that it does not change on `today` by itself."""
        come = self.stands_until is not None and self.stands_until <= today
        return self.policy_version_id == policy_version_id and self.stands_from <= today and not come


@dataclass(frozen=True, slots=True)
class Before:
    """What stands for one patient: current follow-ups by stream, last plan with what is kept of it, its open tasks."""

    follow_ups: Mapping[str, Stored]
    plan: PlanState | None
    kept: Kept | None
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
            same_version=self.kept is not None and self.kept.policy_version_id == policy_version_id,
        )


_KEPT = len(Kept._fields)
#: Queries of one call of `stored_schedules`.
QUERIES = 3

_AROUND = ("patient_id", "pk", "revision", "reasons", "policy_version_id", "changed_at")
_CURRENT = (*_AROUND, *open_row.BESIDE, *open_row.COLUMNS)
_around, _beside = open_row.places(_AROUND, _CURRENT), open_row.places(open_row.BESIDE, _CURRENT)
_row = open_row.reader(_CURRENT)


_locked = Prepared(
    lambda keys: (
        Patient.objects.filter(Among("pk", keys)).order_by("pk").select_for_update(no_key=True).values_list("pk")
    )
)
_follow_ups = Prepared(
    lambda keys: FollowUp.objects.filter(Among("patient_id", keys), closed_at__isnull=True).values_list(*_CURRENT)
)
_plans = Prepared(
    lambda keys: PatientPlan.objects.filter(Among("pk", keys)).values_list("pk", *Kept._fields, *PlanState._fields)
)
_tasks = Prepared(
    lambda keys: Task.objects.filter(Among("patient_id", keys), raised_by="plan", ended_at__isnull=True).values_list(
        "pk", "patient_id", "kind", "due_on"
    )
)


def lock(patient_ids: Collection[int]) -> None:
    """Hold these patients until the transaction ends, so that two plans of one person follow each other.

    Others may still refer to the patients meanwhile. On SQLite the transaction itself is the lock.
    """
    if not connection.features.has_select_for_update:
        return
    _locked(patient_ids)


def stored_schedules(patient_ids: Collection[int]) -> dict[int, Before]:
    """What stands for each patient: current follow-ups, last plan, open tasks of the plan."""
    follow_ups: dict[int, dict[str, Stored]] = defaultdict(dict)
    current, planned, raised = read_together((_follow_ups, _plans, _tasks), patient_ids)
    for values in current:
        around = dict(zip(_AROUND, _around(values), strict=True))
        beside = dict(zip(open_row.BESIDE, _beside(values), strict=True))
        of_patient = follow_ups[around.pop("patient_id")]
        stored = Stored(**around, row=_row(values), beside=beside)
        of_patient[stored.row.stream] = stored
    kept = {patient: Kept(*values[:_KEPT]) for patient, *values in planned}
    plans = {patient: PlanState(*values[_KEPT:]) for patient, *values in planned}
    tasks: dict[int, dict[str, int]] = defaultdict(dict)
    for pk, patient, kind, due_on in raised:
        tasks[patient][f"{kind}:{due_on}" if kind == TaskWord.RE_OFFER_ON else kind] = pk
    return {
        patient: Before(follow_ups.get(patient, {}), plans.get(patient), kept.get(patient), tasks.get(patient, {}))
        for patient in patient_ids
    }


_studies = Prepared(
    lambda keys: (
        Study.objects.filter(Among("patient_id", keys), entered_in_error_at__isnull=True)
        .order_by("-recorded_at")
        .values_list("patient_id", "occurred_on", "recorded_by_id")
    )
)
_visits = Prepared(
    lambda keys: (
        Visit.objects.filter(Among("patient_id", keys), entered_in_error_at__isnull=True, kind="spine_surgeon")
        .order_by("-recorded_at")
        .values_list("patient_id", "occurred_on", "recorded_by_id")
    )
)
_current_keys = Prepared(
    lambda keys: FollowUp.objects.filter(Among("patient_id", keys), closed_at__isnull=True).values_list("uid", "pk")
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


def arranged_with(keys: Collection[int]) -> dict[int, dict[str, object]]:
    """What was arranged of these follow-ups, by column; nothing is read where there are none."""
    if not keys:
        return {}
    rows = FollowUp.objects.filter(pk__in=keys).values("pk", *open_row.ARRANGED)
    return {row.pop("pk"): row for row in rows}


def keys_of_current(patient_ids: Collection[int]) -> dict[UUID, int]:
    """The database key of every current follow-up of these patients, by its uid."""
    return {uid: key for uid, key in _current_keys(patient_ids)}  # noqa: C416  rows are tuples of any length
