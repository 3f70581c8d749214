"""The form of a policy document: its keys, its questions and its named days, as the reader knows them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import MISSING
from typing import Any

from scheduling.engine.policy.anchors import Anchor
from scheduling.engine.policy.named_days import ANCHORS, DayName
from scheduling.engine.policy.parameters import parameters
from scheduling.engine.policy.questions.combining import AllOf, AnyOf, Named, Not, Settled
from scheduling.engine.policy.questions.question import Condition
from scheduling.engine.policy.questions.registry import SUBJECTS
from scheduling.engine.vocabulary import Mark
from tracker.management.reference.markdown import code, meaning, table
from tracker.management.reference.markdown import page as filled

#: Part of a document -> its keys and what each means. A test holds the keys against what the reader accepts.
PARTS: dict[str, dict[str, str]] = {
    "document": {
        "format": "1, the only form that is read",
        "version": "the name of the version; one document for each name",
        "title": "what it is for",
        "state": "`proposal`, or `approved` with `approved_by` and `approved_on`",
        "source": "where the numbers come from",
        "author": "who wrote it",
        "checked_by": "who checked it",
        "approved_by": "the clinical lead who approved it",
        "approved_on": "when",
        "next_review_on": "when it must be looked at again",
        "numbers": "numbers, periods and windows with a name, for places that share them",
        "sets": "named sets of studies, procedures and therapies",
        "record": "how the dated record becomes the facts of a day",
        "tempo": "how fast each cancer moves",
        "named": "conditions with a name, used by `is`; each may use those above it",
        "choose_one": "the base rows, of which exactly one is chosen",
        "rows": "the policy itself, in order",
        "imaging_requests": "what is asked of the scanner; the last entry has no condition",
        "tasks": "work for a clinician beside the dates",
        "gaps": "facts that are needed and missing",
    },
    "sets": {
        "studies": "name to `kinds`, `coverage`, `also_where_mri`; `study` and `canal_study` must exist",
        "procedures": "name to a list of procedure kinds",
        "therapies": "name to a list of therapy classes",
        "words": "name of a set to how it is said inside a sentence; left out, what it holds",
    },
    "sets.studies": {
        "kinds": "study kinds that count",
        "also_where_mri": "study kinds that count as well for an MRI decision, such as `unsafe_device`",
        "coverage": "how much of the body it must show; left out, any",
    },
    "record": {
        "escc_begins_anew_after": "the set of procedures after which an ESCC grade of their level counts anew",
        "stabilised_by": "the set of procedures that mark a lesion of their level as stabilised",
        "sins_bands": "the lowest totals of the second and the third SINS band",
        "worst_response_first": "of two categories on one day the first of these counts until answered",
        "switch_after": "responses after which a new therapy is a switch after spine progression",
        "stated_reason_counts_without_response_for": "without a response for so long, a stated reason counts",
        "therapy_class_first": "of lines begun on one day the first of these is the class",
        "own_window_spent_by": "the set of studies after which a clinician's own window asks no more",
    },
    "tempo": {"otherwise": "where no line fits", "lines": "the first that fits a primary counts"},
    "tempo.lines": {
        "tempo": "`fast`, `intermediate` or `slow`; of several primaries the fastest counts",
        "sites": "cancers",
        "subtypes": "left out, any",
        "marker_classes": "left out, any",
    },
    "choose_one": {
        "first_of": "row ids; the first that holds is listed, the others are not",
        "otherwise": "the row of them that stands in where none holds",
    },
    "rows": {
        "id": "a capital, then letters or digits",
        "title": "what the row is, in words",
        "urgency": "`emergency`, `urgent`, `expedited`, `routine`, `extended` or `stop`",
        "for_each": "`lesion` or `override`: the row is asked of each",
        "when": "conditions that all have to hold",
        "suspends": "every later row, date and task waits",
        "replaces": "items of other rows are dropped while this row has items",
        "asks_nothing_in": "streams that stay empty because of this row",
        "until_closed": "true: only a clinician ends it, also after what it asks for was done",
        "marks": "what the row means beyond its dates; [the marks](#marks)",
        "outcome": "`died`, `hospice`, `refused` or `left`: what became of what was open in the streams left empty",
        "group": "the heading under which it stands; rows that follow each other share it",
        "imaging": "what it asks for in this stream",
        "surgeon": "what it asks for in this stream",
    },
    "rows.suspends": {
        "keep_rows": "suspending rows further down that are still asked",
        "keep_dates": "true unless said: the dates of the rows kept stand too",
    },
    "rows.replaces": {
        "rows": "the rows whose items are dropped",
        "streams": "in which streams; a row for each override replaces in the override's own",
        "only_if": "conditions beside",
    },
    "rows.imaging": {
        "evidence": "why the dates are what they are; required",
        "counted_by": "what completes it: `study` or `canal_study`, `visit` for the surgeon",
        "items": "its windows; none leaves a row with a say but no date",
    },
    "rows.imaging.evidence": {
        "grade": "`trial`, `guideline`, `consensus`, `observational` or `expert_default` (a local default)",
        "citation": "the source",
        "rationale": "what the source says, or why no source is needed",
        "by_primary": "another grade for some primaries: `sites`, `subtypes`, `grade`",
        "note_elsewhere": "said beside the grade for every other primary",
    },
    "rows.imaging.items": {
        "count_from": "a named day, or a list of which the first that exists counts",
        "window": "`[earliest, due, latest]` after that day, each in days (`7 d`) or weeks (`12 w`)",
        "window_by": "a window, or `omit`, for every value of `therapy_class` or of `tempo`",
        "series": "a list of windows with notes: the first that is not closed",
        "only_if": "conditions of this window alone",
        "closed_by": "`visit` or a set of studies: closes a window when dated on or after its earliest day",
        "cap": "`window` and `only_if`: the smaller of the two windows in each of the three places",
        "note": "said on the appointment",
    },
    "imaging_requests": {"request": "its code", "when": "conditions; the first entry that holds counts"},
    "tasks": {
        "task": "its code",
        "when": "conditions",
        "for_each": "`lesion`",
        "under": "the suspending row beside which alone it is raised",
        "on": "`count_from` and `after`: the day that it carries",
    },
    "gaps": {"gap": "its name", "when": "conditions", "for_each": "`lesion`"},
}

MARKS: dict[Mark, str] = {
    Mark.LOW_RISK: "Who was listed under such a row and no longer is has left low risk on that day; the row asks for a "
    "low ESCC and SINS.",
    Mark.ENDS_STEP_DOWN: "An approved step-down ends on the day on which the row is listed, and does not come back by "
    "itself.",
    Mark.EMERGENCY_LADDER: "Reminders go to nurse and surgeon at once, none to the patient.",
    Mark.TAKES_DATES: "While it gives the date no snooze and no hold stands against it, whatever its urgency.",
    Mark.UNTIL_RESPONSE: "After its study it goes on asking until a response is recorded: nobody books again and no "
    "message goes to the patient meanwhile.",
}

_COMBINERS: tuple[tuple[str, type[Condition], str], ...] = (
    ("all", AllOf, "`all: [condition, …]`"),
    ("any", AnyOf, "`any: [condition, …]`"),
    ("not", Not, "`not: condition`"),
    ("is", Named, "`is: name` of a condition under `named`"),
    ("if_unknown", Settled, "`if_unknown: holds` or `fails`, beside a question whose answer may be unknown"),
)


def page() -> str:
    """docs/reference/policy-document.md."""
    keys = (
        line
        for part, keys in PARTS.items()
        for line in (f"### {code(part)}", "", *table(("key", "meaning"), _coded(keys)))
    )
    questions = (
        line for subject, asked in SUBJECTS.items() for line in (f"### About {subject}", "", *_questions(asked))
    )
    days = (
        (code(name), _takes(anchor), meaning(anchor), "a lesion" if anchor.per_lesion else "the person")
        for name, anchor in ANCHORS.items()
    )
    combiners = ((code(name), meaning(kind), form) for name, kind, form in _COMBINERS)
    return filled(
        "policy-document.md",
        keys=keys,
        marks=table(("mark", "meaning"), _coded(MARKS)),
        combiners=table(("word", "meaning", "form"), combiners),
        questions=questions,
        days=table(("day", "takes", "meaning", "of"), days),
    )


def _coded(meanings: Mapping[str, str] | Mapping[Mark, str]) -> Iterator[tuple[str, str]]:
    return ((code(word), said) for word, said in meanings.items())


def _questions(questions: tuple[type[Condition], ...]) -> list[str]:
    rows = (
        (
            code(question.name),
            meaning(question),
            _takes(question),
            _place(question),
            "yes" if question.may_be_unknown else "no",
        )
        for question in questions
    )
    return table(("question", "yes when", "takes", "stands in", "may be unknown"), rows)


def _takes(part: type[Condition] | type[Anchor]) -> str:
    return "\n".join(_parameters(part)) or "nothing"


def _parameters(part: type[Condition] | type[Anchor]) -> Iterator[str]:
    asked = parameters(part)
    for one in asked:
        kind: Any = one.metadata["kind"]
        name = "" if len(asked) == 1 else f"{code(one.name)}: "
        default = "" if one.default is MISSING else f" ({code(kind.write(one.default))} unless said)"
        expected = "a [named day](#named-days)" if isinstance(kind, DayName) else kind.expected
        yield f"{name}{expected}{default}"


def _place(question: type[Condition]) -> str:
    if question.per_lesion:
        return "rows, tasks and gaps `for_each: lesion`"
    if question.per_override:
        return "rows `for_each: override`"
    return "requests, tasks, gaps" if question.after_rows else "anywhere"
