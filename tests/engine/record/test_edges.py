"""The days on which one thing ends and another begins, which small mistakes would move."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from scheduling.engine.record.facts import Override, Procedure, Study
from scheduling.engine.record.history import LesionAssessment, StatusChange
from tests.engine.record.test_deriving import HIGH, TODAY, facts_on, graded, lesion, lines, on, record


def test_an_assessment_of_the_day_of_treatment_was_made_before_it() -> None:
    treated = Procedure("sbrt", on(4), ("T8",))
    before = record(lesions=(lesion(*graded((4, "2"), (9, "2"))),), procedures=(treated,))
    assert facts_on(before, TODAY).lesions[0].escc_found_on == on(9)
    confirming = record(lesions=(lesion(*graded((1, "2"), (4, "2"))),), procedures=(treated,))
    assert facts_on(confirming, TODAY).lesions[0].escc_found_on == on(1)


def test_a_line_does_not_run_on_the_day_it_stops() -> None:
    stopping = record(lines=lines(("tki", 1, 9)))
    running = facts_on(stopping, on(9) - timedelta(1)).therapy
    assert running is not None
    assert (running.therapy_class, running.start) == ("tki", on(1))
    stopped = facts_on(stopping, on(9)).therapy
    assert stopped is not None
    assert (stopped.therapy_class, stopped.start) == ("none", on(9))


def test_a_line_begun_on_the_day_when_all_stopped_runs() -> None:
    begun = facts_on(record(lines=lines(("chemo_adc", 1, None), ("none", 9, None), ("tki", 9, None))), TODAY).therapy
    assert begun is not None
    assert (begun.therapy_class, begun.start) == ("tki", on(9))


def test_a_stabilisation_of_the_day_of_the_finding_counts() -> None:
    for week, stabilised in ((3, False), (4, True), (5, True)):
        cement = Procedure("cementoplasty", on(week), ("T8",))
        found = lesion(LesionAssessment(on(4), sins=HIGH), found=on(4))
        seen = facts_on(record(lesions=(found,), procedures=(cement,)), TODAY).lesions[0]
        assert seen.stabilized is stabilised


@pytest.mark.parametrize(
    ("week", "spent"),
    [
        pytest.param(3, False, id="before it was given"),
        pytest.param(5, False, id="given, and not yet open"),
        pytest.param(6, True, id="on its first day"),
        pytest.param(7, True, id="within it"),
    ],
)
@pytest.mark.parametrize(("given_on", "opens"), [(4, 6), (6, 4)])
def test_an_own_window_is_spent_from_the_later_of_its_two_first_days(
    week: int, spent: bool, given_on: int, opens: int
) -> None:
    own = Override("imaging", on(opens), on(8), on(9), on(given_on), on(20))
    seen = facts_on(record(overrides=(own,), studies=(Study(on(week), "mri"),)), TODAY)
    assert seen.overrides == (() if spent else (own,))
    surgeon = replace(own, stream="surgeon")
    assert facts_on(record(overrides=(surgeon,), visits=(on(week),)), TODAY).overrides == (() if spent else (surgeon,))
    # A study is no visit, and an X-ray no study.
    other = record(overrides=(surgeon,), studies=(Study(on(7), "mri"),))
    assert facts_on(other, TODAY).overrides == (surgeon,)
    assert facts_on(record(overrides=(own,), studies=(Study(on(7), "xray"),)), TODAY).overrides == (own,)


def test_of_two_statuses_of_one_day_the_one_given_last_holds() -> None:
    hospice, active = StatusChange(on(4), "hospice"), StatusChange(on(4), "active")
    assert facts_on(record(statuses=(active, hospice)), TODAY).status == "hospice"
    assert facts_on(record(statuses=(hospice, active)), TODAY).status == "active"


def test_of_two_days_on_which_all_stopped_the_last_counts() -> None:
    stopped = facts_on(record(lines=lines(("none", 1, None), ("tki", 3, None), ("none", 9, None))), TODAY).therapy
    assert stopped is not None
    assert (stopped.therapy_class, stopped.start) == ("none", on(9))
