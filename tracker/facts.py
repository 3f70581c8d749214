"""The only translator from rows to engine facts: in batches, a fixed number of queries, no identity crosses this line.

What is known less exactly than to the day is seen by the engine on the first day of its period, which is what the rows
hold: the earliest possible day gives the earlier due date. The precision stays in the rows, for pages.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from operator import attrgetter
from typing import Any, NamedTuple, TypeVar

from django.db.models import Model, Q, QuerySet

from scheduling.deriving import facts_of, marker_text
from scheduling.engine.record import history as engine
from scheduling.engine.record.facts import Constraints, Facts, Primary, Procedure, Sins, Study
from scheduling.engine.record.facts import Override as OwnWindow
from scheduling.engine.record.history import History, HistoryRules
from scheduling.engine.vocabulary import Site
from scheduling.policies import default_policy
from tracker.models import (
    AuditEvent,
    ImagingSafety,
    Lesion,
    LesionAssessment,
    LowRiskExit,
    Marker,
    Override,
    Patient,
    PrimaryCancer,
    Response,
    StatusEvent,
    StepDownApproval,
    Symptom,
    TherapyLine,
    Visit,
)
from tracker.models import Procedure as ProcedureRow
from tracker.models import Study as StudyRow
from tracker.storage.among import Among, Prepared, read_together

Value = TypeVar("Value")


def histories(patient_ids: Collection[int], *, known_at: datetime | None = None) -> dict[int, History]:
    """The dated record of each patient, without what was entered in error.

    With `known_at` the record is what was known at that moment: recorded by then, and not yet marked as an error; a
    symptom closed or an override approved later is still open or unapproved. A patient who does not exist is left out.
    """
    return _dated(_stored(patient_ids, known_at))


def history_of(patient: Patient, rows: Mapping[type[Model], Iterable[object]]) -> History:
    """The dated record of one patient from rows at hand: those that stand, oldest first, by model.

    Anything with the columns of the model is a row, also what was read and is not stored.
    """
    columns = {
        name: list(kind.values_of(patient.pk, rows.get(kind.model, ()))) for name, kind in _KINDS.items()
    }
    return _dated(_Rows([(patient.pk, patient.registered_on, patient.contact_failures)], columns))[patient.pk]


def _dated(read: _Rows) -> dict[int, History]:
    primaries = read.primaries()
    statuses = read.group("statuses", engine.StatusChange)
    exits = read.group("exits", lambda on: on)
    lines = read.group("lines", _line)
    responses = read.group("responses", engine.ResponseEntry)
    procedures = read.group("procedures", _procedure)
    symptoms, marked = read.symptoms()
    studies = read.group("studies", lambda on, kind, coverage: Study(on, kind, coverage or None))
    visits = read.group("visits", lambda on: on)
    lesions = read.lesions()
    constraints = read.constraints()
    approvals = read.group("approvals", engine.StepDownApproval)
    overrides = read.overrides()
    return {
        pk: History(
            registered=registered_on,
            primaries=tuple(primaries.get(pk, ())) or (Primary(Site.UNKNOWN),),
            statuses=tuple(statuses.get(pk, ())),
            left_low_risk=tuple(exits.get(pk, ())),
            lines=tuple(lines.get(pk, ())),
            responses=tuple(responses.get(pk, ())),
            procedures=tuple(procedures.get(pk, ())),
            symptoms=tuple(symptoms.get(pk, ())),
            studies=tuple(studies.get(pk, ())),
            visits=tuple(visits.get(pk, ())),
            lesions=tuple(lesions.get(pk, ())),
            spine_symptomatic=pk in marked,
            constraints=constraints.get(pk, _NO_CONSTRAINTS),
            approvals=tuple(approvals.get(pk, ())),
            overrides=tuple(overrides.get(pk, ())),
            contact_failures=contact_failures,
        )
        for pk, registered_on, contact_failures in read.patients
    }


def facts_for(
    patient_ids: Collection[int],
    today: date,
    *,
    known_at: datetime | None = None,
    rules: HistoryRules | None = None,
) -> dict[int, Facts]:
    """What stands on `today` for each patient, read as the policy that ships does where no rules are given."""
    return {
        pk: facts_of(history, today, rules or default_policy().history_rules)
        for pk, history in histories(patient_ids, known_at=known_at).items()
    }


class _Kind(NamedTuple):
    """Which rows and columns of one kind of fact are read; `patient_id` comes first."""

    model: type[Model]
    columns: tuple[str, ...]
    only: tuple[tuple[str, Any], ...] = ()

    def query(self, where: Q) -> QuerySet[Any, tuple[Any, ...]]:
        """The facts in the order in which they hold, then were recorded."""
        rows = self.model._default_manager.filter(where, **dict(self.only))
        return rows.order_by("occurred_on", "recorded_at", "pk").values_list("patient_id", *self.columns)

    def keyed(self, where: Q) -> QuerySet[Any, tuple[Any, ...]]:
        """As `query`, with the key of each row behind its values."""
        return self._replace(columns=(*self.columns, "pk")).query(where)

    def values_of(self, patient: int, rows: Iterable[object]) -> Iterator[tuple[Any, ...]]:
        """What `query` gives of rows at hand."""
        wanted = attrgetter(*self.columns)
        for row in rows:
            if all(_asked(row, name, value) for name, value in self.only):
                values = wanted(row)
                yield (patient, *values) if len(self.columns) > 1 else (patient, values)


def _asked(row: object, name: str, value: Any) -> bool:
    column, _, among = name.partition("__")
    return getattr(row, column) in (value if among else (value,))


_SINS = ("location", "pain", "bone_lesion", "alignment", "collapse", "posterolateral")
_TESTED = (("result__in", ("present", "absent")),)
_KINDS: dict[str, _Kind] = {
    "markers": _Kind(Marker, ("name", "value", "result", "primary_id"), _TESTED),
    "primaries": _Kind(PrimaryCancer, ("pk", "site", "subtype", "marker_class")),
    "statuses": _Kind(StatusEvent, ("occurred_on", "status", "transfer_accepted")),
    "exits": _Kind(LowRiskExit, ("occurred_on",)),
    "lines": _Kind(TherapyLine, ("therapy_class", "occurred_on", "stopped_on", "drugs", "reason")),
    "responses": _Kind(Response, ("occurred_on", "spine", "counts")),
    "procedures": _Kind(ProcedureRow, ("kind", "occurred_on", "levels", "hardware", "dose_gy", "fractions")),
    "symptoms": _Kind(Symptom, ("kind", "occurred_on", "closed_on", "closed_at", "detail", "confirmed")),
    "studies": _Kind(StudyRow, ("occurred_on", "kind", "coverage")),
    "visits": _Kind(Visit, ("occurred_on",), (("kind", "spine_surgeon"),)),
    "looks": _Kind(
        LesionAssessment, ("lesion_id", "occurred_on", "escc", "sins_scored", "location_overridden", *_SINS)
    ),
    "lesions": _Kind(Lesion, ("pk", "level", "occurred_on")),
    "safety": _Kind(ImagingSafety, ("mri", "gadolinium_allergy", "egfr")),
    "approvals": _Kind(StepDownApproval, ("occurred_on", "ended_on")),
    "overrides": _Kind(
        Override,
        ("stream", "earliest_on", "due_on", "latest_on", "occurred_on", "until_on", "second_approved_at"),
    ),
}


def _now(kind: _Kind) -> Prepared:
    """The query of what stands now, kept ready."""
    valid = Q(entered_in_error_at__isnull=True)
    return Prepared(lambda keys: kind.query(Q(Among("patient_id", keys)) & valid))


_registered = Prepared(
    lambda keys: Patient.objects.filter(Among("pk", keys)).values_list(
        "pk", "registered_on", "contact_failures"
    )
)
_STANDING = (_registered, *(_now(kind) for kind in _KINDS.values()))

#: Queries of one call of `histories`, whatever the number of patients.
QUERIES = len(_STANDING)


def _stored(patient_ids: Collection[int], known_at: datetime | None) -> _Rows:
    """The facts of some patients from the database, each kind in one query, oldest first."""
    if known_at is None:
        patients, *rows = read_together(_STANDING, patient_ids)
    else:
        where = Q(Among("patient_id", patient_ids)) & Q(recorded_at__lte=known_at)
        where &= Q(entered_in_error_at__isnull=True) | Q(entered_in_error_at__gt=known_at)
        patients = _registered(patient_ids)
        since = _completed_since(patient_ids, known_at)
        rows = [[_before(kind, row, since) for row in kind.keyed(where)] for kind in _KINDS.values()]
    return _Rows(patients, dict(zip(_KINDS, rows, strict=True)), known_at)


@dataclass(frozen=True, slots=True)
class _Rows:
    """The facts of some patients: of each kind the columns that `_KINDS` names, behind the patient's key."""

    patients: Sequence[tuple[Any, ...]]
    rows: Mapping[str, Sequence[tuple[Any, ...]]]
    known_at: datetime | None = None

    def group(self, kind: str, make: Callable[..., Value]) -> dict[int, list[Value]]:
        """`make` of every fact of a kind, by patient."""
        found: dict[int, list[Value]] = defaultdict(list)
        for pk, *values in self.rows[kind]:
            found[pk].append(make(*values))
        return found

    def later(self, moment: datetime | None) -> bool:
        """Whether something that happened at `moment` was not known yet."""
        return self.known_at is not None and moment is not None and moment > self.known_at

    def primaries(self) -> dict[int, list[Primary]]:
        """Cancers of origin with their markers; a marker that names no primary belongs to each of them."""
        markers: dict[int, list[tuple[int | None, str]]] = defaultdict(list)
        for pk, name, value, result, primary in self.rows["markers"]:
            markers[pk].append((primary, marker_text(name, value, result)))
        found: dict[int, list[Primary]] = defaultdict(list)
        for pk, row, site, subtype, set_class in self.rows["primaries"]:
            texts = dict.fromkeys(text for primary, text in markers.get(pk, ()) if primary in (None, row))
            found[pk].append(Primary(site, subtype or None, tuple(texts), set_class or None))
        return found

    def symptoms(self) -> tuple[dict[int, list[engine.SymptomEpisode]], set[int]]:
        """Episodes that a policy asks about, and who has a known, older spine symptom."""
        episodes: dict[int, list[engine.SymptomEpisode]] = defaultdict(list)
        marked: set[int] = set()
        for pk, kind, on, closed_on, closed_at, detail, confirmed in self.rows["symptoms"]:
            closed = None if self.later(closed_at) else closed_on
            if kind == "known_spine":
                if confirmed and closed is None:
                    marked.add(pk)
            else:
                episodes[pk].append(engine.SymptomEpisode(kind, on, closed, detail, confirmed))
        return episodes, marked

    def lesions(self) -> dict[int, list[engine.LesionHistory]]:
        """Lesions in the order of their rows, so that an index into them stays the same lesion's."""
        looks: dict[int, list[engine.LesionAssessment]] = defaultdict(list)
        for _, lesion, on, escc, scored, overridden, *values in self.rows["looks"]:
            sins = None
            if scored:
                location, pain, bone, alignment, collapse, posterolateral = (
                    value or None for value in values
                )
                sins = Sins(location, pain, bone, alignment, collapse, posterolateral, overridden)
            looks[lesion].append(engine.LesionAssessment(on, escc or None, sins))
        found: dict[int, list[engine.LesionHistory]] = defaultdict(list)
        for pk, lesion, level, on in sorted(self.rows["lesions"]):
            found[pk].append(engine.LesionHistory(level or None, on, tuple(looks.get(lesion, ()))))
        return found

    def constraints(self) -> dict[int, Constraints]:
        """What limits imaging: the newest known value of each."""
        found: dict[int, Constraints] = {}
        for pk, mri, allergy, egfr in self.rows["safety"]:
            before = found.get(pk, _NO_CONSTRAINTS)
            found[pk] = Constraints(
                mri or before.mri,
                before.gadolinium_allergy if allergy is None else allergy,
                before.egfr if egfr is None else float(egfr),
            )
        return found

    def overrides(self) -> dict[int, list[OwnWindow]]:
        """Clinicians' own windows; a second approval counts from its moment."""

        def window(
            stream: str, early: date, due: date, late: date, on: date, until: date, second: datetime | None
        ) -> OwnWindow:
            approved = second is not None and not self.later(second)
            return OwnWindow(stream, early, due, late, on, until, approved)

        return self.group("overrides", window)


_NO_CONSTRAINTS = Constraints()

#: What is written into a fact later than the fact itself, and says nothing of its own moment: the audit trail does.
_COMPLETED = ("therapyline.stopped", "response.set_aside", "symptom.confirmed", "step_down.ended")
_Completed = dict[tuple[str, str], list[dict[str, list[Any]]]]


def _completed_since(patient_ids: Collection[int], known_at: datetime) -> _Completed:
    """What was completed after a moment, newest first, by the kind and key of what it was written into."""
    events = AuditEvent.objects.filter(Among("patient_id", patient_ids), at__gt=known_at, verb__in=_COMPLETED)
    found: _Completed = defaultdict(list)
    for kind, key, changes in events.order_by("-pk").values_list("target_kind", "target_key", "changes"):
        found[kind, key].append(changes)
    return found


def _before(kind: _Kind, row: tuple[Any, ...], since: _Completed) -> tuple[Any, ...]:
    """The values of a row without what was completed later; the end of an approval is kept with its patient."""
    patient, *values, key = row
    held = (
        ("patient", str(patient))
        if kind.model is StepDownApproval
        else (kind.model._meta.model_name, str(key))
    )
    for changes in since.get((held[0] or "", held[1]), ()):
        for place, name in enumerate(kind.columns):
            before, after = changes.get(name, (None, None))
            if name in changes and str(values[place]) == str(after):
                values[place] = before
    return (patient, *values)


def _line(
    therapy_class: str, start: date, stop: date | None, drugs: list[str], reason: str
) -> engine.TherapyLine:
    return engine.TherapyLine(
        therapy_class, start, stop, tuple(drugs), None if reason == "unknown" else reason
    )


def _procedure(
    kind: str, on: date, levels: list[str], hardware: str, dose_gy: Any, fractions: int | None
) -> Procedure:
    dose = None if dose_gy is None else float(dose_gy)
    return Procedure(kind, on, tuple(levels), hardware or None, dose, fractions)
