"""The reference pages say what the code says: the committed text, the keys of a document, rows, queues and moves."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from scheduling.engine.policy.document import policy_to_mapping, read_policy
from scheduling.engine.policy.mistakes import PolicyErrors
from scheduling.engine.policy.named_days import ANCHORS
from scheduling.engine.policy.questions.registry import QUESTIONS
from scheduling.engine.vocabulary import Mark
from scheduling.policies import default_policy
from tracker.lifecycle import MOVES
from tracker.management.commands import write_reference
from tracker.management.reference import PAGES
from tracker.management.reference.document import MARKS, PARTS
from tracker.queries.queues.registry import QUEUES

#: Part of a document -> a place in the default policy where it stands.
PLACES: dict[str, tuple[str | int, ...]] = {
    "document": (),
    "sets": ("sets",),
    "sets.studies": ("sets", "studies", "study"),
    "record": ("record",),
    "tempo": ("tempo",),
    "tempo.lines": ("tempo", "lines", 0),
    "choose_one": ("choose_one",),
    "rows": ("rows", 0),
    "rows.suspends": ("rows", 0, "suspends"),
    "rows.replaces": ("rows", "N1", "replaces"),
    "rows.imaging": ("rows", "E1", "imaging"),
    "rows.imaging.evidence": ("rows", "E1", "imaging", "evidence"),
    "rows.imaging.items": ("rows", "E1", "imaging", "items", 0),
    "imaging_requests": ("imaging_requests", 0),
    "tasks": ("tasks", 0),
    "gaps": ("gaps", 0),
}


def test_the_committed_pages_are_what_the_code_says() -> None:
    call_command("write_reference", "--check")


def test_a_page_that_differs_is_named_and_then_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(write_reference, "FOLDER", tmp_path / "reference")
    with pytest.raises(CommandError, match=r"policy-document\.md, .*waits\.md: not what the code says"):
        call_command("write_reference", "--check")
    assert not (tmp_path / "reference").exists()
    call_command("write_reference")
    page = tmp_path / "reference" / "queues.md"
    page.write_text(page.read_text("utf-8").replace("Overdue", "Late"), "utf-8")
    with pytest.raises(CommandError, match=r"^queues\.md: not what the code says"):
        call_command("write_reference", "--check")


def known_keys(part: str) -> set[str]:
    """The keys that the reader accepts at this part: what it says when it is given one it does not know."""
    document: Any = copy.deepcopy(policy_to_mapping(default_policy()))
    place: Any = document
    for step in PLACES[part]:
        if isinstance(place, list) and isinstance(step, str):
            place = next(row for row in place if row["id"] == step)
        else:
            place = place[step]
    place["zzzzzz"] = 1
    with pytest.raises(PolicyErrors) as refused:
        read_policy(document)
    (said,) = [error.expected for error in refused.value.errors if error.path.endswith("zzzzzz")]
    return set(said.removeprefix("one of ").split(", "))


@pytest.mark.parametrize("part", PARTS)
def test_every_key_of_a_document_is_described(part: str) -> None:
    assert known_keys(part) == set(PARTS[part])


def rows_of(page: str) -> Mapping[str, str]:
    """First cell to line, of every table of a page."""
    return {match[1]: match[0] for match in re.finditer(r"^\| (.+?) \|.*$", PAGES[page](), re.M)}


def test_every_mark_is_described() -> None:
    assert set(MARKS) == set(Mark)


def test_every_question_and_named_day_has_its_line() -> None:
    lines = rows_of("policy-document.md")
    for name in (*QUESTIONS, *ANCHORS):
        assert f"`{name}`" in lines
    assert "unknown where it is not graded" in lines["`lesion_escc`"]
    assert lines["`lesion_escc`"].endswith("| rows, tasks and gaps `for_each: lesion` | yes |")


def test_every_row_of_the_default_policy_has_its_windows_grade_and_source() -> None:
    text = PAGES["default-policy.md"]()
    assert re.findall(r"^### (\w+)$", text, re.M) == [row.id for row in default_policy().rows]
    lines = rows_of("default-policy.md")
    assert lines["[E2](#e2)"].count("0 / 7 / 7 days") == 2
    assert lines["[E2](#e2)"].endswith("| urgent | guideline |")
    assert "8 / 12 / 13 weeks after last canal study, else ESCC grade found" in lines["[C3](#c3)"]
    assert lines["[R3a](#r3a)"].endswith("imaging: consensus<br>surgeon: local default |")
    assert "draft, not for clinical use" in text
    for row in default_policy().rows:
        for rule in row.streams:
            assert rule.evidence.rationale in text


def test_every_queue_and_every_move_is_there() -> None:
    queues = rows_of("queues.md")
    assert [title for title in queues if title != "queue"] == [queue.title for queue in QUEUES]
    drawn = {
        (before, act): after
        for before, after, acts in re.findall(r"^    (\w+) --> (\w+): (.+)$", PAGES["follow-up.md"](), re.M)
        for act in acts.split(", ")
    }
    assert drawn == MOVES


def test_what_only_a_clinician_may_do_is_found_in_the_services() -> None:
    page = PAGES["roles.md"]()
    for act in ("close a symptom", "approve a step-down", "discharge a patient from surveillance"):
        assert f"- {act}\n" in page
    assert "| clinician | no | yes | no | no |" in page
