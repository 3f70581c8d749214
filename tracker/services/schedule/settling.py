"""The follow-ups once the schedule was told anew: the same row stands again, what stood by error alone passes on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from scheduling import publishing
from scheduling.engine.following.changes import Complete, OpenState, Withdraw
from scheduling.engine.periods import Window
from scheduling.engine.vocabulary import Stream
from scheduling.engine.words import day_text
from tracker import audit
from tracker.facts import Position
from tracker.models import AT_ONCE, FollowUp, FollowUpEvent, State, Study, Task, Visit
from tracker.services.acts.occasion import Occasion
from tracker.services.acts.shown import shown_anew, shows
from tracker.services.schedule.changes import ScheduleChange
from tracker.services.schedule.retold import Story, Told, Trail, raw
from tracker.services.schedule.standing import recorders
from tracker.services.schedule.tasks_retold import fall_away, pass_on
from tracker.services.schedule.words import sentence
from tracker.storage import open_row

#: Told anew with every plan: no difference by themselves.
_EXPLAINED = frozenset({"reasons", "policy_version"})


@dataclass(slots=True)
class Settling:
    """One patient's rows against what was told of them."""

    patient_id: int
    story: Story
    trail: Trail
    occasion: Occasion
    changes: list[ScheduleChange] = field(default_factory=list)

    def settle(self) -> None:
        """Make each stream agree. Rows that end come first: one current row per stream holds at every statement."""
        for stream in Stream:
            self._stream(stream.value)

    def _stream(self, stream: str) -> None:
        told = self.story.rows[stream]
        stored = {row.pk: row for row in self._stored(stream)}
        matched = _matched(told, list(stored.values()), self.trail)
        standing = told[-1] if told and told[-1].ended is None else None
        fallen = [row for pk, row in stored.items() if pk not in matched]
        if standing is None:  # what people arranged is not lost: they are asked to cancel it
            fallen = [row for row in fallen if not _arranged(row)]
        for row in fallen:
            self._close(row, State.WITHDRAWN, outcome="in_error", text="It stood through an error alone.")
        for pk, one in matched.items():
            if one.ended is not None and _ended_otherwise(stored[pk], one.ended):
                self._end(stored[pk], one)
        for pk, one in matched.items():
            if one.ended is None:
                self._stand(stored[pk], one)
        for one in told:
            if one.pk is None:
                one.pk = self._add(one)
        for row in fallen:
            self._pass_on(row, told, standing)

    def _stored(self, stream: str) -> Iterator[FollowUp]:
        """The rows that the story speaks of: those that stood at its beginning, and all since."""
        since = self.story.since[0]
        keys = [one.pk for one in self.story.rows[stream] if one.pk is not None]
        rows = FollowUp.objects.filter(Q(created_at__gte=since.at) | Q(pk__in=keys), passed_to__isnull=True)
        for row in rows.filter(patient=self.patient_id, stream=stream).order_by("created_at", "pk"):
            if row.pk in keys or self.trail.began(row) >= since:
                yield row

    def _end(self, row: FollowUp, told: Told) -> None:
        """It was done, or was not asked for any more, in what was told."""
        change = told.ended
        if isinstance(change, Complete):
            key = (self.patient_id, row.stream, change.on)
            who = recorders([key]).get(key, self.occasion.by.pk)
            text = f"Done on {day_text(change.on)}."
            self._close(row, State.DONE, outcome="done", text=text, done_on=change.on, closed_by_id=who)
        elif isinstance(change, Withdraw):
            text = f"No longer asked for{f' (row {change.row})' if change.row else ''}."
            self._close(row, State.WITHDRAWN, outcome=change.outcome, text=text, outcome_reason=text)

    def _close(self, row: FollowUp, state: State, *, outcome: str, text: str, **more: object) -> None:
        at = self.occasion.at
        was = row.closed_at is None
        values: dict[str, object] = {"state": state, "outcome": outcome, "done_on": None, "outcome_reason": "", **more}
        if was:
            values |= {"closed_at": at, **shown_anew(row.revision, row.changed_at, at)}
            values.setdefault("closed_by_id", self.occasion.by.pk)
        kind = "completed" if state == State.DONE else "withdrawn"
        self._write(row, kind, values, text, outcome=outcome)
        if was and outcome != "in_error":
            self._tell(row.stream, kind, _window(row), None, row.row)

    def _stand(self, row: FollowUp, told: Told) -> None:
        """The row stands as it was told; a closed one is open again."""
        new = {name: value for name, value in told.columns.items() if raw(row, name) != value}
        if not new.keys() - _EXPLAINED:
            return
        closed, before, window = row.closed_at is not None, row.state, _window(row)
        moved = not closed and bool(new.keys() & {"opens_on", "due_on", "closes_on"})
        kind = "reopened" if closed else "moved" if moved else "note"
        if closed or shows(open_row.of(row), told.row):
            new |= shown_anew(row.revision, row.changed_at, self.occasion.at)
        if closed:
            self._no_booking_left_over(row)
        due = f"Due {day_text(told.columns['due_on'])} (row {told.columns['row']})"
        text = f"{due}: what stood against it was entered in error."
        new |= {"next_step_on": AT_ONCE, "reasons": self.story.reasons.get(row.stream, [])}
        new["policy_version"] = publishing.in_force(self.occasion.today).pk
        self._write(row, kind, {_attname(name): value for name, value in new.items()}, text, was=before)
        if kind != "note":
            self._tell(row.stream, kind, window if moved else None, _window(row), row.row)

    def _no_booking_left_over(self, row: FollowUp) -> None:
        """Its end asked somebody to cancel its booking; the booking stands again with it."""
        asked = Task.objects.filter(patient=self.patient_id, kind="cancel_booking", ended_at__isnull=True)
        for task in asked.filter(due_on=row.booked_on):
            if task.raised_at == row.closed_at:
                fall_away(task, self.occasion)

    def _add(self, told: Told) -> int:
        """A row that would have been opened, and was not because of the error."""
        at = self.occasion.at
        values = {_attname(name): value for name, value in told.columns.items()}
        values |= {"reasons": self.story.reasons.get(told.stream, []), "created_at": at, "changed_at": at}
        values["policy_version_id"] = publishing.in_force(self.occasion.today).pk
        row = FollowUp.objects.create(patient_id=self.patient_id, **values)
        self._event(row, "opened", f"Due {day_text(row.due_on)} (row {row.row}).")
        if told.ended is not None:
            self._end(row, told)
        else:
            self._tell(row.stream, "opened", None, _window(row), row.row)
        return row.pk

    def _pass_on(self, row: FollowUp, told: list[Told], standing: Told | None) -> None:
        """What hangs on a row that fell goes to the one that was done by it, or that stands in its place."""
        last = standing or (told[-1] if told else None)
        if last is None or last.pk is None:
            return
        FollowUp.objects.filter(pk=row.pk).update(passed_to=last.pk)
        done = {one.ended.on: one.pk for one in told if isinstance(one.ended, Complete)}
        for model in (Study, Visit):
            for fact in model._default_manager.filter(follow_up=row):
                model._default_manager.filter(pk=fact.pk).update(follow_up=done.get(fact.occurred_on, last.pk))
        if standing is not None:
            pass_on(row, last.pk, self.occasion)

    def _write(
        self, row: FollowUp, kind: str, values: dict[str, Any], text: str, *, outcome: str = "", was: str = ""
    ) -> None:
        before = {name: getattr(row, name) for name in values}
        for name, value in values.items():
            setattr(row, name, value)
        row.save(update_fields=list(values))
        wrote = {
            name.removesuffix("_id"): [open_row.plain(before[name]), open_row.plain(value)]
            for name, value in values.items()
            if name not in ("reasons", "snapshot", "revision", "changed_at", "next_step_on")
        }
        self._event(row, kind, text, outcome=outcome, wrote=wrote)

    def _event(self, row: FollowUp, kind: str, text: str, *, outcome: str = "", wrote: Any = None) -> None:
        occasion = self.occasion
        FollowUpEvent.objects.create(
            follow_up=row,
            kind=kind,
            at=occasion.at,
            on=occasion.today,
            by=occasion.by,
            cause="fact",
            outcome=outcome[:30],
            text=text[:300],
            opens_on=row.opens_on,
            due_on=row.due_on,
            closes_on=row.closes_on,
            row=row.row,
            policy_version_id=row.policy_version_id,
            before={"wrote": wrote} if wrote else None,
        )
        changes = {name: (was, now) for name, (was, now) in (wrote or {}).items() if was != now}
        audit.record(
            by=occasion.by,
            verb=f"follow_up.{kind}",
            target=row,
            at=occasion.at,
            patient=row.patient,
            changes=changes,
        )

    def _tell(self, stream: str, kind: str, before: Window | None, after: Window | None, row: str) -> None:
        text = sentence(stream, kind, before.due if before else None, after.due if after else None, row)
        self.changes.append(ScheduleChange(stream, kind, before, after, row, text))


def _matched(told: list[Told], stored: list[FollowUp], trail: Trail) -> dict[int, Told]:
    """Which stored row each told one is: the same, the one opened at the same moment, or the one that is open now."""
    matched = {one.pk: one for one in told if one.pk is not None}
    for one in told:
        same = [row for row in stored if row.pk not in matched and _opened_by(one, trail.began(row))]
        if one.pk is None and same:
            one.pk = same[0].pk
            matched[one.pk] = one
    last = told[-1] if told else None
    if last is not None and last.pk is None and last.ended is None:
        current = [row for row in stored if row.pk not in matched and row.closed_at is None]
        if current:
            last.pk = current[-1].pk
            matched[last.pk] = last
    return matched


def _opened_by(told: Told, began: Position) -> bool:
    """Whether a row that began there was opened by the look that opens the told one."""
    place = told.opened_at
    return place is not None and place.at == began.at and place <= began


def _ended_otherwise(row: FollowUp, told: Complete | Withdraw) -> bool:
    if isinstance(told, Complete):
        return (row.state, row.done_on) != (State.DONE, told.on)
    return row.state != State.WITHDRAWN


def _arranged(row: FollowUp) -> bool:
    """Whether something stands outside that only a person can take back."""
    return row.closed_at is None and row.state in (OpenState.ORDERED, OpenState.BOOKED)


def _window(row: FollowUp) -> Window:
    return Window(row.opens_on, row.due_on, row.closes_on)


def _attname(name: str) -> str:
    return open_row.field_of(name).attname
