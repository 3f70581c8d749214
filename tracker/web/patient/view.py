"""From the values of a patient's page to what it draws: tags, lines of the header, lesions, the map."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from tracker.queries.patient.rows import LesionLine, PatientPage
from tracker.web.look import marks, words
from tracker.web.look.days import MONTHS, count, long_day
from tracker.web.patient.due_cards import CardView
from tracker.web.patient.spine_map import MappedLesion, SpineMap, Treated, spine_map

#: A score older than this is marked; no date changes by it (clinical dossier 1.10).
STALE = timedelta(weeks=26)
_RADIATION = {"sbrt": "SBRT", "cebrt": "RT"}
_INSTRUMENTED = {"stabilization", "separation_surgery"}


@dataclass(frozen=True, slots=True)
class Tag:
    """The ten-second look: a stream, how it stands, what is arranged."""

    lead: str
    strong: str
    tail: str
    tone: str


@dataclass(frozen=True, slots=True)
class LesionView:
    """A lesion's line with its marks and what changed since the look before."""

    line: LesionLine
    sins: marks.Sins
    escc: marks.Grade
    sins_change: str
    escc_change: str
    stale: str
    treated: tuple[str, ...]


def glance(cards: Iterable[CardView]) -> tuple[Tag, ...]:
    """Two tags, imaging and surgeon."""
    tones = {"emergency": "past", "grace": "grace"}
    return tuple(
        Tag(
            "MRI" if card.stream == "imaging" else "Surgeon",
            card.standing or card.date,
            card.state[:1].lower() + card.state[1:],
            tones.get(card.standing_tone, "kept" if card.state_tone == "done" else ""),
        )
        for card in cards
    )


def therapy_line(page: PatientPage) -> str:
    """The running therapy in one line."""
    running = [line for line in page.therapies if line.running]
    if not running:
        return "None running" if page.therapies else "Not recorded"
    parts = []
    for line in running:
        weeks = (page.today - line.started_on).days // 7
        drugs = ", ".join(line.drugs) or words.THERAPY_CLASS[line.therapy_class]
        parts.append(
            f"{drugs}, line {line.number}, since {long_day(line.started_on)} ({count(weeks, 'week')})"
        )
    return "; ".join(parts)


def spine_line(page: PatientPage) -> str:
    """Response, number of lesions and the worst grades, each with its level."""
    known = [line for line in page.responses if line.counts and line.spine != "not_assessed"]
    response = (
        f"{words.RESPONSE[known[0].spine]}, {long_day(known[0].fact.on)}"
        if known
        else "Response not assessed"
    )
    if not page.lesions:
        return f"{response}; no lesion recorded"
    parts = [response, count(len(page.lesions), "lesion")]
    scored = [line for line in page.lesions if line.sins_total is not None and not line.stabilized]
    if scored:
        worst = max(scored, key=lambda line: line.sins_total or 0)
        parts.append(f"worst SINS {worst.sins_total} at {worst.level or 'a level not known'}")
    graded = [line for line in page.lesions if line.escc]
    if graded:
        worst = max(graded, key=lambda line: _GRADES.index(line.escc))
        parts.append(f"worst ESCC {worst.escc} at {worst.level or 'a level not known'}")
    missing = sum(
        1 for line in page.lesions if not line.escc or (line.sins_total is None and not line.stabilized)
    )
    if missing:
        parts.append(f"a score not known at {count(missing, 'lesion')}")
    return "; ".join(parts)


_GRADES = ("0", "1a", "1b", "1c", "2", "3")


def lesion_views(page: PatientPage) -> tuple[LesionView, ...]:
    """Every lesion with its marks."""
    return tuple(_lesion(line, page.today) for line in page.lesions)


def _lesion(line: LesionLine, today: date) -> LesionView:
    scored = line.sins_total is not None or line.sins_text != ""
    lowest, highest = (line.sins_lowest, line.sins_highest) if scored else (None, None)
    rose = (
        line.sins_before is not None
        and line.sins_total is not None
        and line.sins_total != line.sins_before
        and not line.stabilized
    )
    arrow = "↑" if (line.sins_total or 0) > (line.sins_before or 0) else "↓"
    changed = line.escc_before and line.escc and line.escc != line.escc_before
    escc_arrow = "↑" if changed and _GRADES.index(line.escc) > _GRADES.index(line.escc_before) else "↓"
    newest = max((look.on for look in line.assessments), default=None)
    old = newest is not None and today - newest > STALE
    return LesionView(
        line,
        marks.sins(line.sins_total, line.sins_band or None, lowest, highest, stabilised=line.stabilized),
        marks.escc(line.escc or None, line.level),
        f"{arrow} from {line.sins_before}" if rose else "",
        f"{escc_arrow} from {line.escc_before}" if changed else "",
        f"scored {count((today - newest).days // 7, 'week')} ago: stale" if newest and old else "",
        treated_words(line),
    )


def treated_words(line: LesionLine) -> tuple[str, ...]:
    """The treatments of a lesion's level, the kind said as people say it."""
    lines = []
    for treatment in line.treated:
        kind, _, rest = treatment.partition(" ")
        code = kind.rstrip(",")
        lines.append(f"{words.PROCEDURE.get(code, code)}{kind[len(code) :]} {rest}")
    return tuple(lines)


@dataclass(frozen=True, slots=True)
class SafetyView:
    """One thing that limits imaging, in words; an absence stays an absence."""

    name: str
    value: str
    on: date | None
    note: str


_SAFETY = {"mri": "MRI", "gadolinium_allergy": "Gadolinium", "egfr": "eGFR"}
_ALLERGY = {"yes": "allergy: plan without contrast", "no": "no allergy known"}


def safety_views(page: PatientPage) -> tuple[SafetyView, ...]:
    """What limits imaging."""
    return tuple(
        SafetyView(
            _SAFETY.get(line.name, line.name),
            {
                "mri": words.MRI_SAFETY.get(line.value, line.value),
                "gadolinium_allergy": _ALLERGY.get(line.value, line.value),
                "egfr": f"{line.value} mL/min/1.73 m²" if line.value else "",
            }.get(line.name, line.value),
            line.on,
            line.note,
        )
        for line in page.safety
    )


def map_of(page: PatientPage) -> SpineMap:
    """The schematic column with the lesions of this page."""
    lesions = []
    for view in lesion_views(page):
        line = view.line
        title = (
            f"{line.level} stabilised" if line.stabilized else f"{line.level} SINS {view.sins.figure.lower()}"
        )
        if view.sins.band in words.SINS_BAND:
            title += ", " + {"potentially_unstable": "potentially unst."}.get(
                view.sins.band, view.sins.word.lower()
            )
        under = f"ESCC {line.escc}" if line.escc else "ESCC not known"
        treated = treated_words(line)[0] if line.treated else "not treated"
        lesions.append(
            MappedLesion(line.level, view.sins.band, title, f"{under} · {treated}"[:40], line.escc)
        )
    radiation = [
        Treated(
            row.levels, f"{_RADIATION[row.kind]} {MONTHS[row.fact.on.month - 1]} {row.fact.on.year % 100:02d}"
        )
        for row in page.procedures
        if row.kind in _RADIATION and row.levels
    ]
    rods = [row.levels for row in page.procedures if row.kind in _INSTRUMENTED and row.levels]
    return spine_map(lesions, radiation, rods)
