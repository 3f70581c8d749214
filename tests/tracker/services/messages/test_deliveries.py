"""Reminders at the moment of sending: what each answer of a real mail server leads to, and what must not leave."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import LazySettings

from tests.tracker import people
from tests.tracker.people import NOW, days
from tests.tracker.smtp_server import MailServer, mail_server
from tracker.models import Delivery, FollowUp, Patient, Reminder, StatusEvent, Task
from tracker.services.acts.occasion import by_the_scheduler
from tracker.services.messages import deliveries

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
def reached(patient: Patient) -> Patient:
    """A patient who has an address and agreed to messages."""
    patient.email, patient.messages_allowed = "tamar@example.org", "yes"
    patient.save()
    return patient


@pytest.fixture
def follow_up(reached: Patient) -> FollowUp:
    """An imaging follow-up in its window."""
    return people.follow_up(reached, opens=-1, due=7, closes=14)


def remind(follow_up: FollowUp, **fields: object) -> Reminder:
    """A pending reminder of the patient, due now; `fields` override."""
    number = Reminder.objects.count()
    values: dict[str, object] = {
        "key": f"{follow_up.uid}:{number}",
        "follow_up": follow_up,
        "revision": follow_up.revision,
        "step": "opens",
        "purpose": "recall",
        "audience": "patient",
        "due_at": NOW,
        "next_attempt_at": NOW,
        "created_at": NOW,
    }
    return Reminder.objects.create(**(values | fields))


def deliver(now: datetime = NOW) -> deliveries.Delivered:
    """One round of one worker."""
    return deliveries.deliver_due(occasion=by_the_scheduler(now.date(), now), worker="worker-a")


def test_sent_once_and_says_the_least(server: MailServer, follow_up: FollowUp) -> None:
    reminder = remind(follow_up)
    assert deliver() == deliveries.Delivered(accepted=1)
    assert deliver() == deliveries.Delivered()
    reminder.refresh_from_db()
    assert reminder.state == "sent"
    assert [attempt.outcome for attempt in Delivery.objects.all()] == ["accepted"]
    (mail,) = server.taken
    for secret in ("Wren", "Tamar Wren", "RBX", "MRI", "spine", "cancer", "2026-11-27", "27 Nov"):
        assert secret not in mail
    assert "01632 960 000" in mail  # the team's telephone


def test_no_connection_is_tried_again_with_growing_waits_and_then_becomes_work(
    server: MailServer, follow_up: FollowUp, settings: LazySettings
) -> None:
    reminder = remind(follow_up)
    server.shutdown()
    server.server_close()
    now = NOW
    waits = []
    for _ in range(len(deliveries.RETRY_AFTER)):
        assert deliver(now) == deliveries.Delivered(failed=1)
        reminder.refresh_from_db()
        waits.append(reminder.next_attempt_at - now)
        Reminder.objects.update(next_attempt_at=now)
    assert tuple(waits) == deliveries.RETRY_AFTER
    deliver(now)
    reminder.refresh_from_db()
    assert reminder.state == "dead"
    assert Task.objects.get().kind == "call_patient"
    assert Delivery.objects.count() == len(deliveries.RETRY_AFTER) + 1


def test_refused_address_is_never_tried_again(server: MailServer, follow_up: FollowUp) -> None:
    server.recipient_answer = "550 nobody here"
    reminder = remind(follow_up)
    assert deliver() == deliveries.Delivered(refused=1)
    reminder.refresh_from_db()
    assert reminder.state == "dead"
    assert server.taken == []
    assert Task.objects.get().kind == "call_patient"


def test_temporary_answer_is_tried_again(server: MailServer, follow_up: FollowUp) -> None:
    server.data_answer = "451 later"
    reminder = remind(follow_up)
    assert deliver() == deliveries.Delivered(failed=1)
    server.data_answer = "250 taken"
    assert deliver(NOW + timedelta(minutes=2)) == deliveries.Delivered(accepted=1)
    reminder.refresh_from_db()
    assert (reminder.state, reminder.attempts, len(server.taken)) == ("sent", 2, 1)


def test_taken_but_unanswered_is_parked_and_never_doubled(server: MailServer, follow_up: FollowUp) -> None:
    server.breaks_after_data = True
    reminder = remind(follow_up)
    assert deliver() == deliveries.Delivered(uncertain=1)
    for later in (1, 60, 60 * 24):
        assert deliver(NOW + timedelta(minutes=later)) == deliveries.Delivered()
    reminder.refresh_from_db()
    assert (reminder.state, len(server.taken)) == ("uncertain", 1)
    assert "may have been sent" in Task.objects.get(kind="check_delivery").text


def test_a_worker_that_died_before_handing_over_leaves_the_row_to_the_next(
    server: MailServer, follow_up: FollowUp
) -> None:
    remind(follow_up, state="claimed", claimed_by="gone", lease_until_at=NOW - timedelta(seconds=1))
    assert deliver() == deliveries.Delivered(accepted=1)
    assert len(server.taken) == 1


def test_a_worker_that_died_while_handing_over_leaves_work_for_a_person(
    server: MailServer, follow_up: FollowUp
) -> None:
    reminder = remind(
        follow_up,
        state="claimed",
        claimed_by="gone",
        lease_until_at=NOW - timedelta(seconds=1),
        handing_over=True,
    )
    assert deliver() == deliveries.Delivered()
    reminder.refresh_from_db()
    assert (reminder.state, server.taken) == ("uncertain", [])
    assert Task.objects.get().kind == "check_delivery"


def test_a_held_row_is_left_alone(server: MailServer, follow_up: FollowUp) -> None:
    remind(follow_up, state="claimed", claimed_by="other", lease_until_at=NOW + timedelta(minutes=4))
    assert deliver() == deliveries.Delivered()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"state": "done", "closed_at": NOW, "done_on": days(0)}, "the follow-up is done"),
        ({"revision": 2}, "the dates have changed since"),
        ({"awaiting_closure_on": days(0)}, "done, awaiting closure"),
        ({"asked": False}, "nothing is asked for any more; what is arranged is to be cancelled"),
        ({"snoozed_until": days(3), "snooze_reason": "holiday"}, "set aside by a person"),
    ],
)
def test_not_sent_when_the_follow_up_no_longer_wants_it(
    server: MailServer, follow_up: FollowUp, change: dict[str, object], reason: str
) -> None:
    reminder = remind(follow_up)
    if "closed_at" in change:
        change = change | {"closed_by": people.alice()}
    FollowUp.objects.filter(pk=follow_up.pk).update(**change)
    assert deliver() == deliveries.Delivered(suppressed=1)
    reminder.refresh_from_db()
    assert (reminder.state, reminder.withdrawn_reason) == ("withdrawn", reason)
    assert [attempt.outcome for attempt in Delivery.objects.all()] == ["suppressed"]
    assert server.taken == []


@pytest.mark.parametrize("status", ["deceased", "hospice", "declined", "transferred", "discharged"])
def test_dead_patient_no_message(server: MailServer, follow_up: FollowUp, status: str) -> None:
    remind(follow_up)
    StatusEvent.objects.create(
        patient=follow_up.patient,
        occurred_on=days(0),
        recorded_at=NOW,
        recorded_by=people.alice(),
        status=status,
        reason="said at the clinic",
    )
    assert deliver() == deliveries.Delivered(suppressed=1)
    assert server.taken == []


@pytest.mark.parametrize("consent", ["no", "unknown"])
def test_no_message_without_consent(server: MailServer, follow_up: FollowUp, consent: str) -> None:
    remind(follow_up)
    Patient.objects.update(messages_allowed=consent)
    assert deliver() == deliveries.Delivered(suppressed=1)
    assert server.taken == []


def test_patients_are_not_written_to_at_night_in_their_own_zone(server: MailServer, follow_up: FollowUp) -> None:
    reminder = remind(follow_up)
    Patient.objects.update(time_zone="America/Los_Angeles")  # 09:47 UTC is 01:47 there
    assert deliver() == deliveries.Delivered(postponed=1)
    reminder.refresh_from_db()
    assert reminder.state == "pending"
    assert reminder.next_attempt_at == datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
    assert deliver(reminder.next_attempt_at) == deliveries.Delivered(accepted=1)


def test_staff_are_written_to_at_any_hour(server: MailServer, follow_up: FollowUp) -> None:
    alice = people.alice()
    alice.email = "alice@example.org"
    alice.save()
    remind(follow_up, audience="nurse", recipient=alice, purpose="emergency")
    assert deliver(NOW.replace(hour=3) + timedelta(days=1)) == deliveries.Delivered(accepted=1)
    assert "/queue/emergency/" in server.taken[0]


def test_a_poison_row_does_not_stop_the_others(server: MailServer, follow_up: FollowUp) -> None:
    other = people.patient(email="no\naddress@example.org", messages_allowed="yes", number="RBX other")
    bad = remind(people.follow_up(other, opens=-1, due=7, closes=14))
    good = remind(follow_up)
    assert deliver() == deliveries.Delivered(accepted=1, refused=1)
    bad.refresh_from_db()
    good.refresh_from_db()
    assert (bad.state, good.state) == ("dead", "sent")
