"""People: registered, assigned, reached; and who looked at whose record."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from scheduling.engine.words import day_text
from tracker import access, audit
from tracker.errors import InvalidFact, NotPossible, Refused
from tracker.full_disk import NotStored
from tracker.models import AuditEvent, FollowUp, Patient, Team, User
from tracker.services.acts import life
from tracker.services.acts.checking import Problems, check_text
from tracker.services.acts.occasion import Occasion
from tracker.services.acts.of_patient import (
    bare,
    check_columns,
    check_life,
    check_number,
    check_people,
    same_number,
    taken,
    values_about,
)
from tracker.services.acts.on_record import lock_visible_patient
from tracker.services.acts.releasing import release
from tracker.services.acts.shown import shown_at
from tracker.services.acts.tasks import number_found
from tracker.services.acts.values import is_day
from tracker.services.schedule import planning
from tracker.services.schedule.changes import ScheduleChange
from tracker.services.schedule.looking import READ_OF_A_PATIENT, look_again

log = logging.getLogger(__name__)

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
    contact: Mapping[str, object] | None = None,
    spine_metastasis_on: date | None = None,
    occasion: Occasion,
) -> tuple[Patient, list[ScheduleChange]]:
    """A new patient and the first plan. A nurse or surgeon registers into a team of their own.

    Raises InvalidFact with all problems (a number that is taken among them), Refused.
    """
    _check_may_register(occasion.by, team)
    values: dict[str, Any] = {
        "number": bare(number),
        "given_name": bare(given_name),
        "family_name": bare(family_name),
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
    known = values_about(problems, contact or {}, CONTACT_FIELDS, "contact")
    check_columns(problems, values | known, occasion.today)
    check_life(problems, values, occasion.today)
    check_number(problems, values["number"], None)
    check_people(problems, team, nurse, surgeon)
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
    _insert(patient)
    audit.record(by=occasion.by, verb="patient.registered", target=patient, at=occasion.at, patient=patient)
    return patient, planning.replan(patient, occasion=occasion)


def _check_may_register(by: User, team: Team | None) -> None:
    access.check_can_record(by)
    if team is None and not by.may_assign:
        raise Refused("Only a person who may assign registers a patient without a team; choose one of your teams.")
    if team is not None and not access.teams_of(by).filter(pk=team.pk).exists():
        raise Refused(f"You are not a member of {team}; choose one of your teams.")


def _insert(patient: Patient) -> None:
    """The new row; where another registration took the number in the meantime, as it is refused beforehand."""
    try:
        with transaction.atomic():
            patient.save(force_insert=True)
    except IntegrityError as error:
        raise InvalidFact({"number": [taken(patient.number)]}) from error


@transaction.atomic
def assign(
    patient: Patient, *, team: Team | None, nurse: User | None, surgeon: User | None, occasion: Occasion
) -> Patient:
    """Give a patient a team, a nurse and a responsible surgeon.

    Within one's own team every nurse and surgeon may; to or from no team, or to another team, a nurse who may assign.
    Rows of an owner who does not see the patient any more go to the new nurse, or stand under "No owner".
    """
    access.check_can_record(occasion.by)
    lock_visible_patient(occasion.by, patient)
    moves = (team.pk if team else None) != patient.team_id
    if moves and not occasion.by.may_assign:
        raise Refused("Only a nurse who may assign moves a patient to another team.")
    problems = Problems()
    check_people(problems, team, nurse, surgeon)
    problems.raise_any()
    _save(patient, {"team": team, "nurse": nurse, "surgeon": surgeon}, "patient.assigned", occasion=occasion)
    release([patient.pk], occasion=occasion)
    return patient


@transaction.atomic
def update_contact(
    patient: Patient, values: Mapping[str, Any], *, right_after_all: bool = False, occasion: Occasion
) -> Patient:
    """How to reach the patient, and consent: any of `CONTACT_FIELDS`. A new number or address ends "unreachable".

    A new number ends the work of finding it. One that reached somebody else is taken only where somebody says that it
    is `right_after_all`.
    """
    access.check_can_record(occasion.by)
    lock_visible_patient(occasion.by, patient)
    problems = Problems()
    known = values_about(problems, values, CONTACT_FIELDS, "contact")
    check_columns(problems, known, occasion.today)
    was_wrong = same_number(known.get("phone", ""), patient.wrong_phone)
    if was_wrong and not right_after_all:
        on = f" on {day_text(patient.wrong_phone_on)}" if patient.wrong_phone_on else ""
        problems.add("phone", f"{known['phone']} reached somebody else{on}; expected another, or that it is right now.")
    alive_on, died_on = known.get("last_known_alive_on"), patient.deceased_on
    if is_day(alive_on) and died_on is not None and alive_on > died_on:
        problems.ask(life.alive_after_death(alive_on, died_on), occasion)
    problems.raise_any()
    new: dict[str, Any] = known | ({"wrong_phone": "", "wrong_phone_on": None} if was_wrong else {})
    reached_anew = any(new.get(name) and new[name] != getattr(patient, name) for name in ("phone", "email"))
    if reached_anew:
        new |= {"unreachable_since": None, "contact_failures": 0}
    for use in ("quality_use", "research_use"):
        if use in new and new[use] != getattr(patient, use) and not new.get(f"{use}_on"):
            new[f"{use}_on"] = occasion.today
    _save(patient, new, "patient.contact", occasion=occasion)
    if patient.phone:
        number_found(patient, occasion=occasion)
    return patient


@transaction.atomic
def correct_identity(patient: Patient, values: Mapping[str, object], *, reason: str, occasion: Occasion) -> Patient:
    """Correct who the patient is: any of `IDENTITY_FIELDS`, with a reason; both values stay in the audit trail."""
    access.check_can_record(occasion.by)
    lock_visible_patient(occasion.by, patient)
    problems = Problems()
    check_text(problems, "reason", reason, 300, expected="why it was wrong")
    new = values_about(problems, values, IDENTITY_FIELDS, "identity")
    check_columns(problems, new, occasion.today)
    if "number" in new:
        check_number(problems, new["number"], patient)
    present = {"birth_on": patient.birth_on, "registered_on": patient.registered_on}
    check_life(problems, present | new, occasion.today)
    born_on = new.get("birth_on")
    if is_day(born_on) and (doubt := life.born_after(patient, born_on)) is not None:
        problems.ask(doubt, occasion)
    problems.raise_any()
    renamed = any(getattr(patient, name) != new.get(name, getattr(patient, name)) for name in SHOWN_IN_CALENDARS)
    _save(patient, new, "patient.identity", occasion=occasion, reason=reason)
    if renamed:
        for row in FollowUp.objects.select_for_update().filter(patient=patient):
            row.revision, row.changed_at = row.revision + 1, shown_at(row.changed_at, occasion.at)
            row.save(update_fields=["revision", "changed_at"])
    return patient


def note_viewed(patient: Patient, *, occasion: Occasion) -> None:
    """Keep that this person looked at this record: one audit event per person, patient and day (24 hours).

    On a full disk the page is shown all the same, since a plan that cannot be read harms a patient and a look that is
    noted elsewhere does not: the look goes to the log, by keys, and the page says that nothing is saved (ADR 14).
    """
    seen = AuditEvent.objects.filter(
        patient=patient,
        by=occasion.by,
        verb="patient.viewed",
        at__gt=occasion.at - timedelta(hours=24),
        at__lte=occasion.at,
    )
    if not seen.exists():
        try:
            with transaction.atomic():
                audit.record(by=occasion.by, verb="patient.viewed", target=patient, at=occasion.at, patient=patient)
        except NotStored:
            moment = occasion.at.isoformat(timespec="seconds")
            log.error("look not stored, the disk is full: patient %s, user %d, %s", patient.key, occasion.by.pk, moment)


def _save(patient: Patient, values: Mapping[str, object], verb: str, *, occasion: Occasion, reason: str = "") -> None:
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


def _shown(value: object) -> object:
    return getattr(value, "pk", value)
