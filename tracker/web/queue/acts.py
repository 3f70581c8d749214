"""The acts of a row: for each its form, its words and the one verb it calls."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from tracker.queries.queues.rows import QueueRow
from tracker.services.acts.on_follow_up import Acted
from tracker.services.follow_ups import arranging as follow_ups
from tracker.web.look.forms import TypedForm
from tracker.web.queue import forms


@dataclass(frozen=True, slots=True)
class ActKind:
    """One act. `form_of` chooses the form by stream; `do` is the verb, `done_word` its past."""

    form_of: Callable[[str], type[TypedForm]]
    do: Callable[..., Acted]
    save_word: str
    done_word: str
    lead: str = ""
    offers_colleagues: bool = False

    def initial(self, row: QueueRow, today: date) -> dict[str, date]:
        """Days that are known already; never a finding."""
        return {
            "on": row.follow_up.booked_on if row.follow_up.booked_on and row.follow_up.booked_on <= today else today
        }


def _one(form: type[TypedForm]) -> Callable[[str], type[TypedForm]]:
    return lambda stream: form


def _by_stream(imaging: type[TypedForm], surgeon: type[TypedForm]) -> Callable[[str], type[TypedForm]]:
    return lambda stream: imaging if stream == "imaging" else surgeon


ACTS: dict[str, ActKind] = {
    "order": ActKind(_by_stream(forms.OrderImagingForm, forms.OrderVisitForm), follow_ups.order, "Order", "Ordered"),
    "unorder": ActKind(_one(forms.ReasonForm), follow_ups.unorder, "Cancel the order", "Order cancelled"),
    "book": ActKind(_one(forms.BookForm), follow_ups.book, "Book", "Booked"),
    "confirm": ActKind(
        _one(forms.EmptyForm),
        follow_ups.confirm,
        "Confirm",
        "Confirmed",
        "What is arranged stands as it is. It is asked again when the window or the request changes.",
    ),
    "unbook": ActKind(_one(forms.ReasonForm), follow_ups.unbook, "Cancel the booking", "Booking cancelled"),
    "complete": ActKind(
        _by_stream(forms.StudyDoneForm, forms.VisitDoneForm),
        follow_ups.complete,
        "Save as attended",
        "Attended",
    ),
    "miss": ActKind(
        _one(forms.MissForm),
        follow_ups.mark_missed,
        "Save as missed",
        "Missed",
        "The follow-up stays open with its dates; the next step is a call.",
    ),
    "log_call": ActKind(_one(forms.CallForm), follow_ups.log_call, "Save and go to next", "Call saved"),
    "take": ActKind(_one(forms.EmptyForm), follow_ups.take, "Take it", "Taken", "It will stand in your list."),
    "hand_over": ActKind(
        _one(forms.HandOverForm),
        follow_ups.hand_over,
        "Hand over",
        "Handed over",
        "It stands in their list from then on; they see the patient.",
        offers_colleagues=True,
    ),
    "snooze": ActKind(
        _one(forms.SnoozeForm),
        follow_ups.snooze,
        "Snooze",
        "Snoozed",
        "It stays counted, stands under “Snoozed”, and comes back on that day, sooner where it presses. Not past its "
        "latest day.",
    ),
    "wake": ActKind(_one(forms.EmptyForm), follow_ups.wake, "Bring it back", "Back in the queues"),
    "cancel": ActKind(
        _one(forms.CancelForm),
        follow_ups.cancel,
        "Cancel the follow-up",
        "Cancelled",
        "Its appointment is cancelled with it. It opens again after that day, or sooner where it presses.",
    ),
    "note": ActKind(_one(forms.NoteForm), follow_ups.note, "Save note", "Note saved"),
}
