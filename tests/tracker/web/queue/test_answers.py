"""A call that leaves something to be answered opens its form at once, and the task stands until then."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from tests.tracker import people
from tests.tracker.web.conftest import overdue, planned, signed_in
from tracker.models import FollowUp, Patient, Study, Symptom, Task

pytestmark = pytest.mark.django_db


def logged(client: Client, row: FollowUp, outcome: str, **options: str) -> tuple[int, str]:
    """The status and the address that a logged call leads to."""
    answer = client.post(
        f"/queue/overdue/rows/{row.uid}/log_call/", {"outcome": outcome, "text": "Legs heavy"}, **options
    )
    return answer.status_code, answer.headers.get("Location") or answer.headers.get("HX-Redirect") or ""


def imaging(patient: Patient) -> FollowUp:
    return FollowUp.objects.get(patient=patient, stream="imaging", closed_at__isnull=True)


@pytest.mark.parametrize(("options", "status"), [({}, 302), ({"HTTP_HX_REQUEST": "true"}, 200)])
def test_unwell_opens_the_symptom_form_for_that_patient(nurse: Client, options: dict[str, str], status: int) -> None:
    patient = planned()
    answered, url = logged(nurse, imaging(patient), "unwell", **options)
    task = Task.objects.get(kind="unwell")
    assert (answered, url) == (status, f"/patients/{patient.key}/record/symptom/?unwell={task.pk}")
    page = nurse.get(url).content.decode()
    assert "Unwell on the telephone." in page
    assert "Legs heavy" in page
    assert re.search(r'value="call"[^>]*checked', page)
    assert 'value="Alice Avocet"' in page
    assert 'value="20 Nov 2026"' in page
    assert f"/patients/{patient.key}/unwell/{task.pk}/" in page
    values = {"kind": "neuro", "occurred_on": "20 Nov 2026", "route": "call", "detail": "legs heavy"}
    assert nurse.post(url, values).status_code == 302
    assert Symptom.objects.get(patient=patient).kind == "neuro"
    task.refresh_from_db()
    assert task.ending == "done"
    assert "Unwell on the telephone." not in nurse.get(url).content.decode()


def test_until_it_is_answered_it_stands_on_top_with_its_age(nurse: Client) -> None:
    patient = planned(family_name="Teal")
    overdue(people.patient(family_name="Osprey"), urgency="urgent")
    logged(nurse, imaging(patient), "unwell")
    task = Task.objects.get(kind="unwell")
    for slug in ("overdue", "unwell", "coming"):
        page = nurse.get(f"/queue/{slug}/").content.decode()
        first = page.split('<tbody class="row')[1]
        assert f'id="row-task-{task.pk}"' in first, slug
        assert "Unwell on the telephone: record the symptom" in first
        assert "since the call" in first
        assert "Alice Avocet" in first
        assert "Record symptom" in first
    assert "Record symptom" in nurse.get(f"/patients/{patient.key}/").content.decode()
    answer = nurse.get("/api/queues/overdue/").json()["unwell"]
    assert [(row["kind"], row["urgency"], row["owner"]) for row in answer] == [("unwell", "urgent", "Alice Avocet")]


def test_no_spine_symptom_after_all(nurse: Client) -> None:
    patient = planned()
    logged(nurse, imaging(patient), "unwell")
    task = Task.objects.get(kind="unwell")
    url = f"/patients/{patient.key}/unwell/{task.pk}/"
    assert signed_in(people.charlie()).get(url).status_code == 404
    refused = nurse.post(url, {"reason": ""})
    assert refused.status_code == 422
    assert "Say why it is no spine symptom." in refused.content.decode()
    assert nurse.post(f"/tasks/{task.pk}/done/").status_code != 200
    task.refresh_from_db()
    assert task.ended_at is None
    assert nurse.post(url, {"reason": "a cold, says the GP"}).status_code == 302
    task.refresh_from_db()
    assert task.note == "No spine symptom after all: a cold, says the GP"


@pytest.mark.parametrize(("options", "status"), [({}, 302), ({"HTTP_HX_REQUEST": "true"}, 200)])
def test_a_wrong_number_opens_the_field_for_the_right_one(nurse: Client, options: dict[str, str], status: int) -> None:
    patient = planned()
    row = imaging(patient)
    answered, url = logged(nurse, row, "wrong_number", **options)
    assert (answered, url) == (status, f"/patients/{patient.key}/number/")
    for address in (f"/queue/overdue/?open={row.uid}&act=log_call", f"/patients/{patient.key}/"):
        page = nurse.get(address).content.decode()
        assert "tel:" not in page
        assert "01632 960 144 reached somebody else" in page
    refused = nurse.post(url, {"phone": "01632 960144"})
    assert (refused.status_code, "expected another" in refused.content.decode()) == (422, True)
    assert nurse.post(url, {"phone": "01632 960 222"}).status_code == 302
    patient.refresh_from_db()
    assert patient.phone == "01632 960 222"
    assert not Task.objects.filter(kind="right_number", ended_at__isnull=True).exists()
    assert "tel:01632960222" in nurse.get(f"/patients/{patient.key}/").content.decode()


def test_done_elsewhere_asks_the_day_and_what_it_was(nurse: Client) -> None:
    patient = planned()
    row = imaging(patient)
    url = f"/queue/overdue/rows/{row.uid}/done_elsewhere/"
    form = nurse.get(f"/queue/overdue/?open={row.uid}&act=done_elsewhere").content.decode()
    assert "Day it was done" in form
    assert "Which study" in form
    assert nurse.post(url, {}).status_code == 422
    values = {"on": "18 Nov 2026", "kind": "mri", "coverage": "whole_spine"}
    assert nurse.post(url, values).status_code == 302
    study = Study.objects.get(patient=patient, source="told")
    assert (study.occurred_on.isoformat(), study.kind) == ("2026-11-18", "mri")
    row.refresh_from_db()
    assert row.state == "done"
    assert "Study without a report" in nurse.get("/queue/no-result/").content.decode()


@pytest.mark.parametrize(
    ("code", "values", "form"),
    [
        ("log_call", {"outcome": "declined"}, "status"),
        ("cancel", {"outcome": "refused", "reason": "tired", "until": "10 Dec 2026"}, "status"),
        ("cancel", {"outcome": "contraindicated", "reason": "pacemaker", "until": "10 Dec 2026"}, "safety"),
        ("cancel", {"outcome": "overtaken", "reason": "was admitted", "until": "10 Dec 2026"}, "study"),
    ],
)
def test_what_an_outcome_says_leads_to_the_form_that_records_it(
    nurse: Client, code: str, values: dict[str, str], form: str
) -> None:
    patient = planned()
    row = imaging(patient)
    answer = nurse.post(f"/queue/overdue/rows/{row.uid}/{code}/", values, HTTP_HX_REQUEST="true")
    assert f'href="/patients/{patient.key}/record/{form}/"' in answer.content.decode()


def test_the_call_form_says_where_a_death_or_a_stay_in_hospital_is_recorded(nurse: Client) -> None:
    patient = planned()
    page = nurse.get(f"/queue/overdue/?open={imaging(patient).uid}&act=log_call").content.decode()
    for form in ("status", "visit"):
        assert f'href="/patients/{patient.key}/record/{form}/"' in page
    assert "done_elsewhere" in page
