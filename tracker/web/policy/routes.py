"""Address of the policy."""

from __future__ import annotations

from django.urls import URLPattern, path

from tracker.web.look.refusals import in_sentences
from tracker.web.policy import pages

urlpatterns: list[URLPattern] = [
    path("policies/", in_sentences(pages.policies), name="policies"),
]
