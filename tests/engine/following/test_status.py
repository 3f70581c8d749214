"""Time status: the ends of a window belong to the earlier state."""

from datetime import date, timedelta

import pytest

from scheduling.engine.following.status import status_on

OPENS, DUE, CLOSES = date(2026, 6, 1), date(2026, 6, 29), date(2026, 7, 6)


@pytest.mark.parametrize(
    ("today", "status"),
    [
        (OPENS - timedelta(1), "scheduled"),
        (OPENS, "in_window"),
        (DUE, "in_window"),
        (DUE + timedelta(1), "due_in_grace"),
        (CLOSES, "due_in_grace"),
        (CLOSES + timedelta(1), "overdue"),
        (CLOSES + timedelta(4000), "overdue"),
    ],
)
def test_the_ends_belong_to_the_earlier_state(today: date, status: str) -> None:
    assert status_on(today, OPENS, DUE, CLOSES) == status


def test_a_window_of_one_day_has_no_grace() -> None:
    states = [status_on(OPENS + timedelta(n), OPENS, OPENS, OPENS) for n in (-1, 0, 1)]
    assert states == ["scheduled", "in_window", "overdue"]
