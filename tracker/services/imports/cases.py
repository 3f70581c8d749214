"""What an import understood, in the case format: the record that its rows would give, without writing one."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

from django.db.models import Model

from scheduling.cases.writing import CaseMapping
from scheduling.deriving import facts_of
from scheduling.engine.policy.rows import Policy
from scheduling.engine.record.facts import Facts
from tracker.facts import history_of
from tracker.interop.records import PatientRecord
from tracker.models import LesionAssessment, Patient
from tracker.services.cases import case_of_facts
from tracker.services.imports.rows import TARGETS, drafts_of, values_of


def facts_of_record(record: PatientRecord, as_of: date, policy: Policy) -> Facts:
    """What stands on `as_of`, read as `policy` says; who has no day of registration is registered on `as_of`."""
    patient = Patient(registered_on=record.registered_on or as_of, contact_failures=record.contact_failures)
    return facts_of(history_of(patient, _rows(record)), as_of, policy.history_rules)


#: Columns that no source fills and a record is made of all the same.
_UNSAID = {"primary_id": None, "closed_at": None, "quality": "unknown"}


def _rows(record: PatientRecord) -> dict[type[Model], list[SimpleNamespace]]:
    """What the drafts would become, oldest first; keys hold the looks at a lesion and the lesion together."""
    rows: dict[type[Model], list[SimpleNamespace]] = {}
    for target in TARGETS:
        drafts = enumerate(drafts_of(record, target))
        made = [SimpleNamespace(pk=key, **values_of(draft), **_UNSAID) for key, draft in drafts]
        rows[target.model] = sorted(made, key=lambda row: row.occurred_on)
    lesion_of = [key for key, lesion in enumerate(record.lesions) for _ in lesion.assessments]
    for look in rows[LesionAssessment]:
        look.lesion_id = lesion_of[look.pk]
    return rows


def case_of(record: PatientRecord, as_of: date, policy: Policy) -> CaseMapping:
    """The patient in the case format, named as the source names the row and by nothing else.

    Raises NotACase where the format has no words for it, such as a lesion of unknown level.
    """
    name = record.source_key.partition(":")[2] or record.source_key
    return case_of_facts(facts_of_record(record, as_of, policy), name, as_of, policy)
