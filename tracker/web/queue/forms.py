"""One form for each act on a follow-up: what the act needs beyond a click, under the names its verb takes."""

from __future__ import annotations

from django import forms

from scheduling.engine.words import period
from tracker import words
from tracker.services.follow_ups.contacts import WORDS as CALL_WORDS
from tracker.services.follow_ups.setting_aside import CANCELLED_BECAUSE, LONGEST_HOLD, LONGEST_URGENT
from tracker.web.look.fields import DayField, menu, segments
from tracker.web.look.forms import TypedForm

_CANCELLED = {
    "refused": "Refused by the patient",
    "cancelled_by_patient": "Cancelled by the patient",
    "cancelled_by_us": "Cancelled by us",
    "contraindicated": "Contraindicated",
    "done_elsewhere": "Done elsewhere",
    "overtaken": "Overtaken by something else",
}


def line(label: str, *, required: bool = False, most: int = 200) -> forms.CharField:
    """A line of text."""
    return forms.CharField(
        label=label,
        required=required,
        max_length=most,
        error_messages={"required": "Nothing was given. Say it in a few words."},
    )


class EmptyForm(TypedForm):
    """An act that needs no more than a click."""


class OrderImagingForm(TypedForm):
    """A request to the scanner, with why, said before the result."""

    indication = menu(
        "Why it is done",
        words.INDICATION,
        initial="scheduled_surveillance",
        help_text="Locked once it is reported",
    )


class OrderVisitForm(TypedForm):
    """A request for a place in the clinic."""

    indication = forms.CharField(widget=forms.HiddenInput, required=False)


class BookForm(TypedForm):
    """A day, perhaps an hour and a place."""

    day = DayField(label="Day", future=True)
    hour = forms.TimeField(
        label="Hour",
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        input_formats=["%H:%M", "%H.%M", "%H"],
        help_text="For example 10:20",
        error_messages={"invalid": "This is not an hour. Write it like 10:20."},
    )
    place = line("Place", most=120)


class StudyDoneForm(TypedForm):
    """The study took place."""

    unknown = ("spine_read",)
    on = DayField(label="Day it took place")
    kind = menu("Done as", words.STUDY, required=False, empty="As requested")
    spine_read = segments("Spine read", words.SPINE_READ)


class VisitDoneForm(TypedForm):
    """The visit took place."""

    unknown = ("symptoms_asked", "examined")
    on = DayField(label="Day it took place")
    seen_by = line("Seen by", most=120)
    symptoms_asked = segments("Symptoms asked about", words.YES_NO)
    examined = segments("Examined", words.YES_NO)


class MissForm(TypedForm):
    """The patient did not come."""

    reason = line("Reason, where one is known")


class CallForm(TypedForm):
    """What a call came to."""

    outcome = forms.ChoiceField(
        label="What happened",
        choices=[(str(code), word) for code, word in CALL_WORDS.items()],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose one of the eight answers."},
    )
    again_on = DayField(
        label="Call again on",
        required=False,
        future=True,
        help_text="Needed for “call back” and “interpreter”. For example tomorrow",
    )
    text = line("Note", most=250)


class HandOverForm(TypedForm):
    """To somebody of the patient's team; the page offers them."""

    to_id = forms.TypedChoiceField(
        label="To",
        coerce=int,
        error_messages={"required": "Choose who takes care of it."},
    )
    text = line("What they should know")

    def prepare(self) -> None:
        """The colleagues that the page offers."""
        colleagues = self.offered.owners if self.offered else ()
        field = self.fields["to_id"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "Choose …"), *((str(each.value), each.label) for each in colleagues)]


LIMIT = (
    f"At most {period(LONGEST_HOLD.days)} ahead; what is urgent at most {period(LONGEST_URGENT.days)}, by a clinician"
)


class SnoozeForm(TypedForm):
    """Set aside until a day, with a reason; it comes back by itself."""

    until = DayField(label="Until", future=True, help_text=LIMIT)
    reason = line("Reason", required=True)


class CancelForm(TypedForm):
    """Decided against, until a day."""

    outcome = menu("What happened", {code: _CANCELLED[code] for code in CANCELLED_BECAUSE})
    reason = line("Reason", required=True, most=300)
    until = DayField(label="Open again after", future=True, help_text=LIMIT)


class NoteForm(TypedForm):
    """A remark for whoever looks next."""

    text = line("Note", required=True, most=300)


class ReasonForm(TypedForm):
    """An act that needs a reason alone."""

    reason = line("Reason", required=True)
