"""The cancer of origin, its markers, and survival scores, which are shown and never read by a plan."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction

from scheduling.engine.scores.base import ScoreInputError
from scheduling.engine.scores.registry import score_named
from scheduling.engine.scores.sorg import SorgValue
from scheduling.engine.vocabulary import SUBTYPES, MarkerClass, Site
from tracker.models import Marker, Patient, PrimaryCancer, Prognosis
from tracker.services.acts.checking import Problems, named_of
from tracker.services.acts.occasion import Occasion
from tracker.services.acts.on_record import Recorded, add, check_may_record, own_fact, with_plan
from tracker.services.acts.values import was_given


@transaction.atomic
def record_primary(
    patient: Patient,
    *,
    site: Site | str,
    occurred_on: date,
    precision: str = "day",
    subtype: str = "",
    marker_class: MarkerClass | str = "",
    text: str = "",
    occasion: Occasion,
) -> Recorded:
    """A cancer of origin. `marker_class` only where a person sets it; else it is read from markers and drugs."""
    check_may_record(occasion.by, patient)
    problems = Problems()
    allowed = SUBTYPES.get(str(site))
    if subtype and allowed is not None and subtype not in allowed:
        problems.add("subtype", f"{was_given(subtype)}; expected one of {', '.join(allowed)} for {site}.")
    values: dict[str, object] = {
        "site": site,
        "occurred_on": occurred_on,
        "precision": precision,
        "subtype": subtype,
        "marker_class": marker_class,
        "text": text,
    }
    fact = add(PrimaryCancer, patient, values, problems, occasion=occasion)
    return with_plan(fact, occasion=occasion)


@transaction.atomic
def record_marker(
    patient: Patient,
    *,
    name: str,
    result: str,
    occurred_on: date,
    value: str = "",
    primary_id: int | None = None,
    occasion: Occasion,
) -> Recorded:
    """A tumour marker or variant: present, absent, not_tested or unknown, on the day of the test."""
    check_may_record(occasion.by, patient)
    values: dict[str, object] = {
        "name": name,
        "result": result,
        "value": value,
        "occurred_on": occurred_on,
        "primary": own_fact(PrimaryCancer, patient, primary_id, "cancer of origin"),
    }
    fact = add(Marker, patient, values, Problems(), occasion=occasion)
    return with_plan(fact, occasion=occasion)


@transaction.atomic
def record_prognosis(
    patient: Patient, *, score: str, inputs: Mapping[str, object], occurred_on: date, occasion: Occasion
) -> Recorded:
    """A survival score from its inputs (albumin in g/dL); an input left out gives no total; SORG is never computed.

    For ``sorg`` the inputs are `six_weeks`, `ninety_days`, `one_year` (0 to 1), `model`, `model_version`,
    `calculator_url` and `calculated_on`. Raises InvalidFact naming every wrong input.
    """
    check_may_record(occasion.by, patient)
    problems = Problems()
    known = [code for code, _ in Prognosis._meta.get_field("score").flatchoices]
    given = named_of(problems, "inputs", inputs, "the inputs of the score")
    total: int | None = None
    band = version = ""
    if score == "sorg":
        version = _check_sorg(problems, given, occurred_on)
    elif score in known:
        total, band = _calculated(problems, score, given)
    values: dict[str, object] = {
        "score": score,
        "inputs": given,
        "total": total,
        "band": band,
        "model_version": version,
        "occurred_on": occurred_on,
    }
    fact = add(Prognosis, patient, values, problems, occasion=occasion)
    return Recorded(fact, [])


def _calculated(problems: Problems, score: str, inputs: Mapping[str, object]) -> tuple[int | None, str]:
    instrument = score_named(score)
    names = {item.code for item in instrument.items}
    for name in inputs.keys() - names:
        problems.add(name, f"{instrument.name} does not ask this; expected {', '.join(sorted(names))}.")
    assert instrument.calculate is not None
    try:
        result = instrument.calculate(**{name: inputs[name] for name in inputs.keys() & names})
    except ScoreInputError as error:
        for problem in error.problems:
            path, _, sentence = problem.partition(": ")
            problems.add(path.removeprefix(f"{score}."), f"{sentence}.")
        return None, ""
    return result.total, result.band or ""


def _check_sorg(problems: Problems, inputs: Mapping[str, Any], on: date) -> str:
    horizons = ("six_weeks", "ninety_days", "one_year")
    names = ("model", "model_version", "calculator_url")
    for name in inputs.keys() - {*horizons, *names}:
        problems.add(name, f"SORG does not ask this; expected {', '.join((*horizons, *names))}.")
    given = {name: str(inputs.get(name) or "") for name in names}
    try:
        SorgValue(
            calculated_on=on,
            model=given["model"],
            model_version=given["model_version"],
            calculator_url=given["calculator_url"],
            six_weeks=inputs.get("six_weeks"),
            ninety_days=inputs.get("ninety_days"),
            one_year=inputs.get("one_year"),
        )
    except ScoreInputError as error:
        for problem in error.problems:
            path, _, sentence = problem.partition(": ")
            problems.add(path.removeprefix("sorg").removeprefix("."), f"{sentence}.")
    return f"{given['model']} {given['model_version']}"[:80].strip()
