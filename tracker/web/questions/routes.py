"""Addresses of the questions of imports."""

from __future__ import annotations

from django.urls import URLPattern, path

from tracker.web.look.refusals import in_sentences
from tracker.web.questions import pages

urlpatterns: list[URLPattern] = [
    path("questions/", in_sentences(pages.questions), name="questions"),
    path("questions/<int:question_id>/", in_sentences(pages.answer), name="answer-question"),
]
