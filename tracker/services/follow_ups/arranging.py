"""What people arrange of a follow-up: order, book, confirm, attend, miss, take back; each through `lifecycle`'s table.

Every act checks the permission, refuses what is stale, writes its event and its audit in one transaction, and plans the
patient anew where the schedule may follow. Contacts and ownership are in `services.contacts`, cancelling
and snoozing in `services.setting_aside`; all are offered here.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from scheduling.engine.following.conflicts import ANSWERABLE, ConflictKind
from scheduling.engine.record.counting import NOT_COUNTED
from scheduling.engine.vocabulary import Coverage, ImagingRequest, Stream, StudyKind
from scheduling.engine.words import day_text
from tracker.errors import NotPossible
from tracker.lifecycle import check_move
from tracker.models import FollowUp, State, Study
from tracker.queries.time_status import conflicts_on
from tracker.services.acts.checking import Problems, check_ahead, check_text
from tracker.services.acts.occasion import Occasion
from tracker.services.acts.on_follow_up import Acted, act_on, close_act, is_done, lock_follow_up, replanned
from tracker.services.acts.on_record import Recorded
from tracker.services.acts.shown import shown_anew
from tracker.services.acts.values import LONGEST_TEXT, is_hour, was_given
from tracker.services.follow_ups.answers import refuse_for_the_gone
from tracker.services.follow_ups.appointment_doubts import ask_about_appointment
from tracker.services.follow_ups.contacts import CallOutcome, hand_over, log_call, note, take
from tracker.services.follow_ups.setting_aside import cancel, snooze, wake
from tracker.services.follow_ups.snapshots import snapshot_of
from tracker.services.records import record_study, record_visit
from tracker.storage import open_row

__all__ = [
    "Acted",
    "CallOutcome",
    "book",
    "cancel",
    "complete",
    "confirm",
    "hand_over",
    "indications",
    "log_call",
    "mark_missed",
    "note",
    "order",
    "snooze",
    "take",
    "unbook",
    "undo",
    "unorder",
    "wake",
]

#: How far ahead an appointment can be agreed.
FARTHEST_BOOKING = timedelta(weeks=78)
#: What a request is usually done as: the kind and coverage a form proposes.
USUAL_STUDY: dict[str, tuple[StudyKind, Coverage]] = {
    ImagingRequest.MRI_WS_GAD: (StudyKind.MRI, Coverage.WHOLE_SPINE),
    ImagingRequest.MRI_WS_NOGAD: (StudyKind.MRI, Coverage.WHOLE_SPINE),
    ImagingRequest.MRI_WS_GAD_MARS: (StudyKind.MRI, Coverage.WHOLE_SPINE),
    ImagingRequest.CT_MYELO: (StudyKind.CT_MYELOGRAM, Coverage.WHOLE_SPINE),
    ImagingRequest.CT_SPINE_PLUS_PET: (StudyKind.CT_SPINE, Coverage.WHOLE_SPINE),
    ImagingRequest.CT_LEVEL_PLUS_MRI: (StudyKind.MRI, Coverage.WHOLE_SPINE),
    ImagingRequest.SYSTEMIC_CT_PET: (StudyKind.CT_SYSTEMIC, Coverage.WHOLE_BODY),
}


@transaction.atomic
def order(follow_up: FollowUp, *, indication: str, occasion: Occasion, seen: int | None = None) -> Acted:
    """Ask that it be done, with why, said before its result; what is planned and known now is kept beside it."""
    row = lock_follow_up(follow_up, occasion.by, seen)
    refuse_for_the_gone(row, "nothing is ordered", occasion.today)
    state = check_move(row.state, "order")
    _check_asked(row)
    problems = Problems()
    if row.stream != Stream.IMAGING:
        check_text(problems, "indication", indication, LONGEST_TEXT, needed=False)
    elif indication not in (allowed := indications()):
        problems.add("indication", f"{was_given(indication)}; expected one of {', '.join(allowed)}.")
    problems.raise_any()
    values: dict[str, object] = {
        "state": state,
        "ordered_on": occasion.today,
        "indication": indication if row.stream == Stream.IMAGING else "",
        "indication_at": occasion.at if row.stream == Stream.IMAGING else None,
        "snapshot": snapshot_of(row, occasion=occasion),
        "arranged_as": row.request,
        "answered": True,
    }
    text = f"Ordered: {indication.replace('_', ' ')}." if indication else "Ordered."
    return act_on(row, "ordered", values, occasion=occasion, text=text, outcome=indication)


def indications() -> tuple[str, ...]:
    """The words that say why a study is done; ``unknown`` is always allowed."""
    return tuple(code for code, _ in Study._meta.get_field("indication").flatchoices)


@transaction.atomic
def unorder(follow_up: FollowUp, *, reason: str, occasion: Occasion, seen: int | None = None) -> Acted:
    """Take the order back; the plan then says whether it is still asked for."""
    row = lock_follow_up(follow_up, occasion.by, seen)
    _check_reason(reason)
    values: dict[str, object] = {
        "state": check_move(row.state, "unorder"),
        "ordered_on": None,
        "indication": "",
        "indication_at": None,
        **_NOT_ARRANGED,
    }
    acted = act_on(row, "undone", values, occasion=occasion, text=f"Order taken back: {reason}")
    return replanned(acted, occasion=occasion)


@transaction.atomic
def book(
    follow_up: FollowUp,
    *,
    day: date,
    hour: time | None = None,
    place: str = "",
    occasion: Occasion,
    seen: int | None = None,
) -> Acted:
    """A day (today or later), perhaps an hour and a place, are agreed; booking again is a new agreement.

    Whoever books sees the window, so a day outside it is answered for; a day or hour that is odd is asked about
    (NeedsAnswer). What is planned and known now is kept beside it unless an order keeps it already.
    """
    row = lock_follow_up(follow_up, occasion.by, seen)
    refuse_for_the_gone(row, "nothing is booked", occasion.today)
    state = check_move(row.state, "book")
    _check_asked(row)
    problems = Problems()
    check_ahead(problems, "day", day, occasion.today, FARTHEST_BOOKING)
    if hour is not None and not is_hour(hour):
        problems.add("hour", f"{was_given(hour)}; expected a time of day such as 14:30.")
    check_text(problems, "place", place, 120, needed=False)
    ask_about_appointment(problems, row, day, hour, occasion=occasion)
    problems.raise_any()
    said = "Booked again" if row.state == State.BOOKED else "Booked"
    values: dict[str, object] = {
        "state": state,
        "booked_on": day,
        "booked_at": timezone.make_aware(datetime.combine(day, hour)) if hour else None,
        "booked_place": place,
        "arranged_as": row.request,
        "answered": True,
        **shown_anew(row.revision, row.changed_at, occasion.at),
    }
    if row.ordered_on is None:
        values["snapshot"] = snapshot_of(row, occasion=occasion, taken="booked")
    where = f", {place}" if place else ""
    when = f" {hour:%H:%M}" if hour else ""
    text = f"{said} for {day_text(day)}{when}{where}{_outside(row, day)}."
    return act_on(row, "booked", values, occasion=occasion, text=text, outcome=day.isoformat())


def _outside(row: FollowUp, day: date) -> str:
    """What is said of a day outside the window, for whoever books it all the same."""
    if day > row.closes_on:
        return "; after the latest day"
    return "; before the earliest day, so it will not complete this" if day < row.opens_on else ""


@transaction.atomic
def confirm(follow_up: FollowUp, *, occasion: Occasion, seen: int | None = None) -> Acted:
    """What is arranged stands although it does not fit what the plan asks for now; asked again when that changes.

    Raises NotPossible where nothing is to be confirmed, and where another act is needed.
    """
    row = lock_follow_up(follow_up, occasion.by, seen)
    state = check_move(row.state, "confirm")
    found = conflicts_on(row, occasion.today)
    for kind, expected in _NOT_CONFIRMED.items():
        if kind in found:
            raise NotPossible(expected)
    if ANSWERABLE.isdisjoint(found):
        raise NotPossible("What is arranged fits what the plan asks for; there is nothing to confirm.")
    what = f"The appointment of {day_text(row.booked_on)}" if row.booked_on else "The order"
    window = f"{day_text(row.opens_on)} to {day_text(row.closes_on)}"
    text = f"{what} is confirmed against the window of {window}."
    return act_on(row, "confirmed", {"state": state, "answered": True}, occasion=occasion, text=text)


_NOT_CONFIRMED = {
    ConflictKind.CANCEL_IT: "Nothing is asked for any more; cancel what is arranged.",
    ConflictKind.PASSED: "Its day has passed; say whether it took place or was missed.",
}
_NOT_ARRANGED: dict[str, object] = {"snapshot": None, "arranged_as": "", "answered": False}


@transaction.atomic
def unbook(follow_up: FollowUp, *, reason: str, occasion: Occasion, seen: int | None = None) -> Acted:
    """Cancel the appointment, not the follow-up: it is open again, or withdrawn where the plan asks for nothing."""
    row = lock_follow_up(follow_up, occasion.by, seen)
    _check_reason(reason)
    values: dict[str, object] = {
        "state": check_move(row.state, "unbook"),
        **_without_day(row, occasion),
        **(_NOT_ARRANGED if row.ordered_on is None else {}),
    }
    acted = act_on(row, "undone", values, occasion=occasion, text=f"Booking cancelled: {reason}")
    return replanned(acted, occasion=occasion)


@transaction.atomic
def complete(
    follow_up: FollowUp,
    *,
    on: date,
    kind: str = "",
    coverage: str = "",
    reported_on: date | None = None,
    first_call: str = "unknown",
    spine_read: str = "unknown",
    quality: str = "unknown",
    timing_reason: str = "unknown",
    seen_by: str = "",
    symptoms_asked: str = "unknown",
    examined: str = "unknown",
    occasion: Occasion,
    seen: int | None = None,
) -> Acted:
    """It took place on `on`: the study or visit is recorded, and the plan completes what it completes.

    A study that the row's policy row does not count (a body CT for an MRI row) is recorded and completes nothing; the
    booking is then over and the follow-up open again.
    """
    row = lock_follow_up(follow_up, occasion.by, seen)
    check_move(row.state, "complete")
    booked = row.state == State.BOOKED
    if row.stream == Stream.IMAGING:
        usual, covers = USUAL_STUDY[row.request]
        recorded = record_study(
            row.patient,
            kind=kind or usual,
            coverage=coverage or ("" if kind else covers),
            occurred_on=on,
            reported_on=reported_on,
            first_call=first_call,
            spine_read=spine_read,
            quality=quality,
            timing_reason=timing_reason,
            occasion=occasion,
        )
    else:
        recorded = record_visit(
            row.patient,
            occurred_on=on,
            seen_by=seen_by,
            symptoms_asked=symptoms_asked,
            examined=examined,
            occasion=occasion,
        )
    row.refresh_from_db()
    return _attended(row, on, recorded, was_booked=booked, occasion=occasion)


def _attended(row: FollowUp, on: date, recorded: Recorded, *, was_booked: bool, occasion: Occasion) -> Acted:
    """What the recorded study or visit makes of the row: completed, or without its appointment, which is over."""
    values: dict[str, object] = {}
    if was_booked and row.closed_at is None and row.state == State.BOOKED:
        # Whether or not it counted: a standing booking would wait for somebody to come.
        values = {"state": check_move(row.state, "unbook"), **_without_day(row, occasion)}
    because = "".join(f": {NOT_COUNTED[ask]}" for ask in recorded.asks if ask in NOT_COUNTED)
    text = f"Took place on {day_text(on)}{'' if is_done(row) else f'; it does not complete this{because}'}."
    # What somebody else recorded is theirs: taking this act back leaves it.
    fact = None if "stored_before" in recorded.asks else recorded.fact
    acted = act_on(row, "attended", values, occasion=occasion, text=text, fact=fact, can_undo=True)
    acted = replace(acted, changes=list(recorded.changes), asks=recorded.asks)
    return replanned(acted, occasion=occasion) if values else acted


def _without_day(row: FollowUp, occasion: Occasion) -> dict[str, object]:
    """The columns of a row that no appointment belongs to any more."""
    return {**open_row.NOT_BOOKED, **shown_anew(row.revision, row.changed_at, occasion.at)}


@transaction.atomic
def mark_missed(follow_up: FollowUp, *, reason: str = "", occasion: Occasion, seen: int | None = None) -> Acted:
    """Booked, and the patient did not come: it stays the one open row of its stream, where the plan asks for it."""
    row = lock_follow_up(follow_up, occasion.by, seen)
    refuse_for_the_gone(row, "nobody is expected", occasion.today)
    state = check_move(row.state, "miss")
    problems = Problems()
    check_text(problems, "reason", reason, 200, needed=False)
    problems.raise_any()
    if row.booked_on is None or row.booked_on > occasion.today:
        day = day_text(row.booked_on) if row.booked_on else "no day"
        raise NotPossible(f"It is booked for {day}, which has not come; a later day can be booked instead.")
    values: dict[str, object] = {
        "state": state,
        "missed_on": row.booked_on,
        "missed_count": row.missed_count + 1,
        **_without_day(row, occasion),
    }
    times = "" if values["missed_count"] == 1 else f" It is the {values['missed_count']}. time."
    text = f"Missed on {day_text(row.booked_on)}.{times} {reason}".strip()
    acted = act_on(row, "missed", values, occasion=occasion, text=text, outcome="did_not_attend")
    return replanned(acted, occasion=occasion)


@transaction.atomic
def undo(follow_up: FollowUp, *, occasion: Occasion, event: int | None = None) -> Acted:
    """Take back the newest act of a person within 24 hours, where nothing changed it since.

    `event` names the act that is meant: it is refused where it is taken back already or is no longer the newest, so
    that a second press takes back nothing else. A study or visit recorded by the act is marked as entered in error.
    Raises NotPossible with what stands against it.
    """
    row = lock_follow_up(follow_up, occasion.by, None, ended_too=True)
    return close_act(row, event, occasion=occasion)


def _check_asked(row: FollowUp) -> None:
    if not row.asked:
        raise NotPossible("The plan asks for nothing here any more; there is nothing to arrange.")


def _check_reason(reason: str) -> None:
    problems = Problems()
    check_text(problems, "reason", reason, 200, expected="why")
    problems.raise_any()
