"""What every reader hands to the import: one patient at a time, with what was wrong and what must be asked.

A reader (CSV, FHIR) yields `Reading` values. It never guesses: a value it cannot use is a `Problem`, a value that
only a person can decide is a `QuestionDraft`, and the fact stays out or comes in at its safe reading.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from enum import StrEnum

from tracker.interop import drafts

#: What a proposal's field may hold: JSON values, dates as ISO text.
Plain = str | int | float | bool | None | list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientRecord:
    """One person with every fact that could be used.

    `number` is the hospital's number, `source_key` the source's own key of the person. `registered_on` None: the
    day of the first import.
    """

    number: str
    source_key: str
    place: str = field(default="", compare=False)
    family_name: str = ""
    given_name: str = ""
    birth_on: date | None = None
    birth_precision: str = "day"
    sex: str = "unknown"
    phone: str = ""
    email: str = ""
    language: str = ""
    time_zone: str = ""
    preferred_channel: str = ""
    registered_on: date | None = None
    registered_because: str = "import"
    spine_metastasis_on: date | None = None
    spine_metastasis_precision: str = "unknown"
    last_known_alive_on: date | None = None
    last_known_alive_source: str = ""
    deceased_on: date | None = None
    death_cause: str = "unknown"
    death_source: str = ""
    unreachable_since: date | None = None
    contact_failures: int = 0
    primaries: tuple[drafts.PrimaryDraft, ...] = ()
    markers: tuple[drafts.MarkerDraft, ...] = ()
    lines: tuple[drafts.LineDraft, ...] = ()
    lesions: tuple[drafts.LesionDraft, ...] = ()
    procedures: tuple[drafts.ProcedureDraft, ...] = ()
    studies: tuple[drafts.StudyDraft, ...] = ()
    visits: tuple[drafts.VisitDraft, ...] = ()
    responses: tuple[drafts.ResponseDraft, ...] = ()
    symptoms: tuple[drafts.SymptomDraft, ...] = ()
    functions: tuple[drafts.FunctionDraft, ...] = ()
    statuses: tuple[drafts.StatusDraft, ...] = ()
    safety: tuple[drafts.SafetyDraft, ...] = ()
    #: Fields of this record, such as ``"visits"``, that list everything the source has of the kind: what was read from
    #: the same source before and is not among them any more has gone from it. Empty for an increment.
    whole: tuple[str, ...] = ()


class Severity(StrEnum):
    """What a problem costs."""

    ERROR = "error"  #: The file or the patient could not be read.
    SKIPPED = "skipped"  #: The fact was left out; the patient came in without it.
    UNUSED = "unused"  #: Understood, but nothing here needs it.
    NOTE = "note"  #: Read, in another wording or less exactly than was expected; the sentence says how.


@dataclass(frozen=True, slots=True)
class Problem:
    """A value that could not be used as it stands. `patient` is the number or source key it belongs to."""

    place: str
    value: str
    expected: str
    severity: Severity
    kind: str = ""
    patient: str | None = None

    def __str__(self) -> str:
        whose = f" (patient {self.patient})" if self.patient else ""
        return f"{self.place}: {self.value!r}{whose}: {self.expected}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What would be recorded if a person accepts: the word of a kind of fact, and its fields as plain values.

    `fields` holds `source_key` and `occurred_on`. Where a fact of that record and source key already stands for the
    patient, accepting replaces it (the standing one is entered in error); else it adds one. Record ``patient``
    changes a field of the patient's own row.
    """

    record: str
    fields: Mapping[str, Plain]


def proposal(draft: drafts.Draft, *unknown: str) -> Proposal:
    """The proposal that records this draft as it stands (a lesion without its assessments).

    Fields named `unknown` are left open: the proposal cannot be accepted, a person corrects it by filling them in.
    """
    values = {
        column.name: None if column.name in unknown else _plain(getattr(draft, column.name))
        for column in fields(draft)
        if column.name not in ("place", "assessments")
    }
    return Proposal(record=drafts.RECORD_OF[type(draft)], fields=values)


def _plain(value: object) -> Plain:
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return list(map(str, value)) if isinstance(value, tuple) else str(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionDraft:
    """What only a person can decide. `source_key` is unique over all sources, and stable between imports."""

    kind: str
    source_key: str
    place: str
    text: str
    value: str = ""
    expected: str = ""
    proposal: Proposal | None = None
    patient: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """One patient as read; `patient` None: nobody could be made of it, and `problems` or `questions` say why.

    A reading without a patient may also carry what is wrong with the source as a whole. `name` is what the source
    calls the patient, for messages where `patient` is None.
    """

    patient: PatientRecord | None = None
    name: str = ""
    problems: tuple[Problem, ...] = ()
    questions: tuple[QuestionDraft, ...] = ()


class SourceRefused(Exception):
    """Nothing of a source can be read; `problems` lists everything that is wrong with it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


#: What a reader returns: streaming, one patient at a time, in the order of the source.
ReadResult = Iterator[Reading]
