"""It was done elsewhere: what it was and on which day, recorded as a fact, so that the plan follows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from django.db import transaction

from scheduling.engine.vocabulary import Stream
from scheduling.engine.words import day_text
from tracker.models import FollowUp, Source
from tracker.services.acts.checking import Problems, check_text
from tracker.services.acts.occasion import Occasion
from tracker.services.acts.on_follow_up import Acted, act_on, is_done, lock_follow_up
from tracker.services.acts.on_record import Recorded
from tracker.services.acts.values import is_missing
from tracker.services.records import record_study, record_visit


@transaction.atomic
def done_elsewhere(
    follow_up: FollowUp,
    *,
    on: date,
    kind: str = "",
    coverage: str = "",
    spine_read: str = "unknown",
    seen_by: str = "",
    occasion: Occasion,
    seen: int | None = None,
) -> Acted:
    """The study (`kind`, `coverage`) or visit (`seen_by`) that another hospital did on `on`, as we were told.

    It goes through the same verbs as one of our own, with the source ``told``, and completes what it completes; an
    appointment here stays until somebody cancels it. Raises InvalidFact with all problems.
    """
    row = lock_follow_up(follow_up, occasion.by, seen)
    imaging = row.stream == Stream.IMAGING
    problems = Problems()
    if is_missing(on):
        problems.add("on", "Nothing was given; expected the day on which it was done.")
    if imaging and not kind:
        problems.add("kind", "Nothing was given; expected which study it was.")
    if not imaging:
        check_text(problems, "seen_by", seen_by, 120, expected="whom the patient saw, and where")
    problems.raise_any()
    told = replace(occasion, source=Source.TOLD.value)
    recorded: Recorded
    if imaging:
        recorded = record_study(
            row.patient, kind=kind, coverage=coverage, spine_read=spine_read, occurred_on=on, occasion=told
        )
    else:
        recorded = record_visit(row.patient, occurred_on=on, seen_by=seen_by, occasion=told)
    row.refresh_from_db()
    text = f"Done elsewhere on {day_text(on)}{'' if is_done(row) else '; it does not complete this'}."
    # What somebody else recorded is theirs: taking this act back leaves it.
    fact = None if "stored_before" in recorded.asks else recorded.fact
    acted = act_on(row, "attended", {}, occasion=occasion, text=text, fact=fact, can_undo=True)
    return replace(acted, changes=list(recorded.changes), asks=recorded.asks)
