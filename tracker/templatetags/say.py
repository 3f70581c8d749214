"""Filters that say codes and days in words and turn values into marks; they decide nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django import template
from django.utils import timezone

from tracker.web.look import marks, words
from tracker.web.look.days import WEEKDAYS, long_day, near_day

register = template.Library()


@register.filter
def say(code: str | None, closed_set: str = "") -> str:
    """The words of a code of `closed_set` (a name in `tracker.web.look.words`); an absence is "Not known"."""
    table: Mapping[str, str] = getattr(words, closed_set.upper(), {}) if closed_set else {}
    return table.get(code or "", words.plain(code or ""))


@register.filter
def day(value: date | None, absent: str = "not known") -> str:
    """``21 Jul 2026``, or the word for its absence."""
    return long_day(value) if value else absent


@register.filter
def day_near(value: date, today: date) -> str:
    """With the weekday within two weeks of `today`."""
    return near_day(value, today)


@register.filter
def moment(value: datetime | None) -> str:
    """``20 Nov 2026, 09:47`` at the clinic."""
    if value is None:
        return "not known"
    local = timezone.localtime(value)
    return f"{long_day(local.date())}, {local:%H:%M}"


@register.filter
def weekday_moment(value: datetime) -> str:
    """``Fri 20 Nov 2026, 09:47`` at the clinic."""
    local = timezone.localtime(value)
    return f"{WEEKDAYS[local.weekday()]} {long_day(local.date())}, {local:%H:%M}"


@register.filter
def joined(parts: tuple[str, ...], absent: str = "not recorded") -> str:
    """Parts with commas, or the word for none."""
    return ", ".join(parts) or absent


@register.filter
def urgency_mark(code: str) -> marks.Mark:
    """The mark of an urgency."""
    return marks.urgency(code)


@register.filter
def response_mark(category: str) -> marks.Response:
    """The mark of a response."""
    return marks.response(category)


@register.filter
def escc_mark(grade: str, level: str = "") -> marks.Grade:
    """The mark of an ESCC grade at a level."""
    return marks.escc(grade, level)


@register.filter
def task_words(kind: str) -> str:
    """The words of a task."""
    return words.task_word(kind)


@register.filter
def verb_words(verb: str) -> str:
    """The words of an audit verb."""
    return words.verb_words(verb)
