"""A mapping in the case format → a case: facts, and what the plan is expected to be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from scheduling.cases.expectations import EXPECT, Expectation, LesionExpectation, expectation
from scheduling.cases.shapes import (
    WRONG,
    Key,
    Notes,
    Reader,
    Shape,
    Wrong,
    code,
    day,
    filled,
    flag,
    listed,
    number,
    past,
    span,
    text,
    whole,
)
from scheduling.engine.record.facts import (
    Constraints,
    Facts,
    Lesion,
    Override,
    Primary,
    Procedure,
    Response,
    Sins,
    Study,
    Symptom,
    Therapy,
)
from scheduling.engine.scores.sins import LOCATION_OF_LEVEL
from scheduling.engine.vocabulary import (
    LEVELS,
    SINS_ITEMS,
    SUBTYPES,
    Coverage,
    Escc,
    Hardware,
    MarkerClass,
    MriSafety,
    PatientStatus,
    ProcedureKind,
    ResponseCategory,
    SinsBand,
    Site,
    Stream,
    StudyKind,
    SymptomKind,
    TherapyClass,
    TherapyReason,
)


@dataclass(frozen=True, slots=True)
class Case:
    """One patient of a file: the facts, the evaluation day, and what is expected of the plan.

    `as_of` is the day the plan is asked for. `expect` is None where the file expects nothing;
    `lesion_expectations` has one entry a lesion, in the order of the facts.
    """

    id: str
    as_of: date
    facts: Facts
    title: str = ""
    expect: Expectation | None = None
    lesion_expectations: tuple[LesionExpectation, ...] = ()


Found = dict[str, Any]


def _unchecked(notes: Notes, found: Found, path: str) -> None:
    """Nothing to look at across keys."""


def _fact(
    shape: Shape, build: Callable[[Found], Any], check: Callable[[Notes, Found, str], None] = _unchecked
) -> Reader:
    """A mapping that becomes a fact; with any mistake in it, it becomes none. `check` looks across its keys."""

    def read(notes: Notes, value: object, path: str) -> Any:
        before = len(notes.problems)
        found = shape.read(notes, value, path)
        if isinstance(found, Wrong):
            return WRONG
        check(notes, found, path)
        return WRONG if len(notes.problems) > before else build(found)

    return read


def _check_primary(notes: Notes, found: Found, path: str) -> None:
    site, subtype = found.get("site"), found.get("subtype")
    known = SUBTYPES.get(site) if site is not None else None
    if subtype is not None and known is not None and subtype not in known:
        notes.wrong(f"{path}.subtype", subtype, f"for {site} one of {', '.join(known)}")


def _primary(found: Found) -> Primary:
    return Primary(found["site"], found.get("subtype"), found.get("markers", ()), found.get("marker_class"))


def _therapy(found: Found) -> Therapy:
    return Therapy(found["class"], found["start"], found.get("drugs", ()), found.get("reason"))


def _check_response(notes: Notes, found: Found, path: str) -> None:
    category, on, since = found.get("category"), found.get("date"), found.get("since")
    if category is not None and on is None and category != ResponseCategory.NOT_ASSESSED:
        notes.wrong(f"{path}.date", None, f"a date: it is required with {category}")
    if since is not None and on is not None and since > on:
        notes.wrong(f"{path}.since", since, f"a day not after date ({on})")


def _response(found: Found) -> Response:
    on, since = found.get("date"), found.get("since")
    run = tuple(sorted({known for known in (since, on) if known is not None}))
    return Response(found["category"], on, since, run)


def _procedure(found: Found) -> Procedure:
    return Procedure(
        found["type"],
        found["date"],
        found.get("levels", ()),
        found.get("hardware"),
        found.get("dose_gy"),
        found.get("fractions"),
    )


def _symptom(found: Found) -> Symptom:
    return Symptom(found["kind"], found["date"], found.get("detail", ""))


def _study(found: Found) -> Study:
    return Study(found["date"], found["modality"], found.get("coverage"))


def _check_lesion(notes: Notes, found: Found, path: str) -> None:
    sins: Found = found.get("sins", {})
    location, fitting = sins.get("location"), LOCATION_OF_LEVEL.get(found.get("level", ""))
    if None not in (location, fitting) and location != fitting and not sins.get("location_overridden", False):
        expected = f"{fitting}, the class of {found['level']} (or location_overridden: true)"
        notes.wrong(f"{path}.sins.location", location, expected)
    for name, since in (
        ("escc_found_on", "finding_date"),
        ("sins_found_on", "finding_date"),
        ("graded_on", "escc_found_on" if "escc_found_on" in found else "finding_date"),
    ):
        if name in found and since in found and found[name] < found[since]:
            notes.wrong(f"{path}.{name}", found[name], f"a day not before {since} ({found[since]})")


def _lesion(found: Found) -> tuple[Lesion, LesionExpectation]:
    lesion = Lesion(
        level=found["level"],
        finding_date=found["finding_date"],
        escc=found.get("escc"),
        sins=Sins(**found.get("sins", {})),
        escc_found_on=found.get("escc_found_on"),
        sins_found_on=found.get("sins_found_on"),
        graded_on=found.get("graded_on"),
        stabilized=found.get("stabilized", False),
    )
    keys = {"expect_sins_total": "total", "expect_sins_band": "band"}
    return lesion, LesionExpectation({short: found[key] for key, short in keys.items() if key in found})


def _constraints(found: Found) -> Constraints:
    return Constraints(found.get("mri"), found.get("gadolinium_allergy"), found.get("egfr"))


def _check_override(notes: Notes, found: Found, path: str) -> None:
    for first, then in (("earliest", "due"), ("due", "latest"), ("from", "until")):
        if first in found and then in found and found[first] > found[then]:
            notes.wrong(f"{path}.{then}", found[then], f"a day not before {first} ({found[first]})")


def _override(found: Found) -> Override:
    return Override(
        found["stream"],
        found["earliest"],
        found["due"],
        found["latest"],
        found["from"],
        found["until"],
        found.get("second_approval", False),
    )


_PRIMARY = Shape(
    site=Key(code(Site), required=True),
    subtype=Key(text),
    markers=Key(listed(text)),
    marker_class=Key(code(MarkerClass)),
)
_THERAPY = Shape(
    class_=Key(code(TherapyClass), required=True),
    start=Key(past, required=True),
    drugs=Key(listed(text)),
    reason=Key(code(TherapyReason)),
)
_RESPONSE = Shape(category=Key(code(ResponseCategory), required=True), date=Key(past), since=Key(past))
_PROCEDURE = Shape(
    type=Key(code(ProcedureKind), required=True),
    date=Key(past, required=True),
    levels=Key(listed(span)),
    hardware=Key(code(Hardware)),
    dose_gy=Key(number(above_zero=True)),
    fractions=Key(whole(1)),
)
_SYMPTOM = Shape(kind=Key(code(SymptomKind), required=True), date=Key(past, required=True), detail=Key(text))
_STUDY = Shape(
    date=Key(past, required=True), modality=Key(code(StudyKind), required=True), coverage=Key(code(Coverage))
)
_SINS = Shape(**{item: Key(code(words)) for item, words in SINS_ITEMS.items()}, location_overridden=Key(flag))
_LESION = Shape(
    level=Key(code(LEVELS), required=True),
    finding_date=Key(past, required=True),
    escc_found_on=Key(past),
    sins_found_on=Key(past),
    graded_on=Key(past),
    stabilized=Key(flag),
    escc=Key(code(Escc)),
    sins=Key(_SINS.read),
    expect_sins_total=Key(whole(0, 18), nullable=True),
    expect_sins_band=Key(code(SinsBand), nullable=True),
)
_CONSTRAINTS = Shape(mri=Key(code(MriSafety)), gadolinium_allergy=Key(flag), egfr=Key(number()))
_OVERRIDE = Shape(
    stream=Key(code(Stream), required=True),
    earliest=Key(day, required=True),
    due=Key(day, required=True),
    latest=Key(day, required=True),
    from_=Key(day, required=True),
    until=Key(day, required=True),
    second_approval=Key(flag),
)
_PATIENT = Shape(
    id=Key(filled, required=True),
    title=Key(text),
    why=Key(text),
    as_of=Key(day),
    registered=Key(past, required=True),
    status=Key(code(PatientStatus)),
    declined_on=Key(past),
    transfer_accepted=Key(flag),
    left_low_risk_on=Key(past),
    primary=Key(_fact(_PRIMARY, _primary, _check_primary), required=True),
    therapy=Key(_fact(_THERAPY, _therapy)),
    response=Key(_fact(_RESPONSE, _response, _check_response)),
    procedures=Key(listed(_fact(_PROCEDURE, _procedure))),
    symptoms=Key(listed(_fact(_SYMPTOM, _symptom))),
    imaging=Key(listed(_fact(_STUDY, _study))),
    lesions=Key(listed(_fact(_LESION, _lesion, _check_lesion))),
    surgeon_visits=Key(listed(past)),
    spine_symptomatic=Key(flag),
    constraints=Key(_fact(_CONSTRAINTS, _constraints)),
    step_down_approved=Key(flag),
    overrides=Key(listed(_fact(_OVERRIDE, _override, _check_override))),
    contact_failures=Key(whole(0)),
    expect=Key(_fact(EXPECT, expectation)),
)


def read_patient(raw: object, name: str, line: int | None, as_of: date | None) -> tuple[Case | None, Notes]:
    """One patient; None where anything is wrong, all of which is in the notes.

    `name` stands for a patient whose id cannot be read. `as_of` wins over the day in the file.
    """
    given_id = raw.get("id") if isinstance(raw, dict) else None
    in_file = raw.get("as_of") if isinstance(raw, dict) else None
    until = in_file if isinstance(in_file, date) else None
    notes = Notes(given_id if isinstance(given_id, str) and given_id.strip() else name, line, until)
    found = _PATIENT.read(notes, raw, "")
    if isinstance(found, Wrong) or not isinstance(raw, dict):
        return None, notes
    day_asked = as_of or until
    if day_asked is None and raw.get("as_of") is None:
        notes.wrong("as_of", None, "a date: the evaluation day (or --as-of)")
    if found.get("status") == PatientStatus.DECLINED and raw.get("declined_on") is None:
        notes.wrong("declined_on", None, "a date: it is required when the status is declined")
    if notes.problems or day_asked is None:
        return None, notes
    lesions = found.get("lesions", ())
    return Case(
        id=found["id"],
        as_of=day_asked,
        facts=_facts(found),
        title=found.get("title", ""),
        expect=found.get("expect"),
        lesion_expectations=tuple(expected for _, expected in lesions),
    ), notes


def _facts(found: dict[str, Any]) -> Facts:
    return Facts(
        registered=found["registered"],
        primaries=(found["primary"],),
        status=found.get("status", PatientStatus.ACTIVE),
        declined_on=found.get("declined_on"),
        transfer_accepted=found.get("transfer_accepted", False),
        left_low_risk_on=found.get("left_low_risk_on"),
        therapy=found.get("therapy"),
        response=found.get("response"),
        procedures=found.get("procedures", ()),
        symptoms=found.get("symptoms", ()),
        studies=found.get("imaging", ()),
        visits=found.get("surgeon_visits", ()),
        lesions=tuple(lesion for lesion, _ in found.get("lesions", ())),
        spine_symptomatic=found.get("spine_symptomatic", False),
        constraints=found.get("constraints", Constraints()),
        step_down_approved=found.get("step_down_approved", False),
        overrides=found.get("overrides", ()),
        contact_failures=found.get("contact_failures", 0),
    )
