"""Addresses of the queue."""

from __future__ import annotations

from django.urls import URLPattern, path

from tracker.web.look.refusals import in_sentences
from tracker.web.queue import pages

urlpatterns: list[URLPattern] = [
    path("", in_sentences(pages.home), name="home"),
    path("queue/<slug:slug>/", in_sentences(pages.queue), name="queue"),
    path("queue/<slug:slug>/rows/<uuid:uid>/", in_sentences(pages.row), name="queue-row"),
    path("queue/<slug:slug>/rows/<uuid:uid>/undo/<int:event>/", in_sentences(pages.undo), name="queue-undo"),
    path("queue/<slug:slug>/rows/<uuid:uid>/<slug:code>/", in_sentences(pages.act), name="queue-act"),
    path("follow-ups/<uuid:uid>/", in_sentences(pages.follow_up_link), name="follow-up"),
]
