"""The days that a drawing shows, as per cent of its width: where a day stands, the months above, the word Today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from scheduling.engine.words import MONTHS

#: Days that the bars of a list show; a longer window ends in an arrow.
LIST_DAYS = 100
#: Where today stands in a list, in per cent: lists that look back, look ahead, or hold both.
LOOKING_BACK, LOOKING_AHEAD, LOOKING_BOTH = 82, 18, 32


@dataclass(frozen=True, slots=True)
class Axis:
    """The days a drawing shows; `today` may lie outside."""

    start: date
    end: date
    today: date

    def at(self, day: date) -> float:
        """Per cent of the width at the beginning of `day`, beyond 0 to 100 outside the axis."""
        return (day - self.start).days / (self.end - self.start).days * 100

    def inside(self, day: date) -> bool:
        """Whether `day` is drawn."""
        return self.start <= day <= self.end


def list_axis(today: date, today_at: int) -> Axis:
    """The axis of a list of `LIST_DAYS` days with `today` at `today_at` per cent."""
    start = today - timedelta(round(LIST_DAYS * today_at / 100))
    return Axis(start, start + timedelta(LIST_DAYS), today)


@dataclass(frozen=True, slots=True)
class Label:
    """A text of the drawing: where, which end it hangs from, and how strongly."""

    x: str
    anchor: str
    text: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class AxisHead:
    """The months above a list's bars, and the word Today."""

    months: tuple[Label, ...]
    today: Label


def axis_head(axis: Axis) -> AxisHead:
    """Month names that keep clear of the word Today, which ends at the line where today stands right of the middle."""
    at = axis.at(axis.today)
    low, high = (at - 19, at + 3) if at > 50 else (at - 3, at + 22)
    months = month_labels(axis, low - 13, high, 86)
    return AxisHead(months, Label(share(at), "end" if at > 50 else "start", "Today", strong=True))


def month_labels(axis: Axis, low: float, high: float, last: float) -> tuple[Label, ...]:
    """The names of months, but none between `low` and `high`, where another word stands, nor from `last` on."""
    return tuple(
        Label(share(axis.at(first)), "start", MONTHS[first.month - 1])
        for first in _month_starts(axis)
        if not low < axis.at(first) < high and axis.at(first) < last
    )


def share(per_cent: float) -> str:
    """A length of the drawing as it stands in its source: ``12.5%``."""
    return f"{per_cent:.2f}".rstrip("0").rstrip(".") + "%"


def _month_starts(axis: Axis) -> list[date]:
    year, month = axis.start.year, axis.start.month
    starts: list[date] = []
    while True:
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
        first = date(year, month, 1)
        if first > axis.end:
            return _thinned(starts, (axis.end - axis.start).days)
        starts.append(first)


def _thinned(starts: list[date], days: int) -> list[date]:
    """Every month up to eight of them, then every third, from the quarters, then Januaries."""
    if days <= 250:
        return starts
    return [first for first in starts if (first.month - 1) % (3 if days <= 1000 else 12) == 0]
