"""Addresses of the pages: the door's own, and those of each area."""

from __future__ import annotations

from django.urls import URLPattern, path

from tracker.web import door
from tracker.web.calendar import routes as calendar
from tracker.web.help import routes as help_routes
from tracker.web.patient import routes as patient
from tracker.web.policy import routes as policy
from tracker.web.questions import routes as questions
from tracker.web.queue import routes as queue
from tracker.web.record import routes as record

urlpatterns: list[URLPattern] = [
    path("robots.txt", door.robots, name="robots"),
    path("sign-in/", door.sign_in, name="sign-in"),
    path("sign-out/", door.sign_out, name="sign-out"),
    path("preferences/", door.preferences, name="preferences"),
    *queue.urlpatterns,
    *patient.urlpatterns,
    *record.urlpatterns,
    *calendar.urlpatterns,
    *questions.urlpatterns,
    *help_routes.urlpatterns,
    *policy.urlpatterns,
]
