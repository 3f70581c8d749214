"""What people arranged against what the plan asks for, sentence by sentence of the design's seventh decision."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from scheduling.engine.following.changes import OpenFollowUp
from scheduling.engine.following.conflicts import ConflictKind, conflicts_of

TODAY = date(2026, 6, 1)


def day(n: int) -> date:
    return TODAY + timedelta(n)


ROW = OpenFollowUp("imaging", "booked", day(5), day(10), day(15), "B1", "routine", "study", "MRI_WS_GAD")
BOOKED = replace(ROW, arranged_as="MRI_WS_GAD", booked_on=day(12))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"booked_on": day(15)}, []),
        ({"booked_on": day(16)}, ["too_late"]),
        ({"booked_on": day(5)}, []),
        ({"booked_on": day(4)}, ["too_early"]),
        ({"booked_on": TODAY}, ["too_early"]),
        ({"booked_on": day(-1)}, ["passed"]),
        ({"booked_on": day(-1), "answered": True}, ["passed"]),
        ({"request": "CT_MYELO"}, ["other_request"]),
        ({"request": "CT_MYELO", "booked_on": day(16)}, ["too_late", "other_request"]),
        ({"booked_on": day(16), "answered": True}, []),
        ({"asked": False}, ["cancel_it"]),
        ({"asked": False, "booked_on": day(-1), "answered": True}, ["cancel_it"]),
        ({"state": "ordered", "booked_on": None, "closes_on": day(-5)}, []),
        ({"state": "ordered", "booked_on": None, "request": "CT_MYELO"}, ["other_request"]),
        ({"state": "ordered", "booked_on": None, "asked": False}, ["cancel_it"]),
        ({"booked_on": day(16), "awaiting_closure_on": TODAY}, []),
        ({"booked_on": day(16), "awaiting_response_on": TODAY}, []),
        *(({"state": state, "booked_on": day(16)}, []) for state in ("open", "missed", "cancelled")),
    ],
)
def test_each_conflict(changes: dict[str, object], expected: list[str]) -> None:
    row = replace(BOOKED, **changes)  # type: ignore[arg-type]
    assert conflicts_of(row, TODAY) == tuple(ConflictKind(kind) for kind in expected)
