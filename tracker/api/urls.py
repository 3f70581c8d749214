"""Addresses of the programming interface."""

from __future__ import annotations

from django.urls import URLPattern, path, re_path

from tracker.api import views

app_name = "api"

urlpatterns: list[URLPattern] = [
    path("queues/", views.Queues.as_view(), name="queues"),
    path("queues/<slug:slug>/", views.Queue.as_view(), name="queue"),
    path("patients/<uuid:key>/schedule/", views.Schedule.as_view(), name="schedule"),
    path("policies/", views.Policies.as_view(), name="policies"),
    re_path(r"^(?P<rest>.*)$", views.Nothing.as_view(), name="nothing"),
]
