"""Who may see whom: the gate, tried with everybody."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.http import Http404

from tests.tracker import people
from tracker import access
from tracker.errors import Refused
from tracker.models import Patient, User

pytestmark = pytest.mark.django_db


def test_nurse_and_surgeon_see_the_patients_of_their_team(alice: User, bob: User, patient: Patient) -> None:
    assert list(access.visible_patients(alice)) == [patient]
    assert list(access.visible_patients(bob)) == [patient]


def test_a_nurse_from_elsewhere_sees_nobody_and_learns_nothing(charlie: User, patient: Patient) -> None:
    assert not access.visible_patients(charlie).exists()
    with pytest.raises(Http404) as of_a_patient:
        access.patient_for(charlie, str(patient.key))
    with pytest.raises(Http404) as of_nobody:
        access.patient_for(charlie, str(uuid4()))
    assert str(of_a_patient.value) == str(of_nobody.value)


def test_a_surgeon_sees_also_those_they_are_responsible_for(bob: User) -> None:
    elsewhere = people.patient(team=people.moorland(), surgeon=bob)
    assert list(access.visible_patients(bob)) == [elsewhere]
    assert not access.visible_patients(people.beth()).exists()


def test_an_administrator_sees_patients_only_as_a_member_of_a_team(dana: User, patient: Patient) -> None:
    assert not access.visible_patients(dana).exists()
    people.Membership.objects.create(user=dana, team=people.estuary())
    assert list(access.visible_patients(dana)) == [patient]


def test_patients_without_a_team_are_seen_by_nurses_who_may_assign(alice: User, charlie: User) -> None:
    nobodys = people.patient(team=None, nurse=None, surgeon=None)
    assert not access.visible_patients(charlie).exists()
    charlie.may_assign = True
    assert list(access.visible_patients(charlie)) == [nobodys]
    assert not access.visible_patients(alice).exists()


def test_who_has_left_sees_nobody(alice: User, patient: Patient) -> None:
    alice.is_active = False
    assert not access.visible_patients(alice).exists()
    with pytest.raises(Refused):
        access.check_can_record(alice)


def test_follow_ups_go_with_their_patient(alice: User, charlie: User, patient: Patient) -> None:
    row = people.follow_up(patient)
    assert access.follow_up_for(alice, str(row.uid)) == row
    with pytest.raises(Http404):
        access.follow_up_for(charlie, str(row.uid))


def test_nurses_and_surgeons_record_and_a_clinician_is_a_surgeon(
    alice: User, bob: User, dana: User, patient: Patient
) -> None:
    access.check_can_record(alice)
    access.check_can_record(bob)
    with pytest.raises(Refused, match="nurses and surgeons"):
        access.check_can_record(dana)
    access.check_is_clinician(bob, "close a symptom")
    with pytest.raises(Refused, match="Only a clinician may close a symptom"):
        access.check_is_clinician(alice, "close a symptom")
