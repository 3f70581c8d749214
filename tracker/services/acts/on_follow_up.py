"""The frame of every act on a follow-up: hold the row, refuse the stale, write row, event and audit, take back."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db.models import ForeignKey, Q

from tracker import audit
from tracker.errors import NotPossible, Stale
from tracker.lifecycle import ENDED
from tracker.models import AT_ONCE, Fact, FollowUp, FollowUpEvent, Patient, Task, User
from tracker.queries.queues.contacts import UNDO, newest_act, was_taken_back
from tracker.services.acts.checking import column
from tracker.services.acts.occasion import Occasion
from tracker.services.acts.on_record import check_may_record
from tracker.services.acts.releasing import release
from tracker.services.acts.shown import shown_anew
from tracker.services.acts.tasks import end_task
from tracker.services.records import kind_of, mark_entered_in_error
from tracker.services.schedule import planning
from tracker.services.schedule.changes import ScheduleChange
from tracker.services.schedule.looking import READ_OF_A_PATIENT, look_again
from tracker.storage import open_row
from tracker.words import moment_text


@dataclass(frozen=True, slots=True)
class Acted:
    """An act that was done: the follow-up as it stands now, its event, what changed in the schedule.

    `asks` names what is worth doing next: ``symptom`` (somebody is unwell: write the red flag down), ``number`` (find
    the right one), ``status`` (the patient declined), ``imaging_safety``, ``study``, ``visit``, ``progression``; `task`
    is the work that stands until it is done. `undo_until` is None where the act cannot be taken back.
    """

    follow_up: FollowUp
    event: FollowUpEvent
    changes: list[ScheduleChange]
    asks: tuple[str, ...] = ()
    undo_until: datetime | None = None
    task: Task | None = None


def lock_follow_up(follow_up: FollowUp, by: User, seen: int | None, *, ended_too: bool = False) -> FollowUp:
    """The row, held until the end of the transaction, for a person who may act on it.

    `seen` is the newest event the person's page knew of; None asks for no comparison. Raises Refused, NotPossible, and
    Stale with who did what when where something happened since. A row at its end is held with `ended_too` alone.
    """
    patient = follow_up.patient
    check_may_record(by, patient)
    row = FollowUp.objects.select_for_update(of=("self",)).select_related("owner").get(pk=follow_up.pk)
    row.patient = patient
    if seen is not None:
        since = FollowUpEvent.objects.filter(follow_up=row, pk__gt=seen).select_related("by").order_by("-pk").first()
        if since is not None:
            what = since.text or since.kind.replace("_", " ")
            raise Stale(f"Not saved. {since.by}, {moment_text(since.at)}: {what}")
    if row.state in ENDED and not ended_too:
        raise NotPossible(f"This follow-up is {row.state}; nothing more is done with it.")
    return row


def is_done(row: FollowUp) -> bool:
    """Whether it was done: at its end, or while the plan goes on asking."""
    return row.closed_at is not None or row.awaiting_closure_on is not None or row.awaiting_response_on is not None


def act_on(
    row: FollowUp,
    kind: str,
    values: Mapping[str, object],
    *,
    occasion: Occasion,
    text: str = "",
    outcome: str = "",
    of_patient: Mapping[str, object] | None = None,
    fact: Fact | None = None,
    can_undo: bool = False,
    final: bool = False,
    asks: tuple[str, ...] = (),
) -> Acted:
    """Write `values` into the row (`of_patient` into its patient) with an event that can put them back, and audit.

    `fact` is what the act recorded: taking the act back marks it as entered in error. A `final` act is not taken back.
    """
    of_row, of_person = _written(row, values), _written(row.patient, of_patient or {})
    _look_again(row, {*of_row, *of_person})
    undoable = bool(values or of_patient or can_undo) and kind != "undone" and not final
    recorded = [kind_of(fact), fact.pk] if fact is not None else None
    before: dict[str, object] | None = {"row": of_row, "patient": of_person, "fact": recorded}
    if not undoable:
        before = {"wrote": of_row} if of_row else None
    event = FollowUpEvent.objects.create(
        follow_up=row,
        kind=kind,
        at=occasion.at,
        on=occasion.today,
        by=occasion.by,
        cause="person",
        outcome=outcome[:30],
        text=text[:300],
        opens_on=row.opens_on,
        due_on=row.due_on,
        closes_on=row.closes_on,
        row=row.row,
        policy_version_id=row.policy_version_id,
        before=before,
    )
    audit.record(
        by=occasion.by,
        verb=f"follow_up.{kind}",
        target=row,
        at=occasion.at,
        patient=row.patient,
        changes={name: (was, now) for name, (was, now) in of_row.items() if was != now and name != "snapshot"}
        | {name: (was, now) for name, (was, now) in of_person.items()},
    )
    return Acted(row, event, [], asks, occasion.at + UNDO if undoable else None)


def _written(holder: FollowUp | Patient, values: Mapping[str, object]) -> dict[str, list[object]]:
    """Write `values` into a row; column to what stood before and what stands now, as JSON keeps it."""
    was = {name: _plain(holder, name) for name in values}
    for name, value in values.items():
        setattr(holder, name, value)
    if values:
        holder.save(update_fields=list(values))
    return {name: [was[name], _plain(holder, name)] for name in was}


def _look_again(row: FollowUp, written: Collection[str]) -> None:
    """Where the engine reads a column that was written, the ladder is asked anew and the night looks at the patient."""
    of_row = not set(open_row.COLUMNS).isdisjoint(written)
    if of_row:
        row.next_step_on = AT_ONCE
        row.save(update_fields=["next_step_on"])
    if of_row or not READ_OF_A_PATIENT.isdisjoint(written):
        look_again([row.patient_id])


def replanned(acted: Acted, *, occasion: Occasion) -> Acted:
    """Plan the patient anew after an act that may change what is asked for."""
    changes = planning.replan(acted.follow_up.patient, occasion=occasion, cause="person")
    acted.follow_up.refresh_from_db()
    return replace(acted, changes=[*acted.changes, *changes])


def close_act(row: FollowUp, named: int | None, *, occasion: Occasion) -> Acted:
    """Take the newest act back, which has to be the named one; see `follow_ups.undo`."""
    event, before = _newest_undoable(row, named, occasion)
    values = {name: _parsed(FollowUp, name, was) for name, (was, _) in before["row"].items()}
    of_patient = {name: _parsed(Patient, name, was) for name, (was, _) in before["patient"].items()}
    if "answered" in values:  # an answer that the plan has set aside since is not put back
        was, now = before["row"]["answered"]
        values["answered"] = was and row.answered == now
    if "revision" in values:  # what a calendar shows changes again: its revision only ever rises
        values |= shown_anew(row.revision, row.changed_at, occasion.at)
    acted = act_on(
        row,
        "undone",
        values,
        occasion=occasion,
        text=f"Taken back: {event.text or event.kind}",
        outcome=str(event.pk),
        of_patient=of_patient,
    )
    if "owner_id" in values or "owner" in values:
        release([row.patient_id], occasion=occasion)  # whom it belonged to may have left meanwhile
        row.refresh_from_db(fields=["owner"])
    call_again = Q(kind="call_patient", follow_up=row, raised_by="person", raised_at=event.at)
    for task in Task.objects.filter(call_again | Q(kind="right_number", call=event), ended_at__isnull=True):
        end_task(task, "What raised it was taken back.", occasion=occasion)
    if before["fact"] is not None:
        kind, key = before["fact"]
        recorded = mark_entered_in_error(
            row.patient, kind, key, reason="Taken back within 24 hours.", occasion=occasion
        )
        return replace(acted, changes=list(recorded.changes))
    return replanned(acted, occasion=occasion)


def _newest_undoable(row: FollowUp, named: int | None, occasion: Occasion) -> tuple[FollowUpEvent, dict[str, Any]]:
    """The newest act and what it put aside. Raises NotPossible with what stands against taking it back."""
    event = newest_act(row.pk)
    if named is not None and was_taken_back(row.pk, named):
        raise NotPossible("It is taken back already.")
    if event is not None and named is not None and event.pk != named:
        raise NotPossible(f"“{event.text or event.kind}” was done since; what came before it stands.")
    if event is None:
        raise NotPossible("Nothing was done with this follow-up.")
    before: dict[str, Any] = event.before or {}
    if "row" not in before:
        raise NotPossible(f"“{event.text or event.kind}” cannot be taken back.")
    if event.at + UNDO < occasion.at:
        raise NotPossible(f"It was done on {moment_text(event.at)}; an act can be taken back for 24 hours.")
    holders: tuple[tuple[str, FollowUp | Patient], ...] = (("row", row), ("patient", row.patient))
    changed = [
        name
        for whose, holder in holders
        for name, (_, now) in before[whose].items()
        if name not in _THE_PLANS_TOO and not _stands(holder, name, now)
    ]
    if changed:
        raise NotPossible(
            f"Something changed since ({', '.join(name.replace('_', ' ') for name in changed)}); it cannot be taken "
            "back by itself any more."
        )
    return event, before


#: Columns of an act that the plan changes as well: where it moved the window, the act can still be taken back.
_THE_PLANS_TOO = frozenset({"revision", "changed_at", "answered"})


def _plain(holder: FollowUp | Patient, name: str) -> Any:
    """A column as JSON keeps it; a person is their number."""
    value = getattr(holder, column(type(holder), name).attname)
    return value.isoformat() if isinstance(value, date) else value


def _stands(holder: FollowUp | Patient, name: str, plain: object) -> bool:
    """Whether a column still has the value that was kept of it; a moment is compared as a moment, however spelt."""
    field = column(type(holder), name)
    kept = plain if plain is None or isinstance(field, ForeignKey) else field.to_python(plain)
    return bool(getattr(holder, field.attname) == kept)


def _parsed(model: type[FollowUp] | type[Patient], name: str, plain: object) -> object:
    field = column(model, name)
    if plain is None:
        return None
    if isinstance(field, ForeignKey):
        return field.related_model._default_manager.get(pk=plain)
    return field.to_python(plain)
