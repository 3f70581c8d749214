"""Queues: what stands where, in which order, and with how many queries."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from scheduling.engine.vocabulary import Task as PlanTask
from tests.tracker import people
from tracker.models import FollowUp, Study, Task, User
from tracker.queries.queues.lists import filter_choices, queue_counts, queue_page, whole_queue
from tracker.queries.queues.registry import FIRST, GROUPS, QUEUES, queue_named
from tracker.queries.queues.rows import QueueFilters, QueuePage
from tracker.words import TASK

pytestmark = pytest.mark.django_db

ALL = QueueFilters()


def page(user: User, slug: str, filters: QueueFilters = ALL, number: int = 1, **more: Any) -> QueuePage:
    return queue_page(user, slug, filters, number, people.TODAY, **more)


def numbers(shown: QueuePage) -> list[str]:
    return [row.patient.number for row in shown.rows]


def due(name: str, **fields: Any) -> FollowUp:
    """A follow-up of a new patient whose number is `name`."""
    patient = fields.pop("patient", None) or people.patient(number=name)
    return people.follow_up(patient, **fields)


def work(kind: str, **fields: Any) -> Task:
    values = {"patient": people.patient(), "raised_by": "plan", "raised_at": people.NOW}
    return Task.objects.create(kind=kind, **(values | fields))


def test_the_rail_has_its_groups_and_every_queue_once() -> None:
    assert len({queue.slug for queue in QUEUES}) == len(QUEUES)
    assert tuple(dict.fromkeys(queue.group for queue in QUEUES)) == GROUPS
    assert queue_named(FIRST).title == "Overdue"
    with pytest.raises(KeyError, match="'nowhere' is not a queue; expected one of emergency, overdue"):
        queue_named("nowhere")


def test_every_task_of_a_plan_stands_in_exactly_one_queue() -> None:
    listed = [kind for queue in QUEUES for kind in queue.kinds]
    assert sorted(listed) == sorted([*PlanTask, "call_patient", "cancel_booking", "check_delivery"])
    assert set(TASK) == set(listed)


# What stands where

WHERE: dict[str, tuple[dict[str, Any], set[str]]] = {
    "overdue": ({}, {"overdue", "not-ordered", "mine"}),
    "in the window": ({"opens": -1, "due": 5, "closes": 9}, {"due-now", "not-ordered", "mine"}),
    "in grace": ({"opens": -9, "due": -1, "closes": 0}, {"due-now", "not-ordered", "mine"}),
    "opens in 28 days": ({"opens": 28, "due": 30, "closes": 40}, {"coming", "not-ordered", "mine"}),
    "opens in 29 days": ({"opens": 29, "due": 30, "closes": 40}, {"mine"}),
    "ordered": ({"state": "ordered", "opens": -1, "due": 5, "closes": 9}, {"due-now", "ordered", "mine"}),
    "booked in time": (
        {"state": "booked", "booked_on": people.days(4), "opens": -1, "due": 5, "closes": 9},
        {"due-now", "mine"},
    ),
    "booked too late": (
        {"state": "booked", "booked_on": people.days(10), "opens": -1, "due": 5, "closes": 9},
        {"due-now", "booked-late", "conflicts", "mine"},
    ),
    "booked too late and answered": (
        {"state": "booked", "booked_on": people.days(10), "opens": -1, "due": 5, "closes": 9, "answered": True},
        {"due-now", "booked-late", "mine"},
    ),
    "booked too early": (
        {"state": "booked", "booked_on": people.days(2), "opens": 3, "due": 5, "closes": 9},
        {"coming", "conflicts", "mine"},
    ),
    "another examination": (
        {"state": "ordered", "arranged_as": "CT_MYELO", "opens": -1, "due": 5, "closes": 9},
        {"due-now", "ordered", "conflicts", "mine"},
    ),
    "nothing asked any more": (
        {"state": "booked", "booked_on": people.days(2), "asked": False},
        {"conflicts", "mine"},
    ),
    "ordered and nothing asked any more": ({"state": "ordered", "asked": False}, {"conflicts", "mine"}),
    "done, the response missing": (
        {"awaiting_response_on": people.days(-3), "opens": -9, "due": 5, "closes": 9},
        {"due-now", "awaiting-response", "mine"},
    ),
    "urgent and snoozed": (
        {"urgency": "urgent", "snoozed_until": people.days(3), "snooze_reason": "on holiday"},
        {"snoozed", "set-aside-urgent", "mine"},
    ),
    "urgent and cancelled": (
        {"urgency": "urgent", "state": "cancelled", "hold_until_on": people.days(10)},
        {"set-aside", "set-aside-urgent"},
    ),
    "booked yesterday": (
        {"state": "booked", "booked_on": people.days(-1), "opens": -1, "due": 5, "closes": 9},
        {"due-now", "no-result", "mine"},
    ),
    "missed": (
        {"state": "missed", "missed_on": people.days(-3), "opens": -9, "due": 5, "closes": 9},
        {"due-now", "missed", "mine"},
    ),
    "awaiting closure": ({"awaiting_closure_on": people.days(-3)}, {"awaiting-closure", "mine"}),
    "snoozed": (
        {"snoozed_until": people.days(3), "snooze_reason": "on holiday"},
        {"snoozed", "mine"},
    ),
    "snoozed until today": (
        {"snoozed_until": people.TODAY, "snooze_reason": "on holiday"},
        {"overdue", "not-ordered", "mine"},
    ),
    "cancelled": ({"state": "cancelled", "hold_until_on": people.days(30)}, {"set-aside"}),
    "taken by another": ({"owner": "bob"}, {"overdue", "not-ordered"}),
    "emergency": (
        {"urgency": "emergency", "opens": 0, "due": 0, "closes": 1},
        {"emergency", "due-now", "not-ordered", "mine"},
    ),
    "emergency booked in its window": (
        {
            "urgency": "emergency",
            "opens": 0,
            "due": 0,
            "closes": 1,
            "state": "booked",
            "booked_on": people.TODAY,
        },
        {"emergency", "due-now", "mine"},
    ),
    "done": ({"state": "done", "closed_at": people.NOW, "closed_by": "bob"}, set()),
}


def one_of_each() -> None:
    """A follow-up for every case, of a patient whose number is the name of the case."""
    for case, (fields, _) in WHERE.items():
        due(case, **{name: people.bob() if value == "bob" else value for name, value in fields.items()})


def test_where_every_follow_up_stands(alice: User) -> None:
    one_of_each()
    found: dict[str, set[str]] = {case: set() for case in WHERE}
    for queue in QUEUES:
        for case in numbers(page(alice, queue.slug, size=100)):
            found[case].add(queue.slug)
    everywhere = {case: set() if case == "done" else {"team"} for case in WHERE}
    assert found == {case: slugs | everywhere[case] for case, (_, slugs) in WHERE.items()}


def test_unreachable_and_nobodys_rows_have_their_queues(alice: User) -> None:
    due("unreachable", patient=people.patient(unreachable_since=people.days(-2)))
    due("nobody", patient=people.patient(nurse=None))
    due("taken", patient=people.patient(nurse=None), owner=people.beth())
    assert page(alice, "unreachable").total == 1
    assert page(alice, "no-owner").total == 1


def test_nobody_elses_patients(charlie: User, dana: User) -> None:
    due("estuary")
    work("score_missing")
    for user in (charlie, dana):
        assert all(each.count == 0 for group in queue_counts(user, people.TODAY) for each in group.queues)
        assert all(page(user, queue.slug).total == 0 for queue in QUEUES)


# Counts, order, pages


def some_of_everything() -> None:
    for fields, _ in WHERE.values():
        named = {name: people.bob() if value == "bob" else value for name, value in fields.items()}
        people.follow_up(people.patient(), **named)
    for kind in TASK:
        work(kind)


def test_the_rail_counts_what_the_pages_show(alice: User) -> None:
    some_of_everything()
    for group in queue_counts(alice, people.TODAY):
        for each in group.queues:
            shown = whole_queue(alice, each.slug, ALL, people.TODAY)
            assert each.count == shown.total == len(shown.rows) + len(shown.tasks), each.slug


def test_by_urgency_then_by_days_past_the_window(alice: User) -> None:
    due("routine, 2 days", urgency="routine", closes=-2)
    due("urgent, 1 day", urgency="urgent", closes=-1)
    due("routine, 9 days", urgency="routine", closes=-9)
    due("expedited", urgency="expedited", closes=-1)
    due("urgent, 8 days", urgency="urgent", closes=-8)
    assert numbers(page(alice, "overdue")) == [
        "urgent, 8 days",
        "urgent, 1 day",
        "expedited",
        "routine, 9 days",
        "routine, 2 days",
    ]


def test_open_emergencies_stand_on_top_of_every_queue_and_are_counted_apart(alice: User) -> None:
    due("emergency", urgency="emergency", opens=0, due=0, closes=1)
    due("overdue")
    for queue in QUEUES:
        shown = page(alice, queue.slug, QueueFilters(text="nobody of this name", stream="surgeon"))
        assert [row.patient.number for row in shown.emergencies] == ([] if queue.slug == "emergency" else ["emergency"])
    assert page(alice, "overdue").total == 1


def test_pages_hold_everything_once(alice: User) -> None:
    for _ in range(5):
        due(f"row {_}")
    for _ in range(2):
        work("score_missing")
    pages = [page(alice, "overdue", number=number, size=2) for number in (1, 2, 3, 4)]
    assert [len(shown.rows) for shown in pages] == [2, 2, 1, 1]
    assert {number for shown in pages for number in numbers(shown)} == {f"row {_}" for _ in range(5)}
    assert (pages[0].pages, pages[3].page, pages[0].total, pages[0].patients) == (3, 3, 5, 5)
    assert pages[0].oldest_days == 17


def test_rows_come_before_tasks_across_pages(alice: User) -> None:
    for number in range(3):
        due(f"row {number}", state="booked", booked_on=people.days(-1), closes=9, due=5)
    for _ in range(3):
        patient = people.patient()
        Study.objects.create(
            patient=patient,
            occurred_on=people.days(-2),
            recorded_at=people.NOW,
            recorded_by=people.alice(),
            kind="mri",
        )
    shown = [page(alice, "no-result", number=number, size=2) for number in (1, 2, 3)]
    assert [(len(each.rows), len(each.tasks)) for each in shown] == [(2, 0), (1, 1), (0, 2)]
    assert shown[0].total == 6


@pytest.mark.parametrize("slug", ["overdue", "emergency", "no-result", "questions", "uncertain", "calls"])
def test_the_same_number_of_queries_for_any_number_of_rows(slug: str, alice: User) -> None:
    def queries(act: Callable[[], object]) -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            act()
        return len(seen)

    due("one", urgency="emergency")
    page(alice, slug)  # the policy is compiled once per process
    few = queries(lambda: page(alice, slug))
    counted = queries(lambda: queue_counts(alice, people.TODAY))
    for _ in range(3):
        some_of_everything()
    assert queries(lambda: page(alice, slug)) == few <= 12
    assert queries(lambda: queue_counts(alice, people.TODAY)) == counted == 5


# Filters


def test_filters_narrow_and_go_together(alice: User, bob: User) -> None:
    due("mri", opens=-1, due=5, closes=9, urgency="urgent")
    due("visit", stream="surgeon", counted_by="visit", state="ordered")
    due("grace", opens=-9, due=-1, closes=3, owner=bob)
    due("surgeon", patient=people.patient(number="surgeon", surgeon=people.beth(), family_name="Dunnock"))

    def found(**filters: Any) -> set[str]:
        return set(numbers(page(alice, "team", QueueFilters(**filters))))

    assert found(time="in_window") == {"mri"}
    assert found(time="due_in_grace") == {"grace"}
    assert found(state="ordered") == {"visit"}
    assert found(stream="surgeon") == {"visit"}
    assert found(urgency="urgent") == {"mri"}
    assert found(owner=bob.pk) == {"grace"}
    assert found(owner=alice.pk) == {"mri", "visit", "surgeon"}
    assert found(surgeon=people.beth().pk) == {"surgeon"}
    assert found(team=people.moorland().pk) == set()
    assert found(team=people.estuary().pk) == {"mri", "visit", "grace", "surgeon"}
    assert found(text="dunn tamar") == {"surgeon"}
    assert found(text="mri") == {"mri"}
    assert found(time="overdue", stream="imaging") == {"surgeon"}
    assert found(time="nonsense") == found(state="nonsense") == found(stream="nonsense") == set()


def test_nobody_is_a_filter_too(alice: User) -> None:
    due("nobody", patient=people.patient(number="nobody", nurse=None))
    due("alice")
    assert numbers(page(alice, "overdue", QueueFilters(owner=0))) == ["nobody"]


def test_filters_offer_the_people_of_ones_teams(alice: User, bob: User, charlie: User, dana: User) -> None:
    offered = filter_choices(alice)
    assert [choice.label for choice in offered.teams] == ["Estuary"]
    assert [choice.label for choice in offered.owners] == ["Alice Avocet", "Bob Brambling"]
    assert [choice.label for choice in offered.surgeons] == ["Bob Brambling"]
