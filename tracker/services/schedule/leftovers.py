"""What a stop leaves for a person to cancel: a booking, an order, a message under way. Each is a task of its own.

A task is raised with the plan that asks for nothing in both streams, and ends when what it is about is cancelled or
took place, or when a plan asks again because the stop was an error or is over.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q

from scheduling.engine.following.decide import PlanState
from scheduling.engine.words import day_text
from tracker.models import AuditEvent, FollowUp, Reminder, State, Task
from tracker.services.acts.shown import shown_anew
from tracker.services.schedule.writing import AUDIT, Act, Planned
from tracker.storage import bulk
from tracker.words import STOPPED_BECAUSE

BOOKING, ORDER, MESSAGE = "cancel_booking", "cancel_order", "cancel_message"
WORK = (BOOKING, ORDER, MESSAGE)
#: What was arranged by a person, and the work of cancelling it.
_WORK: Mapping[str, str] = {State.BOOKED.value: BOOKING, State.ORDERED.value: ORDER}
_COLUMNS = ("patient_id", "follow_up_id", "kind", "raised_by", "due_on", "text", "raised_at", "ending", "note")


def settle(decisions: Mapping[int, Planned], act: Act) -> None:
    """Raise and end this work for the patients of these decisions; no query where nobody stops or goes on again."""
    stopped = {
        key: STOPPED_BECAUSE.get(decision.facts.status, "nothing is asked for any more")
        for key, (_, decision, _) in decisions.items()
        if asks_nothing(decision.state)
    }
    again = [key for key, (before, _, _) in decisions.items() if asks_nothing(before.plan) and key not in stopped]
    if stopped or again:
        _Settling(act, stopped).settle([*stopped, *again])


def asks_nothing(plan: PlanState | None) -> bool:
    """Whether this plan asks for nothing in both streams; what is arranged is then to be cancelled."""
    return plan is not None and plan.imaging_not_asked != "" and plan.surgeon_not_asked != ""


@dataclass(slots=True)
class _Settling:
    """The work of some patients; `stopped` says why each of them is no longer followed."""

    act: Act
    stopped: Mapping[int, str]
    audited: list[list[object]] = field(default_factory=list)

    def settle(self, keys: list[int]) -> None:
        rows = FollowUp.objects.filter(patient_id__in=keys, closed_at__isnull=True, state__in=list(_WORK))
        standing = {(row.pk, _WORK[row.state]): row for row in rows}
        wanted = {name: row for name, row in standing.items() if row.patient_id in self.stopped}
        known = Task.objects.filter(
            patient_id__in=keys, kind__in=(BOOKING, ORDER), follow_up__isnull=False, ended_at__isnull=True
        )
        asked = set()
        for task in known:
            name = (task.follow_up_id or 0, task.kind)
            asked.add(name)
            if name in wanted:
                self._say(task, wanted[name])
            else:
                self._end(task, asked_again=name in standing)
        raised = [self._work(row) for name, row in wanted.items() if name not in asked]
        raised += self._messages()
        bulk.insert(Task, _COLUMNS, raised)
        self.audited += [self._audit(row[0], "task.raised", {"kind": [None, row[2]]}) for row in raised]
        bulk.insert(AuditEvent, AUDIT, self.audited)

    def _work(self, row: FollowUp) -> list[object]:
        on = max(row.booked_on, self.act.today) if row.booked_on else self.act.today
        return self._raised(row.patient_id, row.pk, _WORK[row.state], on, self._text(row))

    def _text(self, row: FollowUp) -> str:
        because = self.stopped[row.patient_id]
        if row.state == State.ORDERED:
            return f"Cancel the order{f' of {day_text(row.ordered_on)}' if row.ordered_on else ''}: {because}."
        assert row.booked_on is not None  # a booked row has its day
        if row.booked_on < self.act.today:
            return f"Say what became of the booking of {day_text(row.booked_on)}, or cancel it: {because}."
        return f"Cancel the booking of {day_text(row.booked_on)}: {because}."

    def _say(self, task: Task, row: FollowUp) -> None:
        """The reason or the day is another: the work says so, and a calendar too."""
        text = self._text(row)
        if task.text == text:
            return
        changes: dict[str, list[object]] = {"text": [task.text, text]}
        self.audited.append(self._audit(task.patient_id, "task.restated", changes, task=str(task.pk)))
        Task.objects.filter(pk=task.pk).update(text=text)
        FollowUp.objects.filter(pk=row.pk).update(**shown_anew(row.revision, row.changed_at, self.act.at))

    def _end(self, task: Task, *, asked_again: bool) -> None:
        """By whoever cancelled it; by the scheduler where it is wanted again."""
        by, ending = (self.act.system_id, "no_longer_asked") if asked_again else (self.act.by_id, "done")
        Task.objects.filter(pk=task.pk).update(ended_at=self.act.at, ended_by_id=by, ending=ending)
        self.audited.append(self._audit(task.patient_id, f"task.{ending}", {}, by=by, task=str(task.pk)))

    def _messages(self) -> list[list[object]]:
        """Messages that have not left never leave; one whose fate is not known is somebody's to stop."""
        mine = Reminder.objects.filter(follow_up__patient_id__in=list(self.stopped), audience="patient")
        reasons: dict[str, list[int]] = defaultdict(list)
        for key, because in self.stopped.items():
            reasons[because].append(key)
        waiting = Q(state__in=("pending", "failed")) | Q(state="claimed", handing_over=False)
        under_way = mine.filter(Q(state="uncertain") | Q(state="claimed", handing_over=True))
        found = list(under_way.values_list("follow_up__patient_id", "follow_up_id").distinct())
        for because, keys in reasons.items():
            mine.filter(waiting, follow_up__patient_id__in=keys).update(
                state="withdrawn", withdrawn_reason=because, lease_until_at=None
            )
        known = set(
            Task.objects.filter(kind=MESSAGE, follow_up_id__in=[row for _, row in found]).values_list(
                "follow_up_id", flat=True
            )
        )
        return [
            self._raised(key, row, MESSAGE, self.act.today, f"Stop the message under way: {self.stopped[key]}.")
            for key, row in found
            if row not in known
        ]

    def _raised(self, patient: int, row: int, kind: str, on: date, text: str) -> list[object]:
        return [patient, row, kind, "person", on, text, self.act.at, "", ""]

    def _audit(
        self, patient: object, verb: str, changes: dict[str, list[object]], *, by: int | None = None, task: str = ""
    ) -> list[object]:
        return [self.act.at, by or self.act.by_id, verb, "task", task, patient, changes]
