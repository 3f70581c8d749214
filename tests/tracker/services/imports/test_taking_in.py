"""Imports take whole patients, once; a changed source changes the record, and people's corrections stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from scheduling.policies import default_policy
from tests.tracker.interop.cohorts import AS_OF, SOUND, read
from tests.tracker.people import occasion
from tracker.errors import InvalidFact
from tracker.facts import facts_for
from tracker.interop.drafts import RECORD_OF, SymptomDraft
from tracker.models import (
    AuditEvent,
    FollowUp,
    ImportRun,
    Lesion,
    LesionAssessment,
    Marker,
    Patient,
    Procedure,
    Question,
    Response,
    StatusEvent,
    Study,
    Symptom,
    Team,
    TherapyLine,
    User,
    Visit,
)
from tracker.services.acts.occasion import Occasion, by_the_scheduler
from tracker.services.imports import answers, questions
from tracker.services.imports import taking_in as imports
from tracker.services.imports.cases import facts_of_record
from tracker.services.imports.rows import TARGETS, fingerprint
from tracker.services.imports.taking_in import Report, import_records

pytestmark = [pytest.mark.django_db, pytest.mark.storage]

AT = datetime(2026, 6, 1, 9, tzinfo=UTC)
LATER = datetime(2026, 6, 8, 9, tzinfo=UTC)
WHOLE: dict[str, list[dict[str, str]]] = {name: [{}] for name in SOUND}
Files = Mapping[str, Sequence[Mapping[str, str]]]


def take_in(
    folder: Path, files: Files | None = None, *, as_of: date = AS_OF, at: datetime = AT, **options: Any
) -> Report:
    readings = read(folder, WHOLE if files is None else files, as_of)
    return import_records(readings, occasion=from_csv(as_of, at), **options)


def from_csv(as_of: date = AS_OF, at: datetime = AT) -> Occasion:
    return replace(by_the_scheduler(as_of, at), source="csv")


def counted() -> dict[str, int]:
    """How many rows of everything an import may write, but for the list of runs."""
    models = (
        Patient, Lesion, LesionAssessment, TherapyLine, Procedure, Study, Response, Visit, Symptom, Marker, StatusEvent,
        AuditEvent, Question, FollowUp,
    )  # fmt: skip
    return {model.__name__: model._default_manager.count() for model in models}


def standing(model: type[Any]) -> Any:
    return model.objects.get(entered_in_error_at__isnull=True)


def test_a_patient_comes_in_whole_and_planned(tmp_path: Path) -> None:
    report = take_in(tmp_path)
    patient = Patient.objects.get()
    assert (patient.number, patient.registered_on, patient.registered_because) == (
        "N1",
        date(2025, 3, 20),
        "import",
    )
    assert report.patients == {"created": 1}
    assert standing(Study).indication == "unknown"
    assert standing(Procedure).levels == ["T8"]
    assert standing(LesionAssessment).lesion == standing(Lesion)
    assert FollowUp.objects.filter(patient=patient).count() == 2
    assert report.planned["opened"] == 2
    assert AuditEvent.objects.filter(patient=patient, verb="patient.imported").count() == 1
    run = ImportRun.objects.get()
    assert run.report["patients"]["created"] == 1
    assert run.by.role == "system"


def test_the_record_in_the_database_is_the_record_that_was_read(tmp_path: Path) -> None:
    files = {**WHOLE, "lesions": [{}, {"lesion_id": "L2", "level": "l3-l4", "escc": "2"}]}
    (reading,) = read(tmp_path, files)
    assert reading.patient is not None
    import_records([reading], occasion=from_csv())
    patient = Patient.objects.get()
    assert facts_for([patient.pk], AS_OF)[patient.pk] == facts_of_record(reading.patient, AS_OF, default_policy())


def test_the_same_source_twice_changes_nothing(tmp_path: Path) -> None:
    files = {**WHOLE, "symptoms": [{"kind": "neuro", "date": "2026-01-01"}]}
    take_in(tmp_path, files)
    before = counted()
    report = take_in(tmp_path, files, at=LATER)
    assert counted() == before
    assert report.patients == {"unchanged": 1}
    assert report.asked == 0
    assert {act for _, act in report.facts} == {"unchanged"}


def test_the_hour_of_a_report_comes_in_and_one_that_cannot_be_keeps_its_patient_out(tmp_path: Path) -> None:
    row = {"kind": "neuro", "date": "2026-06-01", "reported_at": "2026-06-01T09:30+01:00"}
    take_in(tmp_path, {**WHOLE, "symptoms": [row]})
    assert standing(Symptom).reported_at == datetime(2026, 6, 1, 8, 30, tzinfo=UTC)
    again = take_in(tmp_path, {**WHOLE, "symptoms": [row | {"reported_at": "2026-06-01T09:40+01:00"}]})
    assert again.facts["symptom", "created"] == 1
    assert standing(Symptom).reported_at == datetime(2026, 6, 1, 8, 40, tzinfo=UTC)
    for moment, said in (("2026-06-01T11:00+01:00", "lies in the future"), ("2026-05-30T11:00+01:00", "another day")):
        report = take_in(tmp_path, {**WHOLE, "symptoms": [row | {"reported_at": moment}]})
        assert report.patients == {"skipped": 1}
        assert said in report.problems[-1].expected
    assert standing(Symptom).reported_at == datetime(2026, 6, 1, 8, 40, tzinfo=UTC)


def test_a_symptom_without_an_hour_has_the_fingerprint_of_earlier_releases() -> None:
    """What was imported before the hour was read is not taken in anew."""
    draft = SymptomDraft(source_key="s", occurred_on=date(2026, 5, 1), kind="neuro", detail="weak")
    assert fingerprint(draft) == "i1:04e430dcb5b37ae1"
    assert fingerprint(replace(draft, reported_at=AT)) != fingerprint(draft)


def test_a_later_reference_day_does_not_take_back_what_fired(tmp_path: Path) -> None:
    """A neurological symptom that came in open stays open, also when the next import finds it older than 90 days."""
    files = {**WHOLE, "symptoms": [{"kind": "neuro", "date": "2026-05-01"}]}
    take_in(tmp_path, files)
    take_in(tmp_path, files, as_of=date(2026, 12, 1), at=datetime(2026, 12, 1, tzinfo=UTC))
    assert standing(Symptom).confirmed


def test_an_earlier_reference_day_does_not_take_back_what_lies_after_it(tmp_path: Path) -> None:
    take_in(tmp_path)
    report = take_in(tmp_path, as_of=date(2026, 3, 3), at=LATER)
    assert report.facts["visit", "withdrawn"] == 0
    assert Visit.objects.filter(entered_in_error_at__isnull=True).count() == 1


def test_a_changed_row_enters_the_old_fact_in_error_and_adds_the_new_one(tmp_path: Path) -> None:
    take_in(tmp_path)
    report = take_in(tmp_path, {**WHOLE, "imaging": [{"date": "2026-03-04"}]}, at=LATER)
    old, new = Study.objects.order_by("pk")
    assert (old.entered_in_error_reason, old.entered_in_error_at) == ("changed at the source", LATER)
    assert (new.occurred_on, new.entered_in_error_at) == (date(2026, 3, 4), None)
    assert report.patients == {"updated": 1}
    assert (report.facts["study", "created"], report.facts["study", "withdrawn"]) == (1, 1)
    assert AuditEvent.objects.filter(verb="study.entered_in_error", target_key=str(old.pk)).exists()


def test_a_row_that_left_the_source_is_entered_in_error_and_comes_back_with_it(tmp_path: Path) -> None:
    take_in(tmp_path)
    take_in(tmp_path, {**WHOLE, "responses": []}, at=LATER)
    assert Response.objects.get().entered_in_error_reason == "no longer at the source"
    take_in(tmp_path, at=LATER)
    assert standing(Response).spine == "stable"


def test_a_file_that_is_absent_takes_nothing_back(tmp_path: Path) -> None:
    take_in(tmp_path)
    (tmp_path / "cohort" / "responses.csv").unlink()
    take_in(tmp_path, {name: rows for name, rows in WHOLE.items() if name != "responses"}, at=LATER)
    assert Response.objects.get().entered_in_error_at is None


def test_what_a_person_set_aside_stays_set_aside(tmp_path: Path, alice: User) -> None:
    take_in(tmp_path)
    Study.objects.update(entered_in_error_at=AT, entered_in_error_by=alice, entered_in_error_reason="another patient's")
    report = take_in(tmp_path, at=LATER)
    assert Study.objects.count() == 1
    assert report.facts["study", "left_to_people"] == 1
    take_in(tmp_path, {**WHOLE, "imaging": [{"modality": "ct_spine"}]}, at=LATER)
    assert standing(Study).kind == "ct_spine"


def test_a_persons_correction_stands_against_a_changed_source_and_is_asked_about(tmp_path: Path, alice: User) -> None:
    take_in(tmp_path)
    wrong = Study.objects.get()
    wrong.entered_in_error_at, wrong.entered_in_error_by, wrong.entered_in_error_reason = (
        AT,
        alice,
        "typed wrongly",
    )
    wrong.save()
    Study.objects.create(
        patient=wrong.patient, occurred_on=date(2026, 3, 2), kind="mri", recorded_at=AT, recorded_by=alice,
        source="csv", source_key=wrong.source_key, form_version="1",
    )  # fmt: skip
    take_in(tmp_path, {**WHOLE, "imaging": [{"date": "2026-03-09"}]}, at=LATER)
    assert standing(Study).occurred_on == date(2026, 3, 2)
    assert Question.objects.get().kind == "changed_after_correction"


def test_a_lesion_that_changed_keeps_the_looks_that_people_recorded(tmp_path: Path, alice: User) -> None:
    take_in(tmp_path, {**WHOLE, "lesions": [{"level": "t8-t9"}]})
    lesion = Lesion.objects.get()
    typed = LesionAssessment.objects.create(
        patient=lesion.patient,
        lesion=lesion,
        occurred_on=date(2026, 5, 1),
        escc="2",
        recorded_at=AT,
        recorded_by=alice,
    )
    take_in(tmp_path, {**WHOLE, "lesions": [{"level": "T9"}]}, at=LATER)
    now = standing(Lesion)
    typed.refresh_from_db()
    assert (now.level, typed.lesion) == ("T9", now)
    assert LesionAssessment.objects.filter(lesion=now, entered_in_error_at__isnull=True).count() == 2


def test_a_death_at_the_source_stops_the_plan(tmp_path: Path) -> None:
    take_in(tmp_path)
    dead = {"status": "deceased", "status_date": "2026-05-30", "death_date": "2026-05-30"}
    report = take_in(tmp_path, {**WHOLE, "patients": [dead]}, at=LATER)
    assert Patient.objects.get().deceased_on == date(2026, 5, 30)
    assert standing(StatusEvent).status == "deceased"
    assert not FollowUp.objects.filter(closed_at__isnull=True).exists()
    assert report.patients == {"updated": 1}


def test_an_address_that_a_person_corrected_is_not_overruled(tmp_path: Path) -> None:
    take_in(tmp_path)
    Patient.objects.update(language="de", birth_on=date(1961, 1, 1))
    take_in(tmp_path, at=LATER)
    assert Patient.objects.get().birth_on == date(1961, 1, 1)
    take_in(tmp_path, {**WHOLE, "patients": [{"language": "es", "birth_date": "1962-01-01"}]}, at=LATER)
    patient = Patient.objects.get()
    assert (patient.language, patient.birth_on) == ("de", date(1962, 1, 1))


def test_calls_made_here_are_not_forgotten_by_the_next_import(tmp_path: Path) -> None:
    lost = {"status": "lost_contact", "status_date": "2026-05-20"}
    take_in(tmp_path, {**WHOLE, "patients": [lost]})
    assert Patient.objects.get().contact_failures == 1
    Patient.objects.update(unreachable_since=None, contact_failures=0)
    take_in(tmp_path, {**WHOLE, "patients": [lost]}, at=LATER)
    assert Patient.objects.get().unreachable_since is None


def test_new_patients_are_given_to_the_team_and_owned_ones_stay(tmp_path: Path, bob: User) -> None:
    mine, other = Team.objects.create(name="Mine"), Team.objects.create(name="Other")
    take_in(tmp_path)
    assert Patient.objects.get().team is None
    report = take_in(tmp_path, team=mine, surgeon=bob, at=LATER)
    assert (Patient.objects.get().team, Patient.objects.get().surgeon) == (mine, bob)
    assert report.patients == {"updated": 1}
    take_in(tmp_path, team=other, at=LATER)
    assert Patient.objects.get().team == mine


def test_a_dry_run_says_the_same_and_writes_nothing(tmp_path: Path) -> None:
    files = {**WHOLE, "lesions": [{"level": "t8-t9"}]}
    before = counted() | {"runs": ImportRun.objects.count(), "users": User.objects.count()}
    said = take_in(tmp_path, files, dry_run=True)
    assert counted() | {"runs": ImportRun.objects.count(), "users": User.objects.count()} == before
    done = take_in(tmp_path, files)
    assert (said.patients, said.facts, said.asked) == (done.patients, done.facts, done.asked)
    assert said.questions == done.questions


def test_questions_name_their_patient_and_what_would_be_recorded(tmp_path: Path) -> None:
    take_in(tmp_path, {**WHOLE, "therapies": [{"stop_date": "2025-01-01"}]})
    question = Question.objects.get()
    assert question.patient == Patient.objects.get()
    assert question.place == "therapies.csv:2 stop_date"
    assert question.proposal["record"] == "therapy"
    assert question.proposal["fields"]["stopped_on"] == "2025-04-01"


def test_an_accepted_answer_is_not_asked_about_when_the_source_says_the_same(tmp_path: Path, alice: User) -> None:
    take_in(tmp_path, {**WHOLE, "therapies": [{"stop_date": "2025-01-01"}]}, team=alice.memberships.get().team)
    questions.accept(Question.objects.get().pk, occasion=occasion(alice, today=AS_OF))
    right = {**WHOLE, "therapies": [{"start_date": "2025-01-01", "stop_date": "2025-04-01"}]}
    report = take_in(tmp_path, right, at=LATER)
    assert report.patients == {"unchanged": 1}
    assert report.questions == []
    other = {**WHOLE, "therapies": [{"start_date": "2025-01-02", "stop_date": "2025-04-01"}]}
    report = take_in(tmp_path, other, at=LATER)
    assert [asked.kind for asked in report.questions] == ["changed_after_correction"]
    assert standing(TherapyLine).occurred_on == date(2025, 1, 1)


def test_proposals_use_the_words_in_which_answers_are_recorded() -> None:
    assert {RECORD_OF[target.draft]: target.model for target in TARGETS}.items() <= answers.RECORDS.items()


@pytest.mark.parametrize(
    ("files", "field", "right"),
    [
        ({"lesions": [{"level": "t8-t9"}]}, "level", "T9"),
        ({"lesions": [{"finding_date": "2027-03-01"}]}, "occurred_on", "2026-03-01"),
    ],
)
def test_what_is_left_open_cannot_be_accepted_only_filled_in(
    tmp_path: Path, alice: User, files: Files, field: str, right: str
) -> None:
    take_in(tmp_path, {**WHOLE, **files}, team=alice.memberships.get().team)
    asked = Question.objects.get()
    with pytest.raises(InvalidFact):
        questions.accept(asked.pk, occasion=occasion(alice, today=AS_OF))
    questions.correct(asked.pk, fields={field: right}, occasion=occasion(alice, today=AS_OF))
    assert str(getattr(standing(Lesion), field)) == right
    before = counted()
    assert take_in(tmp_path, {**WHOLE, **files}, at=LATER).patients == {"unchanged": 1}
    assert counted() == before


def test_a_level_that_a_person_gave_outlives_the_next_import(tmp_path: Path, alice: User) -> None:
    files = {**WHOLE, "lesions": [{"level": "l1-l2", "sins_location": "junctional"}]}
    take_in(tmp_path, files, team=alice.memberships.get().team)
    questions.accept(Question.objects.get().pk, occasion=occasion(alice, today=AS_OF))
    report = take_in(tmp_path, files, at=LATER)
    assert standing(Lesion).level == "L1"
    assert report.patients == {"unchanged": 1}
    assert standing(LesionAssessment).lesion == standing(Lesion)


def test_the_report_names_place_value_and_expectation_of_what_was_not_taken(tmp_path: Path) -> None:
    files = {
        **WHOLE,
        "patients": [{}, {"patient_id": "P2", "mrn": "N2", "primary_site": "lung"}],
        "visits": [{"date": "2027-01-01"}],
    }
    report = take_in(tmp_path, files)
    assert report.patients == {"created": 1, "skipped": 1}
    assert report.has_errors
    text = report.to_text()
    assert "patients.csv:3 primary_site: 'lung' (patient N2): one of nsclc" in text
    assert "visits.csv:2 date: '2027-01-01'" in text
    assert text.index("primary_site") < text.index("1 created, 0 updated, 0 unchanged, 1 skipped")
    assert {problem["severity"] for problem in report.to_json()["problems"]} == {"error", "skipped"}


def test_a_batch_takes_a_fixed_number_of_queries(tmp_path: Path, django_assert_max_num_queries: Any) -> None:
    people = [{"patient_id": f"P{n}", "mrn": f"N{n}"} for n in range(40)]
    visits = [{"patient_id": f"P{n}", "visit_id": f"V{n}"} for n in range(40)]
    readings = read(tmp_path, {"patients": people, "visits": visits})
    import_records(readings[:1], occasion=from_csv())
    with django_assert_max_num_queries(110):
        import_records(readings, occasion=from_csv())
    assert imports.BATCH >= 40
    assert Patient.objects.count() == 40


def test_what_a_row_that_left_the_source_had_closed_stands_again(tmp_path: Path) -> None:
    calm = {**WHOLE, "symptoms": []}
    files = {**calm, "imaging": [{}, {"study_id": "I2", "date": "2027-05-01"}]}
    then = {"as_of": date(2027, 5, 10), "at": datetime(2027, 5, 10, 9, tzinfo=UTC)}
    take_in(tmp_path, calm)
    row = FollowUp.objects.get(stream="imaging", closed_at__isnull=True)
    take_in(tmp_path, files, **then)
    assert FollowUp.objects.get(pk=row.pk).state == "done"
    take_in(tmp_path, calm, as_of=date(2027, 5, 17), at=datetime(2027, 5, 17, 9, tzinfo=UTC))
    again = FollowUp.objects.get(stream="imaging", closed_at__isnull=True)
    assert (again.pk, again.first_due_on, again.done_on) == (row.pk, row.first_due_on, None)
