"""Ways to reach someone, one file a channel."""

from tracker.channels.channel import Channel, Message, Outcome
from tracker.channels.email import EmailChannel

#: Every channel by its name, in the order a human would list them.
CHANNELS: dict[str, Channel] = {"email": EmailChannel()}

__all__ = ["CHANNELS", "Channel", "Message", "Outcome"]
