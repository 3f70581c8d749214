"""Radiotherapy courses: dose and fractions by volume, parts joined, the kind by the dose rule or by a person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from scheduling.catalog.radiotherapy import (
    AMBIGUOUS_SINGLE_GY,
    ONE_COURSE_DAYS,
    Course,
    CourseReading,
    join_courses,
    read_course,
)
from scheduling.engine.vocabulary import ProcedureKind
from tracker.interop.days import Day
from tracker.interop.drafts import ProcedureDraft
from tracker.interop.fhir.notes import Notes
from tracker.interop.fhir.radiotherapy_parts import Part, parts_of
from tracker.interop.fhir.resources import Resource


def read_radiotherapy(
    notes: Notes, resources: Iterable[Resource], volumes: dict[str, Resource]
) -> tuple[ProcedureDraft, ...]:
    """Courses to the spine, each dated by its last fraction. `volumes` are BodyStructures by reference."""
    parts = [part for resource in resources for part in parts_of(notes, resource, volumes)]
    spinal = [part for part in parts if part.spinal]
    for part in parts:
        if not part.spinal and part.named:
            words = part.resource.node["bodySite"].wording or part.resource.node["code"].wording
            expected = "a volume in the spine; this one is elsewhere"
            notes.unused(part.resource, part.node, "radiotherapy_elsewhere", expected, words)
    _ask_places(notes, [part for part in parts if not part.spinal and not part.named])
    return tuple(draft for course, members in _joined(spinal) if (draft := _draft(notes, course, members)) is not None)


def _joined(parts: Sequence[Part]) -> list[tuple[Course, list[Part]]]:
    """Courses with the parts that they are made of."""
    found: list[tuple[Course, list[Part]]] = []
    for course in join_courses(part.course for part in parts):
        members = [
            part
            for part in parts
            if part.level == course.level
            and course.start <= part.start.on
            and part.end.on <= course.end
            and (course.level is not None or part.course == course)
        ]
        members.sort(key=lambda part: (part.start.on, part.resource.key))
        found.append((course, members))
    return found


def _draft(notes: Notes, course: Course, members: Sequence[Part]) -> ProcedureDraft | None:
    resource, level = members[0].resource, course.level
    last = max(members, key=lambda part: part.end.on)
    reading = read_course(course.dose_gy, course.fractions, course.technique)
    summaries = f"{len(members)} summaries"
    draft = ProcedureDraft(
        **resource.dated(Day(course.end, last.end.precision), part=level or ""),
        kind=str(reading.kind or ProcedureKind.CEBRT),
        levels=(level,) if level else (),
        dose_gy=None if course.dose_gy is None else Decimal(str(round(course.dose_gy, 2))),
        fractions=course.fractions,
        note="" if len(members) == 1 else f"{summaries} joined",
    )
    if len(members) > 1:
        expected = f"one course; parts within {ONE_COURSE_DAYS} days add up, repetitions count once"
        notes.note_read(draft.place, summaries, "joined_course", expected)
    _ask_course(notes, course, members[0], draft, reading)
    return draft if reading.kind is not None else None


def _ask_course(notes: Notes, course: Course, first: Part, draft: ProcedureDraft, reading: CourseReading) -> None:
    """What only a person can say of a course: of which kind it was, and where it went."""
    fractions = course.fractions
    shown = f"{draft.dose_gy} Gy in {fractions} fractions"
    value = shown if draft.dose_gy and fractions else "no dose or no fractions"
    if reading.question:
        offered = _offered(course, draft)
        until = "Left out until answered" if reading.kind is None else "It counts as conventional until then"
        place = course.level or "the spine, level unknown"
        said = (place, course.end, reading.question, until, offered.kind)
        notes.ask(first.resource, first.node, "radiotherapy_kind", *said, value=value, draft=offered)
    if not course.level and reading.kind is not None:
        site = first.resource.node["bodySite"]
        notes.ask(first.resource, site, "radiotherapy_level", course.end, value=value, draft=draft)


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
    resource = first.resource
    count = "" if len(run) == 1 else f" ({len(run)} summaries, read as one course)"
    said = (first.start.on, end, count)
    notes.ask(resource, resource.node["bodySite"], "radiotherapy_site", *said, fact=resource.key)
    for part in run[1:]:
        expected = f"part of the course that {resource.key} asks about"
        notes.note_read(part.resource.place(), "", "joined_course", expected)
