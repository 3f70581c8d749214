"""Stored reasons as what a person reads: every fired row with its sentence, arithmetic, grade and citation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from scheduling import publishing
from scheduling.engine.following.sentences import Reason, fact_lines, full_reason, grade_of, item_arithmetic
from scheduling.engine.policy.mistakes import PolicyErrors
from scheduling.engine.policy.rows import Policy
from scheduling.engine.record.facts import Primary
from scheduling.engine.words import anchor_words
from scheduling.models import PolicyVersion


@dataclass(frozen=True, slots=True)
class WhyItem:
    """One window that a row asks for: `counted_from` in words, `after` the three offsets from `anchor_on` in days."""

    counted_from: str
    anchor_on: date
    after: tuple[int, int, int]
    earliest: date
    due: date
    latest: date
    arithmetic: str
    note: str


@dataclass(frozen=True, slots=True)
class WhyFact:
    """One fact that a row read; `on` is the day it holds from, None where it carries none."""

    name: str
    value: str
    on: date | None


@dataclass(frozen=True, slots=True)
class WhyRow:
    """One fired row.

    `gives_date`: it is the winner of the stream. `gave_date`: it gave the dates that a person arranged, and no longer
    fires. `grade` is the evidence grade of its dates for this cancer, "" where
    it asks for none here; `grade_note` is said beside it. A row without items has a say without a window of its own.
    """

    code: str
    title: str
    sentence: str
    gives_date: bool
    gave_date: bool
    urgency: str
    grade: str
    grade_note: str
    citation: str
    rationale: str
    items: tuple[WhyItem, ...]
    facts: tuple[WhyFact, ...]


def policy_of(version: PolicyVersion) -> Policy | None:
    """The policy of a stored version; None where this release can no longer read its document."""
    try:
        return publishing.compiled(version)
    except PolicyErrors:
        return None


def why_rows(
    policy: Policy | None,
    reasons: Iterable[Reason],
    stream: str,
    winner: str,
    primaries: Sequence[Primary],
) -> tuple[WhyRow, ...]:
    """Stored reasons of one stream, the winner first, then in the order of the policy."""
    rows = [_row(policy, reason, stream, winner, primaries) for reason in reasons]
    return tuple(sorted(rows, key=lambda row: not row.gives_date))


def _row(policy: Policy | None, reason: Reason, stream: str, winner: str, primaries: Sequence[Primary]) -> WhyRow:
    code = str(reason["row"])
    was = bool(reason.get("was"))
    known = policy is not None and any(row.id == code for row in policy.rows)
    facts = tuple(WhyFact(*line) for line in fact_lines(reason))
    items = tuple(_item(item) for item in reason["items"])
    if policy is None or not known:
        sentence = f"Row {code} of a policy that can no longer be read."
        return WhyRow(code, "", sentence, code == winner, was, "", "", "", "", "", items, facts)
    row = policy.row(code)
    rule = row.stream(stream)
    grade, note = grade_of(policy, code, stream, tuple(primaries)) if items else ("", "")
    return WhyRow(
        code=code,
        title=row.title,
        sentence=full_reason(policy, reason),
        gives_date=code == winner,
        gave_date=was,
        urgency=row.urgency,
        grade=grade,
        grade_note=note,
        citation=rule.evidence.citation if rule else "",
        rationale=rule.evidence.rationale if rule else "",
        items=items,
        facts=facts,
    )


def _item(item: Mapping[str, Any]) -> WhyItem:
    anchor_on = date.fromisoformat(item["anchor_on"])
    earliest, due, latest = (date.fromisoformat(item[key]) for key in ("earliest", "due", "latest"))
    return WhyItem(
        counted_from=anchor_words(item["anchor"]),
        anchor_on=anchor_on,
        after=((earliest - anchor_on).days, (due - anchor_on).days, (latest - anchor_on).days),
        earliest=earliest,
        due=due,
        latest=latest,
        arithmetic=item_arithmetic(item),
        note=item["note"],
    )
