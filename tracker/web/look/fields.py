"""Form fields that read what people type: days, levels, drugs, and choices with an honest "not known"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from scheduling.engine.vocabulary import LEVELS, span_levels
from scheduling.engine.words import day_text, weekday_text
from tracker.web.look.days import parse_day

_LEVEL = re.compile(r"([CTLS])0*(\d{1,2})")


class DayField(forms.Field):
    """A day typed as people write it. `future` allows days after today; the form sets `today`."""

    widget = forms.TextInput(attrs={"autocomplete": "off", "class": "day"})
    today: date

    def __init__(self, *, future: bool = False, label: str = "", required: bool = True, help_text: str = "") -> None:
        example = "For example 21 Jul 2026, 21/7/26 or " + ("tomorrow" if future else "yesterday")
        super().__init__(label=label, required=required, help_text=help_text or example)
        self.future = future

    def to_python(self, value: str | None) -> date | None:
        """The day meant, or None where the field was left empty."""
        if not value or not value.strip():
            return None
        try:
            day = parse_day(value, self.today)
        except ValueError as error:
            raise ValidationError(str(error)) from None
        if not self.future and day > self.today:
            raise ValidationError(
                f"{weekday_text(day)} is after today, {weekday_text(self.today)}. Give the day it happened."
            )
        return day

    def prepare_value(self, value: date | str | None) -> str | None:
        """A date as words, typed text as it was typed."""
        return day_text(value) if isinstance(value, date) else value


def hour_field(label: str, help_text: str) -> forms.TimeField:
    """An hour of the clinic's clock that may stay empty."""
    return forms.TimeField(
        label=label,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        input_formats=["%H:%M", "%H.%M", "%H"],
        help_text=help_text,
        error_messages={"invalid": "This is not an hour. Write it like 10:20."},
    )


class LevelsField(forms.Field):
    """Levels such as ``T7, T12, L1-L3``; gives a list of ``T8`` and ``T5-T7``."""

    def __init__(self, *, label: str, required: bool = True) -> None:
        example = "One or several, for example T7, T12, L1-L3"
        super().__init__(label=label, required=required, help_text=example)

    def to_python(self, value: str | None) -> list[str]:
        """Every entry checked; all wrong ones in one sentence."""
        text = (value or "").upper().replace("–", "-")
        entries = [re.sub(r"\s*-\s*", "-", part.strip()) for part in re.split(r"[,;]+", text) if part.strip()]
        entries = [_LEVEL.sub(lambda found: found[1] + found[2], entry) for entry in entries]
        wrong = []
        for entry in entries:
            try:
                span_levels(entry)
            except ValueError:
                wrong.append(f"“{entry}”")
        if wrong:
            are = "is not a level" if len(wrong) == 1 else "are not levels"
            raise ValidationError(
                f"{', '.join(wrong)} {are} here. Use C1 to C7, T1 to T12, L1 to L5, S1 to S5, or a span such as "
                "T5-T7. For a transitional vertebra choose L5 and add a note."
            )
        return entries


class WordsField(forms.Field):
    """Several words or names with commas; gives a list."""

    def to_python(self, value: str | None) -> list[str]:
        """The names in the order they were typed."""
        text = value or ""
        return [part.strip() for part in text.split(",") if part.strip()]


class SegmentWidget(forms.RadioSelect):
    """Radio buttons side by side; `points` stand at the right of each answer."""

    def __init__(self, points: Mapping[str, int] | None = None) -> None:
        super().__init__()
        self.points = points or {}

    def create_option(self, name: str, value: Any, *args: Any, **options: Any) -> dict[str, Any]:
        """Django's option with the points of its value."""
        option = super().create_option(name, value, *args, **options)
        if str(value) in self.points:
            option["attrs"]["points"] = str(self.points[str(value)])
        return option


def segments(
    label: str,
    table: Mapping[str, str],
    *,
    codes: Iterable[str] | None = None,
    unknown: str = "Not known",
    points: Mapping[str, int] | None = None,
    help_text: str = "",
    required: bool = False,
    initial: str = "",
) -> forms.ChoiceField:
    """A row of answers to choose one from; "not known" stands apart and is the answer while none is chosen."""
    choices = [(code, table[code]) for code in (codes or table) if code != "unknown"]
    if not required:
        choices.append(("", unknown))
    return forms.ChoiceField(
        label=label,
        choices=choices,
        widget=SegmentWidget(points),
        required=required,
        help_text=help_text,
        initial=initial,
        error_messages={"required": f"Choose one: {', '.join(word for _, word in choices)}."},
    )


def menu(
    label: str,
    table: Mapping[str, str],
    *,
    required: bool = True,
    empty: str = "Choose …",
    help_text: str = "",
    initial: str = "",
) -> forms.ChoiceField:
    """A menu for a longer closed set."""
    return forms.ChoiceField(
        label=label,
        choices=[("", empty), *table.items()],
        required=required,
        help_text=help_text,
        initial=initial,
        error_messages={"required": f"Choose one of the {len(table)} in the list."},
    )


def long_text(label: str, *, most: int = 2000, help_text: str = "", rows: int = 4) -> forms.CharField:
    """A box of several lines that may stay empty."""
    return forms.CharField(
        label=label,
        required=False,
        max_length=most,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


def short_text(label: str, *, most: int = 120, help_text: str = "", required: bool = False) -> forms.CharField:
    """A box of one line."""
    return forms.CharField(label=label, required=required, max_length=most, help_text=help_text)


def level_choices() -> list[tuple[str, str]]:
    """Every vertebral level, with "level not known" last."""
    return [("", "Choose …"), *((level, level) for level in LEVELS), ("unknown", "Spine, level not known")]
