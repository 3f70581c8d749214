"""One stored patient as the engine sees it, for support and for tests; no identity crosses this line."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from scheduling import publishing
from scheduling.deriving import facts_of
from scheduling.engine.policy.rows import Policy
from scheduling.engine.record.facts import Facts
from tracker.facts import histories
from tracker.models import Patient


def stored_case(number: str, today: date) -> tuple[Facts, Policy] | None:
    """Facts on `today` of the patient with this hospital number, and the policy in force; None without such a patient.

    What a person wrote in free words about a symptom is left out: it may name somebody, and no row reads it.
    """
    key = Patient.objects.filter(number=number).values_list("pk", flat=True).first()
    if key is None:
        return None
    rules = publishing.rulebook(publishing.in_force(today))
    facts = facts_of(histories([key])[key], today, rules.history)
    symptoms = tuple(replace(symptom, detail="") for symptom in facts.symptoms)
    return replace(facts, symptoms=symptoms), rules.policy
