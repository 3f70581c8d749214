"""Whatever people do for a year, nobody falls between the states, and nothing overdue ends without a person's act."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from datetime import date, timedelta

import pytest

from scheduling.engine.vocabulary import Escc, PatientStatus, ProcedureKind, ResponseCategory, StudyKind
from tests.tracker import people
from tests.tracker.people import NOW, TODAY, Certain, days, occasion
from tests.tracker.services.recording import SINS_10
from tracker.errors import TrackerError
from tracker.models import AuditEvent, FollowUp, FollowUpEvent, Lesion, Patient, Symptom, TherapyLine, User
from tracker.services import records
from tracker.services.acts.occasion import by_the_scheduler
from tracker.services.follow_ups import arranging as follow_ups
from tracker.services.follow_ups.contacts import CallOutcome
from tracker.services.people import system_user
from tracker.services.schedule.census import count_states
from tracker.services.schedule.planning import replan, replan_whose_day_has_come

pytestmark = [pytest.mark.django_db, pytest.mark.storage]

Step = Callable[[random.Random, Patient, User, date], object]


def _row(chance: random.Random, patient: Patient) -> FollowUp:
    rows = list(FollowUp.objects.filter(patient=patient, closed_at__isnull=True).order_by("stream"))
    if not rows:
        raise TrackerError("nothing is open")
    return chance.choice(rows)


def _back(chance: random.Random, today: date) -> date:
    return today - timedelta(chance.choice((0, 0, 1, 5, 20)))


def _later(chance: random.Random, today: date) -> date:
    return today + timedelta(chance.choice((0, 2, 10, 40, 80)))


def _close(chance: random.Random, patient: Patient, by: User, today: date) -> object:
    symptom = Symptom.objects.filter(patient=patient, closed_on__isnull=True).first()
    if symptom is None:
        raise TrackerError("no symptom is open")
    return records.close_symptom(
        patient, symptom.pk, closed_on=today, reason="Settled.", occasion=Certain(by, today, NOW)
    )


def _look(chance: random.Random, patient: Patient, by: User, today: date) -> object:
    lesion = Lesion.objects.filter(patient=patient).first()
    if lesion is None:
        return records.record_lesion(
            patient,
            level="T8",
            occurred_on=_back(chance, today),
            escc="0",
            occasion=Certain(by, today, NOW),
        )
    return records.record_assessment(
        patient,
        lesion.pk,
        occurred_on=today,
        escc=chance.choice(list(Escc)),
        sins=chance.choice((None, SINS_10)),
        occasion=Certain(by, today, NOW),
    )


def _therapy(chance: random.Random, patient: Patient, by: User, today: date) -> object:
    running = TherapyLine.objects.filter(patient=patient, stopped_on__isnull=True)
    return records.record_therapy(
        patient,
        therapy_class=chance.choice(("tki", "ici", "chemo_adc")),
        occurred_on=today,
        replaces=[line.pk for line in running],
        occasion=Certain(by, today, NOW),
    )


STEPS: dict[str, Step] = {
    "study": lambda c, p, by, d: records.record_study(
        p, kind=c.choice(list(StudyKind)), occurred_on=_back(c, d), occasion=Certain(by, d, NOW)
    ),
    "visit": lambda c, p, by, d: records.record_visit(p, occurred_on=_back(c, d), occasion=Certain(by, d, NOW)),
    "response": lambda c, p, by, d: records.record_response(
        p, spine=c.choice(list(ResponseCategory)), occurred_on=_back(c, d), occasion=Certain(by, d, NOW)
    ),
    "symptom": lambda c, p, by, d: records.open_symptom(
        p, kind=c.choice(("neuro", "pain_suggestive")), occurred_on=d, occasion=Certain(by, d, NOW)
    ),
    "close": _close,
    "look": _look,
    "therapy": _therapy,
    "procedure": lambda c, p, by, d: records.record_procedure(
        p,
        kind=c.choice(list(ProcedureKind)),
        levels=["T7-T9"],
        occurred_on=_back(c, d),
        occasion=Certain(by, d, NOW),
    ),
    "status": lambda c, p, by, d: records.record_status(
        p,
        status=c.choice([s for s in PatientStatus if s not in ("deceased", "transferred")]),
        occurred_on=d,
        reason="Said so.",
        clinician="Dr L. Plover",
        occasion=Certain(by, d, NOW),
    ),
    "order": lambda c, p, by, d: follow_ups.order(_row(c, p), indication="unknown", occasion=Certain(by, d, NOW)),
    "book": lambda c, p, by, d: follow_ups.book(_row(c, p), day=_later(c, d), occasion=Certain(by, d, NOW)),
    "unbook": lambda c, p, by, d: follow_ups.unbook(_row(c, p), reason="Full.", occasion=Certain(by, d, NOW)),
    "unorder": lambda c, p, by, d: follow_ups.unorder(_row(c, p), reason="Twice.", occasion=Certain(by, d, NOW)),
    "complete": lambda c, p, by, d: follow_ups.complete(_row(c, p), on=_back(c, d), occasion=Certain(by, d, NOW)),
    "missed": lambda c, p, by, d: follow_ups.mark_missed(_row(c, p), occasion=Certain(by, d, NOW)),
    "cancel": lambda c, p, by, d: follow_ups.cancel(
        _row(c, p),
        reason="Abroad.",
        outcome="cancelled_by_patient",
        until=d + timedelta(c.choice((1, 20, 84))),
        occasion=Certain(by, d, NOW),
    ),
    "snooze": lambda c, p, by, d: follow_ups.snooze(
        _row(c, p),
        until=_later(c, d),
        reason="Later.",
        second_id=people.beth().pk,
        occasion=Certain(by, d, NOW),
    ),
    "call": lambda c, p, by, d: follow_ups.log_call(
        _row(c, p), outcome=c.choice(list(CallOutcome)), again_on=_later(c, d), occasion=Certain(by, d, NOW)
    ),
    "undo": lambda c, p, by, d: follow_ups.undo(_row(c, p), occasion=Certain(by, d, NOW)),
}


@pytest.mark.parametrize("seed", range(40 if os.environ.get("HYPOTHESIS_PROFILE") == "thorough" else 4))
def test_a_year_of_anything(seed: int, alice: User, bob: User) -> None:
    people.policy_version()
    chance = random.Random(seed)
    patient = people.patient()
    records.record_primary(patient, site="rcc", occurred_on=days(-600), occasion=occasion(alice))
    today, done = TODAY, 0
    for _ in range(45):
        today += timedelta(chance.choice((0, 1, 6, 12)))
        name = chance.choice(list(STEPS))
        before = {
            row.pk for row in FollowUp.objects.filter(patient=patient, closed_at__isnull=True, closes_on__lt=today)
        }
        night = by_the_scheduler(today, NOW)
        replan_whose_day_has_come(occasion=night)
        assert replan(patient, occasion=night) == [], "a quiet night missed what planning everybody finds"
        assert not FollowUp.objects.filter(pk__in=before, closed_at__isnull=False).exists()
        events = FollowUpEvent.objects.count()
        try:
            STEPS[name](chance, patient, chance.choice((alice, bob)), today)
            done += 1
        except TrackerError:
            assert FollowUpEvent.objects.count() == events, f"{name} was refused and left something behind"
        census = count_states(today)
        assert census.holds, (name, census.problems())
        ended = FollowUp.objects.filter(pk__in=before, closed_at__isnull=False)
        assert all(row.closed_by not in (None, system_user()) for row in ended), name
        assert replan(patient, occasion=by_the_scheduler(today, NOW)) == [], (
            f"{name} left a schedule that its record does not give"
        )
    assert done >= 12
    moved = FollowUpEvent.objects.filter(follow_up__patient=patient).count()
    audited = AuditEvent.objects.filter(patient=patient, verb__startswith="follow_up.").count()
    assert moved == audited
