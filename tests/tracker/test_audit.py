"""The audit trail: written with the act, read by nobody but people, changed by nobody at all."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import Error, connection, transaction

from tests.tracker import people
from tracker import audit
from tracker.models import AuditEvent, Delivery, FollowUpEvent, Patient, Reminder, User

pytestmark = [pytest.mark.django_db, pytest.mark.storage]


def test_an_event_says_who_did_what_to_which_row_when(alice: User, patient: Patient) -> None:
    event = audit.record(
        by=alice,
        verb="patient.contact",
        target=patient,
        at=people.NOW,
        patient=patient,
        changes={
            "phone": ("", "01632 960 145"),
            "quality_use_on": (None, date(2026, 3, 2)),
            "allowed": (None, True),
        },
    )
    event.refresh_from_db()
    assert (event.by, event.verb, event.target_kind, event.target_key) == (
        alice,
        "patient.contact",
        "patient",
        str(patient.pk),
    )
    assert event.changes == {
        "phone": ["", "01632 960 145"],
        "quality_use_on": [None, "2026-03-02"],
        "allowed": [None, True],
    }


def _fail(alice: User, patient: Patient) -> None:
    with transaction.atomic():
        audit.record(by=alice, verb="patient.contact", target=patient, at=people.NOW, patient=patient)
        raise RuntimeError("the act failed")


def test_an_event_goes_with_the_act_that_failed(alice: User, patient: Patient) -> None:
    with pytest.raises(RuntimeError, match="the act failed"):
        _fail(alice, patient)
    assert not AuditEvent.objects.exists()


def _events(patient: Patient, alice: User) -> tuple[AuditEvent, FollowUpEvent, Delivery]:
    row = people.follow_up(patient)
    happened = FollowUpEvent.objects.create(
        follow_up=row, kind="note", at=people.NOW, on=people.TODAY, by=alice, text="Asked again."
    )
    reminder = Reminder.objects.create(
        key="one",
        follow_up=row,
        revision=1,
        step="due",
        purpose="due",
        audience="patient",
        due_at=people.NOW,
        next_attempt_at=people.NOW,
        created_at=people.NOW,
    )
    tried = Delivery.objects.create(reminder=reminder, at=people.NOW, channel="email", outcome="accepted")
    kept = audit.record(by=alice, verb="follow_up.note", target=row, at=people.NOW, patient=patient)
    return kept, happened, tried


@pytest.mark.parametrize("which", [0, 1, 2], ids=["audit event", "follow-up event", "delivery"])
def test_the_database_itself_refuses_to_change_or_delete(which: int, alice: User, patient: Patient) -> None:
    event = _events(patient, alice)[which]
    table = event._meta.db_table
    before = type(event)._default_manager.filter(pk=event.pk).values().get()
    for statement in (f"UPDATE {table} SET at = at WHERE id = %s", f"DELETE FROM {table} WHERE id = %s"):
        with pytest.raises(Error, match="append only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, [event.pk])
    assert type(event)._default_manager.filter(pk=event.pk).values().get() == before
