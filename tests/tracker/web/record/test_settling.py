"""What a person settles: an uncertain message, a row for a colleague, a window of one's own, a night that failed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from scheduling.engine.words import day_text
from tests.tracker import people
from tests.tracker.web.conftest import ago, overdue, planned, signed_in
from tracker import clock
from tracker.models import AuditEvent, FollowUp, NightlyRun, Override, Reminder, Role, Task, User

pytestmark = pytest.mark.django_db


def uncertain(row: FollowUp, key: str = "one") -> Reminder:
    """A message that was handed over without an answer, and the work it made."""
    now = clock.now()
    Task.objects.get_or_create(
        patient=row.patient,
        follow_up=row,
        kind="check_delivery",
        ended_at=None,
        defaults={"raised_by": "reminder", "raised_at": now, "text": "A reminder may have been sent."},
    )
    return Reminder.objects.create(
        key=key,
        follow_up=row,
        revision=1,
        step="due",
        purpose="due",
        audience="patient",
        state="uncertain",
        due_at=now,
        next_attempt_at=now,
        created_at=now,
    )


@pytest.mark.parametrize(("sent", "state"), [("yes", "sent"), ("no", "pending")])
def test_a_person_settles_an_uncertain_message(sent: str, state: str, nurse: Client, stranger: Client) -> None:
    message = uncertain(overdue(people.patient()))
    url = f"/messages/{message.pk}/settle/"
    page = nurse.get("/queue/uncertain/").content.decode()
    assert "It was sent" in page
    assert "Send again" in page
    assert page.count(f'action="{url}"') == 1
    assert stranger.post(url, {"sent": sent}).status_code == 404
    assert nurse.post(url, {"sent": "perhaps"}).status_code == 404
    answer = nurse.post(url, {"sent": sent}, follow=True).content.decode()
    assert "Message about Tamar Wren settled" in answer
    message.refresh_from_db()
    assert message.state == state
    event = AuditEvent.objects.get(verb="reminder.settled")
    assert (str(event.by), event.changes["state"]) == ("Alice Avocet", ["uncertain", state])
    assert str(Task.objects.get(kind="check_delivery").ended_by) == "Alice Avocet"
    assert "Somebody has settled this message already." in nurse.post(url, {"sent": sent}, follow=True).content.decode()


def test_the_work_ends_with_the_last_uncertain_message(nurse: Client) -> None:
    row = overdue(people.patient())
    first, second = uncertain(row, "one"), uncertain(row, "two")
    nurse.post(f"/messages/{first.pk}/settle/", {"sent": "yes"})
    assert Task.objects.get(kind="check_delivery").ended_at is None
    nurse.post(f"/messages/{second.pk}/settle/", {"sent": "yes"})
    assert Task.objects.get(kind="check_delivery").ended_at is not None


def test_a_row_is_handed_over_to_a_colleague_of_the_team(nurse: Client, beth: User) -> None:
    row = overdue(people.patient())
    url = f"/queue/overdue/rows/{row.uid}/"
    charlie = people.charlie()
    form = nurse.get(url + "?act=hand_over", HTTP_HX_REQUEST="true").content.decode()
    assert "Beth Bittern" in form
    assert "Charlie Curlew" not in form
    refused = nurse.post(url + "hand_over/", {"to_id": charlie.pk, "seen": "0"}, HTTP_HX_REQUEST="true")
    assert refused.status_code == 422
    given = {"to_id": beth.pk, "text": "Ward asked.", "seen": "0"}
    answer = nurse.post(url + "hand_over/", given, HTTP_HX_REQUEST="true").content.decode()
    assert "Handed over to Beth Bittern. Ward asked." in answer
    row.refresh_from_db()
    assert row.owner == beth


def test_a_clinician_sets_a_window_and_another_agrees(nurse: Client, surgeon: Client, beth: User) -> None:
    patient = planned()
    url = f"/patients/{patient.key}/windows/"
    day = clock.today()
    typed = {
        "stream": "imaging",
        "earliest_on": day_text(day + timedelta(200)),
        "due_on": day_text(day + timedelta(210)),
        "latest_on": day_text(day + timedelta(220)),
        "until_on": day_text(day + timedelta(225)),
        "reason": "Travels until spring.",
    }
    assert nurse.get(url).status_code == 403
    assert surgeon.post(url, typed | {"reason": "", "due_on": "soon"}).status_code == 422
    saved = surgeon.post(url, typed, follow=True).content.decode()
    assert "A second clinician has to agree to this window." in saved
    assert "Travels until spring." in saved
    assert "Approve as the second" not in saved
    window = Override.objects.get(patient=patient)
    second = signed_in(beth)
    assert "Approve as the second" in second.get(f"/patients/{patient.key}/").content.decode()
    told = surgeon.post(f"{url}{window.pk}/second/", follow=True).content.decode()
    assert "another clinician approves it" in told
    second.post(f"{url}{window.pk}/second/")
    window.refresh_from_db()
    assert window.second_approved_by == beth
    assert "Approve as the second" not in second.get(f"/patients/{patient.key}/").content.decode()


@pytest.mark.parametrize(("role", "seen"), [(Role.NURSE, True), (Role.ADMIN, True), (Role.SURGEON, False)])
def test_a_night_whose_count_failed_is_told_until_one_holds(role: Role, seen: bool) -> None:
    people.policy_version()
    client = signed_in(people.person("someone", "Someone", role, people.estuary()))
    lost = {"holds": False, "problems": ["patient row 7: imaging stands in no state"]}
    NightlyRun.objects.create(on=ago(1), started_at=clock.now(), result=lost)
    said = "did not add up"
    assert (said in client.get("/queue/overdue/").content.decode()) is seen
    NightlyRun.objects.create(on=clock.today(), started_at=clock.now(), result={"holds": True})
    assert said not in client.get("/queue/overdue/").content.decode()
