"""Marks that stand in many places: urgency, evidence, SINS, ESCC, response, and how a window stands on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from scheduling.engine.following.status import status_on
from scheduling.engine.scores.base import ScoreResult
from scheduling.engine.vocabulary import TimeStatus
from scheduling.engine.words import count
from tracker import words


@dataclass(frozen=True, slots=True)
class Mark:
    """A code that chooses shape and colour, and the word beside it."""

    code: str
    word: str


@dataclass(frozen=True, slots=True)
class Chip:
    """A policy row's evidence: its code, the grade in words, and the edge that says how strong it is."""

    code: str
    word: str
    edge: str


@dataclass(frozen=True, slots=True)
class Sins:
    """A lesion's score: the band's mark, a total or a range, and the words below."""

    band: str
    figure: str
    word: str


@dataclass(frozen=True, slots=True)
class Grade:
    """An ESCC grade as its label, never a number."""

    mark: str
    word: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a window stands: `lead`, the figure, the words under it, the tone (emergency, grace or none)."""

    figure: str
    word: str
    tone: str = ""
    lead: str = ""

    @property
    def sentence(self) -> str:
        """Figure and words in one line."""
        return " ".join(part for part in (self.lead, self.figure, self.word) if part)


@dataclass(frozen=True, slots=True)
class Link:
    """A word that leads somewhere; `key` is the letter that does the same, `quiet` never the main button."""

    word: str
    url: str
    key: str = ""
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence with an edge: stop, caution, kept, or plain."""

    lead: str
    text: str
    tone: str = ""
    link: str = ""
    link_word: str = ""


def urgency(code: str) -> Mark:
    """The mark of an urgency."""
    return Mark(code, words.URGENCY[code])


def chip(row: str, grade: str) -> Chip:
    """The evidence of a row; a grade that is not known is drawn as a local default, never as more."""
    known = grade if grade in words.GRADE else "expert_default"
    return Chip(row, words.GRADE[known], words.GRADE_EDGE[known])


def sins(score: ScoreResult | None, *, stabilised: bool = False) -> Sins:
    """A lesion's SINS; an incomplete one shows its possible range and no total, None was never scored."""
    if stabilised:
        return Sins("stabilised", "Not valid", "Stabilised")
    if score is None:
        return Sins("unknown", "Not known", "Not complete")
    if score.total is None or not score.band:
        return Sins("unknown", f"{score.lowest} to {score.highest}", "Not complete")
    return Sins(score.band, str(score.total), words.SINS_BAND[score.band])


def escc(grade: str | None, level: str = "") -> Grade:
    """An ESCC grade; below the conus it says that the scale was not tested there."""
    note = "not validated below the conus" if grade and level[:1] in ("L", "S") and level != "L1" else ""
    return Grade(grade, grade, note) if grade else Grade("unknown", "Not known")


def response(category: str | None) -> Mark:
    """A response category; none is not assessed."""
    code = category or "not_assessed"
    return Mark(words.RESPONSE_MARK[code], words.RESPONSE[code])


def time_standing(today: date, opens_on: date, due_on: date, closes_on: date) -> Standing:
    """How the window stands on `today`."""
    status = status_on(today, opens_on, due_on, closes_on)
    if status is TimeStatus.SCHEDULED:
        return Standing(count((opens_on - today).days, "day"), "until it opens")
    if status is TimeStatus.IN_WINDOW:
        left = (due_on - today).days
        return Standing(count(left, "day"), "left to due") if left else Standing("Today", "is due")
    if status is TimeStatus.DUE_IN_GRACE:
        left = (closes_on - today).days
        ends = f", {left} left" if left else ", last day"
        return Standing(count((today - due_on).days, "day"), f"in grace{ends}", "grace")
    return Standing(count((today - closes_on).days, "day"), "past latest", "emergency")
