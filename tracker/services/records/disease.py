"""The cancer of origin, its markers, and survival scores, which are shown and never read by a plan."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from scheduling.engine.scores.base import ScoreInputError
from scheduling.engine.scores.registry import score_named
from scheduling.engine.scores.sorg import SorgValue
from scheduling.engine.vocabulary import SUBTYPES, MarkerClass, Site
from tracker.models import Marker, Patient, PrimaryCancer, Prognosis, User
from tracker.services.acts.checking import Problems
from tracker.services.acts.on_record import (
    Recorded,
    add,
    check_may_record,
    in_one,
    one_of,
    with_plan,
)


@in_one
def record_primary(
    patient: Patient,
    *,
    site: Site | str,
    occurred_on: date,
    precision: str = "day",
    subtype: str = "",
    marker_class: MarkerClass | str = "",
    text: str = "",
    source: str = "typed",
    source_key: str = "",
    by: User,
    today: date,
    at: datetime,
) -> Recorded:
    """A cancer of origin. `marker_class` only where a person sets it; else it is read from markers and drugs."""
    check_may_record(by, patient)
    problems = Problems()
    allowed = SUBTYPES.get(str(site))
    if subtype and allowed is not None and subtype not in allowed:
        problems.add("subtype", f"“{subtype}” was given; expected one of {', '.join(allowed)} for {site}.")
    values: dict[str, Any] = {
        "site": site,
        "occurred_on": occurred_on,
        "precision": precision,
        "subtype": subtype,
        "marker_class": marker_class,
        "text": text,
    }
    fact = add(
        PrimaryCancer,
        patient,
        values,
        problems,
        by=by,
        today=today,
        at=at,
        source=source,
        source_key=source_key,
    )
    return with_plan(fact, by=by, today=today, at=at)


@in_one
def record_marker(
    patient: Patient,
    *,
    name: str,
    result: str,
    occurred_on: date,
    value: str = "",
    primary_id: int | None = None,
    source: str = "typed",
    source_key: str = "",
    by: User,
    today: date,
    at: datetime,
) -> Recorded:
    """A tumour marker or variant: present, absent, not_tested or unknown, on the day of the test."""
    check_may_record(by, patient)
    values: dict[str, Any] = {
        "name": name,
        "result": result,
        "value": value,
        "occurred_on": occurred_on,
        "primary": one_of(PrimaryCancer, patient, primary_id, "cancer of origin"),
    }
    fact = add(
        Marker,
        patient,
        values,
        Problems(),
        by=by,
        today=today,
        at=at,
        source=source,
        source_key=source_key,
    )
    return with_plan(fact, by=by, today=today, at=at)


@in_one
def record_prognosis(
    patient: Patient,
    *,
    score: str,
    inputs: Mapping[str, Any],
    occurred_on: date,
    source: str = "typed",
    source_key: str = "",
    by: User,
    today: date,
    at: datetime,
) -> Recorded:
    """A survival score from its inputs (albumin in g/dL); an input left out gives no total; SORG is never computed.

    For ``sorg`` the inputs are `six_weeks`, `ninety_days`, `one_year` (0 to 1), `model`, `model_version`,
    `calculator_url` and `calculated_on`. Raises InvalidFact naming every wrong input.
    """
    check_may_record(by, patient)
    problems = Problems()
    known = {code for code, _ in Prognosis._meta.get_field("score").flatchoices}
    total: int | None = None
    band = version = ""
    if score == "sorg":
        version = _check_sorg(problems, inputs, occurred_on)
    elif score in known:
        total, band = _calculated(problems, score, inputs)
    values: dict[str, Any] = {
        "score": score,
        "inputs": dict(inputs),
        "total": total,
        "band": band,
        "model_version": version,
        "occurred_on": occurred_on,
    }
    fact = add(
        Prognosis,
        patient,
        values,
        problems,
        by=by,
        today=today,
        at=at,
        source=source,
        source_key=source_key,
    )
    return Recorded(fact, [])


def _calculated(problems: Problems, score: str, inputs: Mapping[str, Any]) -> tuple[int | None, str]:
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
