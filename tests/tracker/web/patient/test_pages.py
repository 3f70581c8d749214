"""The patient's pages: the gate, what they show, the trace a look leaves, and why a date is what it is."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from scheduling.engine.words import day_text
from tests.tracker import people
from tests.tracker.web.conftest import ago, planned, signed_in
from tracker import clock
from tracker.models import AuditEvent, PatientPlan, Study, User
from tracker.queries.why.proof import proof
from tracker.services.records import record_lesion, record_study, record_therapy

pytestmark = pytest.mark.django_db

PAGES = (
    "",
    "history/",
    "why/imaging/",
    "why/surgeon/",
    "responsible/",
    "record/study/",
    "record/lesion/",
    "record/status/",
)


@pytest.mark.parametrize("tail", PAGES)
def test_every_page_of_a_patient_is_absent_for_another_team(tail: str, nurse: Client, stranger: Client) -> None:
    patient = planned()
    assert nurse.get(f"/patients/{patient.key}/{tail}").status_code == 200
    assert stranger.get(f"/patients/{patient.key}/{tail}").status_code == 404


def test_the_overview_shows_dates_reasons_scores_and_what_is_missing(nurse: Client) -> None:
    patient = planned(family_name="Wren")
    page = nurse.get(f"/patients/{patient.key}/").content.decode()
    for words in (
        "Next spine imaging",
        "Next surgeon visit",
        "gives the date",
        "past latest",
        "Potentially unstable",
        "1b",
        "Not known",
        "MRI safety not cleared",
        "Schematic seen from the left",
    ):
        assert words in page, words


def test_a_look_at_a_record_is_recorded_once_a_day(nurse: Client) -> None:
    patient = planned()
    for _ in range(2):
        nurse.get(f"/patients/{patient.key}/")
    looks = AuditEvent.objects.filter(patient=patient, verb="patient.viewed")
    assert [str(look.by) for look in looks] == ["Alice Avocet"]


def test_the_page_takes_the_same_queries_for_one_fact_and_for_three(nurse: Client) -> None:
    patient = planned()
    url = f"/patients/{patient.key}/"

    def queries() -> int:
        nurse.get(url)
        with CaptureQueriesContext(connection) as caught:
            assert nurse.get(url).status_code == 200
        return len(caught)

    few = queries()
    assert few <= PATIENT_QUERIES
    now = people.occasion(today=clock.today(), at=clock.now())
    for level, days in (("T3", 120), ("L2", 110)):
        record_lesion(patient, level=level, occurred_on=ago(days), escc="0", occasion=now)
        record_study(patient, kind="ct_systemic", occurred_on=ago(days), occasion=now)
    assert queries() == few


#: One question a kind of fact (18), and nineteen for who looks, the plan, follow-ups, tasks, results that wait for
#: somebody and the trail. PostgreSQL answers those of the facts in one go, which count as none.
PATIENT_QUERIES = 38


def test_why_this_date_can_be_worked_out_by_hand(nurse: Client) -> None:
    patient = planned()
    page = nurse.get(f"/patients/{patient.key}/why/imaging/").content.decode()
    for words in ("1. The answer", "2. The arithmetic", "3. The facts it read", "4. Rows that nearly fired"):
        assert words in page
    assert "+ 12 w =" in page
    assert "local default" in page
    earlier = nurse.get(f"/patients/{patient.key}/why/imaging/?on={ago(300).isoformat()}").content.decode()
    assert "as known on" in earlier
    wrong = nurse.get(f"/patients/{patient.key}/why/imaging/?on=someday").content.decode()
    assert "“someday” is not a day." in wrong
    assert nurse.get(f"/patients/{patient.key}/why/sideways/").status_code == 404


def test_both_pages_say_until_when_no_date_changes(nurse: Client) -> None:
    patient = planned()
    for until, said in ((date(2031, 3, 3), "no date changes before 3 Mar 2031."), (None, "no date changes.")):
        PatientPlan.objects.update(stands_until=until)
        for tail in ("", "why/imaging/"):
            page = nurse.get(f"/patients/{patient.key}/{tail}").content.decode()
            assert f"Unless something is recorded, {said}" in " ".join(page.split())
    earlier = nurse.get(f"/patients/{patient.key}/why/imaging/?on={ago(300).isoformat()}").content.decode()
    assert "Unless something is recorded" not in earlier
    PatientPlan.objects.update(stands_until=clock.today())
    assert "Unless something is recorded" not in nurse.get(f"/patients/{patient.key}/").content.decode()


def test_a_patient_is_found_by_number_name_and_birth_date(nurse: Client, stranger: Client) -> None:
    people.policy_version()
    patient = people.patient(number="RBX 20 441", family_name="Wren")
    people.patient(number="RBX 50 000", family_name="Linnet", birth_on="1950-01-02")
    for text in ("20 441", "wren", "14.3.1965"):
        answer = nurse.get("/patients/", {"q": text})
        assert answer.headers["Location"] == f"/patients/{patient.key}/", text
    assert "Linnet" in nurse.get("/patients/").content.decode()
    assert "No patient fits" in stranger.get("/patients/", {"q": "wren"}).content.decode()


def test_patients_without_an_owner_stand_in_a_list_of_their_own() -> None:
    people.policy_version()
    people.patient(number="RBX 1", family_name="Orphan", team=None, nurse=None, surgeon=None)
    alice = people.alice()
    assert "Orphan" not in signed_in(alice).get("/patients/?owner=none").content.decode()
    alice.may_assign = True
    alice.save()
    client = signed_in(alice)
    assert "Orphan" in client.get("/patients/?owner=none").content.decode()


def test_a_planned_patient_without_an_owner_is_shown_with_the_plan() -> None:
    alice = people.alice()
    alice.may_assign = True
    alice.save()
    planned(family_name="Wren", team=None, nurse=None)
    page = signed_in(alice).get("/patients/?owner=none").content.decode()
    assert "Wren" in page
    assert "Not planned yet" not in page
    assert "none asked" not in page


def test_who_is_responsible_is_changed_within_the_team() -> None:
    from tests.tracker.web.conftest import signed_in

    alice = people.alice()
    alice.may_assign = True
    alice.save()
    patient = planned()
    beth, charlie = people.beth(), people.charlie()
    client = signed_in(alice)
    url = f"/patients/{patient.key}/responsible/"
    given = {"team": str(people.estuary().pk), "nurse": str(alice.pk), "surgeon": str(beth.pk)}
    assert client.post(url, given | {"surgeon": str(charlie.pk)}).status_code == 422
    assert client.post(url, given).status_code == 302
    patient.refresh_from_db()
    assert patient.surgeon == beth


def test_every_fact_behind_a_date_names_who_recorded_it_and_from_which_source(nurse: Client) -> None:
    patient = planned()
    Study.objects.filter(patient=patient).update(source="csv", recorded_by=people.bob())
    page = nurse.get(f"/patients/{patient.key}/why/imaging/").content.decode()
    today = day_text(clock.today())
    assert f"Import (CSV), Bob Brambling, {today}" in page
    assert f"Typed, Alice Avocet, {today}" in page
    assert "Worked out from the cancer, its markers and the running therapy" in page
    facts = proof(patient, "imaging", clock.today()).facts
    assert {fact.name for fact in facts if fact.counted_from} == {"last study", "last canal study"}
    study = next(fact for fact in facts if fact.name == "last study")
    assert [(one.source, one.by) for one in study.origin.sources] == [("csv", "Bob Brambling")]
    escc = next(fact for fact in facts if fact.name == "escc at T12")
    assert [(one.source, one.on) for one in escc.origin.sources] == [("typed", ago(200))]


def test_what_to_keep_in_mind_is_shown_with_its_source_and_changes_no_date(nurse: Client, alice: User) -> None:
    patient = planned()
    before = PatientPlan.objects.get(patient=patient)
    url = f"/patients/{patient.key}/"
    assert "Keep in mind" not in nurse.get(url).content.decode()
    record_therapy(
        patient, therapy_class="tki", drugs=["cabozantinib"], occurred_on=ago(900), occasion=people.occasion(alice)
    )
    page = nurse.get(url).content.decode()
    for words in ("Keep in mind", "If an operation is planned", "PMC8339966", "US label", "no dose is advised"):
        assert words in page, words
    assert PatientPlan.objects.get(patient=patient).rows == before.rows
