"""The life of a follow-up, and the queues it stands in, from their tables."""

from __future__ import annotations

from collections import defaultdict

from tracker.lifecycle import ACTS_OF_THE_PLAN, ENDED, MOVES, STATES
from tracker.management.reference.markdown import code, head, meaning, page, table
from tracker.models import FollowUp
from tracker.queries.queues.registry import GROUPS, QUEUES
from tracker.queries.time_status import Standing
from tracker.words import TASK

_STATES = {
    "open": "Asked for by the plan; nobody has arranged it.",
    "ordered": "Requested, without a day.",
    "booked": "A day is agreed.",
    "missed": "Booked, and the patient did not come. It stays the one open row of its stream.",
    "cancelled": "A person decided against it, with a reason, until a day; the stream counts as closed by that person.",
    "done": "A study or visit that the winning row counts was recorded.",
    "withdrawn": "The plan no longer asks for it, and nobody had arranged it.",
}
_ACTS = {
    "move": "the plan gives another window",
    "withdraw": "the plan asks for nothing any more",
    "complete": "a study or visit was recorded, and the plan made with it no longer asks for this window",
    "reopen": "the hold is over, or the plan gives another window",
    "order": "a request goes out",
    "unorder": "the request is taken back",
    "book": "a day is agreed, or another one",
    "unbook": "the booking is taken back",
    "miss": "the patient did not come",
    "cancel": "a person decides against it, with a reason and an end",
}
_STANDINGS = {
    "scheduled": "today is before the earliest day",
    "in_window": "from the earliest to the due day",
    "due_in_grace": "after the due day, up to the latest",
    "overdue": "after the latest day",
    "awaiting_closure": "done; the plan goes on asking until a clinician closes the symptom",
    "snoozed": "set aside by a person until a day, with a reason",
    "closed_by_person": "cancelled, and the hold still runs",
}
_SOURCES = {
    "question": "open questions of an import",
    "reminder": "messages that may or may not have arrived",
    "study": "studies without a report",
}


def follow_up_page() -> str:
    """docs/reference/follow-up.md."""
    lines = head("The life of a follow-up", meaning(FollowUp).splitlines()[0])
    lines += [
        "There is at most one current follow-up for each patient and stream.",
        "",
        "```mermaid",
        "stateDiagram-v2",
    ]
    lines += ["    [*] --> open"]
    acts: dict[tuple[str, str], list[str]] = defaultdict(list)
    for (state, act), after in MOVES.items():
        acts[state, after].append(act)
    lines += [f"    {state} --> {after}: {', '.join(done)}" for (state, after), done in acts.items()]
    lines += [f"    {state} --> [*]" for state in STATES if state in ENDED]
    lines += ["```", "", "## States", ""]
    lines += table(("state", "meaning"), ((code(state), _STATES[state]) for state in STATES))
    lines += ["## Moves", "", "What is not listed cannot happen.", ""]
    lines += table(
        ("act", "when", "by", "from"),
        (
            (
                code(act),
                _ACTS[act],
                "the plan, after a fact that a person recorded" if act in ACTS_OF_THE_PLAN else "a person",
                ", ".join(state for state, done in MOVES if done == act),
            )
            for act in sorted({act for _, act in MOVES}, key=list(_ACTS).index)
        ),
    )
    lines += [
        "## Where it stands on a day",
        "",
        meaning(Standing) + " Never stored: a comparison with a day.",
        "",
    ]
    lines += table(("standing", "when"), ((code(word), _STANDINGS[word]) for word in Standing))
    return page(lines)


def queues_page() -> str:
    """docs/reference/queues.md."""
    lines = head(
        "Queues",
        "In the order of the rail. A count is the number of follow-ups and tasks of the patients one may see. Rows "
        "stand by urgency, then by days past the latest day; open emergency pathways stand on top of every queue.",
    )
    for group in GROUPS:
        lines += [f"## {group}", ""]
        lines += table(
            ("queue", "address", "what stands in it", "tasks and other work"),
            (
                (
                    queue.title,
                    code(f"/queue/{queue.slug}/"),
                    queue.about,
                    ", ".join(
                        [*(TASK[kind] for kind in queue.kinds), *(_SOURCES[name] for name in queue.sources)]
                    ),
                )
                for queue in QUEUES
                if queue.group == group
            ),
        )
    return page(lines)
