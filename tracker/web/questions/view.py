"""One question of an import as the page shows it, and what a person typed into it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from tracker import words
from tracker.models import Question
from tracker.web.look.forms import ErrorBox
from tracker.web.look.sending import Asked

#: Fields of a proposal that a person does not correct here.
_HIDDEN = frozenset({"source_key", "source", "key"})


@dataclass(frozen=True, slots=True)
class ProposedField:
    """One field of a proposal as a box."""

    name: str
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class QuestionView:
    """One open question."""

    id: int
    kind: str
    text: str
    place: str
    value: str
    expected: str
    asked: str
    run: str
    patient_name: str
    patient_number: str
    patient_url: str
    record: str
    fields: tuple[ProposedField, ...]
    reason: str = ""
    errors: ErrorBox | None = None
    doubts: Asked | None = None


def view_of(
    question: Question,
    typed: Mapping[str, str] | None = None,
    reason: str = "",
    errors: ErrorBox | None = None,
) -> QuestionView:
    """A question with its proposal; `typed` and `reason` are kept where an answer was refused."""
    patient, typed = question.patient, typed or {}
    fields = fields_of(question)
    return QuestionView(
        id=question.pk,
        kind=words.plain(question.kind),
        text=question.text,
        place=question.place,
        value=question.value,
        expected=question.expected,
        asked=words.moment_text(question.asked_at),
        run=question.run.get_kind_display(),
        patient_name=patient.name if patient else "",
        patient_number=patient.number if patient else "",
        patient_url=reverse("patient", args=[patient.key]) if patient else "",
        record=words.plain(str((question.proposal or {}).get("record", ""))) if question.proposal else "",
        fields=tuple(
            ProposedField(name, label_of(name), (typed or {}).get(name, _shown(value)))
            for name, value in fields.items()
        ),
        reason=reason,
        errors=errors,
    )


def fields_of(question: Question) -> dict[str, object]:
    """The fields of its proposal that a person may correct."""
    proposal = question.proposal or {}
    return {name: value for name, value in proposal.get("fields", {}).items() if name not in _HIDDEN}


def corrected_by(question: Question, typed: Mapping[str, str]) -> dict[str, object]:
    """The fields that were changed, each as the kind of value that was proposed."""
    fields = fields_of(question)
    return {name: _as(fields[name], text) for name, text in typed.items() if text.strip() != _shown(fields[name])}


def _as(proposed: object, text: str) -> object:
    """What was typed as the kind of value that stood there: yes or no, a list, a number, or text."""
    text = text.strip()
    if isinstance(proposed, bool):
        return text.lower() in ("yes", "true", "1")
    if isinstance(proposed, list):
        return [part.strip() for part in text.split(",") if part.strip()]
    if proposed is None and not text:
        return None
    return text


def _shown(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(str(part) for part in value)
    return value.isoformat() if isinstance(value, date) else str(value)


def label_of(name: str) -> str:
    """A field as a box is named."""
    return {"occurred_on": "Day"}.get(name, name.replace("_", " ").capitalize())
