"""Kinds of fact that a patient's page lists under a heading of their own, each read from its entry alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db import models

from scheduling.engine.words import day_text
from tracker.kinds import KINDS, Kind
from tracker.models import MODELS, Fact
from tracker.queries.patient.stored_facts import StoredFacts
from tracker.queries.patient.timeline import fact_words


@dataclass(frozen=True, slots=True)
class FactRow:
    """One fact in words: in one line, and column by column; "" where a column holds nothing."""

    text: str
    values: Mapping[str, str]
    fact: Fact


@dataclass(frozen=True, slots=True)
class Section:
    """The facts of one kind that stand, newest first. `address` is the last part of its form's, "" without one."""

    code: str
    heading: str
    word: str
    address: str
    rows: tuple[FactRow, ...]


def sections(stored: StoredFacts) -> tuple[Section, ...]:
    """Every kind with a heading in its entry, in the order of the kinds; no query of its own."""
    return tuple(
        Section(
            code=kind.code,
            heading=kind.section,
            word=kind.word,
            address=(kind.address or kind.code) if kind.button else "",
            rows=tuple(_row(kind, fact) for fact in stored.standing(MODELS[kind.code])),
        )
        for kind in KINDS
        if kind.section
    )


def _row(kind: Kind, fact: Fact) -> FactRow:
    own = {*kind.columns, *kind.personal}
    values = {
        column.name: _words(fact, column)
        for column in fact._meta.concrete_fields
        if column.name in own and not isinstance(column, models.ForeignKey)
    }
    return FactRow(fact_words(fact), values, fact)


def _words(fact: Fact, column: models.Field[object, object]) -> str:
    value = getattr(fact, column.name)
    if column.choices:
        return str(dict(column.flatchoices).get(value, ""))
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return day_text(value) if isinstance(value, date) else str(value)
