"""Reasons as sentences, made only when somebody looks: from a fired row, or from what was stored of it.

A stored reason is plain JSON (`reason_to_json`): the row, the facts it read and its items. Nothing else is needed to
say it again, so a plan of last year is explained with the policy version that made it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from scheduling.engine.plans import FactRead, FiredRow, Plan, PlannedItem
from scheduling.engine.policy.questions.combining import flat
from scheduling.engine.policy.rows import Policy, Row
from scheduling.engine.record.facts import Primary
from scheduling.engine.words import anchor_words, day_text, listed, word

#: Longest reason of a queue row.
SHORT = 48
Reason = Mapping[str, Any]
#: The reasons of one stream as they are stored.
Reasons = list[dict[str, object]]


def reason_to_json(fired: FiredRow, stream: str | None = None) -> dict[str, object]:
    """A fired row as it is stored; with `stream` only the items of that stream."""
    return {
        "row": fired.row,
        "facts": [[fact.name, fact.value, fact.on.isoformat() if fact.on else None] for fact in fired.facts],
        "items": [
            {
                "stream": item.stream,
                "earliest": item.earliest.isoformat(),
                "due": item.due.isoformat(),
                "latest": item.latest.isoformat(),
                "anchor": item.anchor,
                "anchor_on": item.anchor_on.isoformat(),
                "counted_by": item.counted_by,
                "note": item.note,
            }
            for item in fired.items
            if stream is None or item.stream == stream
        ],
    }


def reasons_in(plan: Plan, stream: str) -> Reasons:
    """Every fired row with a window in the stream, or with a say and no window at all, as stored."""
    return [
        reason_to_json(fired, stream)
        for fired in plan.fired
        if not fired.items or any(item.stream == stream for item in fired.items)
    ]


def full_reason(policy: Policy, reason: Reason) -> str:
    """A stored reason in full, for the patient's page."""
    said = [_sentence(group) for group in _phrases_of(policy, reason)]
    return " ".join(dict.fromkeys(said))


def short_reason(policy: Policy, reason: Reason) -> str:
    """A stored reason in at most 48 characters, for a queue row: the first lesion, and how many more."""
    groups = _phrases_of(policy, reason)
    more = f" (+{len(groups) - 1})" if len(groups) > 1 else ""
    whole, brief = groups[0], [phrase.partition(", ")[0] for phrase in groups[0]]
    for count in range(len(whole), 0, -1):
        for phrases in (whole, brief):
            short = _capital(", ".join(phrases[:count])) + more
            if len(short) <= SHORT:
                return short
    return _capital(brief[0])[: SHORT - len(more) - 1].rstrip(" ,(") + "…" + more


def fact_lines(reason: Reason) -> tuple[tuple[str, str, date | None], ...]:
    """The facts that a row read, as words: name, value, and the day each holds from."""
    return tuple((word(fact.name), word(fact.value), fact.on) for fact in _facts(reason))


def item_arithmetic(item: PlannedItem | Mapping[str, Any]) -> str:
    """How the three dates of an item came about: ``last canal study 30 Mar 2026 + 4, 6 and 8 weeks``."""
    if isinstance(item, Mapping):
        anchor, on = str(item["anchor"]), _day(item["anchor_on"])
        dates = [_day(item[key]) for key in ("earliest", "due", "latest")]
    else:
        anchor, on, dates = item.anchor, item.anchor_on, [item.earliest, item.due, item.latest]
    if anchor == "override":
        return f"own window: {', '.join(day_text(one) for one in dates)}"
    days = [(one - on).days for one in dates]
    weeks = all(count % 7 == 0 for count in days) and max(days) > 7
    spans = [str(count // 7 if weeks else count) for count in days]
    return f"{anchor_words(anchor)} {day_text(on)} + {listed(spans, 'and')} {'weeks' if weeks else 'days'}"


def grade_of(policy: Policy, row_id: str, stream: str, primary: Primary | Sequence[Primary]) -> tuple[str, str]:
    """Evidence grade of a row's dates in one stream for this cancer, and a note beside it; empty without dates.

    Of several primaries the weakest grade counts: dates are shown as no better backed than they are for any of them.
    """
    rule = policy.row(row_id).stream(stream)
    if rule is None:
        return "", ""
    evidence = rule.evidence
    if not evidence.by_primary:
        return evidence.grade, evidence.note_elsewhere
    primaries = (primary,) if isinstance(primary, Primary) else primary
    found = ""
    for one in primaries:
        grade = next(
            (
                line.grade
                for line in evidence.by_primary
                if one.site in line.sites and (not line.subtypes or one.subtype in line.subtypes)
            ),
            None,
        )
        if grade is None:
            return evidence.grade, evidence.note_elsewhere
        found = grade
    return (found, "") if found else (evidence.grade, evidence.note_elsewhere)


def _phrases_of(policy: Policy, reason: Reason) -> list[list[str]]:
    """The phrases of a reason, one list for each lesion, or one for the person; never an empty list."""
    row = _row(policy, str(reason["row"]))
    groups: list[dict[str, FactRead]] = [{}]
    for fact in _facts(reason):
        if fact.name == "level" and groups[-1]:
            groups.append({})
        groups[-1].setdefault(fact.name, fact)
    return [_phrases(row, group) for group in groups]


def _phrases(row: Row | None, reads: Mapping[str, FactRead]) -> list[str]:
    phrases: list[str] = []
    if row is not None and row.for_each == "override":
        phrases = _own_window(reads)
    elif row is not None:
        for part in flat(row.when):
            phrase = part.phrase(reads, True)
            if phrase:
                phrases.append(phrase)
    if phrases:
        return list(dict.fromkeys(phrases))
    said = [f"{word(fact.name)} {word(fact.value)}".strip() for fact in reads.values()]
    return said or [row.title if row is not None else "reason not recorded"]


def _own_window(reads: Mapping[str, FactRead]) -> list[str]:
    until = reads.get("override_until")
    said = "a clinician's own window" + (f" until {day_text(until.on)}" if until is not None and until.on else "")
    return [said, "second approval"] if "second_approval" in reads else [said]


def _row(policy: Policy, row_id: str) -> Row | None:
    """The row, or None where this version of the policy has none of that name."""
    try:
        return policy.row(row_id)
    except KeyError:
        return None


def _facts(reason: Reason) -> list[FactRead]:
    return [FactRead(name, value, _day(on) if on else None) for name, value, on in reason["facts"]]


def _day(given: date | str) -> date:
    return given if isinstance(given, date) else date.fromisoformat(given)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _sentence(phrases: list[str]) -> str:
    """Phrases as one sentence; what follows a comma stays behind it, so the last is joined with `and`."""
    *first, last = phrases
    return _capital(f"{', '.join(first)} and {last}." if first else f"{last}.")
