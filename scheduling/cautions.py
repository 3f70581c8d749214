"""What a clinician is reminded of beside the dates: information and checklist items, which change none.

Modifiers M6 and M7 of the clinical dossier (3.5 and section 4). Nothing here advises a drug or a dose.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import NamedTuple

from scheduling.catalog.drug_table import Drug, Target
from scheduling.catalog.drugs import read_drugs
from scheduling.catalog.sources import Tag
from scheduling.engine.day import Today
from scheduling.engine.record.facts import Facts, Lesion, Procedure
from scheduling.engine.record.view import covers
from scheduling.engine.vocabulary import PatientStatus, ProcedureKind, TherapyClass
from scheduling.engine.words import day_text, listed

#: A single fraction of so many Gray, and for how long it is told: a little more than the 4 months it speaks of.
SINGLE_FRACTION_GY = 20
TOLD_FOR = timedelta(weeks=18)
_FRACTURED = ("under_50", "over_50")


class Said(NamedTuple):
    """One statement, where it comes from, and how it was verified."""

    text: str
    source: str
    tag: Tag


class Caution(NamedTuple):
    """One thing to keep in mind: `kind` is information, or checklist for what is asked before a treatment."""

    kind: str
    text: str
    sources: tuple[Said, ...]


def cautions(facts: Facts, today: Today) -> tuple[Caution, ...]:
    """What is to be kept in mind on `today`; nothing for somebody who has died."""
    if facts.status == PatientStatus.DECEASED:
        return ()
    return (*_fracture(facts, today), *_before_surgery(facts), *_before_radiotherapy(facts))


def _fracture(facts: Facts, today: Today) -> Iterator[Caution]:
    """M6: after one large fraction, at a lytic or already fractured level."""
    for procedure in facts.procedures:
        if (
            procedure.kind == ProcedureKind.SBRT
            and procedure.fractions == 1
            and (procedure.dose_gy or 0) >= SINGLE_FRACTION_GY
            and timedelta(0) <= today - procedure.on <= TOLD_FOR
        ):
            at = [lesion for lesion in facts.lesions if _treated(procedure, lesion) and _fragile(lesion)]
            if at:
                levels = listed((lesion.level or "a level not known" for lesion in at), "and")
                text = f"Single-fraction SBRT of {procedure.dose_gy:g} Gy on {day_text(procedure.on)} at {levels}"
                why = "lytic or already fractured: most vertebral fractures after it occur within 4 months."
                yield Caution("information", f"{text}, {why}", (_SAHGAL,))


def _treated(procedure: Procedure, lesion: Lesion) -> bool:
    """Whether the lesion was, or may have been, in the field: what is not recorded is not ruled out."""
    return not procedure.levels or lesion.level is None or covers(procedure.levels, lesion.level)


def _fragile(lesion: Lesion) -> bool:
    return lesion.sins.bone_lesion == "lytic" or lesion.sins.collapse in _FRACTURED


_SAHGAL = Said(
    "57 of 410 segments fractured, at a median of 2.5 months, 65% of them within 4 months",
    "Sahgal 2013, JCO 31:3426",
    Tag.VERIFIED,
)
_CABOZANTINIB = (
    Said("cabozantinib 28 days before surgery", "a 2021 review, PMC8339966, table 3", Tag.VERIFIED),
    Said("cabozantinib about 3 weeks before surgery", "US label", Tag.KNOWN_HIGH),
)
_BRAF_MEK = (
    Said("held for 3 days or more around fractionated radiotherapy", "ECOG, IJROBP 2016;95:632", Tag.VERIFIED),
    Said("held for 1 day or more around SRS", "consensus, from knowledge", Tag.KNOWN_HIGH),
)


def _running(facts: Facts, *targets: Target) -> tuple[Drug, ...]:
    """The running drugs with one of these targets, as the catalogue knows them."""
    therapy = facts.therapy
    if therapy is None or therapy.therapy_class == TherapyClass.NONE:
        return ()
    return tuple(drug for drug in read_drugs(therapy.drugs).drugs if drug.target in targets)


def _before_surgery(facts: Facts) -> Iterator[Caution]:
    """M7: a VEGFR inhibitor before an operation. The record holds no planned operation, so it is said beforehand."""
    drugs = _running(facts, Target.VEGFR)
    if drugs:
        named = listed((drug.name for drug in drugs), "and")
        conflict = any(drug.name == "cabozantinib" for drug in drugs)
        text = f"If an operation is planned: ask the oncologist about holding {named}. Check the current label"
        more = "; the sources for cabozantinib contradict each other." if conflict else "."
        yield Caution("checklist", text + more, _CABOZANTINIB if conflict else ())


def _before_radiotherapy(facts: Facts) -> Iterator[Caution]:
    """M7: a BRAF or MEK inhibitor around radiotherapy."""
    drugs = _running(facts, Target.BRAF, Target.MEK)
    if drugs:
        named = listed((drug.name for drug in drugs), "and")
        text = f"If radiotherapy is planned: ask the oncologist about holding {named} around it."
        yield Caution("checklist", text, _BRAF_MEK)
