"""The life of a follow-up, and the queues it stands in, from their tables."""

from __future__ import annotations

from collections import defaultdict

from tracker.lifecycle import ACTS_OF_THE_PLAN, ENDED, MOVES, STATES
from tracker.management.reference.markdown import code, meaning, page, table
from tracker.models import FollowUp
from tracker.queries.queues.registry import GROUPS, QUEUES, Queue
from tracker.queries.time_status import Standing
from tracker.words import TASK

_STATES = {
    "open": "Asked for by the plan; nobody has arranged it.",
    "ordered": "Requested, without a day.",
    "booked": "A day is agreed.",
    "missed": "Booked, and the patient did not come. It stays the one open row of its stream.",
    "cancelled": "A person decided against it, with a reason, until a day; the stream counts as closed by that person.",
    "done": "A study or visit that the winning row counts was recorded.",
    "withdrawn": "The plan no longer asks for it, and nothing stands arranged.",
}
_ACTS = {
    "move": "the plan gives another window",
    "withdraw": "the plan asks for nothing any more",
    "complete": "a study or visit was recorded, and the plan made with it no longer asks for this window",
    "reopen": "the hold is over, or the plan asks for it sooner, or urgently",
    "order": "a request goes out",
    "unorder": "the request is taken back",
    "book": "a day is agreed, or another one",
    "confirm": "what is arranged stands although it does not fit the window",
    "unbook": "the booking is taken back",
    "miss": "the patient did not come",
    "cancel": "a person decides against it, with a reason and an end",
}
_STANDINGS = {
    "scheduled": "today is before the earliest day",
    "in_window": "from the earliest to the due day",
    "due_in_grace": "after the due day, up to the latest",
    "overdue": "after the latest day",
    "not_asked": "nothing is asked for any more: the patient died or stopped; what was arranged is cancelled",
    "awaiting_closure": "done; the plan goes on asking until a clinician closes the symptom",
    "snoozed": "set aside by a person until a day, with a reason",
    "closed_by_person": "cancelled, and the hold still runs",
}
_SOURCES = {
    "question": "open questions of an import",
    "reminder": "messages that may or may not have arrived",
    "study": "studies without a report, reports that nobody read",
    "result": "results to act on",
    "repeat": "studies to repeat or explain",
    "override": "clinicians' windows that wait for a second clinician",
    "policy": "policy versions that wait for approval",
}


def follow_up_page() -> str:
    """docs/reference/follow-up.md."""
    acts: dict[tuple[str, str], list[str]] = defaultdict(list)
    for (state, act), after in MOVES.items():
        acts[state, after].append(act)
    arrows = [f"    {state} --> {after}: {', '.join(done)}" for (state, after), done in acts.items()]
    arrows += [f"    {state} --> [*]" for state in STATES if state in ENDED]
    states = ((code(state), _STATES[state]) for state in STATES)
    moves = map(_move, sorted({act for _, act in MOVES}, key=list(_ACTS).index))
    standings = ((code(word), _STANDINGS[word]) for word in Standing)
    return page(
        "follow-up.md",
        about=meaning(FollowUp).splitlines()[0],
        arrows=arrows,
        states=table(("state", "meaning"), states),
        moves=table(("act", "when", "by", "from"), moves),
        standing=meaning(Standing),
        standings=table(("standing", "when"), standings),
    )


def _move(act: str) -> tuple[str, ...]:
    by = "the plan, after a fact that a person recorded" if act in ACTS_OF_THE_PLAN else "a person"
    return code(act), _ACTS[act], by, ", ".join(state for state, done in MOVES if done == act)


def queues_page() -> str:
    """docs/reference/queues.md."""
    columns = ("queue", "address", "what stands in it", "tasks and other work")
    groups = (
        line
        for group in GROUPS
        for line in (
            f"## {group}",
            "",
            *table(columns, (_queue(one) for one in QUEUES if one.group == group)),
        )
    )
    return page("queues.md", groups=groups)


def _queue(queue: Queue) -> tuple[str, ...]:
    work = (*(TASK[kind] for kind in queue.kinds), *(_SOURCES[name] for name in queue.sources))
    return queue.title, code(f"/queue/{queue.slug}/"), queue.about, ", ".join(work)
