"""The files of a cohort as files: what is refused before a single patient is read."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from tests.tracker.interop.cohorts import AS_OF, write
from tracker.interop.csv import files, open_cohort
from tracker.interop.csv.files import MAX_LINE_BYTES
from tracker.interop.records import SourceRefused


def refusal(folder: Path) -> list[str]:
    """Every mistake of the files, as sentences."""
    with pytest.raises(SourceRefused) as refused:
        open_cohort(folder, AS_OF)
    return [str(problem) for problem in refused.value.problems]


def test_only_the_patients_file_is_needed(tmp_path: Path) -> None:
    readings = list(open_cohort(write(tmp_path, {"patients": [{}]}), AS_OF).readings)
    assert [reading.patient.number for reading in readings if reading.patient] == ["N1"]


def test_a_folder_without_patients_is_refused(tmp_path: Path) -> None:
    assert "patients.csv or patients.csv.gz" in refusal(tmp_path)[0]
    assert "a folder with" in refusal(tmp_path / "absent")[0]


def test_gzip_is_told_by_its_content_and_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    folder = write(tmp_path, {"patients": [{}]})
    plain = (folder / "patients.csv").read_bytes()
    (folder / "patients.csv").unlink()
    (folder / "patients.csv.gz").write_bytes(gzip.compress(b"\xef\xbb\xbf" + plain))
    assert open_cohort(folder, AS_OF).patients == 1


def test_columns_are_checked_in_all_files_at_once(tmp_path: Path) -> None:
    folder = write(tmp_path, {"patients": [{}]})
    (folder / "patients.csv").write_text("patient_id,mrn,mrn,birth_day,primary_site,registered_date,status\n")
    (folder / "visits.csv").write_text("patient_id,visit_id,kind\n")
    said = refusal(folder)
    assert len(said) == 4
    assert any("'birth_day'" in line and "did you mean birth_date?" in line for line in said)
    assert any("'mrn'" in line and "each column once" in line for line in said)
    assert any("a column birth_date" in line for line in said)
    assert any(line.startswith("visits.csv:1") and "a column date" in line for line in said)


def truncated(content: bytes) -> bytes:
    return gzip.compress(content)[:-12]


def damaged(content: bytes) -> bytes:
    packed = bytearray(gzip.compress(content))
    packed[-6] ^= 0xFF  # a byte of the checksum
    return bytes(packed)


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        (truncated, "a complete gzip file"),
        (damaged, "a complete gzip file"),
        (lambda content: content.decode().encode("utf-16"), "text in UTF-8"),
        (lambda content: content + b"P1,V9,spine_surgeon," + b"2" * (MAX_LINE_BYTES + 1), "lines of at most"),
        (lambda content: content + b'P1,V9,"spine_surgeon,2026-01-01\n', "rows of comma-separated values"),
        (lambda content: b"", "a header"),
        (lambda content: b"\xff\xe4," + content, "a header in UTF-8"),
    ],
    ids=["truncated", "damaged", "utf-16", "long line", "open quote", "empty", "bytes in header"],
)
def test_a_file_that_cannot_be_read_to_its_end_refuses_the_cohort(
    tmp_path: Path, spoil: Callable[[bytes], bytes], expected: str
) -> None:
    folder = write(tmp_path, {"patients": [{}], "visits": [{}]})
    path = folder / "visits.csv"
    path.write_bytes(spoil(path.read_bytes()))
    (line,) = refusal(folder)
    assert line.startswith("visits.csv:")
    assert expected in line


def test_a_small_file_that_unpacks_to_a_huge_one_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_FILE_BYTES", 1_000_000)
    folder = write(tmp_path, {"patients": [{}], "visits": [{}]})
    content = (folder / "visits.csv").read_bytes()
    (folder / "visits.csv").write_bytes(gzip.compress(content + b"P1,V1,spine_surgeon,2026-01-01\n" * 100_000))
    (line,) = refusal(folder)
    assert "at most 1000000 bytes" in line


def test_the_same_file_twice_is_refused(tmp_path: Path) -> None:
    folder = write(tmp_path, {"patients": [{}]})
    (folder / "patients.csv.gz").write_bytes(gzip.compress((folder / "patients.csv").read_bytes()))
    assert "patients.csv or patients.csv.gz" in refusal(folder)[0]


def test_other_files_and_rows_of_nobody_are_said(tmp_path: Path) -> None:
    folder = write(tmp_path, {"patients": [{}], "visits": [{"patient_id": "P9"}]})
    (folder / "notes.csv").write_text("anything\n")
    general = next(iter(open_cohort(folder, AS_OF).readings))
    assert general.patient is None
    assert [(problem.kind, problem.place) for problem in general.problems] == [
        ("file", "notes.csv"),
        ("unknown_patient", "visits.csv:2 patient_id"),
    ]


def test_a_row_of_another_width_or_encoding_takes_its_patient_out_and_nobody_else(tmp_path: Path) -> None:
    folder = write(tmp_path, {"patients": [{}, {"patient_id": "P2", "mrn": "N2"}, {"patient_id": "P3", "mrn": "N3"}]})
    (folder / "visits.csv").write_bytes(
        b"patient_id,visit_id,kind,date\nP1,V1,spine_surgeon\nP2,V2,spine_surge\xf6n,2026-01-01\n"
        b"P3,V3,spine_surgeon,2026-01-01\n"
    )
    readings = list(open_cohort(folder, AS_OF).readings)
    assert [reading.patient is not None for reading in readings] == [False, False, True]
    assert [problem.kind for reading in readings for problem in reading.problems][:2] == ["width", "encoding"]
    assert readings[0].problems[0].place == "visits.csv:2"


def test_files_in_another_order_than_the_patients_are_read_all_the_same(tmp_path: Path) -> None:
    people = [{}, {"patient_id": "P2", "mrn": "N2"}]
    visits = [
        {"patient_id": "P2", "visit_id": "V2"},
        {"visit_id": "V1"},
        {"patient_id": "P2", "visit_id": "V3"},
    ]
    readings = list(open_cohort(write(tmp_path, {"patients": people, "visits": visits}), AS_OF).readings)
    assert [len(reading.patient.visits) for reading in readings if reading.patient] == [1, 2]


def test_a_cohort_of_a_hospital_is_read_with_bounded_memory(tmp_path: Path) -> None:
    """Rows in the order of the patients are read along: nothing but the next patient's rows is held."""
    people = [{"patient_id": f"P{n}", "mrn": f"N{n}"} for n in range(300)]
    visits = [
        {"patient_id": f"P{n}", "visit_id": f"V{n}-{k}", "date": f"2026-01-{k + 1:02}"}
        for n in range(300)
        for k in range(9)
    ]
    cohort = open_cohort(write(tmp_path, {"patients": people, "visits": visits}), date(2026, 6, 1))
    assert sum(len(reading.patient.visits) for reading in cohort.readings if reading.patient) == 2700
