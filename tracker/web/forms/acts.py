"""One form for each act on a follow-up: what the act needs beyond a click."""

from __future__ import annotations

from datetime import time
from typing import Any

from django import forms

from tracker.web import words
from tracker.web.forms.fields import DayField, TypedForm, menu


def note_field(label: str = "Note", *, required: bool = False, most: int = 300) -> forms.CharField:
    """A line of text."""
    return forms.CharField(
        label=label,
        required=required,
        max_length=most,
        error_messages={"required": "Nothing was given. Say why."},
    )


class OrderForm(TypedForm):
    """A request to the scanner, with why, said before the result."""

    indication = menu(
        "Why it is done",
        {code: word for code, word in words.INDICATION.items() if code != "incidental"},
        initial="scheduled_surveillance",
        help_text="Locked once the study is reported",
    )


class BookForm(TypedForm):
    """A day, perhaps an hour and a place."""

    booked_on = DayField(label="Day", future=True)
    hour = forms.TimeField(
        label="Hour",
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        input_formats=["%H:%M", "%H.%M", "%H"],
        help_text="For example 10:20",
        error_messages={"invalid": "This is not an hour. Write it like 10:20."},
    )
    place = note_field("Place", most=120)

    def clean_hour(self) -> time | None:
        """The hour as it was read."""
        hour: time | None = self.cleaned_data["hour"]
        return hour


class CompleteForm(TypedForm):
    """It took place."""

    occurred_on = DayField(label="Day it took place")


class MissForm(TypedForm):
    """The patient did not come."""

    missed_on = DayField(label="Day it was booked for")
    note = note_field()


class CallForm(TypedForm):
    """What a call came to."""

    outcome = forms.ChoiceField(
        label="What happened?",
        choices=list(words.CALL_OUTCOME.items()),
        widget=forms.RadioSelect,
        error_messages={"required": "Choose one of the eight answers."},
    )
    call_again_on = DayField(
        label="Call again on", required=False, future=True, help_text="Left empty: the next working day"
    )
    note = note_field()


class SnoozeForm(TypedForm):
    """Set aside until a day, with a reason; it comes back by itself."""

    until = DayField(label="Until", future=True)
    reason = note_field("Reason", required=True, most=200)


class CancelForm(TypedForm):
    """Decided against, for now."""

    outcome = menu(
        "What happened",
        {
            "refused": "Refused by the patient",
            "cancelled_by_patient": "Cancelled by the patient",
            "cancelled_by_us": "Cancelled by us",
            "contraindicated": "Contraindicated",
            "overtaken": "Overtaken by something else",
            "done_elsewhere": "Done elsewhere",
        },
    )
    reason = note_field("Reason", required=True)
    hold_until = DayField(
        label="Ask again after", required=False, future=True, help_text="At most 12 weeks; left empty, 12 weeks"
    )


class NoteForm(TypedForm):
    """A line for the record of this follow-up."""

    text = note_field("Note", required=True)


class EmptyForm(TypedForm):
    """An act that needs no more than a click."""


class ReasonForm(TypedForm):
    """An act that needs a reason alone."""

    reason = note_field("Reason", required=True, most=200)


def initial_of(code: str, booked_on: Any, today: Any) -> dict[str, Any]:
    """What an act's form begins with: days that are known already, never a finding."""
    known = {"complete": {"occurred_on": booked_on or today}, "miss": {"missed_on": booked_on or today}}
    return known.get(code, {})
