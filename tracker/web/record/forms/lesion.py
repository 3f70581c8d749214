"""A new lesion with its first look."""

from __future__ import annotations

from django import forms

from tracker.services.records import record_lesion
from tracker.web.look.fields import level_choices, short_text
from tracker.web.record.forms.assessment import LookForm


class LesionForm(LookForm):
    """A new lesion with its first look."""

    heading = "Add a lesion"
    record = staticmethod(record_lesion)

    level = forms.ChoiceField(label="Level", choices=level_choices, error_messages={"required": "Choose a level."})
    note = short_text("Note", most=200)
    field_order = ("level", "occurred_on", "note", "escc")

    def prepare(self) -> None:
        """Words of its own for the day."""
        super().prepare()
        self.fields["occurred_on"].label = "First found on"

    @property
    def known_level(self) -> str:
        """The level as it is saved."""
        level: str = self.cleaned_data.get("level", "")
        return "" if level == "unknown" else level

    def fact(self) -> dict[str, object]:
        """The look, with level and note."""
        return {**super().fact(), "level": self.known_level, "note": self.cleaned_data["note"]}
