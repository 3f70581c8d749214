"""The record's history says changes in words: no code, no ISO moment, no number of a person."""

from __future__ import annotations

import pytest

from tests.tracker import people
from tracker.models import AuditEvent, Patient
from tracker.queries.patient.change_words import change_words, names_in
from tracker.queries.patient.timeline import history_lines

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("name", "before", "after", "said"),
    [
        ("booked_at", None, "2026-11-21T04:11:35.430311+00:00", ("", "21 Nov 2026, 04:11")),
        ("due_on", "2026-11-21", "2026-12-01", ("21 Nov 2026", "1 Dec 2026")),
        ("indication", "", "scheduled_surveillance", ("", "scheduled surveillance")),
        ("counts", True, False, ("yes", "no")),
        ("levels", ["T7"], ["T7", "L1-L3"], ("T7", "T7, L1-L3")),
        ("inputs", None, {"organ": "none", "kps": 80}, ("", "organ none, kps 80")),
        ("detail", "", "Weak_legs since 10.", ("", "Weak_legs since 10.")),
        (
            "facts",
            None,
            {"primary created": 1, "assessment created": 2, "study updated": 1, "therapy created": 2},
            ("", "1 primary, 2 assessments, 2 therapies created; 1 study updated"),
        ),
    ],
)
def test_a_value_in_words(name: str, before: object, after: object, said: tuple[str, str]) -> None:
    assert change_words({name: [before, after]}, {}) == ((name, *said),)


@pytest.mark.parametrize("name", ["read_as", "revision", "changed_at"])
def test_what_only_machinery_needs_is_left_to_the_trail(name: str) -> None:
    assert change_words({name: [1, 2], "unreachable_since": [None, None]}, {}) == ()


def test_people_and_teams_are_told_by_name(patient: Patient) -> None:
    alice, team = people.alice(), people.estuary()
    event = AuditEvent.objects.create(
        at=people.NOW,
        by=alice,
        verb="follow_up.taken",
        target_kind="followup",
        target_key="1",
        patient=patient,
        changes={"owner": [None, alice.pk], "team": [None, team.pk], "snoozed_by": [None, 99_999]},
    )
    assert names_in([event]) == {("person", alice.pk): "Alice Avocet", ("team", team.pk): "Estuary"}
    (entry,) = history_lines(patient)
    assert entry.changes == (
        ("owner", "", "Alice Avocet"),
        ("snoozed_by", "", "somebody"),
        ("team", "", "Estuary"),
    )
