"""The score of what is chosen so far, as it would be saved: a total only when complete, else what it can still be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scheduling.engine.scores import sins
from tracker import words
from tracker.services.records import look_ahead
from tracker.web.look import marks

_NOTHING = sins.calculate()


@dataclass(frozen=True, slots=True)
class Running:
    """What the panel beside the form says; `outcomes` show what each answer to the one open item would do.

    `refused` is why it could not be saved like this, "" where it could.
    """

    level: str
    figure: str
    word: str
    known: bool
    from_x: str
    to_x: str
    missing: str
    asked: str
    outcomes: tuple[tuple[str, marks.Sins], ...]
    refused: str


def running(level: str, look: Mapping[str, Any]) -> Running:
    """The score of a look at this level with what `LookForm.score` gives; the verb that saves works it out."""
    ahead = look_ahead(level, **look)
    result = ahead.score or _NOTHING
    missing = [words.SINS_ITEM[code].lower() for code in result.missing]
    if ahead.score is None:
        figure, word, missing = "Not scored", "nothing is chosen yet", []
    elif result.total is None:
        figure, word = f"{result.lowest} to {result.highest}", "undetermined"
    else:
        figure, word = str(result.total), words.SINS_BAND[result.band or "stable"].lower()
    open_item = result.missing[0] if len(result.missing) == 1 else ""
    return Running(
        level,
        figure,
        word,
        result.total is not None,
        _at(result.lowest),
        _at(result.highest),
        _listed(missing) if missing else "",
        words.SINS_ITEM[open_item].lower() if open_item else "",
        tuple(_outcomes(level, look, open_item)) if open_item else (),
        " ".join(ahead.refusals),
    )


def _outcomes(level: str, look: Mapping[str, Any], open_item: str) -> list[tuple[str, marks.Sins]]:
    item = next(each for each in sins.ITEMS if each.code == open_item)
    rows = []
    for option in sorted(item.options, key=lambda each: each.points):
        ahead = look_ahead(level, **{**look, "sins": {**look["sins"], open_item: str(option.code)}})
        rows.append((words.SINS_VALUE[open_item][option.code], marks.sins(ahead.score)))
    return rows


def _at(points: int) -> str:
    return f"{points / sins.HIGHEST_TOTAL * 100:.1f}%"


def _listed(names: list[str]) -> str:
    if len(names) == 1:
        return f"{names[0]} is"
    return f"{', '.join(names[:-1])} and {names[-1]} are"
