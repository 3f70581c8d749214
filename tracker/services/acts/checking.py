"""Checks that every fact passes before it is written: all problems at once, each with what was given and expected."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import models

from scheduling.engine.scores.sins import location_of
from scheduling.engine.vocabulary import span_levels
from scheduling.engine.words import day_text
from tracker import clock
from tracker.errors import Doubt, InvalidFact, NeedsAnswer
from tracker.kinds import KINDS
from tracker.models import Fact, Patient
from tracker.services.acts import life
from tracker.services.acts.occasion import Occasion
from tracker.services.acts.values import LONGEST_TEXT, is_day, is_number, is_plain, is_text, was_given
from tracker.words import moment_text

#: Days that may lie ahead, and days that may follow a death, as the kinds of fact name them.
MAY_LIE_AHEAD = frozenset(name for kind in KINDS for name in kind.may_lie_ahead)
MAY_FOLLOW_DEATH = frozenset(name for kind in KINDS for name in kind.may_follow_death)
#: Earlier than anybody under surveillance was born.
FIRST_DAY = date(1900, 1, 1)


def column(model: type[models.Model], name: str) -> models.Field[object, object]:
    """The stored column of this name."""
    field = model._meta.get_field(name)
    assert isinstance(field, models.Field)
    return field


class Problems:
    """Sentences by field, and what has to be answered first; gathered until `raise_any`."""

    def __init__(self) -> None:
        self.found: dict[str, list[str]] = {}
        self.doubts: list[Doubt] = []

    def add(self, field: str, sentence: str) -> None:
        """One more thing that is wrong; "" is the fact as a whole."""
        self.found.setdefault(field, []).append(sentence)

    def ask(self, doubt: Doubt, occasion: Occasion) -> str:
        """The answer to a doubt; without one it is asked for."""
        answer = occasion.answer_to(doubt)
        if not answer:
            self.doubts.append(doubt)
        return answer

    def raise_any(self) -> None:
        """Refuse the fact with everything that was found; where nothing is wrong, ask what has to be answered."""
        if self.found:
            raise InvalidFact(self.found)
        if self.doubts:
            raise NeedsAnswer(self.doubts)


def check_day(problems: Problems, field: str, given: object, patient: Patient, occasion: Occasion) -> None:
    """A day that has come; one before birth or after death is asked about, since either day can be the wrong one."""
    if not is_day(given):
        problems.add(field, f"{was_given(given)}; expected a day such as 21 Jul 2026.")
        return
    today = occasion.today
    if given > today and field not in MAY_LIE_AHEAD:
        problems.add(field, f"{day_text(given)} lies in the future; expected {day_text(today)} or earlier.")
    if given < FIRST_DAY:
        problems.add(field, f"{day_text(given)} is too long ago; expected {day_text(FIRST_DAY)} or later.")
    elif patient.birth_on is not None and given < patient.birth_on:
        problems.ask(life.before_birth(field, given, patient.birth_on), occasion)
    if patient.deceased_on is not None and given > patient.deceased_on and field not in MAY_FOLLOW_DEATH:
        problems.ask(life.after_death(field, given, patient.deceased_on), occasion)


def check_moment(problems: Problems, field: str, moment: datetime, day: object, now: datetime) -> None:
    """A moment that has come, on its day at the clinic."""
    if moment > now:
        problems.add(field, f"{moment_text(moment)} lies in the future; expected {moment_text(now)} or earlier.")
    elif is_day(day) and clock.day_of(moment) != day:
        problems.add(field, f"{moment_text(moment)} is another day; expected an hour of {day_text(day)}.")


def check_ahead(problems: Problems, field: str, given: object, today: date, most: timedelta) -> None:
    """A day that something is agreed for: today or later, and at most so far ahead."""
    if not is_day(given):
        problems.add(field, f"{was_given(given)}; expected a day such as 21 Jul 2026.")
    elif given < today:
        problems.add(field, f"{day_text(given)} has passed; expected {day_text(today)} or later.")
    elif given > today + most:
        problems.add(field, f"{day_text(given)} is too far; expected {day_text(today + most)} or earlier.")


def check_fields(
    problems: Problems, model: type[Fact], values: Mapping[str, object], patient: Patient, occasion: Occasion
) -> None:
    """Every value against its column: closed sets, lengths, numbers, days, and rows of the same patient."""
    for name, value in values.items():
        field = column(model, name)
        if value is None:
            if not field.null:
                problems.add(name, "Nothing was given; expected a value.")
        elif isinstance(field, models.ForeignKey):
            of = getattr(value, "patient_id", patient.pk)
            if of != patient.pk:
                problems.add(name, "It belongs to another patient; expected one of this patient's.")
        elif isinstance(field, models.DateTimeField):
            if not isinstance(value, datetime) or value.tzinfo is None:
                problems.add(name, f"{was_given(value)}; expected a moment with its time zone.")
        elif isinstance(field, models.DateField):
            check_day(problems, name, value, patient, occasion)
        else:
            check_value(problems, name, field, value)


def check_value(problems: Problems, name: str, field: models.Field[object, object], value: object) -> None:
    """A value that is no day and no row against its column: closed set, length, number."""
    if field.choices and value not in [code for code, _ in field.flatchoices]:
        if value == "" and field.blank:
            return
        allowed = ", ".join(str(code) for code, _ in field.flatchoices)
        problems.add(name, f"{was_given(value)}; expected one of {allowed}.")
    elif isinstance(field, models.CharField | models.TextField):
        check_text(problems, name, value, field.max_length or LONGEST_TEXT, needed=not field.blank)
    elif isinstance(field, models.DecimalField):
        if not is_number(value):
            problems.add(name, f"{was_given(value)}; expected a number.")
    elif isinstance(field, models.PositiveSmallIntegerField):
        if type(value) is not int or not 0 <= value <= 32_767:
            problems.add(name, f"{was_given(value)}; expected a whole number, 0 or more.")
    elif isinstance(field, models.BooleanField):
        if type(value) is not bool:
            problems.add(name, f"{was_given(value)}; expected yes or no.")
    elif isinstance(field, models.JSONField) and not is_plain(value):
        problems.add(name, f"{was_given(value)}; expected plain values.")


def check_text(
    problems: Problems, field: str, value: object, most: int, *, needed: bool = True, expected: str = "a text"
) -> None:
    """A text of at most `most` characters that can be stored; `expected` says of what, where it is `needed`."""
    if not isinstance(value, str):
        problems.add(field, f"{was_given(value)}; expected {expected}.")
    elif needed and not value.strip():
        problems.add(field, f"Nothing was given; expected {expected}.")
    elif len(value) > most:
        problems.add(field, f"{len(value):,} characters were given; expected at most {most:,}.")
    elif not is_text(value):
        problems.add(field, "It holds a character that cannot be stored; expected plain text.")


def texts_of(problems: Problems, field: str, values: object, expected: str) -> list[str]:
    """The texts of a list; empty, with a problem, where it is no list of texts."""
    if isinstance(values, Sequence) and not isinstance(values, str | bytes) and all(map(is_text, values)):
        return list(values)
    problems.add(field, f"{was_given(values)}; expected {expected}.")
    return []


def list_of(problems: Problems, field: str, values: object) -> list[Any]:
    """What a list holds; empty, with a problem, where it is no list."""
    if isinstance(values, Sequence) and not isinstance(values, str | bytes):
        return list(values)
    problems.add(field, f"{was_given(values)}; expected a list.")
    return []


def named_of(problems: Problems, field: str, values: object, expected: str) -> dict[str, Any]:
    """Plain values by their names; empty, with a problem, where it is no such table."""
    if isinstance(values, Mapping) and is_plain(values):
        return dict(values)
    problems.add(field, f"{was_given(values)}; expected {expected}.")
    return {}


def check_range(problems: Problems, field: str, value: object, above: float, to: float, unit: str) -> None:
    """A measured number inside what is possible in its unit; a wrong unit is named, never converted."""
    if value is not None and not (is_number(value) and above < value <= to):
        problems.add(field, f"{was_given(value)}; expected a number above {above:g} and up to {to:g}, in {unit}.")


def decimal_of(value: object, places: int) -> Decimal | None:
    """A measured number as its column keeps it; one that is out of every range is left for its own check."""
    if not is_number(value) or not -1_000_000 < value < 1_000_000:
        return None
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-places))


def check_order(problems: Problems, field: str, first: object, then: object, words: str) -> None:
    """`then` is not before `first`; `words` name what `first` is."""
    if is_day(first) and is_day(then) and then < first:
        problems.add(field, f"{day_text(then)} is before {words}; expected {day_text(first)} or later.")


def check_levels(problems: Problems, field: str, entries: Iterable[str]) -> None:
    """Each entry is a level or a span of levels, its upper end first."""
    for entry in entries:
        try:
            span_levels(entry)
        except (ValueError, TypeError, AttributeError) as error:
            problems.add(field, f"{error}.")


def check_location(problems: Problems, level: str, location: str, overridden: bool, reason: object) -> None:
    """A SINS location class fits its level (Fisher 2010) unless a person set another, with a reason."""
    if not location:
        if overridden:
            problems.add("location", "Another class was announced and none given; expected one.")
        return
    if level:
        fits = location_of(level).value
        if location != fits and not overridden:
            problems.add("location", f"“{location}” does not fit {level}; expected {fits}, or say why it is another.")
    if overridden:
        expected = "why the class differs from the level's"
        check_text(problems, "location_reason", reason, LONGEST_TEXT, expected=expected)
