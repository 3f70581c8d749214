"""How a piece of work ends: by a person, by the fact that answers it; and how it stands again when that fact falls."""

from __future__ import annotations

from collections.abc import Collection

from scheduling.engine.words import day_text
from tracker import audit
from tracker.models import Patient, Symptom, Task
from tracker.services.acts.occasion import Occasion


def end_task(task: Task, note: str, *, occasion: Occasion, symptom: Symptom | None = None) -> None:
    """A person ends a piece of work, with its audit; `symptom` is what answered it."""
    task.ended_at, task.ended_by, task.ending, task.note = occasion.at, occasion.by, "done", note
    task.symptom = symptom
    task.save(update_fields=["ended_at", "ended_by", "ending", "note", "symptom"])
    audit.record(
        by=occasion.by,
        verb="task.done",
        target=task,
        at=occasion.at,
        patient=task.patient,
        changes={"ending": ("", "done"), "note": ("", note)},
    )


def answered_by(symptom: Symptom, *, occasion: Occasion) -> None:
    """A symptom that a person wrote down answers the call on which its patient was unwell; an import answers nobody."""
    if occasion.source != "typed":
        return
    note = f"Symptom of {day_text(symptom.occurred_on)} recorded."
    for task in _open(symptom.patient, "unwell"):
        end_task(task, note, occasion=occasion, symptom=symptom)


def asked_again(symptom: Symptom, *, occasion: Occasion) -> None:
    """The symptom was an error: the call that it answered waits again, unless another one does already."""
    for task in Task.objects.filter(symptom=symptom, ended_at__isnull=False).select_related("patient"):
        if _open(task.patient, task.kind):
            continue
        note = task.note
        task.ended_at, task.ended_by, task.ending, task.note, task.symptom = None, None, "", "", None
        task.save(update_fields=["ended_at", "ended_by", "ending", "note", "symptom"])
        audit.record(
            by=occasion.by,
            verb="task.asked_again",
            target=task,
            at=occasion.at,
            patient=task.patient,
            changes={"ending": ("done", ""), "note": (note, "")},
        )


def number_found(patient: Patient, *, occasion: Occasion) -> None:
    """A right number is known: nobody looks for it any more."""
    for task in _open(patient, "right_number"):
        end_task(task, "The number is known.", occasion=occasion)


def _open(patient: Patient, kind: str) -> Collection[Task]:
    return list(
        Task.objects.filter(patient=patient, kind=kind, ended_at__isnull=True).select_related("patient").order_by("pk")
    )
