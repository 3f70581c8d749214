"""Radiotherapy courses: dose and fractions by volume, parts joined, the kind by the dose rule or by a person."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from scheduling.catalog.codes import SNOMED
from scheduling.catalog.radiotherapy import (
    AMBIGUOUS_SINGLE_GY,
    COURSE_SUMMARY,
    ONE_COURSE_DAYS,
    Course,
    join_courses,
    read_course,
)
from scheduling.engine.vocabulary import ProcedureKind
from tracker.interop.fhir.anatomy import NOWHERE, Where, levels_in_text, says_spine, where_of
from tracker.interop.fhir.elements import Day, Node, reference_of
from tracker.interop.fhir.notes import Notes
from tracker.interop.fhir.sources import Resource
from tracker.interop.fhir.validation import profiles
from tracker.interop.records import ProcedureDraft

#: SNOMED CT procedures that stand for radiotherapy: the summary, and what older senders write in its place.
_CODES = (COURSE_SUMMARY, "108290001")
_PROFILE = re.compile(r"mcode-(radiotherapy-course-summary|cancer-related-radiation-procedure)")
_WORDS = re.compile(
    r"radiotherapy|radiation therapy|radiosurgery|\bSBRT\b|\bSABR\b|irradiation", re.IGNORECASE
)
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


def read_radiotherapy(
    notes: Notes, resources: Iterable[Resource], volumes: dict[str, Resource]
) -> tuple[ProcedureDraft, ...]:
    """Courses to the spine, each dated by its last fraction. `volumes` are BodyStructures by reference."""
    parts = [part for resource in resources for part in _parts(notes, resource, volumes)]
    spinal = [part for part in parts if part.spinal]
    for part in parts:
        if not part.spinal and part.named:
            notes.unused(
                part.resource, part.node, "radiotherapy_elsewhere", "a volume in the spine; this one is elsewhere",
                _site_words(part.resource),
            )  # fmt: skip
    _ask_places(notes, [part for part in parts if not part.spinal and not part.named])
    return tuple(
        draft for course, members in _joined(spinal) if (draft := _draft(notes, course, members)) is not None
    )


def _parts(notes: Notes, resource: Resource, volumes: dict[str, Resource]) -> list[Part]:
    days = _days(notes, resource)
    if days is None:
        return []
    node = resource.node
    own = where_of(node["bodySite"])
    if not own.named and says_spine(node["code"].wording):
        own = Where(levels_in_text(node["code"].wording), True, True)
    technique = _technique(node)
    found: list[Part] = []
    for dose in node.extensions(_DOSE):
        gy, fractions = _dose(notes, resource, dose)
        where = _target(_volume(dose, volumes), own)
        found += _placed(resource, dose, days, where, gy, fractions, technique)
    return found or _placed(resource, node, days, own, None, None, technique)


def _target(volume: Where, own: Where) -> Where:
    """Where a dose went: the volume says it, the body site of the procedure where the volume names no level."""
    if volume.levels or (volume.named and not volume.spinal):
        return volume
    return own if own.levels or not volume.named else volume


def _placed(
    resource: Resource, node: Node, days: tuple[Day, Day], where: Where, dose: Decimal | None,
    fractions: int | None, technique: str,
) -> list[Part]:  # fmt: skip
    return [
        Part(resource, node, *days, level, where.spinal, where.named, dose, fractions, technique)
        for level in (where.levels or (None,))
    ]


def _days(notes: Notes, resource: Resource) -> tuple[Day, Day] | None:
    """First and last day. A course without an end is dated by its start, with the day marked unknown."""
    node = resource.node
    period = node["performedPeriod"]
    begun = period["start"] if period else node["performedDateTime"]
    ended = period["end"] if period else node["performedDateTime"]
    if not begun and not ended:
        notes.ask(
            resource, node["performedPeriod"], "no_date", value="none",
            text=f"{node['code'].wording or 'Radiotherapy'} has no date. When was its last fraction? It is left out "
            "until answered.",
            expected="the period of the course",
        )  # fmt: skip
        return None
    if not ended:
        start = notes.usable_day(resource, begun, "radiotherapy")
        if start is None:
            return None
        notes.remark(
            resource, begun, "course_without_end", "the day of the last fraction; the start is held for it"
        )
        return start, Day(start.on, "unknown")
    end = notes.usable_day(resource, ended, "radiotherapy")
    start = notes.day(resource, begun) if begun else end
    if end is None or start is None:
        return None
    if start.on > end.last:
        notes.ask(
            resource, ended, "end_before_start",
            text=f"This course ends on {end.on}, before it starts on {start.on}. Are the days exchanged? It is left "
            "out until answered.",
            expected=f"a day on or after the start {start.on}",
        )  # fmt: skip
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
        notes.ask(
            resource, total["value"], "dose_unit", value=f"{value} {unit}", fact=f"{resource.key}#dose",
            text=f"{value} {unit} in {fractions or 'unknown'} fractions is no dose that is given. Which unit is it? "
            "The dose is left out until answered.",
            expected="the whole dose in cGy, such as 2400",
        )  # fmt: skip
        return None, fractions
    return gy, fractions


def _joined(parts: Sequence[Part]) -> list[tuple[Course, list[Part]]]:
    """Courses with the parts that they are made of."""
    found: list[tuple[Course, list[Part]]] = []
    for course in join_courses(part.course for part in parts):
        members = [
            part for part in parts
            if part.level == course.level and course.start <= part.start.on and part.end.on <= course.end
            and (course.level is not None or part.course == course)
        ]  # fmt: skip
        members.sort(key=lambda part: (part.start.on, part.resource.key))
        found.append((course, members))
    return found


def _draft(notes: Notes, course: Course, members: Sequence[Part]) -> ProcedureDraft | None:
    first = members[0]
    last = max(members, key=lambda part: part.end.on)
    resource, level = first.resource, course.level
    dose = None if course.dose_gy is None else Decimal(str(round(course.dose_gy, 2)))
    reading = read_course(course.dose_gy, course.fractions, course.technique)
    levels = (level,) if level else ()
    draft = ProcedureDraft(
        source_key=f"{resource.key}#{level}" if level else resource.key, occurred_on=course.end,
        precision=last.end.precision, place=resource.place(), kind=str(reading.kind or ProcedureKind.CEBRT),
        levels=levels, dose_gy=dose, fractions=course.fractions,
        note="" if len(members) == 1 else f"{len(members)} summaries joined",
    )  # fmt: skip
    if len(members) > 1:
        notes.note_read(
            draft.place, f"{len(members)} summaries", "joined_course",
            f"one course; parts within {ONE_COURSE_DAYS} days add up, repetitions count once",
        )  # fmt: skip
    shown = (
        f"{dose} Gy in {course.fractions} fractions"
        if dose and course.fractions
        else "no dose or no fractions"
    )
    place = level or "the spine, level unknown"
    if reading.question:
        offered = _offered(course, draft)
        until = "Left out until answered" if reading.kind is None else "It counts as conventional until then"
        notes.ask(
            resource, first.node, "radiotherapy_kind", value=shown, draft=offered,
            text=f"Radiotherapy to {place}, ended {course.end}: {reading.question} {until}; accepted, it is "
            f"{offered.kind}.",
            expected="dose and fractions of the whole course, and the technique",
        )  # fmt: skip
    if not level and reading.kind is not None:
        notes.ask(
            resource, resource.node["bodySite"], "radiotherapy_level", value=shown, draft=draft,
            text=f"Radiotherapy to the spine ended {course.end} names no level. Which levels were treated? It "
            "covers no lesion until answered.",
            expected="a vertebra from C1 to S5, or a span",
        )  # fmt: skip
    return draft if reading.kind is not None else None


def _offered(course: Course, draft: ProcedureDraft) -> ProcedureDraft:
    """What accepting records: of 8 Gy in one fraction the other kind, because conventional stands already."""
    is_single = course.dose_gy == AMBIGUOUS_SINGLE_GY and course.fractions == 1
    return replace(draft, kind=str(ProcedureKind.SBRT)) if is_single else draft


def _ask_places(notes: Notes, parts: Sequence[Part]) -> None:
    """Radiotherapy without a site: one question for every run of summaries that can be one course."""
    run: list[Part] = []
    for part in sorted(parts, key=lambda one: (one.start.on, one.end.on, one.resource.key)):
        if run and (part.start.on - max(one.end.on for one in run)).days > ONE_COURSE_DAYS:
            _ask_place(notes, run)
            run = []
        run.append(part)
    if run:
        _ask_place(notes, run)


def _ask_place(notes: Notes, run: Sequence[Part]) -> None:
    first, end = run[0], max(part.end.on for part in run)
    count = "" if len(run) == 1 else f" ({len(run)} summaries, read as one course)"
    notes.ask(
        first.resource, first.resource.node["bodySite"], "radiotherapy_site", value="none", fact=first.resource.key,
        text=f"Radiotherapy from {first.start.on} to {end}{count} names no site. Was it the spine, which levels, "
        "what dose? It is left out until answered.",
        expected="a body site or a volume",
    )  # fmt: skip
    for part in run[1:]:
        notes.note_read(
            part.resource.place(),
            "",
            "joined_course",
            f"part of the course that {first.resource.key} asks about",
        )


def _site_words(resource: Resource) -> str:
    return resource.node["bodySite"].wording or resource.node["code"].wording
