"""What was known on any day can be told again, also where a fact was completed later: stopped, set aside, ended."""

from __future__ import annotations

from datetime import timedelta

import pytest

from scheduling.engine.record.history import History
from scheduling.engine.vocabulary import SINS_ITEMS
from tests.tracker import people
from tests.tracker.people import NOW, TODAY, days, occasion
from tests.tracker.services.recording import do, routine
from tracker.facts import histories
from tracker.models import Patient, Symptom, User
from tracker.services import records

pytestmark = [pytest.mark.django_db, pytest.mark.storage]

LATER = NOW + timedelta(minutes=5)
BETWEEN = NOW + timedelta(minutes=1)
STABLE = dict.fromkeys(SINS_ITEMS, "") | {
    "pain": "pain_free",
    "bone_lesion": "blastic",
    "alignment": "normal",
    "collapse": "none",
    "posterolateral": "none",
}


@pytest.fixture(autouse=True)
def in_force(db: None) -> None:
    people.policy_version()


def known(patient: Patient, later: bool) -> History:
    """The record as it was known before, or after, what happened later."""
    return histories([patient.pk], known_at=LATER if later else BETWEEN)[patient.pk]


def test_a_line_runs_until_its_end_is_written_down(patient: Patient, alice: User) -> None:
    line = do(records.record_therapy, patient, therapy_class="tki", occurred_on=days(-300)).fact
    then = known(patient, False)
    records.stop_therapy(patient, line.pk, stopped_on=days(-2), occasion=occasion(alice, at=LATER))
    assert known(patient, False) == then
    assert [one.stop for one in known(patient, False).lines] == [None]
    assert [one.stop for one in known(patient, True).lines] == [days(-2)]


def test_a_response_counts_until_it_is_set_aside(patient: Patient, alice: User) -> None:
    do(records.record_response, patient, spine="stable", occurred_on=TODAY)
    worse = do(records.record_response, patient, spine="mixed", occurred_on=TODAY).fact
    records.set_response_aside(patient, worse.pk, occasion=occasion(alice, at=LATER))
    assert [one.counts for one in known(patient, False).responses] == [True, True]
    assert [one.counts for one in known(patient, True).responses] == [True, False]


def test_a_symptom_is_unconfirmed_until_somebody_confirms_it(patient: Patient, alice: User) -> None:
    routine(patient)
    symptom = do(records.open_symptom, patient, kind="pain_suggestive", occurred_on=TODAY).fact
    Symptom.objects.filter(pk=symptom.pk).update(confirmed=False)
    records.confirm_symptom(patient, symptom.pk, occasion=occasion(alice, at=LATER))
    assert [one.confirmed for one in known(patient, False).symptoms] == [False]
    assert [one.confirmed for one in known(patient, True).symptoms] == [True]


def test_a_step_down_stands_until_a_plan_ends_it(alice: User, bob: User) -> None:
    patient = people.patient(registered_on=days(-900))
    do(records.record_primary, patient, site="prostate", occurred_on=days(-900))
    do(records.record_lesion, patient, level="T8", occurred_on=days(-800), escc="0", sins=STABLE)
    do(records.record_procedure, patient, kind="sbrt", levels=["T8"], occurred_on=days(-700))
    do(records.record_therapy, patient, therapy_class="arpi_parp", occurred_on=days(-800))
    do(records.record_response, patient, spine="stable", occurred_on=days(-650))
    do(records.record_response, patient, spine="stable", occurred_on=days(-20))
    do(records.record_study, patient, kind="mri", coverage="whole_spine", occurred_on=days(-20))
    do(records.record_visit, patient, occurred_on=days(-20))
    do(records.approve_step_down, patient, by=bob)
    records.record_response(patient, spine="progressive", occurred_on=TODAY, occasion=occasion(alice, at=LATER))
    assert [one.ended_on for one in known(patient, False).approvals] == [None]
    assert [one.ended_on for one in known(patient, True).approvals] == [TODAY]
