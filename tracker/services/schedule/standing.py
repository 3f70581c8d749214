"""What stands in the schedule of some patients, and the lock under which it is compared and written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.db import connection

from scheduling.engine.vocabulary import Stream
from scheduling.engine.vocabulary import Task as TaskWord
from tracker.models import FollowUp, Patient, PatientPlan, Study, Task, Visit
from tracker.services.schedule.deciding import Before, Planned, Stored
from tracker.storage import open_row
from tracker.storage.among import Among, Prepared, read_together

#: Queries of one call of `stored_schedules`.
QUERIES = 3

_AROUND = ("patient_id", "pk", "revision", "reasons", "policy_version_id", "changed_at")
_CURRENT = (*_AROUND, *open_row.BESIDE, *open_row.COLUMNS)
_around, _beside = open_row.places(_AROUND, _CURRENT), open_row.places(open_row.BESIDE, _CURRENT)
_row = open_row.reader(_CURRENT)


_locked = Prepared(
    lambda keys: (
        Patient.objects.filter(Among("pk", keys))
        .order_by("pk")
        .select_for_update(no_key=True)
        .values_list("pk")
    )
)
_follow_ups = Prepared(
    lambda keys: FollowUp.objects.filter(Among("patient_id", keys), closed_at__isnull=True).values_list(
        *_CURRENT
    )
)
_plans = Prepared(
    lambda keys: PatientPlan.objects.filter(Among("pk", keys)).values_list("pk", *Planned._fields)
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
    plans = {patient: Planned(*values) for patient, *values in planned}
    tasks: dict[int, dict[str, int]] = defaultdict(dict)
    for pk, patient, kind, due_on in raised:
        tasks[patient][f"{kind}:{due_on}" if kind == TaskWord.RE_OFFER_ON else kind] = pk
    return {
        patient: Before(follow_ups.get(patient, {}), plans.get(patient), tasks.get(patient, {}))
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
