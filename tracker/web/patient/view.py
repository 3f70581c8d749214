"""From the values of a patient's page to what it draws: tags, lines of the header, lesions, the map."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from scheduling.engine.vocabulary import Escc, PatientStatus
from scheduling.engine.words import MONTHS, count, day_text
from tracker import words
from tracker.models import Symptom
from tracker.queries.patient.rows import LesionLine, PatientPage
from tracker.queries.queues.rows import TaskRow
from tracker.web.look import marks
from tracker.web.look.tasks import answer_url
from tracker.web.patient.due_cards import CardView
from tracker.web.patient.spine_map import spine_map
from tracker.web.patient.spine_shapes import MappedLesion, SpineMap, Treated

#: A score older than this is marked; no date changes by it (clinical dossier 1.10).
STALE = timedelta(weeks=26)
_RADIATION = {"sbrt": "SBRT", "cebrt": "RT"}
_INSTRUMENTED = {"stabilization", "separation_surgery"}
_GRADES = tuple(Escc)


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


def open_red_flags(page: PatientPage) -> tuple[Symptom, ...]:
    """Open neurological symptoms; none of somebody who died or whose transfer was accepted: others look after them."""
    gone = (PatientStatus.DECEASED, PatientStatus.TRANSFERRED)
    if page.leaving and page.leaving.stops and page.leaving.status in gone:
        return ()
    return tuple(line for line in page.symptoms if line.kind == "neuro" and line.confirmed and line.closed_on is None)


@dataclass(frozen=True, slots=True)
class TaskLine:
    """A task with the form that ends it, "" where a person only says that it is done."""

    task: TaskRow
    answer_url: str


def task_lines(page: PatientPage) -> tuple[TaskLine, ...]:
    """The open tasks of a page."""
    return tuple(TaskLine(task, answer_url(task)) for task in page.tasks)


def therapy_line(page: PatientPage) -> str:
    """The running therapy in one line."""
    running = [row for row in page.therapies if row.running]
    if not running:
        return "None running" if page.therapies else "Not recorded"
    parts = []
    for row in running:
        since = row.line.occurred_on
        drugs = ", ".join(row.line.drugs) or words.THERAPY_CLASS[row.line.therapy_class]
        weeks = count((page.today - since).days // 7, "week")
        parts.append(f"{drugs}, line {row.number}, since {day_text(since)} ({weeks})")
    return "; ".join(parts)


def spine_line(page: PatientPage) -> str:
    """Response, number of lesions and the worst grades, each with its level."""
    known = [line for line in page.responses if line.counts and line.spine != "not_assessed"]
    response = (
        f"{words.RESPONSE[known[0].spine]}, {day_text(known[0].occurred_on)}" if known else "Response not assessed"
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
    missing = [line for line in page.lesions if not line.escc or (line.sins_total is None and not line.stabilized)]
    if missing:
        parts.append(f"a score not known at {count(len(missing), 'lesion')}")
    return "; ".join(parts)


def lesion_views(page: PatientPage) -> tuple[LesionView, ...]:
    """Every lesion with its marks."""
    return tuple(_lesion(line, page.today) for line in page.lesions)


def _lesion(line: LesionLine, today: date) -> LesionView:
    total, before = line.sins_total, line.sins_before
    graded = line.escc and line.escc_before
    newest = max((look.occurred_on for look in line.looks), default=today)
    return LesionView(
        line,
        marks.sins(line.sins, stabilised=line.stabilized),
        marks.escc(line.escc or None, line.level),
        "" if total is None or before is None or line.stabilized else _change(total, before, before),
        _change(_GRADES.index(line.escc), _GRADES.index(line.escc_before), line.escc_before) if graded else "",
        f"scored {count((today - newest).days // 7, 'week')} ago: stale" if today - newest > STALE else "",
    )


def _change(now: int, before: int, word: object) -> str:
    """Whether it rose or fell since the look before, which said `word`."""
    return "" if now == before else f"{'↑' if now > before else '↓'} from {word}"


def map_of(page: PatientPage) -> SpineMap:
    """The schematic column with the lesions of this page."""
    radiation = [
        Treated(row.levels, f"{_RADIATION[row.kind]} {MONTHS[row.occurred_on.month - 1]} {row.occurred_on:%y}")
        for row in page.procedures
        if row.kind in _RADIATION and row.levels
    ]
    rods = [row.levels for row in page.procedures if row.kind in _INSTRUMENTED and row.levels]
    return spine_map([_mapped(view) for view in lesion_views(page)], radiation, rods)


def _mapped(view: LesionView) -> MappedLesion:
    """A lesion as the map says it, briefly: there is little room beside a vertebra."""
    line = view.line
    title = f"{line.level} stabilised" if line.stabilized else f"{line.level} SINS {view.sins.figure.lower()}"
    if view.sins.band in words.SINS_BAND:
        title += ", " + view.sins.word.lower().replace("potentially unstable", "potentially unst.")
    under = f"ESCC {line.escc or 'not known'} · {line.treated[0] if line.treated else 'not treated'}"
    return MappedLesion(line.level, view.sins.band, title, under[:40], line.escc)
