"""Whatever happens to a follow-up, a calendar hears of it: SEQUENCE and LAST-MODIFIED rise, also within one second."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest

from tests.tracker import people
from tests.tracker.people import NOW, TODAY, days, occasion
from tests.tracker.services.recording import act, current, do, routine
from tracker.models import FollowUp, Patient, User
from tracker.services import patients, records
from tracker.services.acts.occasion import by_the_scheduler
from tracker.services.follow_ups import arranging as follow_ups
from tracker.services.messages import reminders

pytestmark = [pytest.mark.django_db, pytest.mark.storage]


@pytest.fixture(autouse=True)
def in_force(db: None) -> None:
    people.policy_version()


def shown(row: FollowUp) -> tuple[int, int]:
    """SEQUENCE and LAST-MODIFIED in the whole seconds in which a calendar writes it."""
    row.refresh_from_db()
    return row.revision, int(row.changed_at.timestamp())


def test_every_act_within_one_second_is_told(patient: Patient) -> None:
    row = current(routine(patient))
    seen = [shown(row)]
    for verb, values in (
        (follow_ups.book, {"day": days(3)}),
        (follow_ups.book, {"day": TODAY}),
        (follow_ups.mark_missed, {}),
        (follow_ups.book, {"day": days(4)}),
        (follow_ups.unbook, {"reason": "away"}),
        (follow_ups.book, {"day": days(5)}),
        (follow_ups.undo, {}),
        (follow_ups.cancel, {"reason": "away", "outcome": "cancelled_by_patient", "until": days(7)}),
    ):
        act(verb, row, **values)
        seen.append(shown(row))
    do(records.record_response, patient, spine="progressive", occurred_on=TODAY)
    do(records.record_study, patient, kind="mri", coverage="whole_spine", occurred_on=TODAY)
    seen.append(shown(row))
    assert row.state == "done"
    for (revision, moment), (later_revision, later_moment) in pairwise(seen):
        assert later_revision > revision
        assert later_moment > moment


def test_a_new_urgency_under_a_booking_is_told_and_a_reason_alone_is_not(patient: Patient) -> None:
    row = act(follow_ups.book, current(routine(patient)), day=days(3)).follow_up
    before = shown(row)
    act(follow_ups.note, row, text="likes mornings")
    do(records.record_function, patient, scale="ecog", value="1", occurred_on=days(-3))
    assert shown(row) == before
    do(records.open_symptom, patient, kind="pain_suggestive", occurred_on=TODAY)
    row.refresh_from_db()
    assert row.urgency == "urgent"
    assert shown(row) > before


def test_a_corrected_name_is_told(patient: Patient, alice: User) -> None:
    row = current(routine(patient))
    before = shown(row)
    patients.correct_identity(
        patient, {"sex": "male"}, reason="misread", occasion=occasion(alice, at=NOW + timedelta(minutes=1))
    )
    assert shown(row) == before
    patients.correct_identity(patient, {"family_name": "Wagtail"}, reason="misspelt", occasion=occasion(alice))
    revision, moment = shown(row)
    assert (revision, moment > before[1]) == (before[0] + 1, True)


def test_reminders_are_asked_once_of_a_row_that_changed_twice_in_a_second(patient: Patient) -> None:
    row = current(routine(patient))
    act(follow_ups.book, row, day=days(3))
    act(follow_ups.book, row, day=days(2))
    row.refresh_from_db()
    assert row.changed_at > NOW
    assert reminders.queue_due(occasion=by_the_scheduler(TODAY, NOW)).looked_at > 0
    assert reminders.queue_due(occasion=by_the_scheduler(TODAY, NOW)).looked_at == 0
