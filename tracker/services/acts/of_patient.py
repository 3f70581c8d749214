"""Checks of a patient's own row: closed sets, lengths, days of a life, and who looks after whom."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from scheduling.engine.words import day_text
from tracker import access
from tracker.models import Patient, Role, Team, User
from tracker.services.acts.checking import FIRST_DAY, Problems, check_value, column
from tracker.services.acts.values import is_day, was_given


def bare(value: object) -> object:
    """A text without the blanks around it."""
    return value.strip() if isinstance(value, str) else value


def values_about(problems: Problems, values: object, fields: tuple[str, ...], subject: str) -> dict[str, Any]:
    """The values of these fields; every other name is a problem."""
    if not isinstance(values, Mapping):
        problems.add(subject, f"{was_given(values)}; expected a value for each field.")
        return {}
    for name in [name for name in values if name not in fields]:
        problems.add(name, f"It is not about {subject}; expected one of {', '.join(fields)}.")
    return {name: value for name, value in values.items() if name in fields}


def check_columns(problems: Problems, values: Mapping[str, Any], today: date) -> None:
    """Closed sets, lengths and days, against the columns of `Patient`."""
    for name, value in values.items():
        field = column(Patient, name)
        if name.endswith("_on"):
            if value is not None and not is_day(value):
                problems.add(name, f"{was_given(value)}; expected a day such as 21 Jul 2026.")
            elif value is not None and value > today:
                problems.add(name, f"{day_text(value)} lies in the future; expected {day_text(today)} or earlier.")
            elif value is not None and value < FIRST_DAY:
                problems.add(name, f"{day_text(value)} is too long ago; expected {day_text(FIRST_DAY)} or later.")
        else:
            check_value(problems, name, field, value)
        if name in problems.found:
            continue
        if name == "time_zone" and value and value not in available_timezones():
            problems.add(name, f"“{value}” was given; expected a zone such as Europe/London.")
        if name == "email" and value:
            try:
                validate_email(value)
            except ValidationError:
                problems.add(name, f"“{value}” was given; expected an address such as name@example.org.")


def check_life(problems: Problems, values: Mapping[str, Any], today: date) -> None:
    born, registered = values.get("birth_on"), values.get("registered_on")
    if problems.found.keys() & {"birth_on", "registered_on"} or born is None or registered is None:
        return
    if registered < born:
        problems.add("registered_on", f"{day_text(registered)} is before birth; expected {day_text(born)} or later.")


def check_number(problems: Problems, number: str, patient: Patient | None) -> None:
    if "number" in problems.found:
        return
    others = Patient.objects.filter(number=number)
    if patient is not None:
        others = others.exclude(pk=patient.pk)
    if others.exists():
        problems.add("number", taken(number))


def same_number(one: object, other: str) -> bool:
    """Whether two spellings are one telephone number."""
    if not isinstance(one, str):
        return False
    digits, others = ("".join(each for each in text if each.isdigit()) for text in (one, other))
    return bool(digits) and digits == others


def taken(number: str) -> str:
    return f"“{number}” belongs to another patient already; expected a number nobody has."


def check_people(problems: Problems, team: Team | None, nurse: User | None, surgeon: User | None) -> None:
    """Nurse and surgeon as they are now, held until the end of the transaction: who changes them comes after."""
    named = {person.pk for person in (nurse, surgeon) if person is not None}
    held = User.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=named).order_by("pk").in_bulk()
    for name, given, role in (("nurse", nurse, Role.NURSE), ("surgeon", surgeon, Role.SURGEON)):
        if given is None:
            continue
        person = held.get(given.pk, given)
        if person.role != role or not person.is_active:
            problems.add(name, f"{person} was given; expected an active {role.label.lower()}.")
        elif name == "nurse" and (team is None or not access.teams_of(person).filter(pk=team.pk).exists()):
            problems.add(name, f"{person} is not in the team; expected a nurse of {team or 'a team'}.")
