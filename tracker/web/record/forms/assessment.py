"""One look at a lesion that is known."""

from __future__ import annotations

from typing import Any

from django import forms

from scheduling.engine.scores import sins as sins_score
from scheduling.engine.vocabulary import SINS_ITEMS, Escc
from tracker import words
from tracker.services.records import record_assessment
from tracker.web.look.fields import DayField, segments, short_text
from tracker.web.record.fact_form import FactForm

POINTS = {item.code: {str(option.code): option.points for option in item.options} for item in sins_score.ITEMS}


class LookForm(FactForm):
    """One look at a lesion: ESCC and the six items of SINS, any of them possibly not known."""

    occurred_on = DayField(label="Day of the assessment")
    escc = segments("ESCC", {grade: grade for grade in Escc}, help_text="axial T2, worst level", unknown="Not graded")
    location = segments(
        "Location",
        words.SINS_VALUE["location"],
        codes=("rigid", "semirigid", "mobile", "junctional"),
        points=POINTS["location"],
        unknown="From the level",
    )
    location_reason = short_text(
        "Reason for another location",
        most=200,
        help_text="Only where the class differs from that of the level",
    )

    def prepare(self) -> None:
        """The six items in the order of the instrument."""
        for item in SINS_ITEMS:
            if item == "location":
                continue
            table, points = words.SINS_VALUE[item], POINTS[item]
            self.fields[item] = segments(
                words.SINS_ITEM[item],
                table,
                codes=sorted(table, key=lambda code: points[code]),
                points=points,
                help_text=words.SINS_HINT[item],
            )
        reason = self.fields.pop("location_reason")
        self.fields["location"].help_text = words.SINS_HINT["location"]
        self.fields["location_reason"] = reason

    @property
    def sins_rows(self) -> list[forms.BoundField]:
        """The six items in the order of the instrument."""
        return [self[item] for item in SINS_ITEMS]

    @property
    def known_level(self) -> str:
        """The level that the form itself asks for; of a known lesion it is the lesion's."""
        return ""

    def score(self) -> dict[str, Any]:
        """What is saved of SINS, from an unfinished form too: untouched it is no look, another location says why."""
        items = {item: self.cleaned_data[item] for item in SINS_ITEMS if self.cleaned_data.get(item)}
        reason = self.cleaned_data.get("location_reason", "")
        return {
            "sins": items or None,
            "location_overridden": bool(reason and items.get("location")),
            "location_reason": reason,
        }

    def fact(self) -> dict[str, object]:
        """Grade and items."""
        return {"occurred_on": self.cleaned_data["occurred_on"], "escc": self.cleaned_data["escc"], **self.score()}


class AssessmentForm(LookForm):
    """A look at a lesion that is known."""

    heading = "Score a lesion"
    save = "Save scores"
    saved = "Scores saved"
    record = staticmethod(record_assessment)
