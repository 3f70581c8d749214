"""Lesions and each look at them: ESCC and the six SINS items, any of them possibly not known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from django.db import transaction

from scheduling.engine.scores.base import ScoreResult
from scheduling.engine.vocabulary import SINS_ITEMS, Escc
from tracker.facts import score_of
from tracker.models import Lesion, LesionAssessment, Patient, Study
from tracker.services.acts.checking import Problems, check_location, check_order, named_of
from tracker.services.acts.occasion import Occasion
from tracker.services.acts.on_record import (
    Recorded,
    add,
    check_may_record,
    own_fact,
    own_fact_locked,
    stored_before,
    with_plan,
)
from tracker.services.acts.twins import twin_of
from tracker.services.acts.values import is_text, was_given


@transaction.atomic
def record_lesion(
    patient: Patient,
    *,
    level: str,
    occurred_on: date,
    precision: str = "day",
    note: str = "",
    escc: Escc | str = "",
    sins: Mapping[str, str] | None = None,
    location_overridden: bool = False,
    location_reason: str = "",
    study_id: int | None = None,
    occasion: Occasion,
) -> Recorded:
    """A spinal deposit found on `occurred_on`, with its first look where `escc` or any item of `sins` is given.

    An item that is "" or left out is not known, which is never normal; a location left out is read from the level.
    Raises InvalidFact with all problems of both, Refused.
    """
    check_may_record(occasion.by, patient)
    problems = Problems()
    look = _look(problems, level, escc, sins, location_overridden, location_reason, sins is not None)
    values: dict[str, object] = {
        "level": level,
        "occurred_on": occurred_on,
        "precision": precision,
        "note": note,
    }
    study = own_fact(Study, patient, study_id, "study")
    if look:
        _check_items(problems, look)
    known = twin_of(problems, Lesion, patient, level, occurred_on, occasion=occasion)
    if known is not None:
        return stored_before(known)
    lesion = add(Lesion, patient, values, problems, occasion=occasion)
    if look:
        look |= {"lesion": lesion, "occurred_on": occurred_on, "study": study}
        key = f"{occasion.source_key}#look"[:200] if occasion.source_key else ""
        add(
            LesionAssessment,
            patient,
            look,
            Problems(),
            occasion=replace(occasion, source_key=key),
        )
    return with_plan(lesion, occasion=occasion)


@transaction.atomic
def record_assessment(
    patient: Patient,
    lesion_id: int,
    *,
    occurred_on: date,
    escc: Escc | str = "",
    sins: Mapping[str, str] | None = None,
    location_overridden: bool = False,
    location_reason: str = "",
    local_response: str = "",
    study_id: int | None = None,
    occasion: Occasion,
) -> Recorded:
    """One look at a lesion: `escc` "" where it was not graded, `sins` None where it was not scored.

    `sins` holds the items that are known; an empty mapping says that it was scored and nothing was known. Raises
    InvalidFact with all problems, NotPossible, Refused.
    """
    check_may_record(occasion.by, patient)
    lesion = own_fact_locked(Lesion, patient, lesion_id, "lesion")
    problems = Problems()
    check_order(problems, "occurred_on", lesion.occurred_on, occurred_on, "the lesion was found")
    look = _look(problems, lesion.level, escc, sins, location_overridden, location_reason, sins is not None)
    if not look and not local_response:
        problems.add("", "Nothing was given; expected an ESCC grade, a SINS item or a local response.")
    values = look | {
        "lesion": lesion,
        "occurred_on": occurred_on,
        "local_response": local_response,
        "study": own_fact(Study, patient, study_id, "study"),
    }
    fact = add(LesionAssessment, patient, values, problems, occasion=occasion)
    return with_plan(fact, occasion=occasion)


@dataclass(frozen=True, slots=True)
class LookAhead:
    """What a look would be recorded as: its score, None where SINS is not looked at, and why it would be refused."""

    score: ScoreResult | None
    refusals: tuple[str, ...]


def look_ahead(
    level: str,
    *,
    sins: Mapping[str, str] | None,
    location_overridden: bool = False,
    location_reason: str = "",
) -> LookAhead:
    """What `record_lesion` and `record_assessment` make of these items at this level; nothing is written."""
    problems = Problems()
    look = _look(problems, level, "", sins, location_overridden, location_reason, sins is not None)
    if not look:
        return LookAhead(None, ())
    _check_items(problems, look)
    refusals = tuple(sentence for sentences in problems.found.values() for sentence in sentences)
    known = {name: look[name] if look[name] in list(words) else "" for name, words in SINS_ITEMS.items()}
    return LookAhead(score_of(LesionAssessment(**look | known), level), refusals)


def _look(
    problems: Problems,
    level: str,
    escc: str,
    sins: Mapping[str, str] | None,
    overridden: bool,
    reason: str,
    scored: bool,
) -> dict[str, object]:
    """The columns of a look; empty where nothing was looked at."""
    items = named_of(problems, "sins", sins or {}, "an option for each item")
    for name in items.keys() - SINS_ITEMS.keys():
        problems.add("sins", f"“{name}” is not an item; expected {', '.join(SINS_ITEMS)}.")
        del items[name]
    if not escc and not scored:
        return {}
    location = items.get("location") or ""
    # A level or a class outside its closed set is named by the column's own check.
    if is_text(level) and (location in list(SINS_ITEMS["location"]) or not location):
        try:
            check_location(problems, level, location, overridden, reason)
        except ValueError:
            location = items.get("location") or ""
    return {
        "escc": escc,
        "sins_scored": scored,
        "location_overridden": overridden,
        "location_reason": reason,
        **{name: items.get(name) or "" for name in SINS_ITEMS},
    }


def _check_items(problems: Problems, look: dict[str, object]) -> None:
    """Name a wrong grade or item together with what is wrong with the lesion itself."""
    closed: dict[str, tuple[str, ...]] = {"escc": tuple(Escc)}
    closed |= {name: tuple(words) for name, words in SINS_ITEMS.items()}
    for name, allowed in closed.items():
        if look[name] and look[name] not in allowed:
            problems.add(name, f"{was_given(look[name])}; expected one of {', '.join(allowed)}, or nothing.")
