"""What the conditions of a patient say, while they are read."""

from __future__ import annotations

from dataclasses import dataclass, field

from tracker.interop.days import Day
from tracker.interop.drafts import LesionDraft, PrimaryDraft
from tracker.interop.fhir.resources import Resource


@dataclass(slots=True)
class Cancers:
    """What the conditions say. `unplaced` are bone metastases that only radiotherapy or a report can place."""

    primaries: list[PrimaryDraft] = field(default_factory=list)
    lesions: list[LesionDraft] = field(default_factory=list)
    unplaced: list[tuple[Resource, Day]] = field(default_factory=list)
    #: Keys of conditions that are cancers: drugs given for one of them are asked about where unknown.
    malignant: set[str] = field(default_factory=set)
