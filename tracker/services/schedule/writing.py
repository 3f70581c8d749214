"""What a batch of plans writes, gathered patient by patient and written in a fixed number of statements."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from scheduling.engine.following.decide import Decision, PlanState
from scheduling.engine.following.reconcile import Change, Complete, Open, OpenFollowUp, OpenState, Withdraw
from scheduling.engine.following.sentences import Reasons
from scheduling.engine.vocabulary import URGENCY_RANK
from scheduling.engine.vocabulary import Task as TaskWord
from tracker.models import (
    AuditEvent,
    FollowUp,
    FollowUpEvent,
    LowRiskExit,
    PatientPlan,
    Source,
    State,
    StepDownApproval,
    Task,
)
from tracker.services.acts.shown import shown_at, shows
from tracker.services.schedule.standing import Before, Stored, keys_of_current
from tracker.services.schedule.words import day, told
from tracker.storage import bulk as _bulk

_PLANNED = (
    "state",
    "opens_on",
    "due_on",
    "closes_on",
    "row",
    "urgency",
    "urgency_rank",
    "counted_by",
    "request",
    "own_opens_on",
    "own_due_on",
    "own_closes_on",
    "awaiting_closure_on",
    "booked_on",
    "hold_until_on",
    "snoozed_until",
    "conflict",
    "asked_opens_on",
    "asked_due_on",
    "asked_closes_on",
    "asked_row",
    "reasons",
    "policy_version_id",
    "revision",
    "changed_at",
    "snooze_reason",
    "snoozed_by_id",
    "booked_at",
    "booked_place",
)
#: A new row also says whose it is; what people write later is empty.
_OPENED = (
    *_PLANNED,
    "uid",
    "patient_id",
    "stream",
    "first_due_on",
    "created_at",
    "indication",
    "missed_count",
    "last_contact",
    "outcome",
    "outcome_reason",
)
_UNTOUCHED = ("", 0, "", "", "")
_ENDED = (
    "state",
    "revision",
    "changed_at",
    "closed_at",
    "closed_by_id",
    "done_on",
    "outcome",
    "outcome_reason",
)
_EVENT = (
    "follow_up_id",
    "kind",
    "at",
    "on",
    "by_id",
    "cause",
    "outcome",
    "text",
    "opens_on",
    "due_on",
    "closes_on",
    "row",
    "policy_version_id",
)
_AUDIT = ("at", "by_id", "verb", "target_kind", "target_key", "patient_id", "changes")
_PLAN = ("policy_version_id", *PlanState._fields, "changed_at", "patient_id")
_TASK = ("patient_id", "kind", "raised_by", "due_on", "text", "raised_at", "ending", "note")
#: Work whose name says when: on the day it is raised.
_SAME_DAY = frozenset({TaskWord.EMERGENCY_PATHWAY_SAME_DAY, TaskWord.COMFORT_DIRECTED_DECISION_BY_CLINICIAN})

_ONE_DAY = timedelta(days=1)

Recorders = Mapping[tuple[int, str, date], int]


@dataclass(frozen=True, slots=True)
class Act:
    """Who plans, when and because of what: `at` is the moment, `today` the day the plan is of.

    `own_windows` are the policy rows that ask for clinicians' own windows: what they open or move is caused by one.
    """

    today: date
    at: datetime
    by_id: int
    system_id: int
    cause: str
    policy_version_id: int
    own_windows: frozenset[str]


@dataclass(slots=True)
class Writes:
    """The rows of one batch. A row that is opened has no key yet: its events name it by its uid."""

    act: Act
    updated: list[list[Any]] = field(default_factory=list)
    opened: list[list[Any]] = field(default_factory=list)
    ended: list[list[Any]] = field(default_factory=list)
    explained: list[list[Any]] = field(default_factory=list)
    events: list[tuple[int, list[Any], dict[str, list[Any]]]] = field(default_factory=list)
    plans: list[list[Any]] = field(default_factory=list)
    first_plans: list[list[Any]] = field(default_factory=list)
    tasks_raised: list[list[Any]] = field(default_factory=list)
    tasks_ended: list[tuple[int, int]] = field(default_factory=list)
    left_low_risk: list[int] = field(default_factory=list)
    approvals_ended: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    def add(self, patient: int, before: Before, decision: Decision, recorders: Recorders) -> None:
        """Gather what `decision` writes for `patient`."""
        for change in decision.changes:
            if isinstance(change, Open):
                self._open(patient, change.after, decision.reasons[change.stream])
            elif isinstance(change, Complete | Withdraw):
                self._end(patient, before.follow_ups[change.stream], change, recorders)
            else:
                self._change(
                    patient, before.follow_ups[change.stream], change, decision.reasons[change.stream]
                )
        for stream in decision.explained:
            self.explained.append(
                [decision.reasons[stream], self.act.policy_version_id, before.follow_ups[stream].pk]
            )
        if decision.state_changed:
            plans = self.first_plans if before.plan is None else self.plans
            plans.append([self.act.policy_version_id, *decision.state, self.act.at, patient])
        for word in decision.raised:
            kind, _, due = word.partition(":")
            due_on = date.fromisoformat(due) if due else self.act.today if kind in _SAME_DAY else None
            self.tasks_raised.append([patient, kind, "plan", due_on, "", self.act.at, "", ""])
        self.tasks_ended += [(patient, before.tasks[word]) for word in decision.ended]
        if decision.left_low_risk:
            self.left_low_risk.append(patient)
        if decision.ended_by:
            self.approvals_ended[decision.ended_by].append(patient)

    def _open(self, patient: int, row: OpenFollowUp, reasons: Reasons) -> None:
        act, uid = self.act, uuid.uuid4()
        values = _planned(row, reasons, act.policy_version_id, 1, act.at, ("", None), (None, ""))
        self.opened.append([*values, uid, patient, row.stream, row.due_on, act.at, *_UNTOUCHED])
        self._event(patient, uid, "opened", row, text=f"Due {day(row.due_on)} (row {row.row}).")
        if row.awaiting_closure_on:
            done = f"Done on {day(row.awaiting_closure_on)}; a clinician closes it."
            self._event(patient, uid, "awaiting_closure", row, text=done)

    def _end(self, patient: int, stored: Stored, change: Complete | Withdraw, recorders: Recorders) -> None:
        act, behind = self.act, stored.row.row
        if isinstance(change, Complete):
            state, kind, done_on, outcome = State.DONE, "completed", change.on, "done"
            who = recorders.get((patient, change.stream, change.on), act.by_id)
            text = ""
            said = f"Done on {day(change.on)}."
            self._booking_left_over(patient, stored.row, change.on)
        else:
            state, kind, done_on, who = State.WITHDRAWN, "withdrawn", None, act.by_id
            outcome, behind = change.outcome, change.row or ""
            text = said = f"No longer asked for{f' (row {behind})' if behind else ''}."
        told_at = shown_at(stored.changed_at, act.at)
        self.ended.append(
            [state, stored.revision + 1, told_at, act.at, who, done_on, outcome, text, stored.pk]
        )
        state_changes = {"state": [str(stored.row.state), str(state)]}
        self._event(
            patient,
            stored.pk,
            kind,
            stored.row,
            text=said,
            outcome=outcome,
            behind=behind,
            changes=state_changes,
        )

    def _booking_left_over(self, patient: int, row: OpenFollowUp, done_on: date) -> None:
        """Another study or visit did what a later booking was for: somebody has to cancel the booking."""
        booked_on = row.booked_on
        if (
            row.state != OpenState.BOOKED
            or booked_on is None
            or booked_on < max(self.act.today, done_on + _ONE_DAY)
        ):
            return
        text = f"Cancel the booking of {day(booked_on)}: it was done on {day(done_on)}."
        self.tasks_raised.append([patient, "cancel_booking", "person", booked_on, text, self.act.at, "", ""])

    def _change(self, patient: int, stored: Stored, change: Change, reasons: Reasons) -> None:
        """A row that stays open: `changed_at` and the revision follow what a calendar shows."""
        act, old = self.act, stored.row
        assert not isinstance(change, Complete | Withdraw | Open)
        new = change.after  # type: ignore[union-attr]
        shown = shows(old, new)
        self.updated.append(
            [
                *_planned(
                    new,
                    reasons,
                    act.policy_version_id,
                    stored.revision + shown,
                    shown_at(stored.changed_at, act.at) if shown else stored.changed_at,
                    stored.snooze if new.snoozed_until else ("", None),
                    stored.booking if new.booked_on else (None, ""),
                ),
                stored.pk,
            ]
        )
        changes = _differences(old, new)
        for kind, text in told(change, old, new):
            self._event(patient, stored.pk, kind, new, text=text, changes=changes)

    def _event(
        self,
        patient: int,
        follow_up: int | uuid.UUID,
        kind: str,
        row: OpenFollowUp,
        *,
        text: str,
        outcome: str = "",
        behind: str = "",
        changes: dict[str, list[Any]] | None = None,
    ) -> None:
        act = self.act
        own = row.row in act.own_windows and kind in ("opened", "moved")
        cause = "override" if own else act.cause
        window = (row.opens_on, row.due_on, row.closes_on)
        values = [follow_up, kind, act.at, act.today, act.by_id, cause, outcome, text[:300], *window]
        self.events.append((patient, [*values, behind or row.row, act.policy_version_id], changes or {}))

    def write(self) -> None:
        """Write everything. Rows that end come first: one current row per stream holds at every statement."""
        act = self.act
        _bulk.update(FollowUp, _ENDED, self.ended)
        _bulk.update(FollowUp, _PLANNED, self.updated)
        _bulk.update(FollowUp, ("reasons", "policy_version_id"), self.explained)
        _bulk.insert(FollowUp, _OPENED, self.opened)
        audited: list[list[Any]] = []
        keys = self._opened_keys()
        events: list[list[Any]] = []
        for patient, values, changes in self.events:
            key = keys[values[0]] if isinstance(values[0], uuid.UUID) else values[0]
            events.append([key, *values[1:]])
            audited.append(
                [act.at, act.by_id, f"follow_up.{values[1]}", "followup", str(key), patient, changes]
            )
        _bulk.insert(FollowUpEvent, _EVENT, events)
        _bulk.insert(PatientPlan, _PLAN, self.first_plans)
        _bulk.update(PatientPlan, _PLAN[:-1], self.plans)
        audited += self._tasks() + self._facts()
        _bulk.insert(AuditEvent, _AUDIT, audited)

    def _opened_keys(self) -> dict[uuid.UUID, int]:
        place = _OPENED.index("patient_id")
        return keys_of_current({row[place] for row in self.opened}) if self.opened else {}

    def _tasks(self) -> list[list[Any]]:
        """Raise and end the plan's tasks; what a person has ended is never touched."""
        act = self.act
        _bulk.insert(Task, _TASK, self.tasks_raised)
        _bulk.update(
            Task,
            ("ended_at", "ended_by_id", "ending"),
            [[act.at, act.system_id, "no_longer_asked", task] for _, task in self.tasks_ended],
        )
        raised = [
            [act.at, act.by_id, "task.raised", "task", "", row[0], {"kind": [None, row[1]]}]
            for row in self.tasks_raised
        ]
        ended = [
            [act.at, act.system_id, "task.no_longer_asked", "task", str(task), patient, {}]
            for patient, task in self.tasks_ended
        ]
        return raised + ended

    def _facts(self) -> list[list[Any]]:
        """The two facts that a plan brings about, recorded as the named system user."""
        act = self.act
        audited: list[list[Any]] = []
        if self.left_low_risk:
            common = ("day", act.at, act.system_id, Source.SYSTEM, f"plan:{act.today}", "", "")
            columns = ("precision", "recorded_at", "recorded_by_id", "source", "source_key", "form_version")
            _bulk.insert(
                LowRiskExit,
                ("patient_id", "occurred_on", *columns, "entered_in_error_reason"),
                [[patient, act.today, *common] for patient in self.left_low_risk],
            )
            audited += [
                [act.at, act.system_id, "low_risk.left", "patient", str(patient), patient, {}]
                for patient in self.left_low_risk
            ]
        for row, patients in self.approvals_ended.items():
            StepDownApproval.objects.filter(
                patient_id__in=patients,
                occurred_on__lte=act.today,
                ended_on__isnull=True,
                entered_in_error_at__isnull=True,
            ).update(ended_on=act.today, ended_row=row)
            changes = {"ended_on": [None, str(act.today)], "ended_row": ["", row]}
            audited += [
                [act.at, act.system_id, "step_down.ended", "patient", str(patient), patient, changes]
                for patient in patients
            ]
        return audited


def _planned(
    row: OpenFollowUp,
    reasons: Reasons,
    policy_version_id: int,
    revision: int,
    changed_at: datetime,
    snooze: tuple[str, int | None],
    booking: tuple[datetime | None, str],
) -> list[Any]:
    """The values of `_PLANNED`."""
    asked = row.conflict.asked if row.conflict else None
    return [
        row.state,
        row.opens_on,
        row.due_on,
        row.closes_on,
        row.row,
        row.urgency,
        URGENCY_RANK[row.urgency],
        row.counted_by,
        row.request or "",
        *(row.own or (None, None, None)),
        row.awaiting_closure_on,
        row.booked_on,
        row.hold_until,
        row.snoozed_until,
        row.conflict.kind if row.conflict else "",
        *(asked or (None, None, None, "")),
        reasons,
        policy_version_id,
        revision,
        changed_at,
        *snooze,
        *booking,
    ]


_AUDITED = ("state", "opens_on", "due_on", "closes_on", "row", "urgency", "request", "awaiting_closure_on")


def _differences(old: OpenFollowUp, new: OpenFollowUp) -> dict[str, list[Any]]:
    """What changed, as the audit keeps it: field to [before, after], plain values."""
    changes = {
        name: [_plain(getattr(old, name)), _plain(getattr(new, name))]
        for name in _AUDITED
        if getattr(old, name) != getattr(new, name)
    }
    if old.conflict != new.conflict:
        changes["conflict"] = [
            old.conflict.kind if old.conflict else "",
            new.conflict.kind if new.conflict else "",
        ]
    return changes


def _plain(value: object) -> str | None:
    return None if value is None else str(value)
