"""What contradicts the order of a life stays out of an import, and a person is asked."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.tracker import people
from tests.tracker.people import NOW, TODAY, days, occasion
from tracker.interop.drafts import LineDraft, ProcedureDraft, StatusDraft, StudyDraft, VisitDraft
from tracker.interop.records import PatientRecord, Reading
from tracker.models import Patient, Question, StatusEvent, Study, TherapyLine, Visit
from tracker.services import records
from tracker.services.imports import questions
from tracker.services.imports import taking_in as imports

pytestmark = [pytest.mark.django_db, pytest.mark.storage]

WHO = {"number": "RBX 9", "source_key": "a:9", "birth_on": date(1950, 5, 1), "registered_on": days(-300)}


def taken_in(**fields: object) -> None:
    people.policy_version()
    record = PatientRecord(**(WHO | fields))  # type: ignore[arg-type]
    imports.import_records([Reading(record)], team=people.estuary(), occasion=occasion(source="csv"))


def visit(key: str, on: date, precision: str = "day") -> VisitDraft:
    return VisitDraft(source_key=key, occurred_on=on, precision=precision, kind="spine_surgeon")


def death(on: date, precision: str = "day") -> dict[str, object]:
    said = StatusDraft(source_key="s1", occurred_on=on, precision=precision, status="deceased")
    return {"deceased_on": on, "statuses": (said,)}


def test_a_visit_after_the_death_is_asked_about_once_and_kept_out() -> None:
    given = death(days(-20)) | {"visits": (visit("v1", days(-25)), visit("v2", days(-10)))}
    for _ in range(2):
        taken_in(**given)
    assert [one.occurred_on for one in Visit.objects.all()] == [days(-25)]
    (question,) = Question.objects.all()
    assert (question.kind, question.state) == ("order_of_life", "open")
    assert question.text.startswith("10 Nov 2026 lies after the death, 31 Oct 2026.")
    questions.accept(question.pk, occasion=occasion())
    assert Visit.objects.filter(occurred_on=days(-10), source="csv", entered_in_error_at=None).count() == 1
    taken_in(**given)
    assert Visit.objects.filter(entered_in_error_at=None).count() == 2
    assert Question.objects.count() == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"procedures": (ProcedureDraft(source_key="p", occurred_on=date(1949, 1, 1), kind="sbrt"),)},
        {"studies": (StudyDraft(source_key="x", occurred_on=date(1949, 1, 1), kind="mri"),)},
        {"statuses": (StatusDraft(source_key="s", occurred_on=days(-400), status="discharged", reason="r"),)},
        {"lines": (LineDraft(source_key="l", occurred_on=days(-9), stopped_on=days(-19), therapy_class="tki"),)},
    ],
    ids=["procedure before birth", "study before birth", "discharge before registration", "stop before start"],
)
def test_days_that_contradict_each_other_are_asked_about(fields: dict[str, object]) -> None:
    taken_in(**fields)
    assert [question.kind for question in Question.objects.all()] == ["order_of_life"]
    assert not Study.objects.exists()
    assert not StatusEvent.objects.exists()
    assert not TherapyLine.objects.exists()


def test_a_day_known_less_exactly_contradicts_only_where_its_whole_period_does() -> None:
    month = TODAY.replace(day=1) - timedelta(days=1)
    first = month.replace(day=1)
    taken_in(**death(first, "month"), visits=(visit("v1", month), visit("v2", days(-1), "unknown")))
    assert Visit.objects.count() == 2
    assert not Question.objects.exists()


def test_a_death_before_a_visit_that_was_typed_is_asked_about_and_ends_nothing() -> None:
    taken_in()
    patient = Patient.objects.get(number="RBX 9")
    records.record_visit(patient, occurred_on=days(-3), occasion=occasion(at=NOW))
    taken_in(**death(days(-9)))
    patient.refresh_from_db()
    assert patient.deceased_on is None
    assert not StatusEvent.objects.exists()
    (question,) = Question.objects.all()
    assert "The record has a visit of 17 Nov 2026, after this death on 11 Nov 2026" in question.text
    questions.accept(question.pk, occasion=occasion())
    patient.refresh_from_db()
    assert patient.deceased_on == days(-9)
