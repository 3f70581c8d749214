"""The laws of the policy (clinical dossier 6.2) on random patients under the default policy."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, timedelta
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduling.engine.day import Day
from scheduling.engine.planning.plan import plan
from scheduling.engine.plans import FiredRow, Plan, StreamPlan
from scheduling.engine.policy.rows import Policy
from scheduling.engine.record.facts import Facts, Lesion, Sins, Study, Symptom
from scheduling.engine.scores.sins import ITEMS
from scheduling.engine.vocabulary import ESCC_RANK, Escc, StudyKind
from scheduling.policies import default_policy
from tests.engine.strategies import TODAY, anybody, days, lesions, planned, symptoms, with_lesion, words

POINTS = {item.code: {option.code.value: option.points for option in item.options} for item in ITEMS}  # type: ignore
CONTROLLED = ("complete", "partial", "stable")
WORSE_RESPONSE = {
    **dict.fromkeys(CONTROLLED, ("pseudoprogression_suspected", "mixed", "progressive")),
    "mixed": ("progressive",),
}
CANAL_ROWS = ("E3", "C2", "C3", "P1", "P2", "P3", "B5")


def planned_for(facts: Facts, policy: Policy | None = None) -> Plan:
    return plan(facts, policy or default_policy(), TODAY)


def streams(one: Plan) -> tuple[StreamPlan | None, StreamPlan | None]:
    return one.imaging, one.surgeon


def assert_not_later(before: Plan, after: Plan) -> None:
    for was, now in zip(streams(before), streams(after), strict=True):
        if was is not None:
            assert now is not None, f"{was.row} lost its stream"
            assert now.due <= was.due, (was, now)
            assert now.latest <= was.latest, (was, now)


# What makes one value worse at unchanged dates: each gives every patient that it can make of one.


def worse_sins(facts: Facts) -> Iterable[Facts]:
    for place, lesion in enumerate(facts.lesions):
        for item, points in POINTS.items():
            value = getattr(lesion.sins, item)
            for other in points:
                if value is not None and points[other] > points[value]:
                    yield lesion_instead(facts, place, replace(lesion, sins=replace(lesion.sins, **{item: other})))


def worse_escc(facts: Facts) -> Iterable[Facts]:
    for place, lesion in enumerate(facts.lesions):
        for grade in Escc:
            if lesion.escc is not None and ESCC_RANK[grade] > ESCC_RANK[lesion.escc]:
                yield lesion_instead(facts, place, replace(lesion, escc=grade.value))


def worse_response(facts: Facts) -> Iterable[Facts]:
    if facts.response is not None:
        for category in WORSE_RESPONSE.get(facts.response.category, ()):
            yield replace(facts, response=replace(facts.response, category=category))


def now_symptomatic(facts: Facts) -> Iterable[Facts]:
    yield replace(facts, spine_symptomatic=True)


def approval_taken_back(facts: Facts) -> Iterable[Facts]:
    yield replace(facts, step_down_approved=False)


def unknown_instead_of_normal(facts: Facts) -> Iterable[Facts]:
    for place, lesion in enumerate(facts.lesions):
        if lesion.escc == Escc.G0:
            yield lesion_instead(facts, place, replace(lesion, escc=None))
        for item, points in POINTS.items():
            value = getattr(lesion.sins, item)
            if value is not None and points[value] == 0:
                yield lesion_instead(facts, place, replace(lesion, sins=replace(lesion.sins, **{item: None})))


def lesion_instead(facts: Facts, place: int, lesion: Lesion) -> Facts:
    return replace(facts, lesions=(*facts.lesions[:place], lesion, *facts.lesions[place + 1 :]))


def without_order(one: Plan) -> tuple[object, ...]:
    """A plan without the places of lesions in their list."""
    fired = tuple(
        FiredRow(row.row, row.facts, tuple(item._replace(lesion=None) for item in row.items)) for row in one.fired
    )
    return one._replace(fired=fired, gaps=()), sorted(gap.name for gap in one.gaps)


@given(anybody, st.randoms(use_true_random=False))
def test_a_the_order_of_facts_does_not_matter(facts: Facts, chance: object) -> None:
    def shuffled(entries: tuple[object, ...]) -> tuple[object, ...]:
        mixed = list(entries)
        chance.shuffle(mixed)  # type: ignore[attr-defined]
        return tuple(mixed)

    mixed = replace(
        facts,
        **{
            name: shuffled(getattr(facts, name))
            for name in ("primaries", "procedures", "symptoms", "studies", "visits", "lesions", "overrides")
        },
    )
    assert without_order(planned_for(mixed)) == without_order(planned_for(facts))


@pytest.mark.parametrize(
    "worse",
    [worse_sins, worse_escc, worse_response, now_symptomatic, approval_taken_back],
    ids=lambda one: one.__name__,
)
@given(planned)
def test_b_a_worse_value_never_gives_a_later_date(worse: Callable[[Facts], Iterable[Facts]], facts: Facts) -> None:
    before = planned_for(facts)
    for after in worse(facts):
        assert_not_later(before, planned_for(after))


@given(with_lesion, lesions)
def test_b_one_lesion_more_never_gives_a_later_date(facts: Facts, lesion: Lesion) -> None:
    assert_not_later(planned_for(facts), planned_for(replace(facts, lesions=(*facts.lesions, lesion))))


@given(planned, days)
def test_b_open_suggestive_pain_never_gives_a_later_date(facts: Facts, on: date) -> None:
    pain = Symptom("pain_suggestive", on)
    assert_not_later(planned_for(facts), planned_for(replace(facts, symptoms=(*facts.symptoms, pain))))


@given(anybody, days)
def test_c_an_open_neurological_symptom_is_e1_alone(facts: Facts, on: date) -> None:
    ill = replace(facts, symptoms=(*facts.symptoms, Symptom("neuro", on)))
    one = planned_for(ill)
    first = min(symptom.on for symptom in ill.symptoms if symptom.kind == "neuro")
    if one.rows in (("S1",), ("S4",)):
        assert streams(one) == (None, None)
        return
    assert one.rows in (("E1",), ("S2", "E1"), ("S3", "E1"), ("S5", "E1"))
    assert (one.urgency, one.tempo) == ("emergency", None)
    for stream in streams(one):
        if one.rows[0] == "S2":
            assert stream is None
        else:
            assert stream is not None
            assert (stream.row, stream.earliest, stream.due) == ("E1", first, first)
            assert stream.latest == first + timedelta(1)


@cache
def policies_with_one_row_more() -> tuple[Policy, ...]:
    """The default policy with a copy of one of its plain rows, elsewhere in the table and with other conditions."""
    policy = default_policy()
    chosen = policy.choice.first_of
    plain = [
        row
        for row in policy.rows
        if not (row.suspends or row.replaces or row.id in chosen or row.for_each == "override")
    ]
    first = next(place for place, row in enumerate(policy.rows) if row.suspends is None)
    made = []
    for step, row in enumerate(plain):
        other = plain[(step * 7 + 3) % len(plain)]
        when = other.when if row.for_each == other.for_each else row.when
        place = first + step % (len(policy.rows) - first)
        added = replace(row, id=f"X{step}", when=when)
        made.append(replace(policy, rows=(*policy.rows[:place], added, *policy.rows[place:])))
    return tuple(made)


@given(planned, st.data())
def test_d_a_row_more_never_makes_latest_later(facts: Facts, data: st.DataObject) -> None:
    before = planned_for(facts)
    after = planned_for(facts, data.draw(st.sampled_from(policies_with_one_row_more())))
    for was, now in zip(streams(before), streams(after), strict=True):
        if was is not None:
            assert now is not None
            assert now.latest <= was.latest


@given(anybody | planned, words(StudyKind), st.sampled_from((None, "whole_spine", "segment")))
def test_e_a_study_today_never_makes_imaging_earlier(facts: Facts, kind: str, coverage: str | None) -> None:
    before = planned_for(facts).imaging
    after = planned_for(replace(facts, studies=(*facts.studies, Study(TODAY, kind, coverage)))).imaging
    if before is not None and after is not None:
        assert after.due >= before.due
        assert after.latest >= before.latest


@given(anybody | planned)
def test_e_a_visit_today_never_makes_the_surgeon_earlier(facts: Facts) -> None:
    before = planned_for(facts).surgeon
    after = planned_for(replace(facts, visits=(*facts.visits, TODAY))).surgeon
    if before is not None and after is not None:
        assert after.due >= before.due
        assert after.latest >= before.latest


@given(anybody | planned)
def test_f_unknown_is_never_better_than_normal(facts: Facts) -> None:
    before = planned_for(facts)
    for after in unknown_instead_of_normal(facts):
        assert_not_later(before, planned_for(after))


@given(anybody)
def test_g_nothing_is_planned_after_death(facts: Facts) -> None:
    one = planned_for(replace(facts, status="deceased"))
    assert (one.rows, *streams(one), one.urgency) == (("S1",), None, None, "stop")
    assert one.tasks == {"close_all_open_items", "suppress_all_patient_messages"}
    assert not any(row.items for row in one.fired)


@given(anybody | planned)
def test_h_planning_twice_gives_the_same_plan(facts: Facts) -> None:
    assert planned_for(facts) == planned_for(facts)


@given(planned, lesions, st.sampled_from(("2", "3")))
def test_i_untreated_unseen_compression_has_a_surgeon_window_at_once(facts: Facts, lesion: Lesion, grade: str) -> None:
    high = replace(lesion, escc=grade)
    found = high.escc_found_on or high.finding_date
    ill = replace(
        facts,
        lesions=(*facts.lesions, high),
        visits=tuple(day for day in facts.visits if day < found),
        procedures=tuple(one for one in facts.procedures if one.on < found),
    )
    one = planned_for(ill)
    assert one.surgeon is not None
    assert one.surgeon.due <= found


@given(anybody | planned)
def test_j_nobody_is_without_dates(facts: Facts) -> None:
    one = planned_for(replace(facts, status="active"))
    assert one.imaging is not None
    assert (one.surgeon is not None) or "A1" in one.rows


@given(anybody | planned, days, st.sampled_from(("ct_systemic", "pet_ct", "bone_scan", "xray")))
def test_k_a_study_that_cannot_show_the_canal_changes_no_canal_item(facts: Facts, on: date, kind: str) -> None:
    def canal_items(one: Plan) -> list[object]:
        return [item for row in one.fired if row.row in CANAL_ROWS for item in row.items if item.stream == "imaging"]

    more = replace(facts, studies=(*facts.studies, Study(on, kind, "whole_body")))
    assert canal_items(planned_for(more)) == canal_items(planned_for(facts))


# Laws of the implementation, which the ones above rest on.


@given(anybody | planned, symptoms | st.none())
def test_what_was_read_does_not_age(facts: Facts, symptom: Symptom | None) -> None:
    ill = replace(facts, symptoms=(*facts.symptoms, symptom)) if symptom else facts
    today, tomorrow = planned_for(ill), plan(ill, default_policy(), TODAY + timedelta(1))
    later = {row.row: row for row in tomorrow.fired}
    for row in today.fired:
        if row.row in later and row.row != "OV":
            assert later[row.row].facts == row.facts


@given(anybody | planned)
def test_planning_only_compares_the_day(facts: Facts) -> None:
    for day in (TODAY, TODAY - timedelta(30), TODAY + timedelta(200)):
        assert plan(facts, default_policy(), Day(day)) == plan(facts, default_policy(), day)


@given(anybody)
def test_facts_after_the_day_are_not_seen(facts: Facts) -> None:
    """Planned on a day, a patient is the same whether or not something happened later."""
    day = TODAY - timedelta(30)
    past = replace(
        facts,
        left_low_risk_on=None,
        therapy=None,
        response=None,
        procedures=tuple(one for one in facts.procedures if one.on <= day),
        symptoms=tuple(one for one in facts.symptoms if one.on <= day),
        studies=tuple(one for one in facts.studies if one.on <= day),
        visits=tuple(one for one in facts.visits if one <= day),
        lesions=tuple(
            one
            for one in facts.lesions
            if max(
                one.finding_date,
                one.escc_found_on or one.finding_date,
                one.sins_found_on or one.finding_date,
                one.graded_on or one.finding_date,
            )
            <= day
        ),
    )
    later = day + timedelta(1)
    future = replace(
        past,
        left_low_risk_on=later,
        therapy=facts.therapy and replace(facts.therapy, start=later),
        response=(facts.response and facts.response.on and replace(facts.response, on=later, since=None)) or None,
        procedures=(*past.procedures, *(replace(one, on=later) for one in facts.procedures)),
        symptoms=(*past.symptoms, *(replace(one, on=later) for one in facts.symptoms)),
        studies=(*past.studies, Study(later, "mri", "whole_spine")),
        visits=(*past.visits, later),
        lesions=(*past.lesions, *(Lesion("T8", later, "3", Sins()) for _ in facts.lesions)),
    )
    assert plan(future, default_policy(), day) == plan(past, default_policy(), day)
