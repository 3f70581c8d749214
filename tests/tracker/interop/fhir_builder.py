"""FHIR resources of invented patients, for tests: the least that a resource must say, and what a test adds."""

import json
from datetime import date
from pathlib import Path
from typing import Any

from tracker.interop.fhir import read_fhir
from tracker.interop.records import PatientRecord, Reading

SNOMED, LOINC = "http://snomed.info/sct", "http://loinc.org"
ICD10CM, HGNC = "http://hl7.org/fhir/sid/icd-10-cm", "http://www.genenames.org"
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
MCODE = "http://hl7.org/fhir/us/mcode/StructureDefinition/"
AS_OF = date(2026, 6, 1)
T8, L1 = "77435000", "61032001"
IMAGING, TUMOUR_MARKER = "363679005", "250724005"

Fhir = dict[str, Any]


def concept(system: str, code: str, display: str = "") -> Fhir:
    """A CodeableConcept of one coding."""
    coding = {"system": system, "code": code}
    return {"coding": [coding | {"display": display} if display else coding]}


def snomed(code: str, display: str = "") -> Fhir:
    return concept(SNOMED, code, display)


def patient(key: str = "alice", number: str | None = "MRN-1", **more: Any) -> Fhir:
    """Alice, born in 1960, with a hospital number."""
    found: Fhir = {"resourceType": "Patient", "id": key, "birthDate": "1960-05-04", "gender": "female"}
    if number is not None:
        kind = concept("http://terminology.hl7.org/CodeSystem/v2-0203", "MR")
        found["identifier"] = [{"use": "usual", "type": kind, "system": "http://estuary.example", "value": number}]
    return found | more


def _about(kind: str, key: str, of: str, **more: Any) -> Fhir:
    found = {"resourceType": kind, "id": key, "subject": {"reference": f"Patient/{of}"}} | more
    return {key: value for key, value in found.items() if value is not None}


def condition(key: str, code: Fhir | None, of: str = "alice", on: str | None = "2025-03-01", **more: Any) -> Fhir:
    status = concept("http://terminology.hl7.org/CodeSystem/condition-ver-status", "confirmed")
    return _about("Condition", key, of, **({"code": code, "onsetDateTime": on, "verificationStatus": status} | more))


def breast(**more: Any) -> Fhir:
    return condition("primary", snomed("254837009", "Malignant neoplasm of breast"), **more)


def spinal(*levels: str, key: str = "met", **more: Any) -> Fhir:
    """A metastasis of the vertebral column at vertebrae given as SNOMED CT codes."""
    sites = {"bodySite": [snomed(level) for level in levels]} if levels else {}
    return condition(key, snomed("94602001", "Secondary malignant neoplasm of vertebral column"), **(sites | more))


def observation(key: str, code: str, on: str | None = "2026-03-01", of: str = "alice", **more: Any) -> Fhir:
    return _about(
        "Observation",
        key,
        of,
        **({"status": "final", "code": concept(LOINC, code), "effectiveDateTime": on} | more),
    )


def status(key: str, value: str, on: str = "2026-03-01", evidence: str | None = IMAGING, **more: Any) -> Fhir:
    """A disease status with its evidence."""
    url = f"{MCODE}mcode-cancer-disease-status-evidence-type"
    extension = {"extension": [{"url": url, "valueCodeableConcept": snomed(evidence)}]} if evidence else {}
    return observation(key, "97509-4", on, valueCodeableConcept=snomed(value), **(extension | more))


def variant(key: str, genes: list[Fhir], present: str = "LA9633-4", change: str = "", **more: Any) -> Fhir:
    """A genomic variant; `genes` as concepts of HGNC, `change` in HGVS of the protein."""
    parts = [{"code": concept(LOINC, "48018-6"), "valueCodeableConcept": gene} for gene in genes]
    if change:
        change_of = {"coding": [{"system": "http://varnomen.hgvs.org", "code": change}]}
        parts.append({"code": concept(LOINC, "48005-3"), "valueCodeableConcept": change_of})
    parts += more.pop("component", [])
    return observation(key, "69548-6", valueCodeableConcept=concept(LOINC, present), component=parts, **more)


def order(key: str, drug: str | Fhir, start: str | None = "2026-01-10", end: str | None = None, **more: Any) -> Fhir:
    """A MedicationRequest with its period in the dosage."""
    bounds = {key: value for key, value in (("start", start), ("end", end)) if value}
    base = {
        "status": "active",
        "intent": "order",
        "medicationCodeableConcept": {"text": drug} if isinstance(drug, str) else drug,
        "authoredOn": start,
        "dosageInstruction": [{"timing": {"repeat": {"boundsPeriod": bounds}}}] if bounds else None,
    }
    return _about("MedicationRequest", key, more.pop("of", "alice"), **(base | more))


def given(key: str, drug: str, on: str, **more: Any) -> Fhir:
    base = {"status": "completed", "medicationCodeableConcept": {"text": drug}, "effectiveDateTime": on}
    return _about("MedicationAdministration", key, "alice", **(base | more))


def radiotherapy(
    key: str, dose: float | None = 2400, fractions: int | None = 3, unit: str = "cGy", start: str = "2026-01-12",
    end: str | None = "2026-01-16", sites: tuple[str, ...] = (T8,), **more: Any,
) -> Fhir:  # fmt: skip
    """A course summary with its dose as mCODE writes it."""
    parts: list[Fhir] = []
    if dose is not None:
        parts.append({"url": "totalDoseDelivered", "valueQuantity": {"value": dose, "unit": unit}})
    if fractions is not None:
        parts.append({"url": "fractionsDelivered", "valueUnsignedInt": fractions})
    period = {"start": start} | ({"end": end} if end else {})
    base: Fhir = {"status": "completed", "code": snomed("1217123003"), "performedPeriod": period}
    if parts:
        base["extension"] = [{"url": f"{MCODE}mcode-radiotherapy-dose-delivered-to-volume", "extension": parts}]
    if sites:
        base["bodySite"] = [snomed(site) for site in sites]
    return _about("Procedure", key, "alice", **(base | more))


def procedure(key: str, name: str, on: str | None = "2026-02-01", **more: Any) -> Fhir:
    return _about(
        "Procedure",
        key,
        "alice",
        **({"status": "completed", "code": {"text": name}, "performedDateTime": on} | more),
    )


def report(key: str, code: Fhir | None = None, on: str | None = "2026-03-18", **more: Any) -> Fhir:
    """A report of an MRI of the spine."""
    base = {"status": "final", "code": code or snomed("241645008", "MRI of spine"), "effectiveDateTime": on}
    return _about("DiagnosticReport", key, "alice", **(base | more))


def bundle(*resources: Fhir, kind: str = "collection") -> Fhir:
    return {"resourceType": "Bundle", "type": kind, "entry": [{"resource": one} for one in resources]}


def write(path: Path, document: object) -> Path:
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def readings(path: Path) -> list[Reading]:
    return list(read_fhir(path, as_of=AS_OF))


def read(folder: Path, *resources: Fhir, person: Fhir | None = None) -> Reading:
    """The one reading of Alice's bundle."""
    path = write(folder / "alice.json", bundle(person or patient(), *resources))
    (found,) = [one for one in readings(path) if one.name]
    return found


def taken(folder: Path, *resources: Fhir, person: Fhir | None = None) -> PatientRecord:
    """What was understood of Alice; fails with every problem where she was not taken."""
    found = read(folder, *resources, person=person)
    assert found.patient is not None, "\n".join(map(str, found.problems))
    return found.patient


def kinds(reading: Reading, severity: str) -> list[str]:
    """Kinds of the problems of one severity."""
    return [problem.kind for problem in reading.problems if problem.severity == severity]


def asked(reading: Reading) -> list[str]:
    """Kinds of the questions."""
    return [question.kind for question in reading.questions]
