"""The demo: an invented cohort, its staff, and what they have done so far. No real person anywhere.

Everything goes in by the same import and the same verbs that a clinic uses.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from random import Random

from django.contrib.auth.models import Permission
from django.db import transaction
from django.db.models import F

from scheduling.publishing import in_force, rulebook
from tracker.demo.cohort import cohort
from tracker.errors import TrackerError
from tracker.models import FollowUp, Membership, Patient, Role, State, Task, Team, User
from tracker.services import policies
from tracker.services.follow_ups import arranging as follow_ups
from tracker.services.follow_ups import contacts
from tracker.services.imports import taking_in as imports
from tracker.services.records import (
    approve_step_down,
    open_symptom,
    record_override,
    record_prognosis,
    record_study,
)
from tracker.services.schedule import planning

#: Username, name, role, team.
STAFF: tuple[tuple[str, str, Role, str], ...] = (
    ("alice", "Alice Avocet", Role.NURSE, "Estuary"),
    ("sorrel", "Sorrel Teal", Role.NURSE, "Estuary"),
    ("bob", "Mr Bob Brambling", Role.SURGEON, "Estuary"),
    ("wharfe", "Miss Ann Wharfe", Role.SURGEON, "Estuary"),
    ("charlie", "Charlie Curlew", Role.NURSE, "Moorland"),
    ("ada", "Ada Dunlin", Role.ADMIN, ""),
)


def make_staff(password: str, *, today: date) -> dict[str, User]:
    """The staff by username, made where absent; `bob` is also the clinical lead who may approve a policy."""
    people: dict[str, User] = {}
    for username, name, role, team_name in STAFF:
        user, new = User.objects.get_or_create(
            username=username,
            defaults={
                "display_name": name,
                "role": role,
                "email": f"{username}@example.org",
                "may_assign": username == "alice",
                "is_staff": role == Role.ADMIN,
                "is_superuser": role == Role.ADMIN,
            },
        )
        if new:
            user.set_password(password)
            user.save()
        if team_name:
            team, _ = Team.objects.get_or_create(
                name=team_name, defaults={"phone": "01632 960 000", "started_on": today - timedelta(days=900)}
            )
            Membership.objects.get_or_create(user=user, team=team)
        people[username] = user
    people["bob"].user_permissions.add(Permission.objects.get(codename="approve_policyversion"))
    return people


def load(
    *, size: int, password: str, today: date, now: datetime, progress: Callable[[int], object] | None = None
) -> int:
    """Load the demo whole, where no patient stands yet; how many came in, 0 when there were some already."""
    # All or nothing: a demo stopped half-way begins anew.
    with transaction.atomic():
        policies.ensure_default(at=now)
        staff = make_staff(password, today=today)
        if Patient.objects.exists():
            return 0
        imports.import_records(
            cohort(size, today=today),
            kind="csv",
            team=Team.objects.get(name="Estuary"),
            surgeon=staff["bob"],
            as_of=today,
            by=staff["alice"],
            at=now,
            progress=progress,
        )
        _assign(staff)
        _approve_step_downs(staff, today=today, now=now)
        _work_through(staff, today=today, now=now)
        _set_own_interval(staff, today=today, now=now)
        _score(staff, today=today, now=now)
        _surprise(staff, today=today, now=now)
        planning.replan_all(today=today, at=now)
        return Patient.objects.count()


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


def _approve_step_downs(staff: dict[str, User], *, today: date, now: datetime) -> None:
    """Two of three proposed step-downs are approved; the others wait on the queue."""
    proposed = Task.objects.filter(kind="step_down_proposed", ended_at__isnull=True).order_by("pk")
    for index, task in enumerate(proposed.select_related("patient", "patient__surgeon")):
        if index % 3 and task.patient.surgeon is not None:
            approve_step_down(
                task.patient, reason="quiet for a year", by=task.patient.surgeon, today=today, at=now
            )


def _work_through(staff: dict[str, User], *, today: date, now: datetime) -> None:
    """What nurses did with the queue: ordered, booked, called, snoozed, cancelled, and some who did not come."""
    random = Random(7)
    open_rows = FollowUp.objects.filter(
        closed_at__isnull=True,
        state=State.OPEN,
        opens_on__lte=today + timedelta(days=21),
        patient__nurse__isnull=False,
    ).select_related("patient", "patient__nurse")
    for row in open_rows.order_by("pk"):
        nurse = row.patient.nurse
        if nurse is not None:
            try:
                _one_act(row, nurse, random, today=today, now=now)
            except TrackerError:
                continue  # the verb refused, as it would refuse a nurse: the row stays as it is


def _one_act(row: FollowUp, nurse: User, random: Random, *, today: date, now: datetime) -> None:
    """One row's share of the work, drawn by chance."""
    chance = random.random()
    if chance < 0.18:
        follow_ups.order(row, indication="scheduled_surveillance", by=nurse, today=today, at=now)
    elif chance < 0.44:
        ahead = today + timedelta(days=random.choice((2, 4, 6, 9, 13, 20, 34)))
        ahead += timedelta(days=-ahead.weekday() % 7 if ahead.weekday() > 4 else 0)
        hour = time(random.choice((8, 9, 10, 11, 13, 14, 15)), random.choice((0, 20, 40)))
        place = "Spine clinic, room 4" if row.stream == "surgeon" else "MRI 2, ground floor"
        follow_ups.book(row, day=ahead, hour=hour, place=place, by=nurse, today=today, at=now)
    elif chance < 0.48:
        follow_ups.book(row, day=today, hour=time(8, 0), by=nurse, today=today, at=now)
        follow_ups.mark_missed(row, reason="did not come, not reached", by=nurse, today=today, at=now)
    elif chance < 0.66:
        outcome = random.choice(list(contacts.CallOutcome)[:4])
        contacts.log_call(row, outcome=outcome, by=nurse, today=today, at=now)
        if random.random() < 0.25:
            contacts.log_call(row, outcome=contacts.CallOutcome.NO_ANSWER, by=nurse, today=today, at=now)
            contacts.log_call(row, outcome=contacts.CallOutcome.NO_ANSWER, by=nurse, today=today, at=now)
    elif chance < 0.70:
        follow_ups.snooze(
            row,
            until=today + timedelta(days=5),
            reason="abroad until next week",
            by=nurse,
            today=today,
            at=now,
        )
    elif chance < 0.72:
        follow_ups.cancel(
            row,
            reason="wants to wait until after the holidays",
            outcome="cancelled_by_patient",
            until=today + timedelta(weeks=4),
            by=nurse,
            today=today,
            at=now,
        )
    elif chance < 0.80:
        contacts.take(row, by=nurse, today=today, at=now)


def _surprise(staff: dict[str, User], *, today: date, now: datetime) -> None:
    """Facts that meet a booking or an open symptom: conflicts, and rows that wait for their closure."""
    known = FollowUp.objects.filter(closed_at__isnull=True, patient__team__name="Estuary", stream="imaging")
    booked = known.filter(state=State.BOOKED, urgency="routine", due_on__gt=today + timedelta(days=9))
    for row in booked.select_related("patient").order_by("pk")[:2]:
        open_symptom(
            row.patient,
            kind="pain_suggestive",
            occurred_on=today,
            detail="new night pain",
            by=staff["alice"],
            today=today,
            at=now,
        )
    rows = rulebook(in_force(today)).reconcile.until_closed
    waiting = known.filter(row__in=rows, urgency="urgent", state=State.OPEN)
    for row in waiting.select_related("patient").order_by("pk")[:2]:
        record_study(
            row.patient,
            kind="mri",
            coverage="whole_spine",
            indication="symptom_led",
            occurred_on=today,
            by=staff["alice"],
            today=today,
            at=now,
        )


def _set_own_interval(staff: dict[str, User], *, today: date, now: datetime) -> None:
    """One patient has a clinician's own window beside the policy's."""
    base = FollowUp.objects.filter(
        row__in=rulebook(in_force(today)).policy.choice.first_of,
        urgency="routine",
        patient__plan__tempo="intermediate",
    )
    row = base.filter(closed_at__isnull=True, stream="imaging", patient__surgeon=staff["bob"]).first()
    if row is not None:
        record_override(
            row.patient,
            stream="imaging",
            earliest_on=today,
            due_on=today + timedelta(days=10),
            latest_on=today + timedelta(days=17),
            until_on=today + timedelta(days=60),
            reason="equivocal signal at T8, look again sooner",
            by=staff["bob"],
            today=today,
            at=now,
        )


def _score(staff: dict[str, User], *, today: date, now: datetime) -> None:
    """Survival scores of a few patients: shown with their caution, never read by a plan."""
    for patient in Patient.objects.filter(surgeon=staff["bob"]).order_by("pk")[:12]:
        inputs = {
            "kps": 80,
            "extraspinal_bone": "1-2",
            "vertebral": ">=3",
            "organ": "none",
            "primary": "other",
            "frankel": "E",
        }
        record_prognosis(
            patient, score="tokuhashi", inputs=inputs, occurred_on=today, by=staff["bob"], today=today, at=now
        )
