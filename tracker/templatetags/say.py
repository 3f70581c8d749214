"""Filters that say codes and days in words and turn values into marks; they decide nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from django import template

from scheduling.engine.record.counting import NOT_COUNTED, why_not_counted
from scheduling.engine.words import day_text
from tracker import words
from tracker.models import Fact, Study, kind_of
from tracker.web.look import marks

register = template.Library()


@register.filter
def say(code: str | None, closed_set: str = "") -> str:
    """The words of a code of `closed_set` (a name in `tracker.words`); an absence is "Not known"."""
    table: Mapping[str, str] = getattr(words, closed_set.upper(), {}) if closed_set else {}
    return table.get(code or "", words.plain(code or ""))


@register.filter
def day(value: date | None, absent: str = "not known") -> str:
    """``21 Jul 2026``, or the word for its absence."""
    return day_text(value) if value else absent


@register.filter
def moment(value: datetime | None, absent: str = "not known") -> str:
    """``20 Nov 2026, 09:47`` at the clinic."""
    return words.moment_text(value) if value else absent


@register.filter
def joined(parts: tuple[str, ...], absent: str = "not recorded") -> str:
    """Parts with commas, or the word for none."""
    return ", ".join(parts) or absent


@register.filter
def urgency_mark(code: str) -> marks.Mark:
    """The mark of an urgency."""
    return marks.urgency(code)


@register.filter
def response_mark(category: str) -> marks.Mark:
    """The mark of a response."""
    return marks.response(category)


@register.filter
def spelt(text: str) -> str:
    """Abbreviations as people write them."""
    return words.spelt(text)


@register.filter
def fact_templates(kind: str) -> tuple[str, ...]:
    """The templates that can list facts of a kind, its own before the common one."""
    return f"patients/facts/{kind}.html", "patients/facts/any.html"


@register.filter
def verb_words(verb: str) -> str:
    """The words of an audit verb."""
    return words.verb_words(verb)


@register.filter
def not_counted(study: Study) -> str:
    """Why a study counts for nothing; "" for one that counts."""
    return NOT_COUNTED.get(why_not_counted(study.kind, study.quality, study.spine_read), "")


@register.filter
def kind_code(fact: Fact) -> str:
    """The word of a fact's kind, as addresses have it."""
    return kind_of(fact).code


@register.filter
def number(value: Decimal) -> str:
    """A number without the noughts behind it that say nothing."""
    return f"{value.normalize():f}"
