"""Forms on a patient's page: record a fact, close a symptom, mark a fact as wrong; each ends with what changed."""

from __future__ import annotations

from dataclasses import replace

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from scheduling.engine.vocabulary import SINS_ITEMS
from tracker import access, clock
from tracker.errors import TrackerError
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
from tracker.web.record.running_score import Running, running
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
    return _form(request, key, sheet)


@require_http_methods(["GET", "HEAD", "POST"])
def assess(request: HttpRequest, key: str, lesion_id: int) -> HttpResponse:
    """Score a lesion that is known."""
    level = request.GET.get("level", "")
    heading = f"Score the lesion{f' at {level}' if level else ''}"
    return _form(request, key, replace(sheets.SHEETS["assessment"], heading=heading), lesion_id, level=level)


@require_http_methods(["GET", "HEAD", "POST"])
def close(request: HttpRequest, key: str, symptom_id: int) -> HttpResponse:
    """A clinician closes a symptom."""
    return _form(request, key, sheets.CLOSE, symptom_id, clinicians="close a symptom")


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, key: str, study_id: int) -> HttpResponse:
    """The result of a study that was recorded without one."""
    return _form(request, key, sheets.REPORT, study_id)


@require_http_methods(["GET", "HEAD", "POST"])
def step_down(request: HttpRequest, key: str) -> HttpResponse:
    """A clinician approves the longer intervals."""
    return _form(request, key, sheets.SHEETS["approval"], clinicians="approve a step-down")


@require_http_methods(["GET", "HEAD", "POST"])
def own_window(request: HttpRequest, key: str) -> HttpResponse:
    """A clinician's own window for one stream."""
    return _form(request, key, sheets.SHEETS["override"], clinicians="set a window of their own")


@require_http_methods(["GET", "HEAD", "POST"])
def stop_therapy(request: HttpRequest, key: str, line_id: int) -> HttpResponse:
    """A running line ends."""
    return _form(request, key, sheets.STOP, line_id)


@require_http_methods(["GET", "HEAD", "POST"])
def wrong(request: HttpRequest, key: str, what: str, fact_id: int) -> HttpResponse:
    """Mark a fact as entered in error: it stays visible and counts nowhere."""
    kind = BY_CODE.get(what)
    if kind is None or not kind.by_person:
        raise Http404("No such kind of fact.")
    word = what.replace("_", " ")
    heading, saved = f"Mark a {word} as entered in error", f"Marked as wrong: {word}"
    return _form(request, key, replace(sheet_of(WrongForm, kind), heading=heading, saved=saved), what, fact_id)


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
    patient = reminder.of_patient
    name = patient.name if patient else "Work about nobody known"
    try:
        resolve_uncertain(reminder, was_sent=answer == "yes", occasion=occasion(request))
    except TrackerError as refusal:
        say(request, Toast(f"Not saved. {refusal}"))
    else:
        done = "It was sent." if answer == "yes" else "It is sent again with the next round."
        say(request, Toast(f"Message about {name} settled: {done}"))
    return redirect("queue", slug="uncertain")


@require_POST
def sins_preview(request: HttpRequest) -> HttpResponse:
    """The running score of what is chosen so far; nothing is saved."""
    values = {item: request.POST.get(item, "") for item in SINS_ITEMS}
    return part(request, "patients/_running.html", running=running(request.POST.get("level", ""), values))


@require_POST
def end_task(request: HttpRequest, task_id: int) -> HttpResponse:
    """A person says that a piece of work is done."""
    task = end_a_task(task_id, note="", occasion=occasion(request))
    say(request, Toast("Task done."))
    return redirect(reverse("patient", args=[task.patient.key]) + "#tasks")


def _form(
    request: HttpRequest, key: str, sheet: Sheet, *about: object, level: str = "", clinicians: str = ""
) -> HttpResponse:
    """Show the form, or write the fact and go back with what changed; a refusal keeps everything typed.

    `about` names what the verb is about behind the patient; `clinicians` is what only they may do.
    """
    user, today = person(request), clock.today()
    found = access.patient_for(user, key)
    if clinicians:
        access.check_is_clinician(user, clinicians)
    access.check_can_record(user)
    given = request.POST if request.method == "POST" else None
    form = sheet.form(given, today=today, initial=sheet.form.proposed(request.GET))
    if given is not None and form.is_valid():
        try:
            done = sheet.record(found, *about, **form.fact(), occasion=occasion(request))
        except TrackerError as refusal:
            form.refuse(refusal)
        else:
            say(request, _said(sheet.saved, found, done))
            return redirect("patient", key=key)
    return page(
        request,
        "patients/form.html",
        "patients",
        status=422 if form.errors else 200,
        form=form,
        heading=sheet.heading,
        lead=sheet.lead,
        notes=form.notes,
        save_word=sheet.save,
        running=_running(form, level) if isinstance(form, LookForm) else None,
        action=request.get_full_path(),
        key=key,
        name=found.name,
    )


def _running(form: LookForm, level: str) -> Running:
    """The score of what the form holds, at the level of the lesion."""
    asked = str(form["level"].value() or "") if "level" in form.fields else ""
    return running(level or asked, {item: form[item].value() or "" for item in SINS_ITEMS})


def _said(saved: str, found: Patient, done: Recorded) -> Toast:
    changes: list[ScheduleChange] = done.changes
    lines = [change.text for change in changes] or ["No date changed."]
    lines += [ASKS[ask] for ask in done.asks if ask in ASKS]
    return Toast(f"{saved}, {found.name}.", tuple(lines))
