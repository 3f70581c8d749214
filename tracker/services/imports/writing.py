"""Write what a batch of readings changes: patients, facts, withdrawals, audit and questions, in few statements."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Model

from tracker.interop.drafts import AssessmentDraft, Draft
from tracker.interop.records import Proposal, QuestionDraft
from tracker.models import AuditEvent, Fact, ImportRun, Lesion, LesionAssessment, Patient, Question, Team, User
from tracker.services.acts.occasion import Occasion
from tracker.services.acts.tasks import number_found
from tracker.services.imports.comparing import GONE, IMPORTED, Work
from tracker.services.imports.rows import IDENTITY, REACHING, UNREACHED, fingerprint, insert_columns, read_as, values_of
from tracker.storage import bulk


@dataclass(frozen=True, slots=True)
class Author:
    """On which occasion (its source is csv or fhir), in which run, and to whom new patients are given."""

    occasion: Occasion
    run: ImportRun
    team: Team | None = None
    surgeon: User | None = None


def write(works: Collection[Work], author: Author) -> list[int]:
    """Write the changes of some patients in the caller's transaction; the keys of patients to plan anew."""
    changed = [work for work in works if work.changes]
    _save_patients(changed, author)
    audit = list(_withdraw(changed, author))
    lesions = _lesions(changed, author)
    by_model: dict[type[Model], list[dict[str, object]]] = {}
    for work in changed:
        for target, drafts in work.new.items():
            if target.model is not Lesion:
                rows = (_fact(work.key, draft, author, lesions) for draft in drafts)
                by_model.setdefault(target.model, []).extend(rows)
    for model, facts in by_model.items():
        _insert(model, facts)
    _insert(AuditEvent, [*audit, *(_imported(work, author) for work in changed)])
    return [work.key for work in changed]


def _insert(model: type[Model], rows: Iterable[dict[str, object]]) -> None:
    columns, defaults = insert_columns(model._meta.label)
    bulk.insert(model, columns, [[row.get(name, defaults[name]) for name in columns] for row in rows])


def _save_patients(works: Collection[Work], author: Author) -> None:
    """Make the patients who are new, and bring the known ones up to date."""
    new = [work for work in works if work.patient is None]
    made = Patient.objects.bulk_create(_patient(work, author) for work in new)
    for work, patient in zip(new, made, strict=True):
        work.key = patient.pk
    for work in works:
        if work.patient is not None and work.columns:
            Patient.objects.filter(pk=work.key).update(**work.columns)
            if work.columns.get("phone"):
                number_found(work.patient, occasion=author.occasion)


def _patient(work: Work, author: Author) -> Patient:
    record = work.record
    return Patient(
        **{name: getattr(record, name) for name in (*IDENTITY, *REACHING, *UNREACHED)},
        number=record.number,
        source_key=record.source_key,
        registered_on=record.registered_on or author.occasion.today,
        registered_because=record.registered_because,
        prospective_from=author.occasion.today,
        team=author.team,
        surgeon=author.surgeon,
        created_at=author.occasion.at,
        created_by=author.occasion.by,
    )


def _fact(key: int, draft: Draft, author: Author, lesions: dict[tuple[int, str], int]) -> dict[str, object]:
    row = values_of(draft)
    if row.get("closed_on") is not None:
        row |= {"closed_by_id": author.occasion.by.pk, "closed_at": author.occasion.at}
    row |= {
        "patient_id": key,
        "recorded_at": author.occasion.at,
        "recorded_by_id": author.occasion.by.pk,
        "source": author.occasion.source,
        "source_key": draft.source_key,
        "form_version": fingerprint(draft),
    }
    if isinstance(draft, AssessmentDraft):
        row["lesion_id"] = lesions[key, draft.source_key]
    return row


def _lesions(works: Collection[Work], author: Author) -> dict[tuple[int, str], int]:
    """Write new lesions; the lesion of every assessment, by patient and the assessment's own key.

    Looks at a lesion that is written anew move over to the new row: those that people recorded stay valid.
    """
    pairs = [
        (work, draft)
        for work in works
        for target, drafts in work.new.items()
        if target.model is Lesion
        for draft in drafts
    ]
    made = Lesion.objects.bulk_create(Lesion(**_fact(work.key, draft, author, {})) for work, draft in pairs)
    rows = {(work.key, source_key): pk for work in works for source_key, pk in work.lesions.items()}
    for (work, draft), lesion in zip(pairs, made, strict=True):
        rows[work.key, draft.source_key] = lesion.pk
        if draft.source_key in work.replaced:
            old = work.replaced[draft.source_key]
            looks = LesionAssessment.objects.filter(lesion_id=old, entered_in_error_at__isnull=True)
            looks.update(lesion=lesion)
    return {
        (work.key, look.source_key): rows[work.key, lesion.source_key]
        for work in works
        for lesion in work.record.lesions
        for look in lesion.assessments
        if (work.key, lesion.source_key) in rows
    }


def _withdraw(works: Collection[Work], author: Author) -> Iterator[dict[str, object]]:
    """Enter in error what has gone or changed, the looks at a lesion with it; the audit events that say so."""
    for work in works:
        for target, rows in work.withdrawn.items():
            for pk, reason in rows:
                error = {
                    "entered_in_error_at": author.occasion.at,
                    "entered_in_error_by": author.occasion.by,
                    "entered_in_error_reason": reason,
                }
                target.model._default_manager.filter(pk=pk).update(**error)
                if target.model is Lesion and reason == GONE:
                    looks = LesionAssessment.objects.filter(lesion_id=pk, entered_in_error_at__isnull=True)
                    looks.update(**error)
                name = target.model._meta.model_name or ""
                changes: dict[str, object] = {"entered_in_error_reason": ["", reason]}
                yield _event(author, f"{name}.entered_in_error", name, pk, work.key, changes)


def first_gone(work: Work) -> Fact | None:
    """Of what is no longer at the source the fact that was recorded first; one that changed has a successor."""
    gone = [
        target.model._default_manager.get(pk=pk)
        for target, rows in work.withdrawn.items()
        for pk, reason in rows
        if reason == GONE
    ]
    return min(gone, key=lambda fact: fact.recorded_at, default=None)


def _imported(work: Work, author: Author) -> dict[str, object]:
    counts = {
        f"{kind} {act}": count
        for (kind, act), count in work.counts.items()
        if act in ("created", "withdrawn") and count
    }
    changes: dict[str, object] = {
        "read_as": [None, read_as(work.record)],
        "facts": [None, counts],
        "place": [None, work.record.place],
    }
    if work.patient is not None:
        for name, value in work.columns.items():
            changes[name] = [_plain(getattr(work.patient, name)), _plain(value)]
    return _event(author, IMPORTED, "patient", work.key, work.key, changes)


def _event(
    author: Author, verb: str, kind: str, target: int, patient: int, changes: dict[str, object]
) -> dict[str, object]:
    return {
        "at": author.occasion.at,
        "by_id": author.occasion.by.pk,
        "verb": verb,
        "target_kind": kind,
        "target_key": str(target),
        "patient_id": patient,
        "changes": changes,
    }


def _plain(value: object) -> object:
    return value if value is None or isinstance(value, str | int) else str(value)


def new_questions(questions: Collection[QuestionDraft]) -> list[QuestionDraft]:
    """Those that were never asked before, each once."""
    keyed = {question.source_key[:300]: question for question in questions}
    known = set(Question.objects.filter(source_key__in=list(keyed)).values_list("source_key", flat=True))
    return [question for key, question in keyed.items() if key not in known]


def ask(questions: Collection[tuple[int | None, QuestionDraft]], author: Author) -> None:
    """Add questions, each with the patient it is about."""
    Question.objects.bulk_create(
        Question(
            run=author.run,
            patient_id=patient,
            kind=question.kind[:60],
            source_key=question.source_key[:300],
            place=question.place[:300],
            value=question.value[:500],
            expected=question.expected[:500],
            text=question.text[:500],
            proposal=_proposed(question.proposal),
            asked_at=author.occasion.at,
        )
        for patient, question in questions
    )


def _proposed(offer: Proposal | None) -> dict[str, object] | None:
    return None if offer is None else {"record": offer.record, "fields": dict(offer.fields)}
