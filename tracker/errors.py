"""What can go wrong, in sentences a person can act on; the docstring of an error is its default message."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


class TrackerError(Exception):
    """Something was refused."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or (self.__doc__ or "").strip())


class Refused(TrackerError):
    """This person may not do this."""


class NotPossible(TrackerError):
    """This cannot happen to this thing now."""


class Stale(NotPossible):
    """Somebody else changed this while your page was open."""


class InvalidFact(TrackerError):
    """The fact was not recorded: some of its values are wrong. Nothing was saved."""

    def __init__(self, problems: Mapping[str, Sequence[str]]) -> None:
        #: Field name to sentences, each saying what was given and what is expected; ``""`` for the fact as a whole.
        self.problems: dict[str, list[str]] = {field: list(sentences) for field, sentences in problems.items()}
        lines = [
            f"{field or 'fact'}: {sentence}" for field, sentences in self.problems.items() for sentence in sentences
        ]
        super().__init__("Not recorded. " + " ".join(lines))


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something that is asked before it is stored: a sentence, and the answers to it with their words.

    `code` names what is asked about with its values, so that an answer holds for them alone.
    """

    code: str
    sentence: str
    choices: tuple[tuple[str, str], ...]


class NeedsAnswer(TrackerError):
    """Something has to be answered before this is stored. Nothing was saved."""

    def __init__(self, doubts: Iterable[Doubt]) -> None:
        self.doubts = tuple(doubts)
        super().__init__(" ".join(["Not saved yet.", *(doubt.sentence for doubt in self.doubts)]))
