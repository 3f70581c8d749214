"""A performance or neurological scale on a day."""

from __future__ import annotations

from tracker.services.records import record_function
from tracker.web.look.fields import DayField, segments, short_text
from tracker.web.record.fact_form import FactForm


class FunctionForm(FactForm):
    """One scale with its value, as it was used; one is never converted into another."""

    heading = "Record function"
    record = staticmethod(record_function)

    scale = segments(
        "Scale",
        {
            "ecog": "ECOG",
            "karnofsky": "Karnofsky",
            "frankel": "Frankel",
            "asia": "ASIA",
            "ambulation": "Walking",
        },
        required=True,
    )
    value = short_text(
        "Value",
        most=20,
        required=True,
        help_text="ECOG 0 to 5, Karnofsky 0 to 100, Frankel or ASIA A to E, walking alone, with help or not",
    )
    occurred_on = DayField(label="Day it was seen")

    def fact(self) -> dict[str, object]:
        """The value as its scale writes it: letters of a grade large, words of walking with an underscore."""
        value = str(self.cleaned_data["value"]).strip()
        walking = self.cleaned_data["scale"] == "ambulation"
        return {**self.cleaned_data, "value": value.lower().replace(" ", "_") if walking else value.upper()}
