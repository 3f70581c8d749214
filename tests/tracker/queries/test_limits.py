"""One emergency clock: queue, patient page and interface say the same of a row, in Python and in SQL, in any zone."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from django.test import override_settings

from scheduling.engine.vocabulary import TimeStatus
from tests.tracker import people
from tests.tracker.people import occasion
from tracker import access, clock
from tracker.api import shapes
from tracker.models import FollowUp, Patient, Symptom, User
from tracker.queries.limits import first_reports, limit_on
from tracker.queries.patient.overview import page_of
from tracker.queries.queues.lists import follow_up_rows, queue_counts, queue_page, row_of
from tracker.queries.queues.rows import QueueFilters, QueueRow
from tracker.queries.time_status import in_standing, standing_on, timed
from tracker.services.records import close_symptom, open_symptom
from tracker.web.look.follow_up import standing_of
from tracker.web.patient.due_cards import card_view
from tracker.web.queue.row import place, row_view

pytestmark = [pytest.mark.django_db, pytest.mark.storage]

DAY = date(2026, 11, 23)
ALL = QueueFilters()


def at(hour: int, minute: int = 0, *, days: int = 0) -> datetime:
    return clock.moment_at(DAY + timedelta(days), time(hour, minute))


def report(patient: Patient, day: date, hour: time | None, written: datetime, kind: str = "neuro") -> Symptom:
    """A symptom as the form writes it down at a moment."""
    then = occasion(today=clock.day_of(written), at=written)
    symptom = open_symptom(patient, kind=kind, occurred_on=day, hour=hour, occasion=then).fact
    assert isinstance(symptom, Symptom)
    return symptom


@pytest.fixture
def patient(db: None) -> Patient:
    people.policy_version()
    return people.patient()


def imaging(patient: Patient, now: datetime) -> QueueRow:
    return next(
        row for row in follow_up_rows(people.alice(), str(patient.key), now) if row.follow_up.stream == "imaging"
    )


def said_everywhere(patient: Patient, now: datetime) -> str:
    """How the imaging row stands, which queue, patient page, tags and interface say alike."""
    row, key = imaging(patient, now), str(patient.key)
    listed = row_view(row, place("emergency", "both", "", now))
    shown = page_of(people.alice(), access.patient_for(people.alice(), key), now)
    card = card_view(shown.cards[0], key, shown.today, may_act=True)
    assert card.bar is not None
    said = {
        listed.standing.sentence,
        standing_of(row, clock.day_of(now)).sentence,
        card.standing,
        str(shapes.follow_up(row, clock.day_of(now))["standing_words"]),
    }
    assert len(said) == 1
    (sentence,) = said
    assert sentence in listed.label
    assert sentence in card.bar.words
    return sentence


def test_a_red_flag_written_down_two_days_later_is_past_its_limit_everywhere(patient: Patient) -> None:
    """Reported on the 23rd, recorded on the 25th: the end of the 24th was the limit."""
    now = at(13, days=2)
    report(patient, DAY, None, now)
    assert said_everywhere(patient, now) == "past the limit by 13 h"


def test_hours_count_from_the_report_and_not_from_the_writing(patient: Patient) -> None:
    report(patient, DAY, time(9, 40), at(11))
    assert said_everywhere(patient, at(12, 10)) == "21 h 30 min left of 24 h"
    assert said_everywhere(patient, at(9, 39, days=1)) == "1 min left of 24 h"
    assert said_everywhere(patient, at(12, 40, days=1)) == "past the limit by 3 h"
    assert said_everywhere(patient, at(12, 40, days=4)) == "past the limit by 3 days"


def test_without_an_hour_the_latest_day_ends_it(patient: Patient) -> None:
    report(patient, DAY, None, at(10))
    assert said_everywhere(patient, at(10)) == "38 h left to the end of 24 Nov"
    assert said_everywhere(patient, at(23, 30, days=1)) == "30 min left today"
    assert said_everywhere(patient, at(0, days=2)) == "past the limit by 1 min"


def test_of_several_symptoms_the_earliest_limit_counts_until_it_is_closed(patient: Patient, bob: User) -> None:
    first = report(patient, DAY, time(8), at(9))
    report(patient, DAY, time(14), at(15))
    report(patient, DAY, time(6), at(15), kind="pain_suggestive")
    assert said_everywhere(patient, at(16)) == "16 h left of 24 h"
    then = occasion(bob, today=DAY, at=at(16))
    close_symptom(patient, first.pk, closed_on=DAY, reason="Another cause.", occasion=then)
    assert said_everywhere(patient, at(16)) == "22 h left of 24 h"


def test_an_hour_on_the_next_day_never_reaches_beyond_the_latest_day(patient: Patient) -> None:
    report(patient, DAY, None, at(9))
    report(patient, DAY + timedelta(1), time(8), at(9, days=1))
    assert said_everywhere(patient, at(9, days=1)) == "15 h left today"


@pytest.mark.parametrize(
    ("zone", "day", "left"),
    [
        ("Europe/Berlin", date(2026, 3, 28), "24 h left of 24 h"),
        ("Europe/Berlin", date(2026, 10, 24), "24 h left of 24 h"),
        ("America/New_York", date(2026, 3, 7), "24 h left of 24 h"),
        ("Australia/Lord_Howe", date(2026, 10, 3), "24 h left of 24 h"),
    ],
)
def test_a_change_of_the_clock_neither_gives_nor_takes_an_hour(
    zone: str, day: date, left: str, patient: Patient
) -> None:
    with override_settings(TIME_ZONE=zone):
        now = clock.moment_at(day, time(15))
        report(patient, day, time(15), now)
        assert said_everywhere(patient, now) == left
        assert said_everywhere(patient, now + timedelta(hours=27)) == "past the limit by 3 h"


def test_a_row_past_its_limit_is_overdue_in_list_count_filter_and_order(patient: Patient, alice: User) -> None:
    later, unknown = people.patient(number="RBX 2"), people.patient(number="RBX 3")
    report(unknown, DAY, None, at(7))
    report(later, DAY, time(12), at(13))
    report(patient, DAY, time(9), at(13))
    before, now = at(8, 59, days=1), at(9, days=1)

    def count(slug: str, now: datetime) -> int:
        return next(each.count for group in queue_counts(alice, now) for each in group.queues if each.slug == slug)

    for moment, number in ((before, 0), (now, 2)):
        assert count("overdue", moment) == queue_page(alice, "overdue", ALL, 1, moment).total == number
        assert queue_page(alice, "team", QueueFilters(time="overdue"), 1, moment).total == number
        assert count("due-now", moment) == 6 - number
    assert {row.standing for row in queue_page(alice, "overdue", ALL, 1, now).rows} == {"overdue"}
    listed = [row.patient.number for row in queue_page(alice, "emergency", ALL, 1, now).rows]
    assert list(dict.fromkeys(listed)) == [patient.number, "RBX 2", "RBX 3"]
    above = [row.patient.number for row in queue_page(alice, "coming", ALL, 1, now).emergencies]
    assert above == listed


def test_sql_and_python_agree_on_every_hour(patient: Patient) -> None:
    other, third = people.patient(), people.patient()
    report(patient, DAY, time(9), at(13))
    report(other, DAY, None, at(13))
    report(third, DAY, time(0), at(13))
    rows = list(FollowUp.objects.filter(closed_at__isnull=True))
    reports = first_reports({row.patient_id for row in rows})
    assert len(rows) == 6
    for hour in range(80):
        now = at(0) + timedelta(hours=hour)
        for status in TimeStatus:
            found = timed(FollowUp.objects.all(), now).filter(in_standing(status, clock.day_of(now)))
            by_sql = set(found.values_list("pk", flat=True))
            stands = {row.pk: standing_on(row, now, limit_on(row, reports.get(row.patient_id))) for row in rows}
            assert by_sql == {pk for pk, standing in stands.items() if standing == status}, (hour, status)


def test_what_counts_no_more_binds_no_more(patient: Patient, alice: User) -> None:
    """Entered in error, closed and unconfirmed symptoms have no limit."""
    kept = report(patient, DAY, time(15), at(16))
    for fields in (
        {"entered_in_error_at": at(16), "entered_in_error_by": alice},
        {"confirmed": False},
        {"closed_on": DAY, "closed_by": alice},
    ):
        Symptom.objects.create(
            patient=patient,
            kind="neuro",
            occurred_on=DAY,
            reported_at=at(1),
            recorded_at=at(16),
            recorded_by=alice,
            **fields,
        )
    assert imaging(patient, at(16)).limit is not None
    assert first_reports({patient.pk}) == {patient.pk: kept.reported_at}
    assert said_everywhere(patient, at(17)) == "22 h left of 24 h"


def test_an_appointment_after_the_limit_is_late_although_its_day_is_not(patient: Patient, alice: User) -> None:
    report(patient, DAY, time(9), at(10))
    row = imaging(patient, at(10))
    FollowUp.objects.filter(pk=row.follow_up.pk).update(
        state="booked", booked_on=DAY + timedelta(1), booked_at=at(8, days=1)
    )
    assert not row_of(alice, row.uid, at(10)).booked_late
    assert not queue_page(alice, "booked-late", ALL, 1, at(10)).rows
    FollowUp.objects.filter(pk=row.follow_up.pk).update(booked_at=at(15, days=1))
    shown = page_of(alice, access.patient_for(alice, str(patient.key)), at(10))
    assert row_of(alice, row.uid, at(10)).booked_late
    assert [one.uid for one in queue_page(alice, "booked-late", ALL, 1, at(10)).rows] == [row.uid]
    assert card_view(shown.cards[0], str(patient.key), shown.today, may_act=False).state == "Booked, past the limit"


def test_only_an_emergency_has_a_limit(patient: Patient) -> None:
    row = people.follow_up(patient)
    assert limit_on(row, at(1)) is None
