"""What the staff of the demo have done so far, by the same verbs that a clinic uses."""

from __future__ import annotations

from datetime import time, timedelta
from random import Random

from django.db.models import F

from scheduling.publishing import in_force, rulebook
from tracker.demo.staff import Clinic
from tracker.errors import TrackerError
from tracker.models import FollowUp, Patient, State, Task, Team, User
from tracker.services.acts.occasion import Occasion
from tracker.services.follow_ups import arranging as follow_ups
from tracker.services.follow_ups import contacts
from tracker.services.records import approve_step_down, open_symptom, record_override, record_prognosis, record_study


def work(clinic: Clinic) -> None:
    """Everything that the staff did since the cohort came in."""
    _assign(clinic.staff)
    _approve_step_downs(clinic)
    _work_through(clinic)
    _set_own_interval(clinic)
    _score(clinic)
    _surprise(clinic)


def _assign(staff: dict[str, User]) -> None:
    """Share the patients out; a few have no owner, and consent stands where an address does."""
    Patient.objects.exclude(email="").update(messages_allowed="yes")
    Patient.objects.update(nurse=staff["alice"], oncologist="Dr L. Plover")
    everybody = Patient.objects.annotate(turn=F("pk") % 9)
    everybody.filter(turn__in=(1, 4, 7)).update(nurse=staff["sorrel"])
    everybody.filter(turn__in=(2, 5)).update(surgeon=staff["wharfe"])
    everybody.filter(turn=8).filter(pk__in=everybody.filter(turn=8).values("pk")[:4]).update(
        team=None, nurse=None, surgeon=None
    )
    elsewhere = everybody.filter(turn=3).values("pk")[:12]
    Patient.objects.filter(pk__in=list(elsewhere.values_list("pk", flat=True))).update(
        team=Team.objects.get(name="Moorland"), nurse=staff["charlie"], surgeon=None
    )


def _approve_step_downs(clinic: Clinic) -> None:
    """Two of three proposed step-downs are approved; the others wait on the queue."""
    proposed = Task.objects.filter(kind="step_down_proposed", ended_at__isnull=True).order_by("pk")
    for index, task in enumerate(proposed.select_related("patient", "patient__surgeon")):
        if index % 3 and task.patient.surgeon is not None:
            approve_step_down(
                task.patient,
                reason="quiet for a year",
                occasion=clinic.occasion(task.patient.surgeon.username),
            )


def _work_through(clinic: Clinic) -> None:
    """What nurses did with the queue: ordered, booked, called, snoozed, cancelled, and some who did not come."""
    random = Random(7)
    open_rows = FollowUp.objects.filter(
        closed_at__isnull=True,
        state=State.OPEN,
        opens_on__lte=clinic.today + timedelta(days=21),
        patient__nurse__isnull=False,
    ).select_related("patient", "patient__nurse")
    for row in open_rows.order_by("pk"):
        nurse = row.patient.nurse
        if nurse is not None:
            try:
                _one_act(row, random, clinic.occasion(nurse.username))
            except TrackerError:
                continue  # the verb refused, as it would refuse a nurse: the row stays as it is


def _one_act(row: FollowUp, random: Random, occasion: Occasion) -> None:
    """One row's share of the work, drawn by chance."""
    chance = random.random()
    today = occasion.today
    if chance < 0.18:
        follow_ups.order(row, indication="scheduled_surveillance", occasion=occasion)
    elif chance < 0.44:
        _book(row, random, occasion)
    elif chance < 0.48:
        follow_ups.book(row, day=today, hour=time(8, 0), occasion=occasion)
        follow_ups.mark_missed(row, reason="did not come, not reached", occasion=occasion)
    elif chance < 0.66:
        outcome = random.choice(list(contacts.CallOutcome)[:4])
        contacts.log_call(row, outcome=outcome, occasion=occasion)
        for _ in range(2 if random.random() < 0.25 else 0):
            contacts.log_call(row, outcome=contacts.CallOutcome.NO_ANSWER, occasion=occasion)
    elif chance < 0.70:
        until, reason = today + timedelta(days=5), "abroad until next week"
        follow_ups.snooze(row, until=until, reason=reason, occasion=occasion)
    elif chance < 0.72:
        until, reason = today + timedelta(weeks=4), "wants to wait until after the holidays"
        said = "cancelled_by_patient"
        follow_ups.cancel(row, reason=reason, outcome=said, until=until, occasion=occasion)
    elif chance < 0.80:
        contacts.take(row, occasion=occasion)


def _book(row: FollowUp, random: Random, occasion: Occasion) -> None:
    """A day on which the clinic works, at an hour it would give."""
    ahead = occasion.today + timedelta(days=random.choice((2, 4, 6, 9, 13, 20, 34)))
    ahead += timedelta(days=-ahead.weekday() % 7 if ahead.weekday() > 4 else 0)
    hour = time(random.choice((8, 9, 10, 11, 13, 14, 15)), random.choice((0, 20, 40)))
    place = "Spine clinic, room 4" if row.stream == "surgeon" else "MRI 2, ground floor"
    follow_ups.book(row, day=ahead, hour=hour, place=place, occasion=occasion)


def _surprise(clinic: Clinic) -> None:
    """Facts that meet a booking or an open symptom: conflicts, and rows that wait for their closure."""
    alice, today = clinic.occasion("alice"), clinic.today
    known = FollowUp.objects.filter(closed_at__isnull=True, patient__team__name="Estuary", stream="imaging")
    booked = known.filter(state=State.BOOKED, urgency="routine", due_on__gt=today + timedelta(days=9))
    for row in booked.select_related("patient").order_by("pk")[:2]:
        pain, kind = "new night pain", "pain_suggestive"
        open_symptom(row.patient, kind=kind, occurred_on=today, detail=pain, occasion=alice)
    rows = rulebook(in_force(today)).reconcile.until_closed
    waiting = known.filter(row__in=rows, urgency="urgent", state=State.OPEN)
    for row in waiting.select_related("patient").order_by("pk")[:2]:
        record_study(
            row.patient,
            kind="mri",
            coverage="whole_spine",
            indication="symptom_led",
            occurred_on=today,
            occasion=alice,
        )


def _set_own_interval(clinic: Clinic) -> None:
    """One patient has a clinician's own window beside the policy's."""
    base = FollowUp.objects.filter(
        row__in=rulebook(in_force(clinic.today)).policy.choice.first_of,
        urgency="routine",
        patient__plan__tempo="intermediate",
    )
    row = base.filter(closed_at__isnull=True, stream="imaging", patient__surgeon=clinic.staff["bob"]).first()
    if row is not None:
        record_override(
            row.patient,
            stream="imaging",
            earliest_on=clinic.today,
            due_on=clinic.today + timedelta(days=10),
            latest_on=clinic.today + timedelta(days=17),
            until_on=clinic.today + timedelta(days=60),
            reason="equivocal signal at T8, look again sooner",
            occasion=clinic.occasion("bob"),
        )


def _score(clinic: Clinic) -> None:
    """Survival scores of a few patients: shown with their caution, never read by a plan."""
    inputs = {
        "kps": 80,
        "extraspinal_bone": "1-2",
        "vertebral": ">=3",
        "organ": "none",
        "primary": "other",
        "frankel": "E",
    }
    bob, today = clinic.occasion("bob"), clinic.today
    for patient in Patient.objects.filter(surgeon=clinic.staff["bob"]).order_by("pk")[:12]:
        record_prognosis(patient, score="tokuhashi", inputs=inputs, occurred_on=today, occasion=bob)
