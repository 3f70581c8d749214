"""The file behind a surgeon's secret calendar address, as subscribed calendars need it."""

from __future__ import annotations

import gzip
import hashlib
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils.http import http_date
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from tracker import clock
from tracker.services.feeds import FeedFile, feed_by_token, feed_file, note_fetched

#: Full answers per address; hosted calendars fetch for many people from one network, so never per network.
MOST_FETCHES, PER_SECONDS = 60, 600
NEUTRAL_404 = b"Nothing is published at this address.\n"


@csrf_exempt
@login_not_required
@require_safe
def calendar_file(request: HttpRequest, token: str) -> HttpResponse:
    """Answer 200, 304, 404 for what never existed, 410 for what ended long ago, 429 when asked too often.

    Cookies, an Authorization header, Accept and the query string are ignored: calendar programs send what they like.
    """
    feed = feed_by_token(token)
    if feed is None:
        return _plain(404, NEUTRAL_404)
    today = clock.today()
    file = feed_file(feed, today=today)
    if file.ended:
        return _headers(HttpResponse(file.body, status=410), None, zipped=False)
    zipped = "gzip" in request.headers.get("Accept-Encoding", "")
    if _not_modified(request, file):
        return _headers(HttpResponse(status=304), file, zipped=zipped)
    if _too_often(token):
        answer = _plain(429, b"Too many requests for this calendar. Try again later.\n")
        answer["Retry-After"] = str(PER_SECONDS)
        return answer
    note_fetched(feed, at=clock.now())
    # mtime=0: the same rows give the same bytes, zipped too.
    body = gzip.compress(file.body, compresslevel=6, mtime=0) if zipped else file.body
    return _headers(HttpResponse(body), file, zipped=zipped)


def _headers(answer: HttpResponse, file: FeedFile | None, *, zipped: bool) -> HttpResponse:
    answer["Content-Type"] = "text/calendar; charset=utf-8"
    answer["Cache-Control"] = "private, no-cache" if file else "no-store"
    answer["Vary"] = "Accept-Encoding"
    answer["Referrer-Policy"] = "no-referrer"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["X-Robots-Tag"] = "noindex"
    answer["Content-Disposition"] = 'inline; filename="calendar.ics"'
    if file is not None:
        answer["ETag"] = _tag(file, zipped=zipped)
        answer["Last-Modified"] = http_date(file.last_modified.timestamp())
    if zipped and answer.status_code == 200:
        answer["Content-Encoding"] = "gzip"
    if answer.status_code != 304:
        answer["Content-Length"] = str(len(answer.content))
    return answer


def _plain(status: int, body: bytes) -> HttpResponse:
    answer = HttpResponse(body, status=status, content_type="text/plain; charset=utf-8")
    answer["Cache-Control"] = "no-store"
    answer["Referrer-Policy"] = "no-referrer"
    answer["X-Robots-Tag"] = "noindex"
    return answer


def _tag(file: FeedFile, *, zipped: bool) -> str:
    return f'{file.etag[:-1]}-gz"' if zipped else file.etag


def _not_modified(request: HttpRequest, file: FeedFile) -> bool:
    """If-None-Match in every form clients send; If-Modified-Since only without it."""
    match = request.headers.get("If-None-Match")
    if match is not None:
        known = {_tag(file, zipped=False), _tag(file, zipped=True)}
        asked = {part.strip().removeprefix("W/") for part in match.split(",")}
        return "*" in asked or bool(known & asked)
    since = request.headers.get("If-Modified-Since")
    if since is None:
        return False
    try:
        moment = parsedate_to_datetime(since)
    except (TypeError, ValueError):
        return False
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return _seconds(file.last_modified) <= moment


def _seconds(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)


def _too_often(token: str) -> bool:
    key = f"feed-fetches-{hashlib.sha256(token.encode()).hexdigest()}"
    cache.add(key, 0, timeout=PER_SECONDS)
    try:
        return cache.incr(key) > MOST_FETCHES
    except ValueError:  # it left the cache between the two calls
        return False
