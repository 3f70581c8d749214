"""What the schedule itself wrote falls with its cause: what followed from a fact that was entered in error never did.

The patient's schedule is told anew from the moment at which the wrong fact became known (`retold`), and what stands is
made to agree: derived facts, tasks, the last plan, and which follow-up is the open one, with what people arranged.
"""

from __future__ import annotations

from django.db.models import QuerySet

from tracker import audit
from tracker.facts import Position
from tracker.models import AT_ONCE, MODELS, AuditEvent, Fact, LowRiskExit, PatientPlan, Source, StepDownApproval
from tracker.services.acts.occasion import Occasion
from tracker.services.people import system_user
from tracker.services.schedule.changes import ScheduleChange
from tracker.services.schedule.retold import Story, Trail, told_since
from tracker.services.schedule.settling import Settling
from tracker.services.schedule.tasks_retold import settle_calls, settle_leftovers, settle_tasks

REASON = "What it followed from was entered in error."


def fall(patient_id: int, fact: Fact, *, occasion: Occasion) -> list[ScheduleChange]:
    """Take back what followed from a fact that is entered in error now, and from what was withdrawn with it.

    In the transaction that withdraws it and holds the patient; the caller plans the patient afterwards. What changed
    in the schedule is given back.
    """
    plan = PatientPlan.objects.filter(pk=patient_id).first()
    if plan is None:
        return []
    trail = Trail(patient_id)
    story = told_since(patient_id, _clean(patient_id, fact), occasion.today, trail)
    if story.plan is None:
        return []
    settling = Settling(patient_id, story, trail, occasion)
    settle_calls(patient_id, story, occasion)
    settling.settle()
    _exits(patient_id, story, occasion)
    _approvals(patient_id, story, occasion)
    settle_tasks(patient_id, story, occasion)
    settle_leftovers(patient_id, story, occasion)
    for name, value in story.plan._asdict().items():
        setattr(plan, name, value)
    plan.stands_until = AT_ONCE
    plan.save()
    return settling.changes


def _clean(patient_id: int, fact: Fact) -> Position:
    """The latest place up to a fact's before which no fact was known that was withdrawn after it."""
    since = _place(fact)
    while True:
        places = [since]
        for model in MODELS.values():
            withdrawn = _withdrawn(model, patient_id, since).order_by("recorded_at")
            places += [_place(one) for one in withdrawn]
        if min(places) == since:
            return since
        since = min(places)


def _withdrawn(model: type[Fact], patient_id: int, since: Position) -> QuerySet[Fact]:
    mine = model._default_manager.filter(patient=patient_id, entered_in_error_at__gte=since.at)
    return mine.filter(recorded_at__lte=since.at).exclude(source=Source.SYSTEM)


def _place(fact: Fact) -> Position:
    """When a fact was recorded: its moment, and its number in the trail."""
    trail = AuditEvent.objects.filter(
        patient=fact.patient_id, target_kind=fact._meta.model_name, target_key=str(fact.pk), verb__endswith=".recorded"
    )
    return Position(fact.recorded_at, trail.values_list("pk", flat=True).first() or 0)


def _exits(patient_id: int, story: Story, occasion: Occasion) -> None:
    """The days on which low risk was left: those that follow no more fall, those that follow now are recorded."""
    by, told = system_user(), set(story.known.left_low_risk)
    standing = LowRiskExit.objects.filter(patient=patient_id, entered_in_error_at__isnull=True)
    for one in standing:
        if one.occurred_on in told:
            told.discard(one.occurred_on)
            continue
        one.entered_in_error_at, one.entered_in_error_by, one.entered_in_error_reason = occasion.at, by, REASON
        one.save(update_fields=["entered_in_error_at", "entered_in_error_by", "entered_in_error_reason"])
        _note(one, "low_risk.fell", {"entered_in_error_reason": ("", REASON)}, occasion)
    for on in sorted(told):
        key = f"plan:{on}"
        added = LowRiskExit.objects.create(
            patient_id=patient_id,
            occurred_on=on,
            recorded_at=occasion.at,
            recorded_by=by,
            source=Source.SYSTEM,
            source_key=key,
        )
        _note(added, "low_risk.left", {}, occasion)


def _approvals(patient_id: int, story: Story, occasion: Occasion) -> None:
    """Each approval ends where a plan still ends it, and stands where none does."""
    for one in StepDownApproval.objects.filter(patient=patient_id, entered_in_error_at__isnull=True):
        before = (one.ended_on, one.ended_row)
        one.ended_on, one.ended_row = story.known.ended.get(one.pk, (None, ""))
        if (one.ended_on, one.ended_row) != before:
            one.save(update_fields=["ended_on", "ended_row"])
            changes = {"ended_on": (before[0], one.ended_on), "ended_row": (before[1], one.ended_row)}
            audit.record(
                by=system_user(),
                verb="step_down.ended",
                target=one.patient,
                at=occasion.at,
                patient=one.patient,
                changes=changes,
            )


def _note(fact: Fact, verb: str, changes: dict[str, tuple[object, object]], occasion: Occasion) -> None:
    audit.record(by=system_user(), verb=verb, target=fact, at=occasion.at, patient=fact.patient, changes=changes)
