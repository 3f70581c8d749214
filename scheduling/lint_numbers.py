"""Numbers of a policy that belong together: bands, complementary periods, and what no row or two rows speak of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from scheduling.engine.policy.anchors import Anchor, LesionSinsFoundOn
from scheduling.engine.policy.document import policy_to_mapping
from scheduling.engine.policy.parameters import parameters
from scheduling.engine.policy.questions.combining import Not, flat, leaves
from scheduling.engine.policy.questions.lesions import LesionEscc, LesionSins
from scheduling.engine.policy.questions.procedures import ProcedureBefore, ProcedureWithin
from scheduling.engine.policy.questions.question import Condition
from scheduling.engine.policy.questions.scores import EsccAtMost, SinsAtMost
from scheduling.engine.policy.questions.seen import StudySince, VisitSince
from scheduling.engine.policy.rows import Policy, Row
from scheduling.engine.scores.sins import HIGHEST_TOTAL
from scheduling.engine.vocabulary import ESCC_RANK
from scheduling.engine.words import period
from scheduling.findings import Finding, Severity, unsafe


def numbers(policy: Policy) -> Iterator[Finding]:
    """What contradicts in the numbers of a policy."""
    yield from _bands(policy)
    yield from _low(policy)
    yield from _twice(policy)
    yield from _guards(policy)
    yield from _unused(policy)
    yield from _complements(policy)


def _asked(row: Row) -> Iterator[Condition]:
    """Every question of a row, those of its windows too."""
    yield from leaves(row.when)
    for rule in row.streams:
        for item in rule.items:
            yield from leaves(item.only_if)


def _counts_from_band(row: Row) -> bool:
    """Whether the row counts from, or compares with, the day on which the lesion's SINS band was found."""
    anchors = [anchor for rule in row.streams for item in rule.items for anchor in item.count_from]
    for question in _asked(row):
        values = (getattr(question, one.name) for one in parameters(type(question)))
        anchors += [value for value in values if isinstance(value, Anchor)]
    return any(isinstance(anchor, LesionSinsFoundOn) for anchor in anchors)


def _bands(policy: Policy) -> Iterator[Finding]:
    """A row that counts from the day of its band must begin and end where the bands of the record do."""
    begins = policy.record.sins_bands
    for row in policy.rows:
        if not _counts_from_band(row):
            continue
        for part in _asked(row):
            if not isinstance(part, LesionSins):
                continue
            edges = {part.at_least, part.at_most + 1} - {0, HIGHEST_TOTAL + 1}
            if not edges <= set(begins):
                text = f"asks for SINS {part.at_least} to {part.at_most}, and counts from the day its band was found"
                yield unsafe(row.id, f"{text}; the bands of the record begin at {begins[0]} and {begins[1]}")


def _low(policy: Policy) -> Iterator[Finding]:
    """What counts as a low score ends where the first row begins to ask for a lesion of its score."""
    asked = [part for row in policy.rows for part in _asked(row)]
    first = min((part.at_least for part in asked if isinstance(part, LesionSins)), default=HIGHEST_TOTAL + 1)
    graded = {grade for part in asked if isinstance(part, LesionEscc) for grade in part.grades}
    for row in policy.rows:
        for part in _asked(row):
            if isinstance(part, SinsAtMost) and part.total >= first:
                yield unsafe(row.id, f"counts SINS up to {part.total} as low; rows ask for it from {first} on")
            if isinstance(part, EsccAtMost) and any(ESCC_RANK[grade] <= ESCC_RANK[part.grade] for grade in graded):
                yield unsafe(row.id, f"counts ESCC {part.grade} as low; rows ask for a lesion with it")


def _twice(policy: Policy) -> Iterator[Finding]:
    """SINS totals for which two rows ask: allowed, since the more urgent wins, and seldom meant."""
    by_total: dict[int, list[str]] = defaultdict(list)
    for row in policy.rows:
        for part in leaves(row.when):
            if isinstance(part, LesionSins):
                for total in range(part.at_least, part.at_most + 1):
                    by_total[total].append(row.id)
    pairs = {tuple(dict.fromkeys(rows)): total for total, rows in by_total.items() if len(set(rows)) > 1}
    for rows, total in pairs.items():
        yield Finding(Severity.TO_COMPLETE, rows[0], f"asks for SINS {total}, as {' and '.join(rows[1:])} does")


def _complements(policy: Policy) -> Iterator[Finding]:
    """`procedure_within` and `procedure_older_than` of one set: every age belongs to one row, and to one only."""
    for name in policy.names.procedures:
        until = _rows(policy, name, ProcedureWithin)
        since = _rows(policy, name, ProcedureBefore)
        if not since:
            continue
        longest, (shortest, row) = max(until, default=(-1, "")), min(since)
        said = policy.names.said(name)
        if longest[0] < shortest:
            upto = f"{period(longest[0])}" if until else "the day itself"
            yield unsafe(row, f"no row speaks of {said} between {upto} and {period(shortest)} ago")
        elif longest[0] > shortest:
            text = f"and {longest[1]} both speak of {said} between {period(shortest)} and {period(longest[0])} ago"
            yield Finding(Severity.TO_COMPLETE, row, text)


def _guards(policy: Policy) -> Iterator[Finding]:
    """Two windows of a stream, before and after something was done: what ends the first begins the second."""
    for row in policy.rows:
        for rule in row.streams:
            before: list[Condition] = []
            after: list[Condition] = []
            for item in rule.items:
                for part in flat(item.only_if):
                    if isinstance(part, Not) and isinstance(part.part, (StudySince, VisitSince)):
                        before.append(part.part)
                    elif isinstance(part, (StudySince, VisitSince)):
                        after.append(part)
            if rule.items and len(after) == len(rule.items) and not before:
                yield unsafe(row.id, f"{rule.stream}: nothing is asked before {after[0].words(policy.names)}")
            for begins in after:
                if begins not in before and any(type(one) is type(begins) for one in before):
                    said = begins.words(policy.names)
                    yield unsafe(row.id, f"{rule.stream}: nothing else ends where its window after {said} begins")


def _unused(policy: Policy) -> Iterator[Finding]:
    """Names of numbers that no place uses: a change there would change nothing."""
    document = {key: value for key, value in policy_to_mapping(policy).items() if key != "numbers"}
    words = set(_words(document))
    for name, _ in policy.numbers:
        if name not in words:
            yield Finding(Severity.TO_COMPLETE, "", f"no place uses the number {name}")


def _words(part: object) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    for inner in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from _words(inner)


def _rows(policy: Policy, name: str, kind: type[ProcedureWithin | ProcedureBefore]) -> list[tuple[int, str]]:
    """Rows that ask for the newest procedure of a set by its age, in days; those of a lesion's questions too."""
    return [
        (part.period, row.id)
        for row in policy.rows
        if row.id not in policy.choice.first_of
        for part in row.when.parts
        if isinstance(part, kind) and part.procedures == name
    ]
