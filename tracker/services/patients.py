"""People: registered, assigned, reached; and who looked at whose record."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from tracker import access, audit
from tracker.errors import InvalidFact, NotPossible, Refused
from tracker.models import AuditEvent, FollowUp, Patient, Role, Team, User
from tracker.services.acts.checking import FIRST_DAY, Problems, check_text, check_value, column, day_text
from tracker.services.acts.occasion import Occasion
from tracker.services.acts.on_record import lock_visible_patient
from tracker.services.acts.shown import shown_at
from tracker.services.acts.values import is_day, was_given
from tracker.services.schedule import planning
from tracker.services.schedule.looking import READ_OF_A_PATIENT, look_again
from tracker.services.schedule.planning import ScheduleChange

#: What can be said about how to reach a patient, and about consent.
CONTACT_FIELDS = (
    "phone",
    "email",
    "best_hour",
    "language",
    "time_zone",
    "preferred_channel",
    "messages_allowed",
    "quality_use",
    "quality_use_on",
    "research_use",
    "research_use_on",
    "oncologist",
    "last_known_alive_on",
    "last_known_alive_source",
)
#: Of these, what a feed of the fuller levels writes out: its entries change with them.
SHOWN_IN_CALENDARS = ("number", "given_name", "family_name")
#: Who a patient is; corrected with an audit event, since a wrong name is not a clinical fact.
IDENTITY_FIELDS = ("number", "given_name", "family_name", "birth_on", "birth_precision", "sex")


@transaction.atomic
def register_patient(
    *,
    number: str,
    registered_on: date,
    registered_because: str = "unknown",
    given_name: str = "",
    family_name: str = "",
    birth_on: date | None = None,
    birth_precision: str = "day",
    sex: str = "unknown",
    team: Team | None = None,
    nurse: User | None = None,
    surgeon: User | None = None,
    contact: Mapping[str, Any] | None = None,
    spine_metastasis_on: date | None = None,
    occasion: Occasion,
) -> tuple[Patient, list[ScheduleChange]]:
    """A new patient and the first plan. A nurse or surgeon registers into a team of their own.

    Raises InvalidFact with all problems (a number that is taken among them), Refused.
    """
    access.check_can_record(occasion.by)
    if team is None and not occasion.by.may_assign:
        raise Refused(
            "Only a person who may assign registers a patient without a team; choose one of your teams."
        )
    if team is not None and not access.teams_of(occasion.by).filter(pk=team.pk).exists():
        raise Refused(f"You are not a member of {team}; choose one of your teams.")
    values: dict[str, Any] = {
        "number": _bare(number),
        "given_name": _bare(given_name),
        "family_name": _bare(family_name),
        "birth_on": birth_on,
        "birth_precision": birth_precision,
        "sex": sex,
        "registered_on": registered_on,
        "registered_because": registered_because,
        "spine_metastasis_on": spine_metastasis_on,
        "spine_metastasis_precision": "day" if spine_metastasis_on else "unknown",
        "source_key": occasion.source_key,
    }
    problems = Problems()
    known = _known(problems, contact or {}, CONTACT_FIELDS, "contact")
    _check_columns(problems, values | known, occasion.today)
    _check_life(problems, values, occasion.today)
    _check_number(problems, values["number"], None)
    _check_people(problems, team, nurse, surgeon)
    problems.raise_any()
    patient = Patient(
        **values,
        **known,
        team=team,
        nurse=nurse,
        surgeon=surgeon,
        prospective_from=registered_on if registered_because != "screening_of_old_list" else occasion.today,
        created_at=occasion.at,
        created_by=occasion.by,
    )
    try:
        with transaction.atomic():
            patient.save(force_insert=True)
    except IntegrityError as error:
        raise InvalidFact({"number": [_taken(number)]}) from error
    audit.record(by=occasion.by, verb="patient.registered", target=patient, at=occasion.at, patient=patient)
    return patient, planning.replan(patient, occasion=occasion)


@transaction.atomic
def assign(
    patient: Patient, *, team: Team | None, nurse: User | None, surgeon: User | None, occasion: Occasion
) -> Patient:
    """Give a patient a team, a nurse and a responsible surgeon.

    Within one's own team every nurse and surgeon may; to or from no team, or to another team, a nurse who may assign.
    """
    access.check_can_record(occasion.by)
    lock_visible_patient(occasion.by, patient)
    moves = (team.pk if team else None) != patient.team_id
    if moves and not occasion.by.may_assign:
        raise Refused("Only a nurse who may assign moves a patient to another team.")
    problems = Problems()
    _check_people(problems, team, nurse, surgeon)
    problems.raise_any()
    _save(patient, {"team": team, "nurse": nurse, "surgeon": surgeon}, "patient.assigned", occasion=occasion)
    return patient


@transaction.atomic
def update_contact(patient: Patient, values: Mapping[str, Any], *, occasion: Occasion) -> Patient:
    """How to reach the patient, and consent: any of `CONTACT_FIELDS`. A new number or address ends "unreachable"."""
    access.check_can_record(occasion.by)
    lock_visible_patient(occasion.by, patient)
    problems = Problems()
    known = _known(problems, values, CONTACT_FIELDS, "contact")
    _check_columns(problems, known, occasion.today)
    problems.raise_any()
    new = dict(known)
    reached_anew = any(new.get(name) and new[name] != getattr(patient, name) for name in ("phone", "email"))
    if reached_anew:
        new |= {"unreachable_since": None, "contact_failures": 0}
    for use in ("quality_use", "research_use"):
        if use in new and new[use] != getattr(patient, use) and not new.get(f"{use}_on"):
            new[f"{use}_on"] = occasion.today
    _save(patient, new, "patient.contact", occasion=occasion)
    return patient


@transaction.atomic
def correct_identity(
    patient: Patient, values: Mapping[str, Any], *, reason: str, occasion: Occasion
) -> Patient:
    """Correct who the patient is: any of `IDENTITY_FIELDS`, with a reason; both values stay in the audit trail."""
    access.check_can_record(occasion.by)
    lock_visible_patient(occasion.by, patient)
    problems = Problems()
    check_text(problems, "reason", reason, 300, expected="why it was wrong")
    new = _known(problems, values, IDENTITY_FIELDS, "identity")
    _check_columns(problems, new, occasion.today)
    if "number" in new:
        _check_number(problems, new["number"], patient)
    present = {"birth_on": patient.birth_on, "registered_on": patient.registered_on}
    _check_life(problems, present | new, occasion.today)
    problems.raise_any()
    renamed = any(
        getattr(patient, name) != new.get(name, getattr(patient, name)) for name in SHOWN_IN_CALENDARS
    )
    _save(patient, new, "patient.identity", occasion=occasion, reason=reason)
    if renamed:
        for row in FollowUp.objects.select_for_update().filter(patient=patient):
            row.revision, row.changed_at = row.revision + 1, shown_at(row.changed_at, occasion.at)
            row.save(update_fields=["revision", "changed_at"])
    return patient


def note_viewed(patient: Patient, *, occasion: Occasion) -> None:
    """Keep that this person looked at this record: one audit event per person, patient and day (24 hours)."""
    seen = AuditEvent.objects.filter(
        patient=patient,
        by=occasion.by,
        verb="patient.viewed",
        at__gt=occasion.at - timedelta(hours=24),
        at__lte=occasion.at,
    )
    if not seen.exists():
        audit.record(by=occasion.by, verb="patient.viewed", target=patient, at=occasion.at, patient=patient)


def _save(
    patient: Patient, values: Mapping[str, Any], verb: str, *, occasion: Occasion, reason: str = ""
) -> None:
    before = {name: getattr(patient, name) for name in values}
    changed = {name: value for name, value in values.items() if before[name] != value}
    if not changed:
        raise NotPossible("Nothing was changed: these values stand already.")
    for name, value in changed.items():
        setattr(patient, name, value)
    patient.save(update_fields=list(changed))
    if not READ_OF_A_PATIENT.isdisjoint(changed):
        look_again([patient.pk])
    changes = {name: (_shown(before[name]), _shown(value)) for name, value in changed.items()}
    if reason:
        changes["reason"] = (None, reason)
    audit.record(by=occasion.by, verb=verb, target=patient, at=occasion.at, patient=patient, changes=changes)


def _bare(value: Any) -> Any:
    """A text without the blanks around it."""
    return value.strip() if isinstance(value, str) else value


def _shown(value: Any) -> Any:
    return getattr(value, "pk", value)


def _known(problems: Problems, values: object, fields: tuple[str, ...], subject: str) -> dict[str, Any]:
    """The values of these fields; every other name is a problem."""
    if not isinstance(values, Mapping):
        problems.add(subject, f"{was_given(values)}; expected a value for each field.")
        return {}
    for name in [name for name in values if name not in fields]:
        problems.add(name, f"It is not about {subject}; expected one of {', '.join(fields)}.")
    return {name: value for name, value in values.items() if name in fields}


def _check_columns(problems: Problems, values: Mapping[str, Any], today: date) -> None:
    """Closed sets, lengths and days, against the columns of `Patient`."""
    for name, value in values.items():
        field = column(Patient, name)
        if name.endswith("_on"):
            if value is not None and not is_day(value):
                problems.add(name, f"{was_given(value)}; expected a day such as 21 Jul 2026.")
            elif value is not None and value > today:
                problems.add(
                    name, f"{day_text(value)} lies in the future; expected {day_text(today)} or earlier."
                )
            elif value is not None and value < FIRST_DAY:
                problems.add(
                    name, f"{day_text(value)} is too long ago; expected {day_text(FIRST_DAY)} or later."
                )
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


def _check_life(problems: Problems, values: Mapping[str, Any], today: date) -> None:
    born, registered = values.get("birth_on"), values.get("registered_on")
    if problems.found.keys() & {"birth_on", "registered_on"} or born is None or registered is None:
        return
    if registered < born:
        problems.add(
            "registered_on", f"{day_text(registered)} is before birth; expected {day_text(born)} or later."
        )


def _check_number(problems: Problems, number: str, patient: Patient | None) -> None:
    if "number" in problems.found:
        return
    others = Patient.objects.filter(number=number)
    if patient is not None:
        others = others.exclude(pk=patient.pk)
    if others.exists():
        problems.add("number", _taken(number))


def _taken(number: str) -> str:
    return f"“{number}” belongs to another patient already; expected a number nobody has."


def _check_people(problems: Problems, team: Team | None, nurse: User | None, surgeon: User | None) -> None:
    for name, person, role in (("nurse", nurse, Role.NURSE), ("surgeon", surgeon, Role.SURGEON)):
        if person is None:
            continue
        if person.role != role or not person.is_active:
            problems.add(name, f"{person} was given; expected an active {role.label.lower()}.")
        elif name == "nurse" and (team is None or not access.teams_of(person).filter(pk=team.pk).exists()):
            problems.add(name, f"{person} is not in the team; expected a nurse of {team or 'a team'}.")
