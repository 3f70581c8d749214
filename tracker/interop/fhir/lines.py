"""Uses of drugs joined into lines of treatment: repeated cycles are one, drugs begun together are one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from scheduling.catalog.drug_table import Drug, DrugKind
from scheduling.catalog.drugs import therapy_class_of
from scheduling.engine.vocabulary import TherapyClass
from tracker.interop.days import Day, dated_on
from tracker.interop.drafts import LineDraft
from tracker.interop.fhir.medications import Use
from tracker.interop.fhir.notes import Notes
from tracker.interop.fhir.resources import Resource

#: Cycles of one drug this many days apart are one treatment (local convention: two missed cycles of six weeks).
SAME_COURSE_DAYS = 84
#: Drugs begun, and ended, within this many days of each other are one line (local convention).
TOGETHER_DAYS = 14


@dataclass(frozen=True, slots=True)
class Exposure:
    """One drug from its first to its last use. `stop` None and `ended` True: it is over, nobody wrote when."""

    drug: Drug
    uses: tuple[Use, ...]
    start: Day
    last: Day
    stop: Day | None
    ended: bool

    @property
    def key(self) -> str:
        """The source key, from the first use: it stays when cycles are added."""
        return f"{self.uses[0].resource.key}#{self.drug.name}"


def read_lines(notes: Notes, uses: Iterable[Use]) -> tuple[LineDraft, ...]:
    """Lines of systemic treatment, in the order of their start."""
    exposures = _exposures(notes, uses)
    groups = _grouped(exposures)
    lines = [_line(notes, group, exposures) for group in groups]
    for group, line in zip(groups, lines, strict=True):
        if line is not None:
            _ask_still_running(notes, group, line, [other for other in lines if other is not None])
    return tuple(line for line in lines if line is not None)


def _exposures(notes: Notes, uses: Iterable[Use]) -> list[Exposure]:
    by_drug: dict[str, list[Use]] = defaultdict(list)
    for use in uses:
        by_drug[use.drug.name].append(use)
    found: list[Exposure] = []
    for of_drug in by_drug.values():
        of_drug.sort(key=lambda use: (use.start.on, use.resource.key))
        course: list[Use] = []
        for use in of_drug:
            if course and _is_new(course, use):
                found.append(_exposure(notes, course))
                course = []
            course.append(use)
        found.append(_exposure(notes, course))
    return sorted(found, key=lambda one: (one.start.on, one.key, one.drug.name))


def _is_new(course: Sequence[Use], use: Use) -> bool:
    """Whether a use begins another treatment: everything before it is over, and long ago."""
    if any(not one.ended and not one.is_cycle for one in course):
        return False
    last = max((one.stop or one.start).last for one in course)
    return (use.start.on - last).days > SAME_COURSE_DAYS


def _exposure(notes: Notes, course: Sequence[Use]) -> Exposure:
    """From the newest use on the stop is read: a later open order goes on, and a series ends with its last cycle."""
    uses = tuple(course)
    last = max(((use.stop or use.start) for use in uses), key=lambda day: day.last)
    stated = [use for use in uses if not use.is_cycle]
    if stated:
        newest = max(use.start.on for use in stated)
        deciding = [use for use in stated if use.start.on == newest]
        open_orders = [use for use in deciding if not use.ended]
        ended = not open_orders
    else:
        stopped = any(use.ended or use.stop is not None for use in uses[-1:])
        ended = stopped or (notes.as_of - last.last).days > SAME_COURSE_DAYS
    stops = [use.stop for use in uses if use.stop is not None]
    stop = max(stops, key=lambda day: day.last) if ended and stops else None
    if stop is not None and last.on > stop.last:
        stop = None
    return Exposure(uses[0].drug, uses, uses[0].start, last, stop, ended)


def _grouped(exposures: Sequence[Exposure]) -> list[list[Exposure]]:
    """Drugs begun and ended together; every other drug is a line of its own."""
    groups: list[list[Exposure]] = []
    for one in exposures:
        group = next((group for group in groups if _belongs(one, group[0])), None)
        if group is None:
            groups.append([one])
        else:
            group.append(one)
    return groups


def _belongs(one: Exposure, first: Exposure) -> bool:
    within = timedelta(days=TOGETHER_DAYS)
    if one.ended != first.ended or abs(one.start.on - first.start.on) > within:
        return False
    if not one.ended:
        return True
    return abs((one.stop or one.last).on - (first.stop or first.last).on) <= within


def _line(notes: Notes, group: Sequence[Exposure], exposures: Sequence[Exposure]) -> LineDraft | None:
    first = group[0]
    at = first.uses[0].resource
    names = tuple(dict.fromkeys(one.drug.name for one in group))
    kind = _class_of(group, exposures)
    if kind is None:
        notes.ask(at, at.node, "therapy_class", ", ".join(names), first.start.on)
        return None
    stop = max((one.stop for one in group if one.stop is not None), key=lambda day: day.last, default=None)
    last = max((one.last for one in group), key=lambda day: day.last)
    reasons = {use.stop_reason for one in group for use in one.uses[-1:]} - {"unknown"}
    stopped_on, stopped_precision = (stop or Day(last.on, "unknown")) if first.ended else (None, "day")
    draft = LineDraft(
        **dated_on(first.start, first.key, at.place()),
        therapy_class=str(kind),
        drugs=names,
        stopped_on=stopped_on,
        stopped_precision=stopped_precision,
        stop_reason=reasons.pop() if len(reasons) == 1 and first.ended else "unknown",
    )
    _remark_line(notes, group, draft)
    if first.ended and stop is None:
        _ask_stop(notes, at, draft)
    return draft


def _class_of(group: Sequence[Exposure], exposures: Sequence[Exposure]) -> TherapyClass | None:
    """The class of a line; a partner such as a CDK4/6 or mTOR inhibitor takes it from the drug that runs beside it."""
    first = group[0].start.on
    drugs = [one.drug for one in group]
    kind = therapy_class_of(drugs)
    if kind is None or all(drug.kind is not DrugKind.ENDOCRINE_PARTNER for drug in drugs):
        return kind
    endocrine = [
        other.drug
        for other in exposures
        if other not in group
        and other.drug.kind is DrugKind.ENDOCRINE
        and other.start.on <= first
        and (not other.ended or other.last.on >= first)
    ]
    return therapy_class_of([*drugs, *endocrine]) or kind


def _ask_stop(notes: Notes, at: Resource, draft: LineDraft) -> None:
    """A line that is over since nobody wrote when: asked, but of those who died."""
    names = ", ".join(draft.drugs)
    if notes.died is not None:
        expected = f"a day of the stop; {draft.stopped_on} is held"
        notes.note_read(draft.place, names, "stop_unknown", expected)
        return
    said, status = (names, draft.occurred_on, draft.stopped_on), at.node["status"]
    notes.ask(at, status, "stop_unknown", *said, value=status.text, fact=draft.source_key)


def _remark_line(notes: Notes, group: Sequence[Exposure], draft: LineDraft) -> None:
    names = ", ".join(draft.drugs)
    count = sum(len(one.uses) for one in group)
    if not any(use.given for one in group for use in one.uses):
        expected = "an administration or a statement; an order says intent, not that it was given"
        notes.note_read(draft.place, names, "intent_not_exposure", expected)
    if count > len(group):
        expected = f"one line; {count} orders or administrations are joined"
        notes.note_read(draft.place, names, "joined_cycles", expected)


def _ask_still_running(notes: Notes, group: Sequence[Exposure], line: LineDraft, lines: Sequence[LineDraft]) -> None:
    """An open order that a later line of the same class follows was perhaps never closed: both run until answered."""
    after = [
        other
        for other in lines
        if other.therapy_class == line.therapy_class
        and (other.occurred_on - line.occurred_on).days > TOGETHER_DAYS
        and not set(other.drugs) & set(line.drugs)
    ]
    if line.stopped_on is not None or not after or notes.died is not None:
        return
    following = min(after, key=lambda other: other.occurred_on)
    at = group[0].uses[0].resource
    said = (", ".join(line.drugs), line.occurred_on, ", ".join(following.drugs), following.occurred_on)
    notes.ask(at, at.node["status"], "no_stop", *said, fact=line.source_key)
