"""Small CSV cohorts for tests: one sound row a file, of which a test changes what it is about."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from tracker.interop.csv import open_cohort
from tracker.interop.records import PatientRecord, QuestionDraft, Reading, Severity

AS_OF = date(2026, 6, 1)

Row = dict[str, str]

SOUND: dict[str, dict[str, str]] = {
    "patients": {
        "patient_id": "P1", "mrn": "N1", "sex": "F", "birth_date": "1960-02-03", "primary_site": "nsclc",
        "marker": "EGFR L858R", "primary_dx_date": "2024-01-10", "spine_mets_dx_date": "2025-03-01",
        "registered_date": "2025-03-20", "status": "active", "status_date": "", "death_date": "",
        "time_zone": "Europe/London", "country": "GB", "preferred_channel": "email", "language": "en",
    },
    "lesions": {
        "patient_id": "P1", "lesion_id": "L1", "level": "T8", "finding_date": "2025-03-01",
        "sins_location": "semirigid", "sins_pain": "pain_free", "sins_bone_lesion": "mixed",
        "sins_alignment": "normal", "sins_collapse": "none", "sins_posterolateral": "none", "escc": "0",
    },
    "therapies": {
        "patient_id": "P1", "therapy_id": "R1", "class": "tki", "drugs": "osimertinib", "start_date": "2025-04-01",
        "stop_date": "", "reason": "first_line",
    },
    "procedures": {
        "patient_id": "P1", "procedure_id": "O1", "type": "sbrt", "level": "T8", "date": "2025-05-01",
        "end_date": "2025-05-03", "dose_cgy": "2700", "fractions": "3",
    },
    "imaging": {
        "patient_id": "P1", "study_id": "I1", "date": "2026-03-01", "modality": "mri", "coverage": "partial_spine",
        "result": "no_progression",
    },
    "responses": {"patient_id": "P1", "date": "2026-03-02", "category": "stable", "evidence": "imaging"},
    "visits": {"patient_id": "P1", "visit_id": "V1", "kind": "spine_surgeon", "date": "2026-03-05"},
    "symptoms": {
        "patient_id": "P1", "date": "2026-05-01", "kind": "pain_suggestive", "detail": "night pain", "reported_at": "",
    },
    "performance": {"patient_id": "P1", "date": "2025-03-20", "ecog": "1", "kps": ""},
    "contacts": {"patient_id": "P1", "date": "2026-05-20", "channel": "phone", "outcome": "no_answer"},
}  # fmt: skip

Files = Mapping[str, Sequence[Mapping[str, str]]]


def write(folder: Path, files: Files) -> Path:
    """A folder with these files; a row says only in what it differs from the sound one."""
    target = folder / "cohort"
    target.mkdir(exist_ok=True)
    for name, rows in files.items():
        with (target / f"{name}.csv").open("w", newline="", encoding="utf-8") as stream:
            writer = csv.DictWriter(stream, list(SOUND[name]))
            writer.writeheader()
            writer.writerows({**SOUND[name], **row} for row in rows)
    return target


def read(folder: Path, files: Files, as_of: date = AS_OF) -> list[Reading]:
    """The readings of such a folder; the sound patient stands in it unless the test names patients."""
    return list(open_cohort(write(folder, {"patients": [{}], **files}), as_of).readings)


def read_one(folder: Path, files: Files, as_of: date = AS_OF) -> Reading:
    """The reading of the one patient."""
    (reading,) = read(folder, files, as_of)
    return reading


def taken(reading: Reading) -> PatientRecord:
    """The record of a reading that was taken in."""
    assert reading.patient is not None, reading.problems
    return reading.patient


def kinds(reading: Reading, severity: Severity) -> list[str]:
    """Which kinds of problems of this weight were said, in their order."""
    return [problem.kind for problem in reading.problems if problem.severity is severity]


def question(reading: Reading) -> QuestionDraft:
    """The one question that a reading asks."""
    (asked,) = reading.questions
    return asked
