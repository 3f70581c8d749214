"""Standard codes of imaging examinations: the kind of study and how much of the spine it shows."""

from __future__ import annotations

from typing import NamedTuple

from scheduling.catalog.codes import LOINC, SNOMED, clean_code
from scheduling.catalog.sources import Tag
from scheduling.engine.vocabulary import Coverage, StudyKind


class ImagingCode(NamedTuple):
    """One examination. `coverage` None: the code does not say, and nothing is assumed. CPT is never shipped."""

    system: str
    code: str
    name: str
    kind: StudyKind
    coverage: Coverage | None
    tag: Tag
    region: str = ""


_SEGMENT, _WHOLE = Coverage.SEGMENT, Coverage.WHOLE_SPINE
_SEEN, _ONE = Tag.VERIFIED, Tag.SECONDARY
_MRI, _CT = StudyKind.MRI, StudyKind.CT_SPINE

IMAGING_CODES: tuple[ImagingCode, ...] = (
    # "MRI of spine" does not say whole spine: row E3 needs a whole-spine study, so this is never assumed.
    ImagingCode(SNOMED, "241645008", "MRI of spine", _MRI, None, _SEEN),
    ImagingCode(SNOMED, "431985004", "MRI of spine with contrast", _MRI, None, _SEEN),
    ImagingCode(SNOMED, "411611000119102", "MRI of whole spine without contrast", _MRI, _WHOLE, _SEEN),
    ImagingCode(SNOMED, "495741000119105", "MRI of whole spine with contrast", _MRI, _WHOLE, _SEEN),
    ImagingCode(SNOMED, "60443006", "MRI of cervical spine with contrast", _MRI, _SEGMENT, _SEEN, "C"),
    ImagingCode(SNOMED, "571891000119109", "MRI of cervical spine without contrast", _MRI, _SEGMENT, _SEEN, "C"),
    ImagingCode(SNOMED, "91333005", "MRI of thoracic spine with contrast", _MRI, _SEGMENT, _SEEN, "T"),
    ImagingCode(SNOMED, "396171000119100", "MRI of thoracic spine without contrast", _MRI, _SEGMENT, _SEEN, "T"),
    ImagingCode(SNOMED, "41333006", "MRI of lumbar spine with contrast", _MRI, _SEGMENT, _SEEN, "L"),
    ImagingCode(SNOMED, "394451000119106", "MRI of lumbar spine without contrast", _MRI, _SEGMENT, _SEEN, "L"),
    ImagingCode(SNOMED, "448641007", "MRI of thoracic and lumbar spine with contrast", _MRI, _SEGMENT, _SEEN, "TL"),
    ImagingCode(SNOMED, "709527009", "MRI of sacrum with contrast", _MRI, _SEGMENT, _SEEN, "S"),
    ImagingCode(SNOMED, "443271005", "FDG PET/CT of whole body", StudyKind.PET_CT, Coverage.WHOLE_BODY, _SEEN),
    ImagingCode(LOINC, "24935-9", "MR cervical spine", _MRI, _SEGMENT, _SEEN, "C"),
    ImagingCode(LOINC, "24937-5", "MR cervical spine without and with contrast", _MRI, _SEGMENT, _SEEN, "C"),
    ImagingCode(LOINC, "24938-3", "MR cervical spine with contrast", _MRI, _SEGMENT, _SEEN, "C"),
    ImagingCode(LOINC, "24980-5", "MR thoracic spine", _MRI, _SEGMENT, _SEEN, "T"),
    ImagingCode(LOINC, "24981-3", "MR thoracic spine without and with contrast", _MRI, _SEGMENT, _SEEN, "T"),
    ImagingCode(LOINC, "24982-1", "MR thoracic spine with contrast", _MRI, _SEGMENT, _SEEN, "T"),
    ImagingCode(LOINC, "24968-0", "MR lumbar spine", _MRI, _SEGMENT, _SEEN, "L"),
    ImagingCode(LOINC, "24967-2", "MR lumbar spine without and with contrast", _MRI, _SEGMENT, _SEEN, "L"),
    ImagingCode(LOINC, "36400-0", "MR spine without and with contrast", _MRI, None, _ONE),
    ImagingCode(LOINC, "36256-6", "MR spine with contrast", _MRI, None, _ONE),
    ImagingCode(LOINC, "24932-6", "CT cervical spine", _CT, _SEGMENT, _SEEN, "C"),
    ImagingCode(LOINC, "24978-9", "CT thoracic spine", _CT, _SEGMENT, _SEEN, "T"),
    ImagingCode(LOINC, "24963-1", "CT lumbar spine", _CT, _SEGMENT, _SEEN, "L"),
    ImagingCode(LOINC, "25031-6", "Bone scan", StudyKind.BONE_SCAN, Coverage.WHOLE_BODY, _SEEN),
)

_BY_CODE = {(row.system, row.code): row for row in IMAGING_CODES}


def imaging_of(system: str, code: str) -> ImagingCode | None:
    """The examination that a code stands for; None for a code that is not in the table."""
    return _BY_CODE.get((system, clean_code(code) or ""))
