"""What the reader makes of values: read, said, asked or refused; never guessed, never silently dropped."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tracker.interop.cohorts import AS_OF, SOUND, read, read_one
from tracker.interop.csv import CohortRefused
from tracker.interop.records import PatientRecord, QuestionDraft, Reading, Severity

Row = dict[str, str]


def taken(reading: Reading) -> PatientRecord:
    assert reading.patient is not None, reading.problems
    return reading.patient


def kinds(reading: Reading, severity: Severity) -> list[str]:
    return [problem.kind for problem in reading.problems if problem.severity is severity]


def question(reading: Reading) -> QuestionDraft:
    (asked,) = reading.questions
    return asked


def test_a_sound_cohort_is_read_without_a_word(tmp_path: Path) -> None:
    files: dict[str, list[Row]] = {
        name: [{}]
        for name in (
            "lesions",
            "therapies",
            "procedures",
            "imaging",
            "responses",
            "visits",
            "symptoms",
            "performance",
        )
    }
    reading = read_one(tmp_path, files)
    record = taken(reading)
    assert (reading.problems, reading.questions) == ((), ())
    assert (record.number, record.source_key, record.sex, record.registered_on) == (
        "N1", "csv:P1", "female", date(2025, 3, 20),
    )  # fmt: skip
    assert [(one.site, one.subtype) for one in record.primaries] == [("nsclc", "")]
    assert [(one.name, one.result) for one in record.markers] == [("EGFR L858R", "present")]
    (look,) = record.lesions[0].assessments
    assert (record.lesions[0].level, look.escc, look.sins_scored, look.pain) == ("T8", "0", True, "pain_free")
    assert [(one.kind, one.dose_gy, one.fractions, one.occurred_on) for one in record.procedures] == [
        ("sbrt", Decimal(27), 3, date(2025, 5, 3))
    ]
    assert [(one.kind, one.coverage, one.first_call, one.indication) for one in record.studies] == [
        ("mri", "segment", "none", "unknown")
    ]
    assert [(one.scale, one.value) for one in record.functions] == [("ecog", "1")]
    assert record.whole
    assert "contacts" not in record.whole


@pytest.mark.parametrize(
    ("file", "row", "kind"),
    [
        ("patients", {"mrn": ""}, "missing"),
        ("patients", {"primary_site": "lung"}, "code"),
        ("patients", {"birth_date": "2026-07-01"}, "future_date"),
        ("patients", {"birth_date": "03/02/1960"}, "date_format"),
        ("patients", {"registered_date": ""}, "missing"),
        ("patients", {"primary_dx_date": "1959-01-01"}, "before_birth"),
        ("patients", {"status": "deceased"}, "missing"),
        ("patients", {"death_date": "2026-01-01"}, "status_and_death"),
        ("patients", {"status": "hospice"}, "missing"),
        ("lesions", {"sins_pain": "severe"}, "code"),
        ("lesions", {"escc": "1d"}, "code"),
        ("lesions", {"level": "T13"}, "code"),
        ("lesions", {"finding_date": "last May"}, "date"),
        ("therapies", {"class": "targeted"}, "code"),
        ("therapies", {"start_date": "2026-02-30"}, "date"),
        ("procedures", {"level": "T7-T5"}, "code"),
        ("procedures", {"fractions": "three"}, "number"),
        ("imaging", {"modality": "MR"}, "code"),
        ("responses", {"category": "PD"}, "code"),
        ("visits", {"date": ""}, "missing"),
        ("visits", {"date": "1950-01-01"}, "before_birth"),
        ("symptoms", {"kind": "pain"}, "code"),
        ("performance", {"ecog": "6"}, "number"),
        ("performance", {"kps": "85"}, "number"),
        ("visits", {"visit_id": ""}, "missing"),
    ],
)
def test_a_wrong_value_keeps_the_whole_patient_out_and_nobody_else(
    tmp_path: Path, file: str, row: Row, kind: str
) -> None:
    other = {"patient_id": "P2", "mrn": "N2"}
    files = {"patients": [row, other]} if file == "patients" else {"patients": [{}, other], file: [row]}
    wrong, sound = read(tmp_path, files)
    assert wrong.patient is None
    assert taken(sound).number == "N2"
    assert kind in kinds(wrong, Severity.ERROR)
    (problem,) = wrong.problems
    column = problem.place.removeprefix(f"{file}.csv:2 ")
    assert problem.value == {"status_date": "", **row}.get(column, "")
    assert problem.expected


def test_every_mistake_of_a_patient_is_said_at_once(tmp_path: Path) -> None:
    reading = read_one(
        tmp_path,
        {
            "patients": [{"registered_date": "soon", "primary_site": ""}],
            "lesions": [{"escc": "4"}],
            "visits": [{"kind": "surgeon"}],
        },
    )
    assert reading.patient is None
    assert {problem.place for problem in reading.problems} == {
        "patients.csv:2 registered_date", "patients.csv:2 primary_site", "lesions.csv:2 escc", "visits.csv:2 kind",
    }  # fmt: skip


def test_two_patients_with_one_number_are_both_kept_out_and_asked_about_once(tmp_path: Path) -> None:
    first, second, third = read(
        tmp_path, {"patients": [{}, {"patient_id": "P2"}, {"patient_id": "P3", "mrn": "N3"}]}
    )
    assert first.patient is None
    assert second.patient is None
    assert taken(third)
    assert kinds(first, Severity.ERROR) == kinds(second, Severity.ERROR) == ["two_patients_one_number"]
    assert question(first).source_key == "csv:number:N1"
    assert "P1, P2" in question(first).text
    assert second.questions == ()


def test_one_patient_twice_is_kept_out(tmp_path: Path) -> None:
    (reading,) = read(tmp_path, {"patients": [{}, {"mrn": "N2"}]})
    assert reading.patient is None
    assert kinds(reading, Severity.ERROR) == ["patient_twice"]


# dates


def test_a_year_of_birth_stays_a_year(tmp_path: Path) -> None:
    reading = read_one(tmp_path, {"patients": [{"birth_date": "1952"}]})
    assert (taken(reading).birth_on, taken(reading).birth_precision) == (date(1952, 1, 1), "year")
    assert kinds(reading, Severity.NOTE) == ["partial_date"]


def test_a_month_is_never_widened_to_its_first_day(tmp_path: Path) -> None:
    (visit,) = taken(read_one(tmp_path, {"visits": [{"date": "2026-03"}]})).visits
    assert (visit.occurred_on, visit.precision) == (date(2026, 3, 1), "month")


def test_a_date_with_the_year_last_is_read_only_where_it_means_one_day(tmp_path: Path) -> None:
    clear = read_one(tmp_path, {"therapies": [{"start_date": "29/04/2026"}]})
    assert taken(clear).lines[0].occurred_on == date(2026, 4, 29)
    assert kinds(clear, Severity.NOTE) == ["date_format"]
    unclear = read_one(tmp_path, {"therapies": [{"start_date": "04/10/2025"}]})
    assert taken(unclear).lines == ()
    assert "2025-10-04 or 2025-04-10" in question(unclear).text
    assert question(unclear).proposal is not None


@pytest.mark.parametrize("file", ["procedures", "imaging", "responses", "visits", "symptoms", "performance"])
def test_a_fact_after_the_reference_day_is_left_out_and_said(tmp_path: Path, file: str) -> None:
    column = "end_date" if file == "procedures" else "date"
    reading = read_one(tmp_path, {file: [{column: "2026-06-02"}]})
    record = taken(reading)
    fields = {"imaging": "studies", "performance": "functions"}
    assert getattr(record, fields.get(file, file)) == ()
    assert kinds(reading, Severity.SKIPPED) == ["future_date"]


def test_a_fact_after_death_is_left_out_and_asked_about(tmp_path: Path) -> None:
    dead = {"status": "deceased", "status_date": "2026-01-10", "death_date": "2026-01-10"}
    reading = read_one(tmp_path, {"patients": [dead], "imaging": [{}]})
    assert taken(reading).studies == ()
    assert taken(reading).deceased_on == date(2026, 1, 10)
    assert question(reading).kind == "after_death"


# lesions


@pytest.mark.parametrize("written", ["2027-03-01", "03/04/2025", ""])
def test_a_lesion_without_a_clear_day_stays_and_nothing_counts_as_done_since(
    tmp_path: Path, written: str
) -> None:
    reading = read_one(tmp_path, {"lesions": [{"finding_date": written, "escc": "3"}]})
    (lesion,) = taken(reading).lesions
    assert (lesion.occurred_on, lesion.precision) == (AS_OF, "unknown")
    assert lesion.assessments[0].escc == "3"
    assert question(reading).value == written
    offered = question(reading).proposal
    assert offered is not None
    assert offered.fields["occurred_on"] is None


def test_a_lesion_over_two_levels_has_none_until_a_person_says_which(tmp_path: Path) -> None:
    reading = read_one(tmp_path, {"lesions": [{"level": "t8-t9", "sins_location": "semirigid"}]})
    (lesion,) = taken(reading).lesions
    assert (lesion.level, lesion.assessments[0].location) == ("", "semirigid")
    assert "T8 or T9" in question(reading).text
    offered = question(reading).proposal
    assert offered is not None
    assert offered.fields["level"] is None


def test_the_location_class_may_say_which_level_was_scored_as_a_proposal(tmp_path: Path) -> None:
    reading = read_one(tmp_path, {"lesions": [{"level": "l1-l2", "sins_location": "junctional"}]})
    assert taken(reading).lesions[0].level == ""
    offered = question(reading).proposal
    assert offered is not None
    assert offered.record == "lesion"
    assert offered.fields["level"] == "L1"


def test_a_location_class_against_the_level_is_asked_about_and_the_level_counts(tmp_path: Path) -> None:
    reading = read_one(tmp_path, {"lesions": [{"sins_location": "rigid"}]})
    assert taken(reading).lesions[0].assessments[0].location == ""
    assert question(reading).kind == "location_and_level"


def test_a_score_with_an_item_missing_is_not_known_and_no_score_is_none(tmp_path: Path) -> None:
    unscored = {f"sins_{item}": "" for item in ("location", "pain", "bone_lesion", "alignment", "collapse")}
    rows = [{"sins_alignment": ""}, {**unscored, "sins_posterolateral": "", "escc": "", "lesion_id": "L2"}]
    partly, bare = taken(read_one(tmp_path, {"lesions": rows})).lesions
    assert partly.assessments[0].sins_scored
    assert partly.assessments[0].alignment == ""
    assert bare.assessments == ()


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
def test_a_course_that_contradicts_itself_is_asked_about(
    tmp_path: Path, row: Row, kind: str, kept: int
) -> None:
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
def test_a_neurological_symptom_fires_by_itself_for_ninety_days(
    tmp_path: Path, day: str, confirmed: bool
) -> None:
    reading = read_one(tmp_path, {"symptoms": [{"kind": "neuro", "date": day}]})
    (symptom,) = taken(reading).symptoms
    assert symptom.confirmed is confirmed
    assert [asked.kind for asked in reading.questions] == ([] if confirmed else ["neuro_still_open"])
    if not confirmed:
        offered = question(reading).proposal
        assert offered is not None
        assert offered.fields["confirmed"] is True


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
    assert kinds(read_one(tmp_path, {"patients": [{"marker": " EGFR L858R\u00a0"}]}), Severity.NOTE) == [
        "white_space"
    ]


def test_only_the_surgeons_visits_are_surgeon_visits(tmp_path: Path) -> None:
    rows = [{}, {"visit_id": "V2", "kind": "radiation_oncologist"}, {"visit_id": "V3", "kind": "oncologist"}]
    assert [one.kind for one in taken(read_one(tmp_path, {"visits": rows})).visits] == [
        "spine_surgeon", "oncologist", "oncologist",
    ]  # fmt: skip


ANY_CELL = st.sampled_from(
    [(name, column) for name, row in SOUND.items() for column in row if column != "patient_id"]
)
ANY_TEXT = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=30),
    st.sampled_from(
        ["", " ", "\u00a0", "0", "-1", "1e9", "NaN", "null", "2026-06-02", "2026-13-01", "0000-00-00", "99/99/9999",
         "1/1/2026", "13/1/2026", "٣", "T8-T9", "T9-T8", "C0", "none", "=1+1", "x" * 5000]
    ),
)  # fmt: skip


@given(cell=ANY_CELL, text=ANY_TEXT)
def test_no_value_breaks_the_reader_and_none_is_dropped_in_silence(
    tmp_path_factory: pytest.TempPathFactory, cell: tuple[str, str], text: str
) -> None:
    """Whatever stands in one cell, the patient comes in with it, or something is said of that very place."""
    name, column = cell
    files: dict[str, list[Row]] = {file: [{}] for file in SOUND}
    plain = taken(read_one(tmp_path_factory.mktemp("plain"), files))
    files[name] = [{column: text}]
    folder = tmp_path_factory.mktemp("changed")
    try:
        reading = read_one(folder, files)
    except CohortRefused:
        return
    said = any(
        problem.place.startswith(f"{name}.csv:2") for problem in (*reading.problems, *reading.questions)
    )
    kept = reading.patient is not None and reading.patient != plain
    nothing_new = text.strip() in ("", SOUND[name][column])
    assert said or kept or nothing_new or (name, column) in READ_AND_NOT_KEPT


#: Columns that are read for other columns' sake, or are known and have no place in the record.
READ_AND_NOT_KEPT = {
    ("patients", "country"),
    ("patients", "status_date"),
    ("procedures", "date"),
    ("contacts", "channel"),
    ("contacts", "date"),
}
