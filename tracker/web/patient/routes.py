"""Addresses of the patients."""

from __future__ import annotations

from django.urls import URLPattern, path

from tracker.web.look.refusals import in_sentences
from tracker.web.patient import pages

urlpatterns: list[URLPattern] = [
    path("patients/", in_sentences(pages.find), name="patients"),
    path("patients/<uuid:key>/", in_sentences(pages.patient), name="patient"),
    path("patients/<uuid:key>/history/", in_sentences(pages.history), name="patient-history"),
    path("patients/<uuid:key>/responsible/", in_sentences(pages.assign), name="assign"),
    path("patients/<uuid:key>/why/<slug:stream>/", in_sentences(pages.why), name="why"),
]
