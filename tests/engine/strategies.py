"""Random patients for Hypothesis: any combination of facts that the record may hold on `TODAY`."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import strategies as st

from scheduling.engine.facts import (
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
    Site,
    Stream,
    StudyKind,
    SymptomKind,
    TherapyClass,
    TherapyReason,
)

TODAY = date(2026, 6, 1)

#: Ages, in days, around which something in the default policy changes, and some ordinary ones.
_AGES = (0, 1, 6, 7, 8, 13, 14, 15, 28, 41, 42, 43, 56, 84, 91, 120, 181, 182, 183, 363, 364, 365, 545, 546, 547, 900)


def words(kind: type) -> st.SearchStrategy[str]:
    """Words of a closed set as plain strings."""
    return st.sampled_from([member.value for member in kind])


days = st.one_of(st.sampled_from(_AGES), st.integers(0, 800)).map(lambda age: TODAY - timedelta(age))
maybe_days = st.none() | days


def _subtype(site: str) -> st.SearchStrategy[str | None]:
    return st.none() | st.sampled_from(SUBTYPES.get(site, ("adenocarcinoma",)))


primaries = words(Site).flatmap(
    lambda site: st.builds(
        Primary,
        site=st.just(site),
        subtype=_subtype(site),
        marker_class=st.none() | words(MarkerClass),
    )
)
therapies = st.builds(
    Therapy,
    therapy_class=words(TherapyClass),
    start=days,
    reason=st.none() | words(TherapyReason),
)


@st.composite
def responses(draw: st.DrawFn) -> Response:
    """A response whose run began on or before its date."""
    category = draw(words(ResponseCategory))
    if category == ResponseCategory.NOT_ASSESSED:
        return Response(category)
    on = draw(days)
    since = draw(st.none() | days.filter(lambda day: True).map(lambda day: min(day, on)))
    return Response(category, on, since)


@st.composite
def levels(draw: st.DrawFn) -> str:
    """One level or a span, upper end first."""
    first = draw(st.integers(0, len(LEVELS) - 1))
    last = min(first + draw(st.sampled_from((0, 0, 1, 3))), len(LEVELS) - 1)
    return LEVELS[first] if first == last else f"{LEVELS[first]}-{LEVELS[last]}"


near_levels = st.sampled_from(("T8", "T7-T9", "L1", "C1", "S5", "T12-L2"))
procedures = st.builds(
    Procedure,
    kind=words(ProcedureKind),
    on=days,
    levels=st.lists(near_levels, max_size=2).map(tuple),
    hardware=st.none() | words(Hardware),
)
symptoms = st.builds(Symptom, kind=words(SymptomKind), on=days)
studies = st.builds(Study, on=days, kind=words(StudyKind), coverage=st.none() | words(Coverage))
sins = st.builds(Sins, **{item: words(kind) for item, kind in SINS_ITEMS.items()}) | st.builds(
    Sins, **{item: st.none() | words(kind) for item, kind in SINS_ITEMS.items()}
)


@st.composite
def lesions(draw: st.DrawFn) -> Lesion:
    """A lesion whose scores stand since its finding or later."""
    found = draw(days)
    later = st.none() | days.map(lambda day: max(day, found))
    escc_found = draw(later)
    graded = draw(later)
    return Lesion(
        level=draw(st.sampled_from(("T8", "L1", "T12", "C4", "S3", None))),
        finding_date=found,
        escc=draw(st.sampled_from(("0", "0", None, *Escc)).map(lambda grade: grade and str(grade))),
        sins=draw(sins),
        escc_found_on=escc_found,
        sins_found_on=draw(later),
        graded_on=None if graded is None else max(graded, escc_found or found),
        stabilized=draw(st.sampled_from((False, False, False, True))),
    )


@st.composite
def overrides(draw: st.DrawFn) -> Override:
    """A clinician's own window, asked today or not."""
    earliest = TODAY + timedelta(draw(st.integers(-60, 200)))
    due = earliest + timedelta(draw(st.integers(0, 60)))
    return Override(
        stream=draw(words(Stream)),
        earliest=earliest,
        due=due,
        latest=due + timedelta(draw(st.integers(0, 60))),
        starts_on=draw(days),
        until_on=TODAY + timedelta(draw(st.integers(-10, 200))),
        second_approval=draw(st.booleans()),
    )


constraints = st.builds(
    Constraints,
    mri=st.none() | words(MriSafety),
    gadolinium_allergy=st.none() | st.booleans(),
    egfr=st.none() | st.sampled_from((12.0, 29.9, 30.0, 80.0)),
)


def patients(
    *,
    status: st.SearchStrategy[str] = st.just(PatientStatus.ACTIVE.value),
    open_symptoms: st.SearchStrategy[list[Symptom]] = st.lists(
        st.builds(Symptom, kind=st.just(SymptomKind.PAIN_SUGGESTIVE.value), on=days), max_size=1
    ),
    min_lesions: int = 0,
) -> st.SearchStrategy[Facts]:
    """Patients with up to three lesions; by default active and without an open neurological symptom."""
    return st.builds(
        Facts,
        registered=days,
        primaries=st.lists(primaries, min_size=1, max_size=2).map(tuple),
        status=status,
        declined_on=maybe_days,
        transfer_accepted=st.booleans(),
        left_low_risk_on=maybe_days,
        therapy=st.none() | therapies,
        response=st.none() | responses(),
        procedures=st.lists(procedures, max_size=2).map(tuple),
        symptoms=open_symptoms.map(tuple),
        studies=st.lists(studies, max_size=3).map(tuple),
        visits=st.lists(days, max_size=2).map(tuple),
        lesions=st.lists(lesions(), min_size=min_lesions, max_size=3).map(tuple),
        spine_symptomatic=st.booleans(),
        constraints=constraints,
        step_down_approved=st.booleans(),
        overrides=st.lists(overrides(), max_size=1).map(tuple),
    )


@st.composite
def low_risk_patients(draw: st.DrawFn) -> Facts:
    """Patients near A1 and D1, which a random draw seldom meets."""
    found = draw(days)
    low = Sins("rigid", "pain_free", "blastic", "normal", "none", "none")
    since = draw(st.sampled_from((TODAY - timedelta(363), TODAY - timedelta(364), TODAY - timedelta(546))))
    return Facts(
        registered=draw(days),
        primaries=(draw(primaries),),
        therapy=draw(st.none() | therapies),
        response=Response(draw(st.sampled_from(("complete", "stable", "partial"))), draw(days.map(lambda d: max(d, since))), since),
        procedures=tuple(draw(st.lists(procedures, max_size=1))),
        studies=tuple(draw(st.lists(studies, max_size=2))),
        visits=tuple(draw(st.lists(days, max_size=1))),
        lesions=tuple(
            Lesion("T8", found, "0", low, stabilized=stabilized)
            for stabilized in draw(st.lists(st.booleans(), min_size=1, max_size=2))
        ),
        step_down_approved=draw(st.booleans()),
        overrides=tuple(draw(st.lists(overrides(), max_size=1))),
    )


#: Anybody, in the programme or out of it, with any open symptom.
anybody = patients(status=words(PatientStatus), open_symptoms=st.lists(symptoms, max_size=2))
#: Active patients without an open neurological symptom: neither an S row nor E1 holds.
planned = patients() | low_risk_patients()
