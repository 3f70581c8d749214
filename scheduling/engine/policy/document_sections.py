"""The sections of a policy document that are lists and keys: its origin, choice, requests, tasks and gaps."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from scheduling.engine.policy.document_rows import Rows
from scheduling.engine.policy.mistakes import Path
from scheduling.engine.policy.parameters import AsItIs, Code, Period
from scheduling.engine.policy.parts import Part, Scoped, Several
from scheduling.engine.policy.reading import Reading
from scheduling.engine.policy.rows import About, Choice, GapRule, RequestRule, TaskDay, TaskRule
from scheduling.engine.policy.values import Conditions, CountFrom, OnDay, OneOf, OneRow, Text
from scheduling.engine.vocabulary import ImagingRequest, Task


class State(StrEnum):
    """Whether a clinical lead has approved the document."""

    PROPOSAL = "proposal"
    APPROVED = "approved"


@dataclass(frozen=True)
class Given(AsItIs):
    """Anything; what may stand there is checked with what stands beside it."""

    expected: str = "a row id"

    def read(self, reading: Reading, given: object, at: Path) -> object:
        return given


ABOUT = Part(
    About,
    {"title": Text(), "state": Code(State), "source": Text(), "author": Text()},
    {"checked_by": Text(), "approved_by": Text(), "approved_on": OnDay(), "next_review_on": OnDay()},
)


CHOICE = Part(Choice, {"first_of": Rows(), "otherwise": Given()})


REQUESTS = Several(Part(RequestRule, {"request": Code(ImagingRequest), "when": Conditions()}), "imaging requests")


_FOR_EACH = OneOf(("lesion",), "lesion, or no such key")


_TASK_DAY = Part(TaskDay, {"count_from": CountFrom(), "after": Period()})


TASKS = Several(
    Scoped(
        TaskRule,
        {"task": Code(Task)},
        {"when": Conditions(), "for_each": _FOR_EACH, "under": OneRow(), "on": _TASK_DAY},
    ),
    "tasks",
)


GAPS = Several(
    Scoped(GapRule, {"gap": Text(), "when": Conditions()}, {"for_each": _FOR_EACH}),
    "gaps",
)
