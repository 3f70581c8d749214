"""One row of a policy document: its conditions, its windows and its evidence, read and written back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from scheduling.engine.policy.document_items import read_item, write_item
from scheduling.engine.policy.mistakes import Path, Wrong, plain
from scheduling.engine.policy.parameters import AsList, Code, Flag
from scheduling.engine.policy.parts import Part, Several, present
from scheduling.engine.policy.questions.combining import AllOf
from scheduling.engine.policy.reading import Reading
from scheduling.engine.policy.rows import Evidence, GradeFor, Replacement, Row, StreamRule, Suspension
from scheduling.engine.policy.values import Conditions, OneOf, Text, Words
from scheduling.engine.vocabulary import Grade, Mark, Site, StopOutcome, Stream, Urgency

_OVERRIDE = "override"


@dataclass(frozen=True)
class Rows(AsList):
    """Ids of rows of this document; none of them only where the list may be `empty`."""

    empty: bool = False
    expected: str = "row ids"

    def read(self, reading: Reading, given: object, at: Path) -> tuple[str, ...] | Wrong:
        if self.empty and given in ([], ()):
            return ()
        return reading.several(given, at, self.expected, reading.row)


@dataclass(frozen=True)
class Marks(AsList):
    """Marks in the order of `Mark`, so that documents that mean the same read the same."""

    expected: str = ", ".join(Mark)

    def read(self, reading: Reading, given: object, at: Path) -> tuple[str, ...] | Wrong:
        read = Words(Mark, self.expected).read(reading, given, at)
        return read if isinstance(read, Wrong) else tuple(mark.value for mark in Mark if mark in read)


STREAMS = Words(Stream, "imaging, surgeon")
SUSPENSION = Part(Suspension, {"keep_rows": Rows(empty=True)}, {"keep_dates": Flag()}, lacking={"keep_rows": ()})
REPLACEMENT = Part(Replacement, {"rows": Rows(), "streams": STREAMS}, {"only_if": Conditions()})
#: A clinician's own window replaces in its own stream.
OWN_REPLACEMENT = Part(Replacement, {"rows": Rows()}, {"only_if": Conditions()})
EVIDENCE = Part(
    Evidence,
    {"grade": Code(Grade), "citation": Text(), "rationale": Text()},
    {
        "by_primary": Several(
            Part(
                GradeFor,
                {"sites": Words(Site, "sites"), "grade": Code(Grade)},
                {"subtypes": Words(None, "subtypes")},
            ),
            "grades",
        ),
        "note_elsewhere": Text(),
    },
)
_ABOUT_ROW = Part(
    Row,
    {"title": Text(), "urgency": Code(Urgency)},
    {
        "when": Conditions(),
        "suspends": SUSPENSION,
        "asks_nothing_in": STREAMS,
        "until_closed": Flag(),
        "marks": Marks(),
        "outcome": Code(StopOutcome),
        "group": Text(),
    },
)
_ROW_MAY = ("for_each", "when", "suspends", "replaces", *list(_ABOUT_ROW.optional)[2:], *Stream)
_FOR_EACH = OneOf(("lesion", _OVERRIDE), "lesion or override, or no such key")


def read_row(reading: Reading, given: object, at: Path) -> Row | None:
    """One row, or None where it could not be read at all; its mistakes are noted."""
    found = reading.mapping(given, at, ("id", *_ABOUT_ROW.required), _ROW_MAY)
    if found is None:
        return None
    for_each = _FOR_EACH.read(reading, found["for_each"], (*at, "for_each")) if "for_each" in found else ""
    reading.per_lesion = for_each == "lesion"
    reading.per_override = for_each == _OVERRIDE
    row = _row(reading, found, at, plain(for_each))
    _check_row(reading, row, at, asked="when" in found)
    reading.per_lesion = reading.per_override = False
    return row


def _row(reading: Reading, found: Mapping[str, object], at: Path, for_each: str) -> Row:
    """The row with what could be read of it."""
    known = {"title": "", "urgency": "", "when": AllOf(()), **_ABOUT_ROW.values(reading, found, at)}
    replacing = OWN_REPLACEMENT if for_each == _OVERRIDE else REPLACEMENT
    if "replaces" in found:
        replaces = replacing.read(reading, found["replaces"], (*at, "replaces"))
        known["replaces"] = None if isinstance(replaces, Wrong) else replaces
    streams = [stream.value for stream in Stream if stream in found]
    return Row(
        id=plain(found.get("id", "")),
        for_each=for_each,
        streams=tuple(_stream(reading, found[stream], (*at, stream), stream) for stream in streams),
        **known,
    )


def write_row(row: Row) -> dict[str, object]:
    """The row as it stands in a document; a row for everybody says so."""
    replacing = OWN_REPLACEMENT if row.for_each == _OVERRIDE else REPLACEMENT
    when: dict[str, object] = {} if row.when.parts or row.for_each == _OVERRIDE else {"when": []}
    said = {
        "id": row.id,
        "for_each": row.for_each,
        "replaces": None if row.replaces is None else replacing.write(row.replaces),
        "until_closed": row.until_closed or None,
    }
    return present(_ABOUT_ROW.write(row) | said) | when | {rule.stream: _written(rule) for rule in row.streams}


def _check_row(reading: Reading, row: Row, at: Path, *, asked: bool) -> None:
    """A row that would hold for everybody, ask for nothing, or carry a mark that cannot mean anything on it."""
    own_window = row.for_each == _OVERRIDE
    if not asked and not own_window:
        expected = "a list of conditions: a row without conditions would hold for everybody"
        reading.wrong((*at, "when"), None, expected)
    if not row.streams:
        reading.wrong(at, row.id, "evidence in imaging, in surgeon or in both")
    elif not (row.suspends or own_window or any(rule.items for rule in row.streams)):
        reading.wrong(at, row.id, "at least one item with a window, in imaging or in surgeon")
    if Mark.LOW_RISK in row.marks and row.suspends:
        reading.wrong((*at, "marks"), Mark.LOW_RISK, "low_risk only on a row that suspends nothing")
    if Mark.TAKES_DATES in row.marks and not (row.suspends and row.until_closed):
        expected = "takes_dates only beside suspends and until_closed: true"
        reading.wrong((*at, "marks"), Mark.TAKES_DATES, expected)
    if row.outcome and not row.asks_nothing_in:
        reading.wrong((*at, "outcome"), row.outcome, "an outcome only beside asks_nothing_in")


def _stream(reading: Reading, given: object, at: Path, stream: str) -> StreamRule:
    found = reading.mapping(given, at, ("evidence",), ("counted_by", "items")) or {}
    items = reading.entries(found["items"], (*at, "items"), "items") if "items" in found else []
    allowed = ("visit",) if stream == Stream.SURGEON else ("study", "canal_study")
    counted_by = ""
    if items or "counted_by" in found:
        expected = f"what completes it: {' or '.join(allowed)}"
        counted_by = reading.one_of(found.get("counted_by"), (*at, "counted_by"), allowed, expected)
    evidence = EVIDENCE.read(reading, found["evidence"], (*at, "evidence")) if "evidence" in found else None
    return StreamRule(
        stream=stream,
        evidence=evidence if isinstance(evidence, Evidence) else Evidence("", "", ""),
        counted_by=counted_by,
        items=tuple(read_item(reading, item, (*at, "items", index)) for index, item in enumerate(items)),
    )


def _written(rule: StreamRule) -> dict[str, object]:
    return present(
        {
            "evidence": EVIDENCE.write(rule.evidence),
            "counted_by": rule.counted_by,
            "items": [write_item(item) for item in rule.items],
        }
    )
