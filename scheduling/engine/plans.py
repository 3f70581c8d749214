"""What planning answers: the windows per stream, every fired row with its reason, tasks and gaps."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import NamedTuple, cast


class PlannedItem(NamedTuple):
    """One window that a row asks for in one stream.

    `anchor` names the day the window counts from and `anchor_on` is that day; the offset is the difference.
    `lesion` is the index in `Facts.lesions` of the lesion that asked, None where no lesion did.
    `counted_by` says what completes it: ``study``, ``canal_study``, ``visit``.
    `note` is shown beside the item (a standing X-ray at the visit) and never makes a stream of its own.
    """

    stream: str
    row: str
    earliest: date
    due: date
    latest: date
    anchor: str
    anchor_on: date
    counted_by: str
    lesion: int | None = None
    note: str = ""


class FactRead(NamedTuple):
    """One fact that a row read: its name, the value and the day it holds from (None where it carries none).

    Values never depend on the evaluation day alone (a date, not an age), so an unchanged patient keeps unchanged
    reasons through every night.
    """

    name: str
    value: str
    on: date | None = None


class FiredRow(NamedTuple):
    """A listed row with why: the facts it read and the items it asked for, possibly none."""

    row: str
    facts: tuple[FactRead, ...]
    items: tuple[PlannedItem, ...]


class StreamPlan(NamedTuple):
    """The winner of one stream.

    `earliest` and `due` are the winner's, `latest` is the smallest of all items of the stream. `urgency` is the
    most urgent of the rows with an item in the stream. `request` is the imaging request, None for the surgeon.
    """

    stream: str
    row: str
    earliest: date
    due: date
    latest: date
    urgency: str
    counted_by: str
    request: str | None = None


class Gap(NamedTuple):
    """A fact the policy needs and the record lacks; `lesion` is an index in `Facts.lesions`."""

    name: str
    lesion: int | None = None


class Plan(NamedTuple):
    """What should happen for one person under one policy version; the day itself is not kept.

    `rows` are the listed row ids in table order; `tempo` is None beside a row that suspends; a stream is None when
    nothing is planned in it. `tasks` are the words of `vocabulary.Task`, `re_offer_on:<date>` with its date.
    `policy_version` names the document. `stopped_by` names the row behind a stream that is not asked for.
    """

    policy_version: str
    rows: tuple[str, ...]
    tempo: str | None
    imaging: StreamPlan | None
    surgeon: StreamPlan | None
    urgency: str
    tasks: frozenset[str]
    gaps: tuple[Gap, ...]
    fired: tuple[FiredRow, ...]
    stopped_by: str | None = None


#: A fact and an item from their values in order, without the Python call in between: a plan makes a dozen.
new_fact = cast(Callable[[tuple[object, ...]], FactRead], partial(tuple.__new__, FactRead))
new_item = cast(Callable[[tuple[object, ...]], PlannedItem], partial(tuple.__new__, PlannedItem))
