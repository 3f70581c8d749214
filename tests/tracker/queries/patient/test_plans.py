"""Why a date is what it is: due cards, stored reasons as rows, and the proof of one date."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from scheduling.models import PolicyVersion
from tests.tracker.schedules import AT, TODAY, add, ago, low_risk, plan_now
from tracker.models import FollowUp, LesionAssessment, Patient, PatientPlan, StatusEvent, Study, User
from tracker.queries.patient.plans import due_cards, gap_words
from tracker.queries.why.proof import proof
from tracker.services.acts.occasion import by_the_scheduler
from tracker.services.policies import ensure_default

pytestmark = [pytest.mark.django_db, pytest.mark.storage]


@pytest.fixture(autouse=True)
def in_force(db: None) -> PolicyVersion:
    return ensure_default(occasion=by_the_scheduler(TODAY, AT))


def test_a_due_card_lists_every_fired_row_with_the_winner_first(patient: Patient, alice: User) -> None:
    lesion = low_risk(patient)
    add(LesionAssessment, patient, ago(20), lesion=lesion, escc="1a")
    plan_now(patient)

    imaging, surgeon = due_cards(alice, patient, TODAY)

    assert [row.code for row in imaging.why] == ["C3", "B3"]
    winner, base = imaging.why
    assert (winner.gives_date, base.gives_date) == (True, False)
    assert "1a" in winner.sentence
    assert winner.grade == "expert_default"
    (item,) = winner.items
    assert item.anchor_on + timedelta(item.after[1]) == item.due
    assert imaging.row is not None
    assert item.due == imaging.row.follow_up.due_on
    assert "12" in item.arithmetic
    assert (imaging.last_on, imaging.last_kind) == (ago(30), "ct_systemic")
    assert (surgeon.last_on, surgeon.last_kind) == (ago(60), "visit")


def test_an_empty_stream_names_the_row_behind_it(patient: Patient, alice: User) -> None:
    low_risk(patient)
    plan_now(patient)
    _, surgeon = due_cards(alice, patient, TODAY)
    assert (surgeon.row, surgeon.not_asked, surgeon.why) == (None, "A1", ())
    assert surgeon.not_asked_title


def test_nothing_is_said_of_a_patient_whom_nobody_planned(patient: Patient, alice: User) -> None:
    assert [(card.row, card.not_asked) for card in due_cards(alice, patient, TODAY)] == [
        (None, ""),
        (None, ""),
    ]


def test_what_is_booked_shows_the_reasons_of_the_window_that_is_asked_for_now(patient: Patient, alice: User) -> None:
    lesion = low_risk(patient)
    plan_now(patient)
    FollowUp.objects.filter(patient=patient, stream="imaging").update(state="booked", booked_on=TODAY)
    add(LesionAssessment, patient, ago(1), lesion=lesion, escc="1c")
    plan_now(patient)
    (imaging, _) = due_cards(alice, patient, TODAY)
    assert [(row.code, row.gives_date) for row in imaging.why if row.items] == [("C2", True), ("B3", False)]


def test_gaps_are_words_with_their_level(patient: Patient) -> None:
    add(LesionAssessment, patient, ago(5), lesion=low_risk(patient), sins_scored=True, pain="mechanical")
    plan_now(patient)
    words = gap_words(PatientPlan.objects.get(patient=patient).gaps)
    assert "SINS incomplete at T8" in words
    assert "MRI safety not cleared" in words


def test_the_proof_works_the_date_out_from_the_record(patient: Patient) -> None:
    lesion = low_risk(patient)
    add(LesionAssessment, patient, ago(20), lesion=lesion, escc="1b")
    plan_now(patient)
    stored = FollowUp.objects.get(patient=patient, stream="imaging")

    shown = proof(patient, "imaging", TODAY)

    assert shown.window is not None
    assert shown.window == (stored.opens_on, stored.due_on, stored.closes_on)
    assert shown.winner is not None
    assert shown.winner.code == stored.row == "C3"
    assert (shown.policy.name, shown.policy.draft) == ("default-0.2", True)
    assert [(one.kind, one.due_on) for one in shown.moves] == [("opened", stored.due_on)]
    assert any("C3" in fact.read_by for fact in shown.facts)
    (nearly,) = [one for one in shown.nearly if one.code == "C2"]
    assert nearly.change == "if ESCC at T8 were 1c"
    assert nearly.days_earlier == (shown.window.due - nearly.window.due).days > 0


def test_the_proof_as_known_on_a_day_sees_nothing_recorded_later(patient: Patient) -> None:
    early = datetime(2026, 10, 1, 12, tzinfo=UTC)
    add(Study, patient, ago(90), kind="mri", recorded_at=early)
    add(Study, patient, ago(60), kind="mri", recorded_at=AT)
    day = TODAY - timedelta(20)
    then, now = proof(patient, "imaging", TODAY, as_known_on=day), proof(patient, "imaging", TODAY)
    assert then.window is not None
    assert now.window is not None
    assert (then.on, then.as_known, now.as_known) == (day, True, False)
    assert then.window.due == ago(90) + timedelta(84)
    assert now.window.due == ago(60) + timedelta(84)


def test_the_proof_of_nothing_names_the_row(patient: Patient) -> None:
    add(StatusEvent, patient, ago(1), status="hospice")
    shown = proof(patient, "surgeon", TODAY)
    assert (shown.window, shown.winner, shown.not_asked, shown.nearly) == (None, None, "S2", ())
    assert shown.not_asked_title
