"""The patient's page and the search: everything there, unknown said so, a fixed number of queries."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.http import Http404
from django.test.utils import CaptureQueriesContext

from scheduling.models import PolicyVersion
from tests.tracker import people
from tests.tracker.people import NOW, TODAY, days, occasion
from tracker import access
from tracker.facts import histories
from tracker.models import Patient, User
from tracker.queries.patient.overview import find_patients, page_of, without_owner
from tracker.queries.patient.rows import PatientPage
from tracker.queries.patient.stored_facts import StoredFacts
from tracker.queries.patient.timeline import history_lines
from tracker.services import patients, records
from tracker.services.acts.occasion import by_the_scheduler
from tracker.services.follow_ups import arranging as follow_ups
from tracker.services.schedule.planning import replan

pytestmark = pytest.mark.django_db

SINS = {
    "pain": "mechanical",
    "bone_lesion": "lytic",
    "alignment": "normal",
    "collapse": "over_50",
    "posterolateral": "none",
}


@pytest.fixture(autouse=True)
def in_force(db: None) -> PolicyVersion:
    return people.policy_version()


def do(act: Any, patient: Patient, *args: Any, by: User | None = None, **fields: Any) -> Any:
    return act(patient, *args, occasion=occasion(by or people.bob()), **fields).fact


def full(patient: Patient) -> None:
    """One fact of each kind, two of some."""
    do(records.record_primary, patient, site="nsclc", subtype="adenocarcinoma", occurred_on=days(-700))
    do(records.record_marker, patient, name="EGFR exon 19 deletion", result="present", occurred_on=days(-600))
    first = do(records.record_therapy, patient, therapy_class="tki", drugs=["afatinib"], occurred_on=days(-600))
    do(
        records.record_therapy,
        patient,
        therapy_class="tki",
        drugs=["osimertinib"],
        occurred_on=days(-300),
        replaces=[first.pk],
        replaced_because="spine_progression",
    )
    do(records.record_study, patient, kind="mri", coverage="whole_spine", occurred_on=days(-100))
    do(records.record_visit, patient, occurred_on=days(-90))
    lesion = do(records.record_lesion, patient, level="T12", occurred_on=days(-300), escc="1a", sins=SINS)
    do(
        records.record_assessment,
        patient,
        lesion.pk,
        occurred_on=days(-100),
        escc="1b",
        sins=SINS | {"pain": ""},
    )
    do(records.record_lesion, patient, level="L3", occurred_on=days(-100))
    do(records.record_lesion, patient, level="T7", occurred_on=days(-300), escc="0", sins=SINS)
    do(
        records.record_procedure,
        patient,
        kind="sbrt",
        levels=["T6-T7"],
        dose_gy=24,
        fractions=2,
        occurred_on=days(-200),
    )
    do(records.record_response, patient, spine="stable", occurred_on=days(-100))
    do(records.record_imaging_safety, patient, mri="ok", egfr=71, occurred_on=days(-100))
    do(records.record_function, patient, scale="ecog", value="2", occurred_on=days(-400))
    do(records.record_function, patient, scale="ecog", value="1", occurred_on=days(-100))
    do(
        records.record_prognosis,
        patient,
        score="nesms",
        inputs={"modified_bauer": 1, "ambulatory": "independent"},
        occurred_on=TODAY,
    )


def page(user: User, patient: Patient) -> PatientPage:
    return page_of(user, access.patient_for(user, str(patient.key)), NOW)


def test_a_patient_of_others_does_not_exist(patient: Patient, charlie: User, dana: User) -> None:
    for stranger in (charlie, dana):
        with pytest.raises(Http404):
            page(stranger, patient)


def test_an_empty_record_says_that_nothing_is_known(patient: Patient, alice: User) -> None:
    replan(patient, occasion=by_the_scheduler(TODAY, NOW))
    shown = page(alice, patient)
    assert [(line.name, line.value, line.on) for line in shown.safety] == [
        ("MRI", "", None),
        ("Gadolinium", "", None),
        ("eGFR", "", None),
    ]
    assert shown.lesions == shown.studies == shown.functions == shown.prognosis == ()
    assert (shown.leaving, shown.caution) == (None, "")
    assert [card.stream for card in shown.cards] == ["imaging", "surgeon"]
    assert all(card.row is not None for card in shown.cards)
    assert "score_missing" in {task.kind for task in shown.tasks}


def test_the_header_and_what_limits_imaging(patient: Patient, alice: User) -> None:
    full(patient)
    shown = page(alice, patient)
    assert (shown.patient.name, shown.age, str(shown.patient.nurse)) == ("Tamar Wren", 61, "Alice Avocet")
    assert [(line.name, line.value) for line in shown.safety] == [
        ("MRI", "cleared"),
        ("Gadolinium", ""),
        ("eGFR", "71.0 mL/min/1.73 m²"),
    ]
    assert [(line.scale, line.value) for line in shown.functions] == [("ecog", "1")]


def test_lesions_stand_from_head_to_tail_with_since_when_and_what_is_missing(patient: Patient, alice: User) -> None:
    full(patient)
    t7, t12, l3 = page(alice, patient).lesions
    assert [line.level for line in (t7, t12, l3)] == ["T7", "T12", "L3"]
    assert t7.sins is not None
    assert (t7.sins.total, t7.sins.band, t7.escc) == (9, "potentially_unstable", "0")
    assert [text.split(",")[0] for text in t7.treated] == ["SBRT 24 Gy in 2"]
    assert (t12.escc, t12.graded_on, t12.escc_before) == ("1b", days(-100), "1a")
    assert t12.sins is not None
    assert (t12.sins.total, t12.sins.lowest, t12.sins.highest) == (None, 8, 11)
    assert (t12.sins.missing, t12.sins_before) == (("pain",), 11)
    assert [look.occurred_on for look in t12.looks] == [days(-100), days(-300)]
    assert (l3.escc, l3.sins, l3.looks) == ("", None, ())


def test_therapy_is_numbered_from_the_first_line_and_newest_first(patient: Patient, alice: User) -> None:
    full(patient)
    second, first = page(alice, patient).therapies
    assert (second.number, second.running, second.line.drugs) == (2, True, ["osimertinib"])
    assert (first.number, first.running, first.line.stop_reason) == (1, False, "spine_progression")


def test_a_survival_score_stands_with_direction_year_and_caution(patient: Patient, alice: User) -> None:
    full(patient)
    shown = page(alice, patient)
    (line,) = shown.prognosis
    assert (line.fact.total, line.lowest, line.highest, line.missing) == (None, 1, 2, ("albumin_g_dl",))
    assert (line.instrument.direction.arrow, line.instrument.year) == ("↑ higher is better", 2015)
    assert shown.caution.startswith("This score predates this patient's therapy.")


def test_the_number_of_queries_does_not_grow_with_the_record(patient: Patient, alice: User) -> None:
    full(patient)
    page(alice, patient)  # the policy is compiled once per process
    with CaptureQueriesContext(connection) as few:
        page(alice, patient)
    for number, level in enumerate(("C3", "T2", "L5", "S1"), start=2):
        do(records.record_lesion, patient, level=level, occurred_on=days(-number), escc="2", sins=SINS)
        do(records.record_study, patient, kind="mri", occurred_on=days(-number))
        do(records.record_visit, patient, occurred_on=days(-number))
        do(records.open_symptom, patient, kind="pain_suggestive", occurred_on=days(-1))
    with CaptureQueriesContext(connection) as many:
        page(alice, patient)
    assert len(many) == len(few)


def test_find_by_number_name_or_birth(alice: User, charlie: User) -> None:
    wren = people.patient(number="RBX 20 441")
    people.patient(number="RBX 99 999", given_name="Esk", family_name="Dunnock", birth_on=days(-20_000))

    def found(text: str, user: User = alice) -> list[str]:
        return [row.patient.number for row in find_patients(user, text, 1, TODAY).rows]

    assert found("20 441") == found("wren tam") == found("14.3.1965") == found("1965-03-14") == [wren.number]
    assert found("") == ["RBX 99 999", "RBX 20 441"]
    assert found("nobody") == found("", charlie) == []


def test_what_was_found_says_what_is_next(alice: User, patient: Patient) -> None:
    row = people.follow_up(patient)
    do(records.record_status, patient, status="hospice", clinician="Dr Plover", occurred_on=days(-1))
    (found,) = find_patients(alice, patient.number, 1, TODAY).rows
    assert (found.leaving and found.leaving.word, found.next_visit_on) == ("Hospice or comfort care", None)
    row.refresh_from_db()
    assert row.state == "withdrawn"
    assert found.next_imaging_on is None


def test_patients_without_a_team_or_a_nurse(alice: User) -> None:
    people.patient()
    mine = people.patient(nurse=None)
    assert [row.patient.number for row in without_owner(alice, 1, TODAY).rows] == [mine.number]


def test_the_history_says_who_did_what_and_who_looked(patient: Patient, alice: User, bob: User) -> None:
    do(records.record_marker, patient, name="ALK", result="absent", occurred_on=days(-1))
    patients.note_viewed(patient, occasion=occasion(alice))
    entries = history_lines(patient)
    recorded = next(entry for entry in entries if entry.verb == "marker.recorded")
    assert (recorded.by, recorded.target) == ("Bob Brambling", "marker")
    assert ("name", "", "ALK") in recorded.changes
    assert "patient.viewed" not in {entry.verb for entry in entries}
    assert "patient.viewed" in {entry.verb for entry in history_lines(patient, views=True)}
    assert len(history_lines(patient, limit=1)) == 1


def test_what_was_entered_in_error_stays_in_sight(patient: Patient, alice: User) -> None:
    fact = do(records.record_study, patient, kind="mri", occurred_on=days(-3))
    do(records.mark_entered_in_error, patient, "study", fact.pk, reason="Another patient's.")
    assert page(alice, patient).studies == ()
    (wrong,) = page(alice, patient).wrong_facts
    assert (wrong.kind, wrong.text, wrong.on, wrong.reason) == (
        "study",
        "mri",
        days(-3),
        "Another patient's.",
    )


def test_how_a_date_came_about_and_what_people_did(patient: Patient, alice: User) -> None:
    replan(patient, occasion=by_the_scheduler(TODAY, NOW))
    row = patient.follow_ups.get(stream="imaging")
    follow_ups.book(row, day=days(2), occasion=occasion(alice))
    assert [event.kind for event in row.events.order_by("-pk")] == ["booked", "opened"]
    assert [contact.kind for contact in page(alice, patient).contacts] == ["booked"]


def test_rows_that_were_read_for_the_page_give_the_engine_the_same_record(patient: Patient) -> None:
    full(patient)
    wrong = do(records.record_study, patient, kind="mri", occurred_on=days(-3))
    do(records.mark_entered_in_error, patient, "study", wrong.pk, reason="Another patient's.")
    patient.refresh_from_db()
    assert StoredFacts(patient).history() == histories([patient.pk])[patient.pk]
