"""Addresses of a surgeon's calendars."""

from __future__ import annotations

from django.urls import URLPattern, path

from tracker.web.calendar import pages
from tracker.web.calendar.feed_file import calendar_file
from tracker.web.look.refusals import in_sentences

urlpatterns: list[URLPattern] = [
    path("calendar/<str:token>.ics", calendar_file, name="calendar-file"),
    path("calendar/", in_sentences(pages.calendar), name="calendar"),
    path("calendar/new/", in_sentences(pages.create), name="calendar-create"),
    path("calendar/<int:feed_id>/change/", in_sentences(pages.change), name="calendar-change"),
    path("calendar/<int:feed_id>/revoke/", in_sentences(pages.revoke), name="calendar-revoke"),
]
