"""What an audit event says was changed, as words: days and moments as people write them, people by name, no code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from scheduling.engine.words import day_text
from tracker.models import AuditEvent, Team, User
from tracker.words import moment_text

#: Columns of the machinery: they say nothing to a reader, the trail keeps them.
_SILENT = frozenset({"read_as", "revision", "changed_at", "source_key", "form_version"})
#: Columns that hold the number of a person.
_PEOPLE = frozenset({"owner", "nurse", "surgeon", "snoozed_by", "second_approved_by", "closed_by"})

Change = tuple[str, str, str]


def names_in(events: Iterable[AuditEvent]) -> dict[tuple[str, int], str]:
    """The names behind the numbers of these events, by ``person`` or ``team``; a query each where one is told."""
    people: set[int] = set()
    teams: set[int] = set()
    for event in events:
        for name, values in event.changes.items():
            keys = people if name in _PEOPLE else teams if name == "team" else set()
            keys.update(value for value in values if isinstance(value, int))
    found: dict[tuple[str, int], str] = {}
    if people:
        found |= {("person", key): str(who) for key, who in User.objects.in_bulk(people).items()}
    if teams:
        found |= {("team", key): str(team) for key, team in Team.objects.in_bulk(teams).items()}
    return found


def change_words(changes: Mapping[str, list[object]], names: Mapping[tuple[str, int], str]) -> tuple[Change, ...]:
    """Field, before, after of everything that a reader can tell apart."""
    lines = []
    # By name: PostgreSQL gives the keys of a mapping in an order of its own.
    for name, (before, after) in sorted(changes.items()):
        if name in _SILENT:
            continue
        words = tuple(_value_words(name, value, names) for value in (before, after))
        if words[0] != words[1]:
            lines.append((name, *words))
    return tuple((name, before, after) for name, before, after in lines)


def _value_words(name: str, value: object, names: Mapping[tuple[str, int], str]) -> str:
    if isinstance(value, int) and (name in _PEOPLE or name == "team"):
        return names.get(("team" if name == "team" else "person", value), "somebody")
    if isinstance(value, Mapping):
        return _counted(value) if name == "facts" else _listed(value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(_value_words(name, each, names) for each in value)
    return _text(str(value))


def _counted(facts: Mapping[str, object]) -> str:
    """What an import did: ``1 primary, 2 assessments created; 1 study updated``."""
    done: dict[str, list[str]] = {}
    for key, number in facts.items():
        kind, _, verb = key.rpartition(" ")
        kind = (kind or "fact").replace("_", " ")
        done.setdefault(verb, []).append(f"{number} {kind if number == 1 else _plural(kind)}")
    return "; ".join(f"{', '.join(parts)} {verb}" for verb, parts in done.items())


def _plural(kind: str) -> str:
    if kind.endswith("y"):
        return f"{kind[:-1]}ies"
    return kind if kind.endswith("s") and kind != "status" else f"{kind}{'es' if kind == 'status' else 's'}"


def _listed(values: Mapping[str, object]) -> str:
    """``kps 80, organ none``."""
    return ", ".join(f"{name.replace('_', ' ')} {_value_words(name, value, {})}" for name, value in values.items())


def _text(text: str) -> str:
    """ISO days and moments as people write them at the clinic; a code without its underscores."""
    try:
        if len(text) == 10:
            return day_text(date.fromisoformat(text))
        if len(text) > 18 and text[10:11] == "T":
            return moment_text(datetime.fromisoformat(text))
    except ValueError:
        pass
    return text.replace("_", " ") if text.islower() and " " not in text and "@" not in text else text
