"""Operations on the spine, read from their names; hospice care; everything else is counted as not needed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from scheduling.catalog.codes import SNOMED
from scheduling.catalog.observation_codes import HOSPICE
from scheduling.engine.vocabulary import PatientStatus, ProcedureKind
from tracker.interop.fhir.anatomy import Where, levels_in_text, says_spine, where_of
from tracker.interop.fhir.elements import Day, Node
from tracker.interop.fhir.notes import Notes
from tracker.interop.fhir.sources import Resource
from tracker.interop.records import ProcedureDraft, StatusDraft

_DONE = frozenset({"completed", "stopped"})
_NEVER = frozenset({"not-done", "preparation"})
_KINDS: tuple[tuple[re.Pattern[str], ProcedureKind], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), kind)
    for pattern, kind in (
        (r"separation surgery", ProcedureKind.SEPARATION_SURGERY),
        (r"kyphoplast|vertebroplast|cementoplast|cement augmentation", ProcedureKind.CEMENTOPLASTY),
        (r"ablation|cryoablat", ProcedureKind.ABLATION),
        (r"fusion|arthrodesis|stabili[sz]|instrumentation|pedicle screw|corpectomy|vertebrectomy|fixation",
         ProcedureKind.STABILIZATION),
        (r"laminectomy|decompress", ProcedureKind.DECOMPRESSION),
    )
)  # fmt: skip
#: Kinds whose names are of the spine alone; for the others the site must say so.
_ALWAYS_SPINE = re.compile(r"kyphoplast|vertebroplast|laminectomy", re.IGNORECASE)


@dataclass(slots=True)
class Operations:
    """What the procedures say, radiotherapy and imaging apart."""

    procedures: list[ProcedureDraft] = field(default_factory=list)
    statuses: list[StatusDraft] = field(default_factory=list)


def was_done(notes: Notes, resource: Resource) -> bool:
    """Whether a procedure took place: what is in error or never done is said, what is not known is asked."""
    status = resource.node["status"]
    words = resource.node["code"].wording or "A procedure"
    if status.text in _DONE:
        return True
    if status.text == "entered-in-error":
        notes.in_error(resource, status, words)
    elif status.text in _NEVER:
        notes.skip(
            resource, status, "not_done", "a procedure that took place; left out", f"{status.text}: {words}"
        )
    else:
        notes.ask(
            resource, status, "status_unknown", value=f"{status.text}: {words}",
            text=f"{words} has status {status.text} at the source. Was it done? It is left out until answered.",
            expected="status completed",
        )  # fmt: skip
    return False


def performed(notes: Notes, resource: Resource, what: str) -> Day | None:
    """The day a procedure was done: its end where a period is given."""
    node = resource.node
    period = node["performedPeriod"]
    given = period.first("end", "start") if period else node["performedDateTime"]
    if not given:
        notes.ask(
            resource, node["performedDateTime"], "no_date", value="none",
            text=f"{node['code'].wording or what} has no date. When was it done? It is left out until answered.",
            expected="the day it was done",
        )  # fmt: skip
        return None
    return notes.usable_day(resource, given, what)


def read_procedures(notes: Notes, resources: Iterable[Resource]) -> Operations:
    """Operations on the spine and hospice care among procedures that are neither radiotherapy nor imaging."""
    found = Operations()
    hospice: list[tuple[Day, Resource]] = []
    for resource in resources:
        if resource.node["code"].has_code(SNOMED, HOSPICE):
            if was_done(notes, resource) and (day := performed(notes, resource, "hospice care")) is not None:
                hospice.append((day, resource))
        else:
            _operation(notes, resource, found)
    if hospice:
        _hospice(notes, hospice, found)
    return found


def _operation(notes: Notes, resource: Resource, found: Operations) -> None:
    code = resource.node["code"]
    words = " ".join(dict.fromkeys(filter(None, (code["text"].text, *(c.display for c in code.codings)))))
    kinds = list(dict.fromkeys(kind for pattern, kind in _KINDS if pattern.search(words)))
    where = where_of(resource.node["bodySite"])
    if not where.named:
        where = Where(levels_in_text(words), says_spine(words) or bool(_ALWAYS_SPINE.search(words)), True)
    if not where.spinal or not kinds:
        if where.spinal and not _is_minor(words):
            _ask_kind(notes, resource, code, words)
            return
        notes.unused(
            resource,
            code,
            "procedure_not_needed",
            "an operation or radiotherapy of the spine, or imaging",
            words,
        )
        return
    if not was_done(notes, resource):
        return
    day = performed(notes, resource, "operation")
    if day is None:
        return
    draft = ProcedureDraft(
        source_key=resource.key, occurred_on=day.on, precision=day.precision, place=resource.place(),
        kind=str(kinds[0]), levels=where.levels, note=words[:200],
    )  # fmt: skip
    if len(kinds) > 1:
        notes.ask(
            resource, code, "procedure_kind", value=words, draft=draft,
            text=f"{words} of {day.on} can be {' or '.join(kinds)}. Which is it? It counts as {kinds[0]} until "
            "answered.",
            expected="a name of one kind of operation",
        )  # fmt: skip
    else:
        notes.remark(
            resource, code, "procedure_by_name", f"a kind of operation; read as {kinds[0]} by its name", words
        )
    found.procedures.append(draft)


_MINOR = re.compile(
    r"biops|punctur|inject|imaging|x-?ray|\bMRI?\b|\bCT\b|tomograph|physio|examin|anaesth|anesth|block", re.I
)


def _is_minor(words: str) -> bool:
    """Whether a procedure at the spine is no treatment of the tumour."""
    return bool(_MINOR.search(words))


def _ask_kind(notes: Notes, resource: Resource, code: Node, words: str) -> None:
    notes.ask(
        resource, code, "procedure_kind", value=words,
        text=f"{words or 'A procedure'} at the spine: which kind of treatment is it? It is left out until answered.",
        expected="an operation such as decompression, stabilisation or cementoplasty",
    )  # fmt: skip


def _hospice(notes: Notes, hospice: list[tuple[Day, Resource]], found: Operations) -> None:
    """Hospice care stops messages to the patient at once; that it stops surveillance a clinician confirms."""
    day, resource = min(hospice, key=lambda pair: (pair[0].on, pair[1].key))
    draft = StatusDraft(
        source_key=f"{resource.key}#hospice", occurred_on=day.on, precision=day.precision, place=resource.place(),
        status=PatientStatus.HOSPICE, reason="hospice care recorded at the source",
    )  # fmt: skip
    found.statuses.append(draft)
    notes.ask(
        resource, resource.node["code"], "hospice", fact=draft.source_key, value=f"{len(hospice)} records",
        text=f"Hospice care since {day.on} is recorded at the source. Does the patient stay in hospice? Messages and "
        "dates stop until answered.",
        expected="a clinician's confirmation",
    )  # fmt: skip
    for other_day, other in hospice:
        if other is not resource:
            notes.unused(
                other,
                other.node["code"],
                "hospice_repeated",
                f"the first record, of {day.on}",
                str(other_day.on),
            )
