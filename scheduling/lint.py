"""What is wrong with a policy that reads well: rows that cannot fire, unsafe edits, and what is still to complete.

Reading refuses what cannot be understood; this finds what can be, and should not be published unseen. A finding is
`unsafe` (blocks publishing), `to_complete`, or a `note`; each names its row and says what to do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from typing import NamedTuple

from scheduling.engine.periods import Offset
from scheduling.engine.policy.questions.cancer import Response, ResponseLasts, TempoIs
from scheduling.engine.policy.questions.combining import AllOf, Not, Settled, flat, leaves
from scheduling.engine.policy.questions.lesions import LesionEscc, LesionSins
from scheduling.engine.policy.questions.patient import Status, StepDownApproved, SymptomOpen
from scheduling.engine.policy.questions.planned import Chosen
from scheduling.engine.policy.questions.question import Condition
from scheduling.engine.policy.questions.scores import EsccAtMost, SinsAtMost
from scheduling.engine.policy.rows import ItemRule, Policy, Row
from scheduling.engine.scores.sins import CONSULTATION_FROM, HIGHEST_TOTAL
from scheduling.engine.vocabulary import (
    ESCC_RANK,
    SUBTYPES,
    URGENCY_RANK,
    Escc,
    Grade,
    Mark,
    MarkerClass,
    PatientStatus,
    Site,
    Stream,
    SymptomKind,
    Tempo,
    Urgency,
)


class Severity(StrEnum):
    """How much a finding weighs."""

    UNSAFE = "unsafe"
    TO_COMPLETE = "to_complete"
    NOTE = "note"


class Finding(NamedTuple):
    """One thing to look at; `row` is empty where it concerns the whole policy."""

    severity: Severity
    row: str
    text: str

    def __str__(self) -> str:
        return f"{self.severity.replace('_', ' ')}: {self.row + ': ' if self.row else ''}{self.text}"


#: The longest a window of these urgencies may stay open, in days; beyond it an edit is called unsafe.
LATEST_DAYS = {"emergency": 1, "urgent": 56}


def lint(policy: Policy, before: Policy | None = None) -> tuple[Finding, ...]:
    """Every finding, the gravest first; with `before` also what became later or weaker than in that version."""
    checks: tuple[Callable[[Policy], Iterable[Finding]], ...] = (
        _cannot_fire,
        _never_chosen,
        _suspensions,
        _safety,
        _marks,
        _urgent_windows,
        _uncovered,
        _evidence,
        _approval,
    )
    found = [finding for check in checks for finding in check(policy)]
    if before is not None:
        found += _later(before, policy)
    order = list(Severity)
    return tuple(sorted(found, key=lambda one: order.index(one.severity)))


def _parts(when: AllOf) -> Iterator[Condition]:
    """The conditions that all have to hold, without what only says how unknown counts."""
    for part in flat(when):
        yield part.part if isinstance(part, Settled) else part


def _cannot_fire(policy: Policy) -> Iterator[Finding]:
    """Conditions of one row that exclude each other."""
    for row in policy.rows:
        for why in _contradictions(list(_parts(row.when))):
            yield Finding(Severity.UNSAFE, row.id, f"can never fire: {why}")


def _contradictions(parts: list[Condition]) -> Iterator[str]:
    for kind, attribute in (
        (Response, "categories"),
        (Status, "statuses"),
        (TempoIs, "tempos"),
        (Chosen, "rows"),
    ):
        sets = [set(getattr(part, attribute)) for part in parts if isinstance(part, kind)]
        if len(sets) > 1 and not set.intersection(*sets):
            yield f"no {attribute[:-1]} is in all of its lists"
    ranges = [part for part in parts if isinstance(part, LesionSins)]
    if ranges and max(one.at_least for one in ranges) > min(one.at_most for one in ranges):
        yield "no SINS lies in its range"
    denied = [part.part for part in parts if isinstance(part, Not)]
    for part in parts:
        if part in denied:
            yield f"{part.name} is asked for and excluded at once"
    worst = [ESCC_RANK[part.grade] for part in parts if isinstance(part, EsccAtMost)]
    grades = [set(part.grades) for part in parts if isinstance(part, LesionEscc)]
    if worst and any(all(ESCC_RANK[grade] > min(worst) for grade in one) for one in grades):
        yield "its ESCC grades are worse than the worst it allows"


def _never_chosen(policy: Policy) -> Iterator[Finding]:
    """A row of the choice that stands behind one that always holds."""
    for place, row_id in enumerate(policy.choice.first_of):
        if not policy.row(row_id).when.parts:
            for other in policy.choice.first_of[place + 1 :]:
                yield Finding(Severity.UNSAFE, other, f"can never be chosen: {row_id} before it always holds")


def _suspensions(policy: Policy) -> Iterator[Finding]:
    """Suspending rows: a kept row must come later, and a status must not be able to hide an emergency silently."""
    order = [row.id for row in policy.rows]
    for row in policy.rows:
        if row.suspends is None:
            continue
        for kept in row.suspends.keep_rows:
            if policy.row(kept).suspends is None or order.index(kept) < order.index(row.id):
                yield Finding(Severity.UNSAFE, row.id, f"keeps {kept}, which is no suspending row after it")
    for task in policy.tasks:
        if task.under and policy.row(task.under).suspends is None:
            yield Finding(
                Severity.UNSAFE, task.under, f"the task {task.task} stands under a row that suspends nothing"
            )


def _safety(policy: Policy) -> Iterator[Finding]:
    """What no edit may take away: the emergency, the stop after death, and unknown scores out of the low-risk rows."""
    statuses = {word for row in policy.rows if row.suspends for part in _parts(row.when) if isinstance(part, Status)
                for word in part.statuses}  # fmt: skip
    if PatientStatus.DECEASED not in statuses:
        yield Finding(Severity.UNSAFE, "", "no row stops planning after death")
    emergency = [row for row in policy.rows if row.urgency == "emergency"]
    asked = {
        kind
        for row in emergency
        for part in _parts(row.when)
        if isinstance(part, SymptomOpen)
        for kind in part.kinds
    }
    if SymptomKind.NEURO not in asked:
        yield Finding(Severity.UNSAFE, "", "no emergency row asks for an open neurological symptom")
    for row in policy.rows:
        low = _without_surgeon(row) or Mark.LOW_RISK in row.marks
        kinds = {type(leaf) for leaf in leaves(row.when)}
        if (low or any(issubclass(kind, ResponseLasts) for kind in kinds)) and not {
            EsccAtMost,
            SinsAtMost,
        } <= kinds:
            yield Finding(
                Severity.UNSAFE, row.id, "lengthens or ends follow-up without asking for a low ESCC and SINS"
            )
        for part in flat(row.when):
            if isinstance(part, Settled) and part.as_yes and isinstance(part.part, (EsccAtMost, SinsAtMost)):
                yield Finding(Severity.UNSAFE, row.id, f"counts an unknown score as low ({part.part.name})")


def _without_surgeon(row: Row) -> bool:
    """Whether an ordinary row leaves the surgeon without a date."""
    return Stream.SURGEON in row.asks_nothing_in and row.suspends is None


#: What nobody would notice where no row carries the mark.
_UNMARKED = {
    Mark.EMERGENCY_LADDER: "an emergency is reminded of like a routine study, and the patient is written to",
    Mark.TAKES_DATES: "a booked appointment keeps its dates in an emergency",
    Mark.ENDS_STEP_DOWN: "an approved step-down never ends by itself",
    Mark.LOW_RISK: "the day on which somebody leaves the low-risk row is not noted",
}


def _marks(policy: Policy) -> Iterator[Finding]:
    """Marks that are missing: without one the row keeps its dates, and what else it means is lost."""
    for mark, lost in _UNMARKED.items():
        if not policy.marked(mark) and (mark != Mark.ENDS_STEP_DOWN or _asks_approval(policy)):
            severity = Severity.TO_COMPLETE if mark == Mark.LOW_RISK else Severity.UNSAFE
            yield Finding(severity, "", f"no row is marked {mark}: {lost}")
    for row in policy.rows:
        if row.urgency == Urgency.EMERGENCY and Mark.EMERGENCY_LADDER not in row.marks:
            yield Finding(Severity.UNSAFE, row.id, "is an emergency and not marked emergency_ladder")
        if _without_surgeon(row) and Mark.LOW_RISK not in row.marks:
            yield Finding(
                Severity.UNSAFE, row.id, "leaves the surgeon without a date and is not marked low_risk"
            )
        if row.suspends and row.asks_nothing_in and not row.outcome:
            text = "says no outcome: what was open is recorded as overtaken"
            yield Finding(Severity.TO_COMPLETE, row.id, text)


def _asks_approval(policy: Policy) -> bool:
    return any(isinstance(leaf, StepDownApproved) for row in policy.rows for leaf in leaves(row.when))


def _windows(item: ItemRule) -> Iterator[Offset]:
    yield from (one.window for one in item.windows)
    yield from (window for _, window in item.windows_by if window is not None)


def _urgent_windows(policy: Policy) -> Iterator[Finding]:
    for row in policy.rows:
        limit = LATEST_DAYS.get(row.urgency)
        for rule in row.streams:
            longest = max((window.latest for item in rule.items for window in _windows(item)), default=0)
            if limit is not None and longest > limit:
                text = f"is {row.urgency}, yet its {rule.stream} may wait {longest} days (at most {limit})"
                yield Finding(Severity.UNSAFE, row.id, text)


def _uncovered(policy: Policy) -> Iterator[Finding]:
    """Values of closed sets that no line or row speaks of."""
    for site in Site:
        for subtype in SUBTYPES.get(site, (None,)):
            for marker in (None, *MarkerClass) if site == Site.NSCLC else (None,):
                if not any(
                    site in line.sites
                    and (not line.subtypes or subtype in line.subtypes)
                    and (not line.marker_classes or marker in line.marker_classes)
                    for line in policy.tempo_lines
                ):
                    what = " ".join(str(word) for word in (site, subtype, marker) if word is not None)
                    yield Finding(Severity.NOTE, "", f"tempo of {what} falls to {policy.tempo_otherwise}")
    asked = [leaf for row in policy.rows for leaf in leaves(row.when)]
    graded = {grade for leaf in asked if isinstance(leaf, LesionEscc) for grade in leaf.grades}
    for grade in Escc:
        if grade not in graded and grade != Escc.G0:
            yield Finding(Severity.UNSAFE, "", f"no row speaks of a lesion with ESCC {grade.value}")
    totals = {total for row in policy.rows for part in _parts(row.when) if isinstance(part, LesionSins)
              for total in range(int(part.at_least), int(part.at_most) + 1)}  # fmt: skip
    missing = [total for total in range(CONSULTATION_FROM, HIGHEST_TOTAL + 1) if total not in totals]
    if missing:
        yield Finding(Severity.UNSAFE, "", f"no row speaks of SINS {', '.join(map(str, missing))}")
    tempos = {tempo for row in policy.choice.first_of for leaf in leaves(policy.row(row).when)
              if isinstance(leaf, TempoIs) for tempo in leaf.tempos}  # fmt: skip
    for tempo in Tempo:
        if tempo not in tempos:
            text = f"no base row asks for {tempo.value} tempo: {policy.choice.otherwise} stands in"
            yield Finding(Severity.NOTE, "", text)


def _evidence(policy: Policy) -> Iterator[Finding]:
    for row in policy.rows:
        for rule in row.streams:
            evidence = rule.evidence
            if evidence.grade != Grade.EXPERT_DEFAULT and evidence.citation.lower() in ("none", "-", ""):
                yield Finding(
                    Severity.UNSAFE, row.id, f"{rule.stream}: graded {evidence.grade} without a citation"
                )
            if rule.items and evidence.grade == Grade.EXPERT_DEFAULT:
                yield Finding(
                    Severity.TO_COMPLETE,
                    row.id,
                    f"{rule.stream}: a local default; the clinical lead approves",
                )


def _approval(policy: Policy) -> Iterator[Finding]:
    if not policy.approved:
        yield Finding(
            Severity.TO_COMPLETE, "", "a proposal: draft, not for clinical use until a clinical lead approves"
        )
    if policy.about.next_review_on is None:
        yield Finding(Severity.TO_COMPLETE, "", "no day of the next review")


def _later(before: Policy, after: Policy) -> Iterator[Finding]:
    """What an edit made later, less urgent or took away."""
    now = {row.id: row for row in after.rows}
    for row in before.rows:
        edited = now.get(row.id)
        if edited is None:
            yield Finding(Severity.UNSAFE, row.id, f"was taken away ({row.title})")
            continue
        if URGENCY_RANK[edited.urgency] > URGENCY_RANK[row.urgency]:
            yield Finding(Severity.UNSAFE, row.id, f"urgency {row.urgency} became {edited.urgency}")
        yield from _later_windows(row, edited)


def _later_windows(row: Row, edited: Row) -> Iterator[Finding]:
    for rule in row.streams:
        other = edited.stream(rule.stream)
        if rule.items and (other is None or len(other.items) < len(rule.items)):
            yield Finding(Severity.UNSAFE, row.id, f"{rule.stream}: a window was taken away")
            continue
        for was, now in zip(rule.items, other.items if other else (), strict=False):
            for old, new in zip(_windows(was), _windows(now), strict=False):
                if new.latest > old.latest or new.due > old.due:
                    was_days, now_days = (
                        f"due {old.due} and latest {old.latest} days",
                        f"{new.due} and {new.latest}",
                    )
                    text = f"{rule.stream}: {was_days} became {now_days}"
                    yield Finding(Severity.UNSAFE, row.id, text)
