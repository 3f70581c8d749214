"""Deriving, following, counting and reminding only compare the day, and answer as with a plain one."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given

from scheduling.engine.day import Day
from scheduling.engine.following.conservation import state_of
from scheduling.engine.following.reconcile import reconcile
from scheduling.engine.following.reminders import reminders_due
from scheduling.engine.following.rulebook import Rulebook
from scheduling.engine.planning.plan import plan
from scheduling.engine.record.deriving import facts_on
from scheduling.engine.record.facts import seen_on
from scheduling.engine.record.history import History
from scheduling.engine.vocabulary import Stream
from scheduling.policies import default_policy
from tests.engine.following.test_conservation import FIRST, Act, World, acts, beginnings

RULES = Rulebook.of(default_policy())


class Compared(World):
    """A life in which every night is worked out twice: with the day, and with one that can only be compared."""

    def pass_a_night(self) -> None:
        day = Day(self.today)
        facts = facts_on(self.history, self.today, RULES.history)
        assert facts_on(self.history, day, RULES.history) == facts
        earlier = self.today - timedelta(10)
        assert seen_on(facts, Day(earlier)) == seen_on(facts, earlier)
        made = plan(facts, RULES.policy, self.today)
        changes = reconcile(made, self.rows, facts, self.today, RULES.reconcile)
        assert reconcile(made, self.rows, facts, day, RULES.reconcile) == changes
        for stream in Stream:
            row = self.rows.get(stream)
            states = [state_of(stream, made, row, one, RULES.reconcile) for one in (self.today, day)]
            assert states[0] == states[1]
        for row in self.rows.values():
            for late in (0, 30, 200):
                on = self.today + timedelta(late)
                due = reminders_due(row, RULES.ladder, (), on)
                assert reminders_due(row, RULES.ladder, (), Day(on)) == due
        super().pass_a_night()


@given(beginnings, acts)
def test_the_day_is_only_compared(beginning: History, happened: list[tuple[int, Act]]) -> None:
    world = Compared(FIRST, beginning)
    world.pass_a_night()
    for nights, act in happened:
        world.today += timedelta(nights)
        act(world)
        world.pass_a_night()
