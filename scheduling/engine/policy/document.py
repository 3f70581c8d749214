"""A policy document to a policy, with every mistake at once, and back; files are read outside."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

from scheduling.engine.policy.document_numbers import read_numbers, write_numbers
from scheduling.engine.policy.document_record import RECORD
from scheduling.engine.policy.document_rows import read_row, write_row
from scheduling.engine.policy.document_sections import ABOUT, CHOICE, GAPS, REQUESTS, TASKS, State
from scheduling.engine.policy.document_sets import STUDY_SET, TEMPO_LINES, named_entries, read_sets, read_tempo
from scheduling.engine.policy.mistakes import WRONG, Lines, PolicyErrors, Wrong
from scheduling.engine.policy.parts import present
from scheduling.engine.policy.questions.combining import AllOf
from scheduling.engine.policy.questions.registry import read_conditions, write_conditions
from scheduling.engine.policy.reading import Reading
from scheduling.engine.policy.rows import About, Choice, Policy, RequestRule, Row

FORMAT = 1
#: Characters of a version's name.
VERSION_LENGTH = 40
_SECTIONS = ("sets", "record", "tempo", "choose_one", "rows", "imaging_requests")
_LATER = ("checked_by", "approved_by", "approved_on", "next_review_on", "numbers", "named", "tasks", "gaps")
_ID = re.compile(r"[A-Z][A-Za-z0-9_]{0,7}")


def read_policy(mapping: Mapping[str, object], lines: Lines | None = None) -> Policy:
    """The policy that a document describes.

    Raises PolicyErrors with every mistake: its path, its line where `lines` knows it, what was given and what was
    expected.
    """
    reading = Reading(lines)
    policy = _Document(reading).read(mapping)
    if reading.errors or policy is None:
        raise PolicyErrors(reading.errors)
    return policy


def policy_to_mapping(policy: Policy) -> dict[str, object]:
    """The document of a policy; reading it gives an equal policy."""
    names = policy.names
    sets: dict[str, object] = {
        "studies": {name: STUDY_SET.write(one) for name, one in policy.studies},
        "procedures": {name: list(kinds) for name, kinds in names.procedures.items()},
        "therapies": {name: list(classes) for name, classes in names.therapies.items()},
    }
    lines = TEMPO_LINES.write(policy.tempo_lines)
    said: dict[str, object] = {
        "format": FORMAT,
        "version": policy.version,
        **ABOUT.write(policy.about),
        "numbers": write_numbers(policy.numbers),
        "sets": sets | present({"words": dict(names.words)}),
        "record": RECORD.write(policy.record),
        "tempo": {"otherwise": policy.tempo_otherwise, "lines": lines},
        "named": {name: write_conditions(meaning) for name, meaning in policy.named},
        "choose_one": CHOICE.write(policy.choice),
        "rows": [write_row(row) for row in policy.rows],
        "imaging_requests": REQUESTS.write(policy.requests),
        "tasks": TASKS.write(policy.tasks),
        "gaps": GAPS.write(policy.gaps),
    }
    return present(said)


def fingerprint(policy: Policy) -> str:
    """SHA-256 of the document in one canonical form: equal for documents that mean the same."""
    canonical = json.dumps(policy_to_mapping(policy), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


class _Document:
    """One reading of one document, section by section; names come first, so that rows can refer to them."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading

    def read(self, given: object) -> Policy | None:
        reading = self.reading
        top = reading.mapping(given, (), ("format", "version", *ABOUT.required, *_SECTIONS), _LATER)
        if top is None:
            return None
        self.check_format(top)
        version = self.version(top["version"]) if "version" in top else ""
        about = self.about(top)
        numbers = read_numbers(reading, top.get("numbers", {}))
        studies, names = read_sets(reading, top.get("sets"))
        record = RECORD.read(reading, top["record"], ("record",)) if "record" in top else WRONG
        tempo_lines, otherwise = read_tempo(reading, top.get("tempo"))
        entries = reading.entries(top["rows"], ("rows",), "rows") if "rows" in top else []
        reading.rows = self.ids(entries)
        named = self.named(top.get("named", {}))
        choice = self.choice(top.get("choose_one"))
        rows = tuple(read_row(reading, entry, ("rows", index)) for index, entry in enumerate(entries))
        later = self.after_rows(top)
        self.order(rows)
        if reading.errors or choice is None or about is None or isinstance(record, Wrong):
            return None
        return Policy(
            version=str(version),
            about=about,
            studies=studies,
            names=names,
            record=record,
            tempo_lines=tempo_lines,
            tempo_otherwise=otherwise,
            named=named,
            choice=choice,
            rows=tuple(row for row in rows if isinstance(row, Row)),
            numbers=numbers,
            **later,
        )

    def after_rows(self, top: Mapping[str, object]) -> dict[str, Any]:
        """The sections whose conditions may ask what was planned so far."""
        reading = self.reading
        reading.after_rows = True
        return {
            "requests": self.requests(top.get("imaging_requests", [])),
            "tasks": TASKS.read(reading, top.get("tasks", []), ("tasks",)),
            "gaps": GAPS.read(reading, top.get("gaps", []), ("gaps",)),
        }

    def check_format(self, top: Mapping[str, object]) -> None:
        form = top.get("format", FORMAT)
        if form != FORMAT or type(form) is not int:
            self.reading.wrong(("format",), form, f"{FORMAT}, the only form of document that is read")

    def version(self, given: object) -> str | Wrong:
        """The name, which stands beside every date of the version."""
        name = self.reading.text(given, ("version",))
        if isinstance(name, str) and len(name) > VERSION_LENGTH:
            return self.reading.wrong(("version",), given, f"a name of at most {VERSION_LENGTH} characters")
        return name

    def about(self, top: Mapping[str, object]) -> About | None:
        if top.get("state") == State.APPROVED:
            for key in ("approved_by", "approved_on"):
                if key not in top:
                    expected = "who approved it and when, because state is approved"
                    self.reading.wrong((key,), None, expected)
        about = ABOUT.of(self.reading, top, ())
        return about if isinstance(about, About) else None

    def ids(self, entries: list[object]) -> tuple[str, ...]:
        """The ids of all rows, each once."""
        ids: list[str] = []
        for index, entry in enumerate(entries):
            row_id = entry.get("id") if isinstance(entry, Mapping) else None
            if not isinstance(row_id, str) or not _ID.fullmatch(row_id):
                self.reading.wrong(("rows", index, "id"), row_id, "an id: a capital, then letters or digits")
            elif row_id in ids:
                self.reading.wrong(("rows", index, "id"), row_id, "an id that no other row has")
            else:
                ids.append(row_id)
                self.reading.row_names[index] = row_id
        return tuple(ids)

    def named(self, given: object) -> tuple[tuple[str, AllOf], ...]:
        """The questions with a name of their own; each may use those above it."""
        reading = self.reading
        reading.per_lesion = True
        read: list[tuple[str, AllOf]] = []
        for name, entry in named_entries(reading, given, ("named",)):
            meaning = read_conditions(reading, entry, ("named", name))
            if isinstance(meaning, AllOf):
                read.append((name, meaning))
                reading.questions[name] = meaning
        reading.per_lesion = False
        return tuple(read)

    def choice(self, given: object) -> Choice | None:
        found = CHOICE.read(self.reading, given, ("choose_one",)) if given is not None else None
        if not isinstance(found, Choice):
            return None
        if found.otherwise not in found.first_of:
            expected = f"one of the rows of first_of: {', '.join(found.first_of)}"
            self.reading.wrong(("choose_one", "otherwise"), found.otherwise, expected)
            return None
        return found

    def requests(self, given: object) -> tuple[RequestRule, ...]:
        read = REQUESTS.read(self.reading, given, ("imaging_requests",))
        if not self.reading.errors and (not read or read[-1].when.parts):
            expected = "a last entry with when: []"
            self.reading.wrong(("imaging_requests",), "a last entry with conditions", expected)
        return read

    def order(self, rows: tuple[Row | None, ...]) -> None:
        """Rows that suspend others stand before them."""
        first = ""
        for index, row in enumerate(rows):
            if row is None:
                continue
            if row.suspends is None:
                first = first or row.id
            elif first:
                expected = f"every row that suspends before those it suspends (before {first})"
                self.reading.wrong(("rows", index), row.id, expected)
