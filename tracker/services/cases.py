"""One stored patient as the engine sees it, for support and for tests; no identity crosses this line."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from scheduling import publishing
from scheduling.cases import case_to_mapping
from scheduling.cases.writing import CaseMapping
from scheduling.deriving import facts_of
from scheduling.engine.planning.prepared import prepared
from scheduling.engine.policy.rows import Policy
from scheduling.engine.record.facts import Facts, Primary
from scheduling.engine.record.sets import TEMPOS
from tracker.facts import histories
from tracker.models import Patient


def stored_case(number: str, today: date) -> tuple[Facts, Policy] | None:
    """Facts on `today` of the patient with this number, and the policy in force; None without such a patient."""
    key = Patient.objects.filter(number=number).values_list("pk", flat=True).first()
    if key is None:
        return None
    rules = publishing.rulebook(publishing.in_force(today))
    return facts_of(histories([key])[key], today, rules.history), rules.policy


def case_of_facts(facts: Facts, name: str, today: date, policy: Policy) -> CaseMapping:
    """Facts of `today` in the case format; of several primaries the one whose tempo counts, the first of equals.

    What somebody wrote in free words about a symptom is left out: it may name a person, and no row reads it. Raises
    NotACase where the format has no words for the patient, such as a lesion of unknown level.
    """
    symptoms = tuple(replace(symptom, detail="") for symptom in facts.symptoms)
    tempo = prepared(policy).sets.tempo

    def leading(primaries: tuple[Primary, ...]) -> Primary:
        return min(primaries, key=lambda primary: TEMPOS.index(tempo((primary,))[0]))

    return case_to_mapping(replace(facts, symptoms=symptoms), name, today, leading=leading)
