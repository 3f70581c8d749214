"""Addresses of the guides."""

from __future__ import annotations

from django.urls import URLPattern, path

from tracker.web.help import pages
from tracker.web.look.refusals import in_sentences

urlpatterns: list[URLPattern] = [
    path("help/", in_sentences(pages.index), name="help"),
    path("help/<slug:slug>/", in_sentences(pages.guide), name="help-guide"),
]
