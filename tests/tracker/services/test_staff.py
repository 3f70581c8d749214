"""Whoever owns or is told may see the patient: each way somebody stops seeing them, and what becomes of their work."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse

from tests.tracker import people
from tests.tracker.people import NOW, TODAY, days, occasion
from tests.tracker.smtp_server import MailServer, mail_server
from tracker import access
from tracker.models import AuditEvent, FollowUp, FollowUpEvent, Membership, Patient, Reminder, Role, Task, User
from tracker.queries.queues.lists import whole_queue
from tracker.queries.queues.rows import QueueFilters
from tracker.services import feeds, patients, staff
from tracker.services.acts.occasion import by_the_scheduler
from tracker.services.acts.releasing import release_strangers
from tracker.services.follow_ups.arranging import hand_over, snooze, take, undo
from tracker.services.messages import deliveries, reminders

pytestmark = [pytest.mark.django_db, pytest.mark.storage]


@pytest.fixture
def server(settings: LazySettings) -> Iterator[MailServer]:
    """A real mail server that the e-mail channel talks to."""
    with mail_server() as running:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", running.port
        settings.EMAIL_USE_TLS, settings.EMAIL_TIMEOUT = False, 5
        yield running


@pytest.fixture
def mover(db: None) -> User:
    """A nurse of both teams who may assign."""
    ann = people.person("ann", "Ann Auk", Role.NURSE, people.estuary(), may_assign=True)
    Membership.objects.get_or_create(user=ann, team=people.moorland())
    return ann


def queue() -> None:
    reminders.queue_due(occasion=by_the_scheduler(TODAY, NOW))


def told() -> set[str]:
    """Who has a message waiting."""
    return {
        reminder.recipient.username
        for reminder in Reminder.objects.filter(state="pending").select_related("recipient")
        if reminder.recipient is not None
    }


def listed(user: User, slug: str) -> set[str]:
    """The numbers of the patients in a queue of this person."""
    return {row.patient.number for row in whole_queue(user, slug, QueueFilters(), NOW).rows}


def all_may_see() -> None:
    """Nobody owns, and nobody is about to be told of, a patient whom they may not see."""
    for row in FollowUp.objects.filter(closed_at__isnull=True, owner__isnull=False):
        assert row.owner in access.staff_of([row.patient_id])[row.patient_id]
    for patient in Patient.objects.select_related("nurse", "surgeon"):
        seeing = access.staff_of([patient.pk])[patient.pk]
        for person, role in ((patient.nurse, Role.NURSE), (patient.surgeon, Role.SURGEON)):
            assert person is None or (person in seeing and person.role == role)
    assert not access.owned_by_strangers().exists()


# The gate, asked both ways


def test_who_sees_a_patient_is_the_gate_asked_the_other_way_round() -> None:
    chance = random.Random(14)
    teams = [people.estuary(), people.moorland(), people.Team.objects.create(name="Empty"), None]
    staffed = [
        people.person(f"{role}{assigns}{works}{number}", "", role, None, may_assign=assigns, is_active=works)
        for role, assigns, works, number in product(Role, (False, True), (False, True), range(2))
    ]
    for person in staffed:
        for team in teams[:2]:
            if chance.random() < 0.5:
                Membership.objects.create(user=person, team=team)
    made = [
        people.patient(team=chance.choice(teams), nurse=None, surgeon=chance.choice([None, *staffed]))
        for _ in range(40)
    ]
    found = access.staff_of([patient.pk for patient in made])
    for patient in made:
        expected = {
            person.pk
            for person in User.objects.filter(role__in=(Role.NURSE, Role.SURGEON))
            if access.visible_patients(person).filter(pk=patient.pk).exists()
        }
        assert {person.pk for person in found[patient.pk]} == expected


def test_what_the_night_looks_for_is_what_it_releases() -> None:
    chance = random.Random(41)
    teams = [people.estuary(), people.moorland(), None]
    staffed = [
        people.person(f"{role}{assigns}{works}", "", role, chance.choice(teams), may_assign=assigns, is_active=works)
        for role, assigns, works in product(Role, (False, True), (False, True))
    ]
    for _ in range(40):
        anybody = [None, *staffed]
        patient = people.patient(
            team=chance.choice(teams), nurse=chance.choice(anybody), surgeon=chance.choice(anybody)
        )
        people.follow_up(patient, owner=chance.choice(anybody))
    assert access.owned_by_strangers().exists()
    release_strangers(occasion=by_the_scheduler(TODAY, NOW))
    all_may_see()
    assert release_strangers(occasion=by_the_scheduler(TODAY, NOW)) == 0


# The ways of becoming a stranger


def moved(patient: Patient, mover: User, nurse: User | None = None) -> None:
    patients.assign(patient, team=people.moorland(), nurse=nurse, surgeon=None, occasion=occasion(mover))


def test_a_move_gives_the_rows_to_the_new_nurse_and_the_old_one_hears_nothing(
    patient: Patient, alice: User, charlie: User, mover: User
) -> None:
    row = people.follow_up(patient, owner=alice)
    moved(patient, mover, charlie)
    row.refresh_from_db()
    assert row.owner is None
    assert listed(charlie, "mine") == {patient.number}
    queue()
    assert "alice" not in told()
    assert "charlie" in told()
    (event,) = FollowUpEvent.objects.filter(follow_up=row, kind="released")
    assert "Alice Avocet" in event.text
    assert AuditEvent.objects.filter(verb="follow_up.released", patient=patient).count() == 1
    all_may_see()


def test_a_move_to_a_team_without_a_named_nurse_stands_under_no_owner(
    patient: Patient, alice: User, charlie: User, mover: User
) -> None:
    people.follow_up(patient, owner=alice)
    moved(patient, mover)
    assert listed(charlie, "no-owner") == {patient.number}
    queue()
    assert told() == {"charlie", "ann"}
    all_may_see()


def test_a_team_without_any_nurse_somebody_else_is_told(patient: Patient, mover: User) -> None:
    people.follow_up(patient, owner=people.alice())
    moved(patient, mover)
    Membership.objects.filter(team=people.moorland()).delete()
    people.person("sid", "Sid Siskin", Role.SURGEON, people.moorland())
    queue()
    assert told() == {"sid"}


def test_the_taker_who_goes_on_seeing_the_patient_keeps_the_row(patient: Patient, bob: User, mover: User) -> None:
    row = people.follow_up(patient, owner=bob)
    patients.assign(patient, team=people.moorland(), nurse=None, surgeon=bob, occasion=occasion(mover))
    row.refresh_from_db()
    assert row.owner == bob  # responsible: he sees the patient in any team


CHANGES: dict[str, Callable[[User], Any]] = {
    "leaves the team": lambda person: person.memberships.all().delete(),
    "is switched off": lambda person: User.objects.filter(pk=person.pk).update(is_active=False),
    "becomes an administrator": lambda person: User.objects.filter(pk=person.pk).update(role=Role.ADMIN),
    "becomes a surgeon": lambda person: User.objects.filter(pk=person.pk).update(role=Role.SURGEON),
}


@pytest.mark.parametrize("way", CHANGES)
@pytest.mark.parametrize("by_night", [False, True])
def test_a_nurse_who_changes_leaves_their_patients(way: str, patient: Patient, dana: User, by_night: bool) -> None:
    eve = people.person("eve", "Eve Egret", Role.NURSE, people.estuary())
    Patient.objects.filter(pk=patient.pk).update(nurse=eve)
    row = people.follow_up(patient, owner=eve, state="ordered", ordered_on=days(-8))
    CHANGES[way](eve)
    eve.refresh_from_db()
    if by_night:
        release_strangers(occasion=by_the_scheduler(TODAY, NOW))
    else:
        staff.settle(eve, occasion=occasion(dana))
    patient.refresh_from_db()
    row.refresh_from_db()
    assert patient.nurse is None
    all_may_see()
    queue()
    if way == "becomes a surgeon":  # of the team: who took the row goes on seeing it
        assert row.owner == eve
    else:
        assert row.owner is None
        assert "alice" in told()
        assert "eve" not in told()


def test_a_surgeon_who_leaves_has_no_patients_and_a_feed_that_ends(patient: Patient, bob: User, dana: User) -> None:
    feed, _ = feeds.create_feed(bob, occasion=occasion(bob))
    people.follow_up(patient)
    assert b"BEGIN:VEVENT" in feeds.feed_file(feed, today=TODAY).body
    User.objects.filter(pk=bob.pk).update(is_active=False)
    staff.settle(User.objects.get(pk=bob.pk), occasion=occasion(dana))
    patient.refresh_from_db()
    assert patient.surgeon is None
    feed.surgeon.refresh_from_db()
    assert b"This subscription has ended" in feeds.feed_file(feed, today=TODAY).body
    people.beth()
    queue()
    assert {"beth", "alice"} <= told()
    assert "bob" not in told()


def test_an_administrator_changes_an_account_in_its_form(client: Client, patient: Patient, alice: User) -> None:
    row = people.follow_up(patient, owner=alice)
    admin = people.person("root", "Root", Role.ADMIN, is_staff=True, is_superuser=True)
    client.force_login(admin)
    (member,) = alice.memberships.all()
    prefix = "memberships"
    answer = client.post(
        reverse("admin:tracker_user_change", args=[alice.pk]),
        {
            "username": "alice",
            "display_name": "Alice Avocet",
            "role": "nurse",
            "is_active": "on",
            f"{prefix}-TOTAL_FORMS": "1",
            f"{prefix}-INITIAL_FORMS": "1",
            f"{prefix}-0-id": str(member.pk),
            f"{prefix}-0-user": str(alice.pk),
            f"{prefix}-0-team": str(member.team_id),
            f"{prefix}-0-DELETE": "on",
        },
    )
    assert answer.status_code == 302, answer.content.decode()[:2000]
    assert not alice.memberships.exists()
    row.refresh_from_db()
    patient.refresh_from_db()
    assert (row.owner, patient.nurse) == (None, None)
    assert AuditEvent.objects.filter(verb="account.changed", by=admin).exists()


# Acts that name somebody


def test_taking_back_gives_nothing_to_somebody_who_left(patient: Patient, alice: User, dana: User) -> None:
    eve = people.person("eve", "Eve Egret", Role.NURSE, people.estuary())
    row = people.follow_up(patient, owner=eve)
    take(row, occasion=occasion(alice))
    eve.memberships.all().delete()
    staff.settle(eve, occasion=occasion(dana))
    undo(row, occasion=occasion(alice))
    row.refresh_from_db()
    assert row.owner is None
    all_may_see()


def test_a_row_that_was_handed_over_and_one_that_was_snoozed_fall_too(
    patient: Patient, alice: User, dana: User
) -> None:
    eve = people.person("eve", "Eve Egret", Role.NURSE, people.estuary())
    row = people.follow_up(patient, opens=-1, due=10, closes=30)
    hand_over(row, to_id=eve.pk, occasion=occasion(alice))
    snooze(row, until=days(9), reason="on holiday", occasion=occasion(eve))
    eve.memberships.all().delete()
    staff.settle(eve, occasion=occasion(dana))
    row.refresh_from_db()
    assert row.owner is None
    assert row.snoozed_by == eve  # who did it stays; nobody is told because of it
    reminders.queue_due(occasion=by_the_scheduler(days(60), NOW.replace(year=2027)))
    assert "eve" not in told()


# At the moment of sending


def test_a_message_whose_reader_may_not_see_the_patient_becomes_work(
    server: MailServer, patient: Patient, alice: User, charlie: User
) -> None:
    alice.email = "alice@example.org"
    alice.save()
    row = people.follow_up(patient, opens=-30, due=0, closes=20)
    queue()
    assert told() == {"alice"}
    Patient.objects.filter(pk=patient.pk).update(team=people.moorland(), nurse=charlie)  # whatever way it came about
    done = deliveries.deliver_due(occasion=by_the_scheduler(TODAY, NOW), worker="a")
    assert done == deliveries.Delivered(suppressed=1)
    assert server.taken == []
    (task,) = Task.objects.filter(kind="message_stopped")
    assert (task.follow_up, task.patient) == (row, patient)
    assert "may not see this patient" in task.text
    shown = whole_queue(charlie, "uncertain", QueueFilters(), NOW)
    assert [(line.kind, line.owner) for line in shown.tasks] == [("message_stopped", "Charlie Curlew")]


def test_a_move_between_claim_and_handing_over_is_seen(
    server: MailServer, patient: Patient, alice: User, charlie: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice.email = "alice@example.org"
    alice.save()
    people.follow_up(patient, opens=-30, due=0, closes=20)
    queue()
    claim = deliveries.claim

    def claim_and_move(**given: Any) -> list[Reminder]:
        claimed = claim(**given)
        Patient.objects.filter(pk=patient.pk).update(team=people.moorland(), nurse=charlie)
        return claimed

    monkeypatch.setattr(deliveries, "claim", claim_and_move)
    deliveries.deliver_due(occasion=by_the_scheduler(TODAY, NOW), worker="a")
    assert server.taken == []
    assert Task.objects.filter(kind="message_stopped").count() == 1


def test_consent_that_was_withdrawn_after_writing_becomes_a_call(server: MailServer, patient: Patient) -> None:
    Patient.objects.update(email="tamar@example.org", messages_allowed="yes")
    people.follow_up(patient, opens=0, due=14, closes=21)
    queue()
    Patient.objects.update(messages_allowed="no")
    deliveries.deliver_due(occasion=by_the_scheduler(TODAY, NOW), worker="a")
    assert server.taken == []
    assert [task.kind for task in Task.objects.all()] == ["call_patient"]
