"""Where each stream of each active patient stands, so that nobody can fall between two states unseen.

Every active patient is, per stream, in exactly one of these states; `absent` is the finding that must never be made.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from scheduling.engine.following.changes import STANDING, OpenFollowUp, OpenState, window_of
from scheduling.engine.following.rules import ReconcileRules, stopped_by
from scheduling.engine.following.status import status_on
from scheduling.engine.plans import Plan
from scheduling.engine.record.facts import Facts
from scheduling.engine.vocabulary import PatientStatus, Stream, Urgency


class ConservationState(StrEnum):
    """One stream of one patient on one day."""

    SCHEDULED = "scheduled"
    IN_WINDOW = "in_window"
    DUE_IN_GRACE = "due_in_grace"
    OVERDUE = "overdue"
    AWAITING_CLOSURE = "awaiting_closure"
    SNOOZED = "snoozed"
    NOT_ASKED = "not_asked"
    CLOSED_BY_PERSON = "closed_by_person"
    ABSENT = "absent"


def is_active(facts: Facts) -> bool:
    """Whether a person counts: neither dead nor transferred with the transfer accepted.

    Refusal, hospice and discharge leave room for an emergency.
    """
    transferred = facts.status == PatientStatus.TRANSFERRED and facts.transfer_accepted
    return not (facts.status == PatientStatus.DECEASED or transferred)


def state_of(
    stream: str, plan: Plan, row: OpenFollowUp | None, today: date, rules: ReconcileRules
) -> ConservationState:
    """The state of one stream after reconciling; `absent` where the plan and the open row do not account for it.

    A row that does not have the window of the plan accounts for nothing, and an emergency is not set aside.
    """
    asked = plan.imaging if stream == Stream.IMAGING else plan.surgeon
    if asked is None:
        return _not_asked(stream, plan, row, rules)
    if row is None or row.stream != stream or not row.asked:
        return ConservationState.ABSENT
    pressing = asked.row in rules.in_place or asked.urgency == Urgency.EMERGENCY
    if row.state == OpenState.CANCELLED:
        held = row.hold_until is not None and today <= row.hold_until and not pressing
        return ConservationState.CLOSED_BY_PERSON if held else ConservationState.ABSENT
    if window_of(row) != (asked.earliest, asked.due, asked.latest):
        return ConservationState.ABSENT
    if row.awaiting_closure_on is not None:
        return ConservationState.AWAITING_CLOSURE
    if row.snoozed_until is not None and today < row.snoozed_until:
        return ConservationState.ABSENT if pressing else ConservationState.SNOOZED
    return ConservationState(status_on(today, row.opens_on, row.due_on, row.closes_on))


def _not_asked(stream: str, plan: Plan, row: OpenFollowUp | None, rules: ReconcileRules) -> ConservationState:
    """Nothing is asked: a named row must say so, and what is left open must be a person's to take back."""
    if stopped_by(plan, stream, rules) is None:
        return ConservationState.ABSENT
    settled = row is None or (row.state in STANDING and not row.asked)
    return ConservationState.NOT_ASKED if settled else ConservationState.ABSENT
