"""What was known on a day: facts dated later are not there yet."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from scheduling.engine.day import Today
from scheduling.engine.record.facts import Facts, Lesion, Sins


def seen_on(facts: Facts, today: Today) -> Facts:
    """What was known on `today`: facts dated later are not there yet (clinical dossier 3.6).

    Marks, constraints, primaries, `registered` and `declined_on` carry no such date and hold on every day, and an
    override asks only between its own two days. The same object where nothing lies after `today`.
    """
    if not _anything_after(facts, today):
        return facts
    response, therapy = facts.response, facts.therapy
    return replace(
        facts,
        left_low_risk_on=_until(facts.left_low_risk_on, today),
        therapy=None if therapy is None or therapy.start > today else therapy,
        response=None if response is None or (response.on is not None and response.on > today) else response,
        procedures=tuple(procedure for procedure in facts.procedures if procedure.on <= today),
        symptoms=tuple(symptom for symptom in facts.symptoms if symptom.on <= today),
        studies=tuple(study for study in facts.studies if study.on <= today),
        visits=tuple(visit for visit in facts.visits if visit <= today),
        lesions=tuple(_lesion_seen(lesion, today) for lesion in facts.lesions if lesion.finding_date <= today),
        others=tuple(fact for fact in facts.others if fact.on <= today),
    )


def _until(day: date | None, today: Today) -> date | None:
    return None if day is None or day > today else day


def _lesion_seen(lesion: Lesion, today: Today) -> Lesion:
    graded = lesion.escc_found_on is None or lesion.escc_found_on <= today
    scored = lesion.sins_found_on is None or lesion.sins_found_on <= today
    return replace(
        lesion,
        escc=lesion.escc if graded else None,
        escc_found_on=lesion.escc_found_on if graded else None,
        graded_on=_until(lesion.graded_on, today) if graded else None,
        sins=lesion.sins if scored else Sins(),
        sins_found_on=lesion.sins_found_on if scored else None,
    )


def _anything_after(facts: Facts, today: Today) -> bool:
    """Whether any dated fact lies after `today`; asked for every plan, so it stops at the first."""
    for study in facts.studies:
        if study.on > today:
            return True
    for visit in facts.visits:
        if visit > today:
            return True
    for procedure in facts.procedures:
        if procedure.on > today:
            return True
    for symptom in facts.symptoms:
        if symptom.on > today:
            return True
    for lesion in facts.lesions:
        if (
            lesion.finding_date > today
            or (lesion.escc_found_on is not None and lesion.escc_found_on > today)
            or (lesion.sins_found_on is not None and lesion.sins_found_on > today)
            or (lesion.graded_on is not None and lesion.graded_on > today)
        ):
            return True
    for fact in facts.others:
        if fact.on > today:
            return True
    response, therapy, left = facts.response, facts.therapy, facts.left_low_risk_on
    return (
        (response is not None and response.on is not None and response.on > today)
        or (therapy is not None and therapy.start > today)
        or (left is not None and left > today)
    )
