"""Every verb that records a fact or acts on a follow-up: its audit event is written with it, or nothing is."""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from tests.tracker import people
from tests.tracker.people import days, occasion
from tracker.models import (
    AuditEvent,
    FollowUp,
    Lesion,
    Override,
    Patient,
    Response,
    Study,
    Symptom,
    Task,
    TherapyLine,
    Visit,
)
from tracker.services import records
from tracker.services.acts import releasing
from tracker.services.follow_ups import answers, arranging, contacts, elsewhere, setting_aside

pytestmark = pytest.mark.django_db

#: Steps of verbs that are called within another verb's frame, and audited there.
WITHIN_ANOTHER = {"complete_study", "ask_after_call"}
#: Where verbs are: rooms of facts, of acts on a follow-up, and what follows from a change of teams.
ROOMS = (records, answers, arranging, contacts, elsewhere, setting_aside, releasing)
LOOK = {"pain": "mechanical", "bone_lesion": "lytic", "alignment": "normal", "collapse": "none"}


class NoAudit(Exception):
    """The audit trail takes no row."""


def no_audit(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
    if sql.startswith('INSERT INTO "tracker_auditevent"'):
        raise NoAudit
    return execute(sql, *rest)


def everything() -> str:
    """All rows of the tracker, as one number."""
    seen = hashlib.sha256()
    for model in apps.get_app_config("tracker").get_models():
        seen.update(repr(list(model._default_manager.order_by("pk").values())).encode())
    return seen.hexdigest()


class Watch:
    """Runs verbs, each once with an audit trail that takes nothing and once as it is."""

    def __init__(self) -> None:
        self.ran: set[str] = set()

    def __call__(self, verb: Callable[..., Any], *about: Any, **given: Any) -> Any:
        before, newest = everything(), AuditEvent.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        given.setdefault("occasion", occasion())
        with connection.execute_wrapper(no_audit), pytest.raises(NoAudit):
            verb(*about, **given)
        assert everything() == before, f"{verb.__name__} left something behind without its audit"
        for row in about:
            row.refresh_from_db() if hasattr(row, "refresh_from_db") else None
        done = verb(*about, **given)
        said = AuditEvent.objects.filter(pk__gt=newest, by=given["occasion"].by).values_list("verb", flat=True)
        planned = ("follow_up.", "task.") if verb.__module__.startswith(records.__name__) else ()
        assert [one for one in said if not one.startswith(planned)] if planned else said, verb.__name__
        self.ran.add(verb.__name__)
        return done


def verbs() -> Iterator[str]:
    """Public functions that say by whom and when."""
    for room in ROOMS:
        for name, one in inspect.getmembers(room, inspect.isfunction):
            ours = one.__module__ == room.__name__ or (room is records and one.__module__.startswith(room.__name__))
            if ours and not name.startswith("_") and "occasion" in inspect.signature(one).parameters:
                yield name


def newest(model: type[Any]) -> Any:
    return model.objects.latest("pk")


def facts(watch: Watch, patient: Patient) -> None:
    on = {"occurred_on": days(-3)}
    watch(records.record_primary, patient, site="nsclc", **on)
    watch(records.record_marker, patient, name="EGFR L858R", result="present", **on)
    watch(records.record_function, patient, scale="ecog", value="1", **on)
    watch(records.record_imaging_safety, patient, mri="ok", **on)
    watch(records.record_lesion, patient, level="T9", escc="1b", sins=LOOK, **on)
    lesion = newest(Lesion)
    watch(records.record_assessment, patient, lesion.pk, escc="1c", occurred_on=days(-2))
    watch(records.record_therapy, patient, therapy_class="tki", drugs=["osimertinib"], **on)
    watch(records.stop_therapy, patient, newest(TherapyLine).pk, stopped_on=days(-1))
    watch(records.record_procedure, patient, kind="sbrt", levels=["T9"], **on)
    watch(records.record_study, patient, kind="mri", coverage="whole_spine", **on)
    study = newest(Study).pk
    watch(records.set_indication, patient, study, indication="symptom_led")
    watch(records.report_study, patient, study, reported_on=days(-2), first_call="doubtful")
    watch(records.adjudicate_study, patient, study, call="true", on=days(-1))
    watch(records.state_no_action, patient, study, reason="Known.", occasion=occasion(people.bob()))
    watch(records.record_action, patient, study, actionable="yes", action="surgery", decided_on=days(-1))
    broken = records.record_study(patient, kind="mri", quality="not", occurred_on=days(-1), occasion=occasion())
    watch(records.explain_study, patient, broken.fact.pk, reason="Claustrophobia.")
    watch(records.record_response, patient, spine="stable", occurred_on=days(-2))
    records.record_response(patient, spine="progressive", occurred_on=days(-2), occasion=occasion())
    watch(records.record_progression, patient, occurred_on=days(-1))
    watch(records.set_response_aside, patient, newest(Response).pk, occasion=occasion(people.bob()))
    watch(records.record_visit, patient, **on)
    watch(records.mark_entered_in_error, patient, "visit", newest(Visit).pk, reason="Another patient's.")
    watch(records.record_fact, "function", patient, scale="ecog", value="2", **on)


def symptoms_and_windows(watch: Watch, patient: Patient) -> None:
    by_surgeon = occasion(people.bob())
    watch(records.open_symptom, patient, kind="neuro", occurred_on=days(-1))
    symptom = newest(Symptom)
    watch(records.mark_step, patient, symptom.pk, step="triaged")
    Symptom.objects.filter(pk=symptom.pk).update(confirmed=False)
    watch(records.confirm_symptom, patient, symptom.pk)
    watch(
        records.close_symptom,
        patient,
        symptom.pk,
        closed_on=days(0),
        reason="Seen.",
        cause="other",
        occasion=by_surgeon,
    )
    own = {"earliest_on": days(200), "due_on": days(210), "latest_on": days(220), "until_on": days(300)}
    watch(records.record_override, patient, stream="imaging", reason="Travels.", occasion=by_surgeon, **own)
    override = newest(Override).pk
    watch(records.second_approve, patient, override, occasion=occasion(people.beth()))
    Task.objects.create(patient=patient, kind="step_down_proposed", raised_by="plan", raised_at=people.NOW)
    watch(records.approve_step_down, patient, occasion=by_surgeon)
    watch(
        records.record_prognosis,
        patient,
        score="tomita",
        inputs={"growth": "slow", "visceral": "none", "bone": "solitary"},
        occurred_on=days(-1),
    )
    watch(
        records.record_status,
        patient,
        status="hospice",
        reason="Best supportive care.",
        clinician="Bob Bunting",
        occurred_on=days(0),
    )


def acts(watch: Watch, row: FollowUp) -> None:
    watch(arranging.order, row, indication="scheduled_surveillance")
    watch(arranging.unorder, row, reason="Wrong scanner.")
    watch(arranging.book, row, day=days(3))
    watch(arranging.unbook, row, reason="Scanner down.")
    watch(contacts.note, row, text="Spoke to the ward.")
    watch(contacts.take, row)
    watch(contacts.hand_over, row, to_id=people.bob().pk)
    watch(contacts.log_call, row, outcome="unwell")
    watch(answers.not_a_spine_symptom, row.patient, newest(Task).pk, reason="A cold.")
    contacts.log_call(row, outcome="call_back", again_on=days(2), occasion=occasion())
    watch(contacts.end_task, newest(Task).pk)
    watch(setting_aside.snooze, row, until=days(3), reason="On holiday.")
    watch(setting_aside.wake, row)
    watch(arranging.undo, row)
    watch(arranging.book, row, day=days(0))
    FollowUp.objects.filter(pk=row.pk).update(answered=False, arranged_as="CT_MYELO", booked_on=days(3))
    watch(arranging.confirm, row)
    FollowUp.objects.filter(pk=row.pk).update(booked_on=days(0))
    watch(arranging.mark_missed, row)
    watch(setting_aside.cancel, row, reason="Abroad.", outcome="cancelled_by_patient", until=days(20))


def moves(watch: Watch, row: FollowUp) -> None:
    """The patient is another team's: whoever owned the row releases it."""
    for verb, given in ((releasing.release, ([row.patient_id],)), (releasing.release_strangers, ())):
        FollowUp.objects.filter(pk=row.pk).update(owner=people.charlie())
        watch(verb, *given)


def test_no_verb_acts_without_its_audit_event_in_one_transaction() -> None:
    people.policy_version()
    watch = Watch()
    facts(watch, people.patient(registered_on=date(2020, 1, 1)))
    symptoms_and_windows(watch, people.patient(registered_on=date(2020, 1, 1)))
    for _ in range(2):
        patient = people.patient(registered_on=days(-10))
        records.record_lesion(patient, level="T9", escc="1b", sins=LOOK, occurred_on=days(-9), occasion=occasion())
        row = FollowUp.objects.get(patient=patient, stream="imaging")
        if "book" not in watch.ran:
            acts(watch, row)
            continue
        moves(watch, row)
        watch(arranging.complete, row, on=days(0), kind="mri", coverage="whole_spine")
        visit = FollowUp.objects.get(patient=patient, stream="surgeon", closed_at__isnull=True)
        watch(elsewhere.done_elsewhere, visit, on=days(0), seen_by="Dr Plover, Northgate")
    assert watch.ran == set(verbs()) - WITHIN_ANOTHER
