"""Radiotherapy as its resources tell it: one part a summary or volume, with days, dose and place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from scheduling.catalog.codes import SNOMED
from scheduling.catalog.radiotherapy import COURSE_SUMMARY, Course
from tracker.interop.days import Day
from tracker.interop.fhir.anatomy import NOWHERE, Where, levels_in_text, says_spine, where_of
from tracker.interop.fhir.elements import Node, reference_of
from tracker.interop.fhir.notes import Notes
from tracker.interop.fhir.resources import Resource
from tracker.interop.fhir.validation import profiles

#: SNOMED CT procedures that stand for radiotherapy: the summary, and what older senders write in its place.
_CODES = (COURSE_SUMMARY, "108290001")
_PROFILE = re.compile(r"mcode-(radiotherapy-course-summary|cancer-related-radiation-procedure)")
_WORDS = re.compile(r"radiotherapy|radiation therapy|radiosurgery|\bSBRT\b|\bSABR\b|irradiation", re.IGNORECASE)
_DOSE, _TECHNIQUE = "mcode-radiotherapy-dose-delivered-to-volume", "mcode-radiotherapy-modality-and-technique"
_CGY = {"cgy": Decimal(1), "gy": Decimal(100)}
#: Doses per fraction outside these bounds (Gy) were written in another unit.
_FRACTION_GY = (Decimal("0.5"), Decimal(30))
_MAX_FRACTIONS = 60


@dataclass(frozen=True, slots=True)
class Part:
    """One summary, or one volume of it, at one place."""

    resource: Resource
    node: Node
    start: Day
    end: Day
    level: str | None
    spinal: bool
    named: bool
    dose_gy: Decimal | None
    fractions: int | None
    technique: str

    @property
    def course(self) -> Course:
        """What the dose rule reads."""
        dose = None if self.dose_gy is None else float(self.dose_gy)
        return Course(self.level, self.start.on, self.end.on, dose, self.fractions, self.technique)


def is_radiotherapy(resource: Resource) -> bool:
    """Whether a Procedure is radiotherapy: by code, by the claimed profile, or by its words."""
    code = resource.node["code"]
    return (
        code.has_code(SNOMED, *_CODES)
        or any(_PROFILE.match(name) for name in profiles(resource.node))
        or bool(_WORDS.search(code.wording))
    )


def parts_of(notes: Notes, resource: Resource, volumes: dict[str, Resource]) -> list[Part]:
    """The parts of one resource; none where its days cannot be used, which was said."""
    days = _days(notes, resource)
    if days is None:
        return []
    node = resource.node
    own = where_of(node["bodySite"])
    if not own.named and says_spine(node["code"].wording):
        own = Where(levels_in_text(node["code"].wording), True, True)
    given: list[tuple[Node, Where, Decimal | None, int | None]] = []
    for dose in node.extensions(_DOSE):
        amount = _dose(notes, resource, dose)
        given.append((dose, _target(_volume(dose, volumes), own), *amount))
    technique = _technique(node)
    return [
        Part(resource, at, *days, level, where.spinal, where.named, gy, fractions, technique)
        for at, where, gy, fractions in given or [(node, own, None, None)]
        for level in (where.levels or (None,))
    ]


def _target(volume: Where, own: Where) -> Where:
    """Where a dose went: the volume says it, the body site of the procedure where the volume names no level."""
    if volume.levels or (volume.named and not volume.spinal):
        return volume
    return own if own.levels or not volume.named else volume


def _days(notes: Notes, resource: Resource) -> tuple[Day, Day] | None:
    """First and last day. A course without an end is dated by its start, with the day marked unknown."""
    node = resource.node
    period = node["performedPeriod"]
    begun = period["start"] if period else node["performedDateTime"]
    ended = period["end"] if period else node["performedDateTime"]
    if not begun and not ended:
        notes.ask(resource, period, "no_date/radiotherapy", node["code"].wording or "Radiotherapy")
        return None
    if not ended:
        start = notes.usable_day(resource, begun, "radiotherapy")
        if start is None:
            return None
        expected = "the day of the last fraction; the start is held for it"
        notes.remark(resource, begun, "course_without_end", expected)
        return start, Day(start.on, "unknown")
    end = notes.usable_day(resource, ended, "radiotherapy")
    start = notes.day(resource, begun) if begun else end
    if end is None or start is None:
        return None
    if start.on > end.last:
        notes.ask(resource, ended, "end_before_start", end.on, start.on)
        return None
    return start, end


def _technique(node: Node) -> str:
    words = [node["code"].wording]
    for one in node.extensions(_TECHNIQUE):
        for part in one["extension"]:
            words.append(part["valueCodeableConcept"].wording)
    words += [one.wording for one in node["usedCode"]] + [one["text"].text for one in node["note"]]
    return " ".join(filter(None, words))


def _volume(dose: Node, volumes: dict[str, Resource]) -> Where:
    for part in dose.extensions("volume"):
        reference = reference_of(part["valueReference"])
        volume = volumes.get(f"{reference.kind}/{reference.id}") or volumes.get(reference.address)
        if volume is not None:
            found = where_of(volume.node["location"])
            texts = [
                volume.node["description"].text,
                *(one["value"].text for one in volume.node["identifier"]),
            ]
        else:
            found, texts = NOWHERE, [part["valueReference"]["display"].text]
        if not found.levels:
            levels = tuple(level for text in texts for level in levels_in_text(text))
            spinal = bool(levels) or any(map(says_spine, texts))
            found = found | Where(tuple(dict.fromkeys(levels)), spinal, spinal)
        return found
    return NOWHERE


def _dose(notes: Notes, resource: Resource, dose: Node) -> tuple[Decimal | None, int | None]:
    """Total dose in Gy and fractions; a unit that is no dose is an error, a dose no course has is asked about."""
    total = next(dose.extensions("totalDoseDelivered"), dose["none"])["valueQuantity"]
    count = next(dose.extensions("fractionsDelivered"), dose["none"])
    given = count.first("valueUnsignedInt", "valueInteger", "valuePositiveInt").number
    fractions = int(given) if given is not None else None
    if fractions is not None and not 1 <= fractions <= _MAX_FRACTIONS:
        notes.error(resource, count, "range", f"1 to {_MAX_FRACTIONS} fractions", str(fractions))
        return None, None
    value = total["value"].number
    if value is None:
        return None, fractions
    unit = total["code"].text or total["unit"].text
    factor = _CGY.get(unit.lower())
    if factor is None:
        notes.error(resource, total["unit"], "unit", "cGy or Gy", unit or "no unit")
        return None, fractions
    gy = value * factor / 100
    low, high = _FRACTION_GY
    if gy <= 0:
        notes.error(resource, total["value"], "range", "a dose above zero", str(value))
        return None, fractions
    if not low <= gy / (fractions or 1) <= high * (1 if fractions else _MAX_FRACTIONS) or gy >= 1000:
        said = (value, unit, fractions or "unknown")
        notes.ask(resource, total["value"], "dose_unit", *said, fact=f"{resource.key}#dose")
        return None, fractions
    return gy, fractions
