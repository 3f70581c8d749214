"""Questions of an import: accepted, corrected or rejected by a person, once, and each answer planned at once."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest

from scheduling.models import PolicyVersion
from tests.tracker import people
from tests.tracker.people import NOW, TODAY, days
from tests.tracker.schedules import add
from tracker.errors import InvalidFact, NotPossible, Refused
from tracker.interop.drafts import LesionDraft, ProcedureDraft, StatusDraft, SymptomDraft
from tracker.interop.records import proposal
from tracker.models import (
    FollowUp,
    ImportRun,
    Lesion,
    LesionAssessment,
    Patient,
    Procedure,
    Question,
    StatusEvent,
    Symptom,
    User,
)
from tracker.queries.questions import open_questions
from tracker.services.acts.occasion import by_the_scheduler
from tracker.services.imports import questions
from tracker.services.imports.questions import Answered
from tracker.services.schedule.planning import replan

pytestmark = [pytest.mark.django_db, pytest.mark.storage]

_keys = count(1)


@pytest.fixture(autouse=True)
def in_force(db: None) -> PolicyVersion:
    return people.policy_version()


def ask(of: Patient | None, draft: Any = None, **fields: Any) -> Question:
    offered = proposal(draft) if draft is not None else None
    run = ImportRun.objects.create(kind="csv", started_at=NOW, by=people.dana(), as_of=TODAY)
    values = {
        "run": run,
        "patient": of,
        "kind": "asked",
        "source_key": f"question {next(_keys)}",
        "place": "lesions.csv:7",
        "text": "Which level was scored?",
        "proposal": {"record": offered.record, "fields": dict(offered.fields)} if offered else None,
        "asked_at": NOW,
    }
    return Question.objects.create(**(values | fields))


def answer(act: Any, question: Question, by: User | None = None, **fields: Any) -> Answered:
    done: Answered = act(question.pk, occasion=people.occasion(by), **fields)
    return done


def current(patient: Patient) -> FollowUp:
    return FollowUp.objects.get(patient=patient, stream="imaging", closed_at__isnull=True)


SBRT = ProcedureDraft(source_key="p/1", occurred_on=days(-100), kind="sbrt", levels=("T5-T7",))


def test_accepting_records_what_was_proposed_under_its_source(patient: Patient, alice: User) -> None:
    question = ask(patient, SBRT)
    answered = answer(questions.accept, question)
    fact = Procedure.objects.get()
    assert answered.fact == fact
    assert (fact.kind, fact.levels, fact.source, fact.source_key) == ("sbrt", ["T5-T7"], "csv", "p/1")
    assert (fact.recorded_by, fact.form_version) == (alice, "")
    assert answered.changes
    question.refresh_from_db()
    assert (question.state, question.answered_by, question.answered_at) == ("accepted", alice, NOW)
    with pytest.raises(NotPossible, match="Alice Avocet answered it on 20 Nov 2026: accepted"):
        answer(questions.accept, question)
    assert not open_questions(alice).exists()


def test_correcting_replaces_single_values(patient: Patient) -> None:
    question = ask(patient, SBRT)
    answer(questions.correct, question, fields={"levels": ["T8"], "occurred_on": "2026-08-01"})
    fact = Procedure.objects.get()
    assert (fact.kind, fact.levels, str(fact.occurred_on)) == ("sbrt", ["T8"], "2026-08-01")
    question.refresh_from_db()
    assert (question.state, question.answer) == ("corrected", {"levels": ["T8"], "occurred_on": "2026-08-01"})


def test_a_wrong_answer_is_refused_with_all_its_problems_and_the_question_stays_open(
    patient: Patient,
) -> None:
    question = ask(patient, SBRT)
    with pytest.raises(InvalidFact) as refused:
        answer(
            questions.correct,
            question,
            fields={
                "levels": ["T99"],
                "occurred_on": "soon",
                "fractions": "many",
                "colour": "red",
                "kind": "laser",
            },
        )
    assert set(refused.value.problems) == {"levels", "occurred_on", "fractions", "colour", "kind"}
    question.refresh_from_db()
    assert question.state == "open"
    assert not Procedure.objects.exists()


def test_answered_elsewhere_needs_to_say_where(patient: Patient) -> None:
    question = ask(patient, SBRT)
    with pytest.raises(InvalidFact, match="or where they were recorded"):
        answer(questions.correct, question, fields={})
    answer(questions.correct, question, fields={}, reason="Typed on the patient's page.")
    question.refresh_from_db()
    assert (question.state, question.reason) == ("corrected", "Typed on the patient's page.")


def test_rejecting_needs_a_reason_and_records_nothing(patient: Patient) -> None:
    question = ask(patient, SBRT)
    with pytest.raises(InvalidFact, match="expected why it is rejected"):
        answer(questions.reject, question, reason="")
    assert answer(questions.reject, question, reason="Another hospital's.").changes == []
    assert not Procedure.objects.exists()


def test_what_proposes_nothing_cannot_be_accepted(patient: Patient) -> None:
    with pytest.raises(NotPossible, match="proposes nothing"):
        answer(questions.accept, ask(patient))
    assigns = people.alice()
    assigns.may_assign = True
    with pytest.raises(NotPossible, match="names no patient"):
        answer(questions.accept, ask(None, SBRT), by=assigns)


def test_a_level_that_is_answered_keeps_the_looks_at_the_lesion(patient: Patient) -> None:
    lesion = add(Lesion, patient, days(-40), source="csv", source_key="l/1")
    add(LesionAssessment, patient, days(-40), lesion=lesion, escc="2", source="csv", source_key="l/1#1")
    question = ask(patient, LesionDraft(source_key="l/1", occurred_on=days(-40), level="T8"))
    answered = answer(questions.accept, question)
    lesion.refresh_from_db()
    assert lesion.entered_in_error_reason == "Replaced by the answer to a question of an import."
    standing = LesionAssessment.objects.get(entered_in_error_at__isnull=True)
    assert (standing.lesion, standing.escc, standing.source_key) == (answered.fact, "2", "l/1#1")
    assert Lesion.objects.get(entered_in_error_at__isnull=True).level == "T8"


def unconfirmed(patient: Patient) -> Question:
    episode = SymptomDraft(source_key="s/1", occurred_on=days(-40), kind="neuro", detail="numb legs")
    add(
        Symptom,
        patient,
        days(-40),
        kind="neuro",
        detail="numb legs",
        confirmed=False,
        source="csv",
        source_key="s/1",
    )
    replan(patient, occasion=by_the_scheduler(TODAY, NOW))
    assert current(patient).urgency != "emergency"
    return ask(patient, episode, kind="neuro_still_open")


def test_a_red_flag_counts_once_it_is_confirmed(patient: Patient) -> None:
    answer(questions.accept, unconfirmed(patient))
    assert (current(patient).row, current(patient).urgency) == ("E1", "emergency")
    assert Symptom.objects.count() == 1


def test_a_red_flag_is_set_aside_by_a_clinician_only(patient: Patient, bob: User) -> None:
    question = unconfirmed(patient)
    with pytest.raises(Refused, match="Only a clinician may close a symptom"):
        answer(questions.reject, question, reason="Long gone.")
    question.refresh_from_db()
    assert question.state == "open"
    answer(questions.reject, question, reason="Long gone.", by=bob)
    assert Symptom.objects.get().closed_by == bob
    assert current(patient).urgency != "emergency"


def test_a_death_that_is_accepted_ends_the_schedule(patient: Patient) -> None:
    replan(patient, occasion=by_the_scheduler(TODAY, NOW))
    answer(questions.accept, ask(patient, StatusDraft(source_key="d/1", occurred_on=days(-4), status="deceased")))
    patient.refresh_from_db()
    assert patient.deceased_on == days(-4)
    assert StatusEvent.objects.get().source_key == "d/1"
    assert not FollowUp.objects.filter(patient=patient, closed_at__isnull=True).exists()


def test_a_field_of_the_patient_is_changed_as_a_person_would(patient: Patient) -> None:
    question = ask(patient, proposal={"record": "patient", "fields": {"source_key": "x", "birth_on": "1965-03-15"}})
    answer(questions.accept, question)
    patient.refresh_from_db()
    assert str(patient.birth_on) == "1965-03-15"
    wrong = ask(patient, proposal={"record": "patient", "fields": {"team": "2"}})
    with pytest.raises(InvalidFact, match="not changed by a question"):
        answer(questions.accept, wrong)


def test_whose_question_it_is(patient: Patient, alice: User, charlie: User, dana: User) -> None:
    question, nobodys = ask(patient, SBRT), ask(None)
    assert list(open_questions(alice)) == [question]
    assert list(open_questions(charlie)) == []
    charlie.may_assign = True
    assert list(open_questions(charlie)) == [nobodys]
    for stranger in (charlie, dana):
        with pytest.raises(Refused):
            answer(questions.accept, question, by=stranger)
