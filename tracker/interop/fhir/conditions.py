"""Cancer conditions: which are primaries, which metastases, and what each primary is; anything in doubt is asked."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum

from scheduling.catalog.codes import ICD10, ICD10CM, SNOMED, SiteTable
from tracker.interop.days import Day
from tracker.interop.fhir.cancers import Cancers
from tracker.interop.fhir.elements import Node
from tracker.interop.fhir.metastases import METASTATIC_ANYWHERE, read_metastasis
from tracker.interop.fhir.notes import Notes
from tracker.interop.fhir.primaries import METASTATIC, ask_origin, primaries_once, read_primary
from tracker.interop.fhir.resources import Resource
from tracker.interop.fhir.validation import profiles

_MALIGNANT = re.compile(
    r"malignan|cancer|carcinom|neoplas|tumou?r|leuk(?:a?em)|lymphoma|melanom|sarcom|myelom|blastoma|metasta",
    re.IGNORECASE,
)
_ICD_MALIGNANT = re.compile(r"C\d\d|C7[AB]|D0\d")
_ICD_SECONDARY = re.compile(r"C7[789]|C7B|C80\.0")
_PRIMARY_PROFILE = re.compile(r"mcode-primary-cancer-condition")
_SECONDARY_PROFILE = re.compile(r"mcode-secondary-cancer-condition")
_DOUBTED = frozenset({"unconfirmed", "provisional", "differential"})


class _ConditionKind(StrEnum):
    PRIMARY = "primary"
    SECONDARY = "secondary"
    OTHER = "other"


def read_conditions(notes: Notes, resources: Iterable[Resource], table: SiteTable) -> Cancers:
    """Read every condition; what is no cancer is said to be unused."""
    found = Cancers()
    for resource in resources:
        kind = _kind(resource.node, table)
        if kind is _ConditionKind.OTHER:
            code = resource.node["code"]
            expected = "a primary cancer or a metastasis; not needed"
            notes.unused(resource, code, "not_cancer", expected, code.wording)
            continue
        found.malignant |= {resource.key, resource.address}
        if not _stands(notes, resource):
            continue
        day = _day(notes, resource)
        if day is None:
            continue
        if kind is _ConditionKind.PRIMARY:
            read_primary(notes, resource, day, table, found)
        else:
            read_metastasis(notes, resource, day, table, found)
    found.primaries = primaries_once(notes, found.primaries)
    ask_origin(notes, found.primaries)
    return found


def is_malignant(concept: Node) -> bool:
    """Whether a CodeableConcept names a cancer, by its ICD code or by its words."""
    return any(
        (c.system in (ICD10, ICD10CM) and _ICD_MALIGNANT.match(c.code)) or _MALIGNANT.search(c.display)
        for c in concept.codings
    ) or bool(_MALIGNANT.search(concept.wording))


def _kind(node: Node, table: SiteTable) -> _ConditionKind:
    """Codes decide, then the claimed profile, then the words. C41.2 is a primary tumour of the spine."""
    code = node["code"]
    if any(table.primary(c.system, c.code) is not None for c in code.codings):
        return _ConditionKind.PRIMARY
    if any(table.secondary(c.system, c.code) is not None for c in code.codings):
        return _ConditionKind.SECONDARY
    names = profiles(node)
    if any(_PRIMARY_PROFILE.match(name) for name in names):
        return _ConditionKind.PRIMARY
    if any(_SECONDARY_PROFILE.match(name) for name in names):
        return _ConditionKind.SECONDARY
    if code.has_code(SNOMED, METASTATIC_ANYWHERE):
        return _ConditionKind.SECONDARY
    if any(c.system in (ICD10, ICD10CM) and _ICD_SECONDARY.match(c.code) for c in code.codings):
        return _ConditionKind.SECONDARY
    if not is_malignant(code):
        return _ConditionKind.OTHER
    return _ConditionKind.SECONDARY if METASTATIC.search(code.wording) else _ConditionKind.PRIMARY


def _stands(notes: Notes, resource: Resource) -> bool:
    """Whether the condition holds: not entered in error, refuted or in doubt."""
    verification = resource.node["verificationStatus"]
    codes = {coding.code for coding in verification.codings}
    words = resource.node["code"].wording
    if "entered-in-error" in codes:
        notes.in_error(resource, verification, words or "A condition")
        return False
    if "refuted" in codes:
        expected = "a condition that was not ruled out; left out"
        notes.skip(resource, verification, "refuted", expected, "refuted")
        return False
    if codes & _DOUBTED:
        value, said = ", ".join(sorted(codes)), words or "A cancer condition"
        notes.ask(resource, verification, "unconfirmed_condition", said, value=value)
        return False
    return True


def _day(notes: Notes, resource: Resource) -> Day | None:
    """The first day that the source gives: onset, else recorded, else asserted; None where it cannot be used."""
    node = resource.node
    asserted = next(node.extensions("condition-assertedDate"), node["extension"])["valueDateTime"]
    onset = node["onsetPeriod"]["start"] if node["onsetPeriod"] else node["onsetDateTime"]
    for name in ("onsetAge", "onsetRange", "onsetString"):
        if node[name]:
            notes.unused(resource, node[name], "onset", "a date; an age or a text is not read as one")
    given = next(filter(None, (onset, node["recordedDate"], asserted)), None)
    if given is None:
        held = notes.day_held()
        expected = f"an onset; none is given, held on {held.on}"
        notes.remark(resource, node["onsetDateTime"], "no_date", expected, "none")
        return held
    if given is not onset:
        notes.remark(resource, given, "no_onset", "an onset; the day it was recorded is taken")
    return notes.usable_day(resource, given, "condition")
