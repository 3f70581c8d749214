"""What a row may not leave out or take away: how long it may wait, what it replaces, what ends and completes it."""

from __future__ import annotations

from collections.abc import Iterator

from scheduling.engine.policy.anchors import Last, LastVisit
from scheduling.engine.policy.questions.combining import flat, leaves
from scheduling.engine.policy.questions.patient import StepDownApproved, SymptomOpen
from scheduling.engine.policy.questions.planned import SecondApproval
from scheduling.engine.policy.questions.procedures import ProcedureBefore, ProcedureWithin
from scheduling.engine.policy.questions.seen import StudySince
from scheduling.engine.policy.rows import ItemRule, Policy, Row, StreamRule
from scheduling.engine.vocabulary import (
    CONTROLLED,
    Mark,
    ProcedureKind,
    Stream,
    StudyKind,
    SymptomKind,
    Task,
    Tempo,
    Urgency,
)
from scheduling.findings import Finding, Severity, unsafe
from scheduling.lint_edits import windows_of

#: The longest a window of these urgencies may stay open, in days; beyond it an edit is called unsafe.
LATEST_DAYS = {"emergency": 1, "urgent": 56, "expedited": 140, "routine": 546, "extended": 546}
#: The longest until the surgeon is first seen, in days after what was found.
FIRST_VISIT_DAYS = {"urgent": 14, "expedited": 56}
#: Whole-spine MRI and a plan within one week of suggestive pain (NICE QS56, statement 2).
PAIN_DAYS = 7
_PRESSING = (Urgency.EMERGENCY, Urgency.URGENT, Urgency.EXPEDITED)
#: Studies that never show the canal, or the spine: no set that dates count by holds them.
_NEVER = {
    "study": {StudyKind.XRAY},
    "canal_study": {StudyKind.XRAY, StudyKind.BONE_SCAN, StudyKind.PET_CT, StudyKind.CT_SYSTEMIC},
}
_NOT_DEFINITIVE = {ProcedureKind.CEMENTOPLASTY, ProcedureKind.ABLATION}
_NOT_STABILISING = {ProcedureKind.SBRT, ProcedureKind.CEBRT, ProcedureKind.ABLATION}


def rows(policy: Policy) -> Iterator[Finding]:
    """What is unsafe in single rows and in the sets that they count by."""
    for row in policy.rows:
        yield from _windows(row)
        yield from _replacing(policy, row)
        yield from _ending(policy, row)
        yield from _completing(row)
    if not policy.own_windows:
        yield unsafe("", "no row asks for clinicians' own windows: what they set would be ignored")
    yield from _sets(policy)
    yield from _unspoken(policy)


def _windows(row: Row) -> Iterator[Finding]:
    """How long each stream may wait at most."""
    pain = any(SymptomKind.PAIN_SUGGESTIVE in part.kinds for part in flat(row.when) if isinstance(part, SymptomOpen))
    limit = LATEST_DAYS.get(row.urgency)
    for rule in row.streams:
        longest = max((_longest(item) for item in rule.items), default=0)
        first = max((_longest(item) for item in rule.items if _is_first(rule, item)), default=0)
        soonest = FIRST_VISIT_DAYS.get(row.urgency)
        said = "the surgeon" if rule.stream == Stream.SURGEON else "imaging"
        if limit is not None and longest > limit:
            yield unsafe(row.id, f"is {row.urgency}, yet its {rule.stream} may wait {longest} days (at most {limit})")
        elif pain and row.suspends is None and longest > PAIN_DAYS:
            yield unsafe(row.id, f"asks for {said} up to {longest} days after suggestive pain (at most {PAIN_DAYS})")
        elif soonest is not None and first > soonest:
            text = f"is {row.urgency}, yet {said} may first be asked for {first} days after the finding"
            yield unsafe(row.id, f"{text} (at most {soonest})")


def _longest(item: ItemRule) -> int:
    return max((window.latest for window in windows_of(item)), default=0)


def _is_first(rule: StreamRule, item: ItemRule) -> bool:
    """Whether it asks for the first visit after a finding, and not for the next after a visit."""
    return rule.stream == Stream.SURGEON and not any(isinstance(one, (LastVisit, Last)) for one in item.count_from)


def _replacing(policy: Policy, row: Row) -> Iterator[Finding]:
    """Only rows that nobody presses for give way, and only to a clinician's two signatures or a valid baseline."""
    if row.replaces is None:
        return
    for name in row.replaces.rows:
        given_way = policy.row(name)
        treated = any(isinstance(part, (ProcedureWithin, ProcedureBefore)) for part in given_way.when.parts)
        if given_way.urgency in _PRESSING or Mark.ENDS_STEP_DOWN in given_way.marks or treated:
            yield unsafe(row.id, f"replaces {name} ({given_way.title})")
    asked = {type(part) for part in leaves(row.replaces.only_if)}
    if row.for_each == "override" and SecondApproval not in asked:
        yield unsafe(row.id, "lets one clinician alone lengthen a window")
    if row.for_each != "override" and StudySince not in asked:
        yield unsafe(row.id, f"replaces {', '.join(row.replaces.rows)} without asking for a study that is new enough")


def _ending(policy: Policy, row: Row) -> Iterator[Finding]:
    """A symptom stays until a clinician closes it, and what presses ends a step-down."""
    if not row.until_closed and any(isinstance(part, SymptomOpen) for part in flat(row.when)):
        yield unsafe(row.id, "asks for an open symptom, and ends without a clinician who closes it")
    approves = any(isinstance(part, StepDownApproved) for other in policy.rows for part in leaves(other.when))
    if approves and row.urgency in _PRESSING and Mark.ENDS_STEP_DOWN not in row.marks:
        yield unsafe(row.id, f"is {row.urgency} and does not end an approved step-down")


def _completing(row: Row) -> Iterator[Finding]:
    """What counts from a study of the canal is not completed by one that does not show it."""
    rule = row.stream(Stream.IMAGING)
    for item in rule.items if rule is not None else ():
        from_canal = any(isinstance(one, Last) and one.studies == "canal_study" for one in item.count_from)
        if rule is not None and from_canal and rule.counted_by != "canal_study":
            yield unsafe(row.id, "counts from a study of the canal, and any study completes it")
            return


def _sets(policy: Policy) -> Iterator[Finding]:
    """Sets and orders that would clear somebody by what shows or treats nothing."""
    for name, one in policy.studies:
        kinds = {kind for kinds in (one.kinds, *(more for _, more in one.also_where_mri)) for kind in kinds}
        for kind in sorted(kinds & _NEVER.get(name, set())):
            yield unsafe("", f"the set {name} holds {kind}")
    record, procedures = policy.record, policy.names.procedures
    for name, never, said in (
        (record.escc_begins_anew_after, _NOT_DEFINITIVE, "is no definitive treatment of a compression"),
        (record.stabilised_by, _NOT_STABILISING, "stabilises nothing"),
    ):
        for kind in sorted(never & set(procedures[name])):
            yield unsafe("", f"the set {name} holds {kind}, which {said}")
    controlled = [word in CONTROLLED for word in record.worst_response_first]
    if sorted(controlled) != controlled:
        yield unsafe("", "of two responses of one day a better one counts before a worse one")
    if policy.tempo_otherwise != Tempo.FAST:
        yield unsafe("", f"a cancer of which no line speaks counts as {policy.tempo_otherwise}, not as fast")


def _unspoken(policy: Policy) -> Iterator[Finding]:
    """Treatments after which no row asks for anything, and tasks that nothing raises: allowed, and to be looked at."""
    asked = {
        kind
        for row in policy.rows
        if row.id not in policy.choice.first_of
        for part in leaves(row.when)
        if isinstance(part, ProcedureWithin)
        for kind in policy.names.procedures[part.procedures]
    }
    for procedure in ProcedureKind:
        if procedure.value not in asked:
            yield Finding(Severity.TO_COMPLETE, "", f"no row speaks of somebody lately treated by {procedure.value}")
    for task in Task:
        if task.value not in {rule.task for rule in policy.tasks}:
            yield Finding(Severity.TO_COMPLETE, "", f"nothing raises the task {task.value}")
