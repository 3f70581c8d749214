"""A patient's schedule told anew from a place on: the same days and acts of people, the record as it is held now.

The rows are put back to what they were at that moment by the trail that every change leaves (`FollowUpEvent.before`);
then the plans are made again (`scheduling.engine.following.replaying`), and what people did is done to the row that is
open in its stream at that time. A told row that is one of the database has its key.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import partial
from typing import Any

from django.db.models import ForeignKey

from scheduling import publishing
from scheduling.deriving import facts_of
from scheduling.engine.following.changes import Complete, Open, OpenFollowUp, Stays, Withdraw
from scheduling.engine.following.decide import Followed, PlanState, Standing
from scheduling.engine.following.replaying import Consequences, Look, Made, Rows, replay
from scheduling.engine.following.rulebook import Rulebook
from scheduling.engine.planning.plan import plan
from scheduling.engine.record.history import History
from tracker import clock
from tracker.facts import Chronicle, Position
from tracker.models import AuditEvent, FollowUp, FollowUpEvent, LowRiskExit, PlanningRound, State, StepDownApproval
from tracker.storage import open_row

#: What a calendar and a ladder keep of a row is no part of what it says; a told row finds its own.
_KEPT = frozenset({"id", "uid", "patient", "revision", "created_at", "changed_at", "next_step_on", "passed_to"})
#: What a plan says of a row, beside kinds of acts; an act of these kinds can be taken back, and says what it put aside.
_OF_PLANS = frozenset(
    {
        "opened",
        "moved",
        "completed",
        "awaiting_closure",
        "awaiting_response",
        "withdrawn",
        "reopened",
        "conflict",
        "note",
        "woken",
    }
)
#: The columns that are told.
TOLD = tuple(one.name for one in FollowUp._meta.concrete_fields if one.name not in _KEPT)
#: What an act of a person writes beside what it says: the plan's own, and what a calendar needs.
_OF_THE_PLAN = frozenset({"opens_on", "due_on", "closes_on", "row", *_KEPT})
_NEW: dict[str, Any] = {one.name: None for one in FollowUp._meta.concrete_fields if one.name in TOLD and one.null}
#: What a person said of a cancelled row; where it ends, its end says something else.
_CANCELLED_BECAUSE = ("outcome", "outcome_reason")
Known = Callable[[Position], History]
_read = open_row.reader(open_row.COLUMNS)


@dataclass(slots=True)
class Told:
    """A follow-up as it is told anew: its columns, when it was opened, how it stood and ended."""

    stream: str
    columns: dict[str, Any]
    opened_at: Position | None
    pk: int | None = None
    ended: Complete | Withdraw | None = None
    stood: list[OpenFollowUp] = field(default_factory=list)

    @property
    def row(self) -> OpenFollowUp:
        """The row as the engine knows it."""
        return _read([self.columns[name] for name in open_row.COLUMNS])

    def take(self, wrote: Mapping[str, list[Any]]) -> None:
        """Write what a person wrote; what is counted goes on from what stands."""
        for name, (was, now) in wrote.items():
            if name in _OF_THE_PLAN:
                continue
            if name == "missed_count":
                self.columns[name] += now - was
            else:
                self.columns[name] = _parsed(name, now)

    def follow(self, after: OpenFollowUp) -> None:
        """Stand as a plan says; what people wrote goes where the plan clears it."""
        beside = {name: self.columns[name] for name in open_row.BESIDE}
        self.columns |= open_row.written(after, beside)


@dataclass(slots=True)
class Story:
    """What stands in a schedule that was told anew; `since` and `on` give the moment and day of a look by its place.

    `first`: nothing stood open when it begins.
    """

    rows: dict[str, list[Told]] = field(default_factory=lambda: defaultdict(list))
    known: Consequences = field(default_factory=Consequences)
    plan: PlanState | None = None
    reasons: dict[str, Any] = field(default_factory=dict)
    since: list[Position] = field(default_factory=list)
    on: list[date] = field(default_factory=list)
    first: bool = True

    def current(self, stream: str) -> Told | None:
        """The row that is open in a stream."""
        rows = self.rows[stream]
        return rows[-1] if rows and rows[-1].ended is None else None

    def act(self, stream: str, wrote: Mapping[str, list[Any]], rows: Rows) -> Rows:
        """A person acts on the row that is open in the stream, where there is one."""
        told = self.current(stream)
        if told is None:
            return rows
        told.take(wrote)
        return {**rows, stream: told.row}

    def _open(self, row: OpenFollowUp, at: Position) -> None:
        """A row opens; what was booked on the one that ended, and is still ahead, passes to it."""
        before = self.rows[row.stream]
        columns = _NEW | open_row.opened(row)
        if before and row.booked_on is not None:
            columns |= {name: before[-1].columns[name] for name in open_row.ARRANGED}
        before.append(Told(row.stream, columns, at))

    def follow(self, made: Made) -> None:
        """Take in one plan."""
        at = self.since[made.place]
        for change in made.changes:
            told = self.current(change.stream)
            if isinstance(change, Open):
                self._open(change.after, at)
            elif told is not None and isinstance(change, Stays):
                told.follow(change.after)
            elif told is not None and isinstance(change, Complete | Withdraw):
                told.ended = change
        for stream in self.rows:
            if (told := self.current(stream)) is not None:
                told.stood.append(told.row)
        self.plan = made.standing.plan
        self.reasons = {stream: one.reasons for stream, one in made.standing.follow_ups.items()}


class Trail:
    """What happened to a patient's follow-ups, oldest first, each event with its place."""

    def __init__(self, patient_id: int) -> None:
        numbers: dict[tuple[str, str, datetime], list[int]] = defaultdict(list)
        trail = AuditEvent.objects.filter(patient_id=patient_id, target_kind="followup").order_by("-pk")
        for number, verb, key, at in trail.values_list("pk", "verb", "target_key", "at"):
            numbers[verb, key, at].append(number)
        self.events: list[tuple[Position, FollowUpEvent]] = []
        self.opened: dict[int, Position] = {}
        events = FollowUpEvent.objects.filter(follow_up__patient=patient_id).select_related("follow_up")
        for event in events.order_by("pk"):
            known = numbers[f"follow_up.{event.kind}", str(event.follow_up_id), event.at]
            place = Position(event.at, known.pop() if known else 0)
            self.events.append((place, event))
            self.opened.setdefault(event.follow_up_id, place)

    def began(self, row: FollowUp) -> Position:
        """When a row was opened."""
        return self.opened.get(row.pk, Position(row.created_at))


def told_since(patient_id: int, since: Position, until: date, trail: Trail) -> Story:
    """The schedule of a patient from `since` on, told with the record as it is held now.

    `since` is a place before which nothing was known that is entered in error now. The first look is at what was known
    just before it.
    """
    chronicle = Chronicle(patient_id, since)
    known = _with_failures(chronicle.known_at, patient_id)
    before = known(since.before())
    story = Story(known=_brought_about(patient_id, before, since))
    for row in FollowUp.objects.filter(patient=patient_id, created_at__lte=since.at, passed_to__isnull=True):
        told = _put_back(row, trail, since) if trail.began(row) < since else None
        if told is not None:
            story.rows[row.stream], story.first = [told], False
    looks = [(since, Look(clock.day_of(since.at), lambda: before))]
    looks += sorted(_looks(story, chronicle.places, known, trail, since, until), key=lambda one: one[0])
    story.since, story.on = [at for at, _ in looks], [look.on for _, look in looks]
    rules = _rules()
    standing = Standing(
        {stream: Followed(told.row, []) for stream in story.rows if (told := story.current(stream))},
        _remembered(chronicle, since, rules),
    )
    for made in replay([look for _, look in looks], standing, story.known, rules, facts_of):
        story.follow(made)
    return story


def _with_failures(known_at: Known, patient_id: int) -> Known:
    """The record with the calls in vain as they were counted at each moment, which no fact says."""
    counted = AuditEvent.objects.filter(patient=patient_id, changes__has_key="contact_failures").order_by("pk")
    counts = [
        (Position(at, number), changes["contact_failures"][0])
        for at, number, changes in counted.values_list("at", "pk", "changes")
    ]

    def known(place: Position) -> History:
        history = known_at(place)
        failures = next((was for at, was in counts if at > place), history.contact_failures)
        return replace(history, contact_failures=failures)

    return known


def _looks(
    story: Story,
    places: Iterable[Position],
    known: Known,
    trail: Trail,
    since: Position,
    until: date,
) -> Iterator[tuple[Position, Look]]:
    """Every occasion on which the patient was planned: rounds, what became known, acts. In this order at one place."""
    rounds = PlanningRound.objects.filter(at__gte=since.at, on__lte=until).order_by("on")
    for on, at in rounds.values_list("on", "at"):
        place = Position(at)
        if place >= since:
            yield place, Look(on, partial(known, place), by_night=True)
    for place in places:
        yield place, Look(clock.day_of(place.at), partial(known, place))
    for place, event in trail.events:
        if place >= since and _is_act(event) and (wrote := _wrote(event)):
            act = partial(story.act, event.follow_up.stream, wrote)
            yield place, Look(event.on, partial(known, place), act=act)


def _is_act(event: FollowUpEvent) -> bool:
    """Whether a person wrote it, and not the plan that was made after an act: that one is told anew."""
    return event.cause == "person" and ("row" in (event.before or {}) or event.kind not in _OF_PLANS)


def _wrote(event: FollowUpEvent) -> Mapping[str, list[Any]]:
    """What an event wrote into its row: column to [before, after]."""
    before = event.before or {}
    wrote: Mapping[str, list[Any]] = before.get("row") or before.get("wrote") or {}
    return wrote


def _put_back(row: FollowUp, trail: Trail, since: Position) -> Told | None:
    """The row as it was just before `since`; None where it had ended by then."""
    columns = {name: raw(row, name) for name in TOLD}
    own = [(place, event) for place, event in trail.events if event.follow_up_id == row.pk]
    for place, event in reversed(own):
        if place >= since:
            columns |= {name: _parsed(name, was) for name, (was, _) in _wrote(event).items() if name in columns}
    for place, event in own:
        if place < since and event.opens_on is not None and event.kind != "withdrawn":
            columns |= {name: getattr(event, name) for name in ("opens_on", "due_on", "closes_on", "row")}
            columns |= {name: now for name, (_, now) in _wrote(event).items() if name in _CANCELLED_BECAUSE}
    if columns["state"] != State.CANCELLED:
        columns |= dict.fromkeys(_CANCELLED_BECAUSE, "")
    return None if columns["closed_at"] is not None else Told(row.stream, columns, None, row.pk)


def _brought_about(patient_id: int, before: History, since: Position) -> Consequences:
    """What plans before `since` had brought about."""
    exits = LowRiskExit.objects.filter(patient=patient_id, entered_in_error_at__isnull=True, recorded_at__lte=since.at)
    left = AuditEvent.objects.filter(patient=patient_id, verb="low_risk.left", at=since.at, pk__lt=since.number)
    if not left.exists():
        exits = exits.filter(recorded_at__lt=since.at)
    rows = dict(StepDownApproval.objects.filter(patient=patient_id).values_list("pk", "ended_row"))
    return Consequences(
        tuple(exits.order_by("occurred_on").values_list("occurred_on", flat=True)),
        {one.key: (one.ended_on, rows[one.key]) for one in before.approvals if one.key and one.ended_on},
    )


def _remembered(chronicle: Chronicle, since: Position, rules: Callable[[date], Rulebook]) -> PlanState | None:
    """What the plans before `since` left to be remembered: beside a row that suspends, whether low risk was listed."""
    for place in (since.before(), *reversed(chronicle.earlier)):
        on = clock.day_of(place.at)
        ruling = rules(on)
        made = plan(facts_of(chronicle.known_at(place), on, ruling.history), ruling.policy, on)
        if made.tempo is not None:
            low_risk = not ruling.low_risk.isdisjoint(made.rows)
            return PlanState([], "", made.urgency, [], [], "", "", low_risk, True)
    return None


def _rules() -> Callable[[date], Rulebook]:
    """The rules in force on a day, looked up once a day."""
    known: dict[date, Rulebook] = {}

    def on(day: date) -> Rulebook:
        if day not in known:
            known[day] = publishing.rulebook(publishing.in_force(day))
        return known[day]

    return on


def raw(row: FollowUp, name: str) -> object:
    """A column's value; of a row that it names the key."""
    return getattr(row, open_row.field_of(name).attname)


def _parsed(name: str, plain: object) -> object:
    """A value as an event keeps it, as the column holds it."""
    column = open_row.field_of(name)
    return plain if isinstance(column, ForeignKey) else column.to_python(plain)
