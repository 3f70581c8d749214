"""What a queue shows: its rows, its counts and its filters."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from scheduling.engine.following.conflicts import ConflictKind
from scheduling.engine.vocabulary import Urgency
from tracker.models import FollowUp, FollowUpEvent, Patient
from tracker.queries.queues.reasons import ShortReason
from tracker.queries.queues.registry import Queue
from tracker.words import REQUESTS, STREAM


@dataclass(frozen=True, slots=True)
class QueueFilters:
    """What a person narrows a queue by; None and "" ask for everything.

    `time` is a word of `TimeStatus`, `state` one of `lifecycle.STATES`. `owner` is a user's id, 0 for "nobody".
    `text` is looked for in name and number.
    """

    time: str = ""
    state: str = ""
    stream: str = ""
    urgency: str = ""
    team: int | None = None
    owner: int | None = None
    surgeon: int | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer of a filter."""

    value: int
    label: str


@dataclass(frozen=True, slots=True)
class FilterChoices:
    """The teams, owners and surgeons a person can filter by."""

    teams: tuple[Choice, ...]
    owners: tuple[Choice, ...]
    surgeons: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class QueueCount:
    """One line of the rail. `emergency`: its count is the one that may be solid red."""

    slug: str
    title: str
    count: int
    emergency: bool = False


@dataclass(frozen=True, slots=True)
class QueueGroup:
    """A group of the rail: Act now, Coming, To arrange, To complete, People."""

    title: str
    queues: tuple[QueueCount, ...]


@dataclass(frozen=True, slots=True)
class Act:
    """Something a person can do with a row: its word in `lifecycle` or in the services, its button and its key."""

    code: str
    label: str
    key: str


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One current follow-up (with its patient, the patient's nurse and who took it) as a queue shows it.

    `standing` is a word of `queries.time_status.Standing`; `days` with `days_words` say it ("17", "past latest").
    `owner` is who took it, else the patient's nurse (`owner_is_default`), else "". `seen` is the marker of its newest
    event: an act sends it back and is refused as stale where something happened since. `reported_at` is the moment the
    open neurological symptom of an emergency was written down. `conflicts` is why what is arranged does not fit.
    """

    follow_up: FollowUp
    reason: ShortReason
    standing: str
    days: int
    days_words: str
    owner: str
    owner_is_default: bool
    next_act: Act
    acts: tuple[Act, ...]
    reported_at: datetime | None
    seen: int
    conflicts: tuple[ConflictKind, ...] = ()

    @property
    def uid(self) -> str:
        """Its name in addresses."""
        return str(self.follow_up.uid)

    @property
    def patient(self) -> Patient:
        """Whom it is about."""
        return self.follow_up.patient

    @property
    def what(self) -> str:
        """What is asked for, as a list says it."""
        request = self.follow_up.request
        return REQUESTS[request].short if request else STREAM["surgeon"]

    @property
    def emergency(self) -> bool:
        """Whether it stands on top of every queue."""
        return self.follow_up.urgency == Urgency.EMERGENCY


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRow:
    """Work for a person that has no window: a task, a question of an import, a message whose fate is not known.

    `source` is ``task``, ``question``, ``reminder`` or ``study`` and `source_id` its row; `kind` names the work.
    `patient` is None where a question is about nobody known.
    """

    source: str
    source_id: int
    kind: str
    title: str
    text: str
    patient: Patient | None
    urgency: Urgency = Urgency.ROUTINE
    due_on: date | None = None
    raised_at: datetime
    next_act: Act

    @property
    def owner(self) -> str:
        """Whose work it is: the patient's nurse."""
        return str(self.patient.nurse) if self.patient and self.patient.nurse else ""


@dataclass(frozen=True, slots=True)
class QueuePage:
    """One page of a queue.

    `emergencies` are the open emergency pathways that stand on top of every queue and are not counted in `total`
    (empty in the emergency queue itself, whose rows they are). `total` counts rows and tasks, `patients` the people
    behind them, `oldest_days` the most days past latest among its rows (None where none is past).
    """

    queue: Queue
    filters: QueueFilters
    emergencies: tuple[QueueRow, ...]
    rows: tuple[QueueRow, ...]
    tasks: tuple[TaskRow, ...]
    total: int
    patients: int
    oldest_days: int | None
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class OpenRow:
    """What an opened row adds: its newest five contacts, newest first, and how often nobody answered.

    `attempts` counts calls without an answer since the patient was last reached; `undo` names the act that can be
    taken back and until when, "" and None where none can.
    """

    contacts: tuple[FollowUpEvent, ...]
    attempts: int
    undo: str
    undo_until: datetime | None
