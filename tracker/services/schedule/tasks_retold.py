"""The plan's tasks once the schedule was told anew: which stand again, which a person has done, which are raised."""

from __future__ import annotations

from datetime import date, datetime

from scheduling import publishing
from scheduling.engine.following.reminders import has_step
from scheduling.engine.vocabulary import Task as TaskWord
from tracker import audit
from tracker.models import FollowUp, Reminder, Task
from tracker.services.acts.occasion import Occasion
from tracker.services.people import system_user
from tracker.services.schedule.leftovers import WORK, asks_nothing
from tracker.services.schedule.retold import Story
from tracker.services.schedule.words import task_values


def settle_tasks(patient_id: int, story: Story, occasion: Occasion) -> None:
    """Make the plan's open tasks those of the story. What a person has done stays done; what is asked no more ends."""
    asked = story.known.asked_since
    tasks = list(Task.objects.filter(patient=patient_id, raised_by="plan").order_by("-raised_at", "-pk"))
    first = story.first and not any(task.raised_at < story.since[0].at for task in tasks)
    for word, place in asked.items():
        since = story.since[place].at
        of_word = [task for task in tasks if _word(task) == word]
        values = task_values(word, story.on[place])
        standing = next((task for task in of_word if task.ended_at is None), None)
        if standing is not None:
            _dated(standing, values["due_on"], place, occasion)
        elif (ended := next((task for task in of_word if _covers(task, since)), None)) is None:
            if place or first:
                _raise(patient_id, values, occasion)
        elif ended.ending == "no_longer_asked":
            _reopen(ended, occasion)


def settle_calls(patient_id: int, story: Story, occasion: Occasion) -> None:
    """A call that stands for a message falls where no follow-up, as told, ever had the step of that message."""
    ladder = publishing.rulebook(publishing.in_force(occasion.today)).ladder
    calls = Task.objects.filter(
        patient=patient_id,
        kind="call_patient",
        raised_by="reminder",
        ended_at__isnull=True,
        raised_at__gte=story.since[0].at,
    )
    for call in calls.select_related("follow_up"):
        steps = Reminder.objects.filter(
            follow_up=call.follow_up,
            audience="patient",
            state__in=("withdrawn", "dead"),
            created_at__lte=call.raised_at,
        ).values_list("step", flat=True)
        stood = [row for told in story.rows[call.follow_up.stream] for row in told.stood] if call.follow_up else []
        if not any(has_step(row, ladder, key) for row in stood for key in steps):
            fall_away(call, occasion)


def settle_leftovers(patient_id: int, story: Story, occasion: Occasion) -> None:
    """What a stop left to cancel falls where the plan, as told, asks for something: it would cancel what is needed."""
    if not asks_nothing(story.plan):
        for task in Task.objects.filter(patient=patient_id, kind__in=WORK, ended_at__isnull=True):
            fall_away(task, occasion)


def pass_on(fallen: FollowUp, to_id: int, occasion: Occasion) -> None:
    """Open work of a follow-up that fell goes on with the one that stands; of two calls one is enough, the earlier."""
    standing = {task.kind: task for task in Task.objects.filter(follow_up=to_id, ended_at__isnull=True)}
    for task in Task.objects.filter(follow_up=fallen, ended_at__isnull=True):
        same = standing.get(task.kind)
        if same is None:
            Task.objects.filter(pk=task.pk).update(follow_up=to_id)
            continue
        if task.due_on and (same.due_on is None or task.due_on < same.due_on):
            Task.objects.filter(pk=same.pk).update(due_on=task.due_on)
        fall_away(task, occasion)


def fall_away(task: Task, occasion: Occasion) -> None:
    """What raised it was entered in error."""
    task.ended_at, task.ended_by, task.ending = occasion.at, system_user(), "no_longer_asked"
    task.save(update_fields=["ended_at", "ended_by", "ending"])
    _note(task, "task.no_longer_asked", {}, occasion)


def _covers(task: Task, since: datetime) -> bool:
    """Whether it stood at some moment since then."""
    return task.ended_at is None or task.ended_at >= since


def _word(task: Task) -> str:
    """The engine's word of a task; work for a day carries the day."""
    return f"{task.kind}:{task.due_on}" if task.kind == TaskWord.RE_OFFER_ON else task.kind


def _dated(task: Task, due_on: date | None, place: int, occasion: Occasion) -> None:
    """Work for the day on which it was asked is due on the day of what still asks for it."""
    if place and due_on is not None and task.due_on != due_on:
        before, task.due_on = task.due_on, due_on
        task.save(update_fields=["due_on"])
        _note(task, "task.dated", {"due_on": (before, due_on)}, occasion)


def _raise(patient_id: int, values: dict[str, object], occasion: Occasion) -> None:
    task = Task.objects.create(patient_id=patient_id, raised_by="plan", raised_at=occasion.at, **values)
    _note(task, "task.raised", {"kind": (None, task.kind)}, occasion)


def _reopen(task: Task, occasion: Occasion) -> None:
    """It was ended because of what was entered in error: the same piece of work stands again."""
    task.ended_at = task.ended_by = None
    task.ending = ""
    task.save(update_fields=["ended_at", "ended_by", "ending"])
    _note(task, "task.reopened", {"ending": ("no_longer_asked", "")}, occasion)


def _note(task: Task, verb: str, changes: dict[str, tuple[object, object]], occasion: Occasion) -> None:
    audit.record(by=system_user(), verb=verb, target=task, at=occasion.at, patient=task.patient, changes=changes)
