"""A form that knows today, keeps what was typed and lists every mistake at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from django import forms

from tracker.errors import InvalidFact, NeedsAnswer, TrackerError
from tracker.queries.queues.rows import FilterChoices
from tracker.services.acts.occasion import Occasion
from tracker.web.look.fields import DayField
from tracker.web.look.sending import Asked, asked

NUMBERS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten")


@dataclass(frozen=True, slots=True)
class ErrorLine:
    """One mistake and the field it stands at."""

    text: str
    field_id: str


@dataclass(frozen=True, slots=True)
class ErrorBox:
    """All mistakes of a form at once."""

    title: str
    lines: tuple[ErrorLine, ...]


class TypedForm(forms.Form):
    """A form that knows today, keeps what was typed and lists every mistake at once."""

    use_required_attribute = False
    #: Fields whose untouched answer is the word "unknown" in the record.
    unknown: ClassVar[tuple[str, ...]] = ()
    #: A column's name in the record to the field that asks for it here, where the two differ.
    named: ClassVar[dict[str, str]] = {}

    def __init__(self, *args: Any, today: date, offered: FilterChoices | None = None, **options: Any) -> None:
        options.setdefault("label_suffix", "")
        super().__init__(*args, **options)
        self.today = today
        #: What has to be answered before it is saved; None while nothing is.
        self.asked: Asked | None = None
        #: The teams and colleagues that a form can offer; a page gives them where a form asks for a person.
        self.offered = offered
        for field in self.fields.values():
            if isinstance(field, DayField):
                field.today = today
            if field.error_messages.get("required") == forms.Field.default_error_messages["required"]:
                field.error_messages["required"] = "Nothing was given. This one is needed."

        self.prepare()

    def prepare(self) -> None:
        """What a form sets on its fields when it is made."""

    def refuse(self, refusal: TrackerError, occasion: Occasion | None = None) -> None:
        """Put the sentences of a refused fact to their fields; what has no field stands above the form.

        What has to be answered first is no mistake: it is `asked` on the form.
        """
        if isinstance(refusal, NeedsAnswer) and occasion is not None:
            self.asked = asked(refusal, occasion)
            return
        problems = refusal.problems if isinstance(refusal, InvalidFact) else {"": [str(refusal)]}
        for name, sentences in problems.items():
            field = self.named.get(name, name)
            for sentence in sentences:
                self.add_error(field if field in self.fields else None, sentence)

    def fact(self) -> dict[str, object]:
        """What was typed, as a service takes it."""
        return {
            name: "unknown" if name in self.unknown and value == "" else value
            for name, value in self.cleaned_data.items()
        }

    @property
    def error_box(self) -> ErrorBox | None:
        """What the box on top lists; None while nothing is wrong."""
        if not self.errors:
            return None
        lines = []
        for name, sentences in self.errors.items():
            bound = self[name] if name in self.fields else None
            lines += [
                ErrorLine(f"{bound.label}: {sentence}" if bound else str(sentence), bound.auto_id if bound else "")
                for sentence in sentences
            ]
        number = NUMBERS[len(lines)] if len(lines) < len(NUMBERS) else str(len(lines))
        things = "One thing needs" if len(lines) == 1 else f"{number} things need"
        return ErrorBox(f"{things} a change before this can be saved", tuple(lines))
