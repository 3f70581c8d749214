"""The files of a CSV cohort and their columns; the reference page lists the same."""

from __future__ import annotations

from dataclasses import dataclass

from tracker.kinds import names


@dataclass(frozen=True, slots=True)
class Table:
    """One file, `name`.csv or `name`.csv.gz. `key` is the column that names its rows, where it has one.

    `kind` is the kind of fact that the file lists completely; ``facts/<name>.py`` reads it.

    A `required` column must stand in the header; an `optional` one may be missing, and then nothing is known of it.
    """

    name: str
    required: tuple[str, ...]
    optional: tuple[str, ...] = ()
    key: str = ""
    kind: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column the file may have."""
        return self.required + self.optional


PATIENT = "patient_id"

PATIENTS = Table(
    "patients",
    (PATIENT, "mrn", "birth_date", "primary_site", "registered_date", "status"),
    names(
        "sex marker primary_dx_date spine_mets_dx_date status_date death_date time_zone country preferred_channel "
        "language family_name given_name phone email"
    ),
)
LESIONS = Table(
    "lesions",
    (PATIENT, "lesion_id", "level", "finding_date", "escc"),
    names("sins_location sins_pain sins_bone_lesion sins_alignment sins_collapse sins_posterolateral"),
    key="lesion_id",
    kind="lesion",
)
THERAPIES = Table(
    "therapies",
    (PATIENT, "therapy_id", "class", "start_date"),
    ("drugs", "stop_date", "reason"),
    key="therapy_id",
    kind="therapy",
)
PROCEDURES = Table(
    "procedures",
    (PATIENT, "procedure_id", "type", "date"),
    ("level", "end_date", "dose_cgy", "fractions"),
    key="procedure_id",
    kind="procedure",
)
IMAGING = Table(
    "imaging", (PATIENT, "study_id", "date", "modality"), ("coverage", "result"), key="study_id", kind="study"
)
RESPONSES = Table("responses", (PATIENT, "date", "category"), ("evidence",), kind="response")
VISITS = Table("visits", (PATIENT, "visit_id", "kind", "date"), key="visit_id", kind="visit")
SYMPTOMS = Table("symptoms", (PATIENT, "date", "kind"), ("reported_at", "detail"), kind="symptom")
PERFORMANCE = Table("performance", (PATIENT, "date"), ("ecog", "kps"), kind="function")
CONTACTS = Table("contacts", (PATIENT, "date", "outcome"), ("channel",))

#: Files of facts, in the order in which they are read for a patient.
FACTS = (LESIONS, THERAPIES, PROCEDURES, IMAGING, RESPONSES, VISITS, SYMPTOMS, PERFORMANCE, CONTACTS)
TABLES = (PATIENTS, *FACTS)
