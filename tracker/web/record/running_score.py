"""The score of what is chosen so far, as the form shows it: a total only when complete, else what it can still be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from scheduling.engine.scores import sins
from scheduling.engine.vocabulary import LEVEL_RANK
from tracker import words
from tracker.web.look import marks

_HIGHEST = 18


@dataclass(frozen=True, slots=True)
class Running:
    """What the panel beside the form says; `outcomes` show what each answer to the one open item would do."""

    level: str
    figure: str
    word: str
    known: bool
    from_x: str
    to_x: str
    missing: str
    asked: str
    outcomes: tuple[tuple[str, marks.Sins], ...]


def running(level: str, values: Mapping[str, str]) -> Running:
    """The score of these answers; a wrong answer counts as none, the form itself refuses it."""
    given = {item.code: _answer(item.code, values.get(item.code, "")) for item in sins.ITEMS}
    if given["location"] is None and level in LEVEL_RANK:
        given["location"] = sins.location_of(level).value
    result = sins.calculate(**given)
    missing = [words.SINS_ITEM[code].lower() for code in result.missing]
    if len(result.missing) == len(given) or (len(missing) == 5 and given["location"] is not None):
        figure, word = "Not scored", "nothing is chosen yet"
    elif result.total is None:
        figure, word = f"{result.lowest} to {result.highest}", "undetermined"
    else:
        figure, word = str(result.total), words.SINS_BAND[result.band or "stable"].lower()
    open_item = result.missing[0] if len(result.missing) == 1 else ""
    return Running(
        level if level in LEVEL_RANK else "",
        figure,
        word,
        result.total is not None,
        _at(result.lowest),
        _at(result.highest),
        _listed(missing) if 0 < len(missing) < 5 else "",
        words.SINS_ITEM[open_item].lower() if open_item else "",
        tuple(_outcomes(open_item, given)) if open_item else (),
    )


def _outcomes(open_item: str, given: Mapping[str, str | None]) -> list[tuple[str, marks.Sins]]:
    item = next(each for each in sins.ITEMS if each.code == open_item)
    rows = []
    for option in sorted(item.options, key=lambda each: each.points):
        result = sins.calculate(**{**given, open_item: str(option.code)})
        rows.append((words.SINS_VALUE[open_item][option.code], marks.sins(result)))
    return rows


def _answer(item: str, value: str) -> str | None:
    return value if value in words.SINS_VALUE[item] else None


def _at(points: int) -> str:
    return f"{points / _HIGHEST * 100:.1f}%"


def _listed(names: list[str]) -> str:
    if len(names) == 1:
        return f"{names[0]} is"
    return f"{', '.join(names[:-1])} and {names[-1]} are"
