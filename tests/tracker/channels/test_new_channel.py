"""A channel is one file and its words: an invented one, entered in the list, is written to, delivered and settled."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings

from tests.tracker import people
from tests.tracker.people import NOW, TODAY, occasion
from tracker.channels import registry
from tracker.models import Delivery, Patient, Reminder, Task
from tracker.services.acts.occasion import by_the_scheduler
from tracker.services.messages import deliveries, reminders

pytestmark = [pytest.mark.django_db, pytest.mark.storage]

PIGEON = '''
"""By carrier pigeon."""

from tracker.channels.channel import Message, Outcome


class PigeonChannel:
    """The loft is where the telephone is; one pigeon has not come back."""

    name = "pigeon"
    word = "Pigeon"
    idempotent = False

    def __init__(self) -> None:
        self.sent: list[Message] = []

    def address(self, person):
        return getattr(person, "phone", "")

    def reachable(self, person):
        return bool(self.address(person))

    def send(self, message):
        self.sent.append(message)
        return Outcome("accepted" if len(self.sent) == 1 else "uncertain", "a hawk was seen")
'''


@pytest.fixture
def pigeon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: LazySettings) -> Any:
    """The invented channel: its file, its words, and its place in the list."""
    (tmp_path / "loft").mkdir()
    (tmp_path / "loft" / "__init__.py").write_text("")
    (tmp_path / "loft" / "pigeon.py").write_text(PIGEON)
    words = tmp_path / "templates" / "messages" / "pigeon"
    words.mkdir(parents=True)
    (words / "patient.txt").write_text("Please call {{ phone }}.")
    (words / "patient_subject.txt").write_text("From the clinic")
    monkeypatch.syspath_prepend(str(tmp_path))
    template = settings.TEMPLATES[0]
    settings.TEMPLATES = [template | {"DIRS": [*template["DIRS"], tmp_path / "templates"]}]
    channel = import_module("loft.pigeon").PigeonChannel()
    monkeypatch.setattr(registry, "CHANNELS", (*registry.CHANNELS, channel))
    yield channel
    for name in ("loft.pigeon", "loft"):
        del sys.modules[name]


def patient(**fields: Any) -> Patient:
    """Somebody in whose window it is, who agreed to messages."""
    made = people.patient(messages_allowed="yes", **fields)
    people.follow_up(made, opens=0, due=14, closes=21)
    return made


def test_reminders_are_written_delivered_and_settled_on_it(pigeon: Any) -> None:
    patient()
    reminders.queue_due(occasion=by_the_scheduler(TODAY, NOW))
    assert Reminder.objects.get().channel == "pigeon"
    done = deliveries.deliver_due(occasion=by_the_scheduler(TODAY, NOW), worker="a")
    assert done == deliveries.Delivered(accepted=1)
    (sent,) = pigeon.sent
    assert (sent.address, sent.subject, sent.body) == (
        "01632 960 144", "From the clinic", "Please call 01632 960 000.",
    )  # fmt: skip
    assert Delivery.objects.get().channel == "pigeon"

    other = patient(number="RBX other")
    reminders.queue_due(occasion=by_the_scheduler(TODAY, NOW))
    deliveries.deliver_due(occasion=by_the_scheduler(TODAY, NOW), worker="a")
    lost = Reminder.objects.get(follow_up__patient=other)
    assert lost.state == "uncertain"
    deliveries.resolve_uncertain(lost, was_sent=True, occasion=occasion())
    lost.refresh_from_db()
    assert lost.state == "sent"
    assert Task.objects.get(kind="check_delivery").ended_at == NOW


def test_the_preferred_channel_goes_first_and_else_the_order_of_the_list(pigeon: Any) -> None:
    both = {"email": "tamar@example.org"}
    assert registry.channel_to(people.patient(**both)) is registry.channel_named("email")
    assert registry.channel_to(people.patient(preferred_channel="pigeon", **both)) is pigeon
    assert registry.channel_to(people.patient(phone="")) is None


def test_a_message_of_a_channel_that_is_no_more_is_not_sent(pigeon: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    patient()
    reminders.queue_due(occasion=by_the_scheduler(TODAY, NOW))
    monkeypatch.setattr(registry, "CHANNELS", registry.CHANNELS[:1])
    done = deliveries.deliver_due(occasion=by_the_scheduler(TODAY, NOW), worker="a")
    assert done == deliveries.Delivered(suppressed=1)
    assert pigeon.sent == []
