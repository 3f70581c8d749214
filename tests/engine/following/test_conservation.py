"""Over long random histories every stream of a patient is accounted for on every day, and reconciling settles."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from scheduling.engine.following.changes import STANDING, Change, Complete, Keep, OpenFollowUp, OpenState, Withdraw
from scheduling.engine.following.conservation import ConservationState, state_of
from scheduling.engine.following.reconcile import apply, reconcile
from scheduling.engine.following.rules import ReconcileRules
from scheduling.engine.planning.plan import plan
from scheduling.engine.plans import Plan
from scheduling.engine.policy.document import policy_to_mapping, read_policy
from scheduling.engine.record.deriving import facts_on
from scheduling.engine.record.facts import Facts, Primary, Procedure, Sins, Study
from scheduling.engine.record.history import (
    History,
    LesionAssessment,
    LesionHistory,
    ResponseEntry,
    StatusChange,
    SymptomEpisode,
    TherapyLine,
)
from scheduling.engine.vocabulary import (
    Escc,
    PatientStatus,
    ProcedureKind,
    ResponseCategory,
    Stream,
    StudyKind,
    SymptomKind,
    TherapyClass,
)
from scheduling.policies import default_policy

POLICY = default_policy()


def _sooner(value: object) -> object:
    """A document whose windows of weeks end two weeks earlier."""
    if isinstance(value, dict):
        return {key: _periods(one) if key == "window" else _sooner(one) for key, one in value.items()}
    return [_sooner(one) for one in value] if isinstance(value, list) else value


def _periods(window: list[str]) -> list[str]:
    weeks = [int(one[:-2]) for one in window if one.endswith(" w")]
    sooner = len(weeks) == len(window) and min(weeks) >= 2
    return [f"{count - 2} w" for count in weeks] if sooner else window


STRICTER = read_policy(_sooner(policy_to_mapping(POLICY)))  # type: ignore[arg-type]
#: The versions that a life is followed under.
VERSIONS = [(one, ReconcileRules.from_policy(one)) for one in (POLICY, STRICTER)]
RECORD = POLICY.history_rules
FIRST = date(2025, 1, 6)
BANDS = (
    Sins("semirigid", "pain_free", "blastic", "normal", "none", "none"),
    Sins("semirigid", "mechanical", "lytic", "deformity", "none", "none"),
    Sins("semirigid", "mechanical", "lytic", "subluxation", "over_50", None),
)


@dataclass
class World:
    """One person's record and open follow-ups, moved on a day at a time."""

    today: date
    history: History
    version: int = 0
    rows: dict[str, OpenFollowUp] = field(default_factory=dict)
    states: set[ConservationState] = field(default_factory=set)

    def record(self, **facts: Any) -> None:
        """Add one fact to each list named."""
        self.history = replace(
            self.history, **{name: (*getattr(self.history, name), fact) for name, fact in facts.items()}
        )

    def act(self, stream: str, allowed: set[str], **changes: Any) -> None:
        """A person acts on the open follow-up of a stream, where the table of moves lets them."""
        row = self.rows.get(stream)
        if row is not None and row.state in allowed:
            self.rows[stream] = replace(row, **changes)

    def pass_a_night(self) -> None:
        """Plan, reconcile, and look at everything that must hold."""
        facts = facts_on(self.history, self.today, RECORD)
        policy, rules = VERSIONS[self.version]
        made = plan(facts, policy, self.today)
        before = self.rows
        changes = reconcile(made, before, facts, self.today, rules)
        self.rows = apply(changes, before)
        for change in changes:
            if isinstance(change, Complete):
                self.check_completed(change, before[change.stream], facts)
            elif isinstance(change, Withdraw):
                assert before[change.stream].state not in STANDING
                assert change.row in made.rows, "nothing is withdrawn without a row that says so"
        self.check_appointments(before, changes)
        assert plan(facts, policy, self.today) == made
        again = reconcile(made, self.rows, facts, self.today, rules)
        assert all(isinstance(change, Keep) for change in again), again
        for stream in Stream:
            self.check_stream(stream, made, rules)
        self.today += timedelta(1)

    def check_stream(self, stream: Stream, made: Plan, rules: ReconcileRules) -> None:
        """The window of every open row is the newest plan's, but for one that is held or that nothing asks for."""
        state, row = state_of(stream, made, self.rows.get(stream), self.today, rules), self.rows.get(stream)
        assert state is not ConservationState.ABSENT, (stream, made, self.rows)
        self.states.add(state)
        asked = made.imaging if stream is Stream.IMAGING else made.surgeon
        if row is None or asked is None:
            assert row is None or (not row.asked and row.state in STANDING)
        elif row.state != OpenState.CANCELLED:
            assert (row.opens_on, row.due_on, row.closes_on) == (asked.earliest, asked.due, asked.latest)
            assert (row.row, row.urgency, row.request, row.asked) == (asked.row, asked.urgency, asked.request, True)
        else:
            assert asked.urgency != "emergency", "an emergency is not set aside"
            assert asked.latest >= min(row.closes_on, row.hold_until or row.closes_on)

    def check_appointments(self, before: dict[str, OpenFollowUp], changes: tuple[Change, ...]) -> None:
        """Nobody but a person changed what was arranged; an appointment ahead of what is done passes on as it is."""
        completed = {change.stream: change.on for change in changes if isinstance(change, Complete)}
        for stream, old in before.items():
            new = self.rows.get(stream)
            arranged = (old.state, old.booked_on, old.arranged_as)
            if stream in completed:
                ahead = old.booked_on is not None and old.booked_on > completed[stream] and old.booked_on >= self.today
                passes = old.state == OpenState.BOOKED and ahead
                assert new is None or (new.state, new.booked_on, new.arranged_as) == (
                    arranged if passes else (OpenState.OPEN, None, None)
                )
            elif new is None:
                assert old.state not in STANDING
            elif old.state == OpenState.CANCELLED:
                assert new.state in (OpenState.CANCELLED, OpenState.OPEN)
            else:
                assert (new.state, new.booked_on, new.arranged_as) == arranged

    def check_completed(self, change: Complete, row: OpenFollowUp, facts: Facts) -> None:
        """A person's study or visit of that day stands behind every completion."""
        assert change.on <= self.today
        if change.stream == Stream.SURGEON:
            assert change.on in facts.visits
        else:
            assert any(study.on == change.on and study.kind != StudyKind.XRAY for study in facts.studies)


Act = Callable[[World], None]
streams = st.sampled_from([str(stream) for stream in Stream])
back = st.integers(0, 20).map(timedelta)


def facts_acts() -> st.SearchStrategy[Act]:
    """What is recorded, on the day or some days late."""

    def study(kind: str, coverage: str | None, late: timedelta) -> Act:
        return lambda world: world.record(studies=Study(world.today - late, kind, coverage))

    def visit(late: timedelta) -> Act:
        return lambda world: world.record(visits=world.today - late)

    def symptom(kind: str, late: timedelta, confirmed: bool) -> Act:
        return lambda world: world.record(symptoms=SymptomEpisode(kind, world.today - late, confirmed=confirmed))

    def close(world: World) -> None:
        closed = tuple(replace(one, closed_on=one.closed_on or world.today) for one in world.history.symptoms)
        world.history = replace(world.history, symptoms=closed)

    def response(category: str, late: timedelta) -> Act:
        return lambda world: world.record(responses=ResponseEntry(world.today - late, category))

    def procedure(kind: str, levels: tuple[str, ...]) -> Act:
        return lambda world: world.record(procedures=Procedure(kind, world.today, levels))

    def therapy(kind: str) -> Act:
        return lambda world: world.record(lines=TherapyLine(kind, world.today))

    def status(to: str) -> Act:
        return lambda world: world.record(statuses=StatusChange(world.today, to, transfer_accepted=to == "transferred"))

    def look(escc: str | None, sins: Sins | None) -> Act:
        def assess(world: World) -> None:
            one = LesionAssessment(world.today, escc, sins)
            lesions = world.history.lesions or (LesionHistory("T8", world.today),)
            first = replace(lesions[0], assessments=(*lesions[0].assessments, one))
            world.history = replace(world.history, lesions=(first, *lesions[1:]))

        return assess

    def words(kind: type) -> st.SearchStrategy[str]:
        return st.sampled_from([str(word) for word in kind])  # type: ignore[attr-defined]

    return st.one_of(
        st.builds(study, words(StudyKind), st.sampled_from(["whole_spine", None]), back),
        st.builds(study, st.just("mri"), st.just("whole_spine"), back),
        st.builds(visit, back),
        st.builds(symptom, words(SymptomKind), back, st.booleans()),
        st.just(close),
        st.builds(response, words(ResponseCategory), back),
        st.builds(procedure, words(ProcedureKind), st.sampled_from([("T8",), ("L1",), ()])),
        st.builds(therapy, words(TherapyClass)),
        st.builds(status, words(PatientStatus)),
        st.builds(status, st.just("active")),
        st.builds(look, st.none() | words(Escc), st.none() | st.sampled_from(BANDS)),
    )


def people_acts() -> st.SearchStrategy[Act]:
    """What people do with the open follow-up."""

    def book(stream: str, ahead: int) -> Act:
        def agree(world: World) -> None:
            row, on = world.rows.get(stream), world.today + timedelta(ahead)
            if row is not None and row.asked:
                told = {"booked_on": on, "arranged_as": row.request, "answered": True}
                world.act(stream, {"open", "ordered", "missed", "booked"}, state="booked", **told)

        return agree

    def order(stream: str) -> Act:
        return lambda world: world.act(stream, {"open", "missed"}, state="ordered", answered=True)

    def unbook(stream: str) -> Act:
        return lambda world: world.act(stream, {"booked"}, state="open", booked_on=None, arranged_as=None)

    def miss(stream: str) -> Act:
        return lambda world: world.act(stream, {"booked"}, state="missed", booked_on=None)

    def cancel(stream: str, hold: int) -> Act:
        def decide(world: World) -> None:
            row = world.rows.get(stream)
            if row is not None and row.urgency != "emergency" and row.awaiting_closure_on is None:
                told = {"booked_on": None, "snoozed_until": None, "snoozed_closes_on": None}
                until = world.today + timedelta(hold)
                world.act(stream, {"open", "ordered", "booked", "missed"}, state="cancelled", hold_until=until, **told)

        return decide

    def snooze(stream: str, until: int) -> Act:
        def set_aside(world: World) -> None:
            row, on = world.rows.get(stream), world.today + timedelta(until)
            if row is not None and row.asked and row.urgency != "emergency" and row.awaiting_closure_on is None:
                told = {"snoozed_until": on, "snoozed_closes_on": row.closes_on}
                world.act(stream, {"open", "ordered", "booked", "missed"}, **told)

        return set_aside

    def publish(version: int) -> Act:
        def change(world: World) -> None:
            world.version = version

        return change

    return st.one_of(
        st.builds(book, streams, st.integers(0, 40)),
        st.builds(order, streams),
        st.builds(unbook, streams),
        st.builds(publish, st.sampled_from([0, 1])),
        st.builds(miss, streams),
        st.builds(cancel, streams, st.integers(0, 84)),
        st.builds(snooze, streams, st.integers(1, 30)),
    )


acts = st.lists(st.tuples(st.sampled_from([0, 0, 1, 3, 9, 25]), facts_acts() | people_acts()), max_size=25)
beginnings = st.builds(
    History,
    st.just(FIRST),
    st.sampled_from([(Primary("rcc"),), (Primary("breast", "hr_pos_her2_neg"),)]),
    lesions=st.sampled_from(
        [
            (),
            (LesionHistory("T8", FIRST),),
            (LesionHistory("T8", FIRST, (LesionAssessment(FIRST, "0", BANDS[0]),)),),
            (
                LesionHistory("T8", FIRST, (LesionAssessment(FIRST, "1b", BANDS[1]),)),
                LesionHistory("L1", FIRST, (LesionAssessment(FIRST, "0", BANDS[0]),)),
            ),
        ]
    ),
    studies=st.sampled_from([(), (Study(FIRST, "mri", "whole_spine"),)]),
    visits=st.sampled_from([(), (FIRST,)]),
)


@given(beginnings, acts)
def test_no_history_reaches_an_absent_state(beginning: History, happened: list[tuple[int, Act]]) -> None:
    """Day after day through whatever is recorded and done, and three months beyond."""
    world = World(FIRST, beginning)
    world.pass_a_night()
    for nights, act in happened:
        for _ in range(nights):
            world.pass_a_night()
        act(world)
    for _ in range(100):
        world.pass_a_night()


def test_a_walk_through_every_state() -> None:
    """One life that sees each of the states that conservation knows, `absent` apart."""
    low = (LesionHistory("T8", FIRST, (LesionAssessment(FIRST, "0", BANDS[0]),)),)
    world = World(FIRST, History(FIRST, (Primary("rcc"),), lesions=low, studies=(Study(FIRST, "mri"),)))
    for _ in range(100):  # A1: nothing for the surgeon; imaging scheduled, in window, in grace, overdue
        world.pass_a_night()
    world.act("imaging", {"open"}, snoozed_until=world.today + timedelta(2))
    world.pass_a_night()
    world.act("imaging", {"open"}, state="cancelled", snoozed_until=None, hold_until=world.today + timedelta(2))
    world.pass_a_night()
    world.record(symptoms=SymptomEpisode("neuro", world.today))
    world.pass_a_night()
    world.record(studies=Study(world.today, "mri", "whole_spine"))
    world.pass_a_night()
    assert world.states == set(ConservationState) - {ConservationState.ABSENT}
    assert world.rows["surgeon"].row == "E1"
    assert world.rows["imaging"].awaiting_closure_on is not None


@given(beginnings, acts, st.integers(0, 30))
def test_a_further_assessment_of_a_bad_run_never_delays_the_surgeon(
    beginning: History, happened: list[tuple[int, Act]], newer: int
) -> None:
    """Law (l): the run is kept whole, so a first contact that is overdue is not rolled forward."""
    world = World(FIRST, beginning)
    for nights, act in happened:
        world.today += timedelta(nights)
        act(world)
    today = world.today + timedelta(30)
    facts = facts_on(world.history, today, RECORD)
    worse = {
        "pseudoprogression_suspected": ("pseudoprogression_suspected", "mixed", "progressive"),
        "mixed": ("mixed", "progressive"),
        "progressive": ("progressive",),
    }
    before = plan(facts, POLICY, today)
    if facts.response is None or facts.response.on is None or before.tempo is None:
        return
    on = min(facts.response.on + timedelta(newer), today)
    for category in worse.get(facts.response.category, ()):
        more = replace(world.history, responses=(*world.history.responses, ResponseEntry(on, category)))
        after = plan(facts_on(more, today, RECORD), POLICY, today)
        assert before.surgeon is not None
        assert after.surgeon is not None
        assert after.surgeon.due <= before.surgeon.due
        assert after.surgeon.latest <= before.surgeon.latest
