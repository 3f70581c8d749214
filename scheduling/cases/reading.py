"""A mapping in the case format → a case: facts, and what the plan is expected to be.

One table a kind of fact says which keys it has and which fields they fill; writing goes by the same tables.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from scheduling.cases.expectations import EXPECT, Expectation, LesionExpectation
from scheduling.cases.shapes import (
    Found,
    Key,
    PatientNotes,
    Shape,
    above_zero,
    code,
    day,
    listed,
    number,
    past,
    place,
    span,
    whole,
    words,
)
from scheduling.engine.policy.mistakes import Mistake, Path, Wrong
from scheduling.engine.policy.reading import Notes
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
from scheduling.safe_yaml.documents import Part


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


def _check_primary(notes: PatientNotes, found: Found, at: Path) -> None:
    site, subtype = found.get("site"), found.get("subtype")
    known = SUBTYPES.get(site) if site is not None else None
    if subtype is not None and known is not None and subtype not in known:
        notes.wrong((*at, "subtype"), subtype, f"for {site} one of {', '.join(known)}")


def _check_response(notes: PatientNotes, found: Found, at: Path) -> None:
    category, on, since = found.get("category"), found.get("date"), found.get("since")
    if category is not None and on is None and category != ResponseCategory.NOT_ASSESSED:
        notes.wrong((*at, "date"), None, f"a date: it is required with {category}")
    if since is not None and on is not None and since > on:
        notes.wrong((*at, "since"), since, f"a day not after date ({on})")
    run = found.get("run")
    if run is not None:
        _check_run(notes, run, (*at, "run"), since or on, on)


def _check_run(notes: PatientNotes, run: tuple[date, ...], at: Path, first: date | None, last: date | None) -> None:
    """The days of a run rise, from `since` (from `date` where that is not given) to `date`."""
    if first is None or last is None or not run:
        notes.wrong(at, list(run), "the days of the assessments, beside a date")
        return
    for index, (before, then) in enumerate(pairwise(run), start=1):
        if then <= before:
            notes.wrong((*at, index), then, f"a day after the one before it ({before})")
    if run[0] != first:
        notes.wrong((*at, 0), run[0], f"since ({first}), the first day of the run")
    if run[-1] != last:
        notes.wrong((*at, len(run) - 1), run[-1], f"date ({last}), the last day of the run")


def _response(category: str, on: date | None = None, since: date | None = None, run: tuple[date, ...] = ()) -> Response:
    return Response(category, on, since, run or tuple(sorted({one for one in (since, on) if one is not None})))


def _check_lesion(notes: PatientNotes, found: Found, at: Path) -> None:
    sins: Found = found.get("sins", {})
    location, fitting = sins.get("location"), LOCATION_OF_LEVEL.get(found.get("level", ""))
    if None not in (location, fitting) and location != fitting and not sins.get("location_overridden", False):
        expected = f"{fitting}, the class of {found['level']} (or location_overridden: true)"
        notes.wrong((*at, "sins", "location"), location, expected)
    _check_order(notes, found, at, "finding_date", "escc_found_on", "graded_on")
    _check_order(notes, found, at, "finding_date", "sins_found_on")


def _lesion(sins: Found | None = None, **found: Any) -> tuple[Lesion, LesionExpectation]:
    keys = {"expect_sins_total": "total", "expect_sins_band": "band"}
    expected = LesionExpectation({short: found.pop(key) for key, short in keys.items() if key in found})
    return Lesion(sins=Sins(**sins or {}), **found), expected


def _check_override(notes: PatientNotes, found: Found, at: Path) -> None:
    _check_order(notes, found, at, "earliest", "due", "latest")
    _check_order(notes, found, at, "from", "until")


def _check_order(notes: PatientNotes, found: Found, at: Path, *keys: str) -> None:
    """Each day that is given is not before the one of these keys that is given before it."""
    days = [(key, found[key]) for key in keys if key in found]
    for (before, first), (key, then) in pairwise(days):
        if then < first:
            notes.wrong((*at, key), then, f"a day not before {before} ({first})")


PRIMARY = Shape(
    Primary,
    Key("site", code(Site), required=True),
    Key("subtype", words),
    Key("markers", listed(words)),
    Key("marker_class", code(MarkerClass)),
    check=_check_primary,
)
THERAPY = Shape(
    Therapy,
    Key("class", code(TherapyClass), "therapy_class", required=True),
    Key("drugs", listed(words)),
    Key("start", past, required=True),
    Key("reason", code(TherapyReason)),
)
RESPONSE = Shape(
    Response,
    Key("category", code(ResponseCategory), required=True),
    Key("date", past, "on"),
    Key("since", past),
    Key("run", listed(past)),
    check=_check_response,
    build=_response,
)
PROCEDURE = Shape(
    Procedure,
    Key("type", code(ProcedureKind), "kind", required=True),
    Key("date", past, "on", required=True),
    Key("levels", listed(span)),
    Key("hardware", code(Hardware)),
    Key("dose_gy", above_zero),
    Key("fractions", whole(1)),
)
SYMPTOM = Shape(
    Symptom,
    Key("kind", code(SymptomKind), required=True),
    Key("date", past, "on", required=True),
    Key("detail", words),
)
STUDY = Shape(
    Study,
    Key("date", past, "on", required=True),
    Key("modality", code(StudyKind), "kind", required=True),
    Key("coverage", code(Coverage)),
)
SINS = Shape(
    Sins,
    *(Key(item, code(known)) for item, known in SINS_ITEMS.items()),
    Key("location_overridden", Notes.flag),
)
LESION = Shape(
    Lesion,
    Key("level", code(LEVELS), required=True),
    Key("finding_date", past, required=True),
    Key("escc_found_on", past),
    Key("sins_found_on", past),
    Key("graded_on", past),
    Key("stabilized", Notes.flag),
    Key("escc", code(Escc)),
    Key("sins", SINS.partial),
    Key("expect_sins_total", whole(0, 18), nullable=True),
    Key("expect_sins_band", code(SinsBand), nullable=True),
    check=_check_lesion,
    build=_lesion,
)
CONSTRAINTS = Shape(
    Constraints, Key("mri", code(MriSafety)), Key("gadolinium_allergy", Notes.flag), Key("egfr", number)
)
OVERRIDE = Shape(
    Override,
    Key("stream", code(Stream), required=True),
    Key("earliest", day, required=True),
    Key("due", day, required=True),
    Key("latest", day, required=True),
    Key("from", day, "starts_on", required=True),
    Key("until", day, "until_on", required=True),
    Key("second_approval", Notes.flag),
    check=_check_override,
)


def _facts(primaries: Primary, lesions: tuple[tuple[Lesion, LesionExpectation], ...] = (), **found: Any) -> Facts:
    return Facts(primaries=(primaries,), lesions=tuple(lesion for lesion, _ in lesions), **found)


PATIENT = Shape(
    Facts,
    Key("id", Notes.text, required=True),
    Key("title", words),
    Key("why", words),
    Key("as_of", day),
    Key("registered", past, required=True),
    Key("status", code(PatientStatus), always=True),
    Key("declined_on", past),
    Key("transfer_accepted", Notes.flag),
    Key("left_low_risk_on", past),
    Key("primary", PRIMARY.read, "primaries", required=True),
    Key("therapy", THERAPY.read),
    Key("response", RESPONSE.read),
    Key("procedures", listed(PROCEDURE.read), always=True),
    Key("symptoms", listed(SYMPTOM.read), always=True),
    Key("spine_symptomatic", Notes.flag),
    Key("imaging", listed(STUDY.read), "studies", always=True),
    Key("surgeon_visits", listed(past), "visits", always=True),
    Key("lesions", listed(LESION.read), always=True),
    Key("constraints", CONSTRAINTS.read),
    Key("step_down_approved", Notes.flag),
    Key("overrides", listed(OVERRIDE.read)),
    Key("contact_failures", whole(0)),
    Key("expect", EXPECT.read),
    build=_facts,
)


def mistakes_of(written: Mapping[str, object], as_of: date) -> list[Mistake]:
    """What would be refused if this patient stood in a file; nothing where it reads back."""
    notes = PatientNotes("", dict, as_of)
    _read(notes, written, ("patients", 0))
    return notes.errors


def _read(notes: PatientNotes, given: object, at: Path) -> Found | Wrong:
    found = PATIENT.partial(notes, given, at)
    if isinstance(found, Wrong):
        return found
    declined = found.get("status") == PatientStatus.DECLINED
    if declined and isinstance(given, Mapping) and given.get("declined_on") is None:
        notes.wrong((*at, "declined_on"), None, "a date: it is required when the status is declined")
    return found


def read_patient(part: Part, as_of: date | None) -> tuple[Case | None, PatientNotes]:
    """One patient; None where anything is wrong, all of which is in the notes.

    `as_of` wins over the day in the file. A patient whose id cannot be read is known by the place in the file.
    """
    given = part.value if isinstance(part.value, dict) else {}
    known, in_file = given.get("id"), given.get("as_of")
    notes = PatientNotes(
        known if isinstance(known, str) and known.strip() else place(part.at),
        part.lines,
        in_file if isinstance(in_file, date) else None,
    )
    found = _read(notes, part.value, part.at)
    if isinstance(found, Wrong):
        return None, notes
    if as_of is None and in_file is None:
        notes.wrong((*part.at, "as_of"), None, "a date: the evaluation day (or --as-of)")
    if notes.errors:
        return None, notes
    about = {key: found.pop(key, None) for key in ("id", "title", "why", "as_of", "expect")}
    case = Case(
        id=about["id"],
        as_of=as_of or about["as_of"],
        facts=PATIENT.made(found),
        title=about["title"] or "",
        expect=about["expect"],
        lesion_expectations=tuple(expected for _, expected in found.get("lesions", ())),
    )
    return case, notes
