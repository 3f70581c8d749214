"""What was on record when a window was given never completes it, however often it is looked at."""

from __future__ import annotations

from scheduling.engine.following.changes import Complete, Move, Open, Restate
from tests.engine.following.test_reconcile import B1, LATER, TODAY, asks, changes, day, known, planned, stands

NAMED = ("2026-05-30 mri",)


def test_what_was_on_record_when_a_window_was_given_never_completes_it() -> None:
    """An own window given two days after an MRI: overdue on its expiry, and not closed as done by the night."""
    own = asks("O1", -5, -4, -1)
    before = known((-2, "mri"))
    (given,) = changes(planned(own), facts=before)
    assert given == Open(stands(own, known_before=NAMED))
    assert changes(planned(LATER), stands(own, known_before=NAMED), facts=before) == (Move(stands(LATER)),)
    again = known((-2, "mri"), (0, "mri"))
    assert changes(planned(LATER), stands(own, known_before=NAMED), facts=again) == (
        Complete("imaging", TODAY),
        Open(stands(LATER)),
    )


def test_a_second_study_of_the_same_day_is_not_the_one_that_was_known() -> None:
    own = asks("O1", -5, -4, -1)
    twice = known((-2, "mri"), (-2, "mri"))
    assert changes(planned(LATER), stands(own, known_before=NAMED), facts=twice) == (
        Complete("imaging", day(-2)),
        Open(stands(LATER)),
    )


def test_a_new_window_is_given_anew_and_what_was_known_falls_with_its_entry() -> None:
    own = asks("O1", -5, -4, -1)
    facts = known((-2, "mri"))
    (moved,) = changes(planned(own), stands(B1), facts=known((-2, "mri")))[:1]
    assert moved == Complete("imaging", day(-2)), "the study was no secret to the window that stood"
    unknown = stands(asks("B1", 0, 10, 20))
    assert changes(planned(own), unknown, facts=facts) == (Move(stands(own, known_before=NAMED)),)
    # Entered in error, it is as if it never had been there; written down again, it is new.
    assert changes(planned(own), stands(own, known_before=NAMED)) == (Restate(stands(own)),)
    assert changes(planned(LATER), stands(own), facts=facts) == (Complete("imaging", day(-2)), Open(stands(LATER)))


def test_a_visit_known_before_completes_no_surgeon_window() -> None:
    visit = asks("B1", -10, -5, -1, stream="surgeon")
    later = asks("B1", 20, 30, 40, stream="surgeon")
    row = stands(visit, known_before=(str(day(-2)),))
    assert changes(planned(later), row, facts=known(visits=(-2,))) == (Move(stands(later)),)
    assert changes(planned(later), row, facts=known(visits=(-2, -1))) == (
        Complete("surgeon", day(-1)),
        Open(stands(later)),
    )
