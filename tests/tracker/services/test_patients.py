"""People: registered with a first plan, assigned inside the walls, reached, and looked at."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from scheduling.models import PolicyVersion
from tests.tracker import people
from tests.tracker.people import NOW, TODAY, days, occasion
from tracker.errors import InvalidFact, NotPossible, Refused
from tracker.models import AuditEvent, FollowUp, Patient, User
from tracker.services import patients

pytestmark = [pytest.mark.django_db, pytest.mark.storage]


@pytest.fixture(autouse=True)
def in_force(db: None) -> PolicyVersion:
    return people.policy_version()


def register(by: User, **fields: Any) -> Patient:
    values = {"number": "RBX 90 001", "registered_on": TODAY, "team": people.estuary()}
    return patients.register_patient(occasion=occasion(by), **(values | fields))[0]


def test_a_new_patient_has_a_plan_at_once(alice: User, bob: User) -> None:
    patient = register(
        alice,
        given_name="Esk",
        family_name="Dunnock",
        nurse=alice,
        surgeon=bob,
        contact={"phone": "01632 960 777"},
    )
    assert {row.row for row in FollowUp.objects.filter(patient=patient)} == {"B4", "B0"}
    assert (patient.created_by, patient.prospective_from, patient.phone) == (alice, TODAY, "01632 960 777")
    assert AuditEvent.objects.filter(verb="patient.registered", patient=patient, by=alice).exists()


def test_everything_that_is_wrong_is_said_at_once(alice: User, patient: Patient) -> None:
    with pytest.raises(InvalidFact) as refused:
        register(
            alice,
            number=patient.number,
            registered_on=days(1),
            birth_on=days(2),
            sex="unsaid",
            nurse=people.charlie(),
            surgeon=alice,
            contact={"email": "nowhere", "phone": "1" * 41},
        )
    found = refused.value.problems
    assert set(found) == {"number", "registered_on", "birth_on", "sex", "nurse", "surgeon", "email", "phone"}
    assert found["number"] == [f"“{patient.number}” belongs to another patient already; expected a number nobody has."]
    assert found["nurse"] == ["Charlie Curlew is not in the team; expected a nurse of Estuary."]
    assert Patient.objects.count() == 1


def test_birth_comes_before_registration(alice: User) -> None:
    with pytest.raises(InvalidFact, match="before birth"):
        register(alice, birth_on=days(-1), registered_on=days(-2))


def test_one_registers_into_ones_own_team(alice: User, charlie: User, dana: User) -> None:
    with pytest.raises(Refused, match="not a member of Estuary"):
        register(charlie)
    with pytest.raises(Refused, match="without a team"):
        register(alice, team=None)
    with pytest.raises(Refused, match="nurses and surgeons"):
        register(dana)
    charlie.may_assign = True
    assert register(charlie, team=None).team is None


def test_assigning_inside_the_team_and_across_teams(
    patient: Patient, alice: User, bob: User, charlie: User, beth: User
) -> None:
    def assign(by: User, **fields: Any) -> Patient:
        values = {"team": patient.team, "nurse": patient.nurse, "surgeon": patient.surgeon}
        return patients.assign(patient, occasion=occasion(by), **(values | fields))

    assert assign(alice, surgeon=beth).surgeon == beth
    event = AuditEvent.objects.get(verb="patient.assigned")
    assert event.changes == {"surgeon": [bob.pk, beth.pk]}
    with pytest.raises(Refused, match="may assign moves"):
        assign(alice, team=people.moorland(), nurse=charlie)
    with pytest.raises(Refused, match="not among yours"):
        assign(charlie, nurse=charlie)
    with pytest.raises(InvalidFact, match="expected an active spine surgeon"):
        assign(alice, surgeon=alice)
    alice.may_assign = True
    moved = assign(alice, team=people.moorland(), nurse=charlie)
    assert (moved.team, moved.nurse) == (people.moorland(), charlie)


def test_contact_consent_and_the_end_of_unreachable(patient: Patient, alice: User) -> None:
    Patient.objects.filter(pk=patient.pk).update(unreachable_since=days(-3), contact_failures=3)
    patient.refresh_from_db()
    patients.update_contact(
        patient,
        {"phone": "01632 960 999", "messages_allowed": "yes", "quality_use": "yes"},
        occasion=occasion(alice),
    )
    patient.refresh_from_db()
    assert (patient.phone, patient.unreachable_since, patient.contact_failures) == ("01632 960 999", None, 0)
    assert (patient.quality_use, patient.quality_use_on) == ("yes", TODAY)
    with pytest.raises(InvalidFact, match="It is not about contact"):
        patients.update_contact(patient, {"number": "1"}, occasion=occasion(alice))
    with pytest.raises(NotPossible, match="Nothing was changed"):
        patients.update_contact(patient, {"phone": "01632 960 999"}, occasion=occasion(alice))


def test_a_wrong_name_is_corrected_with_a_reason_and_both_stay_in_the_trail(patient: Patient, alice: User) -> None:
    patients.correct_identity(
        patient,
        {"family_name": "Wrenn", "birth_on": date(1965, 4, 14)},
        reason="Misread.",
        occasion=occasion(alice),
    )
    event = AuditEvent.objects.get(verb="patient.identity")
    assert event.changes == {
        "family_name": ["Wren", "Wrenn"],
        "birth_on": ["1965-03-14", "1965-04-14"],
        "reason": [None, "Misread."],
    }
    other = people.patient()
    with pytest.raises(InvalidFact) as refused:
        patients.correct_identity(patient, {"number": other.number}, reason="", occasion=occasion(alice))
    assert set(refused.value.problems) == {"number", "reason"}


def test_a_look_at_a_record_is_kept_once_a_day_and_person(patient: Patient, alice: User, bob: User) -> None:
    for by, at in (
        (alice, NOW),
        (alice, NOW + timedelta(hours=3)),
        (bob, NOW + timedelta(hours=4)),
        (alice, NOW + timedelta(hours=24)),
    ):
        patients.note_viewed(patient, occasion=occasion(by, at=at))
    seen = AuditEvent.objects.filter(verb="patient.viewed", patient=patient).order_by("at")
    assert [(event.by, event.at) for event in seen] == [
        (alice, NOW),
        (bob, NOW + timedelta(hours=4)),
        (alice, NOW + timedelta(hours=24)),
    ]
