"""What waits is told, day by day: to somebody who may see the patient, once a step, also after a gap."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.tracker import people
from tests.tracker.people import NOW, TODAY, days
from tracker import access
from tracker.models import (
    Delivery,
    FollowUp,
    ImportRun,
    Membership,
    Override,
    Patient,
    Question,
    Reminder,
    Role,
    Study,
    Task,
    User,
)
from tracker.queries.queues.lists import whole_queue
from tracker.queries.queues.rows import QueueFilters
from tracker.queries.waits.ladder import LADDER, Pace, Reader
from tracker.queries.waits.registry import WAITS
from tracker.services.acts.occasion import Occasion, by_the_scheduler
from tracker.services.follow_ups import arranging
from tracker.services.messages import deliveries, reminders, waits
from tracker.services.schedule import nightly
from tracker.words import TASK

pytestmark = [pytest.mark.django_db, pytest.mark.storage]

#: A window that asks nothing of anybody for months: what is told is told of the wait alone.
FAR = {"opens": 200, "due": 210, "closes": 220}
SNOOZE = {"snoozed_until": days(150), "snooze_reason": "on holiday"}


def row(**fields: Any) -> Callable[[Patient], FollowUp]:
    return lambda patient: people.follow_up(patient, **(FAR | fields))


def task(kind: str) -> Callable[[Patient], Task]:
    return lambda patient: Task.objects.create(patient=patient, kind=kind, raised_by="plan", raised_at=NOW)


def question(patient: Patient) -> Question:
    run = ImportRun.objects.create(kind="csv", started_at=NOW, by=people.alice(), as_of=TODAY)
    return Question.objects.create(
        run=run, patient=patient, kind="study", source_key="q", place="line 1", text="?", asked_at=NOW
    )


def uncertain(patient: Patient) -> Reminder:
    return Reminder.objects.create(
        key="u", follow_up=people.follow_up(patient, **FAR), revision=1, step="opens", purpose="recall",
        audience="patient", due_at=NOW, next_attempt_at=NOW, created_at=NOW, state="uncertain",
    )  # fmt: skip


def study(**fields: Any) -> Callable[[Patient], Study]:
    said = {"kind": "mri", "occurred_on": TODAY, "recorded_at": NOW, "recorded_by": people.alice}
    return lambda patient: Study.objects.create(
        patient=patient, **{name: value() if callable(value) else value for name, value in (said | fields).items()}
    )


def own_window(patient: Patient) -> Override:
    people.follow_up(patient, **FAR)
    return Override.objects.create(
        patient=patient, stream="imaging", earliest_on=days(200), due_on=days(230), latest_on=days(240),
        until_on=days(300), occurred_on=TODAY, reason="as agreed", recorded_at=NOW, recorded_by=people.bob(),
    )  # fmt: skip


def policy(patient: Patient) -> Any:
    return people.policy_version()


#: A row that stands so from today on.
STANDS: dict[str, Callable[[Patient], Any]] = {
    "cancel_it": row(state="booked", booked_on=days(215), asked=False),
    "day_passed": row(state="booked", booked_on=days(-1)),
    "missed": row(state="missed", missed_on=TODAY),
    "too_late": row(state="booked", booked_on=days(230)),
    "too_early": row(state="booked", booked_on=days(150)),
    "other_request": row(state="booked", booked_on=days(215), arranged_as="CT_MYELO"),
    "ordered": row(state="ordered", ordered_on=TODAY),
    "awaiting_closure": row(awaiting_closure_on=TODAY),
    "awaiting_response": row(awaiting_response_on=TODAY),
    "set_aside_urgent": row(urgency="urgent", **SNOOZE),
    "held": row(state="cancelled", hold_until_on=days(150)),
    "snoozed": row(**SNOOZE),
    "snooze_over": row(snoozed_until=days(-1), snooze_reason="on holiday"),
    "unreachable": lambda patient: people.follow_up(people.patient(unreachable_since=TODAY, number="lost"), **FAR),
    "no_owner": lambda patient: people.follow_up(people.patient(nurse=None, number="nobody's"), **FAR),
    **{kind: task(kind) for kind in TASK},
    "question": question,
    "uncertain_message": uncertain,
    "study_without_report": study(),
    "unread_report": study(reported_on=TODAY),
    "result": study(reported_on=TODAY, first_call="doubtful"),
    "repeat": study(quality="not", reported_on=TODAY, first_call="none"),
    "second_approval": own_window,
    "policy_approval": policy,
}
#: Days on which the timetable comes by: around every step of the ladder.
LOOKED_AT = (0, 0.25, 1, 3, 7, 8, 21, 28, 56)
CLIMBING = [word for word, wait in WAITS.items() if not wait.by_plan]


def at(day: float) -> Occasion:
    """The scheduler's occasion so many days from now."""
    moment = NOW + timedelta(days=day)
    return by_the_scheduler(days(int(day)), moment)


def told(word: str) -> list[Reminder]:
    return list(Reminder.objects.filter(wait=word).exclude(state="withdrawn").order_by("pk"))


def approver() -> User:
    from django.contrib.auth.models import Permission

    lead = people.beth()
    lead.user_permissions.add(Permission.objects.get(codename="approve_policyversion"))
    return lead


def test_every_wait_of_the_ladder_is_tried() -> None:
    assert set(STANDS) == set(CLIMBING)


@pytest.mark.parametrize("word", CLIMBING)
def test_what_waits_is_told_to_somebody_who_may_see_it(patient: Patient, word: str) -> None:
    approver()
    waiting = STANDS[word](patient)
    wait = WAITS[word]
    about = f"{wait.source}:{waiting.pk}"
    assert wait.stands(about, TODAY)
    pace = wait.climbs(waiting)
    for day in LOOKED_AT:
        reminders.queue_due(occasion=at(day))
    reminders.queue_due(occasion=at(LOOKED_AT[-1]))  # once more: nothing is doubled
    made = told(word)
    assert {reminder.about for reminder in made} == {about}
    keys = [(reminder.step, reminder.recipient_id) for reminder in made]
    assert len(keys) == len(set(keys))
    for step in LADDER[pace]:
        times = [reminder for reminder in made if f":{step.reader}@" in reminder.step]
        assert {reminder.step for reminder in times}, step
        first = min(reminder.due_at for reminder in times)
        assert first - wait.since(waiting) < step.after + timedelta(days=2)
    for reminder in made:
        reader = reminder.recipient
        assert reader is not None
        assert reader.is_active
        if reminder.patient is not None:
            assert access.visible_patients(reader).filter(pk=reminder.patient_id).exists()
    reader = made[0].recipient
    assert reader is not None
    shown = whole_queue(reader, wait.queue, QueueFilters(), NOW)
    assert shown.total >= 1
    if wait.source == "follow_up":
        (line,) = [line for line in shown.rows if line.follow_up.pk == waiting.pk]
        assert line.waiting is not None
        assert line.owner or word == "no_owner"


def test_awaiting_closure_is_told_to_the_surgeon_within_days(patient: Patient, bob: User) -> None:
    people.follow_up(patient, opens=0, due=0, closes=1, urgency="emergency", awaiting_closure_on=TODAY)
    for day in range(90):
        waits.tell(occasion=at(day))
    made = told("awaiting_closure")
    assert made[0].recipient == bob
    assert made[0].due_at <= NOW + timedelta(days=1)
    assert {reminder.recipient for reminder in made} == {bob, people.alice()}
    assert len(made) == 13 + 13  # every week, the nurse from the third day on


def test_after_downtime_each_reader_gets_the_newest_step_once(patient: Patient) -> None:
    people.follow_up(patient, **FAR, state="ordered", ordered_on=TODAY)
    reminders.queue_due(occasion=at(50))
    made = told("ordered")
    assert [reminder.step.rpartition(":")[2] for reminder in made] == ["owner@4", "other@3"]
    reminders.queue_due(occasion=at(50.1))
    assert len(told("ordered")) == 2


def test_the_night_tells_too(patient: Patient) -> None:
    people.follow_up(patient, **FAR, state="ordered", ordered_on=days(-30))
    people.policy_version()
    nightly.run_nightly(occasion=at(0))
    assert told("ordered")


def test_an_emergency_does_not_wait_for_the_hour(patient: Patient) -> None:
    reminders.queue_due(occasion=at(0))
    Task.objects.create(patient=patient, kind="emergency_pathway_same_day", raised_by="plan", raised_at=NOW)
    people.follow_up(patient, **FAR, state="ordered", ordered_on=days(-9))
    soon = Occasion(at(0).by, TODAY, NOW + timedelta(minutes=1), source="system")
    reminders.queue_due(occasion=soon)
    assert told("emergency_pathway_same_day")
    assert not told("ordered")
    reminders.queue_due(occasion=Occasion(soon.by, TODAY, NOW + timedelta(hours=1, minutes=2), source="system"))
    assert told("ordered")


def test_what_waits_no_longer_is_not_sent(patient: Patient, alice: User) -> None:
    alice.email = "alice@example.org"
    alice.save()
    waiting = people.follow_up(patient, **FAR, state="ordered", ordered_on=days(-8))
    reminders.queue_due(occasion=at(0))
    FollowUp.objects.filter(pk=waiting.pk).update(state="booked", booked_on=days(215))
    assert deliveries.deliver_due(occasion=at(0), worker="a") == deliveries.Delivered(suppressed=1)
    assert Reminder.objects.get(wait="ordered").withdrawn_reason == "it waits no longer"
    assert not Task.objects.exists()


def test_many_rows_of_one_wait_are_one_message(alice: User) -> None:
    alice.email = "alice@example.org"
    alice.save()
    for number in range(4):
        people.follow_up(people.patient(number=f"R{number}"), **FAR, state="ordered", ordered_on=days(-8))
    reminders.queue_due(occasion=at(0))
    assert deliveries.deliver_due(occasion=at(0), worker="a") == deliveries.Delivered(accepted=1, suppressed=3)
    assert Delivery.objects.filter(outcome="accepted").count() == 1


def test_where_nobody_may_see_the_patient_nobody_is_told(patient: Patient) -> None:
    people.follow_up(patient, **FAR, state="ordered", ordered_on=days(-8))
    Membership.objects.all().delete()
    Patient.objects.update(surgeon=None, nurse=None)
    assert waits.tell(occasion=at(0)) == 0
    kept = Reminder.objects.get(wait="ordered")
    assert (kept.state, kept.withdrawn_reason, kept.recipient) == ("withdrawn", "nobody may see it", None)


def test_a_question_about_nobody_known_goes_to_nurses_who_may_assign(charlie: User) -> None:
    User.objects.filter(pk=charlie.pk).update(may_assign=True)
    asked = question(people.patient())
    Question.objects.update(patient=None)
    reminders.queue_due(occasion=at(8))
    assert [reminder.recipient for reminder in told("question")] == [charlie]
    assert told("question")[0].about == f"question:{asked.pk}"
    User.objects.filter(pk=charlie.pk).update(may_assign=False, email="charlie@example.org")
    assert deliveries.deliver_due(occasion=at(8), worker="a").accepted == 0


def test_a_second_clinician_is_told_of_a_window_not_the_one_who_set_it(patient: Patient, bob: User) -> None:
    beth = people.beth()
    own_window(patient)
    reminders.queue_due(occasion=at(8))
    assert [reminder.recipient for reminder in told("second_approval")] == [beth]
    assert {step.reader for step in LADDER[Pace.ROUTINE]} == {*Reader}
    assert bob.role == Role.SURGEON


@pytest.mark.parametrize("urgency", ["routine", "urgent"])
def test_what_is_set_aside_waits_from_then_on(patient: Patient, bob: User, urgency: str) -> None:
    """A row that stood unchanged for months is not told of as set aside for months in the hour of the snooze."""
    stood = people.follow_up(patient, **FAR, urgency=urgency, changed_at=NOW - timedelta(100))
    arranging.snooze(stood, until=days(14), reason="on holiday", occasion=people.occasion(bob))
    word = "snoozed" if urgency == "routine" else "set_aside_urgent"
    waits.tell(occasion=at(0.25))
    assert told(word) == []
    waits.tell(occasion=at(28 if urgency == "routine" else 1))
    assert [reminder.step[-7:] for reminder in told(word)] == ([] if urgency == "routine" else ["owner@1"])
