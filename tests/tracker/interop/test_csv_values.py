"""What the reader makes of values: read, said, asked or refused; never guessed, never silently dropped."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tracker.interop.cohorts import AS_OF, SOUND, Row, kinds, question, read, read_one, taken
from tracker.interop.records import Severity, SourceRefused


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
    first, second, third = read(tmp_path, {"patients": [{}, {"patient_id": "P2"}, {"patient_id": "P3", "mrn": "N3"}]})
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
def test_a_lesion_without_a_clear_day_stays_and_nothing_counts_as_done_since(tmp_path: Path, written: str) -> None:
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


ANY_CELL = st.sampled_from([(name, column) for name, row in SOUND.items() for column in row if column != "patient_id"])
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
    except SourceRefused:
        return
    said = any(problem.place.startswith(f"{name}.csv:2") for problem in (*reading.problems, *reading.questions))
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
