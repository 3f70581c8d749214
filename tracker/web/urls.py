"""Addresses of the pages."""

from __future__ import annotations

from django.urls import URLPattern, path

from tracker.web import door
from tracker.web.calendar import pages as calendar_pages
from tracker.web.calendar.feed_file import calendar_file
from tracker.web.help import pages as help_pages
from tracker.web.look.refusals import said
from tracker.web.patient import pages as patient_pages
from tracker.web.policy import pages as policy_pages
from tracker.web.questions import pages as question_pages
from tracker.web.queue import pages as queue_pages
from tracker.web.record import pages as record_pages

urlpatterns: list[URLPattern] = [
    path("", said(queue_pages.home), name="home"),
    path("robots.txt", door.robots, name="robots"),
    path("sign-in/", door.sign_in, name="sign-in"),
    path("sign-out/", door.sign_out, name="sign-out"),
    path("preferences/", door.preferences, name="preferences"),
    path("queue/<slug:slug>/", said(queue_pages.queue), name="queue"),
    path("queue/<slug:slug>/rows/<uuid:uid>/", said(queue_pages.row), name="queue-row"),
    path("queue/<slug:slug>/rows/<uuid:uid>/undo/", said(queue_pages.undo), name="queue-undo"),
    path("queue/<slug:slug>/rows/<uuid:uid>/<slug:code>/", said(queue_pages.act), name="queue-act"),
    path("follow-ups/<uuid:uid>/", said(queue_pages.follow_up_link), name="follow-up"),
    path("patients/", said(patient_pages.find), name="patients"),
    path("patients/<uuid:key>/", said(patient_pages.patient), name="patient"),
    path("patients/<uuid:key>/history/", said(patient_pages.history), name="patient-history"),
    path("patients/<uuid:key>/responsible/", said(patient_pages.assign), name="assign"),
    path("patients/<uuid:key>/why/<slug:stream>/", said(patient_pages.why), name="why"),
    path("patients/<uuid:key>/record/<slug:code>/", said(record_pages.record), name="record"),
    path("patients/<uuid:key>/lesions/<int:lesion_id>/score/", said(record_pages.assess), name="assess"),
    path(
        "patients/<uuid:key>/symptoms/<int:symptom_id>/close/", said(record_pages.close), name="close-symptom"
    ),
    path(
        "patients/<uuid:key>/therapies/<int:line_id>/stop/",
        said(record_pages.stop_therapy),
        name="stop-therapy",
    ),
    path("patients/<uuid:key>/wrong/<slug:what>/<int:fact_id>/", said(record_pages.wrong), name="wrong-fact"),
    path(
        "patients/<uuid:key>/studies/<int:study_id>/report/", said(record_pages.report), name="report-study"
    ),
    path("patients/<uuid:key>/windows/", said(record_pages.own_window), name="own-window"),
    path(
        "patients/<uuid:key>/windows/<int:override_id>/second/",
        said(record_pages.second_window),
        name="second-window",
    ),
    path("patients/<uuid:key>/step-down/", said(record_pages.step_down), name="step-down"),
    path("sins/", said(record_pages.sins_preview), name="sins-preview"),
    path("messages/<int:reminder_id>/settle/", said(record_pages.settle_message), name="settle-message"),
    path("tasks/<int:task_id>/done/", said(record_pages.end_task), name="end-task"),
    path("calendar/<str:token>.ics", calendar_file, name="calendar-file"),
    path("calendar/", said(calendar_pages.calendar), name="calendar"),
    path("calendar/new/", said(calendar_pages.create), name="calendar-create"),
    path("calendar/<int:feed_id>/change/", said(calendar_pages.change), name="calendar-change"),
    path("calendar/<int:feed_id>/revoke/", said(calendar_pages.revoke), name="calendar-revoke"),
    path("questions/", said(question_pages.questions), name="questions"),
    path("questions/<int:question_id>/", said(question_pages.answer), name="answer-question"),
    path("help/", help_pages.index, name="help"),
    path("help/<slug:slug>/", said(help_pages.guide), name="help-guide"),
    path("policies/", said(policy_pages.policies), name="policies"),
]
