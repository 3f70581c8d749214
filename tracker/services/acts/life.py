"""What contradicts the order of a life is asked before it is stored: either of the two days can be the wrong one."""

from __future__ import annotations

from datetime import date

from scheduling.engine.vocabulary import PatientStatus
from scheduling.engine.words import day_text
from tracker.errors import Doubt
from tracker.kinds import BY_CODE
from tracker.models import MODELS, Patient

#: The one answer that stores; whoever sees that the day is wrong goes back and changes it.
ALL_THE_SAME = (("record", "The days are right: record it all the same"),)
#: Kinds of fact that happen to a living person, and are no reading of what was done before.
OF_THE_LIVING = ("visit", "study", "procedure", "symptom", "therapy", "function")


def before_birth(field: str, on: date, born_on: date) -> Doubt:
    """A day of the record before the patient was born."""
    text = f"{_named(field)} {day_text(on)} lies before the birth, {day_text(born_on)}. Are both days right?"
    return Doubt(f"before_birth.{field}.{on}.{born_on}", text, ALL_THE_SAME)


def after_death(field: str, on: date, died_on: date) -> Doubt:
    """A day of the record after the patient had died."""
    text = (
        f"{_named(field)} {day_text(on)} lies after the death, {day_text(died_on)}. Are both days right? A wrong "
        "death is marked as entered in error."
    )
    return Doubt(f"after_death.{field}.{on}.{died_on}", text, ALL_THE_SAME)


def stopped_before_start(stopped_on: date, started_on: date) -> Doubt:
    """A line of therapy that would end before the day on which the record has it begin."""
    text = f"The line began on {day_text(started_on)}; {day_text(stopped_on)} lies before that. Are both days right?"
    return Doubt(f"stopped_before_start.{stopped_on}.{started_on}", text, ALL_THE_SAME)


def of_status(patient: Patient, status: str, on: date) -> Doubt | None:
    """A status before the patient came under surveillance, or a death before something that happened to the living."""
    if status == PatientStatus.DECEASED:
        return death_before(patient, on)
    if on >= patient.registered_on:
        return None
    text = (
        f"{day_text(on)} lies before the registration, {day_text(patient.registered_on)}: nobody was under "
        "surveillance yet. Are both days right?"
    )
    return Doubt(f"before_registration.{on}.{patient.registered_on}", text, ALL_THE_SAME)


def death_before(patient: Patient, on: date) -> Doubt | None:
    """What the record has of the living after this day, the newest of it; None where there is nothing."""
    later = [
        (fact.occurred_on, BY_CODE[code].word, fact.pk)
        for code in OF_THE_LIVING
        for fact in MODELS[code]
        ._default_manager.filter(patient=patient, occurred_on__gt=on, entered_in_error_at__isnull=True)
        .order_by("-occurred_on", "-pk")[:1]
    ]
    alive_on = patient.last_known_alive_on
    if alive_on is not None and alive_on > on:
        later.append((alive_on, "last sign of life", 0))
    if not later:
        return None
    newest, word, key = max(later)
    text = f"The record has a {word} of {day_text(newest)}, after this death on {day_text(on)}. Are both days right?"
    return Doubt(f"death_before.{on}.{word.replace(' ', '_')}.{key}.{newest}", text, ALL_THE_SAME)


def alive_after_death(on: date, died_on: date) -> Doubt:
    """A sign of life after the recorded death."""
    text = (
        f"The patient was known alive on {day_text(on)}, after the death on {day_text(died_on)}. Are both days right?"
    )
    return Doubt(f"alive_after_death.{on}.{died_on}", text, ALL_THE_SAME)


def born_after(patient: Patient, on: date) -> Doubt | None:
    """The oldest fact of the record that would lie before this birth; None where there is none."""
    earlier = [
        (fact.occurred_on, BY_CODE[code].word, fact.pk)
        for code in OF_THE_LIVING
        for fact in MODELS[code]
        ._default_manager.filter(patient=patient, occurred_on__lt=on, entered_in_error_at__isnull=True)
        .order_by("occurred_on", "pk")[:1]
    ]
    if not earlier:
        return None
    oldest, word, key = min(earlier)
    text = f"The record has a {word} of {day_text(oldest)}, before this birth on {day_text(on)}. Are both days right?"
    return Doubt(f"born_after.{on}.{word.replace(' ', '_')}.{key}.{oldest}", text, ALL_THE_SAME)


def _named(field: str) -> str:
    """The name of a day at the beginning of a sentence; the day of the fact itself needs none."""
    return "The day" if field == "occurred_on" else field.removesuffix("_on").replace("_", " ").capitalize() + ":"
