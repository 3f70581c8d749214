"""Since when a lesion's ESCC grade and SINS band have stood, from its dated assessments and treatments."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import TypeVar

from scheduling.engine.day import Today
from scheduling.engine.record.facts import Lesion, Procedure, Sins
from scheduling.engine.record.history import HistoryRules, LesionHistory
from scheduling.engine.scores import sins as sins_score
from scheduling.engine.vocabulary import ESCC_RANK, span_levels

Rank = TypeVar("Rank", int, tuple[int, int, str])
Value = TypeVar("Value")


def lesion_on(lesion: LesionHistory, procedures: Iterable[Procedure], today: Today, rules: HistoryRules) -> Lesion:
    """The lesion with the scores that stand on `today` and since when they have stood."""
    covering = _covering(procedures, lesion)
    seen = sorted((a for a in lesion.assessments if a.on <= today), key=lambda a: a.on)
    stabilised_on = [p.on for p in covering if p.kind in rules.stabilising]
    grades = _worst_by_day((a.on, ESCC_RANK[a.escc], a.escc) for a in seen if a.escc is not None)
    scores = _worst_by_day(
        (a.on, _sins_rank(items), items)
        for a in seen
        if a.sins is not None
        for items in (located(a.sins, lesion.level),)
    )
    escc_since = _since([(on, rank) for on, rank, _ in grades], [p.on for p in covering if p.kind in rules.definitive])
    sins_since = _since(
        [(on, sum(rank[0] >= edge for edge in rules.sins_bands)) for on, rank, _ in scores], stabilised_on
    )
    return Lesion(
        level=lesion.level,
        finding_date=lesion.finding_date,
        escc=grades[-1][2] if grades else None,
        sins=scores[-1][2] if scores else Sins(),
        escc_found_on=max(escc_since, lesion.finding_date) if escc_since else None,
        sins_found_on=max(sins_since, lesion.finding_date) if sins_since else None,
        graded_on=max(grades[-1][0], lesion.finding_date) if grades else None,
        stabilized=bool(stabilised_on),
    )


def _covering(procedures: Iterable[Procedure], lesion: LesionHistory) -> list[Procedure]:
    """The procedures since its finding that treat the lesion's level."""
    level, found = lesion.level, lesion.finding_date
    if level is None:
        return []
    return [p for p in procedures if p.on >= found and any(level in span_levels(one) for one in p.levels)]


# The items are few and repeat over a population: each answer is worked out once.
@lru_cache(maxsize=32_768)
def located(items: Sins, level: str | None) -> Sins:
    """The items with the location class of the level, unless a person set another."""
    if level is None or (items.location_overridden and items.location is not None):
        return items
    return replace(items, location=sins_score.LOCATION_OF_LEVEL[level])


@lru_cache(maxsize=32_768)
def _sins_rank(items: Sins) -> tuple[int, int, str]:
    """Orders two scores of one day: the higher lowest possible total, then the one with more left open."""
    result = sins_score.score(items)
    return result.lowest, len(result.missing), repr(items)


def _worst_by_day(assessments: Iterable[tuple[date, Rank, Value]]) -> list[tuple[date, Rank, Value]]:
    """One assessment a day, oldest first; of several of one day the worst counts."""
    by_day: dict[date, tuple[date, Rank, Value]] = {}
    for assessment in assessments:
        known = by_day.get(assessment[0])
        if known is None or assessment[1] > known[1]:
            by_day[assessment[0]] = assessment
    return [by_day[on] for on in sorted(by_day)]


def _since(ranks: Sequence[tuple[date, int]], begun_anew: Sequence[date]) -> date | None:
    """First day since which the newest rank or a worse one has stood without a break.

    A treatment between two assessments breaks the run; an assessment of its own day was made before it.
    """
    if not ranks:
        return None
    since, present = ranks[-1]
    for on, rank in reversed(ranks[:-1]):
        if rank < present or any(on <= treated < since for treated in begun_anew):
            break
        since = on
    return since
