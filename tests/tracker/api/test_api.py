"""The programming interface: who sees what, what it answers with, how it refuses, how often it asks the database."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.tracker import people, schedules
from tracker import clock
from tracker.models import Membership, Patient, User
from tracker.queries.queues.registry import QUEUES

pytestmark = pytest.mark.django_db

Counted = Callable[[int], AbstractContextManager[Any]]
NOBODY = "00000000-0000-4000-8000-000000000000"
ADDRESSES = ("/api/queues/", "/api/queues/overdue/", f"/api/patients/{NOBODY}/schedule/", "/api/policies/")


@pytest.fixture(autouse=True)
def _the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock of the doors stands at the day of the tests."""
    monkeypatch.setattr(clock, "today", lambda: people.TODAY)
    monkeypatch.setattr(clock, "now", lambda: people.NOW)


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def read(user: User, address: str, status: int = 200, **query: str) -> dict[str, Any]:
    response = client_of(user).get(address, query)
    assert response.status_code == status, response.content
    kind = "application/json" if status == 200 else "application/problem+json"
    assert response.headers["Content-Type"] == kind
    assert response.headers["Cache-Control"] == "no-store"
    body: dict[str, Any] = response.json()
    return body


def schedule(patient: Patient) -> str:
    return f"/api/patients/{patient.key}/schedule/"


# Who may ask


@pytest.mark.parametrize("address", [*ADDRESSES, "/api/elsewhere/"])
def test_nobody_is_answered_without_signing_in(address: str) -> None:
    response = Client().get(address)
    assert response.status_code == 403
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.json() == {
        "type": "about:blank",
        "title": "Forbidden",
        "status": 403,
        "detail": "Authentication credentials were not provided.",
    }


def test_a_nurse_from_elsewhere_gets_404_as_for_nobody(alice: User, charlie: User, patient: Patient) -> None:
    assert read(alice, schedule(patient))["patient"]["number"] == patient.number
    of_a_patient = read(charlie, schedule(patient), 404)
    of_nobody = read(charlie, f"/api/patients/{NOBODY}/schedule/", 404)
    assert of_a_patient == of_nobody
    assert of_nobody["detail"] == "No such patient among yours."


def test_queues_hold_only_ones_own_patients(alice: User, charlie: User, dana: User, patient: Patient) -> None:
    people.follow_up(patient)
    assert read(alice, "/api/queues/overdue/")["total"] == 1
    for other in (charlie, dana):
        assert read(other, "/api/queues/overdue/")["total"] == 0
        assert all(queue["count"] == 0 for queue in read(other, "/api/queues/")["queues"])
    Membership.objects.create(user=dana, team=people.estuary())
    assert read(dana, "/api/queues/overdue/")["total"] == 1


def test_who_has_left_is_not_answered(alice: User, patient: Patient) -> None:
    client = client_of(alice)
    alice.is_active = False
    alice.save()
    assert client.get(schedule(patient)).status_code == 403


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_it_only_reads(alice: User, address: str, method: str) -> None:
    response = getattr(client_of(alice), method)(address)
    assert response.status_code == 405
    assert response.json()["title"] == "Method Not Allowed"
    assert response.headers["Allow"] == "GET, HEAD, OPTIONS"


# What it answers with


def test_counts_of_every_queue_in_the_order_of_the_rail(alice: User, patient: Patient) -> None:
    people.follow_up(patient)
    answered = read(alice, "/api/queues/")
    assert answered["on"] == "2026-11-20"
    assert [queue["slug"] for queue in answered["queues"]] == [queue.slug for queue in QUEUES]
    assert answered["queues"][1] == {"slug": "overdue", "title": "Overdue", "group": "Act now", "count": 1}


def test_a_row_of_a_queue(alice: User, patient: Patient) -> None:
    row = people.follow_up(patient, state="missed", missed_on=people.days(-20), missed_count=1)
    answered = read(alice, "/api/queues/overdue/")
    assert [answered[key] for key in ("slug", "total", "patients", "oldest_days", "page", "pages")] == [
        "overdue",
        1,
        1,
        17,
        1,
        1,
    ]
    (shown,) = answered["rows"]
    assert shown["uid"] == str(row.uid)
    assert shown["patient"] == {
        "key": str(patient.key),
        "number": patient.number,
        "name": patient.name,
        "age": 61,
        "sex": "female",
    }
    assert shown["window"] == {"opens_on": "2026-09-29", "due_on": "2026-10-27", "closes_on": "2026-11-03"}
    assert (shown["standing"], shown["standing_words"]) == ("overdue", "17 past latest")
    assert shown["missed"] == {"on": "2026-10-31", "times": 1}
    assert shown["booking"] is shown["snooze"] is None
    assert (shown["conflicts"], shown["asked"]) == ([], True)
    assert shown["policy"] == {"version": "default-0.2", "draft": True}


def test_a_booking_and_why_it_does_not_fit(alice: User, patient: Patient) -> None:
    people.follow_up(
        patient,
        state="booked",
        booked_on=people.days(4),
        booked_at=datetime.fromisoformat("2026-11-24T10:30:00+00:00"),
        booked_place="Hall B",
        request="CT_MYELO",
        arranged_as="MRI_WS_GAD",
    )
    (shown,) = read(alice, "/api/queues/conflicts/")["rows"]
    booking = shown["booking"]
    assert (booking["on"], booking["place"]) == ("2026-11-24", "Hall B")
    assert datetime.fromisoformat(booking["at"]) == datetime.fromisoformat("2026-11-24T10:30:00+00:00")
    assert shown["conflicts"] == ["too_late", "other_request"]


def test_pages_name_their_neighbours_and_keep_the_filters(alice: User) -> None:
    for _ in range(51):
        people.follow_up(people.patient())
    first = read(alice, "/api/queues/overdue/", stream="imaging")
    assert (len(first["rows"]), first["total"], first["pages"], first["previous"]) == (50, 51, 2, None)
    assert first["next"] == "http://testserver/api/queues/overdue/?stream=imaging&page=2"
    second = client_of(alice).get(first["next"]).json()
    assert (len(second["rows"]), second["page"], second["next"]) == (1, 2, None)
    assert second["previous"] == "http://testserver/api/queues/overdue/?stream=imaging&page=1"
    shown = [row["uid"] for answered in (first, second) for row in answered["rows"]]
    assert len(set(shown)) == 51


def test_the_filters_of_the_page(alice: User, bob: User) -> None:
    late = people.patient(number="RBX 1", family_name="Heron")
    people.follow_up(late, urgency="urgent", owner=bob)
    people.follow_up(people.patient(number="RBX 2"), stream="surgeon", counted_by="visit")
    address = "/api/queues/overdue/"

    def found(**query: str) -> list[str]:
        return [row["patient"]["number"] for row in read(alice, address, **query)["rows"]]

    assert found() == ["RBX 1", "RBX 2"]
    assert found(urgency="urgent") == ["RBX 1"]
    assert found(stream="surgeon") == ["RBX 2"]
    assert found(q="heron") == ["RBX 1"]
    assert found(owner=str(bob.pk)) == ["RBX 1"]
    assert found(time="scheduled") == []
    assert found(state="open", team=str(people.estuary().pk)) == ["RBX 1", "RBX 2"]
    assert found(team="999999") == []


def test_an_emergency_stands_on_every_queue_whatever_the_filters(alice: User, patient: Patient) -> None:
    people.follow_up(patient, urgency="emergency", row="E1", opens=0, due=0, closes=1)
    answered = read(alice, "/api/queues/overdue/", stream="surgeon")
    assert answered["total"] == 0
    assert [row["patient"]["number"] for row in answered["emergencies"]] == [patient.number]


def test_work_without_a_window_stands_among_the_tasks(alice: User, patient: Patient) -> None:
    schedules.add(schedules.Study, patient, schedules.ago(3), kind="mri", coverage="whole_spine")
    answered = read(alice, "/api/queues/no-result/")
    assert (answered["total"], answered["rows"]) == (1, [])
    (work,) = answered["tasks"]
    assert (work["source"], work["patient"]["key"]) == ("study", str(patient.key))


def test_a_schedule_says_why_with_grade_citation_and_draft_mark(alice: User, patient: Patient) -> None:
    people.policy_version()
    schedules.low_risk(patient)
    schedules.plan_now(patient)
    answered = read(alice, schedule(patient))
    assert answered["patient"] == {"key": str(patient.key), "number": patient.number}
    assert answered["policy_in_force"]["version"] == "default-0.2"
    assert answered["policy_in_force"]["draft"] is True
    imaging, surgeon = answered["streams"]
    assert (imaging["stream"], surgeon["stream"]) == ("imaging", "surgeon")
    assert imaging["last"] == {"on": "2026-10-21", "kind": "ct_systemic"}
    assert imaging["follow_up"]["policy"] == {"version": "default-0.2", "draft": True}
    winner = imaging["reasons"][0]
    assert winner["row"] == imaging["follow_up"]["reason"]["row"] == "A1"
    assert winner["gives_date"] is True
    assert winner["grade"] == imaging["follow_up"]["reason"]["grade"]
    assert winner["citation"]
    assert winner["sentence"]
    (window,) = winner["windows"]
    assert {key: window[key] for key in ("opens_on", "due_on", "closes_on")} == imaging["follow_up"]["window"]
    assert window["anchor_on"] == "2026-10-21"
    assert surgeon["follow_up"] is None
    assert surgeon["reasons"] == []
    assert surgeon["not_asked_by"]["row"] == "A1"
    assert surgeon["not_asked_by"]["title"]


def test_a_patient_whom_nobody_planned_yet(alice: User, patient: Patient) -> None:
    answered = read(alice, schedule(patient))
    assert answered["policy_in_force"] is None
    assert [card["follow_up"] for card in answered["streams"]] == [None, None]
    assert [card["not_asked_by"] for card in answered["streams"]] == [None, None]


def test_the_policy_in_force_and_every_version(dana: User) -> None:
    assert read(dana, "/api/policies/") == {"on": "2026-11-20", "in_force": None, "versions": []}
    version = people.policy_version()
    answered = read(dana, "/api/policies/")
    assert answered["in_force"] == {
        "version": "default-0.2",
        "title": "Surveillance of spinal metastases on targeted therapy",
        "draft": True,
        "effective_from": version.effective_from.isoformat(),
        "approved_by": None,
        "approved_on": None,
        "next_review_on": "2027-05-21",
        "fingerprint": version.fingerprint,
    }
    assert [line["version"] for line in answered["versions"] if line["in_force"]] == ["default-0.2"]


# How it refuses


def test_every_wrong_parameter_is_named_at_once(alice: User) -> None:
    response = client_of(alice).get(
        "/api/queues/overdue/?urgency=high&stream=mri&team=x&page=0&owner=-1&colour=red&state=open&state=booked"
    )
    assert response.status_code == 400
    named = {error["parameter"]: error["detail"] for error in response.json()["errors"]}
    assert named == {
        "urgency": "'high' is not known; expected one of emergency, urgent, expedited, routine, extended, stop",
        "stream": "'mri' is not known; expected one of imaging, surgeon",
        "team": "'x' is not a number of this kind; expected the number of a team",
        "page": "0 is no page; expected the number of a page, 1 for the first",
        "owner": "'-1' is not a number of this kind; expected the number of a member of staff, 0 for nobody",
        "colour": "not a parameter here; expected one of time, state, stream, urgency, team, owner, surgeon, q, page",
        "state": "given 2 times; expected once",
    }


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"page": "9" * 30}, "is not a number of this kind"),
        ({"team": "٣"}, "is not a number of this kind"),
        ({"q": "x" * 81}, "81 characters; expected at most 80"),
    ],
)
def test_what_no_database_should_be_asked(alice: User, query: dict[str, str], sentence: str) -> None:
    assert sentence in read(alice, "/api/queues/overdue/", 400, **query)["detail"]


def test_addresses_without_parameters_take_none(alice: User, patient: Patient) -> None:
    for address in ("/api/queues/", "/api/policies/", schedule(patient)):
        detail = read(alice, address, 400, page="2")["detail"]
        assert detail == "page: this address takes no parameters"


def test_an_unknown_queue_names_the_known_ones(alice: User) -> None:
    problem = read(alice, "/api/queues/nowhere/", 404)
    assert problem["title"] == "Not Found"
    assert problem["detail"].startswith("There is no queue of this name; there are emergency, overdue, ")


@pytest.mark.parametrize("address", ["/api/", "/api/nothing/", "/api/patients/7/schedule/"])
def test_other_addresses_are_not_there(alice: User, address: str) -> None:
    assert read(alice, address, 404)["detail"] == "There is nothing at this address."


# How often it asks the database: the session and the person are two of the queries


def test_counting_asks_the_same_number_of_queries_for_any_rows(alice: User, django_assert_num_queries: Counted) -> None:
    client = client_of(alice)
    for _ in range(3):
        people.follow_up(people.patient())
    with django_assert_num_queries(5):
        client.get("/api/queues/")


def test_a_page_asks_the_same_number_of_queries_for_any_rows(alice: User, django_assert_num_queries: Counted) -> None:
    client = client_of(alice)
    client.get("/api/queues/overdue/")
    for rows in (1, 12):
        for _ in range(rows):
            people.follow_up(people.patient())
        with django_assert_num_queries(11):
            client.get("/api/queues/overdue/")


def test_a_schedule_asks_a_fixed_number_of_queries(alice: User, patient: Patient) -> None:
    people.policy_version()
    client = client_of(alice)

    def queries() -> int:
        client.get(schedule(patient))
        with CaptureQueriesContext(connection) as caught:
            assert client.get(schedule(patient)).status_code == 200
        return len(caught)

    schedules.low_risk(patient)
    schedules.plan_now(patient)
    few = queries()
    assert few <= 28  # fewer on PostgreSQL, which answers those of the facts in one go
    schedules.low_risk(patient, visits=(200, 150, 90))
    schedules.plan_now(patient)
    assert queries() == few
