"""What is wrong with a policy that reads well: rows that cannot fire, unsafe edits, and what is still to complete.

Reading refuses what cannot be understood; this finds what can be, and should not be published unseen. A finding is
`unsafe` (neither published nor approved), `to_complete`, or a `note`; each names its row and says what to do.
Compared with the version before, `unsafe` says what became later or weaker: whoever approves reads it, and may mean it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from scheduling.engine.policy.questions.cancer import Response, ResponseLasts, TempoIs
from scheduling.engine.policy.questions.combining import AllOf, Not, Settled, flat, leaves
from scheduling.engine.policy.questions.lesions import LesionEscc, LesionSins
from scheduling.engine.policy.questions.patient import SpineSymptomatic, Status, StepDownApproved, SymptomOpen
from scheduling.engine.policy.questions.planned import Chosen
from scheduling.engine.policy.questions.procedures import ProcedureBefore, ProcedureWithin
from scheduling.engine.policy.questions.question import Condition, Flagged
from scheduling.engine.policy.questions.scores import EsccAtMost, SinsAtMost
from scheduling.engine.policy.rows import Policy, Row
from scheduling.engine.scores.sins import CONSULTATION_FROM, HIGHEST_TOTAL
from scheduling.engine.vocabulary import (
    ESCC_RANK,
    SUBTYPES,
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
from scheduling.findings import Finding, Severity, unsafe
from scheduling.lint_edits import later_than
from scheduling.lint_laws import broken_laws
from scheduling.lint_numbers import numbers
from scheduling.lint_rows import rows

Asked = TypeVar("Asked", bound=Condition)
Value = TypeVar("Value")


def lint(policy: Policy, before: Policy | None = None) -> tuple[Finding, ...]:
    """Every finding, the gravest first; with `before` also what became later or weaker than in that version."""
    checks: tuple[Callable[[Policy], Iterable[Finding]], ...] = (
        _cannot_fire,
        _never_chosen,
        _suspensions,
        _safety,
        _marks,
        rows,
        numbers,
        _uncovered,
        _evidence,
        _approval,
        broken_laws,
    )
    found = [finding for check in checks for finding in check(policy)]
    if before is not None:
        found += later_than(before, policy)
    order = list(Severity)
    return tuple(sorted(dict.fromkeys(found), key=lambda one: order.index(one.severity)))


def _parts(when: AllOf) -> Iterator[Condition]:
    """The conditions that all have to hold, without what only says how unknown counts."""
    for part in flat(when):
        yield part.part if isinstance(part, Settled) else part


def _asked(
    policy: Policy,
    kind: type[Asked],
    values: Callable[[Asked], Iterable[Value]],
    of: Callable[[Row], bool] = lambda row: True,
) -> set[Value]:
    """The values for which some of the rows ask with a question of this kind."""
    return {
        value
        for row in policy.rows
        if of(row)
        for part in _parts(row.when)
        if isinstance(part, kind)
        for value in values(part)
    }


def _cannot_fire(policy: Policy) -> Iterator[Finding]:
    """Conditions of one row that exclude each other."""
    for row in policy.rows:
        for why in _contradictions(list(_parts(row.when))):
            yield unsafe(row.id, f"can never fire: {why}")
    stopped = {
        status
        for row in policy.rows
        if row.suspends is not None and len(row.when.parts) == 1
        for part in row.when.parts
        if isinstance(part, Status)
        for status in part.statuses
    }
    for row in policy.rows:
        for part in _parts(row.when) if row.suspends is None else ():
            if isinstance(part, Status) and stopped.issuperset(part.statuses):
                yield unsafe(row.id, "can never fire: rows before it stop for every status that it asks for")


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
    yield from _ages(parts)
    for part in parts:
        if isinstance(part, Flagged) and any(
            type(other) is type(part) and other.wanted is not part.wanted
            for other in parts
            if isinstance(other, Flagged)
        ):
            yield f"{part.name} is asked for and excluded at once"
            break
    denied = [part.part for part in parts if isinstance(part, Not)]
    for part in parts:
        if part in denied:
            yield f"{part.name} is asked for and excluded at once"
    worst = [ESCC_RANK[part.grade] for part in parts if isinstance(part, EsccAtMost)]
    grades = [set(part.grades) for part in parts if isinstance(part, LesionEscc)]
    if worst and any(all(ESCC_RANK[grade] > min(worst) for grade in one) for one in grades):
        yield "its ESCC grades are worse than the worst it allows"


def _ages(parts: list[Condition]) -> Iterator[str]:
    """A procedure that is to be newer and older than one day."""
    for newer in parts:
        for older in parts:
            if (
                isinstance(newer, ProcedureWithin)
                and isinstance(older, ProcedureBefore)
                and (newer.procedures, True) == (older.procedures, newer.period <= older.period)
            ):
                yield "no procedure is as new and as old as it asks"


def _never_chosen(policy: Policy) -> Iterator[Finding]:
    """A row of the choice that stands behind one that always holds."""
    for place, row_id in enumerate(policy.choice.first_of):
        if not policy.row(row_id).when.parts:
            for other in policy.choice.first_of[place + 1 :]:
                yield unsafe(other, f"can never be chosen: {row_id} before it always holds")


def _suspensions(policy: Policy) -> Iterator[Finding]:
    """Suspending rows: a kept row must come later, and a status must not be able to hide an emergency silently."""
    order = [row.id for row in policy.rows]
    for row in policy.rows:
        if row.suspends is None:
            continue
        for kept in row.suspends.keep_rows:
            if policy.row(kept).suspends is None or order.index(kept) < order.index(row.id):
                yield unsafe(row.id, f"keeps {kept}, which is no suspending row after it")
    for task in policy.tasks:
        if task.under and policy.row(task.under).suspends is None:
            yield unsafe(task.under, f"the task {task.task} stands under a row that suspends nothing")


def _safety(policy: Policy) -> Iterator[Finding]:
    """What no edit may take away: the emergency, the stop after death, and unknown scores out of the low-risk rows."""
    statuses = _asked(policy, Status, lambda part: part.statuses, lambda row: row.suspends is not None)
    if PatientStatus.DECEASED not in statuses:
        yield unsafe("", "no row stops planning after death")
    asked = _asked(policy, SymptomOpen, lambda part: part.kinds, lambda row: row.urgency == Urgency.EMERGENCY)
    if SymptomKind.NEURO not in asked:
        yield unsafe("", "no emergency row asks for an open neurological symptom")
    for row in policy.rows:
        kinds = {type(leaf) for leaf in leaves(row.when)}
        if not (_without_surgeon(row) or Mark.LOW_RISK in row.marks or kinds & {ResponseLasts}):
            continue
        if not {EsccAtMost, SinsAtMost} <= kinds:
            yield unsafe(row.id, "lengthens or ends follow-up without asking for a low ESCC and SINS")
        if not {SymptomOpen, SpineSymptomatic} <= kinds:
            yield unsafe(row.id, "lengthens or ends follow-up without asking for a spine symptom")
        if ResponseLasts in kinds and StepDownApproved not in kinds:
            yield unsafe(row.id, "lengthens follow-up without asking for a clinician's approval")
        for part in flat(row.when):
            if isinstance(part, Settled) and part.as_yes:
                scored = isinstance(part.part, (EsccAtMost, SinsAtMost))
                said = "an unknown score as low" if scored else "what is not known as good"
                yield unsafe(row.id, f"counts {said} ({part.part.name})")


def _without_surgeon(row: Row) -> bool:
    """Whether an ordinary row leaves the surgeon without a date."""
    return Stream.SURGEON in row.asks_nothing_in and row.suspends is None


#: What nobody would notice where no row carries the mark.
_UNMARKED = {
    Mark.EMERGENCY_LADDER: "an emergency is reminded of like a routine study, and the patient is written to",
    Mark.TAKES_DATES: "a follow-up that somebody set aside stays so in an emergency",
    Mark.UNTIL_RESPONSE: "after the study that a progression asked for, the patient is asked to book it again",
    Mark.ENDS_STEP_DOWN: "an approved step-down never ends by itself",
    Mark.LOW_RISK: "the day on which somebody leaves the low-risk row is not noted",
}

#: Marks whose absence harms nobody.
_INCONVENIENT = frozenset({Mark.LOW_RISK, Mark.UNTIL_RESPONSE})


def _marks(policy: Policy) -> Iterator[Finding]:
    """Marks that are missing: without one the row keeps its dates, and what else it means is lost."""
    for mark, lost in _UNMARKED.items():
        if not policy.marked(mark) and (mark != Mark.ENDS_STEP_DOWN or _asks_approval(policy)):
            severity = Severity.TO_COMPLETE if mark in _INCONVENIENT else Severity.UNSAFE
            yield Finding(severity, "", f"no row is marked {mark}: {lost}")
    for row in policy.rows:
        if row.urgency == Urgency.EMERGENCY and Mark.EMERGENCY_LADDER not in row.marks:
            yield unsafe(row.id, "is an emergency and not marked emergency_ladder")
        if _without_surgeon(row) and Mark.LOW_RISK not in row.marks:
            yield unsafe(row.id, "leaves the surgeon without a date and is not marked low_risk")
        if row.suspends and row.asks_nothing_in and not row.outcome:
            text = "says no outcome: what was open is recorded as overtaken"
            yield Finding(Severity.TO_COMPLETE, row.id, text)


def _asks_approval(policy: Policy) -> bool:
    return any(isinstance(leaf, StepDownApproved) for row in policy.rows for leaf in leaves(row.when))


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
            yield unsafe("", f"no row speaks of a lesion with ESCC {grade.value}")
    totals = _asked(policy, LesionSins, lambda part: range(part.at_least, part.at_most + 1))
    missing = [total for total in range(CONSULTATION_FROM, HIGHEST_TOTAL + 1) if total not in totals]
    if missing:
        yield unsafe("", f"no row speaks of SINS {', '.join(map(str, missing))}")
    chosen = [leaf for row in policy.choice.first_of for leaf in leaves(policy.row(row).when)]
    tempos = {tempo for leaf in chosen if isinstance(leaf, TempoIs) for tempo in leaf.tempos}
    for tempo in Tempo:
        if tempo not in tempos:
            text = f"no base row asks for {tempo.value} tempo: {policy.choice.otherwise} stands in"
            yield Finding(Severity.NOTE, "", text)


def _evidence(policy: Policy) -> Iterator[Finding]:
    for row in policy.rows:
        for rule in row.streams:
            evidence = rule.evidence
            if evidence.grade != Grade.EXPERT_DEFAULT and evidence.citation.lower() in ("none", "-", ""):
                yield unsafe(row.id, f"{rule.stream}: graded {evidence.grade} without a citation")
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
