"""Any value of any type at any verb is refused in a sentence, together with what else is wrong, and leaves nothing."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, time
from decimal import Decimal
from inspect import signature
from itertools import product
from typing import Any

import pytest
from django.db import transaction

from tests.tracker import people
from tests.tracker.people import TODAY, days, occasion
from tests.tracker.services.recording import SINS_10, act, current, do, routine, rows
from tracker.errors import InvalidFact, NeedsAnswer, NotPossible
from tracker.models import FollowUp, Patient, Study, Team, TherapyLine, User
from tracker.services import patients, records
from tracker.services.follow_ups import arranging as follow_ups
from tracker.services.follow_ups import contacts

pytestmark = [pytest.mark.django_db, pytest.mark.storage]

#: Wrong types, characters no database keeps, and numbers and days beyond everything.
HOSTILE: tuple[Any, ...] = (
    None,
    "",
    "a\x00b",
    "\ud800",
    "z" * 30_000,
    -1,
    2.5,
    float("nan"),
    float("inf"),
    10**30,
    Decimal("sNaN"),
    True,
    b"bytes",
    object(),
    ["a", 1, None],
    [["a"]],
    {"a": [1]},
    {1: 2},
    {"pain": ["mechanical"]},
    date.min,
    date.max,
    datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None),
    datetime(2026, 1, 1, tzinfo=UTC),
    time(3, 4),
)
#: Verb -> values that are right.
RECORD: dict[str, dict[str, Any]] = {
    "record_study": {"kind": "mri", "coverage": "whole_spine"},
    "record_visit": {},
    "open_symptom": {"kind": "pain_suggestive"},
    "record_function": {"scale": "ecog", "value": "1"},
    "record_primary": {"site": "rcc"},
    "record_marker": {"name": "EGFR exon 19 deletion", "result": "present"},
    "record_prognosis": {"score": "tomita", "inputs": {"growth": "slow"}},
    "record_imaging_safety": {"mri": "ok", "egfr": 70},
    "record_lesion": {"level": "T8", "escc": "1b", "sins": SINS_10},
    "record_response": {"spine": "progressive"},
    "record_progression": {"found_by": "symptom"},
    "record_status": {"status": "hospice", "clinician": "Dr L. Plover"},
    "record_therapy": {"therapy_class": "tki", "drugs": ["osimertinib"]},
    "record_procedure": {"kind": "sbrt", "levels": ["T8"], "dose_gy": 24, "fractions": 2},
}
#: What is not a value of the fact.
_CALLERS = {"patient", "follow_up", "occasion", "seen", "team", "nurse", "surgeon"}


@pytest.fixture(autouse=True)
def in_force(db: None) -> None:
    people.policy_version()


def places_of(verb: Callable[..., Any]) -> list[str]:
    """The places of a verb that hold values of the fact."""
    return [name for name in signature(verb).parameters if name not in _CALLERS]


def survives(verb: Callable[..., Any], holder: Any, right: dict[str, Any], **who: Any) -> None:
    """The right call with each hostile value in each place is refused in words or taken; each finds the same start.

    What is taken is taken back, what is refused is not: all rows are counted once for each place, and stand as before.
    """
    before = rows()
    for place in places_of(verb):
        for value in HOSTILE:
            start = transaction.savepoint()
            try:
                verb(holder, **right | {place: value}, **who)
            except (InvalidFact, NeedsAnswer, NotPossible):
                transaction.savepoint_commit(start)
            else:
                transaction.savepoint_rollback(start)
            holder.refresh_from_db()
        assert rows() == before, (verb.__name__, place)


@pytest.mark.parametrize("verb", RECORD)
def test_a_hostile_value_of_a_fact_is_refused_in_words(verb: str, patient: Patient, alice: User) -> None:
    right = {"occurred_on": days(-3)} | RECORD[verb]
    survives(getattr(records, verb), patient, right, occasion=occasion(alice))


def test_a_hostile_value_of_what_completes_a_fact_is_refused_in_words(patient: Patient, alice: User, bob: User) -> None:
    routine(patient)
    lesion = do(records.record_lesion, patient, level="T6", occurred_on=days(-30), escc="0").fact
    symptom = do(records.open_symptom, patient, kind="known_spine", occurred_on=days(-30)).fact
    do(records.record_therapy, patient, therapy_class="tki", occurred_on=days(-300))
    study, line = Study.objects.get(patient=patient), TherapyLine.objects.get(patient=patient)
    for verb, by, right in (
        (records.record_assessment, alice, {"lesion_id": lesion.pk, "occurred_on": days(-3), "escc": "1b"}),
        (records.stop_therapy, alice, {"line_id": line.pk, "stopped_on": days(-3)}),
        (records.close_symptom, bob, {"symptom_id": symptom.pk, "closed_on": days(-3), "reason": "gone"}),
        (records.record_action, alice, {"study_id": study.pk, "actionable": "yes"}),
        (records.report_study, alice, {"study_id": study.pk, "reported_on": days(-3)}),
        (records.set_indication, alice, {"study_id": study.pk, "indication": "symptom_led"}),
        (records.adjudicate_study, alice, {"study_id": study.pk, "call": "flare", "on": days(-3)}),
        (records.mark_step, alice, {"symptom_id": symptom.pk, "step": "triaged"}),
        (records.confirm_symptom, alice, {"symptom_id": symptom.pk}),
        (records.set_response_aside, alice, {"response_id": 1}),
        (records.second_approve, bob, {"override_id": 1}),
        (records.approve_step_down, bob, {"reason": "quiet"}),
        (records.mark_entered_in_error, bob, {"kind": "study", "fact_id": study.pk, "reason": "wrong"}),
        (
            records.record_override,
            bob,
            {
                "stream": "surgeon",
                "earliest_on": TODAY,
                "due_on": days(3),
                "latest_on": days(5),
                "until_on": days(40),
                "reason": "worried",
            },
        ),
    ):
        survives(verb, patient, right, occasion=occasion(by))


def test_a_hostile_value_of_an_act_is_refused_in_words(patient: Patient, alice: User) -> None:
    routine(patient)
    for verb, right in (
        (follow_ups.order, {"indication": "unknown"}),
        (follow_ups.book, {"day": days(3), "hour": time(9), "place": "Ward 4"}),
        (follow_ups.complete, {"on": days(-1), "kind": "mri", "seen_by": "Bob"}),
        (follow_ups.unorder, {"reason": "twice"}),
        (follow_ups.unbook, {"reason": "full"}),
        (follow_ups.mark_missed, {"reason": "away"}),
        (follow_ups.snooze, {"until": days(1), "reason": "away"}),
        (contacts.log_call, {"outcome": "call_back", "again_on": days(2)}),
        (contacts.note, {"text": "likes mornings"}),
        (contacts.hand_over, {"to_id": alice.pk, "text": "yours"}),
        (follow_ups.cancel, {"reason": "away", "outcome": "cancelled_by_patient", "until": days(7)}),
    ):
        row = FollowUp.objects.get(pk=current(patient).pk)
        survives(verb, row, right, occasion=occasion(alice))


def test_a_hostile_value_about_a_person_is_refused_in_words(patient: Patient, alice: User) -> None:
    for name in (*patients.CONTACT_FIELDS, *patients.IDENTITY_FIELDS):
        contact = name in patients.CONTACT_FIELDS
        verb = patients.update_contact if contact else patients.correct_identity
        more = {} if contact else {"reason": "misread"}
        for value in HOSTILE:
            with suppress(InvalidFact, NeedsAnswer, NotPossible):
                verb(patient, {name: value}, **more, occasion=occasion(alice))
            patient.refresh_from_db()
            assert patient.number


def test_a_hostile_value_of_a_new_person_is_refused_in_words(estuary: Team) -> None:
    right = {"number": "RBX 1", "given_name": "Tamar", "registered_on": TODAY, "team": estuary}
    for place, value in product(places_of(patients.register_patient), HOSTILE):
        start = transaction.savepoint()
        with suppress(InvalidFact, NeedsAnswer, NotPossible):
            patients.register_patient(**right | {place: value}, occasion=occasion())
        transaction.savepoint_rollback(start)


def test_wrong_types_are_named_together_with_wrong_values(patient: Patient) -> None:
    with pytest.raises(InvalidFact) as refused:
        do(
            records.record_procedure,
            patient,
            kind="laser",
            occurred_on=days(1),
            levels=None,
            fractions="two",
            dose_gy=float("inf"),
        )
    assert {"kind", "occurred_on", "levels", "fractions", "dose_gy"} <= refused.value.problems.keys()
    assert refused.value.problems["fractions"] == ["“two” was given; expected a whole number, 0 or more."]


def test_a_long_reason_is_refused_and_not_cut(patient: Patient) -> None:
    routine(patient)
    row = act(follow_ups.book, current(patient), day=TODAY).follow_up
    with pytest.raises(InvalidFact):
        act(follow_ups.mark_missed, row, reason="z" * 201)
