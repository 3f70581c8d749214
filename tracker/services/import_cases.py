"""What an import understood, as the engine would see it: a record without the database, and as a case."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from scheduling.cases import case_to_mapping
from scheduling.cases.writing import CaseMapping
from scheduling.engine.planning.prepared import prepared
from scheduling.engine.policy.rows import Policy
from scheduling.engine.record import history as engine
from scheduling.engine.record.facts import Constraints, Facts, Primary, Procedure, Sins, Study
from scheduling.engine.record.history import History
from scheduling.engine.record.view import TEMPOS
from scheduling.engine.vocabulary import Site
from tracker.facts import _marker_text as marker_text
from tracker.facts import facts_of
from tracker.interop.records import LesionDraft, PatientRecord


def history_of(record: PatientRecord, as_of: date) -> History:
    """The dated record of one patient as the rows of an import would give it; `as_of` registers who has no day."""
    texts = tuple(
        dict.fromkeys(
            marker_text(marker.name, marker.value, marker.result)
            for marker in record.markers
            if marker.result in ("present", "absent")
        )
    )
    return History(
        registered=record.registered_on or as_of,
        primaries=tuple(
            Primary(one.site, one.subtype or None, texts, one.marker_class or None)
            for one in sorted(record.primaries, key=lambda one: one.occurred_on)
        )
        or (Primary(Site.UNKNOWN),),
        statuses=tuple(
            engine.StatusChange(one.occurred_on, one.status, one.transfer_accepted)
            for one in sorted(record.statuses, key=lambda one: one.occurred_on)
        ),
        lines=tuple(
            engine.TherapyLine(
                one.therapy_class, one.occurred_on, one.stopped_on, one.drugs,
                None if one.reason == "unknown" else one.reason,
            )
            for one in record.lines
        ),
        responses=tuple(engine.ResponseEntry(one.occurred_on, one.spine, one.counts) for one in record.responses),
        procedures=tuple(
            Procedure(
                one.kind, one.occurred_on, one.levels, one.hardware or None,
                None if one.dose_gy is None else float(one.dose_gy), one.fractions,
            )
            for one in record.procedures
        ),
        symptoms=tuple(
            engine.SymptomEpisode(one.kind, one.occurred_on, one.closed_on, one.detail, one.confirmed)
            for one in record.symptoms
            if one.kind != "known_spine"
        ),
        studies=tuple(Study(one.occurred_on, one.kind, one.coverage or None) for one in record.studies),
        visits=tuple(one.occurred_on for one in record.visits if one.kind == "spine_surgeon"),
        lesions=tuple(map(_lesion, record.lesions)),
        spine_symptomatic=any(
            one.kind == "known_spine" and one.confirmed and one.closed_on is None for one in record.symptoms
        ),
        constraints=_constraints(record),
        contact_failures=record.contact_failures,
    )  # fmt: skip


def _lesion(lesion: LesionDraft) -> engine.LesionHistory:
    looks = tuple(
        engine.LesionAssessment(
            look.occurred_on,
            look.escc or None,
            Sins(
                look.location or None, look.pain or None, look.bone_lesion or None, look.alignment or None,
                look.collapse or None, look.posterolateral or None, look.location_overridden,
            )
            if look.sins_scored
            else None,
        )
        for look in lesion.assessments
    )  # fmt: skip
    return engine.LesionHistory(lesion.level or None, lesion.occurred_on, looks)


def _constraints(record: PatientRecord) -> Constraints:
    """The newest known value of each."""
    mri, allergy, egfr = None, None, None
    for one in sorted(record.safety, key=lambda one: one.occurred_on):
        mri = one.mri or mri
        allergy = allergy if one.gadolinium_allergy is None else one.gadolinium_allergy
        egfr = egfr if one.egfr is None else float(one.egfr)
    return Constraints(mri, allergy, egfr)


def facts_of_record(record: PatientRecord, as_of: date) -> Facts:
    """What stands on `as_of`."""
    return facts_of(history_of(record, as_of), as_of)


def case_of(record: PatientRecord, as_of: date, policy: Policy) -> CaseMapping:
    """The patient in the case format, named as the source names the row and by nothing else.

    Raises NotACase where the format has no words for it, such as a lesion of unknown level.
    """
    name = record.source_key.partition(":")[2] or record.source_key
    facts = facts_of_record(record, as_of)
    # What somebody wrote in free words about a symptom may name a person, and no row reads it.
    symptoms = tuple(replace(symptom, detail="") for symptom in facts.symptoms)
    return case_to_mapping(
        replace(facts, symptoms=symptoms),
        name,
        as_of,
        leading=lambda primaries: min(
            primaries, key=lambda one: TEMPOS.index(prepared(policy).sets.tempo((one,))[0])
        ),
    )
