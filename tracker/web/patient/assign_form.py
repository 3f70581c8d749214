"""Who is responsible for a patient."""

from __future__ import annotations

from django import forms

from tracker.queries.queues.rows import FilterChoices
from tracker.web.look.forms import TypedForm


class AssignForm(TypedForm):
    """Who is responsible; a page offers the teams of the person and their members."""

    team = forms.ChoiceField(label="Team", error_messages={"required": "Choose a team."})
    nurse = forms.ChoiceField(label="Nurse", required=False)
    surgeon = forms.ChoiceField(label="Surgeon", required=False)

    def offer(self, choices: FilterChoices) -> None:
        """Set what can be chosen."""
        for name, offered, first in (
            ("team", choices.teams, ("", "Choose …")),
            ("nurse", choices.owners, ("", "Nobody")),
            ("surgeon", choices.surgeons, ("", "Nobody")),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [first, *((str(each.value), each.label) for each in offered)]
