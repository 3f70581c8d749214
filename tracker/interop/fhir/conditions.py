"""Cancer conditions: which are primaries, which metastases, and what each primary is; anything in doubt is asked."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from enum import StrEnum

from scheduling.catalog.codes import (
    ICD10,
    ICD10CM,
    SNOMED,
    SiteReading,
    SiteTable,
    clean_code,
)
from scheduling.engine.vocabulary import Site
from tracker.interop.days import Day
from tracker.interop.drafts import PrimaryDraft
from tracker.interop.fhir.cancers import Cancers
from tracker.interop.fhir.elements import Node
from tracker.interop.fhir.metastases import METASTATIC_ANYWHERE, read_metastasis
from tracker.interop.fhir.notes import Notes
from tracker.interop.fhir.sources import Resource
from tracker.interop.fhir.validation import profiles

_MALIGNANT = re.compile(
    r"malignan|cancer|carcinom|neoplas|tumou?r|leuk(?:a?em)|lymphoma|melanom|sarcom|myelom|blastoma|metasta",
    re.IGNORECASE,
)
_METASTATIC = re.compile(r"secondary|metasta", re.IGNORECASE)
_ICD_MALIGNANT = re.compile(r"C\d\d|C7[AB]|D0\d")
_ICD_SECONDARY = re.compile(r"C7[789]|C7B|C80\.0")
#: SNOMED CT: malignant neoplasm, without saying which.
_MALIGNANT_ANYWHERE = "363346000"
_PRIMARY_PROFILE = re.compile(r"mcode-primary-cancer-condition")
_SECONDARY_PROFILE = re.compile(r"mcode-secondary-cancer-condition")
_HISTOLOGY = "mcode-histology-morphology-behavior"
#: SNOMED CT morphology of lung cancers, the one site whose code is often given without it (from knowledge, high).
_LUNG_HISTOLOGY: dict[str, tuple[Site, str]] = {
    "35917007": (Site.NSCLC, "adenocarcinoma"),
    "1187332001": (Site.NSCLC, "adenocarcinoma"),
    "28899001": (Site.NSCLC, "squamous"),
    "1162767002": (Site.NSCLC, "squamous"),
    "74364000": (Site.OTHER, "small_cell_lung"),
}
#: Age in years below which a spinal metastasis of the followed cancers is asked about (local convention).
_ADULT_FROM = 15
_DOUBTED = frozenset({"unconfirmed", "provisional", "differential"})


class _Kind(StrEnum):
    PRIMARY = "primary"
    SECONDARY = "secondary"
    OTHER = "other"


def read_conditions(notes: Notes, resources: Iterable[Resource], table: SiteTable) -> Cancers:
    """Read every condition; what is no cancer is said to be unused."""
    found = Cancers()
    for resource in resources:
        kind = _kind(resource.node, table)
        if kind is _Kind.OTHER:
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
        if kind is _Kind.PRIMARY:
            _primary(notes, resource, day, table, found)
        else:
            read_metastasis(notes, resource, day, table, found)
    found.primaries = _once(notes, found.primaries)
    _ask_origin(notes, found.primaries)
    return found


def is_malignant(concept: Node) -> bool:
    """Whether a CodeableConcept names a cancer, by its ICD code or by its words."""
    return any(
        (c.system in (ICD10, ICD10CM) and _ICD_MALIGNANT.match(c.code)) or _MALIGNANT.search(c.display)
        for c in concept.codings
    ) or bool(_MALIGNANT.search(concept.wording))


def _kind(node: Node, table: SiteTable) -> _Kind:
    """Codes decide, then the claimed profile, then the words. C41.2 is a primary tumour of the spine."""
    code = node["code"]
    if any(table.primary(c.system, c.code) is not None for c in code.codings):
        return _Kind.PRIMARY
    if any(table.secondary(c.system, c.code) is not None for c in code.codings):
        return _Kind.SECONDARY
    names = profiles(node)
    if any(_PRIMARY_PROFILE.match(name) for name in names):
        return _Kind.PRIMARY
    if any(_SECONDARY_PROFILE.match(name) for name in names):
        return _Kind.SECONDARY
    if code.has_code(SNOMED, METASTATIC_ANYWHERE):
        return _Kind.SECONDARY
    if any(c.system in (ICD10, ICD10CM) and _ICD_SECONDARY.match(c.code) for c in code.codings):
        return _Kind.SECONDARY
    if not is_malignant(code):
        return _Kind.OTHER
    return _Kind.SECONDARY if _METASTATIC.search(code.wording) else _Kind.PRIMARY


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
        held = notes.held()
        expected = f"an onset; none is given, held on {held.on}"
        notes.remark(resource, node["onsetDateTime"], "no_date", expected, "none")
        return held
    if given is not onset:
        notes.remark(resource, given, "no_onset", "an onset; the day it was recorded is taken")
    return notes.usable_day(resource, given, "condition")


# Primaries


def _primary(notes: Notes, resource: Resource, day: Day, table: SiteTable, found: Cancers) -> None:
    code = resource.node["code"]
    reading = _site(notes, resource, table)
    site, subtype = (reading.site, reading.subtype or "") if reading is not None else (None, "")
    sure = reading is not None and site is not None and reading.sure
    at = resource.dated(day, path="Condition.code")
    unknown = PrimaryDraft(**at, site=str(Site.UNKNOWN), text=code.wording[:200])
    read = None if site is None else replace(unknown, site=str(site), subtype=subtype)
    found.primaries.append(read if sure and read is not None else unknown)
    _ask_age(notes, resource, day)
    if sure:
        return
    words = code.wording or "A cancer without code or text"
    question = reading.question if reading is not None and reading.question else _unsure(code)
    value = ", ".join(c.code for c in code.codings) or words
    notes.ask(resource, code, "primary_site", words, question, value=value, fact=resource.key, draft=read)


def _ask_age(notes: Notes, resource: Resource, day: Day) -> None:
    """A cancer of adults in a child is more often another person's record than a rarity."""
    if notes.birth is None or day.precision == "unknown":
        return
    age = (day.on - notes.birth.on).days // 365
    if age < _ADULT_FROM:
        words = resource.node["code"].wording or "A cancer"
        notes.ask(resource, resource.node["onsetDateTime"], "implausible_age", words, age, _ADULT_FROM)


def _unsure(code: Node) -> str:
    """What is wrong with a code that names no site."""
    damaged = [c.code for c in code.codings if c.code and clean_code(c.code) is None]
    if damaged:
        return f"the code {damaged[0]} lost its digits in a spreadsheet and cannot be repaired. Which cancer is it?"
    if _METASTATIC.search(code.wording):
        return "this names a metastasis, and it is given as the primary. Which is the cancer of origin?"
    if code.has_code(SNOMED, _MALIGNANT_ANYWHERE):
        return "this says that it is a cancer, not which. Which is it?"
    return "the code is not in the table of this product. Which cancer is it?"


def _site(notes: Notes, resource: Resource, table: SiteTable) -> SiteReading | None:
    node = resource.node
    for coding in node["code"].codings:
        tidy = clean_code(coding.code)
        if tidy is not None and tidy != coding.code:
            notes.remark(resource, Node(coding.code, coding.path), "code_damaged", f"a code; read as {tidy}")
    reading = table.primary_of_codings((c.system, c.code) for c in node["code"].codings)
    histology = [c.code for one in node.extensions(_HISTOLOGY) for c in one["valueCodeableConcept"].codings]
    lung = next((_LUNG_HISTOLOGY[code] for code in histology if code in _LUNG_HISTOLOGY), None)
    if lung is None or reading is None:
        return reading
    site, subtype = lung
    is_lung = reading.site is Site.NSCLC or (reading.site is None and "lung" in reading.question)
    if not is_lung or reading.subtype:
        return reading
    if reading.site is Site.NSCLC and site is not Site.NSCLC:
        question = "the code says non-small-cell, the histology small-cell. Which is it?"
        return SiteReading(None, None, False, question)
    return SiteReading(site, subtype, True, source=reading.source)


def _once(notes: Notes, primaries: list[PrimaryDraft]) -> list[PrimaryDraft]:
    """Each cancer once, by its first day: registries repeat it."""
    kept: dict[tuple[str, str], PrimaryDraft] = {}
    for draft in sorted(primaries, key=lambda one: (one.occurred_on, one.source_key)):
        key = (draft.site, draft.subtype) if draft.site != Site.UNKNOWN else (draft.site, draft.source_key)
        if key not in kept:
            kept[key] = draft
            continue
        expected = f"each cancer once; {kept[key].source_key} counts"
        notes.remark_on(draft.place, draft.text, "repeated_primary", expected)
    return list(kept.values())


def _ask_origin(notes: Notes, primaries: list[PrimaryDraft]) -> None:
    if len(primaries) < 2:
        return
    names = "; ".join(f"{one.text or one.site} ({one.occurred_on})" for one in primaries)
    last, value = primaries[-1], f"{len(primaries)} cancers"
    notes.add_question("two_primaries", (names[:280],), last.source_key, last.place, value, None)
