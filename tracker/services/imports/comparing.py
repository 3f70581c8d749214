"""What a reading changes in the record: each draft against the row that the same import wrote before."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from tracker.interop.drafts import RECORD_OF, Draft, StatusDraft
from tracker.interop.records import PatientRecord, QuestionDraft, proposal
from tracker.kinds import names
from tracker.models import AuditEvent, Patient
from tracker.services.acts.of_patient import same_number
from tracker.services.imports.order_of_life import doubt_about
from tracker.services.imports.rows import (
    FORM,
    IDENTITY,
    REACHING,
    TARGETS,
    UNREACHED,
    Target,
    drafts_of,
    fingerprint,
    read_as,
    values_of,
)

CHANGED = "changed at the source"
GONE = "no longer at the source"
#: Verb of the audit event of every import that wrote something for a patient.
IMPORTED = "patient.imported"

_COLUMNS = names("patient_id source_key pk form_version occurred_on entered_in_error_at entered_in_error_reason")
_EMPTY = (None, "", "unknown")


class Row(NamedTuple):
    """A row of this source as it stands."""

    pk: int
    form: str
    occurred_on: date
    in_error_at: datetime | None
    in_error_reason: str

    @property
    def is_ours(self) -> bool:
        """Whether an import wrote it."""
        return self.form.startswith(FORM)

    @property
    def is_set_aside(self) -> bool:
        """Whether a person marked it as entered in error."""
        return self.in_error_at is not None and self.in_error_reason not in (CHANGED, GONE)


@dataclass(slots=True)
class Work:
    """What has to be written for one patient; `patient` None is a new one. `columns` are changes of the own row.

    `key` is the patient's row, of a new one from when it is written.
    """

    record: PatientRecord
    patient: Patient | None
    questions: list[QuestionDraft]
    key: int = 0
    columns: dict[str, object] = field(default_factory=dict)
    new: dict[Target, list[Draft]] = field(default_factory=dict)
    withdrawn: dict[Target, list[tuple[int, str]]] = field(default_factory=dict)
    #: Lesions that are written anew: source key to the row whose looks move over.
    replaced: dict[str, int] = field(default_factory=dict)
    #: Standing lesions by source key.
    lesions: dict[str, int] = field(default_factory=dict)
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    #: A death that contradicts the record: asked about, not taken.
    asked_death: bool = False

    @property
    def changes(self) -> bool:
        """Whether anything of the record is written."""
        return self.patient is None or bool(self.columns or self.new or self.withdrawn)

    @property
    def act(self) -> str:
        """The word of the report."""
        return "created" if self.patient is None else "updated" if self.changes else "unchanged"


class Stored:
    """What stands for the patients of a batch: their rows of this source, and how their own columns were read."""

    def __init__(self, patients: Collection[Patient], kind: str) -> None:
        keys = [patient.pk for patient in patients]
        self.rows: dict[Target, dict[int, dict[str, list[Row]]]] = {}
        self.read_as: dict[int, str] = {}
        if not keys:
            return
        for target in TARGETS:
            grouped: dict[int, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
            rows = target.model._default_manager.filter(patient_id__in=keys, source=kind).order_by("pk")
            for patient, key, *row in rows.values_list(*_COLUMNS):
                grouped[patient][key].append(Row(*row))
            self.rows[target] = grouped
        events = AuditEvent.objects.filter(patient_id__in=keys, verb=IMPORTED).order_by("pk")
        for patient, changes in events.values_list("patient_id", "changes"):
            if "read_as" in changes:
                self.read_as[patient] = changes["read_as"][1]

    def of(self, target: Target, patient: int) -> dict[str, list[Row]]:
        """Rows of one kind by source key, oldest first."""
        return self.rows[target].get(patient, {})


def compare(
    record: PatientRecord,
    patient: Patient | None,
    questions: Iterable[QuestionDraft],
    stored: Stored,
    as_of: date,
) -> Work:
    """What has to be written for one patient, so that the same reading a second time gives nothing."""
    work = Work(record, patient, list(questions), 0 if patient is None else patient.pk)
    if patient is None:
        for target in TARGETS:
            for draft in drafts_of(record, target):
                work.counts[RECORD_OF[target.draft], _taken_in(work, target, draft)] += 1
        return work
    for target in TARGETS:
        _compare_facts(work, target, stored.of(target, patient.pk), as_of)
    _compare_columns(work, patient, stored.read_as.get(patient.pk, ":"))
    return work


def _compare_facts(work: Work, target: Target, rows: dict[str, list[Row]], as_of: date) -> None:
    word = RECORD_OF[target.draft]
    given: set[str] = set()
    for draft in drafts_of(work.record, target):
        given.add(draft.source_key)
        act = _compare_one(work, target, draft, rows.get(draft.source_key, []))
        work.counts[word, act] += 1
    listed_in = "lesions" if target.field == "assessments" else target.field
    if listed_in not in work.record.whole:
        return
    for key, versions in rows.items():
        newest = versions[-1]
        stands = newest.is_ours and newest.in_error_at is None and newest.occurred_on <= as_of
        if key not in given and stands:
            work.withdrawn.setdefault(target, []).append((newest.pk, GONE))
            work.counts[word, "withdrawn"] += 1


def _compare_one(work: Work, target: Target, draft: Draft, versions: list[Row]) -> str:
    """What becomes of one draft: created, unchanged, or left to what a person decided."""
    present = next((row for row in reversed(versions) if row.in_error_at is None), None)
    ours = next((row for row in reversed(versions) if row.is_ours), None)
    if present is not None and target.field == "lesions":
        work.lesions[draft.source_key] = present.pk
    if ours is not None and ours.form == fingerprint(draft):
        if ours.in_error_at is None:
            return "unchanged"
        if ours.is_set_aside:
            return "left_to_people"
    if present is not None and present is not ours:
        if _says_the_same(target, draft, present.pk):
            return "unchanged"
        work.questions.append(_overtaken(work, draft))
        return "left_to_people"
    if present is not None and (asked := doubt_about(draft, work.record, work.patient)) is not None:
        work.questions.append(asked)
        return "left_to_people"
    if present is not None:
        work.withdrawn.setdefault(target, []).append((present.pk, CHANGED))
        work.counts[RECORD_OF[target.draft], "withdrawn"] += 1
        if target.field == "lesions":
            work.replaced[draft.source_key] = present.pk
    return _taken_in(work, target, draft)


def _taken_in(work: Work, target: Target, draft: Draft) -> str:
    """A draft that is new is written, unless it contradicts the order of a life: then a person is asked."""
    asked = doubt_about(draft, work.record, work.patient)
    if asked is not None:
        work.questions.append(asked)
        work.asked_death = work.asked_death or (isinstance(draft, StatusDraft) and draft.status == "deceased")
        return "left_to_people"
    work.new.setdefault(target, []).append(draft)
    return "created"


def _says_the_same(target: Target, draft: Draft, pk: int) -> bool:
    """Whether the row that a person recorded under this key says what the source says now."""
    row = target.model._default_manager.get(pk=pk)
    return all(getattr(row, name) == value for name, value in values_of(draft).items())


def _overtaken(work: Work, draft: Draft) -> QuestionDraft:
    """The source changed a fact that a person has corrected here: the person's stands, and is asked about."""
    return QuestionDraft(
        kind="changed_after_correction",
        source_key=f"{work.record.source_key}:{draft.source_key}#{fingerprint(draft)}"[:300],
        place=draft.place,
        text="The source changed this, and a person had corrected it here. The correction stands until answered.",
        expected="which of the two holds",
        proposal=proposal(draft),
        patient=work.record.number,
    )


def _compare_columns(work: Work, patient: Patient, before: str) -> None:
    record = work.record
    was, now = before.split(":"), read_as(record).split(":")
    if was[0] != now[0]:
        for name in ("number", *IDENTITY):
            value = getattr(record, name)
            if value not in _EMPTY and value != getattr(patient, name):
                work.columns[name] = value
        for name in REACHING:
            value = getattr(record, name)
            if value and not getattr(patient, name) and not (name == "phone" and _was_wrong(patient, value)):
                work.columns[name] = value
    follows = list(UNREACHED) if was[1] != now[1] else []
    if any(target.field == "statuses" for target in work.withdrawn):
        follows += ["deceased_on", "death_source"]
    for name in follows:
        if getattr(record, name) != getattr(patient, name):
            work.columns[name] = getattr(record, name)
    if work.asked_death:
        for name in ("deceased_on", "death_cause", "death_source"):
            work.columns.pop(name, None)


def _was_wrong(patient: Patient, number: str) -> bool:
    """Whether this number reached somebody else: no file brings it back."""
    return same_number(number, patient.wrong_phone)
