"""What is shown before saving is what is saved: every preview against the verb that saves, over many inputs."""

from __future__ import annotations

import re
from itertools import product
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from scheduling.engine.scores.sins import LOCATION_OF_LEVEL
from scheduling.engine.scores.sins import score as sins_score
from scheduling.engine.vocabulary import LEVELS, SINS_ITEMS
from tests.tracker import people
from tests.tracker.people import NOW, TODAY, occasion
from tests.tracker.web.conftest import planned
from tracker import access
from tracker.errors import InvalidFact
from tracker.facts import facts_for
from tracker.models import Lesion, LesionAssessment, Patient, Progression, User
from tracker.queries.patient.overview import page_of
from tracker.queries.queues.lists import open_row, row_of
from tracker.services import records
from tracker.services.follow_ups.contacts import log_call
from tracker.services.records import record_assessment, record_lesion
from tracker.web.look import marks
from tracker.web.queue.panel import opened
from tracker.web.queue.row import place
from tracker.web.record.forms.assessment import AssessmentForm, LookForm
from tracker.web.record.forms.lesion import LesionForm
from tracker.web.record.running_score import Running, running

pytestmark = pytest.mark.django_db

WHOLE = {
    "pain": "mechanical",
    "bone_lesion": "lytic",
    "alignment": "normal",
    "collapse": "none",
    "posterolateral": "none",
}
LOCATIONS = ("", *SINS_ITEMS["location"])
REASONS = ("", "Two levels, the junction counts")
#: Nothing, one item, one missing, all.
ITEMS: tuple[dict[str, str], ...] = (
    {},
    {"pain": "pain_free"},
    {name: value for name, value in WHOLE.items() if name != "alignment"},
    WHOLE,
)


@pytest.fixture
def patient(db: None) -> Patient:
    people.policy_version()
    return people.patient()


def answers_at(number: int) -> list[tuple[dict[str, str], str, str]]:
    """Every location with and without a reason; the items beside them turn from level to level."""
    pairs = product(LOCATIONS, REASONS)
    return [(ITEMS[(place + number) % len(ITEMS)], *pair) for place, pair in enumerate(pairs)]


class _Seen(Exception):
    """What was saved was seen; it is taken back."""


def typed(items: dict[str, str], location: str, reason: str, **more: str) -> dict[str, str]:
    return {"occurred_on": "today", **items, "location": location, "location_reason": reason, **more}


def agrees(shown: Running, patient: Patient, form: LookForm, save: Any) -> None:
    """The form is saved and taken back; what was shown is what a plan and the patient's page then have."""
    assert form.is_valid(), form.errors
    before = {lesion.sins for lesion in facts_for([patient.pk], TODAY)[patient.pk].lesions}
    try:
        with transaction.atomic():
            save(form.fact())
            (lesion,) = facts_for([patient.pk], TODAY)[patient.pk].lesions
            (line,) = page_of(people.alice(), patient, NOW).lesions
            look = LesionAssessment.objects.order_by("pk").last()
            scored = look is not None and look.sins_scored
            raise _Seen
    except InvalidFact as refused:
        said = " ".join(sentence for sentences in refused.problems.values() for sentence in sentences)
        nothing = "Nothing was given" in said
        assert shown.refused == ("" if nothing else said)
        assert {one.sins for one in facts_for([patient.pk], TODAY)[patient.pk].lesions} == before
    except _Seen:
        assert shown.refused == ""
        assert (shown.figure == "Not scored") is not scored
        if scored:
            mark = marks.sins(sins_score(lesion.sins))
            assert (shown.figure, line.sins) == (mark.figure, sins_score(lesion.sins))
            assert shown.known is (line.sins_total is not None)


@pytest.mark.parametrize("level", [*LEVELS, ""])
def test_the_running_score_of_a_known_lesion_is_the_one_that_is_saved(level: str, patient: Patient) -> None:
    lesion = record_lesion(patient, level=level, occurred_on=TODAY, occasion=occasion()).fact
    for items, location, reason in answers_at([*LEVELS, ""].index(level)):
        form = AssessmentForm(typed(items, location, reason), today=TODAY)
        assert form.is_valid()
        shown = running(level, form.score())
        agrees(
            shown,
            patient,
            form,
            lambda fact: record_assessment(patient, lesion.pk, **fact, occasion=occasion()),
        )


@pytest.mark.parametrize("level", ["C1", "T7", "L3", "S2", "unknown"])
def test_the_running_score_of_a_new_lesion_is_the_one_that_is_saved(level: str, patient: Patient) -> None:
    for items, location, reason in answers_at(len(level)):
        form = LesionForm(typed(items, location, reason, level=level), today=TODAY)
        assert form.is_valid()
        shown = running(form.known_level, form.score())
        agrees(shown, patient, form, lambda fact: record_lesion(patient, **fact, occasion=occasion()))


@pytest.mark.parametrize("level", LEVELS)
def test_the_level_of_a_known_lesion_is_the_records_and_not_the_addresses(level: str, nurse: Client) -> None:
    patient = planned()
    lesion = Lesion.objects.get(patient=patient)
    Lesion.objects.filter(pk=lesion.pk).update(level=level)
    base = f"/patients/{patient.key}/lesions/{lesion.pk}"
    form = nurse.get(f"{base}/score/?level=C7").content.decode()
    assert f"SINS at {level}" in form
    (address,) = re.findall(r'hx-post="([^"]*)"', form)
    lowest = {"rigid": 0, "semirigid": 1, "mobile": 2, "junctional": 3}[LOCATION_OF_LEVEL[level]] + 3
    part = nurse.post(address, {"pain": "mechanical", "level": "C7"}).content.decode()
    assert f"{lowest} to {lowest + 12}" in " ".join(part.split())
    assert f"SINS at {level}" in part
    assert "location" not in part


def test_a_preview_is_as_closed_as_the_record(nurse: Client, stranger: Client) -> None:
    patient = planned()
    lesion = Lesion.objects.get(patient=patient)
    address = f"/patients/{patient.key}/lesions/{lesion.pk}/sins/"
    assert nurse.post(address, {"pain": "mechanical"}).status_code == 200
    assert stranger.post(address, {"pain": "mechanical"}).status_code == 404
    assert nurse.post(address.replace(f"/{lesion.pk}/", f"/{lesion.pk + 1}/"), {}).status_code == 404
    assert nurse.get(f"/patients/{people.patient().key}/lesions/{lesion.pk}/score/").status_code == 404


def test_a_location_that_would_be_refused_says_so_beside_the_score(nurse: Client) -> None:
    patient = planned()
    lesion = Lesion.objects.get(patient=patient)
    base = f"/patients/{patient.key}/lesions/{lesion.pk}"
    answers = {"occurred_on": "today", "location": "rigid", **WHOLE}
    said = "“rigid” does not fit T12; expected junctional"
    assert said in nurse.post(f"{base}/sins/", answers).content.decode()
    refused = nurse.post(f"{base}/score/", answers)
    assert refused.status_code == 422
    assert refused.content.decode().count(said) == 3  # in the box on top, at its field, beside the score


def test_the_grades_of_a_progression_are_those_of_the_plan(patient: Patient, alice: User) -> None:
    """A stored class that does not fit its level and that nobody set counts nowhere."""
    fact = record_lesion(patient, level="T7", occurred_on=TODAY, sins=WHOLE, occasion=occasion()).fact
    LesionAssessment.objects.update(location="junctional")
    done = records.record_progression(
        patient, occurred_on=TODAY, found_by="unknown", lesion_id=fact.pk, occasion=occasion()
    ).fact
    assert isinstance(done, Progression)
    (line,) = page_of(alice, access.patient_for(alice, str(patient.key)), NOW).lesions
    assert done.sins_then == line.sins_total == 6


@pytest.mark.parametrize("urgency", ["emergency", "urgent", "expedited", "routine", "extended"])
def test_what_a_call_without_an_answer_does_is_what_was_said(urgency: str, patient: Patient, alice: User) -> None:
    row = people.follow_up(patient, urgency=urgency)
    for _ in range(4):
        shown = row_of(alice, str(row.uid), NOW)
        view = opened(alice, shown, place("team", "both", "", NOW), "log_call")
        said = str(getattr(view.opened, "next_step", ""))
        assert open_row(shown).attempts == patient.contact_failures
        log_call(row, outcome="no_answer", occasion=occasion())
        patient.refresh_from_db()
        at_once = "the follow-up stands under “Unreachable”" in said
        assert at_once is (patient.unreachable_since is not None), said
