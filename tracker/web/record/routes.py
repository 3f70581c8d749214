"""Addresses of the forms that record a fact or end a piece of work."""

from __future__ import annotations

from django.urls import URLPattern, path

from tracker.web.look.refusals import in_sentences
from tracker.web.record import answers, pages

urlpatterns: list[URLPattern] = [
    path("patients/<uuid:key>/record/<slug:code>/", in_sentences(pages.record), name="record"),
    path("patients/<uuid:key>/lesions/<int:lesion_id>/score/", in_sentences(pages.assess), name="assess"),
    path(
        "patients/<uuid:key>/symptoms/<int:symptom_id>/close/",
        in_sentences(pages.close),
        name="close-symptom",
    ),
    path(
        "patients/<uuid:key>/therapies/<int:line_id>/stop/",
        in_sentences(pages.stop_therapy),
        name="stop-therapy",
    ),
    path(
        "patients/<uuid:key>/wrong/<slug:what>/<int:fact_id>/",
        in_sentences(pages.wrong),
        name="wrong-fact",
    ),
    path(
        "patients/<uuid:key>/studies/<int:study_id>/report/",
        in_sentences(pages.report),
        name="report-study",
    ),
    path("patients/<uuid:key>/studies/<int:study_id>/no-action/", in_sentences(pages.no_action), name="no-action"),
    path("patients/<uuid:key>/studies/<int:study_id>/explain/", in_sentences(pages.explain), name="explain-study"),
    path("patients/<uuid:key>/windows/", in_sentences(pages.own_window), name="own-window"),
    path(
        "patients/<uuid:key>/windows/<int:override_id>/second/",
        in_sentences(pages.second_window),
        name="second-window",
    ),
    path("patients/<uuid:key>/step-down/", in_sentences(pages.step_down), name="step-down"),
    path("patients/<uuid:key>/unwell/<int:task_id>/", in_sentences(answers.no_symptom), name="no-symptom"),
    path("patients/<uuid:key>/number/", in_sentences(answers.number), name="right-number"),
    path("sins/", in_sentences(pages.sins_preview), name="sins-preview"),
    path("patients/<uuid:key>/lesions/<int:lesion_id>/sins/", in_sentences(pages.look_preview), name="look-preview"),
    path("messages/<int:reminder_id>/settle/", in_sentences(pages.settle_message), name="settle-message"),
    path("tasks/<int:task_id>/done/", in_sentences(pages.end_task), name="end-task"),
]
