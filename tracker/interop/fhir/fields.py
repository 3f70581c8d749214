"""Elements of a resource that nothing here reads: they are said, so that nothing is dropped in silence."""

from __future__ import annotations

from tracker.interop.fhir.elements import Node
from tracker.interop.fhir.notes import Notes
from tracker.interop.fhir.resources import Resource
from tracker.interop.fhir.validation import is_needed

#: Elements of every resource that carry no clinical fact, or that say who and where.
_COMMON = frozenset(
    """resourceType id meta implicitRules language text contained identifier subject patient encounter
    category status performer requester recorder asserter issued recordedDate authoredOn basedOn partOf
    location instantiatesCanonical instantiatesUri informationSource statusReason reasonCode
    reasonReference""".split()  # noqa: SIM905
)
_READ = {
    "Patient": "name telecom gender birthDate deceasedBoolean deceasedDateTime address communication link active",
    "Condition": "clinicalStatus verificationStatus code bodySite onsetDateTime onsetPeriod abatementDateTime onsetAge "
    "onsetRange onsetString",
    "Observation": "code effectiveDateTime effectivePeriod effectiveInstant valueCodeableConcept valueQuantity "
    "valueInteger valueString interpretation component focus",
    "Procedure": "code performedDateTime performedPeriod bodySite note usedCode",
    "MedicationRequest": "intent medicationCodeableConcept medicationReference dosageInstruction reasonCode "
    "reasonReference doNotPerform",
    "MedicationAdministration": "medicationCodeableConcept medicationReference effectiveDateTime effectivePeriod "
    "reasonCode reasonReference request context",
    "MedicationStatement": "medicationCodeableConcept medicationReference effectiveDateTime effectivePeriod "
    "dateAsserted reasonCode reasonReference",
    "DiagnosticReport": "code effectiveDateTime effectivePeriod conclusion result",
    "ImagingStudy": "started modality procedureCode description series numberOfSeries numberOfInstances",
    "BodyStructure": "location description",
}
_NAMES = {kind: _COMMON | frozenset(names.split()) for kind, names in _READ.items()}
#: Extensions that are read, or that say what no rule here asks for.
_EXTENSIONS = frozenset(
    """condition-related condition-assertedDate mcode-histology-morphology-behavior
    mcode-cancer-disease-status-evidence-type mcode-radiotherapy-sessions mcode-procedure-intent
    mcode-treatment-intent mcode-radiotherapy-modality-and-technique
    mcode-radiotherapy-dose-delivered-to-volume mcode-treatment-termination-reason""".split()  # noqa: SIM905
)


def say_unread_fields(notes: Notes, resource: Resource) -> None:
    """One line for a resource that is read and holds more than that, with the path of every element left aside."""
    node = resource.node
    names = _NAMES.get(resource.kind)
    if names is None or not is_needed(resource):
        return
    left = [name for name in node.names if name not in names and not name.startswith("_") and name not in _HOLDERS]
    left += [
        f"extension('{address}')"
        for name in _HOLDERS
        for one in node[name]
        if (address := one["url"].text).rpartition("/")[2].partition("|")[0] not in _EXTENSIONS
    ]
    left += [
        f"contained[{number}] ({one['resourceType'].text})"
        for number, one in enumerate(node["contained"])
        if one["resourceType"].text not in ("Medication", "")
    ]
    if left:
        expected = "elements that are read; these are not needed"
        value = ", ".join(f"{resource.kind}.{name}" for name in left)
        notes.unused(resource, Node(None, resource.kind), "fields_not_needed", expected, value)


_HOLDERS = ("extension",)
