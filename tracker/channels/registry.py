"""Every channel there is, and the one that reaches a person."""

from __future__ import annotations

from tracker.channels.channel import Channel
from tracker.channels.email import EmailChannel
from tracker.models import Patient, User

#: Every channel, in the order in which they are tried.
CHANNELS: tuple[Channel, ...] = (EmailChannel(),)


def channel_named(name: str) -> Channel | None:
    """The channel of this name; None where this release has none of it."""
    return next((channel for channel in CHANNELS if channel.name == name), None)


def channel_to(person: Patient | User) -> Channel | None:
    """The first channel that reaches the person, the one a patient prefers before all others; None where none does."""
    preferred = person.preferred_channel if isinstance(person, Patient) else ""
    channels = sorted(CHANNELS, key=lambda channel: channel.name != preferred)
    return next((channel for channel in channels if channel.reachable(person)), None)
