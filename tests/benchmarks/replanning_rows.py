"""Invented patients in bulk for the benchmark, and the naive loop it is compared with."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from django.db import transaction

from scheduling import publishing
from scheduling.deriving import facts_of
from scheduling.engine.following.changes import Change, Complete, Keep, Open, OpenFollowUp, Withdraw
from scheduling.engine.following.reconcile import reconcile
from scheduling.engine.following.sentences import reason_to_json
from scheduling.engine.planning.plan import plan
from scheduling.engine.plans import Plan
from scheduling.engine.record import history as engine
from scheduling.engine.record.facts import Constraints, Primary, Sins
from scheduling.engine.record.facts import Override as OwnWindow
from scheduling.engine.record.facts import Procedure as ProcedureFact
from scheduling.engine.record.facts import Study as StudyFact
from scheduling.engine.record.history import History
from scheduling.engine.vocabulary import LEVELS, SINS_ITEMS, Escc
from scheduling.models import PolicyVersion
from tracker.models import (
    AuditEvent,
    FollowUp,
    FollowUpEvent,
    ImagingSafety,
    Lesion,
    LesionAssessment,
    LowRiskExit,
    Marker,
    Override,
    Patient,
    PatientPlan,
    PrimaryCancer,
    Procedure,
    Response,
    StatusEvent,
    StepDownApproval,
    Study,
    Symptom,
    Task,
    TherapyLine,
    Visit,
)
from tracker.services.people import system_user
from tracker.storage import open_row

_numbers = count(1)
_SITES = (("nsclc", "adenocarcinoma"), ("breast", "her2_pos"), ("rcc", "clear_cell"), ("prostate", "mcrpc"))


def make_patients(size: int, draw: random.Random, today: date) -> list[int]:
    """Patients with two years of a plausible record: lesions, looks, studies, visits, lines, responses, procedures."""
    by, at = system_user(), datetime.combine(today, datetime.min.time()).astimezone()
    patients = Patient.objects.bulk_create(
        [
            Patient(
                number=f"BENCH {next(_numbers)}",
                registered_on=today - timedelta(draw.randrange(200, 700)),
                created_at=at,
                created_by=by,
            )
            for _ in range(size)
        ],
        batch_size=1000,
    )
    rows: dict[type[Any], list[Any]] = {}

    def add(model: type[Any], patient: Patient, ago: int, **values: Any) -> Any:
        row = model(
            patient=patient,
            occurred_on=today - timedelta(max(ago, 0)),
            recorded_at=at,
            recorded_by=by,
            **values,
        )
        rows.setdefault(model, []).append(row)
        return row

    for patient in patients:
        since = (today - patient.registered_on).days
        site, subtype = draw.choice(_SITES)
        add(PrimaryCancer, patient, since, site=site, subtype=subtype)
        if site == "nsclc":
            add(Marker, patient, since, name="EGFR exon 19 deletion", result="present")
        add(TherapyLine, patient, since - 10, therapy_class="tki", drugs=["osimertinib"], reason="first_line")
        add(ImagingSafety, patient, since, mri="ok", egfr=draw.randrange(25, 100))
        for ago in range(draw.randrange(20, 120), since, 84):
            add(Study, patient, ago, kind=draw.choice(("mri", "mri", "ct_systemic")), coverage="whole_spine")
            add(Response, patient, ago, spine=draw.choice(("stable", "stable", "partial", "progressive")))
        for ago in range(draw.randrange(30, 150), since, 112):
            add(Visit, patient, ago)
        levels = draw.sample(LEVELS, draw.randrange(1, 4))
        for level in levels:
            lesion = add(Lesion, patient, since, level=level)
            for ago in (since, since // 2):
                items = {item: draw.choice(list(SINS_ITEMS[item])) for item in list(SINS_ITEMS)[1:]}
                grade = draw.choice(list(Escc)[:4])
                add(LesionAssessment, patient, ago, lesion=lesion, escc=grade, sins_scored=True, **items)
        if draw.random() < 0.5:
            add(Procedure, patient, since - 30, kind="sbrt", levels=[levels[0]], dose_gy=24, fractions=2)
    for model, made in rows.items():
        model.objects.bulk_create(made, batch_size=1000)
    return [patient.pk for patient in patients]


def add_studies(keys: list[int], on: date, at: datetime, kind: str = "mri") -> None:
    """One more study for each patient."""
    by = system_user()
    Study.objects.bulk_create(
        [
            Study(
                patient_id=key,
                occurred_on=on,
                kind=kind,
                coverage="whole_spine",
                recorded_at=at,
                recorded_by=by,
            )
            for key in keys
        ],
        batch_size=1000,
    )


def naive_replan(key: int, today: date, at: datetime) -> None:
    """One patient as a plain loop would do it: own queries, own transaction, what changed saved row by row."""
    by = system_user()
    version = publishing.in_force(today)
    rules = publishing.rulebook(version)
    with transaction.atomic():
        patient = Patient.objects.get(pk=key)
        facts = facts_of(_naive_history(patient), today, rules.history)
        planned = plan(facts, rules.policy, today)
        current = {row.stream: row for row in FollowUp.objects.filter(patient=patient, closed_at__isnull=True)}
        open_rows = {stream: open_row.of(row) for stream, row in current.items()}
        for change in reconcile(planned, open_rows, facts, today, rules.reconcile):
            if not isinstance(change, Keep):
                row = _changed(change, current, patient, at)
                row.changed_at, row.policy_version = at, version
                row.reasons = [reason_to_json(fired, change.stream) for fired in planned.fired]
                row.save()
                FollowUpEvent.objects.create(follow_up=row, kind="moved", at=at, on=today, by=by, due_on=row.due_on)
                AuditEvent.objects.create(
                    at=at, by=by, verb="moved", target_kind="followup", target_key=row.pk, patient=patient
                )
        _keep_plan(patient, planned, version, at)


def _changed(change: Change, current: dict[str, FollowUp], patient: Patient, at: datetime) -> FollowUp:
    """The row as it is after the change, not saved yet."""
    if isinstance(change, Open):
        row = FollowUp(patient=patient, stream=change.stream, created_at=at, first_due_on=change.after.due_on)
    else:
        row = current[change.stream]
    if isinstance(change, Complete | Withdraw):
        row.state = "done" if isinstance(change, Complete) else "withdrawn"
        row.closed_at, row.closed_by = at, system_user()
        return row
    row.revision += not isinstance(change, Open)
    _copy(change.after, row)  # type: ignore[union-attr]
    return row


def _keep_plan(patient: Patient, planned: Plan, version: PolicyVersion, at: datetime) -> None:
    """The plan and its tasks, where they are not what is stored already."""
    values: dict[str, Any] = {
        "policy_version": version,
        "rows": list(planned.rows),
        "tempo": planned.tempo or "",
        "urgency": planned.urgency,
        "tasks": sorted(planned.tasks),
    }
    stored = PatientPlan.objects.filter(patient=patient).first()
    if stored is not None and all(getattr(stored, name) == value for name, value in values.items()):
        return
    for kind in planned.tasks:
        Task.objects.get_or_create(
            patient=patient, kind=kind, ended_at=None, defaults={"raised_by": "plan", "raised_at": at}
        )
    stored = stored or PatientPlan(patient=patient)
    for name, value in (values | {"changed_at": at}).items():
        setattr(stored, name, value)
    stored.save()


def _naive_history(patient: Patient) -> History:
    """The record by rows as objects, the looks of each lesion by a query of their own."""

    def of(model: type[Any]) -> list[Any]:
        valid = model.objects.filter(patient=patient, entered_in_error_at__isnull=True)
        return list(valid.order_by("occurred_on", "recorded_at", "pk"))

    markers = tuple(f"{one.name} {one.value}".strip() for one in of(Marker) if one.result == "present")
    primaries = [Primary(one.site, one.subtype or None, markers) for one in of(PrimaryCancer)]
    lesions = []
    for lesion in of(Lesion):
        looks = lesion.assessments.filter(entered_in_error_at__isnull=True).order_by("occurred_on")
        lesions.append(
            engine.LesionHistory(
                lesion.level or None,
                lesion.occurred_on,
                tuple(
                    engine.LesionAssessment(
                        look.occurred_on,
                        look.escc or None,
                        Sins(**{item: getattr(look, item) or None for item in SINS_ITEMS}),
                    )
                    for look in looks
                ),
            )
        )
    safety = of(ImagingSafety)
    return History(
        registered=patient.registered_on,
        primaries=tuple(primaries),
        statuses=tuple(
            engine.StatusChange(one.occurred_on, one.status, one.transfer_accepted) for one in of(StatusEvent)
        ),
        left_low_risk=tuple(one.occurred_on for one in of(LowRiskExit)),
        lines=tuple(
            engine.TherapyLine(one.therapy_class, one.occurred_on, one.stopped_on, tuple(one.drugs), one.reason)
            for one in of(TherapyLine)
        ),
        responses=tuple(engine.ResponseEntry(one.occurred_on, one.spine, one.counts) for one in of(Response)),
        procedures=tuple(
            ProcedureFact(one.kind, one.occurred_on, tuple(one.levels), one.hardware or None) for one in of(Procedure)
        ),
        symptoms=tuple(engine.SymptomEpisode(one.kind, one.occurred_on, one.closed_on) for one in of(Symptom)),
        studies=tuple(StudyFact(one.occurred_on, one.kind, one.coverage or None) for one in of(Study)),
        visits=tuple(one.occurred_on for one in of(Visit)),
        lesions=tuple(lesions),
        constraints=Constraints(safety[-1].mri or None, None, float(safety[-1].egfr)) if safety else Constraints(),
        approvals=tuple(engine.StepDownApproval(one.occurred_on, one.ended_on) for one in of(StepDownApproval)),
        overrides=tuple(
            OwnWindow(one.stream, one.earliest_on, one.due_on, one.latest_on, one.occurred_on, one.until_on)
            for one in of(Override)
        ),
    )


def _copy(after: OpenFollowUp, row: FollowUp) -> None:
    for name, value in open_row.written(after).items():
        setattr(row, name, value)
