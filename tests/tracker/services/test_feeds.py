"""A surgeon's feed: who sees what at which level, what changes, and how a subscription ends."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime, timedelta

import icalendar
import pytest
from django.test import Client
from django.urls import reverse

from tests.tracker import people
from tests.tracker.people import NOW, TODAY, days, occasion
from tracker.errors import NotPossible, Refused
from tracker.models import AuditEvent, CalendarFeed, FollowUp, Patient, User
from tracker.services import feeds

pytestmark = [pytest.mark.django_db, pytest.mark.storage]


@pytest.fixture
def follow_up(patient: Patient) -> FollowUp:
    """An imaging follow-up of Bob's patient."""
    return people.follow_up(patient, opens=3, due=10, closes=17)


def feed_of(surgeon: User, **settings: str) -> CalendarFeed:
    """A new feed."""
    return feeds.create_feed(surgeon, occasion=occasion(surgeon), **settings)[0]


def entries(feed: CalendarFeed, today: object = TODAY) -> list[icalendar.Event]:
    """What a calendar program reads."""
    feed.refresh_from_db()
    calendar = icalendar.Calendar.from_ical(feeds.feed_file(feed, today=TODAY).body)
    return list(calendar.walk("VEVENT"))


def test_the_address_is_shown_once_and_only_its_hash_is_kept(bob: User) -> None:
    feed, address = feeds.create_feed(bob, occasion=occasion(bob))
    secret = address.rsplit("/", 1)[1].removesuffix(".ics")
    assert len(secret) >= 22  # 128 bits and more
    assert len(address) <= 247  # with webcal:// in front, 255
    assert secret not in str(CalendarFeed.objects.values().get())
    assert secret not in str(list(AuditEvent.objects.values()))
    assert feeds.feed_by_token(secret) == feed
    assert feeds.feed_by_token("x" * 32) is None


def test_feed_has_no_name(bob: User, follow_up: FollowUp) -> None:
    body = feeds.feed_file(feed_of(bob), today=TODAY).body.decode()
    for secret in ("Wren", "Tamar", "RBX", "MRI", "routine", "B1", "Estuary", "imaging"):
        assert secret not in body
    (entry,) = entries(CalendarFeed.objects.get())
    assert (str(entry["SUMMARY"]), entry["DTSTART"].dt, entry["TRANSP"]) == (
        "Follow-up due",
        days(10),
        "TRANSPARENT",
    )
    assert str(follow_up.uid) not in str(entry["UID"])


@pytest.mark.parametrize(
    ("level", "summary"),
    [
        ("initials", "Follow-up due, TW"),
        ("name", "Follow-up due, Tamar Wren"),
        ("full", "Follow-up due, Tamar Wren: MRI whole spine with contrast (routine)"),
    ],
)
def test_each_level_shows_what_it_says(bob: User, follow_up: FollowUp, level: str, summary: str) -> None:
    (entry,) = entries(feed_of(bob, level=level))
    assert str(entry["SUMMARY"]) == summary


def test_only_the_surgeon_s_own_patients(bob: User, beth: User, follow_up: FollowUp) -> None:
    (entry,) = entries(feed_of(beth))
    assert str(entry["SUMMARY"]) == "Nothing is planned"  # a feed is never empty: programs keep old entries of one


def test_a_booked_follow_up_is_timed_and_busy(bob: User, follow_up: FollowUp) -> None:
    moment = datetime(2026, 11, 26, 10, 20, tzinfo=UTC)
    FollowUp.objects.update(state="booked", booked_on=moment.date(), booked_at=moment)
    (entry,) = entries(feed_of(bob))
    assert (str(entry["SUMMARY"]), entry["DTSTART"].dt, entry["TRANSP"]) == ("Appointment", moment, "OPAQUE")


def test_lowering_the_level_counts_as_a_change_of_every_entry(bob: User, follow_up: FollowUp) -> None:
    feed = feed_of(bob, level="name")
    (before,) = entries(feed)
    feeds.change_feed(feed, level="neutral", visibility="PRIVATE", occasion=occasion(bob))
    (after,) = entries(feed)
    assert after["SEQUENCE"] > before["SEQUENCE"]
    assert after["LAST-MODIFIED"].dt >= before["LAST-MODIFIED"].dt + timedelta(seconds=1)
    assert after["UID"] == before["UID"]


def test_a_withdrawn_entry_stays_as_cancelled_for_90_days(bob: User, follow_up: FollowUp) -> None:
    feed = feed_of(bob)
    FollowUp.objects.update(state="withdrawn", closed_at=NOW, closed_by=bob, revision=2)
    (entry,) = entries(feed)
    assert (str(entry["SUMMARY"]), entry["STATUS"], entry["TRANSP"]) == (
        "Withdrawn: Follow-up due",
        "CANCELLED",
        "TRANSPARENT",
    )
    (gone,) = icalendar.Calendar.from_ical(feeds.feed_file(feed, today=days(91)).body).walk("VEVENT")
    assert str(gone["SUMMARY"]) == "Nothing is planned"


def test_same_rows_same_bytes(bob: User, follow_up: FollowUp) -> None:
    feed = feed_of(bob)
    first = feeds.feed_file(feed, today=TODAY)
    assert feeds.feed_file(CalendarFeed.objects.get(), today=days(1)) == first


def test_revoked_answers_one_neutral_entry_for_30_days_and_then_ends(bob: User, follow_up: FollowUp) -> None:
    feed = feed_of(bob, level="full")
    feeds.revoke_feed(feed, occasion=occasion(bob))
    feed = CalendarFeed.objects.get()
    (entry,) = entries(feed)
    assert str(entry["SUMMARY"]) == "This subscription has ended"
    assert b"Wren" not in feeds.feed_file(feed, today=TODAY).body
    assert [feeds.feed_file(feed, today=days(number)).ended for number in (0, 30, 31)] == [False, False, True]
    with pytest.raises(NotPossible):
        feeds.change_feed(feed, level="neutral", visibility="PRIVATE", occasion=occasion(bob))


def test_a_surgeon_who_left_sees_nobody(bob: User, follow_up: FollowUp) -> None:
    feed = feed_of(bob)
    User.objects.filter(pk=bob.pk).update(is_active=False)
    (entry,) = entries(CalendarFeed.objects.get(pk=feed.pk))
    assert str(entry["SUMMARY"]) == "This subscription has ended"


def test_only_a_surgeon_makes_a_feed_of_their_own(alice: User, bob: User, beth: User) -> None:
    for surgeon, by in ((alice, alice), (bob, beth), (bob, alice)):
        with pytest.raises(Refused):
            feeds.create_feed(surgeon, occasion=occasion(by))
    with pytest.raises(NotPossible, match=r"everything.*expected one of neutral, initials, name, full"):
        feeds.create_feed(bob, occasion=occasion(bob), level="everything")


def address_of(surgeon: User) -> str:
    """Path of a new feed's secret address."""
    return feeds.create_feed(surgeon, occasion=occasion(surgeon))[1].split("localhost:8000")[1]


def test_the_answer_is_what_calendar_programs_need(bob: User, follow_up: FollowUp, client: Client) -> None:
    path = address_of(bob)
    answer = client.get(path, headers={"Accept": "text/html", "Authorization": "Bearer x"}, query_params={"a": "b"})
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer["Cache-Control"] == "private, no-cache"
    assert "Set-Cookie" not in answer
    assert int(answer["Content-Length"]) == len(answer.content)
    zipped = client.get(path, headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(zipped.content) == answer.content
    assert zipped["ETag"] != answer["ETag"]
    head = client.head(path)
    assert (head.status_code, head.content, head["ETag"]) == (200, b"", answer["ETag"])


def test_nothing_new_is_a_304(bob: User, follow_up: FollowUp, client: Client) -> None:
    path = address_of(bob)
    first = client.get(path)
    tag, moment = first["ETag"], first["Last-Modified"]
    for known in (tag, f"W/{tag}", f'"other", {tag}', "*", f'{tag[:-1]}-gz"'):
        answer = client.get(path, headers={"If-None-Match": known})
        assert (answer.status_code, answer.content) == (304, b"")
    assert client.get(path, headers={"If-Modified-Since": moment}).status_code == 304
    assert client.get(path, headers={"If-None-Match": '"x"', "If-Modified-Since": moment}).status_code == 200
    FollowUp.objects.update(revision=2, due_on=days(11), changed_at=NOW + timedelta(minutes=1))
    assert client.get(path, headers={"If-None-Match": tag}).status_code == 200


def test_unknown_ended_and_asked_too_often(bob: User, client: Client) -> None:
    missing = client.get(reverse("calendar-file", args=["never-was-here-never-was-here"]))
    assert (missing.status_code, missing["Cache-Control"]) == (404, "no-store")
    path = address_of(bob)
    codes = [client.get(path).status_code for _ in range(61)]
    assert codes == [200] * 60 + [429]
    assert client.get(path)["Retry-After"] == "600"
    CalendarFeed.objects.update(revoked_at=NOW - timedelta(days=400), revoked_by=bob)
    over = client.get(path)
    assert (over.status_code, over["Cache-Control"]) == (410, "no-store")
    assert b"This subscription has ended" in over.content
