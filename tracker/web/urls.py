"""Addresses of the pages."""

from __future__ import annotations

from django.urls import URLPattern, path

from tracker.web import door
from tracker.web.calendar import pages as calendar_pages
from tracker.web.calendar.feed_file import calendar_file
from tracker.web.help import pages as help_pages
from tracker.web.look.refusals import in_sentences
from tracker.web.patient import pages as patient_pages
from tracker.web.policy import pages as policy_pages
from tracker.web.questions import pages as question_pages
from tracker.web.queue import pages as queue_pages
from tracker.web.record import pages as record_pages

urlpatterns: list[URLPattern] = [
    path("", in_sentences(queue_pages.home), name="home"),
    path("robots.txt", door.robots, name="robots"),
    path("sign-in/", door.sign_in, name="sign-in"),
    path("sign-out/", door.sign_out, name="sign-out"),
    path("preferences/", door.preferences, name="preferences"),
    path("queue/<slug:slug>/", in_sentences(queue_pages.queue), name="queue"),
    path("queue/<slug:slug>/rows/<uuid:uid>/", in_sentences(queue_pages.row), name="queue-row"),
    path("queue/<slug:slug>/rows/<uuid:uid>/undo/", in_sentences(queue_pages.undo), name="queue-undo"),
    path("queue/<slug:slug>/rows/<uuid:uid>/<slug:code>/", in_sentences(queue_pages.act), name="queue-act"),
    path("follow-ups/<uuid:uid>/", in_sentences(queue_pages.follow_up_link), name="follow-up"),
    path("patients/", in_sentences(patient_pages.find), name="patients"),
    path("patients/<uuid:key>/", in_sentences(patient_pages.patient), name="patient"),
    path("patients/<uuid:key>/history/", in_sentences(patient_pages.history), name="patient-history"),
    path("patients/<uuid:key>/responsible/", in_sentences(patient_pages.assign), name="assign"),
    path("patients/<uuid:key>/why/<slug:stream>/", in_sentences(patient_pages.why), name="why"),
    path("patients/<uuid:key>/record/<slug:code>/", in_sentences(record_pages.record), name="record"),
    path(
        "patients/<uuid:key>/lesions/<int:lesion_id>/score/", in_sentences(record_pages.assess), name="assess"
    ),
    path(
        "patients/<uuid:key>/symptoms/<int:symptom_id>/close/",
        in_sentences(record_pages.close),
        name="close-symptom",
    ),
    path(
        "patients/<uuid:key>/therapies/<int:line_id>/stop/",
        in_sentences(record_pages.stop_therapy),
        name="stop-therapy",
    ),
    path(
        "patients/<uuid:key>/wrong/<slug:what>/<int:fact_id>/",
        in_sentences(record_pages.wrong),
        name="wrong-fact",
    ),
    path(
        "patients/<uuid:key>/studies/<int:study_id>/report/",
        in_sentences(record_pages.report),
        name="report-study",
    ),
    path("patients/<uuid:key>/windows/", in_sentences(record_pages.own_window), name="own-window"),
    path(
        "patients/<uuid:key>/windows/<int:override_id>/second/",
        in_sentences(record_pages.second_window),
        name="second-window",
    ),
    path("patients/<uuid:key>/step-down/", in_sentences(record_pages.step_down), name="step-down"),
    path("sins/", in_sentences(record_pages.sins_preview), name="sins-preview"),
    path(
        "messages/<int:reminder_id>/settle/", in_sentences(record_pages.settle_message), name="settle-message"
    ),
    path("tasks/<int:task_id>/done/", in_sentences(record_pages.end_task), name="end-task"),
    path("calendar/<str:token>.ics", calendar_file, name="calendar-file"),
    path("calendar/", in_sentences(calendar_pages.calendar), name="calendar"),
    path("calendar/new/", in_sentences(calendar_pages.create), name="calendar-create"),
    path("calendar/<int:feed_id>/change/", in_sentences(calendar_pages.change), name="calendar-change"),
    path("calendar/<int:feed_id>/revoke/", in_sentences(calendar_pages.revoke), name="calendar-revoke"),
    path("questions/", in_sentences(question_pages.questions), name="questions"),
    path("questions/<int:question_id>/", in_sentences(question_pages.answer), name="answer-question"),
    path("help/", help_pages.index, name="help"),
    path("help/<slug:slug>/", in_sentences(help_pages.guide), name="help-guide"),
    path("policies/", in_sentences(policy_pages.policies), name="policies"),
]
