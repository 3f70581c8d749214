"""What the plan says for a person to read: a due card per stream, and what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from scheduling.deriving import facts_of
from scheduling.engine.policy.rows import Policy
from scheduling.engine.record.facts import Facts
from scheduling.engine.vocabulary import Stream, StudyKind
from scheduling.policies import default_policy
from scheduling.publishing import rulebook
from tracker import access, words
from tracker.facts import histories
from tracker.models import FollowUp, Patient, PatientPlan, User
from tracker.queries.queues.lists import follow_up_rows
from tracker.queries.queues.rows import QueueRow
from tracker.queries.why.stored import WhyRow, policy_of, why_rows


@dataclass(frozen=True, slots=True)
class DueCard:
    """One stream of one patient: what is due now, and every fired row behind it.

    `row` is None where nothing is open; `not_asked` is then the policy row that says so and `not_asked_title` its
    words, both "" where nobody has planned the patient yet. `last_on` is the newest study that is not a plain X-ray, or
    the newest visit, with `last_kind` its code.
    """

    stream: str
    row: QueueRow | None
    why: tuple[WhyRow, ...]
    not_asked: str
    not_asked_title: str
    last_on: date | None
    last_kind: str
    revision: int
    first_due_on: date | None


def due_cards(user: User, patient: Patient, today: date) -> tuple[DueCard, ...]:
    """Imaging, then surgeon, for a patient that this person may see."""
    planned = PatientPlan.objects.filter(patient=patient).select_related("policy_version").first()
    rules = rulebook(planned.policy_version).history if planned else default_policy().history_rules
    facts = facts_of(histories([patient.pk])[patient.pk], today, rules)
    return cards_of(user, patient, today, planned, facts)


def cards_of(
    user: User, patient: Patient, today: date, planned: PatientPlan | None, facts: Facts
) -> tuple[DueCard, ...]:
    """The due cards from a plan and facts that were read already."""
    stored = {
        row.stream: row
        for row in access.visible_follow_ups(user)
        .filter(patient=patient, closed_at__isnull=True)
        .select_related("policy_version")
    }
    shown = {row.follow_up.stream: row for row in follow_up_rows(user, str(patient.key), today)}
    return tuple(_card(stream, stored.get(stream), shown.get(stream), planned, facts) for stream in Stream)


def _card(
    stream: Stream, stored: FollowUp | None, row: QueueRow | None, planned: PatientPlan | None, facts: Facts
) -> DueCard:
    last_on, last_kind = _last(stream, facts)
    not_asked = title = ""
    if planned is not None:
        not_asked = planned.imaging_not_asked if stream is Stream.IMAGING else planned.surgeon_not_asked
        title = _title(policy_of(planned.policy_version), not_asked)
    why: tuple[WhyRow, ...] = ()
    if stored is not None:
        policy = policy_of(stored.policy_version)
        why = why_rows(policy, stored.reasons, stream, stored.row, facts.primaries)
    return DueCard(
        stream=stream.value,
        row=row,
        why=why,
        not_asked=not_asked,
        not_asked_title=title,
        last_on=last_on,
        last_kind=last_kind,
        revision=stored.revision if stored else 0,
        first_due_on=stored.first_due_on if stored else None,
    )


def _title(policy: Policy | None, code: str) -> str:
    rows = policy.rows if policy is not None else ()
    return next((row.title for row in rows if row.id == code), "")


def _last(stream: Stream, facts: Facts) -> tuple[date | None, str]:
    if stream is Stream.SURGEON:
        return max(facts.visits, default=None), "visit" if facts.visits else ""
    studies = [study for study in facts.studies if study.kind != StudyKind.XRAY]
    newest = max(studies, key=lambda study: study.on, default=None)
    return (newest.on, newest.kind) if newest else (None, "")


def gap_words(gaps: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """The stored gaps of a plan as sentences without an end mark."""
    lines = []
    for gap in gaps:
        name = words.GAP.get(gap["name"]) or words.plain(gap["name"])
        where = f" at {gap['level']}" if gap["level"] not in ("", "unknown") else ""
        lines.append(name + where)
    return tuple(dict.fromkeys(lines))
