"""What the reader makes of therapies, treatments, symptoms, contacts and markers."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tests.tracker.interop.cohorts import Row, kinds, question, read_one, taken
from tracker.interop.records import Severity

# therapies


def test_brands_and_capitals_are_read_through_the_catalogue_and_said(tmp_path: Path) -> None:
    rows = [
        {"drugs": "Kisqali + Femara"},
        {"therapy_id": "R2", "drugs": "NIVOLUMAB;CABOZANTINIB"},
        {"therapy_id": "R3", "drugs": "wonderdrug"},
    ]
    reading = read_one(tmp_path, {"therapies": [{**row, "reason": "first_line"} for row in rows]})
    assert [line.drugs for line in taken(reading).lines] == [
        ("ribociclib", "letrozole"), ("nivolumab", "cabozantinib"), ("wonderdrug",),
    ]  # fmt: skip
    assert kinds(reading, Severity.NOTE) == ["drug_name", "drug_name", "unknown_drug"]


def test_best_supportive_care_is_a_stopped_therapy(tmp_path: Path) -> None:
    row = {"class": "none", "drugs": "", "reason": "best supportive care"}
    (line,) = taken(read_one(tmp_path, {"therapies": [row]})).lines
    assert (line.therapy_class, line.reason) == ("none", "none")


def test_a_stop_before_the_start_is_asked_about_with_the_days_exchanged(tmp_path: Path) -> None:
    reading = read_one(tmp_path, {"therapies": [{"stop_date": "2025-01-01"}]})
    assert taken(reading).lines == ()
    offered = question(reading).proposal
    assert offered is not None
    assert (offered.fields["occurred_on"], offered.fields["stopped_on"]) == ("2025-01-01", "2025-04-01")


def test_a_line_that_another_replaced_counts_as_stopped_and_is_asked_about(tmp_path: Path) -> None:
    later = {"therapy_id": "R2", "start_date": "2026-01-05", "reason": "progression", "class": "chemo_adc"}
    reading = read_one(tmp_path, {"therapies": [{}, later]})
    first, second = taken(reading).lines
    assert (first.stopped_on, first.stopped_precision) == (date(2026, 1, 5), "unknown")
    assert second.stopped_on is None
    assert question(reading).kind == "no_stop"


def test_rows_that_say_the_same_count_once_and_rows_that_differ_are_refused(tmp_path: Path) -> None:
    same = read_one(tmp_path, {"therapies": [{}, {}]})
    assert len(taken(same).lines) == 1
    assert kinds(same, Severity.SKIPPED) == ["repeated_row"]
    different = read_one(tmp_path, {"therapies": [{}, {"drugs": "gefitinib"}]})
    assert different.patient is None
    assert kinds(different, Severity.ERROR) == ["two_rows_one_key"]


# treatments


def test_a_course_without_its_end_is_said(tmp_path: Path) -> None:
    reading = read_one(tmp_path, {"procedures": [{"end_date": ""}]})
    (course,) = taken(reading).procedures
    assert (course.occurred_on, course.precision) == (date(2025, 5, 1), "unknown")
    assert kinds(reading, Severity.NOTE) == ["course_without_end"]
    single = read_one(tmp_path, {"procedures": [{"end_date": "", "dose_cgy": "2400", "fractions": "1"}]})
    assert single.problems == ()
    assert taken(single).procedures[0].precision == "day"


@pytest.mark.parametrize(
    ("row", "kind", "kept"),
    [
        ({"dose_cgy": "27"}, "dose_unit", 1),
        ({"dose_cgy": "3000", "fractions": "10"}, "kind_and_dose", 1),
        ({"date": "2025-05-09"}, "end_before_start", 0),
    ],
)
def test_a_course_that_contradicts_itself_is_asked_about(tmp_path: Path, row: Row, kind: str, kept: int) -> None:
    reading = read_one(tmp_path, {"procedures": [row]})
    assert question(reading).kind == kind
    assert len(taken(reading).procedures) == kept


def test_two_courses_to_one_level_within_two_weeks_are_asked_about(tmp_path: Path) -> None:
    second = {"procedure_id": "O2", "date": "2025-05-10", "end_date": "2025-05-12"}
    reading = read_one(tmp_path, {"procedures": [{}, second]})
    assert len(taken(reading).procedures) == 2
    assert question(reading).kind == "one_course"
    apart = {"procedure_id": "O2", "date": "2025-06-10", "end_date": "2025-06-12"}
    assert read_one(tmp_path, {"procedures": [{}, apart]}).questions == ()


# symptoms, responses, contacts, status, markers


def test_resolved_pain_closes_every_earlier_pain_and_nothing_else(tmp_path: Path) -> None:
    rows = [
        {"date": "2026-01-01"},
        {"date": "2026-02-01"},
        {"date": "2026-02-20", "kind": "neuro"},
        {"date": "2026-03-01", "kind": "pain_resolved", "detail": ""},
        {"date": "2026-03-01"},
        {"date": "2026-04-01"},
    ]
    symptoms = taken(read_one(tmp_path, {"symptoms": rows}, date(2026, 4, 2))).symptoms
    closed = {(one.kind, one.occurred_on): one.closed_on for one in symptoms}
    assert closed == {
        ("pain_suggestive", date(2026, 1, 1)): date(2026, 3, 1),
        ("pain_suggestive", date(2026, 2, 1)): date(2026, 3, 1),
        ("neuro", date(2026, 2, 20)): None,
        ("pain_suggestive", date(2026, 3, 1)): None,
        ("pain_suggestive", date(2026, 4, 1)): None,
    }


def test_pain_resolved_without_a_pain_is_said(tmp_path: Path) -> None:
    reading = read_one(tmp_path, {"symptoms": [{"kind": "pain_resolved"}]})
    assert taken(reading).symptoms == ()
    assert kinds(reading, Severity.UNUSED) == ["nothing_to_close"]


@pytest.mark.parametrize(("day", "confirmed"), [("2026-03-03", True), ("2026-03-02", False)])
def test_a_neurological_symptom_fires_by_itself_for_ninety_days(tmp_path: Path, day: str, confirmed: bool) -> None:
    reading = read_one(tmp_path, {"symptoms": [{"kind": "neuro", "date": day}]})
    (symptom,) = taken(reading).symptoms
    assert symptom.confirmed is confirmed
    assert [asked.kind for asked in reading.questions] == ([] if confirmed else ["neuro_still_open"])
    if not confirmed:
        offered = question(reading).proposal
        assert offered is not None
        assert offered.fields["confirmed"] is True


def test_a_report_gives_its_moment_with_its_zone(tmp_path: Path) -> None:
    row = {"kind": "neuro", "date": "2026-05-01", "reported_at": "2026-05-01T09:40+01:00"}
    (symptom,) = taken(read_one(tmp_path, {"symptoms": [row]})).symptoms
    assert symptom.reported_at == datetime(2026, 5, 1, 8, 40, tzinfo=UTC)
    (without,) = taken(read_one(tmp_path, {"symptoms": [{"kind": "neuro"}]})).symptoms
    assert without.reported_at is None
    for wrong in ("2026-05-01T09:40", "09:40", "soon"):
        reading = read_one(tmp_path, {"symptoms": [row | {"reported_at": wrong}]})
        assert reading.patient is None
        assert kinds(reading, Severity.ERROR) == ["moment"]


def test_two_responses_of_one_day_both_stand_and_are_asked_about(tmp_path: Path) -> None:
    reading = read_one(tmp_path, {"responses": [{}, {"category": "progressive"}]})
    assert [one.spine for one in taken(reading).responses] == ["stable", "progressive"]
    assert len({one.source_key for one in taken(reading).responses}) == 2
    assert question(reading).kind == "two_responses_one_day"


def test_lost_contact_is_active_and_stands_among_those_not_reached(tmp_path: Path) -> None:
    calls = [{"date": "2026-05-01", "outcome": "reached"}, {"date": "2026-05-10"}, {"date": "2026-05-20"}]
    reading = read_one(
        tmp_path, {"patients": [{"status": "lost_contact", "status_date": "2026-05-10"}], "contacts": calls}
    )
    record = taken(reading)
    assert [one.status for one in record.statuses] == ["active"]
    assert (record.unreachable_since, record.contact_failures) == (date(2026, 5, 10), 2)


def test_a_discharge_without_a_clinician_is_asked_about_and_nothing_stops(tmp_path: Path) -> None:
    reading = read_one(tmp_path, {"patients": [{"status": "discharged", "status_date": "2026-05-10"}]})
    assert taken(reading).statuses == ()
    assert question(reading).kind == "discharge"


@pytest.mark.parametrize(
    ("site", "marker", "subtype", "markers"),
    [
        ("breast", " ER+/HER2-\u00a0", "hr_pos_her2_neg", [("ER+", "present"), ("HER2-", "absent")]),
        ("prostate", "HRR wild type", "", [("HRR wild type", "absent")]),
        ("thyroid", "RET M918T (medullary)", "medullary", [("RET M918T", "present")]),
        ("rcc", "clear cell", "clear_cell", []),
    ],
)
def test_the_marker_gives_what_the_catalogue_decides_and_no_more(
    tmp_path: Path, site: str, marker: str, subtype: str, markers: list[tuple[str, str]]
) -> None:
    record = taken(read_one(tmp_path, {"patients": [{"primary_site": site, "marker": marker}]}))
    assert record.primaries[0].subtype == subtype
    assert [(one.name, one.result) for one in record.markers] == markers


def test_a_missing_marker_and_white_space_are_said(tmp_path: Path) -> None:
    assert kinds(read_one(tmp_path, {"patients": [{"marker": ""}]}), Severity.NOTE) == ["no_marker"]
    assert kinds(read_one(tmp_path, {"patients": [{"marker": " EGFR L858R\u00a0"}]}), Severity.NOTE) == ["white_space"]


def test_only_the_surgeons_visits_are_surgeon_visits(tmp_path: Path) -> None:
    rows = [{}, {"visit_id": "V2", "kind": "radiation_oncologist"}, {"visit_id": "V3", "kind": "oncologist"}]
    assert [one.kind for one in taken(read_one(tmp_path, {"visits": rows})).visits] == [
        "spine_surgeon", "oncologist", "oncologist",
    ]  # fmt: skip
