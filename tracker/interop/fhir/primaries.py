"""Cancers of origin: which each is, by code and histology, each once; anything in doubt is asked."""

from __future__ import annotations

import re
from dataclasses import replace

from scheduling.catalog.codes import SNOMED, SiteReading, SiteTable, clean_code
from scheduling.engine.vocabulary import Site
from tracker.interop.days import Day
from tracker.interop.drafts import PrimaryDraft
from tracker.interop.fhir.cancers import Cancers
from tracker.interop.fhir.elements import Node
from tracker.interop.fhir.notes import Notes
from tracker.interop.fhir.resources import Resource

METASTATIC = re.compile(r"secondary|metasta", re.IGNORECASE)
#: SNOMED CT: malignant neoplasm, without saying which.
_MALIGNANT_ANYWHERE = "363346000"
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


def read_primary(notes: Notes, resource: Resource, day: Day, table: SiteTable, found: Cancers) -> None:
    """A cancer of origin; one whose site is not sure counts as unknown, which is asked about."""
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
    if METASTATIC.search(code.wording):
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


def primaries_once(notes: Notes, primaries: list[PrimaryDraft]) -> list[PrimaryDraft]:
    """Each cancer once, by its first day: registries repeat it."""
    kept: dict[tuple[str, str], PrimaryDraft] = {}
    for draft in sorted(primaries, key=lambda one: (one.occurred_on, one.source_key)):
        key = (draft.site, draft.subtype) if draft.site != Site.UNKNOWN else (draft.site, draft.source_key)
        if key not in kept:
            kept[key] = draft
            continue
        expected = f"each cancer once; {kept[key].source_key} counts"
        notes.note_read(draft.place, draft.text, "repeated_primary", expected)
    return list(kept.values())


def ask_origin(notes: Notes, primaries: list[PrimaryDraft]) -> None:
    """Of several cancers of origin a person says which gave the metastases."""
    if len(primaries) < 2:
        return
    names = "; ".join(f"{one.text or one.site} ({one.occurred_on})" for one in primaries)
    last, value = primaries[-1], f"{len(primaries)} cancers"
    notes.add_question("two_primaries", (names[:280],), last.source_key, last.place, value, None)
