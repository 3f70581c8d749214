"""What a queue shows: its rows, its counts and its filters."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from scheduling.engine.following.conflicts import ConflictKind
from scheduling.engine.vocabulary import Urgency
from tracker.models import FollowUp, FollowUpEvent, Patient
from tracker.queries.leaving import Leaving
from tracker.queries.limits import LimitSaid
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
class Waiting:
    """What waits for a person: the word of the registry of waits, its title, and since when."""

    word: str
    title: str
    since: datetime


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One current follow-up (with its patient, the patient's nurse and who took it) as a queue shows it.

    `standing` is a word of `queries.time_status.Standing`; `days` with `days_words` say it ("17", "past latest").
    `owner` is who took it, else the patient's nurse (`owner_is_default`), else "". `seen` is the marker of its newest
    event: an act sends it back and is refused as stale where something happened since. `limit` says how an emergency
    stands, in place of the days; None for any other row, and where it waits or was set aside. `waiting` is its most
    pressing wait beside its window, None where it waits for nobody; `conflicts` is why what is arranged does not fit.
    `leaving` says that the patient has died or left.
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
    limit: LimitSaid | None
    seen: int
    waiting: Waiting | None
    conflicts: tuple[ConflictKind, ...] = ()
    leaving: Leaving | None = None

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
    def standing_words(self) -> str:
        """How it stands in one line."""
        return self.limit.sentence if self.limit else f"{self.days} {self.days_words}"

    @property
    def booked_late(self) -> bool:
        """Whether the appointment lies after the latest day, or after the limit of an emergency."""
        due = self.follow_up
        if self.limit is not None and due.booked_at is not None:
            return due.booked_at > self.limit.at
        return due.booked_on is not None and due.booked_on > due.closes_on

    @property
    def emergency(self) -> bool:
        """Whether it stands on top of every queue."""
        return self.follow_up.urgency == Urgency.EMERGENCY and self.standing != "not_asked"

    @property
    def gone(self) -> Leaving | None:
        """Why nothing is done for the patient any more; None beside an open emergency, for which something is."""
        return self.leaving if self.leaving and self.leaving.stops and not self.emergency else None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRow:
    """Work for a person that has no window: a task, a question of an import, a message whose fate is not known.

    `source` is ``task`` or a name of `queries.waits.sources`, `source_id` its row; `kind` names the work. `patient` is
    None where a question is about nobody known. `follow_up` is the uid of the current row it is about, "" for none.
    `raised_by` is who made the call it comes from.
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
    follow_up: str = ""
    raised_by: str = ""
    leaving: Leaving | None = None

    @property
    def owner(self) -> str:
        """Whose work it is: the patient's nurse, else who made the call."""
        return str(self.patient.nurse) if self.patient and self.patient.nurse else self.raised_by


@dataclass(frozen=True, slots=True)
class QueuePage:
    """One page of a queue.

    `emergencies` are the open emergency pathways that stand on top of every queue and are not counted in `total`
    (empty in the emergency queue itself, whose rows they are), `unwell` the calls on which somebody was unwell and
    that nobody has answered: they stand below them, in the same way. `total` counts rows and tasks, `patients` the
    people behind them, `oldest_days` the most days past latest among its rows (None where none is past).
    """

    queue: Queue
    filters: QueueFilters
    emergencies: tuple[QueueRow, ...]
    unwell: tuple[TaskRow, ...]
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
