"""What a calendar feed is made of: its entries and what it says about itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

#: CSS3 colour names a feed may take, with the value that Apple's calendar wants.
COLOURS: dict[str, str] = {
    "steelblue": "#4682B4",
    "teal": "#008080",
    "seagreen": "#2E8B57",
    "slategray": "#708090",
    "darkorange": "#FF8C00",
    "firebrick": "#B22222",
    "purple": "#800080",
    "goldenrod": "#DAA520",
}


class EntryStatus(StrEnum):
    """RFC 5545's status of an event."""

    CONFIRMED = "CONFIRMED"
    TENTATIVE = "TENTATIVE"
    CANCELLED = "CANCELLED"


class EntryClass(StrEnum):
    """How a calendar program may show an entry to others; it protects nothing by itself."""

    PRIVATE = "PRIVATE"
    PUBLIC = "PUBLIC"


@dataclass(frozen=True, slots=True)
class Entry:
    """One calendar entry.

    `starts` and `ends` are both days (all day; the end is exclusive, absent: one day) or both aware datetimes.
    `uid` is opaque and stable for the life of the follow-up. `sequence` and `last_modified` are those of the stored
    revision. A cancelled entry is transparent and says so in its summary (`withdrawn`).
    """

    uid: str
    starts: date | datetime
    summary: str
    last_modified: datetime
    ends: date | datetime | None = None
    sequence: int = 0
    description: str = ""
    location: str = ""
    url: str = ""
    status: EntryStatus = EntryStatus.CONFIRMED
    transparent: bool = True
    cls: EntryClass = EntryClass.PRIVATE


@dataclass(frozen=True, slots=True)
class CalendarSettings:
    """What a feed says about itself. `tz` is an IANA name, `colour` one of `COLOURS`.

    `revision` is added to every SEQUENCE and rises, with `changed_at`, when the level of detail, the language or
    the template of the feed changes; LAST-MODIFIED is the later of `changed_at` and the entry's own moment.
    """

    name: str
    tz: str
    changed_at: datetime
    revision: int = 0
    colour: str = "steelblue"
    prodid: str = "-//Spine surveillance tracker//Calendar feed//EN"


def notice(uid: str, day: date, summary: str, at: datetime) -> Entry:
    """A neutral, transparent all-day entry: for an empty feed, or for one that has ended."""
    return Entry(uid=uid, starts=day, summary=summary, last_modified=at, cls=EntryClass.PUBLIC)


def withdrawn(summary: str, word: str = "Withdrawn") -> str:
    """The summary of a withdrawn entry, which begins with a word for it."""
    return f"{word}: {summary}"
