"""What every channel owes its caller.

A channel hands one message to its provider once and says what became of it; it never retries and never raises.
The answer decides everything that follows, so it must be exact:

- ``accepted``: the provider took it. Accepted is not delivered.
- ``refused``: the provider will never take it (no such address). Work for a person.
- ``failed``: it was certainly not taken (no connection, a temporary answer). It may be tried again.
- ``uncertain``: it may have been taken, the answer is missing. It is never tried again by itself.

Where ``idempotent`` is true the provider recognises a key sent twice, so an uncertain message may be tried again.

Beside its file a channel has its words: ``templates/messages/<name>/``, for each of patient, nurse and surgeon the text
and, as ``…_subject.txt``, the line above it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from tracker.models import Patient, User


@dataclass(frozen=True, slots=True)
class Message:
    """One message to one address. `key` names the reminder; `subject` and `body` say the least."""

    key: str
    address: str
    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one attempt; `detail` is for staff and holds no address."""

    result: str
    detail: str = ""
    provider_id: str = ""


class Channel(Protocol):
    """A way to reach someone: `name` is its code of at most 10 letters, `word` what pages call one of its messages."""

    name: str
    word: str
    idempotent: bool

    def address(self, person: Patient | User) -> str:
        """Where this channel reaches a person; empty where nothing is known."""
        ...

    def reachable(self, person: Patient | User) -> bool:
        """Whether a message on this channel can reach the person now."""
        ...

    def send(self, message: Message) -> Outcome:
        """Hand the message over once and say what became of it."""
        ...
