"""FHIR R4 with HL7 mCODE in: a file, a folder or NDJSON, one reading a patient."""

from tracker.interop.fhir.reader import FhirCohort, open_fhir, read_fhir

__all__ = ["FhirCohort", "open_fhir", "read_fhir"]
