"""What one look at a person gives to write: plan, changes, reasons, tasks, and the facts that a plan brings about."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from scheduling.engine.following.changes import Complete, Move, Open, Withdraw
from scheduling.engine.following.decide import Decision, Followed, PlanState, Standing, decide, decide_once
from scheduling.engine.following.reconcile import apply
from scheduling.engine.following.rulebook import Rulebook
from scheduling.engine.record.deriving import facts_on
from scheduling.engine.record.facts import Primary, Sins, Study
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
from scheduling.policies import default_policy

TODAY = date(2026, 6, 1)
RULES = Rulebook.of(default_policy())
NOTHING = Standing({}, None)
LOW = Sins("semirigid", "pain_free", "blastic", "normal", "none", "none")


def ago(weeks: int) -> date:
    return TODAY - timedelta(weeks=weeks)


#: Hormone-sensitive prostate cancer, one stable lesion, never treated locally: the low-risk row.
CALM = History(
    ago(120),
    (Primary("prostate", "hormone_sensitive"),),
    lines=(TherapyLine("endocrine", ago(110)),),
    responses=(ResponseEntry(ago(30), "stable"),),
    lesions=(LesionHistory("T8", ago(110), (LesionAssessment(ago(100), "0", LOW),)),),
    studies=(Study(ago(4), "ct_systemic", "whole_body"),),
    visits=(ago(5),),
)


def decided(history: History, standing: Standing = NOTHING, today: date = TODAY) -> Decision:
    return decide(history, standing, RULES, today, facts_on)


def after(decision: Decision, standing: Standing = NOTHING) -> Standing:
    """What stands once a decision is written."""
    rows = apply(decision.changes, {stream: one.row for stream, one in standing.follow_ups.items()})
    tasks = {*standing.tasks, *decision.raised} - set(decision.ended)
    return Standing(
        {stream: Followed(row, decision.reasons[stream]) for stream, row in rows.items()},
        decision.state,
        sorted(tasks),
    )


def test_the_first_plan_opens_what_is_asked_and_keeps_why() -> None:
    decision = decided(CALM)
    (opened,) = decision.changes
    assert isinstance(opened, Open)
    assert (opened.stream, opened.after.row) == ("imaging", "A1")
    assert [reason["row"] for reason in decision.reasons["imaging"]] == ["A1"]
    assert decision.state == PlanState(
        rows=["A1"],
        tempo="slow",
        urgency="routine",
        tasks=["score_stale"],
        gaps=[{"name": "mri_safety_not_cleared", "level": ""}],
        imaging_not_asked="",
        surgeon_not_asked="A1",
        low_risk=True,
        active=True,
    )
    assert decision.state_changed
    assert (decision.raised, decision.ended) == (("score_stale",), ())
    assert not decision.nothing


def test_nothing_is_to_write_where_everything_stands() -> None:
    standing = after(decided(CALM))
    assert decided(CALM, standing).nothing
    assert decided(CALM, standing, TODAY + timedelta(1)).nothing


def test_another_version_explains_anew_what_stands() -> None:
    standing = after(decided(CALM))
    older = {stream: one._replace(same_version=False) for stream, one in standing.follow_ups.items()}
    decision = decided(CALM, replace(standing, follow_ups=older, same_version=False))
    assert (decision.changes, decision.explained, decision.state_changed) == ((), ("imaging",), True)


def test_leaving_low_risk_is_a_fact_of_the_day_and_counts_at_once() -> None:
    standing = after(decided(CALM))
    spread = replace(CALM, visits=(), lesions=(*CALM.lesions, LesionHistory("L1", ago(0), (LesionAssessment(TODAY),))))
    decision = decided(spread, standing)
    assert decision.left_low_risk
    assert decision.facts.left_low_risk_on == TODAY
    surgeon = next(change for change in decision.changes if change.stream == "surgeon")
    assert isinstance(surgeon, Open)
    assert (surgeon.after.row, surgeon.after.opens_on) == ("B0", TODAY)
    written = replace(spread, left_low_risk=(TODAY,))
    assert decided(written, after(decision, standing)).nothing
    once = decide_once(spread, facts_on(spread, TODAY, RULES.history), standing, RULES, TODAY)
    assert (once.left_low_risk, once.facts.left_low_risk_on) == (True, None)


def test_low_risk_is_remembered_through_an_emergency() -> None:
    standing = after(decided(CALM))
    weak = replace(CALM, symptoms=(SymptomEpisode("neuro", TODAY),))
    decision = decided(weak, standing)
    assert decision.state.rows == ["E1"]
    assert decision.state.low_risk
    assert not decision.left_low_risk


def test_a_listed_row_ends_the_step_down_and_the_first_one_is_named() -> None:
    approved = replace(CALM, approvals=(StepDownApproval(ago(3)), StepDownApproval(ago(2), ago(1))))
    assert decided(approved).ended_by is None
    worse = replace(
        approved,
        responses=(*CALM.responses, ResponseEntry(TODAY, "progressive")),
        symptoms=(SymptomEpisode("pain_suggestive", TODAY),),
    )
    decision = decided(worse)
    assert decision.ended_by == "E2"
    assert not decision.facts.step_down_approved
    assert decided(replace(worse, approvals=approved.approvals[1:])).ended_by is None
    ahead = replace(worse, approvals=(StepDownApproval(TODAY + timedelta(1)),))
    assert decided(ahead).ended_by is None


def test_a_task_is_raised_once_and_ended_when_it_is_asked_no_more() -> None:
    standing = after(decided(CALM))
    assert standing.tasks == ["score_stale"]
    by_a_person = replace(standing, tasks=[])
    assert decided(CALM, by_a_person).raised == ()
    graded = replace(CALM.lesions[0], assessments=(LesionAssessment(TODAY, "0", LOW),))
    decision = decided(replace(CALM, lesions=(graded,)), standing)
    assert (decision.raised, decision.ended) == ((), ("score_stale",))


def test_what_ends_says_what_became_of_it() -> None:
    standing = after(decided(CALM))
    died = replace(CALM, statuses=(StatusChange(TODAY, "deceased"),))
    assert Withdraw("imaging", "S1", "died") in decided(died, standing).changes
    for on, expected in ((TODAY, [Move]), (ago(-8), [Complete, Open])):
        scanned = replace(CALM, studies=(*CALM.studies, Study(on, "mri", "whole_spine")))
        assert [type(change) for change in decided(scanned, standing, on).changes] == expected


def test_a_held_window_keeps_the_row_that_gave_it() -> None:
    standing = after(decided(CALM))
    row, reasons, _ = standing.follow_ups["imaging"]
    held = replace(row, state="cancelled", hold_until=ago(-3))
    looks = (*CALM.lesions[0].assessments, LesionAssessment(TODAY, "1b"))
    graded = replace(CALM, lesions=(replace(CALM.lesions[0], assessments=looks),))
    decision = decided(graded, replace(standing, follow_ups={"imaging": Followed(held, reasons)}))
    last = decision.reasons["imaging"][-1]
    assert (last["row"], last["was"]) == ("A1", True)
    assert "was" not in decision.reasons["imaging"][0]
