"""The case that is printed is the case that was planned: through both commands a patient has the stored plan."""

from __future__ import annotations

import json
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scheduling.engine.vocabulary import Stream
from scheduling.files import load_policy
from scheduling.policies import default_document
from tests.journeys.test_conservation import ARRANGED, START, STEPS, Life, Step, response
from tests.tracker import people
from tests.tracker.people import NOW, TODAY, days
from tests.tracker.services.recording import do
from tracker.demo import loading as demo
from tracker.errors import InvalidFact, NotPossible
from tracker.models import FollowUp, Lesion, Override, Patient, PatientPlan
from tracker.services import policies, records
from tracker.services.acts.occasion import Occasion, by_the_scheduler
from tracker.services.policies import ensure_default
from tracker.services.schedule.planning import replan_all, replan_whose_day_has_come

pytestmark = [pytest.mark.django_db, pytest.mark.storage]


def as_printed(patient: Patient, today: date, folder: Path) -> dict[str, Any]:
    """What `show_case N | plan_cases -` says."""
    shown, said = folder / "case.yaml", StringIO()
    with shown.open("w") as out:
        call_command("show_case", patient.number, as_of=today, stdout=out)
    call_command("plan_cases", str(shown), "--format", "json", stdout=said, stderr=StringIO())
    answer: dict[str, Any] = json.loads(said.getvalue())["patient"]
    return answer


def as_stored(patient: Patient) -> dict[str, Any]:
    """The stored plan, in the same words."""
    plan = PatientPlan.objects.get(patient=patient)
    said: dict[str, Any] = {
        "rows": plan.rows,
        "tempo": plan.tempo or None,
        "urgency": plan.urgency,
        "tasks": sorted(plan.tasks),
        **dict.fromkeys(Stream),
    }
    for row in FollowUp.objects.filter(patient=patient, closed_at__isnull=True, state="open"):
        window = {"row": row.row, "earliest": row.opens_on, "due": row.due_on, "latest": row.closes_on}
        said[row.stream] = {key: str(value) for key, value in window.items()}
    return said


def assert_printed_as_planned(patient: Patient, today: date, folder: Path) -> None:
    stored, printed = as_stored(patient), as_printed(patient, today, folder)
    for stream in Stream:
        if stored[stream] is None and FollowUp.objects.filter(patient=patient, stream=stream, closed_at__isnull=True):
            del stored[stream]  # arranged by a person: its window is compared elsewhere
        elif printed[stream] is not None:
            printed[stream] = {key: printed[stream][key] for key in ("row", "earliest", "due", "latest")}
    assert {key: printed[key] for key in stored} == stored


def test_a_run_of_three_assessments_is_printed_whole(patient: Patient, tmp_path: Path) -> None:
    """Visited between the first and the second progression: the surgeon counts from the second, not from the third."""
    ensure_default(occasion=people.occasion())
    do(records.record_primary, patient, site="rcc", occurred_on=days(-600))
    for day in (-90, -40, -3):
        do(records.record_response, patient, spine="progressive", occurred_on=days(day), by=people.bob())
    do(records.record_visit, patient, occurred_on=days(-60))
    printed = as_printed(patient, TODAY, tmp_path)
    assert (printed["surgeon"]["row"], printed["surgeon"]["due"]) == ("R1", str(days(-33)))
    assert_printed_as_planned(patient, TODAY, tmp_path)


def own_window(life: Life) -> object:
    due = life.today + timedelta(20)
    return records.record_override(
        life.patient,
        stream="imaging",
        earliest_on=life.today,
        due_on=due,
        latest_on=due + timedelta(200),
        until_on=due + timedelta(200),
        reason="a trial",
        occasion=life.surgeon_now,
    )


def seconded(life: Life) -> object:
    own = Override.objects.filter(patient=life.patient, second_approved_by=None).first()
    return own and records.second_approve(life.patient, own.pk, occasion=Occasion(people.beth(), life.today, life.at))


FACTS: dict[str, Step] = {
    **{name: step for name, step in STEPS.items() if name not in ARRANGED and name != "discharged"},
    "mixed": response("mixed"),
    "pseudoprogression": response("pseudoprogression_suspected"),
    "own window": own_window,
    "seconded": seconded,
    "step-down": lambda life: records.approve_step_down(life.patient, occasion=life.surgeon_now),
    "two cancers": lambda life: records.record_primary(
        life.patient, site="prostate", subtype="hormone_sensitive", occurred_on=life.today, occasion=life.nurse_now
    ),
    "unsafe for MRI": lambda life: records.record_imaging_safety(
        life.patient, mri="unsafe_device", occurred_on=life.today, occasion=life.nurse_now
    ),
}
DAYS = st.sampled_from([0, 1, 7, 30, 90])


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps=st.lists(st.tuples(st.sampled_from(sorted(FACTS)), DAYS), min_size=4, max_size=14))
def test_every_history_is_printed_as_it_was_planned(tmp_path: Path, steps: list[tuple[str, int]]) -> None:
    with transaction.atomic():
        began = START - timedelta(30)
        life = Life(people.patient(registered_on=began, created_at=NOW), people.alice(), people.bob())
        ensure_default(occasion=life.night)
        replan_all(occasion=life.night)
        for name, passed in steps:
            life.today += timedelta(passed)
            replan_whose_day_has_come(occasion=life.night)
            try:
                FACTS[name](life)
            except (NotPossible, InvalidFact):
                continue  # a person is told that this cannot be, and nothing was written
            assert_printed_as_planned(life.patient, life.today, tmp_path)
        transaction.set_rollback(True)


@pytest.mark.parametrize("later", [0, 40])
def test_everybody_of_the_demo_is_printed_as_planned(later: int, tmp_path: Path) -> None:
    demo.load(size=60, password="spine-demo-2026", today=TODAY, at=NOW)
    today = TODAY + timedelta(later)
    replan_all(occasion=by_the_scheduler(today, NOW + timedelta(later)))
    for patient in Patient.objects.exclude(pk__in=Lesion.objects.filter(level="").values("patient")):
        assert_printed_as_planned(patient, today, tmp_path)


def test_nobody_is_printed_who_could_not_be_read(patient: Patient, capsys: pytest.CaptureFixture[str]) -> None:
    """On a day before the registration the format has no words for the patient, and the command says so."""
    ensure_default(occasion=people.occasion())
    with pytest.raises(SystemExit) as ended:
        call_command("show_case", patient.number, as_of=patient.registered_on - timedelta(1))
    assert ended.value.code == 3
    said = capsys.readouterr()
    assert said.out == ""
    assert "registered" in said.err


def test_a_day_is_planned_by_the_policy_of_that_day(patient: Patient, tmp_path: Path) -> None:
    """Printed for a day under an older version, the case is planned with the version that ruled then."""
    ensure_default(occasion=people.occasion())
    before = as_printed(patient, TODAY, tmp_path)
    quicker = default_document().replace(b"version: default-0.2", b"version: default-0.3", 1)
    quicker = quicker.replace(b"window: [0 w, 2 w, 4 w]", b"window: [0 w, 1 w, 1 w]")
    policies.publish(load_policy(quicker), occasion=people.occasion(), effective_from=TODAY + timedelta(1))
    assert as_printed(patient, TODAY, tmp_path) == before
    assert as_printed(patient, TODAY + timedelta(1), tmp_path)["imaging"]["due"] != before["imaging"]["due"]
