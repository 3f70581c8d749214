"""A policy document to a policy, with every mistake at once, and back; files are read outside."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum

from scheduling.engine.policy.document_record import read_record
from scheduling.engine.policy.document_rows import read_day, read_row
from scheduling.engine.policy.document_sets import named_entries, read_sets, read_tempo
from scheduling.engine.policy.questions.combining import AllOf
from scheduling.engine.policy.questions.registry import read_conditions
from scheduling.engine.policy.reading import WRONG, Lines, Path, PolicyError, PolicyErrors, Reading
from scheduling.engine.policy.rows import (
    About,
    Choice,
    GapRule,
    Policy,
    RequestRule,
    Row,
    TaskDay,
    TaskRule,
)
from scheduling.engine.policy.writing import write_policy
from scheduling.engine.vocabulary import (
    ImagingRequest,
    Task,
)

__all__ = ["PolicyError", "PolicyErrors", "fingerprint", "policy_to_mapping", "read_policy"]

FORMAT = 1
_SECTIONS = ("sets", "record", "tempo", "choose_one", "rows", "imaging_requests")
_ABOUT = ("title", "state", "source", "author")
_LATER = ("checked_by", "approved_by", "approved_on", "next_review_on", "named", "tasks", "gaps")
_ID = re.compile(r"[A-Z][A-Za-z0-9_]{0,7}")


class State(StrEnum):
    """Whether a clinical lead has approved the document."""

    PROPOSAL = "proposal"
    APPROVED = "approved"


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
    return write_policy(policy, FORMAT)


def fingerprint(policy: Policy) -> str:
    """SHA-256 of the document in one canonical form: equal for documents that mean the same."""
    canonical = json.dumps(
        policy_to_mapping(policy), sort_keys=True, ensure_ascii=False, separators=(",", ":")
    )
    return hashlib.sha256(canonical.encode()).hexdigest()


class _Document:
    """One reading of one document, section by section; names come first, so that rows can refer to them."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading

    def read(self, given: object) -> Policy | None:
        reading = self.reading
        top = reading.mapping(given, (), ("format", "version", *_ABOUT, *_SECTIONS), _LATER)
        if top is None:
            return None
        self.check_format(top)
        version = reading.text(top["version"], ("version",)) if "version" in top else ""
        about = self.about(top)
        studies, names = read_sets(reading, top.get("sets"))
        record = read_record(reading, top["record"]) if "record" in top else None
        tempo_lines, otherwise = read_tempo(reading, top.get("tempo"))
        entries = reading.entries(top["rows"], ("rows",), "rows") if "rows" in top else []
        reading.rows = self.ids(entries)
        named = self.named(top.get("named", {}))
        choice = self.choice(top.get("choose_one"))
        rows = tuple(read_row(reading, entry, ("rows", index)) for index, entry in enumerate(entries))
        reading.after_rows = True
        requests = self.requests(top.get("imaging_requests", []))
        tasks = self.tasks(top.get("tasks", []))
        gaps = self.gaps(top.get("gaps", []))
        read = tuple(row for row in rows if isinstance(row, Row))
        self.order(rows)
        if reading.errors or choice is None or about is None or record is None:
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
            rows=read,
            requests=requests,
            tasks=tasks,
            gaps=gaps,
        )

    def check_format(self, top: Mapping[str, object]) -> None:
        form = top.get("format", FORMAT)
        if form != FORMAT or type(form) is not int:
            self.reading.wrong(("format",), form, f"{FORMAT}, the only form of document that is read")

    def about(self, top: Mapping[str, object]) -> About | None:
        reading = self.reading
        words = {key: reading.text(top[key], (key,)) for key in ("title", "source", "author") if key in top}
        people = {key: reading.text(top[key], (key,)) for key in ("checked_by", "approved_by") if key in top}
        days = {key: self.day(top[key], (key,)) for key in ("approved_on", "next_review_on") if key in top}
        state = reading.code(top["state"], ("state",), State) if "state" in top else WRONG
        if state == State.APPROVED:
            for key in ("approved_by", "approved_on"):
                if key not in top:
                    reading.wrong((key,), None, "who approved it and when, because state is approved")
        if len(words) < 3 or WRONG in (*words.values(), *people.values(), state):
            return None
        return About(
            title=str(words["title"]),
            state=str(state),
            source=str(words["source"]),
            author=str(words["author"]),
            checked_by=str(people.get("checked_by", "")),
            approved_by=str(people.get("approved_by", "")),
            approved_on=days.get("approved_on"),
            next_review_on=days.get("next_review_on"),
        )

    def day(self, given: object, at: Path) -> date | None:
        if isinstance(given, date) and not isinstance(given, datetime):
            return given
        try:
            return date.fromisoformat(given if isinstance(given, str) else "")
        except ValueError:
            self.reading.wrong(at, given, "a date such as 2026-06-01")
            return None

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
        reading, at = self.reading, ("choose_one",)
        found = reading.mapping(given, at, ("first_of", "otherwise")) if given is not None else None
        if found is None or len(found) < 2:
            return None
        rows = reading.several(found["first_of"], (*at, "first_of"), "row ids", reading.row)
        otherwise = found["otherwise"]
        if not isinstance(rows, tuple):
            return None
        if otherwise not in rows:
            reading.wrong((*at, "otherwise"), otherwise, f"one of the rows of first_of: {', '.join(rows)}")
            return None
        return Choice(rows, str(otherwise))

    def requests(self, given: object) -> tuple[RequestRule, ...]:
        reading, read = self.reading, []
        for index, entry in enumerate(reading.entries(given, ("imaging_requests",), "imaging requests")):
            at: Path = ("imaging_requests", index)
            found = reading.mapping(entry, at, ("request", "when"))
            if found is None or len(found) < 2:
                continue
            request = reading.code(found["request"], (*at, "request"), ImagingRequest)
            when = read_conditions(reading, found["when"], (*at, "when"))
            if isinstance(when, AllOf):
                read.append(RequestRule(str(request), when))
        if not reading.errors and (not read or read[-1].when.parts):
            reading.wrong(("imaging_requests",), "a last entry with conditions", "a last entry with when: []")
        return tuple(read)

    def scoped(self, found: Mapping[str, object], at: Path) -> tuple[AllOf, str]:
        """The conditions of a task or a gap, and whether they are asked of every lesion."""
        reading = self.reading
        for_each = ""
        if "for_each" in found:
            for_each = reading.one_of(
                found["for_each"], (*at, "for_each"), ("lesion",), "lesion, or no such key"
            )
        reading.per_lesion = for_each == "lesion"
        when = read_conditions(reading, found.get("when", []), (*at, "when"))
        reading.per_lesion = False
        return (when if isinstance(when, AllOf) else AllOf(())), for_each

    def tasks(self, given: object) -> tuple[TaskRule, ...]:
        reading, read = self.reading, []
        for index, entry in enumerate(reading.entries(given, ("tasks",), "tasks")):
            at: Path = ("tasks", index)
            found = reading.mapping(entry, at, ("task",), ("when", "for_each", "under", "on"))
            if found is None or "task" not in found:
                continue
            when, for_each = self.scoped(found, at)
            under = reading.row(found["under"], (*at, "under")) if "under" in found else ""
            task = reading.code(found["task"], (*at, "task"), Task)
            read.append(
                TaskRule(str(task), when, for_each, str(under), self.task_day(found.get("on"), (*at, "on")))
            )
        return tuple(read)

    def task_day(self, given: object, at: Path) -> TaskDay | None:
        found = self.reading.mapping(given, at, ("count_from", "after")) if given is not None else None
        if found is None or len(found) < 2:
            return None
        anchors = read_day(self.reading, found["count_from"], (*at, "count_from"))
        after = self.reading.days(found["after"], (*at, "after"))
        return TaskDay(anchors, after) if anchors and isinstance(after, int) else None

    def gaps(self, given: object) -> tuple[GapRule, ...]:
        reading, read = self.reading, []
        for index, entry in enumerate(reading.entries(given, ("gaps",), "gaps")):
            at: Path = ("gaps", index)
            found = reading.mapping(entry, at, ("gap", "when"), ("for_each",))
            if found is None or "gap" not in found:
                continue
            when, for_each = self.scoped(found, at)
            gap = reading.text(found["gap"], (*at, "gap"))
            read.append(GapRule(str(gap), when, for_each))
        return tuple(read)

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
