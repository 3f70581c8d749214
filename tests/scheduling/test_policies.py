"""The policy that ships: complete, marked as a proposal, and as the clinical dossier grades it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from scheduling.engine.policy.document import policy_to_mapping, read_policy
from scheduling.engine.policy.rows import Policy
from scheduling.findings import Severity
from scheduling.lint import lint
from scheduling.policies import default_policy

TABLE_ORDER = "S1 S2 S3 S4 S5 E1 OV E2 E3 E4 R1 R2 R3a R3b C2 C1 C3 P3 P1 P4 P5 P6 P2 N1 D1 B1 B2 B3 B0 B4 B5 A1"

#: Grades other than expert_default (clinical dossier 3.3); A1's is by primary.
GRADES = {
    ("E1", "imaging"): "guideline",
    ("E1", "surgeon"): "guideline",
    ("E2", "imaging"): "guideline",
    ("E2", "surgeon"): "guideline",
    ("R3a", "imaging"): "consensus",
    ("P1", "imaging"): "consensus",
    ("P2", "imaging"): "consensus",
}
ONE_STREAM = {"P2": "imaging", "N1": "imaging", "B0": "surgeon", "B4": "imaging", "B5": "imaging"}


def test_rows_stand_in_table_order() -> None:
    assert [row.id for row in default_policy().rows] == TABLE_ORDER.split()
    assert default_policy().version == "default-0.2"


def test_it_is_a_proposal() -> None:
    policy = default_policy()
    assert (policy.approved, policy.about.state, policy.about.approved_by) == (False, "proposal", "")
    assert policy.about.source
    assert policy.about.author
    assert policy.about.next_review_on


def test_every_row_has_rationale_citation_and_grade_per_stream() -> None:
    for row in default_policy().rows:
        assert [rule.stream for rule in row.streams] == (
            [ONE_STREAM[row.id]] if row.id in ONE_STREAM else ["imaging", "surgeon"]
        )
        for rule in row.streams:
            evidence = rule.evidence
            assert evidence.grade == GRADES.get((row.id, rule.stream), "expert_default"), row.id
            assert evidence.citation
            assert evidence.rationale.endswith(".")
    a1 = default_policy().row("A1").stream("imaging")
    assert a1 is not None
    assert [(one.sites, one.subtypes, one.grade) for one in a1.evidence.by_primary] == [
        (("prostate",), ("mcrpc",), "trial")
    ]
    assert a1.evidence.note_elsewhere == "extrapolated from mCRPC"


def test_an_unknown_row_is_named() -> None:
    with pytest.raises(KeyError, match="its rows are S1, S2"):
        default_policy().row("Z1")


def test_it_has_nothing_unsafe() -> None:
    found = lint(default_policy())
    assert [str(one) for one in found if one.severity is Severity.UNSAFE] == []
    texts = [str(one) for one in found]
    assert any("not for clinical use" in text for text in texts)
    assert "to complete: B1: imaging: a local default; the clinical lead approves" in texts
    assert [text for text in texts if text.startswith("note")] == [
        "note: tempo of nsclc falls to fast",
        "note: tempo of unknown falls to fast",
    ]


def edited(row_id: str, **values: Any) -> Policy:
    document: dict[str, Any] = policy_to_mapping(default_policy())
    row = next(one for one in document["rows"] if one["id"] == row_id)
    row.update(values)
    return read_policy(document)


def unsafe(policy: Policy, before: Policy | None = None) -> list[str]:
    return [str(one) for one in lint(policy, before) if one.severity is Severity.UNSAFE]


@pytest.mark.parametrize(
    ("row", "values", "words"),
    [
        ("R1", {"when": [{"response": ["progressive"]}, {"response": ["stable"]}]}, "R1: can never fire"),
        ("E4", {"when": [{"lesion_sins": {"at_least": 13, "at_most": 9}}]}, "no SINS lies in its range"),
        ("C1", {"when": [{"lesion_sins": {"at_least": 9, "at_most": 12}}]}, "no row speaks of SINS 7, 8"),
        (
            "E2",
            {"when": [{"symptom_open": ["neuro"]}, {"not": {"symptom_open": ["neuro"]}}]},
            "excluded at once",
        ),
        ("E1", {"when": [{"symptom_open": ["pain_suggestive"]}]}, "no emergency row asks"),
        ("S1", {"when": [{"status": ["active"]}]}, "no row stops planning after death"),
        ("A1", {"when": [{"response": ["stable"]}]}, "without asking for a low ESCC"),
        ("A1", {"when": []}, "can never be chosen: A1 before it always holds"),
        ("C3", {"when": [{"lesion_escc": ["1a"], "if_unknown": "fails"}]}, "ESCC 1b"),
        ("S2", {"suspends": {"keep_rows": ["E2"], "keep_dates": False}}, "keeps E2"),
        ("E1", {"urgency": "urgent"}, "no emergency row"),
    ],
)
def test_an_unsafe_policy_is_found(row: str, values: dict[str, Any], words: str) -> None:
    found = unsafe(edited(row, **values))
    assert any(words in text for text in found), found


@pytest.mark.parametrize(
    ("mark", "words"),
    [
        ("emergency_ladder", "unsafe: no row is marked emergency_ladder"),
        ("takes_dates", "unsafe: no row is marked takes_dates"),
        ("ends_step_down", "unsafe: no row is marked ends_step_down"),
        ("low_risk", "to complete: no row is marked low_risk"),
    ],
)
def test_a_mark_that_no_row_carries_is_missed(mark: str, words: str) -> None:
    document: dict[str, Any] = policy_to_mapping(default_policy())
    for row in document["rows"]:
        row["marks"] = [one for one in row.pop("marks", []) if one != mark] or None
    assert any(str(one).startswith(words) for one in lint(read_policy(document)))


@pytest.mark.parametrize(
    ("row", "values", "words"),
    [
        ("E1", {"marks": ["takes_dates"]}, "unsafe: E1: is an emergency and not marked"),
        (
            "A1",
            {"marks": ["ends_step_down"]},
            "unsafe: A1: leaves the surgeon without a date and is not marked",
        ),
        ("B2", {"marks": ["low_risk"]}, "unsafe: B2: lengthens or ends follow-up without asking"),
        ("S1", {"outcome": None}, "to complete: S1: says no outcome"),
    ],
)
def test_a_row_without_the_mark_that_it_needs_is_found(row: str, values: dict[str, Any], words: str) -> None:
    found = [str(one) for one in lint(edited(row, **values))]
    assert any(text.startswith(words) for text in found), found


def test_an_edit_that_makes_something_later_is_found() -> None:
    before = default_policy()
    assert unsafe(before, before) == []
    assert unsafe(edited("C3", urgency="extended"), before) == ["unsafe: C3: urgency routine became extended"]
    document: dict[str, Any] = policy_to_mapping(before)
    rows = {row["id"]: row for row in document["rows"]}
    rows["B2"]["imaging"]["items"][0]["window"] = ["10 w", "14 w", "16 w"]
    rows["B3"]["imaging"]["items"][0]["window"] = ["1 w", "2 w", "3 w"]
    assert unsafe(read_policy(document), before) == [
        "unsafe: B2: imaging: due 84 and latest 112 days became 98 and 112"
    ]
    fewer = replace(before, rows=tuple(row for row in before.rows if row.id != "P2"))
    assert unsafe(fewer, before) == ["unsafe: P2: was taken away (SBRT more than 78 weeks ago)"]


def test_an_urgent_row_may_not_wait_for_months() -> None:
    document: dict[str, Any] = policy_to_mapping(default_policy())
    row = next(one for one in document["rows"] if one["id"] == "E2")
    row["surgeon"]["items"][0]["window"] = ["0 d", "9 w", "9 w"]
    assert unsafe(read_policy(document)) == ["unsafe: E2: is urgent, yet its surgeon may wait 63 days (at most 56)"]
