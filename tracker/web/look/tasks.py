"""Where a piece of work is done: the form that ends it."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import reverse

from tracker.queries.queues.rows import TaskRow


def answer_url(task: TaskRow) -> str:
    """The form that ends a task; "" where a person only says that it is done."""
    if task.patient is None:
        return ""
    key = task.patient.key
    if task.kind == "unwell":
        return reverse("record", args=[key, "symptom"]) + f"?unwell={task.source_id}"
    if task.kind == "right_number":
        return reverse("right-number", args=[key])
    if task.next_act.code in ("unbook", "unorder"):
        pairs = urlencode({"open": task.follow_up, "act": task.next_act.code, "q": task.patient.number})
        return reverse("queue", args=["team"]) + f"?{pairs}#row-{task.follow_up}"
    return ""
