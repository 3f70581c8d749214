"""The facts that stand on a day, derived from a dated record (clinical dossier 3.6)."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduling.engine.record import deriving
from scheduling.engine.record.facts import Facts, Override, Primary, Procedure, Response, Sins, Study, Therapy
from scheduling.engine.record.history import (
    History,
    LesionAssessment,
    LesionHistory,
    ResponseEntry,
    StatusChange,
    StepDownApproval,
    SymptomEpisode,
    TherapyLine,
)
from scheduling.engine.vocabulary import CONTROLLED, ESCC_RANK, Escc, ProcedureKind, ResponseCategory, TherapyClass
from scheduling.policies import default_policy

TODAY = date(2026, 6, 1)
RULES = default_policy().history_rules
START = date(2026, 1, 1)


def on(week: int) -> date:
    """The Thursday of week `week` of 2026, counted from 1 January."""
    return START + timedelta(weeks=week)


def facts_on(history: History, today: date) -> Facts:
    """What stands on a day by the shipped policy."""
    return deriving.facts_on(history, today, RULES)


def record(**parts: object) -> History:
    return History(registered=START, primaries=(Primary("rcc"),), **parts)  # type: ignore[arg-type]


def lesion(*assessments: LesionAssessment, level: str | None = "T8", found: date = START) -> LesionHistory:
    return LesionHistory(level, found, assessments)


def graded(*grades: tuple[int, str]) -> tuple[LesionAssessment, ...]:
    return tuple(LesionAssessment(on(week), escc) for week, escc in grades)


LOW = Sins("semirigid", "pain_free", "blastic", "normal", "none", "none")
MIDDLE = Sins("semirigid", "mechanical", "lytic", "deformity", "none", "none")
HIGH = Sins("semirigid", "mechanical", "lytic", "subluxation", "over_50", "none")


@pytest.mark.parametrize(
    ("grades", "escc", "week"),
    [
        pytest.param([(1, "2")], "2", 1, id="first grade"),
        pytest.param([(1, "2"), (5, "2")], "2", 1, id="confirmed keeps its day"),
        pytest.param([(1, "2"), (5, "1b")], "1b", 1, id="improved keeps the day of the worse grade"),
        pytest.param([(1, "1a"), (5, "2")], "2", 5, id="worse begins anew"),
        pytest.param([(1, "1a"), (3, "2"), (5, "1b")], "1b", 3, id="only the unbroken part counts"),
        pytest.param([(1, "2"), (3, "1a"), (5, "2")], "2", 5, id="a break begins anew"),
        pytest.param([(5, "1a"), (5, "3")], "3", 5, id="the worst of one day"),
    ],
)
def test_since_when_a_grade_has_stood(grades: list[tuple[int, str]], escc: str, week: int) -> None:
    seen = facts_on(record(lesions=(lesion(*graded(*grades)),)), TODAY).lesions[0]
    assert (seen.escc, seen.escc_found_on) == (escc, on(week))
    assert seen.graded_on == on(max(week for week, _ in grades))


def test_a_look_without_a_grade_breaks_nothing_and_grades_nothing() -> None:
    looked = (*graded((1, "2")), LesionAssessment(on(3), None, LOW), *graded((5, "2")))
    seen = facts_on(record(lesions=(lesion(*looked),)), TODAY).lesions[0]
    assert (seen.escc_found_on, seen.graded_on, seen.sins) == (on(1), on(5), LOW)


@pytest.mark.parametrize("kind", sorted(ProcedureKind))
def test_a_definitive_treatment_of_the_level_begins_the_grade_anew(kind: str) -> None:
    history = record(lesions=(lesion(*graded((1, "2"), (6, "2"))),), procedures=(Procedure(kind, on(3), ("T7-T9",)),))
    definitive = kind not in {ProcedureKind.CEMENTOPLASTY, ProcedureKind.ABLATION}
    assert facts_on(history, TODAY).lesions[0].escc_found_on == on(6 if definitive else 1)


def test_a_treatment_elsewhere_or_without_levels_begins_nothing_anew() -> None:
    elsewhere = (Procedure("sbrt", on(3), ("L1",)), Procedure("sbrt", on(3)))
    history = record(lesions=(lesion(*graded((1, "2"), (6, "2"))),), procedures=elsewhere)
    assert facts_on(history, TODAY).lesions[0].escc_found_on == on(1)


def test_a_grade_that_stands_through_a_treatment_keeps_its_day_until_it_is_given_again() -> None:
    history = record(lesions=(lesion(*graded((1, "2"), (3, "2"))),), procedures=(Procedure("sbrt", on(3), ("T8",)),))
    assert facts_on(history, TODAY).lesions[0].escc_found_on == on(1)


def test_the_sins_band_stands_by_the_lowest_possible_total() -> None:
    unfinished = replace(HIGH, posterolateral=None)
    looks = (LesionAssessment(on(1), sins=MIDDLE), LesionAssessment(on(3), sins=unfinished))
    seen = facts_on(record(lesions=(lesion(*looks),)), TODAY).lesions[0]
    assert (seen.sins, seen.sins_found_on) == (unfinished, on(3))
    improved = facts_on(record(lesions=(lesion(*looks, LesionAssessment(on(5), sins=MIDDLE)),)), TODAY).lesions[0]
    assert improved.sins_found_on == on(1)


def test_the_location_is_read_from_the_level_unless_a_person_set_another() -> None:
    blank = replace(LOW, location=None)
    assert facts_on(record(lesions=(lesion(LesionAssessment(on(1), sins=blank)),)), TODAY).lesions[0].sins == LOW
    set_by_hand = replace(LOW, location="junctional", location_overridden=True)
    kept = facts_on(record(lesions=(lesion(LesionAssessment(on(1), sins=set_by_hand)),)), TODAY).lesions[0]
    assert kept.sins == set_by_hand
    unplaced = record(lesions=(lesion(LesionAssessment(on(1), sins=blank), level=None),))
    assert facts_on(unplaced, TODAY).lesions[0].sins.location is None


@pytest.mark.parametrize("kind", sorted(ProcedureKind))
def test_what_stabilises_a_lesion(kind: str) -> None:
    stabilising = kind in {"stabilization", "separation_surgery", "cementoplasty"}
    for week, levels, expected in (
        (3, ("T8",), stabilising),
        (-1, ("T8",), False),
        (3, ("T9-L1",), False),
        (3, (), False),
    ):
        history = record(lesions=(lesion(),), procedures=(Procedure(kind, on(week), levels),))
        assert facts_on(history, TODAY).lesions[0].stabilized is expected


def test_the_newest_response_with_its_run() -> None:
    entries = [(1, "stable"), (3, "progressive"), (5, "not_assessed"), (7, "mixed")]
    history = record(responses=tuple(ResponseEntry(on(week), category) for week, category in entries))
    assert facts_on(history, TODAY).response == Response("mixed", on(7), on(3), (on(3), on(7)))
    assert facts_on(history, on(6)).response == Response("progressive", on(3), on(3), (on(3),))


def test_of_two_categories_on_one_day_the_worse_counts_until_answered() -> None:
    both = (ResponseEntry(on(3), "partial"), ResponseEntry(on(3), "mixed"))
    assert facts_on(record(responses=both), TODAY).response == Response("mixed", on(3), on(3), (on(3),))
    answered = (both[0], replace(both[1], counts=False))
    assert facts_on(record(responses=answered), TODAY).response == Response("partial", on(3), on(3), (on(3),))


def test_an_assessment_that_only_says_not_assessed() -> None:
    assert facts_on(record(responses=(ResponseEntry(on(3), "not_assessed"),)), TODAY).response == Response(
        "not_assessed"
    )
    assert facts_on(record(), TODAY).response is None


def lines(*given_lines: tuple[str, int, int | None]) -> tuple[TherapyLine, ...]:
    return tuple(
        TherapyLine(kind, on(start), None if stop is None else on(stop), (kind,)) for kind, start, stop in given_lines
    )


@pytest.mark.parametrize(
    ("given_lines", "expected"),
    [
        pytest.param([], None, id="no line"),
        pytest.param([("tki", 1, None)], ("tki", 1), id="running"),
        pytest.param([("tki", 1, 4)], ("none", 4), id="stopped"),
        pytest.param([("tki", 1, 4), ("ici", 2, 6)], ("none", 6), id="the last stop"),
        pytest.param([("ici", 1, None), ("tki", 3, None)], ("ici_tki", 3), id="together"),
        pytest.param([("ici", 1, 3), ("tki", 3, None)], ("tki", 3), id="stopped by its day"),
        pytest.param([("endocrine", 1, None), ("chemo_adc", 3, None)], ("chemo_adc", 3), id="begun last"),
        pytest.param([("endocrine", 3, None), ("chemo_adc", 3, None)], ("chemo_adc", 3), id="begun on one day"),
        pytest.param([("tki", 1, 3), ("none", 5, None)], ("none", 5), id="best supportive care"),
        pytest.param([("tki", 1, None), ("none", 5, None)], ("none", 5), id="stopped by a line of none"),
        pytest.param([("tki", 1, 40), ("none", 5, None)], ("none", 5), id="a planned stop was overtaken"),
        pytest.param([("none", 1, None), ("tki", 5, None)], ("tki", 5), id="begun again"),
        pytest.param([("tki", 40, None)], None, id="in the future"),
    ],
)
def test_the_current_therapy(given_lines: list[tuple[str, int, int | None]], expected: tuple[str, int] | None) -> None:
    therapy = facts_on(record(lines=lines(*given_lines)), TODAY).therapy
    assert (therapy and (therapy.therapy_class, therapy.start)) == (expected and (expected[0], on(expected[1])))


@pytest.mark.parametrize(
    ("entries", "reason", "expected"),
    [
        pytest.param([(10, "progressive")], "other", "switch_after_spine_pd", id="spine progression before the start"),
        pytest.param([(20, "mixed")], None, "switch_after_spine_pd", id="mixed on the day of the start"),
        pytest.param([(10, "progressive"), (12, "stable")], "progression", "other", id="a newer stable spine"),
        pytest.param(
            [(10, "mixed"), (12, "not_assessed")], None, "switch_after_spine_pd", id="not assessed is skipped"
        ),
        pytest.param(
            [],
            "progression",
            "switch_after_spine_pd",
            id="the record says so and the spine was not looked at",
        ),
        pytest.param([(8, "stable")], "progression", "other", id="84 days before counts as looked at"),
        pytest.param([(7, "stable")], "progression", "switch_after_spine_pd", id="91 days before does not"),
        pytest.param([], "toxicity", "other", id="toxicity"),
        pytest.param([], "first_line", "first_line", id="first line"),
        pytest.param([], None, None, id="not recorded"),
        pytest.param([(21, "progressive")], "other", "other", id="progression after the start"),
    ],
)
def test_the_reason_of_the_current_therapy(
    entries: list[tuple[int, str]], reason: str | None, expected: str | None
) -> None:
    history = record(
        lines=(TherapyLine("tki", on(20), reason=reason),),
        responses=tuple(ResponseEntry(on(week), category) for week, category in entries),
    )
    therapy = facts_on(history, on(40)).therapy
    assert therapy == Therapy("tki", on(20), reason=expected)


def test_open_symptoms_of_the_day() -> None:
    episodes = (
        SymptomEpisode("neuro", on(1), closed_on=on(3)),
        SymptomEpisode("pain_suggestive", on(2)),
        SymptomEpisode("neuro", on(2), confirmed=False),
    )
    history = record(symptoms=episodes)
    assert [s.kind for s in facts_on(history, on(2)).symptoms] == ["neuro", "pain_suggestive"]
    assert [s.kind for s in facts_on(history, on(3)).symptoms] == ["pain_suggestive"]


def test_the_status_of_the_day() -> None:
    changes = (
        StatusChange(on(2), "declined"),
        StatusChange(on(4), "active"),
        StatusChange(on(6), "transferred"),
        StatusChange(on(7), "transferred", transfer_accepted=True),
    )
    seen = {week: facts_on(record(statuses=changes), on(week)) for week in (1, 2, 4, 6, 7)}
    assert [facts.status for facts in seen.values()] == [
        "active",
        "declined",
        "active",
        "transferred",
        "transferred",
    ]
    assert [facts.declined_on for facts in seen.values()] == [None, on(2), None, None, None]
    assert [facts.transfer_accepted for facts in seen.values()] == [False, False, False, False, True]


def test_a_step_down_approval_ends_on_its_day_and_does_not_come_back() -> None:
    history = record(approvals=(StepDownApproval(on(2), ended_on=on(5)),))
    assert [facts_on(history, on(week)).step_down_approved for week in (1, 2, 4, 5, 9)] == [
        False,
        True,
        True,
        False,
        False,
    ]


def test_an_override_asks_once() -> None:
    own = Override("imaging", on(4), on(5), on(6), on(1), on(30))
    for study, left in (
        (Study(on(3), "mri"), (own,)),
        (Study(on(4), "xray"), (own,)),
        (Study(on(4), "mri"), ()),
    ):
        assert facts_on(record(overrides=(own,), studies=(study,)), TODAY).overrides == left
    visit = replace(own, stream="surgeon")
    assert facts_on(record(overrides=(visit,), visits=(on(4),)), TODAY).overrides == ()


def test_facts_after_the_day_are_not_seen() -> None:
    later = on(30)
    history = record(
        statuses=(StatusChange(later, "deceased"),),
        left_low_risk=(on(1), on(3), later),
        lines=lines(("tki", 30, None)),
        responses=(ResponseEntry(later, "progressive"),),
        procedures=(Procedure("sbrt", later, ("T8",)),),
        symptoms=(SymptomEpisode("neuro", later),),
        studies=(Study(later, "mri"),),
        visits=(later,),
        lesions=(lesion(*graded((1, "0"), (30, "3"))), lesion(found=later)),
        approvals=(StepDownApproval(later),),
    )
    seen = facts_on(history, TODAY)
    graded_low = lesion(*graded((1, "0")))
    assert seen == facts_on(record(left_low_risk=(on(3),), lesions=(graded_low,)), TODAY)
    assert seen.left_low_risk_on == on(3)
    assert isinstance(seen, Facts)


days = st.integers(0, 200).map(lambda n: START + timedelta(n))
treatments = st.builds(
    Procedure,
    st.sampled_from(sorted(ProcedureKind)),
    days,
    st.sampled_from([("T8",), ("T7-T9",), ("L1",), ()]),
)


@given(
    st.lists(st.tuples(days, st.sampled_from(sorted(Escc))), min_size=1, max_size=8),
    st.lists(treatments, max_size=4),
)
def test_the_day_of_a_grade_by_its_definition(grades: list[tuple[date, str]], done: list[Procedure]) -> None:
    """The first day from which every assessment is as bad or worse, and no treatment lies in between."""
    looks = tuple(LesionAssessment(day, escc) for day, escc in grades)
    seen = facts_on(record(lesions=(lesion(*looks),), procedures=tuple(done)), date(2027, 1, 1)).lesions[0]
    newest = max(day for day, _ in grades)
    worst = {day: max((escc for other, escc in grades if other == day), key=ESCC_RANK.__getitem__) for day, _ in grades}
    treated = [p.on for p in done if p.levels in {("T8",), ("T7-T9",)} and p.kind not in {"cementoplasty", "ablation"}]

    def unbroken(first: date) -> bool:
        chain = sorted(day for day in worst if day >= first)
        as_bad = all(ESCC_RANK[worst[day]] >= ESCC_RANK[worst[newest]] for day in chain)
        return as_bad and not any(before <= day < after for before, after in pairwise(chain) for day in treated)

    assert seen.escc == worst[newest]
    assert seen.escc_found_on == min(day for day in worst if unbroken(day))
    assert seen.graded_on == newest


entries = st.lists(st.builds(ResponseEntry, days, st.sampled_from(sorted(ResponseCategory)), st.booleans()), max_size=8)


@given(entries)
def test_the_run_of_responses_by_its_definition(given_entries: list[ResponseEntry]) -> None:
    seen = facts_on(record(responses=tuple(given_entries)), date(2027, 1, 1)).response
    counted = [e for e in given_entries if e.counts and e.category != "not_assessed"]
    if not counted:
        assert seen is None or seen.category == "not_assessed"
        return
    assert seen is not None
    assert seen.on == max(e.on for e in counted)
    assert seen.run[-1] == seen.on
    assert seen.run[0] == seen.since
    for day in seen.run:
        assert any((e.category in CONTROLLED) == (seen.category in CONTROLLED) for e in counted if e.on == day)
    before = [e for e in counted if e.on < seen.run[0]]
    if before:
        last = {e.category for e in before if e.on == max(e.on for e in before)}
        assert (last <= CONTROLLED) != (seen.category in CONTROLLED)


@given(
    st.lists(st.builds(TherapyLine, st.sampled_from(sorted(TherapyClass)), days, st.none() | days), max_size=5),
    days,
)
def test_a_therapy_is_on_record_from_the_first_line_on(given_lines: list[TherapyLine], today: date) -> None:
    coherent = tuple(line for line in given_lines if line.stop is None or line.stop >= line.start)
    therapy = facts_on(record(lines=coherent), today).therapy
    begun = [line for line in coherent if line.start <= today]
    assert (therapy is None) == (not begun)
    if therapy is not None:
        assert therapy.start <= today
        running = {line.therapy_class for line in begun if line.stop is None or line.stop > today} - {"none"}
        assert therapy.therapy_class in running | {"none"} | ({"ici_tki"} if {"ici", "tki"} <= running else set())
