"""One invented patient being written, fact by fact."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from tracker.interop import records
from tracker.interop.records import (
    AssessmentDraft,
    LesionDraft,
    LineDraft,
    ProcedureDraft,
    ResponseDraft,
    StatusDraft,
    StudyDraft,
    SymptomDraft,
    VisitDraft,
)

LOCATIONS = {"C": "C4 C6", "T": "T3 T5 T6 T7 T8 T9 T10 T12", "L": "L1 L2 L3 L4"}


#: Pain, bone lesion, alignment, collapse, posterolateral: stable at any level, 7 to 12, 13 and more, and unknown.
SINS_STORIES: dict[str, tuple[str, str, str, str, str]] = {
    "low": ("pain_free", "blastic", "normal", "none", "unilateral"),
    "middle": ("occasional_non_mechanical", "lytic", "deformity", "under_50", "unilateral"),
    "high": ("mechanical", "lytic", "subluxation", "under_50", "bilateral"),
    "unknown": ("occasional_non_mechanical", "lytic", "", "none", "unilateral"),
    "none": ("", "", "", "", ""),
}


@dataclass(slots=True)
class Person:
    """One invented patient being written."""

    random: Random
    today: date
    name: str
    facts: dict[str, list[records.Draft]] = field(default_factory=dict)
    count: int = 0

    def key(self, kind: str) -> str:
        """A source key that is unique within the person."""
        self.count += 1
        return f"{self.name}-{kind}-{self.count}"

    def ago(self, weeks: float, jitter_days: int = 6) -> date:
        """About so many weeks before today, never after it."""
        return self.today - timedelta(
            days=max(0, round(weeks * 7) + self.random.randint(-jitter_days, jitter_days))
        )

    def add(self, kind: str, draft: records.Draft) -> None:
        """Keep a fact under the field of `PatientRecord` it belongs to."""
        self.facts.setdefault(kind, []).append(draft)

    def study(self, on: date, kind: str = "mri", coverage: str = "whole_spine") -> None:
        """An examination, with its reason said beforehand."""
        indication = "oncology_restaging" if coverage == "whole_body" else "scheduled_surveillance"
        self.add(
            "studies",
            StudyDraft(
                source_key=self.key("study"), occurred_on=on, kind=kind, coverage=coverage, indication=indication,
                spine_read="explicit",
            ),
        )  # fmt: skip

    def visit(self, on: date) -> None:
        """A contact with the spine surgeon."""
        self.add(
            "visits",
            VisitDraft(source_key=self.key("visit"), occurred_on=on, kind="spine_surgeon", planned="planned"),
        )

    def response(self, on: date, spine: str) -> None:
        """The verdict on the spine."""
        self.add(
            "responses",
            ResponseDraft(source_key=self.key("response"), occurred_on=on, spine=spine, evidence="imaging"),
        )

    def line(self, on: date, therapy_class: str, drugs: tuple[str, ...], reason: str = "first_line") -> None:
        """A line of treatment; those that ran before end the day before."""
        lines = self.facts.get("lines", [])
        last = lines.pop() if lines else None
        if isinstance(last, LineDraft):
            lines.append(
                LineDraft(
                    source_key=last.source_key, occurred_on=last.occurred_on, therapy_class=last.therapy_class,
                    drugs=last.drugs, reason=last.reason, stopped_on=on - timedelta(days=1),
                    stop_reason="spine_progression" if reason == "progression" else "other",
                )
            )  # fmt: skip
        self.add(
            "lines",
            LineDraft(
                source_key=self.key("line"),
                occurred_on=on,
                therapy_class=therapy_class,
                drugs=drugs,
                reason=reason,
            ),
        )

    def procedure(
        self, on: date, kind: str, level: str, *, dose: int | None = None, fractions: int | None = None,
        hardware: str = "",
    ) -> None:  # fmt: skip
        """A local treatment of one level."""
        self.add(
            "procedures",
            ProcedureDraft(
                source_key=self.key("procedure"), occurred_on=on, kind=kind, levels=(level,), hardware=hardware,
                dose_gy=Decimal(dose) if dose else None, fractions=fractions,
            ),
        )  # fmt: skip

    def symptom(self, on: date, kind: str, detail: str) -> None:
        """An open symptom."""
        self.add(
            "symptoms", SymptomDraft(source_key=self.key("symptom"), occurred_on=on, kind=kind, detail=detail)
        )

    def status(self, on: date, status: str, reason: str, *, accepted: bool = False) -> None:
        """In or out of the programme."""
        self.add(
            "statuses",
            StatusDraft(
                source_key=self.key("status"), occurred_on=on, status=status, reason=reason,
                transfer_accepted=accepted, clinician="Dr L. Plover",
            ),
        )  # fmt: skip

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
        items = SINS_STORIES[sins]
        scored = sins != "none"
        first = AssessmentDraft(
            source_key=self.key("assessment"), occurred_on=found, escc=escc, sins_scored=scored,
            pain=items[0], bone_lesion=items[1], alignment=items[2], collapse=items[3], posterolateral=items[4],
        )  # fmt: skip
        looks = [first]
        if later is not None:
            looks.append(
                AssessmentDraft(
                    source_key=self.key("assessment"), occurred_on=later[0], escc=later[1], sins_scored=scored,
                    pain=items[0], bone_lesion=items[1], alignment=items[2], collapse=items[3],
                    posterolateral=items[4],
                )
            )  # fmt: skip
        self.add(
            "lesions",
            LesionDraft(
                source_key=self.key("lesion"), occurred_on=found, level=level, assessments=tuple(looks)
            ),
        )
        return level
