"""Lines of treatment from orders, administrations and statements: joined, stopped, asked about."""

from datetime import date
from pathlib import Path

import pytest

from tests.tracker.interop.fhir_builder import (
    RXNORM,
    T8,
    Fhir,
    asked,
    breast,
    concept,
    given,
    kinds,
    order,
    read,
    snomed,
    spinal,
    taken,
)
from tracker.interop.drafts import LineDraft
from tracker.interop.records import PatientRecord


def line(record: PatientRecord) -> LineDraft:
    (found,) = record.lines
    return found


# Drugs


def test_an_order_is_intent_and_says_so(tmp_path: Path) -> None:
    found = read(tmp_path, spinal(T8), order("drug", "osimertinib"))
    assert found.patient is not None
    drug = line(found.patient)
    assert (drug.therapy_class, drug.drugs, drug.occurred_on, drug.stopped_on) == (
        "tki", ("osimertinib",), date(2026, 1, 10), None,
    )  # fmt: skip
    assert kinds(found, "note") == ["intent_not_exposure"]


@pytest.mark.parametrize(
    "drug",
    [
        "Tagrisso 80 mg tablet", "OSIMERTINIB", concept(RXNORM, "1721581"),
        concept("urn:oid:2.16.840.1.113883.6.88", "1721581", "osimertinib 80 MG Oral Tablet"),
        concept(RXNORM, "1600416", "osimertinib"),
    ],
)  # fmt: skip
def test_brands_codes_and_codes_nobody_knows(tmp_path: Path, drug: str | Fhir) -> None:
    assert line(taken(tmp_path, spinal(T8), order("drug", drug))).drugs == ("osimertinib",)


def test_a_code_and_a_name_of_two_drugs_are_asked_about(tmp_path: Path) -> None:
    found = read(tmp_path, spinal(T8), order("drug", concept(RXNORM, "1721581", "pembrolizumab")))
    assert found.patient is not None
    assert found.patient.lines == ()
    assert asked(found) == ["drug_conflict"]


@pytest.mark.parametrize("contained", [True, False])
def test_the_drug_may_stand_in_a_resource_of_its_own(tmp_path: Path, contained: bool) -> None:
    medication = {"resourceType": "Medication", "id": "m1", "code": {"text": "nivolumab"}}
    reference = {"reference": "#m1" if contained else "Medication/m1"}
    drug = order("drug", "", medicationCodeableConcept=None, medicationReference=reference)
    if contained:
        drug["contained"] = [medication]
    others = [] if contained else [medication]
    assert line(taken(tmp_path, spinal(T8), drug, *others)).drugs == ("nivolumab",)


def test_drugs_begun_together_are_one_line(tmp_path: Path) -> None:
    record = taken(tmp_path, spinal(T8), order("a", "cabozantinib"), order("b", "nivolumab", start="2026-01-15"))
    assert (line(record).therapy_class, line(record).drugs) == ("ici_tki", ("cabozantinib", "nivolumab"))


def test_a_partner_begun_later_takes_the_class_of_the_drug_beside_it(tmp_path: Path) -> None:
    record = taken(tmp_path, spinal(T8), order("a", "exemestane", start="2025-01-10"), order("b", "everolimus"))
    assert [(one.drugs, one.therapy_class) for one in record.lines] == [
        (("exemestane",), "endocrine"), (("everolimus",), "endocrine"),
    ]  # fmt: skip


def test_repeated_cycles_are_one_line(tmp_path: Path) -> None:
    days = ("2026-03-01", "2026-03-22", "2026-04-12", "2026-05-03")
    found = read(tmp_path, spinal(T8), *(given(f"c{number}", "docetaxel", on) for number, on in enumerate(days)))
    assert found.patient is not None
    assert (line(found.patient).occurred_on, line(found.patient).stopped_on) == (date(2026, 3, 1), None)
    assert kinds(found, "note") == ["joined_cycles"]


def test_a_series_that_ended_long_ago_has_an_unknown_stop(tmp_path: Path) -> None:
    found = read(tmp_path, spinal(T8), given("a", "docetaxel", "2025-04-01"), given("b", "docetaxel", "2025-05-01"))
    assert found.patient is not None
    drug = line(found.patient)
    assert (drug.stopped_on, drug.stopped_precision) == (date(2025, 5, 1), "unknown")
    assert asked(found) == ["stop_unknown"]


def test_a_drug_given_again_after_a_year_is_a_line_of_its_own(tmp_path: Path) -> None:
    record = taken(tmp_path, spinal(T8), given("a", "docetaxel", "2025-01-01"), given("b", "docetaxel", "2026-05-01"))
    assert [one.occurred_on for one in record.lines] == [date(2025, 1, 1), date(2026, 5, 1)]


def test_orders_repeated_each_cycle_go_on_with_the_newest(tmp_path: Path) -> None:
    orders = [order(f"o{month}", "osimertinib", start=f"2025-0{month}-01", status="completed") for month in (1, 2, 3)]
    record = taken(tmp_path, spinal(T8), *orders, order("now", "osimertinib", start="2025-04-01"))
    assert (line(record).occurred_on, line(record).stopped_on) == (date(2025, 1, 1), None)


@pytest.mark.parametrize("status", ["completed", "stopped"])
def test_over_without_an_end_is_an_unknown_stop(tmp_path: Path, status: str) -> None:
    found = read(tmp_path, spinal(T8), order("drug", "osimertinib", status=status))
    assert found.patient is not None
    assert line(found.patient).stopped_precision == "unknown"
    assert asked(found) == ["stop_unknown"]


def test_a_stop_with_its_day_and_reason(tmp_path: Path) -> None:
    stopped = order("drug", "cisplatin", end="2026-03-01", status="stopped", statusReason=snomed("407563006"))
    drug = line(taken(tmp_path, spinal(T8), stopped))
    assert (drug.stopped_on, drug.stopped_precision, drug.stop_reason) == (
        date(2026, 3, 1),
        "day",
        "toxicity",
    )


def test_an_end_that_is_still_to_come_stops_nothing(tmp_path: Path) -> None:
    found = read(tmp_path, spinal(T8), order("drug", "osimertinib", end="2027-01-01"))
    assert found.patient is not None
    assert line(found.patient).stopped_on is None
    assert "planned_end" in kinds(found, "note")


def test_an_open_order_that_another_followed_is_asked_about(tmp_path: Path) -> None:
    found = read(tmp_path, spinal(T8), order("a", "gefitinib", start="2025-01-01"), order("b", "osimertinib"))
    assert asked(found) == ["no_stop"]


@pytest.mark.parametrize(
    ("resource", "kind"),
    [
        (order("d", "osimertinib", status="entered-in-error"), "entered_in_error"),
        (order("d", "osimertinib", status="cancelled"), "not_given"),
        (order("d", "osimertinib", status="draft"), "not_given"),
        (order("d", "osimertinib", intent="plan"), "not_ordered"),
        (order("d", "osimertinib", doNotPerform=True), "not_ordered"),
        (given("d", "docetaxel", "2026-05-01", status="not-done"), "not_given"),
    ],
)
def test_what_was_never_given_is_left_out_and_said(tmp_path: Path, resource: Fhir, kind: str) -> None:
    found = read(tmp_path, spinal(T8), resource)
    assert found.patient is not None
    assert found.patient.lines == ()
    assert kinds(found, "skipped") == [kind]


def test_a_statement_is_exposure(tmp_path: Path) -> None:
    stated = {
        "resourceType": "MedicationStatement", "id": "s", "status": "active", "subject": {"reference": "Patient/alice"},
        "medicationCodeableConcept": {"text": "letrozole"}, "effectivePeriod": {"start": "2025-11"},
    }  # fmt: skip
    found = read(tmp_path, spinal(T8), stated)
    assert found.patient is not None
    assert (line(found.patient).occurred_on, line(found.patient).precision) == (date(2025, 11, 1), "month")
    assert kinds(found, "note") == []


def test_an_unknown_drug_for_the_cancer_is_asked_about_and_another_is_not(tmp_path: Path) -> None:
    reason = [{"reference": "Condition/primary"}]
    found = read(
        tmp_path,
        breast(),
        spinal(T8),
        order("new", "novatinib", reasonReference=reason),
        order("ache", "ibuprofen"),
    )
    assert [(one.kind, one.value) for one in found.questions] == [("unknown_drug", "novatinib")]
    assert [one.value for one in found.problems if one.kind == "drug_not_needed"] == ["ibuprofen"]


def test_bone_agents_are_no_line(tmp_path: Path) -> None:
    found = read(tmp_path, spinal(T8), order("drug", "denosumab"))
    assert found.patient is not None
    assert found.patient.lines == ()
    assert kinds(found, "unused") == ["no_line"]
