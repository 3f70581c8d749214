"""A surgeon's calendar addresses: made here, shown once, changed and revoked."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from tracker import words
from tracker.errors import TrackerError
from tracker.models import CalendarFeed, Role, User
from tracker.queries.calendar import feed_of, feeds_of
from tracker.services import feeds
from tracker.web.look.frame import Toast, occasion, page, person, say

_ONCE = "calendar_address"


@dataclass(frozen=True, slots=True)
class LevelChoice:
    """One level of detail, with what an entry then says."""

    code: str
    word: str
    example: str


LEVELS = tuple(
    LevelChoice(code, words.FEED_LEVEL[code], example)
    for code, example in (
        ("neutral", "“Follow-up due”"),
        ("initials", "“Follow-up due, TW”"),
        ("name", "“Follow-up due, Tamar Wren”"),
        ("full", "“Follow-up due, Tamar Wren: MRI whole spine (expedited)”"),
    )
)


@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """The addresses of the person who is signed in, and how to make one."""
    user = person(request)
    address = request.session.pop(_ONCE, "")
    own = feeds_of(user)
    return page(
        request,
        "calendar/page.html",
        "calendar",
        is_surgeon=user.role == Role.SURGEON,
        address=address,
        webcal=address.replace("https://", "webcal://").replace("http://", "webcal://"),
        feeds=tuple(feed for feed in own if feed.revoked_at is None),
        ended=tuple(feed for feed in own if feed.revoked_at is not None),
        levels=LEVELS,
    )


@require_POST
def create(request: HttpRequest) -> HttpResponse:
    """Make an address; it is shown on the next page and never again."""
    user = person(request)
    visibility = "PUBLIC" if request.POST.get("visibility") == "PUBLIC" else "PRIVATE"
    try:
        _, address = feeds.create_feed(
            user,
            occasion=occasion(request),
            level=request.POST.get("level", "neutral"),
            visibility=visibility,
        )
    except TrackerError as refusal:
        say(request, Toast(f"Not made. {refusal}"))
    else:
        request.session[_ONCE] = address
        say(request, Toast("Calendar address made. Copy it now: it is not shown again."))
    return redirect("calendar")


@require_POST
def change(request: HttpRequest, feed_id: int) -> HttpResponse:
    """Another level of detail; programs replace the entries they hold."""
    user = person(request)
    feed = _own(user, feed_id)
    try:
        feeds.change_feed(
            feed, level=request.POST.get("level", ""), visibility=feed.visibility, occasion=occasion(request)
        )
    except TrackerError as refusal:
        say(request, Toast(f"Not changed. {refusal}"))
    else:
        say(request, Toast("Changed. Calendar programs replace the entries when they fetch next."))
    return redirect("calendar")


@require_POST
def revoke(request: HttpRequest, feed_id: int) -> HttpResponse:
    """End a subscription; its address says so for 30 days."""
    user = person(request)
    feeds.revoke_feed(_own(user, feed_id), occasion=occasion(request))
    say(
        request,
        Toast("Revoked. The address now holds one entry, “This subscription has ended”, for 30 days."),
    )
    return redirect("calendar")


def _own(user: User, feed_id: int) -> CalendarFeed:
    feed = feed_of(user, feed_id)
    if feed is None:
        raise Http404("No such subscription of yours.")
    return feed
