"""A form sent twice records once and is answered as the first; what is asked is answered on the form itself."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from tests.tracker import people
from tests.tracker.web.conftest import ago, overdue, planned
from tracker.models import AuditEvent, FollowUpEvent, Patient, SentForm, Study, Visit
from tracker.web.record.sheets import BUTTONS

pytestmark = [pytest.mark.django_db, pytest.mark.storage]

FIELD = re.compile(r'name="form_key" value="([0-9a-f]{32})"')


def url(patient: Patient, tail: str) -> str:
    return f"/patients/{patient.key}/{tail}"


def key_of(client: Client, address: str) -> str:
    """The key of the form on a page."""
    return FIELD.findall(client.get(address).content.decode())[-1]


@pytest.mark.parametrize("form", BUTTONS)
def test_every_form_has_a_key_of_its_own(form: str, nurse: Client) -> None:
    address = url(planned(), f"record/{form}/")
    assert key_of(nurse, address) != key_of(nurse, address)


def test_a_fact_sent_twice_is_recorded_once_and_answered_as_the_first(nurse: Client) -> None:
    patient = planned()
    address = url(patient, "record/visit/")
    typed = {"occurred_on": "yesterday", "kind": "spine_surgeon", "form_key": key_of(nurse, address)}
    answers = [nurse.post(address, typed, follow=True) for _ in range(2)]
    assert Visit.objects.filter(occurred_on=ago(1)).count() == 1
    assert [answer.redirect_chain for answer in answers] == [[(url(patient, ""), 302)]] * 2
    for text in (answer.content.decode() for answer in answers):
        assert "Visit saved, Tamar Wren." in text
        assert "Surgeon visit done; this follow-up is complete." in text
    assert "Sent twice, saved once" in answers[1].content.decode()


def test_a_form_that_was_sent_before_saves_no_other_values_in_silence(nurse: Client) -> None:
    patient = planned()
    address = url(patient, "record/visit/")
    typed = {"occurred_on": "yesterday", "kind": "nurse", "form_key": key_of(nurse, address)}
    nurse.post(address, typed)
    again = nurse.post(address, {**typed, "kind": "oncologist"})
    text = again.content.decode()
    assert again.status_code == 422
    assert "This form was saved already" in text
    assert Visit.objects.filter(occurred_on=ago(1)).count() == 1
    # The page has a new key: whoever meant one more saves it now.
    assert nurse.post(address, {**typed, "kind": "oncologist", "form_key": FIELD.findall(text)[-1]}).status_code == 302
    assert Visit.objects.filter(occurred_on=ago(1)).count() == 2


def test_a_refused_form_frees_its_key_and_a_key_is_one_persons_on_one_form(nurse: Client, surgeon: Client) -> None:
    patient = planned()
    address = url(patient, "record/visit/")
    key = key_of(nurse, address)
    assert nurse.post(address, {"occurred_on": "someday", "kind": "nurse", "form_key": key}).status_code == 422
    assert not SentForm.objects.exists()
    assert nurse.post(address, {"occurred_on": "yesterday", "kind": "nurse", "form_key": key}).status_code == 302
    assert surgeon.post(address, {"occurred_on": "yesterday", "kind": "other", "form_key": key}).status_code == 302
    other = planned()
    assert nurse.post(url(other, "record/visit/"), {"occurred_on": "yesterday", "kind": "nurse", "form_key": key})
    assert Visit.objects.filter(occurred_on=ago(1)).count() == 3


def test_a_symptom_closed_twice_and_a_fact_marked_wrong_twice_are_answered_as_the_first(surgeon: Client) -> None:
    patient = planned()
    study = Study.objects.get(patient=patient)
    address = url(patient, f"wrong/study/{study.pk}/")
    typed = {"reason": "Another patient's.", "form_key": key_of(surgeon, address)}
    assert [surgeon.post(address, typed).status_code for _ in range(2)] == [302, 302]
    assert AuditEvent.objects.filter(verb="study.entered_in_error").count() == 1


def test_an_act_of_the_queue_sent_twice_is_done_once(nurse: Client, patient: Patient) -> None:
    people.policy_version()
    row = overdue(patient)
    opened = nurse.get(f"/queue/overdue/rows/{row.uid}/?act=log_call", headers={"HX-Request": "true"}).content.decode()
    typed = {"outcome": "no_answer", "seen": "0", "form_key": FIELD.findall(opened)[-1]}
    address = re.findall(r'hx-post="([^"]+log_call[^"]*)"', opened)[0]
    answers = [nurse.post(address, typed, headers={"HX-Request": "true"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert all("Call saved" in answer.content.decode() for answer in answers)
    assert FollowUpEvent.objects.filter(follow_up=row, kind="called").count() == 1
    patient.refresh_from_db()
    assert patient.contact_failures == 1


def test_the_same_study_of_a_colleague_is_asked_about_on_the_form(nurse: Client, surgeon: Client) -> None:
    patient = planned()
    address = url(patient, "record/study/")
    typed = {"kind": "mri", "occurred_on": "yesterday", "indication": "unknown", "quality": "not"}
    surgeon.post(address, typed)
    asked = nurse.post(address, {**typed, "report": ""})
    text = asked.content.decode()
    assert asked.status_code == 409
    assert "Not saved yet" in text
    assert "is this the one recorded by Bob Brambling" in text
    field = re.findall(r'name="(answer\.twin[^"]+)"', text)[0]
    same = nurse.post(address, {**typed, field: "same"}, follow=True).content.decode()
    assert "Nothing was stored for Tamar Wren: it stands already, recorded by Bob Brambling" in same
    assert Study.objects.filter(occurred_on=ago(1)).count() == 1
    assert nurse.post(address, {**typed, field: "another"}).status_code == 302
    assert Study.objects.filter(occurred_on=ago(1)).count() == 2


def test_two_doubts_one_after_the_other_keep_the_answers_given(nurse: Client) -> None:
    patient = planned()
    patient.deceased_on = ago(5)
    patient.save()
    address = url(patient, "record/visit/")
    typed = {"occurred_on": "yesterday", "kind": "nurse"}
    text = nurse.post(address, typed).content.decode()
    field = re.findall(r'name="(answer\.after_death[^"]+)"', text)[0]
    assert nurse.post(address, {**typed, field: "record"}).status_code == 302
    text = nurse.post(address, {**typed, field: "record"}).content.decode()
    assert "is this the one recorded by Alice Avocet" in text
    assert re.search(rf'type="hidden"\s+name="{re.escape(field)}"\s+value="record"', text)


def test_an_odd_appointment_is_answered_in_the_panel(nurse: Client, patient: Patient) -> None:
    people.policy_version()
    row = overdue(patient)
    opened = nurse.get(f"/queue/overdue/rows/{row.uid}/?act=book", headers={"HX-Request": "true"}).content.decode()
    address = re.findall(r'hx-post="([^"]+/book/?)"', opened)[0]
    typed = {"day": "tomorrow", "hour": "03:00", "seen": "0"}
    answer = nurse.post(address, typed, headers={"HX-Request": "true"})
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "03:00 is at night" in text
    field = re.findall(r'name="(answer\.at_night[^"]+)"', text)[0]
    assert nurse.post(address, {**typed, field: "book"}, headers={"HX-Request": "true"}).status_code == 200
    row.refresh_from_db()
    assert row.state == "booked"


def test_an_examination_that_was_broken_off_says_that_it_does_not_count(nurse: Client) -> None:
    patient = planned()
    typed = {"kind": "mri", "occurred_on": "yesterday", "indication": "unknown", "quality": "not"}
    text = nurse.post(url(patient, "record/study/"), typed, follow=True).content.decode()
    assert "It does not count, because its images show nothing: the follow-up stays as it was." in text
    assert "Counts for nothing: its images show nothing" in text
    assert "Repeat or explain" in text
