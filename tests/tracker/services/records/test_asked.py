"""What is asked before it is stored: the same study typed twice, and days against the order of a life."""

from __future__ import annotations

import pytest

from scheduling.models import PolicyVersion
from tests.tracker import people
from tests.tracker.people import NOW, TODAY, days, occasion
from tests.tracker.services.recording import act, asked, current, do, first_answers, routine
from tracker.errors import NeedsAnswer
from tracker.models import (
    Lesion,
    Patient,
    Procedure,
    Response,
    Study,
    TherapyLine,
    User,
    Visit,
)
from tracker.services import patients, records
from tracker.services.follow_ups import arranging
from tracker.services.follow_ups.elsewhere import done_elsewhere

pytestmark = [pytest.mark.django_db, pytest.mark.storage]


@pytest.fixture(autouse=True)
def in_force(db: None) -> PolicyVersion:
    return people.policy_version()


@pytest.mark.parametrize(
    ("verb", "model", "fields", "what"),
    [
        (records.record_study, Study, {"kind": "mri"}, "MRI of 20 Nov 2026"),
        (records.record_visit, Visit, {}, "Spine surgeon visit of 20 Nov 2026"),
        (records.record_procedure, Procedure, {"kind": "sbrt"}, "SBRT of 20 Nov 2026"),
        (
            records.record_therapy,
            TherapyLine,
            {"therapy_class": "ici"},
            "Line of therapy (Checkpoint inhibitor) of 20 Nov 2026",
        ),
        (records.record_response, Response, {"spine": "progressive"}, "Response (Progressive (PD)) of 20 Nov 2026"),
        (records.record_lesion, Lesion, {"level": "T9"}, "Lesion at T9 of 20 Nov 2026"),
    ],
)
def test_the_same_fact_typed_by_two_people_is_asked_about(
    verb: object, model: type[Study], fields: dict[str, str], what: str, patient: Patient, alice: User, bob: User
) -> None:
    first = do(verb, patient, occurred_on=TODAY, by=alice, **fields).fact  # type: ignore[arg-type]
    doubts = asked(verb, patient, occurred_on=TODAY, by=bob, **fields)  # type: ignore[arg-type]
    assert [doubt.sentence for doubt in doubts] == [
        f"{what}: is this the one recorded by Alice Avocet, 20 Nov 2026, 09:47?"
    ]
    code = doubts[0].code
    same = do(verb, patient, occurred_on=TODAY, by=bob, answers=((code, "same"),), **fields)  # type: ignore[arg-type]
    assert (same.fact, same.changes, same.asks) == (first, [], ("stored_before",))
    assert model.objects.count() == 1
    do(verb, patient, occurred_on=TODAY, by=bob, answers=((code, "another"),), **fields)  # type: ignore[arg-type]
    assert model.objects.count() == 2
    # The third is asked about both.
    assert len(asked(verb, patient, occurred_on=TODAY, answers=((code, "maybe"),), **fields)) == 2  # type: ignore[arg-type]


def test_another_kind_another_day_and_a_withdrawn_one_are_not_the_same(patient: Patient) -> None:
    first = do(records.record_study, patient, kind="mri", occurred_on=TODAY).fact
    do(records.record_study, patient, kind="ct_spine", occurred_on=TODAY)
    do(records.record_study, patient, kind="mri", occurred_on=days(-1))
    do(records.mark_entered_in_error, patient, "study", first.pk, reason="Another patient's.")
    do(records.record_study, patient, kind="mri", occurred_on=TODAY)


def test_attending_what_a_colleague_recorded_stores_nothing_and_its_undo_leaves_theirs(
    patient: Patient, alice: User, bob: User
) -> None:
    row = current(routine(patient))
    theirs = do(records.record_study, patient, kind="mri", quality="not", occurred_on=TODAY, by=bob).fact
    with pytest.raises(NeedsAnswer) as question:
        act(arranging.complete, row, on=TODAY)
    act(arranging.complete, row, on=TODAY, answers=((question.value.doubts[0].code, "same"),))
    act(arranging.undo, row)
    theirs.refresh_from_db()
    assert theirs.entered_in_error_at is None
    assert Study.objects.filter(patient=patient, occurred_on=TODAY).count() == 1


@pytest.mark.parametrize(
    ("stream", "verb", "fields", "told"),
    [
        ("imaging", records.record_study, {"kind": "mri", "quality": "not"}, {"kind": "mri"}),
        ("surgeon", records.record_visit, {}, {"seen_by": "A surgeon of another hospital"}),
    ],
)
def test_what_was_done_elsewhere_may_be_what_a_colleague_recorded(
    stream: str, verb: object, fields: dict[str, str], told: dict[str, str], patient: Patient, bob: User
) -> None:
    routine(patient)
    theirs = do(verb, patient, occurred_on=TODAY, by=bob, **fields).fact  # type: ignore[arg-type]
    row = current(patient, stream)
    with pytest.raises(NeedsAnswer, match="the one recorded by Bob Brambling") as question:
        act(done_elsewhere, row, on=TODAY, **told)
    act(done_elsewhere, row, on=TODAY, answers=((question.value.doubts[0].code, "same"),), **told)
    act(arranging.undo, row)
    theirs.refresh_from_db()
    assert theirs.entered_in_error_at is None
    assert type(theirs).objects.filter(patient=patient, occurred_on=TODAY).count() == 1


def test_a_death_before_something_that_happened_to_the_living_is_asked_about(patient: Patient) -> None:
    do(records.record_visit, patient, occurred_on=days(-5))
    died = {"status": "deceased", "occurred_on": days(-9)}
    doubts = asked(records.record_status, patient, **died)
    assert doubts[0].sentence.startswith("The record has a visit of 15 Nov 2026, after this death on 11 Nov 2026.")
    do(records.record_status, patient, answers=first_answers(doubts), **died)
    patient.refresh_from_db()
    assert patient.deceased_on == days(-9)


def test_a_death_on_the_day_of_the_last_visit_is_taken(patient: Patient) -> None:
    do(records.record_visit, patient, occurred_on=days(-9))
    do(records.record_status, patient, status="deceased", occurred_on=days(-9))


def test_a_discharge_before_the_registration_is_asked_about(patient: Patient, bob: User) -> None:
    discharge = {"status": "discharged", "occurred_on": days(-701), "reason": "Cured.", "by": bob}
    doubts = asked(records.record_status, patient, **discharge)
    assert "lies before the registration, 20 Dec 2024" in doubts[0].sentence
    assert do(records.record_status, patient, answers=first_answers(doubts), **discharge).fact.pk


def test_a_sign_of_life_after_death_and_a_birth_after_a_fact_are_asked_about(patient: Patient) -> None:
    do(records.record_visit, patient, occurred_on=days(-800))
    with pytest.raises(NeedsAnswer, match="a visit of 11 Sep 2024, before this birth on 31 Oct 2024"):
        patients.correct_identity(patient, {"birth_on": days(-750)}, reason="Typing.", occasion=occasion())
    do(records.record_status, patient, status="deceased", occurred_on=days(-9))
    with pytest.raises(NeedsAnswer, match="was known alive on 12 Nov 2026") as question:
        patients.update_contact(patient, {"last_known_alive_on": days(-8)}, occasion=occasion())
    answers = first_answers(question.value.doubts)
    patients.update_contact(patient, {"last_known_alive_on": days(-8)}, occasion=occasion(at=NOW, answers=answers))
