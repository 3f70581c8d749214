"""What a batch of plans writes, gathered patient by patient and written in a fixed number of statements."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any, NamedTuple

from scheduling.engine.following.changes import Complete, Open, OpenFollowUp, OpenState, Stays, Withdraw
from scheduling.engine.following.decide import Decision, PlanState
from scheduling.engine.following.one_stream import still_ahead
from scheduling.engine.following.sentences import Reasons
from scheduling.engine.words import day_text
from tracker.models import (
    AT_ONCE,
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
from tracker.services.acts.shown import shown_anew, shows
from tracker.services.people import system_user_id
from tracker.services.schedule.standing import Before, Kept, Stored, arranged_with, keys_of_current
from tracker.services.schedule.words import events_of, passed_on, task_values
from tracker.storage import bulk, open_row

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
    "before",
)
AUDIT = ("at", "by_id", "verb", "target_kind", "target_key", "patient_id", "changes")
_PLAN = (*Kept._fields, *PlanState._fields, "changed_at", "patient_id")
_TASK = ("patient_id", "kind", "raised_by", "due_on", "text", "raised_at", "ending", "note")

#: How a row that ended looked before, as its event keeps it.
_OPEN: dict[str, list[Any]] = {name: [None, None] for name in ("closed_at", "closed_by", "done_on")}

Recorders = Mapping[tuple[int, str, date], int]


@dataclass(frozen=True)
class Act:
    """Who plans, when and because of what: `at` is the moment, `today` the day the plan is of.

    `own_windows` are the policy rows that ask for clinicians' own windows: what they open or move is caused by one.
    """

    today: date
    at: datetime
    by_id: int
    cause: str
    policy_version_id: int
    own_windows: frozenset[str]

    @cached_property
    def system_id(self) -> int:
        """The named system user, asked for only where something is written in that name."""
        return system_user_id()


class Planned(NamedTuple):
    """A decision against what stood, and the first day on which it could change by itself (None: never)."""

    before: Before
    decision: Decision
    stands_until: date | None

    def stands_anew(self, today: date) -> bool:
        """Whether it stands for other days than is kept."""
        kept = self.before.kept
        return kept is None or kept.stands_until != self.stands_until or kept.stands_from > today


@dataclass(slots=True)
class Writes:
    """The rows of one batch. A row that is opened has no key yet: its events name it by its uid."""

    act: Act
    updated: list[dict[str, object]] = field(default_factory=list)
    opened: list[dict[str, Any]] = field(default_factory=list)
    passed_on: dict[int, dict[str, Any]] = field(default_factory=dict)
    ended: list[dict[str, object]] = field(default_factory=list)
    explained: list[dict[str, object]] = field(default_factory=list)
    events: list[tuple[int, list[object], dict[str, list[object]]]] = field(default_factory=list)
    plans: list[list[object]] = field(default_factory=list)
    first_plans: list[list[object]] = field(default_factory=list)
    stand: list[tuple[date, date | None, int]] = field(default_factory=list)
    tasks_raised: list[list[object]] = field(default_factory=list)
    tasks_ended: list[tuple[int, int]] = field(default_factory=list)
    left_low_risk: list[int] = field(default_factory=list)
    approvals_ended: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    def add(self, patient: int, planned: Planned, recorders: Recorders) -> None:
        """Gather what a decision writes for `patient`."""
        before, decision, until = planned
        for change in decision.changes:
            if isinstance(change, Open):
                ended = before.follow_ups.get(change.stream)
                self._open(patient, change.after, decision.reasons[change.stream], ended)
            elif isinstance(change, Complete | Withdraw):
                follows = any(isinstance(one, Open) and one.stream == change.stream for one in decision.changes)
                self._end(patient, before.follow_ups[change.stream], change, recorders, follows=follows)
            elif isinstance(change, Stays):
                self._change(patient, before.follow_ups[change.stream], change, decision.reasons[change.stream])
        for stream in decision.explained:
            stored = before.follow_ups[stream]
            self.explained.append({"pk": stored.pk, **self._explained(decision.reasons[stream])})
        if decision.state_changed:
            plans = self.first_plans if before.plan is None else self.plans
            kept = Kept(self.act.policy_version_id, self.act.today, until)
            plans.append([*kept, *decision.state, self.act.at, patient])
        elif planned.stands_anew(self.act.today):
            self.stand.append((self.act.today, until, patient))
        for word in decision.raised:
            task = task_values(word, self.act.today)
            self.tasks_raised.append([patient, task["kind"], "plan", task["due_on"], "", self.act.at, "", ""])
        self.tasks_ended += [(patient, before.tasks[word]) for word in decision.ended]
        if decision.left_low_risk:
            self.left_low_risk.append(patient)
        if decision.ended_by:
            self.approvals_ended[decision.ended_by].append(patient)

    def _open(self, patient: int, row: OpenFollowUp, reasons: Reasons, ended: Stored | None) -> None:
        """A new row; what was booked on the one that `ended`, and is still ahead, passes to it."""
        act, uid = self.act, uuid.uuid4()
        whose = {"uid": uid, "patient_id": patient, "created_at": act.at, "changed_at": act.at}
        values = open_row.opened(row) | whose | self._explained(reasons)
        self.opened.append(values)
        self._event(patient, uid, "opened", row, text=f"Due {day_text(row.due_on)} (row {row.row}).")
        if ended is not None and row.state == OpenState.BOOKED and row.booked_on:
            self.passed_on[ended.pk] = values
            for kind, text in passed_on(row):
                self._event(patient, uid, kind, row, text=text)

    def _explained(self, reasons: Reasons) -> dict[str, object]:
        """Why a row stands as it does, by column; the ladder of its version is asked anew."""
        return {
            "reasons": reasons,
            "policy_version_id": self.act.policy_version_id,
            "next_step_on": AT_ONCE,
        }

    def _end(
        self, patient: int, stored: Stored, change: Complete | Withdraw, recorders: Recorders, *, follows: bool
    ) -> None:
        act, behind = self.act, stored.row.row
        if isinstance(change, Complete):
            state, kind, done_on, outcome = State.DONE, "completed", change.on, "done"
            who = recorders.get((patient, change.stream, change.on), act.by_id)
            reason, words = "", f"Done on {day_text(change.on)}."
            if not follows:
                self._booking_left_over(patient, stored.row, change.on)
        else:
            state, kind, done_on, who = State.WITHDRAWN, "withdrawn", None, act.by_id
            outcome, behind = change.outcome, change.row or ""
            reason = words = f"No longer asked for{f' (row {behind})' if behind else ''}."
        row = {
            "pk": stored.pk,
            "state": state,
            **shown_anew(stored.revision, stored.changed_at, act.at),
            "closed_at": act.at,
            "closed_by_id": who,
            "done_on": done_on,
            "outcome": outcome,
            "outcome_reason": reason,
        }
        self.ended.append(row)
        changed = {"state": [str(stored.row.state), str(state)]}
        said = {"text": words, "outcome": outcome, "behind": behind}
        wrote = _OPEN | {"state": [stored.row.state, state], "outcome": ["", outcome], "outcome_reason": ["", reason]}
        self._event(patient, stored.pk, kind, stored.row, changes=changed, wrote=wrote, **said)

    def _booking_left_over(self, patient: int, row: OpenFollowUp, done_on: date) -> None:
        """Something else did what a later booking was for, and nothing follows: somebody has to cancel it."""
        if not still_ahead(row, done_on, self.act.today):
            return
        booked = day_text(row.booked_on) if row.booked_on else ""
        text = f"Cancel the booking of {booked}: it was done on {day_text(done_on)}, and nothing more is asked for."
        self.tasks_raised.append([patient, "cancel_booking", "person", row.booked_on, text, self.act.at, "", ""])

    def _change(self, patient: int, stored: Stored, change: Stays, reasons: Reasons) -> None:
        """A row that stays open: `changed_at` and the revision follow what a calendar shows."""
        act, old = self.act, stored.row
        new = change.after
        values = open_row.written(new, stored.beside) | self._explained(reasons)
        values |= {"pk": stored.pk, "revision": stored.revision, "changed_at": stored.changed_at}
        if shows(old, new):
            values |= shown_anew(stored.revision, stored.changed_at, act.at)
        self.updated.append(values)
        changes = open_row.differences(old, new)
        wrote = open_row.changed(old, new, stored.beside)
        for kind, text in events_of(change, old, new):
            self._event(patient, stored.pk, kind, new, text=text, changes=changes, wrote=wrote)

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
        wrote: dict[str, list[Any]] | None = None,
    ) -> None:
        act = self.act
        own = row.row in act.own_windows and kind in ("opened", "moved")
        cause = "override" if own else act.cause
        window = (row.opens_on, row.due_on, row.closes_on)
        values = [follow_up, kind, act.at, act.today, act.by_id, cause, outcome, text[:300], *window]
        kept = {"wrote": wrote} if wrote else None
        self.events.append((patient, [*values, behind or row.row, act.policy_version_id, kept], changes or {}))

    def write(self) -> None:
        """Write everything. Rows that end come first: one current row per stream holds at every statement."""
        act = self.act
        arranged = arranged_with(self.passed_on)
        bulk.update_named(FollowUp, self.ended)
        bulk.update_named(FollowUp, self.updated)
        bulk.update_named(FollowUp, self.explained)
        for ended, opened in self.passed_on.items():
            opened |= arranged[ended]
        bulk.insert_named(FollowUp, self.opened)
        audited: list[list[object]] = []
        keys = self._opened_keys()
        events: list[list[object]] = []
        for patient, values, changes in self.events:
            key = keys[values[0]] if isinstance(values[0], uuid.UUID) else values[0]
            events.append([key, *values[1:]])
            audited.append([act.at, act.by_id, f"follow_up.{values[1]}", "followup", str(key), patient, changes])
        bulk.insert(FollowUpEvent, _EVENT, events)
        bulk.insert(PatientPlan, _PLAN, self.first_plans)
        bulk.update(PatientPlan, _PLAN[:-1], self.plans)
        bulk.update(PatientPlan, ("stands_from", "stands_until"), self.stand)
        audited += self._tasks() + self._facts()
        bulk.insert(AuditEvent, AUDIT, audited)

    def _opened_keys(self) -> dict[uuid.UUID, int]:
        return keys_of_current({row["patient_id"] for row in self.opened}) if self.opened else {}

    def _tasks(self) -> list[list[object]]:
        """Raise and end the plan's tasks; what a person has ended is never touched."""
        act = self.act
        bulk.insert(Task, _TASK, self.tasks_raised)
        bulk.update(
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

    def _facts(self) -> list[list[object]]:
        """The two facts that a plan brings about, recorded as the named system user."""
        act = self.act
        audited: list[list[object]] = []
        if self.left_low_risk:
            common = ("day", act.at, act.system_id, Source.SYSTEM, f"plan:{act.today}", "", "")
            columns = ("precision", "recorded_at", "recorded_by_id", "source", "source_key", "form_version")
            bulk.insert(
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
