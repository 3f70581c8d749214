"""Policy files of clinicians: safe YAML of bounded size, every mistake with its line."""

from __future__ import annotations

from pathlib import Path as FilePath

from scheduling.engine.policy.document import read_policy
from scheduling.engine.policy.mistakes import Mistake, PolicyErrors, Unusable
from scheduling.engine.policy.reading import Notes
from scheduling.engine.policy.rows import Policy
from scheduling.safe_yaml.documents import Part, Unreadable, read_text, read_whole

#: No policy of a hospital comes near this; a file beyond it is refused unread.
MAX_BYTES = 256 * 1024


def load_policy(source: str | FilePath | bytes) -> Policy:
    """The policy in a file, or in its bytes; raises PolicyErrors with every mistake and its line."""
    loaded = load_yaml(source)
    if not isinstance(loaded.value, dict):
        raise PolicyErrors([Mistake("document", "no keys", "a policy document", 1)])
    return read_policy(loaded.value, loaded.lines())


def load_yaml(source: str | FilePath | bytes, max_bytes: int = MAX_BYTES) -> Part:
    """The plain values of one YAML document with their lines; raises PolicyErrors where YAML itself is wrong."""
    try:
        if isinstance(source, bytes):
            loaded = read_whole(read_text(source, max_bytes))
        else:
            with FilePath(source).open("rb") as file:
                loaded = read_whole(read_text(file, max_bytes))
    except Unreadable as error:
        raise PolicyErrors([error.mistake]) from None
    notes = Notes()
    for at, value in loaded.places():
        if isinstance(value, Unusable):
            notes.wrong(at, value, "")
    if notes.errors:
        raise PolicyErrors(notes.errors)
    return loaded
