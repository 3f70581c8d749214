"""What surrounds a list: the rail of queues, an empty list, and the links to its other pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.urls import reverse

from tracker.queries.queues.rows import QueueGroup
from tracker.web.look.marks import Link


@dataclass(frozen=True, slots=True)
class RailQueue:
    """One line of the rail."""

    title: str
    url: str
    count: str
    tone: str
    current: bool


@dataclass(frozen=True, slots=True)
class RailGroup:
    """A group of the rail."""

    title: str
    queues: tuple[RailQueue, ...]


@dataclass(frozen=True, slots=True)
class Empty:
    """A list without rows: what is true, how it was counted, one way on."""

    title: str
    lines: tuple[str, ...]
    ways: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line of a log: the day, what happened, who said so."""

    iso: str
    day: str
    text: str
    by: str


@dataclass(frozen=True, slots=True)
class Pages:
    """The foot of a long list."""

    words: str
    previous_url: str = ""
    next_url: str = ""


def pages_of(number: int, last: int, things: str, address: Callable[[int], str]) -> Pages | None:
    """Links to the pages before and after; None where one page holds all. `things`: ``1,067 rows``."""
    if last <= 1:
        return None
    return Pages(
        f"Page {number} of {last}, {things}",
        address(number - 1) if number > 1 else "",
        address(number + 1) if number < last else "",
    )


def page_number(text: str | None) -> int:
    """The page that an address asks for; 1 where it names none."""
    return int(text) if text and text.isdecimal() and len(text) < 7 and int(text) else 1


def rail(groups: Iterable[QueueGroup], slug: str) -> tuple[RailGroup, ...]:
    """The rail; the person's filters do not travel, so that counts match the rows behind them."""
    return tuple(
        RailGroup(
            group.title,
            tuple(
                RailQueue(
                    queue.title,
                    reverse("queue", args=[queue.slug]),
                    f"{queue.count:,}",
                    _count_tone(queue.slug, queue.count, emergency=queue.emergency),
                    queue.slug == slug,
                )
                for queue in group.queues
            ),
        )
        for group in groups
    )


def _count_tone(slug: str, number: int, *, emergency: bool) -> str:
    if number == 0:
        return "zero"
    if emergency:
        return "pathway"
    return "late" if slug in ("overdue", "missed") else ""
