"""What waits for a person, whose it is and who is told when, from the registry and its ladder."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from scheduling.engine.words import count
from tracker.management.reference.markdown import code, page, table
from tracker.queries.queues.registry import BY_SLUG
from tracker.queries.waits.ladder import LADDER, Reader
from tracker.queries.waits.registry import OWNERS, WAITS, Wait

_READERS = {Reader.OWNER: "whoever owns it", Reader.OTHER: "the other side of the team (surgeon or nurse)"}


def waits_page() -> str:
    """docs/reference/waits.md."""
    columns = ("state", "word", "queue", "owner", "pace")
    return page(
        "waits.md",
        waits=table(columns, (_wait(wait) for wait in WAITS.values())),
        owners=table(("owner", "rule"), ((code(owner), rule) for owner, rule in OWNERS.items())),
        ladder=table(("pace", "who is told", "after", "then every"), _steps()),
    )


def _wait(wait: Wait) -> tuple[str, ...]:
    pace = "days of the window" if wait.by_plan else str(wait.pace or "by its urgency")
    return wait.title, code(wait.word), BY_SLUG[wait.queue].title, code(wait.owner), pace


def _steps() -> Iterator[tuple[str, ...]]:
    for pace, steps in LADDER.items():
        for step in steps:
            yield code(pace), _READERS[step.reader], _span(step.after), _span(step.every)


def _span(span: timedelta) -> str:
    if not span:
        return "at once"
    return count(span.days, "day") if not span.seconds else count(span.seconds // 3600, "hour")
