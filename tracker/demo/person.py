"""One invented patient being written, fact by fact."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import TypedDict

from tracker.interop.drafts import (
    RECORD_OF,
    AssessmentDraft,
    Draft,
    LesionDraft,
    LineDraft,
    ProcedureDraft,
    ResponseDraft,
    StatusDraft,
    StudyDraft,
    SymptomDraft,
    VisitDraft,
)
from tracker.kinds import BY_CODE

LOCATIONS = {"C": "C4 C6", "T": "T3 T5 T6 T7 T8 T9 T10 T12", "L": "L1 L2 L3 L4"}


#: Pain, bone lesion, alignment, collapse, posterolateral: stable at any level, 7 to 12, 13 and more, and unknown.
SINS_STORIES: dict[str, tuple[str, str, str, str, str]] = {
    "low": ("pain_free", "blastic", "normal", "none", "unilateral"),
    "middle": ("occasional_non_mechanical", "lytic", "deformity", "under_50", "unilateral"),
    "high": ("mechanical", "lytic", "subluxation", "under_50", "bilateral"),
    "unknown": ("occasional_non_mechanical", "lytic", "", "none", "unilateral"),
    "none": ("", "", "", "", ""),
}


class At(TypedDict):
    """The keywords with which every fact of an invented patient begins."""

    source_key: str
    occurred_on: date


@dataclass(slots=True)
class Person:
    """One invented patient being written."""

    random: Random
    today: date
    name: str
    facts: dict[str, list[Draft]] = field(default_factory=dict)
    count: int = 0

    def key(self, kind: str) -> str:
        """A source key that is unique within the person."""
        self.count += 1
        return f"{self.name}-{kind}-{self.count}"

    def ago(self, weeks: float, jitter_days: int = 6) -> date:
        """About so many weeks before today, never after it."""
        return self.today - timedelta(days=max(0, round(weeks * 7) + self.random.randint(-jitter_days, jitter_days)))

    def at(self, word: str, on: date) -> At:
        """The keywords of a fact of this day, under a key of its own."""
        return At(source_key=self.key(word), occurred_on=on)

    def add(self, draft: Draft) -> None:
        """Keep a fact under the field of `PatientRecord` it belongs to."""
        self.facts.setdefault(BY_CODE[RECORD_OF[type(draft)]].field, []).append(draft)

    def study(self, on: date, kind: str = "mri", coverage: str = "whole_spine") -> None:
        """An examination, with its reason said beforehand."""
        why = "oncology_restaging" if coverage == "whole_body" else "scheduled_surveillance"
        at = self.at("study", on)
        self.add(StudyDraft(**at, kind=kind, coverage=coverage, indication=why, spine_read="explicit"))

    def visit(self, on: date) -> None:
        """A contact with the spine surgeon."""
        self.add(VisitDraft(**self.at("visit", on), kind="spine_surgeon", planned="planned"))

    def response(self, on: date, spine: str) -> None:
        """The verdict on the spine."""
        self.add(ResponseDraft(**self.at("response", on), spine=spine, evidence="imaging"))

    def seen(self, on: date, spine: str) -> None:
        """An examination with its verdict."""
        self.study(on)
        self.response(on, spine)

    def followed(self, *, studied: float = 8, seen: float = 12) -> date:
        """Followed for a while: regular studies, visits and a stable spine. Returns the day of the last study."""
        last = self.ago(studied)
        for step in range(3, -1, -1):
            self.study(last - timedelta(weeks=12 * step))
        self.response(last - timedelta(weeks=12), "stable")
        self.response(last, "stable")
        self.visit(self.ago(seen))
        return last

    def line(self, on: date, therapy_class: str, drugs: tuple[str, ...], reason: str = "first_line") -> None:
        """A line of treatment; those that ran before end the day before."""
        lines = self.facts.get("lines", [])
        last = lines.pop() if lines else None
        if isinstance(last, LineDraft):
            why = "spine_progression" if reason == "progression" else "other"
            lines.append(replace(last, stopped_on=on - timedelta(days=1), stop_reason=why))
        at = self.at("line", on)
        self.add(LineDraft(**at, therapy_class=therapy_class, drugs=drugs, reason=reason))

    def procedure(
        self,
        on: date,
        kind: str,
        level: str,
        *,
        dose: int | None = None,
        fractions: int | None = None,
        hardware: str = "",
    ) -> None:
        """A local treatment of one level."""
        at, gray = self.at("procedure", on), Decimal(dose) if dose else None
        draft = ProcedureDraft(**at, kind=kind, levels=(level,), dose_gy=gray, fractions=fractions)
        self.add(replace(draft, hardware=hardware))

    def symptom(self, on: date, kind: str, detail: str) -> None:
        """An open symptom."""
        self.add(SymptomDraft(**self.at("symptom", on), kind=kind, detail=detail))

    def status(self, on: date, status: str, reason: str, *, accepted: bool = False) -> None:
        """In or out of the programme."""
        draft = StatusDraft(**self.at("status", on), status=status, reason=reason)
        self.add(replace(draft, transfer_accepted=accepted, clinician="Dr L. Plover"))

    def lesion(
        self,
        found: date,
        *,
        level: str = "",
        escc: str = "0",
        sins: str = "low",
        later: tuple[date, str] | None = None,
    ) -> str:
        """A lesion with its first assessment, and `later` (day, ESCC) a second one. Returns its level."""
        level = level or self.random.choice(LOCATIONS[self.random.choice("CTTTL")].split())
        looks = tuple(self._look(on, grade, sins) for on, grade in filter(None, ((found, escc), later)))
        self.add(LesionDraft(**self.at("lesion", found), level=level, assessments=looks))
        return level

    def _look(self, on: date, escc: str, sins: str) -> AssessmentDraft:
        pain, bone_lesion, alignment, collapse, posterolateral = SINS_STORIES[sins]
        return AssessmentDraft(
            **self.at("assessment", on),
            escc=escc,
            sins_scored=sins != "none",
            pain=pain,
            bone_lesion=bone_lesion,
            alignment=alignment,
            collapse=collapse,
            posterolateral=posterolateral,
        )
