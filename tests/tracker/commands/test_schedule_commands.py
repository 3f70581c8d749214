"""`replan`, `count_states` and `show_case`: what they print, what they refuse, how they exit."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from scheduling.cases import read_cases
from scheduling.engine.planning.plan import plan
from scheduling.policies import default_policy
from tests.tracker.people import patient as new_patient
from tests.tracker.schedules import AT, TODAY, add, ago, low_risk
from tracker.facts import facts_for
from tracker.models import ConservationCount, FollowUp, Lesion, Patient, PrimaryCancer, Symptom
from tracker.services.acts.occasion import by_the_scheduler
from tracker.services.policies import ensure_default

pytestmark = [pytest.mark.django_db, pytest.mark.storage]


def output(*command: str, **options: object) -> str:
    out = StringIO()
    call_command(*command, stdout=out, verbosity=0, **options)
    return out.getvalue()


def test_replan_puts_the_shipped_policy_in_force_and_plans_everybody(patient: Patient) -> None:
    said = output("replan", "--as-of", str(TODAY))
    assert said == f"1 patients planned on {TODAY}, 1 changed: 2 opened, 1 tasks raised, 0 tasks ended\n"
    assert FollowUp.objects.filter(patient=patient).count() == 2
    assert "0 changed" in output("replan", "--as-of", str(TODAY))


def test_replan_names_records_that_cannot_be_planned(patient: Patient) -> None:
    lesion = low_risk(patient)
    Lesion.objects.filter(pk=lesion.pk).update(level="T99")
    with pytest.raises(CommandError, match=f"1 patients cannot be planned, see the log; patient rows {patient.pk}"):
        output("replan", "--as-of", str(TODAY))


@pytest.mark.parametrize("wrong", [["--as-of", "June"], ["--as-of", "2026-13-01"], ["--batch-size", "0"]])
def test_replan_refuses_what_it_cannot_use(wrong: list[str]) -> None:
    with pytest.raises(CommandError, match="expected"):
        output("replan", *wrong)


def test_count_states_prints_and_stores_the_figures(patient: Patient) -> None:
    output("replan", "--as-of", str(TODAY))
    said = output("count_states", "--as-of", str(TODAY))
    assert said.startswith(f"1 active patients on {TODAY}\n")
    assert ["overdue", "1", "1"] in [line.split() for line in said.splitlines()]
    assert ConservationCount.objects.get(on=TODAY, stream="imaging", state="overdue").patients == 1


def test_count_states_fails_where_a_stream_stands_nowhere(patient: Patient, capsys: pytest.CaptureFixture[str]) -> None:
    ensure_default(occasion=by_the_scheduler(TODAY, AT))
    with pytest.raises(CommandError, match="does not add up"):
        output("count_states", "--as-of", str(TODAY))
    assert f"patient row {patient.pk}: imaging stands in no state" in capsys.readouterr().err


def test_a_stored_patient_shown_as_a_case_gives_the_same_plan_and_no_identity(patient: Patient) -> None:
    ensure_default(occasion=by_the_scheduler(TODAY, AT))
    low_risk(patient)
    add(Symptom, patient, ago(3), kind="pain_suggestive", detail="told Tamar's sister")
    said = output("show_case", patient.number, as_of=TODAY)
    (case,) = read_cases(said)
    assert case.as_of == TODAY
    assert (
        plan(case.facts, default_policy(), TODAY).rows
        == plan(facts_for([patient.pk], TODAY)[patient.pk], default_policy(), TODAY).rows
    )
    for private in (patient.number, patient.family_name, patient.given_name, patient.phone, "sister", "1965"):
        assert private not in said


def test_of_two_primaries_the_faster_is_shown(patient: Patient) -> None:
    ensure_default(occasion=by_the_scheduler(TODAY, AT))
    add(PrimaryCancer, patient, ago(50), site="prostate", subtype="hormone_sensitive")
    add(PrimaryCancer, patient, ago(40), site="rcc")
    (case,) = read_cases(output("show_case", patient.number, as_of=TODAY))
    assert [primary.site for primary in case.facts.primaries] == ["rcc"]


def test_a_lesion_of_unknown_level_has_no_case(patient: Patient, capsys: pytest.CaptureFixture[str]) -> None:
    ensure_default(occasion=by_the_scheduler(TODAY, AT))
    add(Lesion, patient, ago(9))
    with pytest.raises(SystemExit) as ended:
        output("show_case", patient.number, as_of=TODAY)
    assert ended.value.code == 3
    assert "no known level" in capsys.readouterr().err


def test_later_facts_are_not_shown(patient: Patient) -> None:
    ensure_default(occasion=by_the_scheduler(TODAY, AT))
    low_risk(patient)
    (case,) = read_cases(output("show_case", patient.number, as_of=TODAY - timedelta(100)))
    assert case.facts.studies == ()


def test_nobody_has_that_number() -> None:
    new_patient()
    with pytest.raises(CommandError, match="No patient has the number 'X 1'"):
        output("show_case", "X 1")
