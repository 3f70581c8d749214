"""The only translator from rows to engine facts: in batches, a fixed number of queries, no identity crosses this line.

What is known less exactly than to the day is seen by the engine on the first day of its period, which is what the rows
hold: the earliest possible day gives the earlier due date. The precision stays in the rows, for pages.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib import import_module
from typing import Any, NamedTuple

from django.db.models import CharField, DecimalField, Field, JSONField, Model, Q, QuerySet

from scheduling.deriving import facts_of, marker_text
from scheduling.engine.record import history as engine
from scheduling.engine.record.counting import why_not_counted
from scheduling.engine.record.facts import Constraints, Facts, Primary, Sins, Study
from scheduling.engine.record.facts import Override as OwnWindow
from scheduling.engine.record.history import History, HistoryRules
from scheduling.engine.record.standing import located
from scheduling.engine.scores.base import ScoreResult
from scheduling.engine.scores.sins import score
from scheduling.engine.vocabulary import SINS_ITEMS, MriSafety, Site
from scheduling.policies import default_policy
from tracker.kinds import BY_CODE, KINDS, Read
from tracker.models import MODELS, AuditEvent, LesionAssessment, Patient
from tracker.storage.among import Among, Prepared, read_together
from tracker.storage.counting import counts


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
    columns = {code: list(_values(code, patient.pk, rows.get(MODELS[code], ()))) for code in _READ}
    return _dated(_Rows([(patient.pk, patient.registered_on, patient.contact_failures)], columns))[patient.pk]


def score_of(look: LesionAssessment, level: str) -> ScoreResult | None:
    """The score of one look at a lesion of this level as a plan reads it; None where SINS was not looked at."""
    if not look.sins_scored:
        return None
    items = _sins((getattr(look, item) for item in SINS_ITEMS), overridden=look.location_overridden)
    return score(located(items, level or None))


def _sins(values: Iterable[str], *, overridden: bool) -> Sins:
    """The six items in the order of the instrument; an empty one is not known."""
    location, pain, bone, alignment, collapse, posterolateral = (value or None for value in values)
    return Sins(location, pain, bone, alignment, collapse, posterolateral, overridden)


def _dated(read: _Rows) -> dict[int, History]:
    primaries = read.primaries()
    lines = read.lines()
    symptoms, marked = read.symptoms()
    lesions = read.lesions()
    constraints = read.constraints()
    studies = read.studies()
    overrides = read.overrides()
    plain = read.plain()
    return {
        pk: History(
            registered=registered_on,
            primaries=tuple(primaries.get(pk, ())) or (Primary(Site.UNKNOWN),),
            lines=tuple(lines.get(pk, ())),
            symptoms=tuple(symptoms.get(pk, ())),
            lesions=tuple(lesions.get(pk, ())),
            studies=tuple(studies.get(pk, ())),
            spine_symptomatic=pk in marked,
            constraints=constraints.get(pk, _NO_CONSTRAINTS),
            overrides=tuple(overrides.get(pk, ())),
            contact_failures=contact_failures,
            **{field: tuple(facts.get(pk, ())) for field, facts in plain.items()},
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


#: The kinds that the engine reads, by code, and the model of each.
_READ: dict[str, Read] = {kind.code: kind.read for kind in KINDS if kind.read is not None}


def _query(code: str, where: Q, *more: str) -> QuerySet[Any, tuple[Any, ...]]:
    """The facts of one kind in the order in which they hold, then were recorded: `patient_id`, columns, `more`."""
    read = _READ[code]
    only = {f"{read.where}__in": read.among} if read.where else {}
    rows = MODELS[code]._default_manager.filter(where, **only).order_by("occurred_on", "recorded_at", "pk")
    return rows.values_list("patient_id", *read.columns, *more)


def _values(code: str, patient: int, rows: Iterable[object]) -> Iterator[tuple[object, ...]]:
    """What `_query` gives of rows at hand."""
    read = _READ[code]
    for row in rows:
        if not read.where or getattr(row, read.where) in read.among:
            yield (patient, *(getattr(row, column) for column in read.columns))


def _now(code: str) -> Prepared:
    """The query of what stands now, kept ready."""
    valid = Q(entered_in_error_at__isnull=True)
    return Prepared(lambda keys: _query(code, Q(Among("patient_id", keys)) & valid))


#: A column's value as the engine knows it, where the two differ: nothing is None, a list a tuple, a decimal a number.
_AS_KNOWN: tuple[tuple[type[Field[Any, Any]], Callable[[Any], Any]], ...] = (
    (JSONField, tuple),
    (CharField, lambda value: value or None),
    (DecimalField, lambda value: None if value is None else float(value)),
)


def _maker(code: str, read: Read) -> Callable[..., object]:
    """What makes the engine's fact of the columns of a row: the class that the kind's entry names, or the day alone."""
    if read.makes == "day":
        return lambda on: on
    module, _, name = read.makes.rpartition(".")
    made: Callable[..., object] = getattr(import_module(f"scheduling.engine.record.{module}"), name)
    columns = [MODELS[code]._meta.get_field(column) for column in read.columns]
    differing = [
        (place, known)
        for place, column in enumerate(columns)
        for field, known in _AS_KNOWN
        if isinstance(column, field) and (column.blank or not isinstance(column, CharField))
    ]
    if not differing:
        return made

    def make(*values: object) -> object:
        known_values = list(values)
        for place, known in differing:
            known_values[place] = known(values[place])
        return made(*known_values)

    return make


_MAKERS = {code: _maker(code, read) for code, read in _READ.items() if read.makes}
_registered = Prepared(
    lambda keys: Patient.objects.filter(Among("pk", keys)).values_list("pk", "registered_on", "contact_failures")
)
_STANDING = (_registered, *(_now(code) for code in _READ))

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
        rows = [[_before(code, row, since) for row in _query(code, where, "pk")] for code in _READ]
    return _Rows(patients, dict(zip(_READ, rows, strict=True)), known_at)


class Position(NamedTuple):
    """A place in the order in which things were written down: the moment, and the trail's number within it."""

    at: datetime
    number: int = 0

    def before(self) -> Position:
        """The place just before."""
        return Position(self.at, self.number - 1)


class Chronicle:
    """One patient's record as it was known at any place from `since` on, without what is entered in error now.

    `places` are those at which something became known: a fact, or what was completed of one; `earlier` are those
    before `since`. It is read once.
    """

    def __init__(self, patient_id: int, since: Position) -> None:
        trail = AuditEvent.objects.filter(patient_id=patient_id)
        numbers = {
            (kind, key): number
            for number, kind, key in trail.filter(verb__endswith=".recorded").values_list(
                "pk", "target_kind", "target_key"
            )
        }
        valid = Q(patient_id=patient_id, entered_in_error_at__isnull=True)
        self._patients = _registered([patient_id])
        corrected = _corrected(patient_id)
        self._rows: dict[str, list[tuple[Position, tuple[Any, ...]]]] = {}
        for code in _READ:
            table = BY_CODE[code].table
            self._rows[code] = [
                (corrected.get((code, *row[-2:]), Position(row[-3], numbers.get((table, str(row[-4])), 0))), row[:-3])
                for row in _query(code, valid, "pk", "recorded_at", "source", "source_key")
            ]
        # What the images turned out not to show they never showed: a report that says so is no later news.
        studies = MODELS["study"]._default_manager.filter(patient_id=patient_id).exclude(counts())
        nothing = [str(pk) for pk in studies.values_list("pk", flat=True)]
        completed = trail.filter(verb__in=_COMPLETED, at__gte=since.at).order_by("-pk")
        completed = completed.exclude(target_kind="study", target_key__in=nothing)
        self._completed = [
            (Position(at, pk), kind, key, changes)
            for at, pk, kind, key, changes in completed.values_list("at", "pk", "target_kind", "target_key", "changes")
        ]
        places = {place for rows in self._rows.values() for place, _ in rows} | {place for place, *_ in self._completed}
        for code, column in _KNOWN_AT.items():
            index = 1 + _READ[code].columns.index(column)
            places |= {Position(row[index]) for _, row in self._rows[code] if row[index] is not None}
        self.places = sorted(place for place in places if place >= since)
        self.earlier = sorted(place for place in places if place < since)

    def known_at(self, place: Position) -> History:
        """The record as it was known at `place`, as far as it is still held to be true."""
        since: _Completed = defaultdict(list)
        for completed, kind, key, changes in self._completed:
            if completed > place:
                since[kind, key].append(changes)
        rows = {
            code: [_before(code, row, since) for known, row in self._rows[code] if known <= place] for code in _READ
        }
        (known,) = _dated(_Rows(self._patients, rows, place.at)).values()
        return known


def _corrected(patient_id: int) -> dict[tuple[str, str, str], Position]:
    """Since when something was known of a row of a source that reads otherwise now, by kind, source and key."""
    found: dict[tuple[str, str, str], Position] = {}
    for code in _READ:
        before = MODELS[code]._default_manager.filter(patient=patient_id, entered_in_error_at__isnull=False)
        rows = before.exclude(source_key="").values_list("source", "source_key", "recorded_at")
        for source, key, at in rows:
            found[code, source, key] = min(found.get((code, source, key), Position(at)), Position(at))
    return found


#: The columns that say since when something is known that was added to a fact.
_KNOWN_AT = {"symptom": "closed_at", "override": "second_approved_at"}


@dataclass(frozen=True, slots=True)
class _Rows:
    """The facts of some patients: of each kind the columns that its entry names, behind the patient's key."""

    patients: Sequence[tuple[Any, ...]]
    rows: Mapping[str, Sequence[tuple[Any, ...]]]
    known_at: datetime | None = None

    def plain(self) -> dict[str, dict[int, list[Any]]]:
        """By field of the history and patient the facts of every kind whose entry names its class."""
        found: dict[str, dict[int, list[object]]] = {}
        for code, make in _MAKERS.items():
            facts = found.setdefault(_READ[code].into, defaultdict(list))
            for pk, *values in self.rows[code]:
                facts[pk].append(make(*values))
        return found

    def later(self, moment: datetime | None) -> bool:
        """Whether something that happened at `moment` was not known yet."""
        return self.known_at is not None and moment is not None and moment > self.known_at

    def primaries(self) -> dict[int, list[Primary]]:
        """Cancers of origin with their markers; a marker that names no primary belongs to each of them."""
        markers: dict[int, list[tuple[int | None, str]]] = defaultdict(list)
        for pk, name, value, result, primary in self.rows["marker"]:
            markers[pk].append((primary, marker_text(name, value, result)))
        found: dict[int, list[Primary]] = defaultdict(list)
        for pk, row, site, subtype, set_class in self.rows["primary"]:
            texts = dict.fromkeys(text for primary, text in markers.get(pk, ()) if primary in (None, row))
            found[pk].append(Primary(site, subtype or None, tuple(texts), set_class or None))
        return found

    def lines(self) -> dict[int, list[engine.TherapyLine]]:
        """Lines of systemic treatment; a reason that nobody recorded is none."""
        found: dict[int, list[engine.TherapyLine]] = defaultdict(list)
        for pk, therapy_class, start, stop, drugs, reason in self.rows["therapy"]:
            why = None if reason == "unknown" else reason
            found[pk].append(engine.TherapyLine(therapy_class, start, stop, tuple(drugs), why))
        return found

    def symptoms(self) -> tuple[dict[int, list[engine.SymptomEpisode]], set[int]]:
        """Episodes that a policy asks about, and who has a known, older spine symptom."""
        episodes: dict[int, list[engine.SymptomEpisode]] = defaultdict(list)
        marked: set[int] = set()
        for pk, kind, on, closed_on, closed_at, detail, confirmed in self.rows["symptom"]:
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
        for _, lesion, on, escc, scored, overridden, *values in self.rows["assessment"]:
            sins = _sins(values, overridden=overridden) if scored else None
            looks[lesion].append(engine.LesionAssessment(on, escc or None, sins))
        found: dict[int, list[engine.LesionHistory]] = defaultdict(list)
        for pk, lesion, level, on in sorted(self.rows["lesion"]):
            found[pk].append(engine.LesionHistory(level or None, on, tuple(looks.get(lesion, ()))))
        return found

    def studies(self) -> dict[int, list[Study]]:
        """Studies that show what they were done for; one that does not counts for nothing."""
        found: dict[int, list[Study]] = defaultdict(list)
        for pk, on, kind, coverage, quality, spine_read in self.rows["study"]:
            if not why_not_counted(kind, quality, spine_read):
                found[pk].append(Study(on, kind, coverage or None))
        return found

    def constraints(self) -> dict[int, Constraints]:
        """What limits imaging: the newest known value of each; a decision that nobody knows replaces none."""
        found: dict[int, Constraints] = {}
        for pk, mri, allergy, egfr in self.rows["imaging_safety"]:
            before = found.get(pk, _NO_CONSTRAINTS)
            found[pk] = Constraints(
                before.mri if mri == MriSafety.UNKNOWN and before.mri else mri or before.mri,
                before.gadolinium_allergy if allergy is None else allergy,
                before.egfr if egfr is None else float(egfr),
            )
        return found

    def overrides(self) -> dict[int, list[OwnWindow]]:
        """Clinicians' own windows; a second approval counts from its moment."""

        found: dict[int, list[OwnWindow]] = defaultdict(list)
        for pk, stream, early, due, late, on, until, second in self.rows["override"]:
            approved = second is not None and not self.later(second)
            found[pk].append(OwnWindow(stream, early, due, late, on, until, approved))
        return found


_NO_CONSTRAINTS = Constraints()

#: What is written into a fact later than the fact itself, and says nothing of its own moment: the audit trail does.
_COMPLETED = [read.completed_by for read in _READ.values() if read.completed_by]
_Completed = dict[tuple[str, str], list[dict[str, list[object]]]]


def _completed_since(patient_ids: Collection[int], known_at: datetime) -> _Completed:
    """What was completed after a moment, newest first, by the kind and key of what it was written into."""
    events = AuditEvent.objects.filter(Among("patient_id", patient_ids), at__gt=known_at, verb__in=_COMPLETED)
    found: _Completed = defaultdict(list)
    for kind, key, changes in events.order_by("-pk").values_list("target_kind", "target_key", "changes"):
        found[kind, key].append(changes)
    return found


@cache
def _columns(code: str) -> Mapping[str, Field[Any, Any]]:
    """The columns of a kind by name."""
    return {field.name: field for field in MODELS[code]._meta.concrete_fields}


def _before(code: str, row: tuple[object, ...], since: _Completed) -> tuple[object, ...]:
    """The values of a row without what was completed later, whether that is told of the fact or of its patient."""
    read = _READ[code]
    patient, *values, key = row
    held = patient if read.completed_on == "patient" else key
    for changes in since.get((read.completed_on, str(held)), ()):
        for place, name in enumerate(read.columns):
            before, after = changes.get(name, (None, None))
            if name in changes and str(values[place]) == str(after):
                values[place] = _columns(code)[name].to_python(before)
    return (patient, *values)
