"""Addresses of the pages."""

from __future__ import annotations

from django.urls import URLPattern, path

from tracker.web import (
    calendar_pages,
    door,
    patient_pages,
    policy_pages,
    question_pages,
    queue_pages,
    record_pages,
)

urlpatterns: list[URLPattern] = [
    path("", queue_pages.home, name="home"),
    path("robots.txt", door.robots, name="robots"),
    path("sign-in/", door.sign_in, name="sign-in"),
    path("sign-out/", door.sign_out, name="sign-out"),
    path("preferences/", door.preferences, name="preferences"),
    path("queue/<slug:slug>/", queue_pages.queue, name="queue"),
    path("queue/<slug:slug>/rows/<uuid:uid>/", queue_pages.row, name="queue-row"),
    path("queue/<slug:slug>/rows/<uuid:uid>/undo/", queue_pages.undo, name="queue-undo"),
    path("queue/<slug:slug>/rows/<uuid:uid>/<slug:code>/", queue_pages.act, name="queue-act"),
    path("follow-ups/<uuid:uid>/", queue_pages.follow_up_link, name="follow-up"),
    path("patients/", patient_pages.find, name="patients"),
    path("patients/<uuid:key>/", patient_pages.patient, name="patient"),
    path("patients/<uuid:key>/history/", patient_pages.history, name="patient-history"),
    path("patients/<uuid:key>/responsible/", patient_pages.assign, name="assign"),
    path("patients/<uuid:key>/why/<slug:stream>/", patient_pages.why, name="why"),
    path("patients/<uuid:key>/record/<slug:code>/", record_pages.record, name="record"),
    path("patients/<uuid:key>/lesions/<int:lesion_id>/score/", record_pages.assess, name="assess"),
    path("patients/<uuid:key>/symptoms/<int:symptom_id>/close/", record_pages.close, name="close-symptom"),
    path("patients/<uuid:key>/therapies/<int:line_id>/stop/", record_pages.stop_therapy, name="stop-therapy"),
    path("patients/<uuid:key>/wrong/<slug:what>/<int:fact_id>/", record_pages.wrong, name="wrong-fact"),
    path("sins/", record_pages.sins_preview, name="sins-preview"),
    path("tasks/<int:task_id>/done/", record_pages.end_task, name="end-task"),
    path("calendar/", calendar_pages.calendar, name="calendar"),
    path("calendar/new/", calendar_pages.create, name="calendar-create"),
    path("calendar/<int:feed_id>/change/", calendar_pages.change, name="calendar-change"),
    path("calendar/<int:feed_id>/revoke/", calendar_pages.revoke, name="calendar-revoke"),
    path("questions/", question_pages.questions, name="questions"),
    path("questions/<int:question_id>/", question_pages.answer, name="answer-question"),
    path("policies/", policy_pages.policies, name="policies"),
]
