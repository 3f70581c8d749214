"""A policy document: every mistake at once, and back to the same document."""

from __future__ import annotations

import copy
import json
import os
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduling.engine.planning.prepared import prepare
from scheduling.engine.policy.document import fingerprint, policy_to_mapping, read_policy
from scheduling.engine.policy.mistakes import PolicyErrors
from scheduling.policies import default_policy

Document = dict[str, Any]


WHOLE = policy_to_mapping(default_policy())


def document() -> Document:
    """The default policy as a mapping that a test may spoil."""
    return copy.deepcopy(WHOLE)


def spoiled(path: tuple[Any, ...], value: object) -> Any:
    """The document with another value at one place; what does not lead there is not copied."""
    if not path:
        return value
    step, *rest = path
    return _with_place(WHOLE, step, tuple(rest), value)


def _with_place(whole: Any, step: Any, rest: tuple[Any, ...], value: object) -> Any:
    changed = list(whole) if isinstance(whole, list) else dict(whole)
    changed[step] = _with_place(whole[step], rest[0], rest[1:], value) if rest else value
    return changed


def row(given: Document, row_id: str) -> Document:
    return next(one for one in given["rows"] if one["id"] == row_id)


def errors_of(given: Any) -> list[tuple[str, str]]:
    """Path and whole text of every mistake."""
    with pytest.raises(PolicyErrors) as caught:
        read_policy(given)
    return [(error.path, str(error)) for error in caught.value.errors]


def test_the_default_document_reads_back_to_the_same_policy() -> None:
    again = read_policy(document())
    assert again == default_policy()
    assert fingerprint(again) == fingerprint(default_policy())


def test_weeks_and_days_that_mean_the_same_have_one_fingerprint() -> None:
    given = document()
    row(given, "C1")["surgeon"]["items"][0]["window"] = ["0 d", "14 d", "28 d"]
    assert fingerprint(read_policy(given)) == fingerprint(default_policy())
    row(given, "C1")["surgeon"]["items"][0]["window"] = ["0 d", "14 d", "29 d"]
    assert fingerprint(read_policy(given)) != fingerprint(default_policy())


def test_marks_in_another_order_mean_the_same() -> None:
    given = document()
    row(given, "E1")["marks"].reverse()
    assert fingerprint(read_policy(given)) == fingerprint(default_policy())
    row(given, "E1")["marks"].pop()
    assert fingerprint(read_policy(given)) != fingerprint(default_policy())


def test_ten_mistakes_are_ten_errors() -> None:
    given = document()
    row(given, "C1")["imaging"]["items"][0]["window"] = ["2 months", "3 months", "13 w"]  # two
    row(given, "C3")["surgeon"]["items"][0]["window"] = ["8 w", "4 w", "12 w"]
    row(given, "B2")["imaging"]["evidence"]["grade"] = "expert"
    row(given, "B3")["colour"] = "red"
    row(given, "R1")["when"] = [{"respnse": ["progressive"]}]
    row(given, "N1")["imaging"]["items"][0]["window_by"]["therapy_class"].pop("ici")
    row(given, "P2")["imaging"]["items"][0].pop("count_from")
    row(given, "P6")["id"] = "P5"
    row(given, "E2")["surgeon"]["items"][0].pop("window")
    found = errors_of(given)
    assert len(found) == 10
    text = "\n".join(message for _, message in found)
    assert text.count("write weeks") == 2
    for part in (
        "earliest <= due <= latest",
        "trial, guideline, consensus, observational, expert_default",
        "unknown key colour",
        "did you mean response?",
        "no window for ici",
        "count_from is required",
        "an id that no other row has",
        "exactly one of window, window_by and series",
    ):
        assert part in text, part


def without(*keys: str) -> Callable[[Document], None]:
    def spoil(given: Document) -> None:
        for key in keys[:-1]:
            given = given[key]
        del given[keys[-1]]

    return spoil


def put(value: object, *keys: str | int) -> Callable[[Document], None]:
    def spoil(given: Any) -> None:
        for key in keys[:-1]:
            given = given[key]
        given[keys[-1]] = value

    return spoil


def in_row(row_id: str, value: object, *keys: str | int) -> Callable[[Document], None]:
    return lambda given: put(value, *keys)(row(given, row_id))


C1_ITEM = ("imaging", "items", 0)


@pytest.mark.parametrize(
    ("spoil", "path", "words"),
    [
        (without("version"), "version", "required"),
        (without("rows"), "rows", "required"),
        (put(2, "format"), "format", "1, the only form"),
        (
            put("3 months", "named", "step_down_eligible", 1, "response_lasts"),
            "named.step_down_eligible",
            "write weeks",
        ),
        (put("draft", "state"), "state", "proposal, approved"),
        (put("a\0b", "title"), "title", "null characters"),
        (put("a\ud800b", "author"), "author", "halves of characters"),
        (put("approved", "state"), "approved_by", "who approved it"),
        (without("sets", "studies", "canal_study"), "sets.studies.canal_study", "counts by"),
        (put(["mr"], "sets", "studies", "study", "kinds"), "sets.studies.study.kinds.0", "did you mean mri?"),
        (put(["sbrt", "sbrt"], "sets", "procedures", "sbrt"), "sets.procedures.sbrt.1", "each entry once"),
        (put("glacial", "tempo", "otherwise"), "tempo.otherwise", "fast, intermediate, slow"),
        (put(["her2"], "tempo", "lines", 4, "subtypes"), "tempo.lines.4.subtypes", "her2_pos"),
        (put("B9", "choose_one", "otherwise"), "choose_one.otherwise", "one of the rows of first_of"),
        (put(["A1", "B9"], "choose_one", "first_of"), "choose_one.first_of.1", "the id of a row"),
        (in_row("C1", "sometimes", "urgency"), "rows.C1.urgency", "emergency, urgent"),
        (in_row("C1", "lesions", "for_each"), "rows.C1.for_each", "lesion or override"),
        (in_row("C1", [], "when"), "", ""),
        (
            in_row("C1", ["8 w", "12 w"], *C1_ITEM, "window"),
            "rows.C1.imaging.items.0.window",
            "[earliest, due, latest]",
        ),
        (in_row("C1", [8, 12, 13], *C1_ITEM, "window"), "rows.C1.imaging.items.0.window.0", "with its unit"),
        (
            in_row("C1", "last_scan", *C1_ITEM, "count_from"),
            "rows.C1.imaging.items.0.count_from",
            "a named day",
        ),
        (
            in_row("C1", [], *C1_ITEM, "count_from"),
            "rows.C1.imaging.items.0.count_from",
            "at least one named day",
        ),
        (
            in_row("C1", {"last": "scan"}, *C1_ITEM, "count_from"),
            "rows.C1.imaging.items.0.count_from.last",
            "declared",
        ),
        (
            in_row("C1", "visit", "imaging", "counted_by"),
            "rows.C1.imaging.counted_by",
            "study or canal_study",
        ),
        (
            in_row("R1", "lesion_escc_found_on", "imaging", "items", 0, "count_from"),
            "rows.R1.imaging",
            "for_each: lesion",
        ),
        (in_row("C3", [{"lesion_escc": [2]}], "when"), "rows.C3.when.0.lesion_escc.0", "in quotes"),
        (in_row("C3", [{"lesion_escc": ["1a"]}], "when"), "rows.C3.when.0", "if_unknown: holds or fails"),
        (in_row("R1", [{"lesion_escc": ["1a"]}], "when"), "rows.R1.when.0", "only under for_each: lesion"),
        (in_row("R1", [{"listed": ["A1"]}], "when"), "rows.R1.when.0", "requests, tasks and gaps"),
        (in_row("R1", [{"second_approval": True}], "when"), "rows.R1.when.0", "for_each: override"),
        (
            in_row("R1", [{"status": ["active"], "if_unknown": "fails"}], "when"),
            "rows.R1.when.0.if_unknown",
            "always",
        ),
        (in_row("R1", [{"is": "fit"}], "when"), "rows.R1.when.0.is", "declared above"),
        (
            in_row("R1", [{"is": "high_compression_untreated"}], "when"),
            "rows.R1.when.0.is",
            "asked of a lesion",
        ),
        (in_row("R1", ["progressive"], "when"), "rows.R1.when.0", "a condition such as"),
        (
            in_row("R1", [{"tempo": ["fast"], "response": ["mixed"]}], "when"),
            "rows.R1.when.0",
            "exactly one question",
        ),
        (in_row("B1", [{"any": []}], "when"), "rows.B1.when.0.any", "conditions"),
        (
            in_row("P4", [{"procedure_within": {"procedures": "cement", "period": "26 w"}}], "when"),
            "rows.P4",
            "declared",
        ),
        (
            in_row("P3", None, "surgeon", "items", 0, "closed_by"),
            "rows.P3.surgeon.items.0.closed_by",
            "what closes",
        ),
        (
            in_row("D1", {"tempo": {"fast": ["1 w", "2 w", "3 w"]}}, "imaging", "items", 0, "window_by"),
            "rows.D1",
            "slow",
        ),
        (in_row("A1", [{"suspend": []}], "suspends"), "rows.A1.suspends", "keep_rows"),
        (in_row("C2", {"keep_rows": []}, "suspends"), "rows.C2", "before those it suspends"),
        (in_row("C2", ["low_rsk"], "marks"), "rows.C2.marks.0", "did you mean low_risk?"),
        (in_row("C2", ["low_risk", "low_risk"], "marks"), "rows.C2.marks.1", "each entry once"),
        (in_row("S1", ["low_risk"], "marks"), "rows.S1.marks", "suspends nothing"),
        (in_row("E2", ["takes_dates"], "marks"), "rows.E2.marks", "beside suspends"),
        (in_row("S1", "moved", "outcome"), "rows.S1.outcome", "died, hospice, refused, left"),
        (in_row("C2", "left", "outcome"), "rows.C2.outcome", "asks_nothing_in"),
        (in_row("C2", 3, "group"), "rows.C2.group", "text"),
        (
            put([{"request": "MRI", "when": []}], "imaging_requests"),
            "imaging_requests.0.request",
            "MRI_WS_GAD",
        ),
        (put([{"task": "phone", "when": []}], "tasks"), "tasks.0.task", "score_missing"),
        (
            put([{"task": "re_offer_on", "on": {"count_from": "declined_on", "after": 26}}], "tasks"),
            "tasks.0.on",
            "unit",
        ),
    ],
)
def test_each_mistake_names_its_place_and_what_was_expected(
    spoil: Callable[[Document], None], path: str, words: str
) -> None:
    given = document()
    spoil(given)
    if not path:
        read_policy(given)  # conditions that are always true are allowed; lint speaks of them
        return
    found = errors_of(given)
    assert any(at.startswith(path) and words in message for at, message in found), found


def test_the_last_request_must_hold_for_everybody() -> None:
    given = document()
    given["imaging_requests"].pop()
    assert "when: []" in errors_of(given)[0][1]


def test_no_document_at_all_is_one_error() -> None:
    for spoiled in (None, [], "policy", 3):
        assert len(errors_of(spoiled)) == 1


def _paths(value: object, at: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [at, *(path for key, child in children for path in _paths(child, (*at, key)))]


PATHS = _paths(WHOLE)[1:]


def nested(depth: int, kind: type = list, inside: object = "S1") -> Any:
    """A value inside so many lists or mappings."""
    for _ in range(depth):
        inside = [inside] if kind is list else {"not": inside}
    return inside


#: What somebody, or a program, may put where something else is due.
ODD: tuple[Any, ...] = (
    None, "", " ", "x", "no", "2026-01-01", "12 months", "x" * 999, b"", 0, 1, -1, 2.5, 0.0, False, True,
    float("nan"), float("inf"), 10**30, 10**5000, [], (), [[]], [None], ["S1"], [10**5000], {}, {None: None}, {"": ""},
    {"a": 1}, {10**5000: 1}, set(), datetime(2026, 1, 1, 9, 30, tzinfo=UTC),
    nested(3), nested(5000), nested(3, dict), nested(5000, dict), {"not": [{}]}, [{}], [[["S1"]]], "x" * 300_000,
    ["x"] * 5000, {f"k{number}": number for number in range(2000)}, -(10**30), 1e308, -0.0, [1e400], "\x00", "\ud800",
    "9" * 400 + " w", [float("nan")], {"a": {"b": {"c": [None, False, 0, ""]}}},
)  # fmt: skip


def contexts() -> list[tuple[Any, ...]]:
    """One path for every kind of place: the path without its numbers, and the keys that stand beside it."""
    found: dict[Any, tuple[Any, ...]] = {}
    for path in PATHS:
        parent: Any = WHOLE
        for key in path[:-1]:
            parent = parent[key]
        beside = tuple(parent) if isinstance(parent, dict) else ()
        found.setdefault((tuple(key for key in path if isinstance(key, str)), beside), path)
    return list(found.values())


def spoiled_cases() -> list[tuple[tuple[Any, ...], Any]]:
    """Each kind of place with one odd value, in turns; in the thorough run with several."""
    turns = 5 if os.environ.get("HYPOTHESIS_PROFILE") == "thorough" else 1
    return [
        (path, ODD[(number + turn * 3) % len(ODD)]) for turn in range(turns) for number, path in enumerate(contexts())
    ]


def assert_refused_or_read_back(given: Any) -> None:
    """An error with its path, or a policy that is written and read again as the same; never another failure."""
    try:
        policy = read_policy(given)
    except PolicyErrors as error:
        refused = error.errors
    else:
        refused = ()
        written = policy_to_mapping(policy)
        assert read_policy(written) == policy
        kept = json.loads(json.dumps(written, allow_nan=False))  # as a database keeps it
        assert policy_to_mapping(read_policy(kept)) == written
        assert prepare(policy).rows
    assert all(error.path and error.expected and str(error) for error in refused)


def test_a_spoiled_value_is_an_error_or_a_policy() -> None:
    cases = spoiled_cases()
    assert len(cases) > 200
    for path, value in cases:
        try:
            assert_refused_or_read_back(spoiled(path, value))
        except Exception as failure:
            raise AssertionError(f"{type(value).__name__} at {path}") from failure


@pytest.mark.parametrize("number", range(len(ODD)), ids=lambda number: type(ODD[number]).__name__)
def test_a_document_that_is_none_and_values_at_its_top_are_errors(number: int) -> None:
    assert_refused_or_read_back(ODD[number])
    for key in WHOLE:
        assert_refused_or_read_back(spoiled((key,), ODD[number]))


@given(st.sampled_from(PATHS), st.sampled_from(range(len(ODD))))
def test_a_spoiled_value_anywhere_is_an_error_or_a_policy(path: tuple[Any, ...], number: int) -> None:
    assert_refused_or_read_back(spoiled(path, ODD[number]))


@pytest.mark.parametrize(
    ("row_id", "keys", "value"),
    [
        ("S1", ("imaging", "counted_by"), {}),
        ("S1", ("imaging", "counted_by"), []),
        ("S1", ("imaging", "counted_by"), ""),
        ("P3", ("surgeon", "items", 0, "series"), []),
        ("P3", ("surgeon", "items", 0, "closed_by"), ""),
        ("P4", ("surgeon", "items", 0, "series"), []),
        ("P4", ("surgeon", "items", 0, "closed_by"), ""),
        ("P4", ("surgeon", "items", 0, "note"), "at this visit"),
        ("C1", ("for_each",), ""),
        ("C1", ("for_each",), False),
    ],
)
def test_what_is_given_empty_is_not_what_is_left_out(row_id: str, keys: tuple[Any, ...], value: object) -> None:
    given = document()
    put(value, *keys)(row(given, row_id))
    path = ".".join(map(str, ("rows", row_id, *keys)))
    assert path in [at for at, _ in errors_of(given)]


def test_conditions_nested_without_end_are_refused() -> None:
    deep: Any = {"tempo": ["fast"]}
    for _ in range(5000):
        deep = {"not": deep}
    given = document()
    row(given, "R1")["when"] = [deep]
    assert "not nested so deeply" in errors_of(given)[0][1]


def test_a_grade_for_some_primaries_may_say_nothing_of_their_subtypes() -> None:
    given = document()
    grades = row(given, "A1")["imaging"]["evidence"]["by_primary"]
    for grade in grades:
        grade.pop("subtypes", None)
    read = read_policy(given).row("A1").stream("imaging")
    assert read is not None
    assert [one.subtypes for one in read.evidence.by_primary] == [()] * len(grades)
