"""What the programming interface answers with: values of the queries as plain JSON; days are ISO dates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from tracker.models import FollowUp, Patient
from tracker.queries.leaving import Leaving
from tracker.queries.patient.plans import DueCard
from tracker.queries.policies import PolicyInForce, VersionLine
from tracker.queries.queues.rendering import age_of
from tracker.queries.queues.rows import QueueGroup, QueuePage, QueueRow, TaskRow
from tracker.queries.why.stored import WhyRow

Shape = dict[str, object]


def counts(groups: Sequence[QueueGroup], today: date) -> Shape:
    """Every queue with its count, in the order of the rail."""
    return {
        "on": today,
        "queues": [
            {"slug": queue.slug, "title": queue.title, "group": group.title, "count": queue.count}
            for group in groups
            for queue in group.queues
        ],
    }


def page(found: QueuePage, today: date, following: str | None, previous: str | None) -> Shape:
    """One page of a queue. `emergencies`, then `unwell`, stand on top of every queue and are not in `total`."""
    return {
        "on": today,
        "slug": found.queue.slug,
        "title": found.queue.title,
        "about": found.queue.about,
        "total": found.total,
        "patients": found.patients,
        "oldest_days": found.oldest_days,
        "page": found.page,
        "pages": found.pages,
        "next": following,
        "previous": previous,
        "emergencies": [follow_up(row, today) for row in found.emergencies],
        "unwell": [task(row, today) for row in found.unwell],
        "rows": [follow_up(row, today) for row in found.rows],
        "tasks": [task(row, today) for row in found.tasks],
    }


def follow_up(row: QueueRow, today: date) -> Shape:
    """One current follow-up."""
    due, who = row.follow_up, row.patient
    return {
        "uid": row.uid,
        "patient": _patient(who, today),
        "left": leaving(row.leaving),
        "stream": due.stream,
        "urgency": due.urgency,
        "request": due.request or None,
        "what": row.what,
        "window": _window(due.opens_on, due.due_on, due.closes_on),
        "standing": row.standing,
        "standing_words": row.standing_words,
        "limit": _limit(row),
        "state": due.state,
        "reason": {
            "row": due.row,
            "sentence": row.reason.why,
            "grade": row.reason.grade or None,
            "other_rows": row.reason.more,
        },
        "owner": row.owner or None,
        "waiting": {"for": row.waiting.word, "since": row.waiting.since} if row.waiting else None,
        "ordered_on": due.ordered_on,
        "booking": _booking(due),
        "missed": {"on": due.missed_on, "times": due.missed_count} if due.missed_count else None,
        "conflicts": list(row.conflicts),
        "asked": due.asked,
        "snooze": {"until": due.snoozed_until, "reason": due.snooze_reason} if due.snoozed_until else None,
        "awaiting_closure_on": due.awaiting_closure_on,
        "awaiting_response_on": due.awaiting_response_on,
        "hold_until_on": due.hold_until_on,
        "unreachable_since": who.unreachable_since,
        "policy": {"version": row.reason.policy_version, "draft": row.reason.draft},
    }


def task(row: TaskRow, today: date) -> Shape:
    """Work for a person that has no window."""
    return {
        "source": row.source,
        "id": row.source_id,
        "kind": row.kind,
        "title": row.title,
        "text": row.text,
        "patient": _patient(row.patient, today) if row.patient else None,
        "left": leaving(row.leaving),
        "urgency": row.urgency or None,
        "owner": row.owner or None,
        "due_on": row.due_on,
        "raised_at": row.raised_at,
    }


def card(due: DueCard, today: date) -> Shape:
    """One stream of a patient: what is due, and every fired row behind it; or the row that asks for nothing."""
    return {
        "stream": due.stream,
        "follow_up": follow_up(due.row, today) if due.row else None,
        "first_due_on": due.first_due_on,
        "not_asked_by": {"row": due.not_asked, "title": due.not_asked_title} if due.not_asked else None,
        "last": {"on": due.last_on, "kind": due.last_kind} if due.last_on else None,
        "reasons": [reason(row) for row in due.why],
    }


def reason(row: WhyRow) -> Shape:
    """One fired row: its sentence, the evidence behind its dates, the facts it read, its arithmetic."""
    return {
        "row": row.code,
        "title": row.title,
        "sentence": row.sentence,
        "gives_date": row.gives_date,
        "gave_date": row.gave_date,
        "urgency": row.urgency,
        "grade": row.grade or None,
        "grade_note": row.grade_note or None,
        "citation": row.citation,
        "rationale": row.rationale,
        "windows": [
            {
                "counted_from": item.counted_from,
                "anchor_on": item.anchor_on,
                "after_days": list(item.after),
                **_window(item.earliest, item.due, item.latest),
                "arithmetic": item.arithmetic,
                "note": item.note or None,
            }
            for item in row.items
        ],
        "facts": [{"name": fact.name, "value": fact.value, "on": fact.on} for fact in row.facts],
    }


def policy(found: PolicyInForce | None) -> Shape | None:
    """The version that rules today."""
    if found is None:
        return None
    return {
        "version": found.name,
        "title": found.title,
        "draft": found.draft,
        "effective_from": found.effective_from,
        "approved_by": found.approved_by or None,
        "approved_on": found.approved_on,
        "next_review_on": found.next_review_on,
        "fingerprint": found.fingerprint,
    }


def version(line: VersionLine) -> Shape:
    """One version of the list."""
    return {
        "version": line.name,
        "effective_from": line.effective_from,
        "published_by": line.published_by or None,
        "approved_by": line.approved_by or None,
        "approved_on": line.approved_on,
        "retired_on": line.retired_on,
        "in_force": line.in_force,
        "unsafe": list(line.unsafe),
    }


def _patient(who: Patient, today: date) -> Shape:
    age = age_of(who, today)
    return {"key": str(who.key), "number": who.number, "name": who.name, "age": age, "sex": who.sex}


def leaving(left: Leaving | None) -> Shape | None:
    """That a patient has died or left; `stops`: appointments, calls and messages ended with it."""
    return {"status": left.status, "word": left.word, "since": left.on, "stops": left.stops} if left else None


def _window(opens_on: date | None, due_on: date | None, closes_on: date | None) -> Shape:
    return {"opens_on": opens_on, "due_on": due_on, "closes_on": closes_on}


def _limit(row: QueueRow) -> Shape | None:
    """Until when an emergency is acted on; `from_report` is false where the hour of its report is not known."""
    if row.limit is None:
        return None
    return {"at": row.limit.at, "past": row.limit.past, "from_report": row.limit.from_report}


def _booking(due: FollowUp) -> Shape | None:
    if due.booked_on is None:
        return None
    return {
        "on": due.booked_on,
        "at": due.booked_at,
        "place": due.booked_place or None,
    }
