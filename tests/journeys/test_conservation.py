"""Random histories through the real services: nobody ever falls out of the schedule, and nothing ends by itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduling.engine.vocabulary import Stream
from tests.tracker import people
from tracker.errors import InvalidFact, NotPossible
from tracker.models import FollowUp, FollowUpEvent, Lesion, Patient, Role, State, Symptom, TherapyLine, User
from tracker.queries.conservation import counted
from tracker.services import records
from tracker.services.acts.occasion import Occasion, by_the_scheduler
from tracker.services.follow_ups import arranging as follow_ups
from tracker.services.follow_ups import setting_aside
from tracker.services.messages import reminders
from tracker.services.policies import ensure_default
from tracker.services.schedule.census import count_states
from tracker.services.schedule.planning import replan_all, replan_whose_day_has_come

START = date(2026, 1, 5)


@dataclass
class Life:
    """One patient, the day it is, and who acts."""

    patient: Patient
    nurse: User
    surgeon: User
    today: date = START

    @property
    def at(self) -> datetime:
        return datetime.combine(self.today, time(9), tzinfo=UTC)

    @property
    def nurse_now(self) -> Occasion:
        return Occasion(self.nurse, self.today, self.at)

    @property
    def surgeon_now(self) -> Occasion:
        return Occasion(self.surgeon, self.today, self.at)

    @property
    def night(self) -> Occasion:
        return by_the_scheduler(self.today, self.at)

    def row(self, stream: str) -> FollowUp | None:
        return FollowUp.objects.filter(patient=self.patient, stream=stream, closed_at__isnull=True).first()


Step = Callable[[Life], object]


def on_row(stream: str, act: Callable[[FollowUp, Life], object]) -> Step:
    """An act on the current row of a stream, where there is one."""

    def step(life: Life) -> object:
        row = life.row(stream)
        return act(row, life) if row is not None else None

    return step


def close_newest_symptom(life: Life) -> object:
    symptom = Symptom.objects.filter(patient=life.patient, closed_on__isnull=True).last()
    if symptom is None:
        return None
    return records.close_symptom(
        life.patient, symptom.pk, closed_on=life.today, reason="settled", occasion=life.surgeon_now
    )


def stop_therapy(life: Life) -> object:
    line = TherapyLine.objects.filter(patient=life.patient, stopped_on__isnull=True).last()
    if line is None:
        return None
    return records.stop_therapy(life.patient, line.pk, stopped_on=life.today, occasion=life.nurse_now)


def look(escc: str) -> Step:
    """A lesion, or a further look at the one there is."""

    def step(life: Life) -> object:
        lesion = Lesion.objects.filter(patient=life.patient).first()
        if lesion is None:
            return records.record_lesion(
                life.patient,
                level="T8",
                occurred_on=life.today,
                escc=escc,
                sins={
                    "pain": "pain_free",
                    "bone_lesion": "blastic",
                    "alignment": "normal",
                    "collapse": "none",
                    "posterolateral": "none",
                },
                occasion=life.nurse_now,
            )
        return records.record_assessment(
            life.patient, lesion.pk, occurred_on=life.today, escc=escc, occasion=life.nurse_now
        )

    return step


def study(kind: str) -> Step:
    return lambda life: records.record_study(
        life.patient, kind=kind, occurred_on=life.today, coverage="whole_spine", occasion=life.nurse_now
    )


def symptom(kind: str) -> Step:
    return lambda life: records.open_symptom(life.patient, kind=kind, occurred_on=life.today, occasion=life.nurse_now)


def status(word: str) -> Step:
    return lambda life: records.record_status(
        life.patient,
        status=word,
        occurred_on=life.today,
        reason="said so",
        clinician="B",
        occasion=life.surgeon_now,
    )


def response(word: str) -> Step:
    return lambda life: records.record_response(
        life.patient, spine=word, occurred_on=life.today, occasion=life.surgeon_now
    )


def procedure(kind: str) -> Step:
    return lambda life: records.record_procedure(
        life.patient, kind=kind, occurred_on=life.today, levels=["T8"], occasion=life.surgeon_now
    )


STEPS: dict[str, Step] = {
    "mri": study("mri"),
    "body ct": study("ct_systemic"),
    "visit": lambda life: records.record_visit(life.patient, occurred_on=life.today, occasion=life.nurse_now),
    "neurology": symptom("neuro"),
    "pain": symptom("pain_suggestive"),
    "symptom closed": close_newest_symptom,
    "escc 0": look("0"),
    "escc 1b": look("1b"),
    "escc 2": look("2"),
    "stable": response("stable"),
    "progression": response("progressive"),
    "sbrt": procedure("sbrt"),
    "surgery": procedure("separation_surgery"),
    "tki": lambda life: records.record_therapy(
        life.patient,
        therapy_class="tki",
        occurred_on=life.today,
        drugs=["osimertinib"],
        occasion=life.nurse_now,
    ),
    "therapy stopped": stop_therapy,
    "hospice": status("hospice"),
    "declined": status("declined"),
    "discharged": status("discharged"),
    "active": status("active"),
    "transferred": status("transferred"),
    "order": on_row(
        Stream.IMAGING, lambda row, life: follow_ups.order(row, indication="unknown", occasion=life.nurse_now)
    ),
    "book imaging": on_row(
        Stream.IMAGING,
        lambda row, life: follow_ups.book(row, day=life.today + timedelta(9), occasion=life.nurse_now),
    ),
    "book visit": on_row(
        Stream.SURGEON,
        lambda row, life: follow_ups.book(row, day=life.today + timedelta(3), occasion=life.nurse_now),
    ),
    "unbook": on_row(
        Stream.SURGEON,
        lambda row, life: follow_ups.unbook(row, reason="cannot come", occasion=life.nurse_now),
    ),
    "missed": on_row(
        Stream.SURGEON,
        lambda row, life: follow_ups.mark_missed(row, reason="unknown", occasion=life.nurse_now),
    ),
    "snooze": on_row(
        Stream.IMAGING,
        lambda row, life: setting_aside.snooze(
            row, until=life.today + timedelta(10), reason="away", occasion=life.nurse_now
        ),
    ),
    "cancel": on_row(
        Stream.SURGEON,
        lambda row, life: setting_aside.cancel(
            row,
            reason="wants a pause",
            outcome="cancelled_by_patient",
            until=life.today + timedelta(40),
            occasion=life.nurse_now,
        ),
    ),
}

#: What a person arranges is no fact: the plan looks at it with the next fact or in the night.
ARRANGED = frozenset({"order", "book imaging", "book visit", "unbook", "missed", "snooze", "cancel"})


def check(life: Life) -> None:
    """Everybody is somewhere, each stream has one current row, and every end has its person and its event."""
    census = count_states(life.today)
    assert census.holds, census.problems()
    for row in FollowUp.objects.filter(patient=life.patient, closed_at__isnull=False):
        kinds = set(FollowUpEvent.objects.filter(follow_up=row).values_list("kind", flat=True))
        assert row.closed_by is not None
        if row.state == State.DONE:
            assert row.closed_by.role != Role.SYSTEM
            assert "completed" in kinds
        else:
            assert kinds & {"withdrawn", "cancelled"}


def pass_the_night(life: Life) -> None:
    """A quiet night misses nothing that planning, asking and counting everybody would find."""
    replan_whose_day_has_come(occasion=life.night)
    whole = replan_all(occasion=life.night)
    assert (whole.changed, whole.unforeseen) == (0, ())
    assert reminders.overlooked(today=life.today) == []
    reminders.queue_due(occasion=life.night)
    kept, found = counted(life.today), count_states(life.today)
    assert (kept.patients, +kept.figures, kept.absent) == (found.patients, +found.figures, found.absent)


@pytest.mark.django_db
@pytest.mark.storage
@settings(max_examples=8)
@given(steps=st.lists(st.tuples(st.sampled_from(sorted(STEPS)), st.sampled_from([0, 1, 7, 30, 90])), max_size=15))
def test_no_history_loses_a_patient(steps: list[tuple[str, int]]) -> None:
    with transaction.atomic():
        life = Life(
            people.patient(registered_on=START - timedelta(30), created_at=datetime(2026, 1, 5, tzinfo=UTC)),
            people.alice(),
            people.bob(),
        )
        ensure_default(occasion=life.night)
        replan_all(occasion=life.night)
        for name, days in steps:
            if days:
                life.today += timedelta(days)
                pass_the_night(life)
                check(life)
            try:
                STEPS[name](life)
            except (NotPossible, InvalidFact):
                continue  # a person is told that this cannot be, and nothing was written
            check(life)
            if name not in ARRANGED:
                assert replan_all(occasion=life.night).changed == 0, f"{name} left something to plan"
        transaction.set_rollback(True)
