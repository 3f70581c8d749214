"""Cancer conditions: which are primaries, which metastases, and what each primary is; anything in doubt is asked."""

from __future__ import annotations

import re
from collections.abc import Iterable
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
from tracker.interop.fhir.cancers import Cancers
from tracker.interop.fhir.elements import Day, Node
from tracker.interop.fhir.metastases import METASTATIC_ANYWHERE, read_metastasis
from tracker.interop.fhir.notes import Notes
from tracker.interop.fhir.sources import Resource
from tracker.interop.fhir.validation import profiles
from tracker.interop.records import PrimaryDraft, QuestionDraft

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
            notes.unused(
                resource, code, "not_cancer", "a primary cancer or a metastasis; not needed", code.wording
            )
            continue
        found.malignant |= {resource.key, resource.address}
        if not _stands(notes, resource):
            continue
        day = _day(notes, resource)
        if day is None:
            continue
        if kind is _ConditionKind.PRIMARY:
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
    return _ConditionKind.SECONDARY if _METASTATIC.search(code.wording) else _ConditionKind.PRIMARY


def _stands(notes: Notes, resource: Resource) -> bool:
    """Whether the condition holds: not entered in error, refuted or in doubt."""
    verification = resource.node["verificationStatus"]
    codes = {coding.code for coding in verification.codings}
    if "entered-in-error" in codes:
        notes.in_error(resource, verification, resource.node["code"].wording or "A condition")
        return False
    if "refuted" in codes:
        notes.skip(
            resource, verification, "refuted", "a condition that was not ruled out; left out", "refuted"
        )
        return False
    if codes & _DOUBTED:
        words = resource.node["code"].wording
        notes.ask(
            resource, verification, "unconfirmed_condition", value=", ".join(sorted(codes)),
            text=f"{words or 'A cancer condition'} is not confirmed at the source. Does it hold? It is left out until "
            "answered.",
            expected="verificationStatus confirmed",
        )  # fmt: skip
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
    given = next((one for one in (onset, node["recordedDate"], asserted) if one), None)
    if given is None:
        held = notes.day_held()
        notes.remark(
            resource, node["onsetDateTime"], "no_date", f"an onset; none is given, held on {held.on}", "none"
        )
        return held
    if given is not onset:
        notes.remark(resource, given, "no_onset", "an onset; the day it was recorded is taken")
    return notes.usable_day(resource, given, "condition")


# Primaries


def _primary(notes: Notes, resource: Resource, day: Day, table: SiteTable, found: Cancers) -> None:
    node = resource.node
    code = node["code"]
    reading = _site(notes, resource, table)
    sure = reading is not None and reading.site is not None and reading.sure
    draft = PrimaryDraft(
        source_key=resource.key, occurred_on=day.on, precision=day.precision, place=resource.place("Condition.code"),
        site=str(reading.site) if sure and reading and reading.site else str(Site.UNKNOWN),
        subtype=(reading.subtype or "") if sure and reading else "", text=code.wording[:200],
    )  # fmt: skip
    found.primaries.append(draft)
    _ask_age(notes, resource, day)
    if sure:
        return
    words = code.wording or "A cancer without code or text"
    proposed = None
    if reading is not None and reading.site is not None:
        proposed = PrimaryDraft(
            source_key=draft.source_key, occurred_on=draft.occurred_on, precision=draft.precision, place=draft.place,
            site=str(reading.site), subtype=reading.subtype or "", text=draft.text,
        )  # fmt: skip
    question = reading.question if reading is not None and reading.question else _unsure(code)
    notes.ask(
        resource, code, "primary_site", fact=draft.source_key, draft=proposed,
        value=", ".join(c.code for c in code.codings) or words,
        text=f"{words}: {question} It counts as an unknown primary until answered.",
        expected="a code that names one cancer of origin",
    )  # fmt: skip


def _ask_age(notes: Notes, resource: Resource, day: Day) -> None:
    """A cancer of adults in a child is more often another person's record than a rarity."""
    if notes.birth is None or day.precision == "unknown":
        return
    age = (day.on - notes.birth.on).days // 365
    if age < _ADULT_FROM:
        words = resource.node["code"].wording or "A cancer"
        notes.ask(
            resource, resource.node["onsetDateTime"], "implausible_age", value=f"{age} years",
            text=f"{words} at the age of {age}: is this the right patient, and the right date of birth? It stands "
            "until answered.",
            expected=f"a cancer of adults, at {_ADULT_FROM} or older",
        )  # fmt: skip


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
        return SiteReading(
            None, None, False, "the code says non-small-cell, the histology small-cell. Which is it?"
        )
    return SiteReading(site, subtype, True, source=reading.source)


def _once(notes: Notes, primaries: list[PrimaryDraft]) -> list[PrimaryDraft]:
    """Each cancer once, by its first day: registries repeat it."""
    kept: dict[tuple[str, str], PrimaryDraft] = {}
    for draft in sorted(primaries, key=lambda one: (one.occurred_on, one.source_key)):
        key = (draft.site, draft.subtype) if draft.site != Site.UNKNOWN else (draft.site, draft.source_key)
        if key not in kept:
            kept[key] = draft
            continue
        notes.note_read(
            draft.place, draft.text, "repeated_primary", f"each cancer once; {kept[key].source_key} counts"
        )
    return list(kept.values())


def _ask_origin(notes: Notes, primaries: list[PrimaryDraft]) -> None:
    if len(primaries) < 2:
        return
    names = "; ".join(f"{one.text or one.site} ({one.occurred_on})" for one in primaries)
    last = primaries[-1]
    notes.questions.append(
        QuestionDraft(
            kind="two_primaries", source_key=f"fhir:{notes.name}:{last.source_key}#two_primaries"[:300],
            place=last.place, value=f"{len(primaries)} cancers", expected="one cancer of origin",
            text=f"Several cancers of origin are recorded: {names[:280]}. Which gave the spinal metastases? The one "
            "with the shortest intervals counts until answered.",
            patient=notes.whose,
        )
    )  # fmt: skip
