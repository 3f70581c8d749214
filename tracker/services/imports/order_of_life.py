"""Facts of a source that contradict the order of a life: they stay out, and a person is asked."""

from __future__ import annotations

from datetime import date

from scheduling.engine.vocabulary import PatientStatus
from scheduling.engine.words import day_text
from tracker.interop.days import Day
from tracker.interop.drafts import RECORD_OF, Draft, LineDraft, StatusDraft
from tracker.interop.records import PatientRecord, QuestionDraft, proposal
from tracker.models import Patient
from tracker.services.acts import life

#: Kinds of fact that are compared with a life: what happened to the person, not what was read or known of them.
_COMPARED = frozenset({*life.OF_THE_LIVING, "response", "status"})


def doubt_about(draft: Draft, record: PatientRecord, patient: Patient | None) -> QuestionDraft | None:
    """What is asked about a fact before it is taken in; None where it fits the life that source and record tell of.

    A day that is known less exactly contradicts only where its whole period does.
    """
    if RECORD_OF[type(draft)] not in _COMPARED or draft.precision == "unknown":
        return None
    sentence = _contradiction(draft, record, patient)
    if not sentence:
        return None
    return QuestionDraft(
        kind="order_of_life",
        source_key=f"{record.source_key}:{draft.source_key}#life{draft.occurred_on}"[:300],
        place=draft.place,
        value=day_text(draft.occurred_on),
        text=f"{sentence} Which day is right? It stays out until answered; accepting it records it all the same.",
        expected="days in the order of a life",
        proposal=proposal(draft),
        patient=record.number,
    )


def _contradiction(draft: Draft, record: PatientRecord, patient: Patient | None) -> str:
    first, last = draft.occurred_on, Day(draft.occurred_on, draft.precision).last
    born_on = record.birth_on or (patient.birth_on if patient else None)
    if born_on is not None and last < born_on:
        return f"{day_text(first)} lies before the birth, {day_text(born_on)}."
    is_death = isinstance(draft, StatusDraft) and draft.status == PatientStatus.DECEASED
    died_on = _died_by(record, patient)
    if not is_death and died_on is not None and first > died_on:
        return f"{day_text(first)} lies after the death, {day_text(died_on)}."
    if is_death and patient is not None and (doubt := life.death_before(patient, last)) is not None:
        return doubt.sentence
    left = isinstance(draft, StatusDraft) and not is_death and draft.status != PatientStatus.ACTIVE
    if left and record.registered_on is not None and last < record.registered_on:
        return f"{day_text(first)} lies before the registration, {day_text(record.registered_on)}."
    if isinstance(draft, LineDraft) and draft.stopped_on is not None and draft.stopped_precision != "unknown":
        stopped_on = Day(draft.stopped_on, draft.stopped_precision).last
        if stopped_on < first:
            return f"The line would end on {day_text(stopped_on)}, before it began on {day_text(first)}."
    return ""


def _died_by(record: PatientRecord, patient: Patient | None) -> date | None:
    """The last day on which the patient can have died, as the source says, else as the record does."""
    for status in record.statuses:
        if status.status == PatientStatus.DECEASED:
            return None if status.precision == "unknown" else Day(status.occurred_on, status.precision).last
    return record.deceased_on or (patient.deceased_on if patient is not None else None)
