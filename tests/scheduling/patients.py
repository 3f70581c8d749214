"""Random patients of the case format: every value of every closed set, dates that agree with each other."""

from datetime import date, timedelta

from hypothesis import strategies as st

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
    Site,
    Stream,
    StudyKind,
    SymptomKind,
    TherapyClass,
    TherapyReason,
)

AS_OF = date(2026, 6, 1)

past = st.integers(0, 900).map(lambda n: AS_OF - timedelta(n))
around = st.integers(-200, 200).map(lambda n: AS_OF + timedelta(n))
#: Anything a person may type, and what a careless reader takes for something else.
words = st.one_of(
    st.text(st.characters(exclude_categories=("Cs",)), max_size=30),
    st.sampled_from(
        [
            "no",
            "null",
            "12:30",
            "2026-06-01",
            "1",
            "- a",
            "a: b",
            "#x",
            "'",
            '"',
            "{",
            "1e3",
            "~",
            " a ",
            "é\u2028",
        ]
    ),
)


def one_of(kind: type) -> st.SearchStrategy[str]:
    return st.sampled_from([str(word) for word in kind])  # type: ignore[attr-defined]


def maybe(strategy: st.SearchStrategy) -> st.SearchStrategy:
    return st.none() | strategy


@st.composite
def primaries(draw: st.DrawFn) -> Primary:
    site = draw(one_of(Site))
    subtype = draw(maybe(st.sampled_from(SUBTYPES[site]) if site in SUBTYPES else words))
    return Primary(site, subtype, tuple(draw(st.lists(words, max_size=2))), draw(maybe(one_of(MarkerClass))))


@st.composite
def responses(draw: st.DrawFn) -> Response:
    category = draw(one_of(ResponseCategory))
    if category == ResponseCategory.NOT_ASSESSED:
        return Response(category)
    first, last = sorted([draw(past), draw(past)])
    if draw(st.booleans()):
        return Response(category, last, None, (last,))
    between = draw(st.lists(past, max_size=3))
    return Response(category, last, first, tuple(sorted({first, *(on for on in between if first < on < last), last})))


@st.composite
def lesions(draw: st.DrawFn) -> Lesion:
    level = draw(st.sampled_from(LEVELS))
    found, escc_on, graded, sins_on = draw(past), None, None, None
    if draw(st.booleans()):
        escc_on = draw(st.dates(found, AS_OF))
        graded = draw(maybe(st.dates(escc_on, AS_OF)))
    if draw(st.booleans()):
        sins_on = draw(st.dates(found, AS_OF))
    overridden = draw(st.booleans())
    items = {item: draw(maybe(one_of(kind))) for item, kind in SINS_ITEMS.items()}
    if items["location"] is not None and not overridden:
        items["location"] = str(LOCATION_OF_LEVEL[level])
    escc = draw(maybe(one_of(Escc)))
    return Lesion(
        level,
        found,
        escc,
        Sins(**items, location_overridden=overridden),
        escc_on,
        sins_on,
        graded,
        draw(st.booleans()),
    )


@st.composite
def overrides(draw: st.DrawFn) -> Override:
    earliest, due, latest = sorted(draw(st.lists(around, min_size=3, max_size=3)))
    starts, until = sorted(draw(st.lists(around, min_size=2, max_size=2)))
    return Override(draw(one_of(Stream)), earliest, due, latest, starts, until, draw(st.booleans()))


numbers = st.floats(0.5, 100, allow_nan=False).map(lambda n: round(n, 2))
spans = st.sampled_from(["T8", "T5-T7", "C1-S5", "L5-S1"])


@st.composite
def patients(draw: st.DrawFn) -> Facts:
    """A patient as a case file holds one: one primary, no lesion of unknown level, nothing after `AS_OF`."""

    def several(strategy: st.SearchStrategy, most: int = 3) -> tuple:
        return tuple(draw(st.lists(strategy, max_size=most)))

    state = draw(one_of(PatientStatus))
    return Facts(
        registered=draw(past),
        primaries=(draw(primaries()),),
        status=state,
        declined_on=draw(past) if state == PatientStatus.DECLINED else None,
        transfer_accepted=draw(st.booleans()),
        left_low_risk_on=draw(maybe(past)),
        therapy=draw(maybe(st.builds(Therapy, one_of(TherapyClass), past, st.just(()), maybe(one_of(TherapyReason))))),
        response=draw(maybe(responses())),
        procedures=several(
            st.builds(
                Procedure,
                one_of(ProcedureKind),
                past,
                st.lists(spans, max_size=2).map(tuple),
                maybe(one_of(Hardware)),
                maybe(numbers),
                maybe(st.integers(1, 30)),
            )
        ),
        symptoms=several(st.builds(Symptom, one_of(SymptomKind), past, words), 2),
        studies=several(st.builds(Study, past, one_of(StudyKind), maybe(one_of(Coverage))), 4),
        visits=several(past),
        lesions=several(lesions()),
        spine_symptomatic=draw(st.booleans()),
        constraints=Constraints(draw(maybe(one_of(MriSafety))), draw(maybe(st.booleans())), draw(maybe(numbers))),
        step_down_approved=draw(st.booleans()),
        overrides=several(overrides(), 2),
        contact_failures=draw(st.integers(0, 5)),
    )
