"""A follow-up's columns stand in one mapping: every field of the engine's row comes back as it was written."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any, get_type_hints

import pytest

from scheduling.engine.following.changes import OpenFollowUp
from tests.tracker import people
from tests.tracker.people import days
from tracker.models import FollowUp
from tracker.services.schedule.standing import stored_schedules
from tracker.storage import bulk, open_row

#: A row in which every field holds something.
FULL = OpenFollowUp(
    stream="imaging",
    state="booked",
    opens_on=days(1),
    due_on=days(8),
    closes_on=days(15),
    row="C1",
    urgency="expedited",
    counted_by="study",
    request="MRI_WS_GAD",
    asked=False,
    known_before=(f"{days(1)} mri whole_spine",),
    awaiting_closure_on=days(5),
    awaiting_response_on=days(4),
    arranged_as="CT_MYELO",
    booked_on=days(6),
    hold_until=days(7),
    snoozed_until=days(9),
    snoozed_closes_on=days(10),
    answered=True,
)
#: What a plan opens: nobody has booked or set it aside.
NEW = replace(FULL, booked_on=None, snoozed_until=None)
HELD = {"snooze_reason": "away", "snoozed_by": None, "booked_at": people.NOW, "booked_place": "Room 4"}
NAMES = [field.name for field in fields(OpenFollowUp) if field.name != "stream"]


def changed(name: str) -> OpenFollowUp:
    """The full row with another value in this field; nothing where the field may be empty."""
    if type(None) in getattr(get_type_hints(OpenFollowUp)[name], "__args__", ()):
        return replace(FULL, **{name: None})
    other: dict[str, Any] = {
        "opens_on": days(0),
        "due_on": days(13),
        "closes_on": days(20),
        "urgency": "urgent",
        "asked": True,
        "answered": False,
        "known_before": (),
        "state": "ordered",
    }
    return replace(FULL, **{name: other.get(name, "visit")})


def test_every_field_of_the_engines_row_has_its_column() -> None:
    assert all(getattr(FULL, name) is not None for name in NAMES)
    assert set(open_row.COLUMNS) <= {field.name for field in FollowUp._meta.concrete_fields}


@pytest.mark.django_db
@pytest.mark.storage
@pytest.mark.parametrize("number", [1, bulk.MANY], ids=["row by row", "COPY"])
def test_what_is_written_is_read_again_field_by_field(number: int) -> None:
    rows = [people.follow_up(people.patient()) for _ in range(number)]
    for one in (FULL, *(changed(name) for name in NAMES)):
        bulk.update_named(FollowUp, [open_row.written(one, HELD) | {"pk": row.pk} for row in rows])
        assert {
            stored.follow_ups["imaging"].row for stored in stored_schedules([r.patient_id for r in rows]).values()
        } == {one}
        assert {open_row.of(row) for row in FollowUp.objects.all()} == {one}


@pytest.mark.django_db
@pytest.mark.storage
@pytest.mark.parametrize("number", [1, bulk.MANY], ids=["row by row", "COPY"])
def test_a_new_row_begins_as_one_that_django_makes(number: int) -> None:
    version = people.policy_version()
    whose = {"created_at": people.NOW, "changed_at": people.NOW, "policy_version_id": version.pk}
    made = [FollowUp(patient=people.patient()) for _ in range(number)]
    rows = [open_row.opened(NEW) | whose | {"patient_id": row.patient_id, "uid": row.uid} for row in made]
    bulk.insert_named(FollowUp, rows)
    for row in made:
        stored = FollowUp.objects.get(uid=row.uid)
        assert open_row.of(stored) == NEW
        for field in FollowUp._meta.concrete_fields:
            if field.attname not in rows[0] and field.name not in rows[0] and not field.primary_key:
                assert getattr(stored, field.attname) == getattr(row, field.attname), field.name


@pytest.mark.parametrize(
    ("field", "gone"),
    [("booked_on", {"booked_at": None, "booked_place": ""}), ("snoozed_until", {"snooze_reason": ""})],
)
def test_what_people_wrote_beside_a_field_goes_with_it(field: str, gone: dict[str, Any]) -> None:
    kept = open_row.written(FULL, HELD)
    assert kept.items() >= HELD.items()
    without = open_row.written(replace(FULL, **{field: None}), HELD)
    assert without.items() >= gone.items()
    assert {name for name in kept if kept[name] != without[name]} == {field, *gone}


def test_the_audit_keeps_each_change_as_text() -> None:
    after = replace(FULL, due_on=days(9), asked=True)
    assert open_row.differences(FULL, after) == {
        "due_on": [str(days(8)), str(days(9))],
        "asked": ["False", "True"],
    }
    assert open_row.differences(FULL, FULL) == {}
