"""The dose rule for radiotherapy: mCODE has no code for SBRT, so dose and fractions decide, or a person does."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from scheduling.engine.vocabulary import ProcedureKind

SBRT_MAX_FRACTIONS = 5
SBRT_MIN_GY_PER_FRACTION = 5.0
#: Courses to one level whose fractions lie within this many days of each other are one course.
ONE_COURSE_DAYS = 14
#: This dose in one fraction is the usual palliative one: without a named technique it is asked about.
AMBIGUOUS_SINGLE_GY = 8.0
#: SNOMED CT code of a radiotherapy course summary.
COURSE_SUMMARY = "1217123003"

_STEREOTACTIC_WORDS = ("stereotactic", "sbrt", "sabr", "radiosurgery", "srs", "cyberknife")


class CourseReading(NamedTuple):
    """The kind of a course, and the question that stays open. `kind` None: dose or fractions are missing."""

    kind: ProcedureKind | None
    question: str = ""


@dataclass(frozen=True, slots=True)
class Course:
    """A course or a part of it at one level; dates are the first and the last fraction, dose in Gy."""

    level: str | None
    start: date
    end: date
    dose_gy: float | None = None
    fractions: int | None = None
    technique: str = ""


def read_course(dose_gy: float | None, fractions: int | None, technique: str = "") -> CourseReading:
    """SBRT or conventional by dose (Gy) and fractions; missing values are asked for, never guessed.

    SBRT is at most 5 fractions of at least 5 Gy each. 8 Gy in one fraction without a named technique is held as
    conventional until a person answers.
    """
    if dose_gy is None or fractions is None or dose_gy <= 0 or fractions <= 0:
        return CourseReading(None, "radiotherapy without dose or fractions: stereotactic (SBRT) or conventional?")
    named = any(word in technique.lower() for word in _STEREOTACTIC_WORDS)
    if fractions == 1 and dose_gy == AMBIGUOUS_SINGLE_GY and not named:
        return CourseReading(
            ProcedureKind.CEBRT,
            "8 Gy in one fraction without a named technique: held as conventional; was it SBRT?",
        )
    # A hair of slack for doses that were converted from cGy.
    if fractions <= SBRT_MAX_FRACTIONS and dose_gy / fractions >= SBRT_MIN_GY_PER_FRACTION - 1e-9:
        return CourseReading(ProcedureKind.SBRT)
    if named:
        return CourseReading(
            ProcedureKind.CEBRT,
            f"named stereotactic, but {dose_gy:g} Gy in {fractions} fractions is conventional: right?",
        )
    return CourseReading(ProcedureKind.CEBRT)


def join_courses(courses: Iterable[Course]) -> tuple[Course, ...]:
    """One course a level and time: repeated summaries count once, parts within 14 days add up.

    The date of a course is that of its last fraction. A part without dose or fractions makes the sum unknown.
    A course of unknown level is joined with none but its own repetition.
    """
    joined: list[Course] = []
    ordered = sorted(set(courses), key=lambda course: (course.level or "", course.start, course.end, repr(course)))
    for course in ordered:
        last = joined[-1] if joined else None
        if (
            last is None
            or course.level is None
            or course.level != last.level
            or (course.start - last.end).days > ONE_COURSE_DAYS
        ):
            joined.append(course)
            continue
        known = None not in (course.dose_gy, last.dose_gy, course.fractions, last.fractions)
        joined[-1] = replace(
            last,
            end=max(last.end, course.end),
            dose_gy=(last.dose_gy or 0) + (course.dose_gy or 0) if known else None,
            fractions=(last.fractions or 0) + (course.fractions or 0) if known else None,
            technique=last.technique or course.technique,
        )
    return tuple(joined)
