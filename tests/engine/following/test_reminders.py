"""The default ladder on a grid of days: who is told when, once, and what a gap leaves."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduling.engine.following.changes import OpenFollowUp
from scheduling.engine.following.ladder import Audience, Purpose, ladder_of
from scheduling.engine.following.reminders import ReminderDue, has_step, next_step_on, reminders_due
from scheduling.policies import default_policy

LADDER = ladder_of(default_policy())
OPENS, DUE, CLOSES = date(2026, 6, 1), date(2026, 6, 29), date(2026, 7, 6)
ROW = OpenFollowUp("imaging", "open", OPENS, DUE, CLOSES, "B1", "routine", "study", "MRI_WS_GAD")
URGENT = replace(ROW, row="E2", due_on=OPENS + timedelta(7), closes_on=OPENS + timedelta(7), urgency="urgent")
BOOKED = replace(ROW, state="booked", booked_on=DUE)


def told(row: OpenFollowUp, first: date, last: date, every: int = 1) -> list[tuple[date, str, bool]]:
    """Day, step and call of everything made when the ladder is looked at every so many days."""
    made: list[tuple[date, str, bool]] = []
    already: set[str] = set()
    today = first
    while today <= last:
        for due in reminders_due(row, LADDER, already, today):
            already.add(due.key)
            made.append((today, due.step, due.call))
        today += timedelta(every)
    return made


def test_a_window_that_nobody_books() -> None:
    assert told(ROW, date(2026, 5, 1), date(2026, 7, 22)) == [
        (OPENS, "opens_patient", False),
        (DUE - timedelta(7), "due_patient", False),
        (DUE, "due_nurse", False),
        (CLOSES + timedelta(1), "overdue_nurse", False),
        (CLOSES + timedelta(1), "overdue_surgeon", False),
        (CLOSES + timedelta(8), "overdue_nurse", False),
        (CLOSES + timedelta(8), "overdue_surgeon", False),
        (CLOSES + timedelta(15), "overdue_nurse", False),
        (CLOSES + timedelta(15), "overdue_surgeon", False),
    ]


@pytest.mark.parametrize(
    ("key", "speaks"),
    [
        (f"opens_patient@{OPENS}", True),
        (f"opens_patient@{OPENS + timedelta(1)}", False),
        (f"opens_patient@{OPENS + timedelta(7)}", False),
        (f"overdue_nurse@{CLOSES + timedelta(1)}", True),
        (f"overdue_nurse@{CLOSES + timedelta(15)}", True),
        (f"overdue_nurse@{CLOSES + timedelta(14)}", False),
        (f"overdue_nurse@{CLOSES - timedelta(6)}", False),
        (f"day_before_patient@{DUE - timedelta(1)}", False),
        (f"no_such_step@{OPENS}", False),
    ],
)
def test_a_key_is_known_by_its_step_and_one_of_its_days(key: str, speaks: bool) -> None:
    assert has_step(ROW, LADDER, key) is speaks
    assert has_step(BOOKED, LADDER, f"day_before_patient@{DUE - timedelta(1)}")


def test_a_booking_is_announced_a_week_and_a_day_before() -> None:
    assert told(BOOKED, date(2026, 5, 1), DUE) == [
        (DUE - timedelta(7), "week_before_patient", False),
        (DUE - timedelta(1), "day_before_patient", False),
        (DUE, "due_nurse", False),
    ]


def test_an_emergency_is_for_staff_at_once() -> None:
    made = told(URGENT, OPENS - timedelta(3), OPENS + timedelta(9))
    assert made == [
        (OPENS, "urgent_nurse", False),
        (OPENS, "urgent_surgeon", False),
        (OPENS + timedelta(8), "overdue_nurse", False),
        (OPENS + timedelta(8), "overdue_surgeon", False),
    ]


@pytest.mark.parametrize(
    "row",
    [
        pytest.param(replace(BOOKED, asked=False), id="to be cancelled"),
        pytest.param(replace(ROW, snoozed_until=date(2027, 1, 1)), id="snoozed"),
        pytest.param(replace(ROW, state="cancelled", hold_until=date(2027, 1, 1)), id="cancelled"),
        pytest.param(replace(URGENT, awaiting_closure_on=OPENS), id="awaiting closure"),
    ],
)
def test_nobody_is_reminded(row: OpenFollowUp) -> None:
    assert told(row, date(2026, 5, 1), date(2026, 9, 1)) == []


def test_who_waits_for_a_response_is_not_written_to_and_the_staff_is() -> None:
    done = replace(BOOKED, awaiting_response_on=OPENS)
    made = told(BOOKED, date(2026, 5, 1), CLOSES)
    staff = [one for one in made if not one[1].endswith("_patient")]
    assert len(staff) < len(made)
    assert told(done, date(2026, 5, 1), CLOSES) == staff


def test_a_snoozed_row_is_caught_up_on_its_day() -> None:
    back = CLOSES + timedelta(10)
    made = told(replace(ROW, snoozed_until=back), OPENS, back)
    assert made == [
        (back, "due_patient", True),
        (back, "overdue_nurse", False),
        (back, "overdue_surgeon", False),
    ]


def test_a_missed_appointment_is_the_nurses() -> None:
    made = told(replace(ROW, state="missed"), date(2026, 5, 1), CLOSES + timedelta(1))
    assert [step for _, step, _ in made] == ["due_nurse", "overdue_nurse", "overdue_surgeon"]


def test_after_a_gap_each_audience_hears_once_and_what_is_too_late_becomes_a_call() -> None:
    after_a_week = DUE - timedelta(1)
    assert [due.step for due in reminders_due(ROW, LADDER, (), after_a_week)] == ["due_patient"]
    long_after = CLOSES + timedelta(100)
    made = reminders_due(ROW, LADDER, (), long_after)
    assert [(due.audience, due.purpose, due.call) for due in made] == [
        (Audience.PATIENT, Purpose.RECALL, True),
        (Audience.NURSE, Purpose.OVERDUE, False),
        (Audience.SURGEON, Purpose.OVERDUE, False),
    ]
    # What was overtaken by the newest is not brought up again.
    assert reminders_due(ROW, LADDER, {due.key for due in made}, long_after) == ()


def test_an_appointment_of_today_is_too_late_to_write_about_and_one_of_yesterday_is_nobodys() -> None:
    (today,) = (due for due in reminders_due(BOOKED, LADDER, (), DUE) if due.audience == "patient")
    assert today == ReminderDue(
        f"day_before_patient@{DUE - timedelta(1)}",
        "day_before_patient",
        Audience.PATIENT,
        Purpose.APPOINTMENT,
        DUE - timedelta(1),
        call=True,
    )
    after = reminders_due(BOOKED, LADDER, (), DUE + timedelta(1))
    assert [due.audience for due in after] == ["nurse"]


def test_a_move_asks_anew_and_a_restatement_does_not() -> None:
    already = {due.key for due in reminders_due(ROW, LADDER, (), OPENS)}
    assert reminders_due(replace(ROW, row="P1"), LADDER, already, OPENS) == ()
    later = replace(ROW, opens_on=OPENS + timedelta(5))
    (again,) = reminders_due(later, LADDER, already, OPENS + timedelta(5))
    assert again.step == "opens_patient"


days = st.integers(-40, 120).map(lambda n: OPENS + timedelta(n))


@given(
    st.sampled_from([ROW, URGENT, BOOKED, replace(ROW, state="ordered")]),
    st.lists(days, min_size=1, max_size=30).map(sorted),
)
def test_whenever_it_is_looked_at_nothing_is_said_twice_or_flooded(row: OpenFollowUp, looks: list[date]) -> None:
    already: set[str] = set()
    for today in looks:
        made = reminders_due(row, LADDER, already, today)
        assert len({due.audience for due in made}) == len(made)
        assert not {due.key for due in made} & already
        assert all(due.on <= today for due in made)
        if row.row == "E2":
            assert all(due.audience != Audience.PATIENT for due in made)
        already |= {due.key for due in made}
    if looks[-1] > row.closes_on:
        assert any(key.startswith("overdue_nurse@") for key in already), "an overdue row was silent"
    assert all(len(key) <= 40 for key in already), "a key fits its column"


rows = st.builds(
    replace,
    st.sampled_from([ROW, URGENT, BOOKED]),
    state=st.sampled_from(["open", "ordered", "booked", "missed", "cancelled"]),
    booked_on=st.none() | days,
    snoozed_until=st.none() | days,
    awaiting_closure_on=st.sampled_from([None, None, None, OPENS]),
    awaiting_response_on=st.sampled_from([None, None, OPENS]),
    asked=st.sampled_from([True, True, False]),
)


@given(rows, days)
def test_asked_on_its_next_step_alone_it_says_what_it_says_when_asked_every_day(row: OpenFollowUp, first: date) -> None:
    last = first + timedelta(150)
    made: list[tuple[date, str, bool]] = []
    already: set[str] = set()
    today: date | None = first
    while today is not None and today <= last:
        for due in reminders_due(row, LADDER, already, today):
            already.add(due.key)
            made.append((today, due.step, due.call))
        asked, today = today, next_step_on(row, LADDER, today)
        assert today is None or today > asked
    assert made == told(row, first, last)


def test_the_next_step_of_a_snoozed_row_is_its_return_and_nobodys_row_has_none() -> None:
    back = CLOSES + timedelta(10)
    assert next_step_on(replace(ROW, snoozed_until=back), LADDER, OPENS) == back
    assert next_step_on(replace(ROW, state="cancelled", hold_until=back), LADDER, OPENS) is None
    assert next_step_on(BOOKED, LADDER, OPENS) == DUE - timedelta(7)
    assert next_step_on(ROW, LADDER, CLOSES + timedelta(1)) == CLOSES + timedelta(8)
