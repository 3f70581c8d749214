"""The policy that ships: complete, marked as a proposal, and as the clinical dossier grades it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from scheduling.engine.policy.document import policy_to_mapping, read_policy
from scheduling.engine.policy.rows import Policy, Row
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
        ("E3", {"urgency": "routine"}, "E3: ESCC 3, untreated, is only routine"),
        ("E4", {"urgency": "expedited"}, "E4: an unstable SINS is only expedited"),
        ("D1", {"when": [{"is": "step_down_eligible"}]}, "D1: lengthens follow-up without asking for a clinician's"),
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
    rows["B3"]["imaging"]["items"][0]["window"] = ["10 w", "14 w", "18 w"]
    assert [text for text in unsafe(read_policy(document), before) if "became" in text] == [
        "unsafe: B2: imaging: due 84 and latest 112 days became 98 and 112"
    ]
    fewer = replace(before, rows=tuple(row for row in before.rows if row.id != "P2"))
    assert unsafe(fewer, before) == ["unsafe: P2: was taken away (SBRT more than 78 weeks ago)"]


def test_an_urgent_row_may_not_wait_for_months() -> None:
    document: dict[str, Any] = policy_to_mapping(default_policy())
    row = next(one for one in document["rows"] if one["id"] == "E2")
    row["surgeon"]["items"][0]["window"] = ["0 d", "9 w", "9 w"]
    assert unsafe(read_policy(document)) == ["unsafe: E2: is urgent, yet its surgeon may wait 63 days (at most 56)"]


def spoiled(*path: Any, value: Any = None) -> Policy:
    """The default policy with one value of its document changed, or taken away; a row is named by its id."""
    document: Any = policy_to_mapping(default_policy())
    *way, last = path
    place = document
    for step in way:
        named = place is document["rows"] and isinstance(step, str)
        place = next(row for row in place if row["id"] == step) if named else place[step]
    if value is None:
        del place[last]
    else:
        place[last] = value
    return read_policy(document)


def _naming_none(row: Row, row_ids: tuple[str, ...]) -> Row:
    """The row where it kept or replaced none of these."""
    kept, replaces = row.suspends, row.replaces
    if kept is not None:
        kept = replace(kept, keep_rows=tuple(one for one in kept.keep_rows if one not in row_ids))
    if replaces is not None:
        replaces = replace(replaces, rows=tuple(one for one in replaces.rows if one not in row_ids))
    return replace(row, suspends=kept, replaces=replaces)


def lacking(*row_ids: str) -> Policy:
    """The default policy without some rows, wherever they are named."""
    policy = default_policy()
    kept = tuple(_naming_none(row, row_ids) for row in policy.rows if row.id not in row_ids)
    choice = replace(policy.choice, first_of=tuple(one for one in policy.choice.first_of if one not in row_ids))
    tasks = tuple(task for task in policy.tasks if task.under not in row_ids)
    return replace(policy, rows=kept, choice=choice, tasks=tasks)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("S1", "no row stops planning after death"),
        ("S2", "somebody who is hospice still has dates"),
        ("S3", "somebody who is declined still has dates"),
        ("S4", "somebody who is transferred still has dates"),
        ("S5", "somebody who is discharged still has dates"),
        ("E1", "no emergency row asks for an open neurological symptom"),
        ("OV", "no row asks for clinicians' own windows"),
        ("E2", "no urgent row asks for open suggestive pain"),
        ("E3", "no row speaks of a lesion with ESCC 2"),
        ("E4", "no row speaks of SINS 13, 14, 15, 16, 17, 18"),
        ("R1", "no row speaks of progressive"),
        ("R2", "no row speaks of mixed"),
        ("R3a", "no row speaks of pseudoprogression suspected on ici"),
        ("R3b", "no row speaks of pseudoprogression suspected on tki"),
        ("C1", "no row speaks of SINS 7"),
        ("C2", "no row speaks of a lesion with ESCC 3 after its treatment"),
        ("C3", "no row speaks of a lesion with ESCC 1a"),
        ("P1", "between the day itself and 78 weeks ago"),
        ("B0", "without a date for the surgeon"),
        ("B4", "without a date for imaging"),
    ],
)
def test_a_policy_without_a_row_that_is_needed_is_unsafe(row: str, words: str) -> None:
    found = unsafe(lacking(row))
    assert any(words in text for text in found), found


ITEMS = "items"


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        (("record", "sins_bands"), [8, 13], "C1: asks for SINS 7 to 12, and counts from the day its band was found"),
        (("record", "sins_bands"), [7, 14], "E4: asks for SINS 13 to 18"),
        (("named", "low_scores", 1, "sins_at_most"), 7, "A1: counts SINS up to 7 as low; rows ask for it from 7 on"),
        (("named", "low_scores", 0, "escc_at_most"), "1a", "A1: counts ESCC 1a as low"),
        (("rows", "P2", "when", 0, "procedure_older_than", "period"), "80 w", "P2: no row speaks of"),
        (("rows", "E1", "imaging", ITEMS, 0, "window"), ["0 d", "1 d", "1 d"], "is not due on its day for imaging"),
        (("rows", "E1", "surgeon", ITEMS), None, "is not due on its day for the surgeon"),
        (("rows", "E2", "imaging", ITEMS, 0, "window"), ["0 d", "7 d", "8 d"], "8 days after suggestive pain"),
        (("rows", "E3", "surgeon", ITEMS, 0, "window"), ["0 d", "1 d", "1 d"], "has no surgeon on the day it is found"),
        (("rows", "E4", "surgeon", ITEMS, 0, "window"), ["0 d", "3 d", "15 d"], "first be asked for 15 days after"),
        (("rows", "C1", "surgeon", ITEMS, 0, "window"), ["0 d", "2 w", "9 w"], "first be asked for 63 days after"),
        (("rows", "B1", "imaging", ITEMS, 0, "window"), ["8 w", "13 w", "14 w"], "B1: an unknown ESCC gives a later"),
        (("rows", "R1", "imaging", ITEMS, 0, "window"), ["5 w", "7 w", "8 w"], "R1: progressive instead of mixed"),
        (("rows", "C2", "imaging", ITEMS, 0, "window"), ["9 w", "13 w", "14 w"], "a worse ESCC gives a later date"),
        (("rows", "P1", "imaging", ITEMS, 1, "only_if", 0, "study_since", "plus"), "8 w", "P1: imaging: nothing else"),
        (("rows", "P1", "imaging", ITEMS, 0), None, "P1: imaging: nothing is asked before"),
        (("rows", "C3", "surgeon", ITEMS), None, "C3: asks for a lesion with ESCC 1a in one stream only"),
        (("rows", "S2", "suspends", "keep_dates"), True, "of somebody hospice has dates"),
        (("named", "asymptomatic", 1), None, "A1: lengthens or ends follow-up without asking for a spine symptom"),
        (("named", "step_down_eligible", 5, "if_unknown"), "holds", "D1: counts what is not known as good"),
        (("rows", "S3", "suspends", "keep_dates"), False, "of somebody declined is not due on its day"),
        (("rows", "S5", "suspends", "keep_rows"), [], "symptom of somebody discharged is no emergency"),
        (("rows", "S4", "when", 1), None, "stops for a transfer that nobody accepted"),
        (("rows", "E2", "until_closed"), None, "E2: asks for an open symptom, and ends without"),
        (("rows", "R2", "marks"), None, "R2: is expedited and does not end an approved step-down"),
        (("rows", "OV", "replaces", "only_if"), None, "OV: lets one clinician alone lengthen"),
        (("rows", "OV", "replaces", "rows"), ["P1", "B1"], "OV: replaces P1"),
        (("rows", "N1", "replaces", "rows"), ["C3", "B1"], "N1: replaces C3"),
        (("rows", "N1", "replaces", "only_if"), None, "without asking for a study that is new enough"),
        (("rows", "C3", "imaging", "counted_by"), "study", "C3: counts from a study of the canal, and any study"),
        (("sets", "studies", "canal_study", "kinds"), ["mri", "ct_systemic"], "canal_study holds ct_systemic"),
        (("sets", "studies", "study", "kinds"), ["mri", "xray"], "study holds xray"),
        (("sets", "procedures", "definitive"), ["sbrt", "ablation"], "definitive holds ablation"),
        (("sets", "procedures", "stabilising"), ["stabilization", "sbrt"], "stabilising holds sbrt"),
        (("tempo", "otherwise"), "slow", "counts as slow, not as fast"),
        (("imaging_requests", 2), None, "a device that is unsafe in it"),
        (("imaging_requests", 4), None, "contrast after an allergy"),
        (("tasks", 5), None, "suggestive pain of somebody declined calls nobody"),
        (
            ("record", "worst_response_first"),
            ["stable", "progressive", "mixed", "pseudoprogression_suspected", "partial", "complete"],
            "a better one counts before a worse one",
        ),
        (("rows", "C1", "when"), [{"status": ["deceased"]}], "C1: can never fire: rows before it stop"),
        (
            ("rows", "P1", "when"),
            [
                {"procedure_within": {"procedures": "sbrt", "period": "78 w"}},
                {"procedure_older_than": {"procedures": "sbrt", "period": "78 w"}},
            ],
            "P1: can never fire: no procedure is as new and as old",
        ),
        (
            ("rows", "P4", "when"),
            [{"step_down_approved": True}, {"step_down_approved": False}],
            "P4: can never fire: step_down_approved is asked for and excluded",
        ),
    ],
)  # fmt: skip
def test_one_unsafe_value_is_found(path: tuple[Any, ...], value: Any, words: str) -> None:
    found = unsafe(spoiled(*path, value=value))
    assert any(words in text for text in found), found


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        (("rows", "P2", "when", 0, "procedure_older_than", "period"), "60 w", "to complete: P2: and P1 both speak of"),
        (("rows", "P6", "when", 0, "procedure_within", "procedures"), "cebrt", "lately treated by ablation"),
        (("numbers", "spare"), 7, "to complete: no place uses the number spare"),
        (("tasks", 11), None, "to complete: nothing raises the task score_missing"),
    ],
)  # fmt: skip
def test_what_is_odd_and_harmless_refuses_nothing(path: tuple[Any, ...], value: Any, words: str) -> None:
    policy = spoiled(*path, value=value)
    assert unsafe(policy) == []
    assert any(words in str(one) for one in lint(policy))


def test_two_rows_for_one_total_or_grade_are_told() -> None:
    document: dict[str, Any] = policy_to_mapping(default_policy())
    row = next(one for one in document["rows"] if one["id"] == "C3")
    document["rows"].append({**row, "id": "X1", "when": [{"lesion_escc": ["1b"], "if_unknown": "fails"}]})
    document["rows"].append({**row, "id": "X2", "when": [{"lesion_sins": {"at_least": 10}}]})
    policy = read_policy(document)
    assert unsafe(policy) == []
    found = [str(one) for one in lint(policy)]
    assert "to complete: C3: asks for a lesion with ESCC 1b, as X1 does" in found
    assert any(text.startswith("to complete: C1: asks for SINS 1") and text.endswith("as X2 does") for text in found)
