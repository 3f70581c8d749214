"""A policy's conditions in words, for the policy's page: what has to hold, and what counts where it is not known."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from scheduling.engine import words as engine_words
from scheduling.engine.periods import parse_period
from scheduling.engine.policy.questions.combining import AllOf
from scheduling.engine.policy.questions.registry import write_conditions
from scheduling.engine.policy.rows import Policy
from tracker.web import words

_SETS = {
    "any_procedure": "a treatment of the spine",
    "definitive": "a definitive treatment",
    "running": "a running therapy",
    "canal_study": "a study that shows the canal",
    "whole_spine_canal_study": "a canal study of the whole spine",
    "study": "a study of the spine",
    "ct": "a CT",
    "surgery": "surgery of the spine",
}
_DAYS = {
    "lesion_found_on": "the lesion was found",
    "lesion_escc_found_on": "its ESCC grade was found",
    "lesion_sins_found_on": "its SINS band was found",
    "response_start": "the run of responses began",
    "response_date": "the response",
    "therapy_start": "the therapy began",
}
_STATUS = {
    "active": "is under surveillance",
    "hospice": "is in hospice or comfort care",
    "declined": "has declined surveillance",
    "transferred": "was transferred",
    "deceased": "has died",
    "discharged": "was discharged",
}
_SYMPTOM = {"neuro": "new neurology", "pain_suggestive": "pain suggestive of progression"}


def conditions_in_words(when: AllOf) -> tuple[str, ...]:
    """One phrase for each condition; all of them have to hold."""
    return tuple(_said(written) for written in write_conditions(when) if isinstance(written, Mapping))


def named_in_words(policy: Policy) -> dict[str, tuple[str, ...]]:
    """What the names that conditions use stand for."""
    return {name_words(name): conditions_in_words(meaning) for name, meaning in policy.named}


def name_words(name: str) -> str:
    """``high_compression_treated`` as words."""
    return name.replace("_", " ").replace("step down", "step-down")


def _said(written: Mapping[str, Any]) -> str:
    name, asked = next((key, value) for key, value in written.items() if key != "if_unknown")
    unknown = written.get("if_unknown")
    tail = f" (not known counts as {'yes' if unknown == 'holds' else 'no'})" if unknown else ""
    if name in ("all", "any"):
        return f" {'and' if name == 'all' else 'or'} ".join(_said(part) for part in asked) + tail
    if name == "not":
        return f"{_denied(_said(asked))}{tail}"
    if name == "is":
        return f"“{name_words(asked)}” holds{tail}"
    teller = _TELLERS.get(name)
    said = teller(asked) if teller else f"{name_words(name)}: {_plain(asked)}"
    return f"{said}{tail}"


def _denied(said: str) -> str:
    """The opposite of a phrase, as people say it."""
    for lead, other in (("a ", "no "), ("open: ", "not open: ")):
        if said.startswith(lead):
            return other + said.removeprefix(lead)
    if " is " in said:
        return said.replace(" is ", " is not ", 1)
    return f"not: {said}"


def _plain(asked: Any) -> str:
    if isinstance(asked, bool):
        return "yes" if asked else "no"
    if isinstance(asked, Mapping):
        return ", ".join(f"{name_words(str(key))} {_plain(value)}" for key, value in asked.items())
    if isinstance(asked, list):
        return _listed(_plain(one) for one in asked)
    return name_words(str(asked))


def _listed(parts: Iterable[str]) -> str:
    return engine_words.listed(list(parts), "or")


def _set(name: str) -> str:
    return _SETS.get(name) or words.PROCEDURE.get(name) or name_words(name)


def _day(day: Any) -> str:
    if isinstance(day, Mapping):
        lead, kind = next(iter(day.items()))
        return f"the {'newest' if lead == 'newest' else 'first'} {_set(kind).removeprefix('a ')}"
    return _DAYS.get(day) or engine_words.anchor_words(day)


def _span(text: str) -> str:
    return engine_words.period(parse_period(text))


def _since(asked: Mapping[str, Any], what: str) -> str:
    plus = f", from {_span(asked['plus'])} after it on" if "plus" in asked else ""
    return f"{what} since {_day(asked['day'])}{plus}"


def _flag(yes: str, no: str) -> Callable[[Any], str]:
    return lambda asked: yes if asked else no


def _sins(asked: Mapping[str, int]) -> str:
    low, high = asked.get("at_least"), asked.get("at_most")
    if low is not None and high is not None:
        return f"SINS of the lesion {low} to {high}"
    return f"SINS of the lesion {low} or more" if low is not None else f"SINS of the lesion at most {high}"


_GRADED: dict[str, Callable[[Any], str]] = {
    "escc_at_most": lambda asked: f"the worst ESCC is {asked}{'' if asked == '0' else ' or less'}",
    "escc_known": _flag("ESCC is graded at every lesion", "ESCC is not graded at some lesion"),
    "lesion_escc": lambda asked: f"ESCC of the lesion {_listed(asked)}",
    "lesion_escc_known": _flag("ESCC of the lesion is graded", "ESCC of the lesion is not graded"),
    "lesion_sins": _sins,
    "lesion_stabilized": _flag("the lesion is stabilised", "the lesion is not stabilised"),
    "sins_at_most": lambda asked: f"the highest SINS is {asked} or less",
    "sins_known": _flag("SINS is complete at every lesion", "SINS is not complete at some lesion"),
    "spine_symptomatic": _flag("a known spine symptom is open", "no known spine symptom is open"),
}
_DONE: dict[str, Callable[[Any], str]] = {
    "lesion_treated_since": lambda asked: (
        f"{_set(asked['procedures'])} at this level since {_day(asked['day'])}"
    ),
    "procedure_ever": lambda asked: f"{_set(asked)} at any time",
    "procedure_older_than": lambda asked: (
        f"the newest {_set(asked['procedures'])} is more than {_span(asked['period'])} ago"
    ),
    "procedure_within": lambda asked: f"{_set(asked['procedures'])} within the last {_span(asked['period'])}",
    "study_on_record": lambda asked: f"{_set(asked)} is on record",
    "study_since": lambda asked: _since(asked, _set(asked["studies"])),
    "visit_on_record": _flag("a visit is on record", "no visit is on record"),
    "visit_since": lambda asked: _since(asked, "a visit"),
    "step_down_approved": _flag("a clinician approved the step-down", "no step-down is approved"),
}
_COURSE: dict[str, Callable[[Any], str]] = {
    "chosen": lambda asked: f"the base row is {_listed(asked)}",
    "response": lambda asked: f"the spine shows {_listed(engine_words.word(one) for one in asked)}",
    "response_lasts": lambda asked: (
        "the response has lasted "
        + ", ".join(f"{_span(text)} ({tempo} tempo)" for tempo, text in asked.items())
        if isinstance(asked, Mapping)
        else f"the response has lasted {_span(asked)}"
    ),
    "status": lambda asked: f"the patient {_listed(_STATUS.get(one, name_words(one)) for one in asked)}",
    "symptom_open": lambda asked: f"open: {_listed(_SYMPTOM.get(one, name_words(one)) for one in asked)}",
    "tempo": lambda asked: f"the tempo is {_listed(asked)}",
    "therapy_after_response": lambda asked: f"{_set(asked)} began after the response",
    "therapy_in": lambda asked: f"the therapy is {_set(asked)}",
    "therapy_lasts": lambda asked: f"the therapy has run for {_span(asked)}",
    "transfer_accepted": _flag("the other team has accepted", "the other team has not accepted"),
    "second_approval": _flag("a second clinician has agreed", "no second clinician has agreed"),
}
_TELLERS: dict[str, Callable[[Any], str]] = {**_GRADED, **_DONE, **_COURSE}
