"""From drafts to rows: which model and columns each kind of draft becomes, and the fingerprint of a row as read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from datetime import datetime
from functools import cache
from hashlib import blake2b
from operator import attrgetter

from django.apps import apps
from django.db.models import CharField, Model

from tracker.interop.drafts import DRAFTS, Draft, SymptomDraft
from tracker.interop.records import PatientRecord
from tracker.kinds import KINDS, names
from tracker.models import MODELS, Fact, Patient
from tracker.services.acts.checking import Problems, check_moment

#: Opens `form_version` of what an import wrote: the version of this form, then the fingerprint of the row as read.
FORM = "i1:"

_NOT_SAID = frozenset({"place", "assessments"})
#: Columns that a person changes in place, or that depend on the reference day: a changed value is no changed source.
_NOT_COMPARED: dict[type[Draft], frozenset[str]] = {SymptomDraft: frozenset({"confirmed"})}


@dataclass(frozen=True, slots=True)
class Target:
    """One field of `PatientRecord` and the model it fills."""

    field: str
    draft: type[Draft]
    model: type[Fact]


#: What an import can fill, in the order of the kinds.
TARGETS: tuple[Target, ...] = tuple(
    Target(kind.field, DRAFTS[kind.code], MODELS[kind.code]) for kind in KINDS if kind.draft
)

#: Columns of the patient's own row that follow a changed source.
IDENTITY = names(
    "family_name given_name birth_on birth_precision sex spine_metastasis_on spine_metastasis_precision "
    "last_known_alive_on last_known_alive_source deceased_on death_cause death_source"
)
#: Filled where empty: a person who corrected an address is not overruled by an older export.
REACHING = ("phone", "email", "language", "time_zone", "preferred_channel")
#: Taken when the source changed: calls made here since then count otherwise.
UNREACHED = ("unreachable_since", "contact_failures")


def drafts_of(record: PatientRecord, target: Target) -> tuple[Draft, ...]:
    """The drafts of one kind; assessments hang on their lesions."""
    if target.field == "assessments":
        return tuple(look for lesion in record.lesions for look in lesion.assessments)
    found: tuple[Draft, ...] = getattr(record, target.field)
    return found


#: Read since a later release: a row that says nothing of it has the fingerprint that it had before.
_READ_LATER: dict[type[Draft], tuple[str, ...]] = {SymptomDraft: ("reported_at",)}


def _compared_values(kind: type[Draft]) -> Callable[[Draft], tuple[object, ...]]:
    left_out = _NOT_SAID | {"occurred_on"} | _NOT_COMPARED.get(kind, frozenset()) | set(_READ_LATER.get(kind, ()))
    return attrgetter(*(column.name for column in fields(kind) if column.name not in left_out))


_COMPARED = {target.draft: _compared_values(target.draft) for target in TARGETS}
#: Names that a draft shares with its model, but for the key.
_COLUMNS = {
    target.draft: tuple(
        column.name for column in fields(target.draft) if column.name not in _NOT_SAID and column.name != "source_key"
    )
    for target in TARGETS
}


def fingerprint(draft: Draft) -> str:
    """`form_version` of the row that a draft becomes: two readings with the same one say the same.

    A day whose precision is unknown is not part of it: such a day is held, not said.
    """
    on = None if draft.precision == "unknown" else draft.occurred_on
    later = [getattr(draft, name) for name in _READ_LATER.get(type(draft), ())]
    said = (on, _COMPARED[type(draft)](draft), *(value for value in later if value is not None))
    text = repr(said)
    return FORM + blake2b(text.encode(), digest_size=8).hexdigest()


def values_of(draft: Draft) -> dict[str, object]:
    """The columns of a draft, without those that say how it was recorded."""
    values = {name: getattr(draft, name) for name in _COLUMNS[type(draft)]}
    for name in ("drugs", "levels"):
        if name in values:
            values[name] = list(values[name])
    return values


@cache
def _limits(label: str) -> tuple[tuple[str, frozenset[str] | None, int | None], ...]:
    """Text columns of a model with the codes they take, or with their longest length."""
    found: list[tuple[str, frozenset[str] | None, int | None]] = []
    for column in apps.get_model(label)._meta.concrete_fields:
        if isinstance(column, CharField):
            codes = frozenset(str(code) for code, _ in column.flatchoices) or None
            found.append((column.name, codes and codes | {""}, column.max_length))
    return tuple(found)


def refused(model: type[Model], draft: object) -> Iterator[tuple[str, str, str]]:
    """Column, value and expectation of every text that the model does not take: a reader gave a wrong code."""
    for name, codes, longest in _limits(model._meta.label):
        value = getattr(draft, name, None)
        if value is None:
            continue
        if codes is not None and value not in codes:
            yield name, str(value), f"one of {', '.join(sorted(codes - {''}))}"
        elif longest is not None and len(value) > longest:
            yield name, str(value)[:80], f"at most {longest} characters"


def mistakes_of(record: PatientRecord, now: datetime) -> Iterator[tuple[str, str, str]]:
    """Place, value and expectation of each text that no model takes, key that stands twice, hour that cannot be."""
    yield from _wrong_hours(record, now)
    for name, value, expected in refused(Patient, record):
        yield f"{record.place} {name}", value, expected
    for target in TARGETS:
        drafts = drafts_of(record, target)
        for draft in drafts:
            for name, value, expected in refused(target.model, draft):
                yield f"{draft.place} {name}", value, expected
        for key, count in Counter(draft.source_key for draft in drafts).items():
            if count > 1:
                yield f"{record.place} source_key", key, f"a key of its own among {target.field}"


def _wrong_hours(record: PatientRecord, now: datetime) -> Iterator[tuple[str, str, str]]:
    """Reports that lie ahead, or on another day than the symptom."""
    for draft in record.symptoms:
        if draft.reported_at is not None:
            problems = Problems()
            check_moment(problems, "reported_at", draft.reported_at, draft.occurred_on, now)
            for field, sentences in problems.found.items():
                yield f"{draft.place} {field}", str(draft.reported_at), " ".join(sentences)


def read_as(record: PatientRecord) -> str:
    """Fingerprints of the patient's own columns as read: who they are and how to reach them, then the failed calls."""
    marks = []
    for columns in ((*IDENTITY, *REACHING, "number"), UNREACHED):
        text = repr([getattr(record, name) for name in columns])
        marks.append(blake2b(text.encode(), digest_size=8).hexdigest())
    return ":".join(marks)


@cache
def insert_columns(label: str) -> tuple[tuple[str, ...], dict[str, object]]:
    """Every column of a model but the primary key, in order, with its default."""
    columns = [column for column in apps.get_model(label)._meta.concrete_fields if not column.primary_key]
    return tuple(column.attname for column in columns), {column.attname: column.get_default() for column in columns}
