"""From a window's dates to the numbers of its drawing: per cent along an axis, labels that do not collide.

Every length is a share of the drawing's width, so one drawing serves all widths and its text is never scaled.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from scheduling.engine.following.status import status_on
from scheduling.engine.vocabulary import TimeStatus
from scheduling.engine.words import count, day_text, short_day, window_text
from tracker.web.look.axis import Axis, Label, month_labels, share

#: Assumed narrowest drawing and mean letter, in pixels, to keep labels apart.
_WIDE_WIDTH, _LETTER = 470, 5.7
#: Per cent of the narrowest drawing of a list that a letter takes in the widest font of a system.
_LIST_LETTER = 7.2 / 190 * 100


@dataclass(frozen=True, slots=True)
class Span:
    """A filled stretch of the bar."""

    x: str
    width: str


@dataclass(frozen=True, slots=True)
class Caption:
    """The dates under the bar of a list: a place, and at which side of it they stand; two lines where it is narrow."""

    x: str
    width: str
    text: str
    side: str = "middle"


@dataclass(frozen=True, slots=True)
class Bar:
    """One window drawn; an absent part lies outside the axis or does not exist."""

    words: str
    today: str | None
    opened: Span | None
    grace: Span | None
    due: str | None
    late: tuple[str, str] | None
    booked: str | None
    booked_late: bool
    last: str | None
    arrow_left: str | None
    arrow_right: str | None
    labels: tuple[Label, ...]
    months: tuple[Label, ...] = ()
    slim: str = ""
    today_anchor: str = "start"
    caption: Caption | None = None

    @property
    def today_text_x(self) -> int:
        """Pixels from the line to the word Today, on the side where there is room."""
        return 4 if self.today_anchor == "start" else -4


def list_bar(
    axis: Axis,
    opens_on: date,
    due_on: date,
    closes_on: date,
    *,
    booked_on: date | None = None,
) -> Bar:
    """The bar of one row of a list."""
    text = window_text(opens_on, due_on, closes_on, axis.today)
    caption = _beside_today(axis, (axis.at(opens_on) + axis.at(closes_on)) / 2, text)
    return replace(_bar(axis, opens_on, due_on, closes_on, booked_on, None, "", ()), caption=caption)


def page_bar(
    today: date,
    opens_on: date,
    due_on: date,
    closes_on: date,
    *,
    booked_on: date | None = None,
    last_on: date | None = None,
    last_name: str = "",
    standing: str = "",
) -> Bar:
    """The bar of a page of its own: months above, dates below, the last study or visit as a disc.

    `standing` is how an emergency stands, whose hours the days of a window do not say.
    """
    shown = [opens_on, closes_on, today, *(day for day in (booked_on, last_on) if day)]
    room = max((max(shown) - min(shown)).days // 10, 7)
    axis = Axis(min(shown) - timedelta(room), max(shown) + timedelta(room), today)
    wanted = [(opens_on, short_day(opens_on, today)), (due_on, f"due {short_day(due_on, today)}")]
    if due_on == opens_on:
        wanted = wanted[1:]
    if closes_on != due_on:
        wanted.append((closes_on, short_day(closes_on, today)))
    if last_on and last_on < opens_on:
        wanted.insert(0, (last_on, f"{last_name} {short_day(last_on, today)}".strip()))
    labels = _apart([(axis.at(day), text) for day, text in wanted])
    slim = f"{short_day(opens_on)} · due {short_day(due_on)} · {short_day(closes_on, today)}"
    at = axis.at(today)
    # The word Today stands right of its line, or left of it where the drawing ends.
    months = month_labels(axis, at - (8 if at < 75 else 16), at + 9, 95)
    bar = _bar(axis, opens_on, due_on, closes_on, booked_on, last_on, last_name, labels, months, slim)
    if not standing:
        return bar
    words = bar_words(
        today,
        opens_on,
        due_on,
        closes_on,
        booked_on=booked_on,
        last_on=last_on,
        last_name=last_name,
        standing=standing,
    )
    return replace(bar, words=words)


def days_bar(earliest: int, due: int, latest: int, scale: int) -> Bar:
    """The window of a policy row in days on a scale of 0 to `scale` days."""
    start = date(2000, 1, 1)
    axis = Axis(start, start + timedelta(scale), start - timedelta(1))
    first, middle, last = (start + timedelta(day) for day in (earliest, due, latest))
    bar = _bar(axis, first, middle, last, None, None, "", ())
    words = f"From day {earliest} to day {latest}, due on day {due}."
    return Bar(words, None, bar.opened, bar.grace, bar.due, None, None, False, None, None, bar.arrow_right, ())


def _bar(
    axis: Axis,
    opens_on: date,
    due_on: date,
    closes_on: date,
    booked_on: date | None,
    last_on: date | None,
    last_name: str,
    labels: tuple[Label, ...],
    months: tuple[Label, ...] = (),
    slim: str = "",
) -> Bar:
    today = axis.today
    late = today > closes_on
    shown_today = today if axis.inside(today) else None
    first_shown = max(axis.at(closes_on), 0.0)
    drawn = [opens_on, closes_on, *([booked_on] if booked_on else [])]
    return Bar(
        words=bar_words(today, opens_on, due_on, closes_on, booked_on=booked_on, last_on=last_on, last_name=last_name),
        today=share(axis.at(today)) if shown_today else None,
        opened=_span(axis, opens_on, due_on),
        grace=_span(axis, due_on, closes_on),
        due=share(axis.at(due_on)) if axis.inside(due_on) else None,
        late=(share(first_shown), share(min(axis.at(today), 100.0))) if late and axis.at(today) > 0 else None,
        booked=share(axis.at(booked_on)) if booked_on and axis.inside(booked_on) else None,
        booked_late=bool(booked_on and booked_on > closes_on),
        last=share(axis.at(last_on)) if last_on and axis.inside(last_on) else None,
        arrow_left=_arrow(opens_on, due_on, closes_on, axis) if min(drawn) < axis.start else None,
        arrow_right=("grace" if due_on < axis.end else "open") if max(drawn) > axis.end else None,
        labels=labels,
        months=months,
        slim=slim,
        today_anchor="start" if axis.at(today) < 75 else "end",
    )


def _arrow(opens_on: date, due_on: date, closes_on: date, axis: Axis) -> str:
    """What the arrow at the left edge continues: the window itself, its grace, or the days past latest."""
    if closes_on < axis.start:
        return "late-arrow"
    return "grace" if due_on < axis.start else "open"


def bar_words(
    today: date,
    opens_on: date,
    due_on: date,
    closes_on: date,
    *,
    booked_on: date | None = None,
    last_on: date | None = None,
    last_name: str = "",
    standing: str = "",
) -> str:
    """The drawing in words: all dates, where today stands (or how an emergency does), what is booked."""
    parts = [f"Earliest {day_text(opens_on)}, due {day_text(due_on)}, latest {day_text(closes_on)}"]
    by_day = {
        TimeStatus.SCHEDULED: f"{count((opens_on - today).days, 'day')} until it opens",
        TimeStatus.IN_WINDOW: f"{count((due_on - today).days, 'day')} left to due",
        TimeStatus.DUE_IN_GRACE: f"{count((today - due_on).days, 'day')} in grace",
        TimeStatus.OVERDUE: f"{count((today - closes_on).days, 'day')} past latest",
    }
    parts.append(f"today {day_text(today)}, {standing or by_day[status_on(today, opens_on, due_on, closes_on)]}")
    if booked_on:
        past = ", past the latest day" if booked_on > closes_on else ""
        parts.append(f"booked {day_text(booked_on)}{past}")
    if last_on:
        parts.append(f"{last_name or 'last'} {day_text(last_on)}")
    return "; ".join(parts) + "."


def _span(axis: Axis, first: date, last: date) -> Span | None:
    left, right = max(axis.at(first), 0.0), min(axis.at(last), 100.0)
    return Span(share(left), share(right - left)) if right > left else None


def _beside_today(axis: Axis, centre: float, text: str) -> Caption:
    """Under the middle of its bar, but never across the line of today nor over an end of the drawing."""
    today = axis.at(axis.today)
    left, right = (0.5, today - 1.5) if today > 50 else (today + 1.5, 99.5)
    width = min(len(text) * _LIST_LETTER, right - left)
    x = min(max(centre - width / 2, left), right - width)
    side = "middle"
    if x != centre - width / 2:  # pushed aside: as near to its bar as there is room in a wider drawing
        side = "start" if centre < x + width / 2 else "end"
    # A line breaks between two dates, never inside one.
    return Caption(share(x), share(width), text.replace(" ", "\u00a0").replace("\u00b7\u00a0", "\u00b7 "), side)


def _apart(wanted: Sequence[tuple[float, str]]) -> tuple[Label, ...]:
    """Labels below their days, pushed right and then left until none touches its neighbour."""
    half = [len(text) * _LETTER * 1.06 / _WIDE_WIDTH * 50 + 0.8 for _, text in wanted]
    centres = [min(max(at, half[i]), 100 - half[i]) for i, (at, _) in enumerate(wanted)]
    for i in range(1, len(centres)):
        centres[i] = max(centres[i], centres[i - 1] + half[i - 1] + half[i])
    ceiling = 100.0
    for i in reversed(range(len(centres))):
        centres[i] = min(centres[i], ceiling - half[i])
        ceiling = centres[i] - half[i]
    return tuple(
        Label(share(centre), "middle", text, strong=text.startswith("due"))
        for centre, (_, text) in zip(centres, wanted, strict=True)
    )
