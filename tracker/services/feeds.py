"""Calendar feeds: make one, change what it says, end it, and write its bytes."""

from __future__ import annotations

import hashlib
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction

from scheduling import ical
from scheduling.entries import CalendarSettings, Entry, notice
from tracker import audit, clock
from tracker.errors import NotPossible, Refused
from tracker.full_disk import NotStored
from tracker.models import CalendarFeed, Role, User
from tracker.queries.calendar import feed_rows
from tracker.services.acts.occasion import Occasion
from tracker.services.feed_entries import entry, uid

#: After revocation the address answers with one neutral entry for this long, then 410 (calendars.md 36).
FAREWELL = timedelta(days=30)
#: What became of a withdrawn row because the patient stopped.
LEVELS = ("neutral", "initials", "name", "full")


@dataclass(frozen=True, slots=True)
class FeedFile:
    """The bytes of a feed with its validators; `ended` True where the subscription has ended for good."""

    body: bytes
    etag: str
    last_modified: datetime
    ended: bool = False


def create_feed(
    surgeon: User,
    *,
    occasion: Occasion,
    level: str = "neutral",
    visibility: str = "PRIVATE",
    time_zone: str | None = None,
) -> tuple[CalendarFeed, str]:
    """Make a feed and its secret address. The address is returned this once; only its hash is kept.

    Raises Refused for anybody but the surgeon, NotPossible for an unknown level.
    """
    _check_own(surgeon, occasion.by)
    _check_level(level)
    token = secrets.token_urlsafe(24)
    with transaction.atomic():
        feed = CalendarFeed.objects.create(
            surgeon=surgeon,
            token_hash=_hash(token),
            level=level,
            visibility=visibility,
            time_zone=time_zone or settings.TIME_ZONE,
            created_at=occasion.at,
            created_by=occasion.by,
            changed_at=occasion.at.replace(microsecond=0),
        )
        audit.record(by=occasion.by, verb="create_feed", target=feed, at=occasion.at, changes={"level": (None, level)})
    return feed, f"{settings.PUBLIC_URL}/calendar/{token}.ics"


def change_feed(feed: CalendarFeed, *, level: str, visibility: str, occasion: Occasion) -> CalendarFeed:
    """Change what a feed says. Every entry counts as changed, so programs replace the more revealing text."""
    _check_own(feed.surgeon, occasion.by)
    _check_level(level)
    with transaction.atomic():
        feed = CalendarFeed.objects.select_for_update().get(pk=feed.pk)
        if feed.revoked_at is not None:
            raise NotPossible("This subscription has ended. Make a new one.")
        before = (feed.level, feed.visibility)
        feed.level, feed.visibility = level, visibility
        feed.revision += 1
        feed.changed_at = max(occasion.at.replace(microsecond=0), feed.changed_at + timedelta(seconds=1))
        feed.save(update_fields=["level", "visibility", "revision", "changed_at"])
        audit.record(
            by=occasion.by,
            verb="change_feed",
            target=feed,
            at=occasion.at,
            changes={"level": (before[0], level), "visibility": (before[1], visibility)},
        )
    return feed


def revoke_feed(feed: CalendarFeed, *, occasion: Occasion) -> None:
    """End a subscription; its address says so for 30 days and then answers 410."""
    if occasion.by.role != Role.ADMIN:
        _check_own(feed.surgeon, occasion.by)
    with transaction.atomic():
        if CalendarFeed.objects.filter(pk=feed.pk, revoked_at__isnull=True).update(
            revoked_at=occasion.at, revoked_by=occasion.by
        ):
            audit.record(by=occasion.by, verb="revoke_feed", target=feed, at=occasion.at)


def feed_by_token(token: str) -> CalendarFeed | None:
    """The feed behind a secret, or None. Looked up by hash, so the time taken says nothing about the secret."""
    return CalendarFeed.objects.select_related("surgeon").filter(token_hash=_hash(token)).first()


def note_fetched(feed: CalendarFeed, *, at: datetime) -> None:
    """Remember that a program came by, at most once an hour: a fetch must stay cheap, and works on a full disk."""
    if feed.fetched_at is None or at - feed.fetched_at > timedelta(hours=1):
        with suppress(NotStored):
            CalendarFeed.objects.filter(pk=feed.pk).update(fetched_at=at)


def feed_file(feed: CalendarFeed, *, today: date) -> FeedFile:
    """The file of a feed: same rows and same settings give the same bytes, whenever it is asked for."""
    ended_on = _ended_on(feed)
    if ended_on is not None:
        body = ical.render([], _calendar(feed, ended_on), _farewell(feed, ended_on))
        over = feed.revoked_at is not None and today > clock.day_of(feed.revoked_at + FAREWELL)
        return FeedFile(body, _etag(body), ended_on, ended=over)
    rows = feed_rows(feed, today=today)
    last = max((row.changed_at for row in rows), default=feed.changed_at)
    placeholder = notice(uid(f"empty-{feed.pk}"), clock.day_of(feed.created_at), "Nothing is planned", feed.changed_at)
    body = ical.render([entry(feed, row) for row in rows], _calendar(feed, feed.changed_at), placeholder)
    return FeedFile(body, _etag(body), max(last, feed.changed_at))


def _ended_on(feed: CalendarFeed) -> datetime | None:
    """When the subscription ended: revoked, or its surgeon no longer works here."""
    if feed.revoked_at is not None:
        return feed.revoked_at
    working = feed.surgeon.is_active and feed.surgeon.role == Role.SURGEON
    return None if working else feed.changed_at


def _farewell(feed: CalendarFeed, ended_at: datetime) -> Entry:
    return notice(uid(f"ended-{feed.pk}"), clock.day_of(ended_at), "This subscription has ended", ended_at)


def _calendar(feed: CalendarFeed, changed_at: datetime) -> CalendarSettings:
    return CalendarSettings(name=feed.name, tz=feed.time_zone, changed_at=changed_at, revision=feed.revision)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _etag(body: bytes) -> str:
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def _check_own(surgeon: User, by: User) -> None:
    if by.pk != surgeon.pk or surgeon.role != Role.SURGEON:
        raise Refused("A calendar address belongs to one surgeon, who makes and changes it.")


def _check_level(level: str) -> None:
    if level not in LEVELS:
        raise NotPossible(f"{level!r} is not a level of detail; expected one of {', '.join(LEVELS)}.")
