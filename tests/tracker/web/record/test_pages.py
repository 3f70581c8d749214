"""Recording on the patient's page: every form, every mistake at once, what changed, and who may close."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
from django.test import Client

from scheduling.engine.words import day_text
from tests.tracker import people
from tests.tracker.web.conftest import ago, planned
from tracker import clock
from tracker.models import MODELS, LesionAssessment, Patient, Study, Symptom, TherapyLine
from tracker.web.record.sheets import BUTTONS
from tracker.words import moment_text

pytestmark = pytest.mark.django_db


def url(patient: Patient, tail: str) -> str:
    return f"/patients/{patient.key}/{tail}"


@pytest.mark.parametrize("form", BUTTONS)
def test_every_form_opens_and_an_empty_one_is_refused_whole(form: str, nurse: Client) -> None:
    patient = planned()
    address = url(patient, f"record/{form}/")
    assert nurse.get(address).status_code == 200
    answer = nurse.post(address, {})
    assert answer.status_code == 422
    assert "before this can be saved" in answer.content.decode()


def test_all_mistakes_of_a_study_come_at_once_and_nothing_is_lost(nurse: Client) -> None:
    patient = planned()
    typed = {
        "kind": "mri",
        "indication": "unknown",
        "occurred_on": "31.12.2199",
        "reported_on": "someday",
        "report": "T12: more height loss.",
    }
    answer = nurse.post(url(patient, "record/study/"), typed)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "Two things need a change before this can be saved" in text
    assert "Tue 31 Dec 2199 is after today" in text
    assert "“someday” is not a day." in text
    assert 'value="31.12.2199"' in text
    assert "T12: more height loss.</textarea>" in text
    assert Study.objects.filter(patient=patient).count() == 1


def test_a_study_ends_with_what_changed_in_the_schedule(nurse: Client) -> None:
    patient = planned()
    answer = nurse.post(
        url(patient, "record/study/"),
        {
            "kind": "mri",
            "occurred_on": "yesterday",
            "coverage": "whole_spine",
            "indication": "scheduled_surveillance",
        },
        follow=True,
    )
    text = answer.content.decode()
    assert answer.redirect_chain == [(url(patient, ""), 302)]
    assert "Study saved, Tamar Wren." in text
    assert "Imaging done; this follow-up is complete." in text
    assert Study.objects.filter(patient=patient, occurred_on=ago(1)).count() == 1


def test_a_value_the_record_refuses_stands_at_its_field(nurse: Client) -> None:
    patient = planned()
    answer = nurse.post(
        url(patient, "record/study/"),
        {"kind": "mri", "occurred_on": "yesterday", "indication": "unknown", "report": "Worse."},
    )
    assert answer.status_code == 422
    assert "Day of the report: A result was given without its day" in answer.content.decode()


def test_a_lesion_is_scored_with_an_item_not_known(nurse: Client) -> None:
    patient = planned()
    given = {
        "level": "L3",
        "occurred_on": "yesterday",
        "escc": "1a",
        "pain": "pain_free",
        "bone_lesion": "lytic",
    }
    assert nurse.post(url(patient, "record/lesion/"), given).status_code == 302
    look = LesionAssessment.objects.get(lesion__level="L3")
    assert (look.escc, look.pain, look.alignment, look.sins_scored) == ("1a", "pain_free", "", True)


def test_a_known_lesion_is_scored_again(nurse: Client) -> None:
    patient = planned()
    lesion = LesionAssessment.objects.get().lesion
    address = url(patient, f"lesions/{lesion.pk}/score/")
    assert nurse.get(address).status_code == 200
    assert nurse.post(address, {"occurred_on": "today", "escc": "1c"}).status_code == 302
    assert LesionAssessment.objects.filter(lesion=lesion, escc="1c").count() == 1


def test_the_running_score_never_totals_a_missing_item(nurse: Client) -> None:
    items = {
        "level": "T12",
        "pain": "mechanical",
        "bone_lesion": "lytic",
        "collapse": "none",
        "posterolateral": "none",
    }
    part = nurse.post("/sins/", items).content.decode()
    assert "8 to 12" in part
    assert "No total: alignment is missing." in part
    whole = nurse.post("/sins/", items | {"alignment": "normal"}).content.decode()
    assert "potentially unstable" in whole
    assert "No total" not in whole


def test_a_red_flag_starts_the_pathway_and_only_a_clinician_ends_it(nurse: Client, surgeon: Client) -> None:
    patient = planned()
    given = {"kind": "neuro", "occurred_on": "today", "detail": "New weakness in both legs"}
    text = nurse.post(url(patient, "record/symptom/"), given, follow=True).content.decode()
    assert "Emergency pathway, not a schedule" in text
    symptom = Symptom.objects.get()
    close = url(patient, f"symptoms/{symptom.pk}/close/")
    refused = nurse.get(close)
    assert refused.status_code == 403
    assert "Only a clinician may close a symptom" in refused.content.decode()
    assert nurse.post(close, {"closed_on": "today", "reason": "better"}).status_code == 403
    assert surgeon.post(close, {"closed_on": "today"}).status_code == 422
    assert surgeon.post(close, {"closed_on": "today", "reason": "MRI clear, examined"}).status_code == 302
    symptom.refresh_from_db()
    assert symptom.closed_on == clock.today()


def test_the_form_of_a_symptom_has_the_day_filled_in_and_asks_the_hour(nurse: Client) -> None:
    patient = planned()
    address = url(patient, "record/symptom/")
    form = nurse.get(address).content.decode()
    assert f'value="{day_text(clock.today())}"' in form
    assert "Hour it was reported" in form
    yesterday = {"kind": "neuro", "occurred_on": "yesterday"}
    shown = nurse.post(address, yesterday | {"hour": "9.40"}, follow=True).content.decode()
    symptom = Symptom.objects.get()
    assert symptom.reported_at == clock.moment_at(clock.today() - timedelta(1), time(9, 40))
    assert f"Reported {moment_text(symptom.reported_at)}." in " ".join(shown.split())
    ahead = clock.at_clinic(clock.now() + timedelta(minutes=2))
    given = {"kind": "neuro", "occurred_on": day_text(ahead.date()), "hour": f"{ahead:%H:%M}"}
    refused = nurse.post(address, given)
    assert refused.status_code == 422
    assert "future" in refused.content.decode() or "after today" in refused.content.decode()
    assert nurse.post(address, yesterday | {"hour": "25"}).status_code == 422
    assert Symptom.objects.count() == 1


def test_therapy_is_recorded_and_stopped(nurse: Client) -> None:
    patient = planned()
    given = {
        "therapy_class": "tki",
        "drugs": "osimertinib, denosumab",
        "occurred_on": "1 Mar 2026",
        "reason": "first_line",
    }
    assert nurse.post(url(patient, "record/therapy/"), given).status_code == 302
    line = TherapyLine.objects.get()
    assert line.drugs == ["osimertinib", "denosumab"]
    assert nurse.post(url(patient, f"therapies/{line.pk}/stop/"), {"stopped_on": "today"}).status_code == 302


def test_levels_are_read_as_people_write_them(nurse: Client) -> None:
    patient = planned()
    given = {
        "kind": "sbrt",
        "occurred_on": "yesterday",
        "levels": "T7, L6, t12-t10",
        "dose_gy": "24",
        "fractions": "2",
    }
    text = nurse.post(url(patient, "record/procedure/"), given).content.decode()
    assert "“L6”, “T12-T10” are not levels here." in text
    assert nurse.post(url(patient, "record/procedure/"), given | {"levels": "t07, T10–T12"}).status_code == 302


def test_a_wrong_fact_stays_visible_with_its_reason(nurse: Client) -> None:
    patient = planned()
    study = Study.objects.get()
    address = url(patient, f"wrong/study/{study.pk}/")
    assert nurse.post(address, {}).status_code == 422
    assert nurse.post(address, {"reason": "Another patient’s study"}).status_code == 302
    assert "Another patient’s study" in nurse.get(url(patient, "history/")).content.decode()
    assert nurse.get(url(patient, f"wrong/nonsense/{study.pk}/")).status_code == 404


def test_an_administrator_records_nothing() -> None:
    from tests.tracker.web.conftest import signed_in
    from tracker.models import Membership

    patient, dana = planned(), people.dana()
    Membership.objects.create(user=dana, team=people.estuary())
    assert signed_in(dana).get(url(patient, "")).status_code == 200
    assert signed_in(dana).get(url(patient, "record/study/")).status_code == 403


def test_a_result_is_added_once_and_imaging_safety_fills_its_gap(nurse: Client) -> None:
    patient = planned()
    study = Study.objects.get()
    given = {"reported_on": "today", "first_call": "none", "report": "No change."}
    assert nurse.post(url(patient, f"studies/{study.pk}/report/"), given).status_code == 302
    again = nurse.post(url(patient, f"studies/{study.pk}/report/"), given)
    assert again.status_code == 422
    assert "This study was reported on" in again.content.decode()
    assert "MRI safety not cleared" in nurse.get(url(patient, "")).content.decode()
    safety = {"occurred_on": "today", "mri": "ok", "gadolinium_allergy": "no", "egfr": "71"}
    page = nurse.post(url(patient, "record/safety/"), safety, follow=True).content.decode()
    assert "MRI safety not cleared" not in page
    assert "71.0 mL/min" in page


def test_a_step_down_is_approved_by_a_clinician_where_the_plan_proposes_it(nurse: Client, surgeon: Client) -> None:
    patient = planned()
    assert nurse.get(url(patient, "step-down/")).status_code == 403
    refused = surgeon.post(url(patient, "step-down/"), {"reason": "quiet for a year"})
    assert refused.status_code == 422


@pytest.mark.parametrize(
    ("form", "given", "listed"),
    [
        (
            "marker",
            {
                "name": "EGFR exon 19 deletion",
                "result": "present",
                "value": "42 %",
                "occurred_on": "yesterday",
            },
            "EGFR exon 19 deletion 42 % present",
        ),
        ("function", {"scale": "ecog", "value": "1", "occurred_on": "yesterday"}, "ECOG 1"),
        (
            "progression",
            {"occurred_on": "yesterday", "found_by": "symptom", "kind": "fracture", "walking": "with_help"},
            "Fracture",
        ),
    ],
)
def test_what_had_no_form_is_recorded_listed_and_marked_as_wrong(
    nurse: Client, form: str, given: dict[str, str], listed: str
) -> None:
    patient = planned()
    page = nurse.post(url(patient, f"record/{form}/"), given, follow=True).content.decode()
    assert f"{form.capitalize()} saved, Tamar Wren." in page
    section = page[page.index(f'id="{form}"') :]
    assert listed in " ".join(section[: section.index("</section>")].split())
    fact = MODELS[form]._default_manager.get(patient=patient)
    wrong = url(patient, f"wrong/{form}/{fact.pk}/")
    assert wrong in section
    page = nurse.post(wrong, {"reason": "Of another patient."}, follow=True).content.decode()
    assert f"Marked as wrong: {form}, Tamar Wren." in page
    assert wrong not in page


def test_a_function_scale_is_refused_with_the_values_it_has(nurse: Client) -> None:
    given = {"scale": "karnofsky", "value": "1", "occurred_on": "yesterday"}
    answer = nurse.post(url(planned(), "record/function/"), given)
    assert answer.status_code == 422
    assert "expected one of 0, 10, 20" in answer.content.decode()
