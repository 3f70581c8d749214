"""Forms on a patient's page: record a fact, close a symptom, mark a fact as wrong; each ends with what changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from scheduling.engine.scores import sins as sins_score
from tracker import access, clock
from tracker.errors import InvalidFact, Refused, TrackerError
from tracker.kinds import BY_CODE
from tracker.models import Patient
from tracker.services.acts.on_record import Recorded
from tracker.services.follow_ups.contacts import end_task as end_a_task
from tracker.services.messages.deliveries import resolve_uncertain
from tracker.services.records import second_approve
from tracker.services.schedule.changes import ScheduleChange
from tracker.web.look.frame import Toast, occasion, page, part, person, say
from tracker.web.record import sheets
from tracker.web.record.fact_form import Sheet, sheet_of
from tracker.web.record.forms.assessment import LookForm
from tracker.web.record.running_score import running
from tracker.web.record.wrong_form import WrongForm

ASKS = {
    "progression": "Say how the progression came to light.",
    "second_approval": "A second clinician has to agree to this window.",
    "two_responses": "Two different responses stand on this day: mark the wrong one.",
    "symptom": "Write the symptom down: it starts the emergency pathway.",
}


@require_http_methods(["GET", "HEAD", "POST"])
def record(request: HttpRequest, key: str, code: str) -> HttpResponse:
    """One kind of fact of this patient."""
    sheet = sheets.BY_ADDRESS.get(code)
    if sheet is None:
        raise Http404("No such form.")
    found = access.patient_for(person(request), key)
    return _form(request, found, sheet, lambda given: sheet.record(found, **given))


@require_http_methods(["GET", "HEAD", "POST"])
def assess(request: HttpRequest, key: str, lesion_id: int) -> HttpResponse:
    """Score a lesion that is known."""
    found = access.patient_for(person(request), key)
    level = request.GET.get("level", "")
    return _form(
        request,
        found,
        sheets.SHEETS["assessment"],
        lambda given: sheets.SHEETS["assessment"].record(found, lesion_id, **given),
        heading=f"Score the lesion{f' at {level}' if level else ''}",
        level=level,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def close(request: HttpRequest, key: str, symptom_id: int) -> HttpResponse:
    """A clinician closes a symptom."""
    user = person(request)
    found = access.patient_for(user, key)
    access.check_is_clinician(user, "close a symptom")
    return _form(request, found, sheets.CLOSE, lambda given: sheets.CLOSE.record(found, symptom_id, **given))


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, key: str, study_id: int) -> HttpResponse:
    """The result of a study that was recorded without one."""
    found = access.patient_for(person(request), key)
    return _form(request, found, sheets.REPORT, lambda given: sheets.REPORT.record(found, study_id, **given))


@require_http_methods(["GET", "HEAD", "POST"])
def step_down(request: HttpRequest, key: str) -> HttpResponse:
    """A clinician approves the longer intervals."""
    user = person(request)
    found = access.patient_for(user, key)
    access.check_is_clinician(user, "approve a step-down")
    sheet = sheets.SHEETS["approval"]
    return _form(request, found, sheet, lambda given: sheet.record(found, **given))


@require_http_methods(["GET", "HEAD", "POST"])
def own_window(request: HttpRequest, key: str) -> HttpResponse:
    """A clinician's own window for one stream."""
    user = person(request)
    found = access.patient_for(user, key)
    access.check_is_clinician(user, "set a window of their own")
    sheet = sheets.SHEETS["override"]
    return _form(request, found, sheet, lambda given: sheet.record(found, **given))


@require_POST
def second_window(request: HttpRequest, key: str, override_id: int) -> HttpResponse:
    """A second clinician agrees to a window that lies beyond the policy's."""
    user = person(request)
    found = access.patient_for(user, key)
    try:
        done = second_approve(found, override_id, occasion=occasion(request))
    except TrackerError as refusal:
        say(request, Toast(f"Not approved. {refusal}"))
    else:
        say(request, _said("Window approved as the second clinician", found, done))
    return redirect(reverse("patient", args=[key]) + "#schedule")


@require_POST
def settle_message(request: HttpRequest, reminder_id: int) -> HttpResponse:
    """Somebody found out whether a message arrived: it was sent, or it is sent again."""
    user, answer = person(request), request.POST.get("sent")
    reminder = access.reminder_for(user, reminder_id)
    if answer not in ("yes", "no"):
        raise Http404("Expected an answer: yes or no.")
    name = reminder.follow_up.patient.name
    try:
        resolve_uncertain(reminder, was_sent=answer == "yes", occasion=occasion(request))
    except TrackerError as refusal:
        say(request, Toast(f"Not saved. {refusal}"))
    else:
        done = "It was sent." if answer == "yes" else "It is sent again with the next round."
        say(request, Toast(f"Message about {name} settled: {done}"))
    return redirect("queue", slug="uncertain")


@require_http_methods(["GET", "HEAD", "POST"])
def stop_therapy(request: HttpRequest, key: str, line_id: int) -> HttpResponse:
    """A running line ends."""
    found = access.patient_for(person(request), key)
    return _form(request, found, sheets.STOP, lambda given: sheets.STOP.record(found, line_id, **given))


@require_http_methods(["GET", "HEAD", "POST"])
def wrong(request: HttpRequest, key: str, what: str, fact_id: int) -> HttpResponse:
    """Mark a fact as entered in error: it stays visible and counts nowhere."""
    kind = BY_CODE.get(what)
    if kind is None or not kind.by_person:
        raise Http404("No such kind of fact.")
    found = access.patient_for(person(request), key)
    sheet = sheet_of(WrongForm, kind)
    word = what.replace("_", " ")
    sheet = replace(sheet, heading=f"Mark a {word} as entered in error", saved=f"Marked as wrong: {word}")
    return _form(request, found, sheet, lambda given: sheet.record(found, what, fact_id, **given))


@require_POST
def sins_preview(request: HttpRequest) -> HttpResponse:
    """The running score of what is chosen so far; nothing is saved."""
    return part(
        request,
        "patients/_running.html",
        running=running(
            request.POST.get("level", ""),
            {item.code: request.POST.get(item.code, "") for item in sins_score.ITEMS},
        ),
    )


@require_POST
def end_task(request: HttpRequest, task_id: int) -> HttpResponse:
    """A person says that a piece of work is done."""
    task = end_a_task(task_id, note="", occasion=occasion(request))
    say(request, Toast("Task done."))
    return redirect(reverse("patient", args=[task.patient.key]) + "#tasks")


def _form(
    request: HttpRequest,
    found: Patient,
    sheet: Sheet,
    write: Callable[[dict[str, Any]], Recorded],
    *,
    heading: str = "",
    level: str = "",
) -> HttpResponse:
    """Show the form, or write the fact and go back with what changed; a refusal keeps everything typed."""
    user, today = person(request), clock.today()
    if not access.can_record(user):
        raise Refused("Only nurses and surgeons of the patient's team record clinical facts.")
    given = request.POST if request.method == "POST" else None
    form = sheet.form(given, today=today, initial=sheet.form.proposed(request.GET))
    if given is not None and form.is_valid():
        try:
            done = write({**form.fact(), "occasion": occasion(request)})
        except InvalidFact as problem:
            form.refuse(problem)
        except TrackerError as refusal:
            form.add_error(None, str(refusal))
        else:
            say(request, _said(sheet.saved, found, done))
            return redirect("patient", key=str(found.key))
    context: dict[str, Any] = {}
    if isinstance(form, LookForm):
        values = {item.code: (form[item.code].value() or "") for item in sins_score.ITEMS}
        context = {
            "sins": True,
            "running": running(
                level or str(form["level"].value() or "") if "level" in form.fields else level, values
            ),
        }
    return page(
        request,
        "patients/form.html",
        "patients",
        status=422 if form.errors else 200,
        form=form,
        heading=heading or sheet.heading,
        lead=sheet.lead,
        notes=form.notes,
        save_word=sheet.save,
        action=request.get_full_path(),
        key=str(found.key),
        name=found.name,
        **context,
    )


def _said(saved: str, found: Patient, done: Recorded) -> Toast:
    changes: list[ScheduleChange] = done.changes
    lines = [change.text for change in changes] or ["No date changed."]
    lines += [ASKS[ask] for ask in done.asks if ask in ASKS]
    return Toast(f"{saved}, {found.name}.", tuple(lines))
