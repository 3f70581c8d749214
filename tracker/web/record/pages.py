"""Forms on a patient's page: record a fact, close a symptom, mark a fact as wrong; each ends with what changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from scheduling.engine.record.counting import NOT_COUNTED
from tracker import access, clock
from tracker.errors import TrackerError
from tracker.kinds import BY_CODE
from tracker.models import Patient
from tracker.queries.patient.lesion_rows import level_of
from tracker.services.acts.on_record import Recorded
from tracker.services.follow_ups.contacts import end_task as end_a_task
from tracker.services.messages.deliveries import resolve_uncertain
from tracker.services.records import second_approve
from tracker.services.schedule.changes import ScheduleChange
from tracker.web.look.frame import Toast, occasion, page, part, person, say
from tracker.web.look.sending import save_once
from tracker.web.record import sheets
from tracker.web.record.answers import UnwellNote, unwell_note
from tracker.web.record.fact_form import Sheet, sheet_of
from tracker.web.record.forms.assessment import AssessmentForm, LookForm
from tracker.web.record.forms.lesion import LesionForm
from tracker.web.record.running_score import Running, running
from tracker.web.record.wrong_form import WrongForm
from tracker.words import moment_text

ASKS = {
    "progression": "Say how the progression came to light.",
    "second_approval": "A second clinician has to agree to this window.",
    "two_responses": "Two different responses stand on this day: mark the wrong one.",
    "symptom": "Write the symptom down: it starts the emergency pathway.",
    **{
        code: f"It does not count, because {words}: the follow-up stays as it was. Repeat it, or explain why not."
        for code, words in NOT_COUNTED.items()
    },
}


@require_http_methods(["GET", "HEAD", "POST"])
def record(request: HttpRequest, key: str, code: str) -> HttpResponse:
    """One kind of fact of this patient."""
    sheet = sheets.BY_ADDRESS.get(code)
    if sheet is None:
        raise Http404("No such form.")
    call = unwell_note(request, key) if code == "symptom" else None
    return _form(request, key, sheet, call=call)


@require_http_methods(["GET", "HEAD", "POST"])
def assess(request: HttpRequest, key: str, lesion_id: int) -> HttpResponse:
    """Score a lesion that is known, at the level that the record has of it."""
    level = _level(request, key, lesion_id)
    heading = f"Score the lesion{f' at {level}' if level else ''}"
    return _form(request, key, replace(sheets.SHEETS["assessment"], heading=heading), lesion_id, level=level)


def _level(request: HttpRequest, key: str, lesion_id: int) -> str:
    level = level_of(access.patient_for(person(request), key), lesion_id)
    if level is None:
        raise Http404("This patient has no such lesion, or it was marked as entered in error.")
    return level


@require_http_methods(["GET", "HEAD", "POST"])
def close(request: HttpRequest, key: str, symptom_id: int) -> HttpResponse:
    """A clinician closes a symptom."""
    return _form(request, key, sheets.CLOSE, symptom_id, clinicians="close a symptom")


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, key: str, study_id: int) -> HttpResponse:
    """The result of a study that was recorded without one."""
    return _form(request, key, sheets.REPORT, study_id)


@require_http_methods(["GET", "HEAD", "POST"])
def no_action(request: HttpRequest, key: str, study_id: int) -> HttpResponse:
    """A clinician says that a result asks for nothing."""
    return _form(request, key, sheets.NO_ACTION, study_id, clinicians="say that a result asks for no act")


@require_http_methods(["GET", "HEAD", "POST"])
def explain(request: HttpRequest, key: str, study_id: int) -> HttpResponse:
    """Why an examination that showed nothing is not repeated."""
    return _form(request, key, sheets.EXPLAIN, study_id)


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
    act = partial(second_approve, found, override_id, occasion=occasion(request))
    try:
        toast = _saved(request, "Window approved as the second clinician", found, act)
    except TrackerError as refusal:
        toast = Toast(f"Not approved. {refusal}")
    say(request, toast)
    return redirect(reverse("patient", args=[key]) + "#schedule")


@require_POST
def settle_message(request: HttpRequest, reminder_id: int) -> HttpResponse:
    """Somebody found out whether a message arrived: it was sent, or it is sent again."""
    user, answer = person(request), request.POST.get("sent")
    reminder = access.reminder_for(user, reminder_id)
    if answer not in ("yes", "no"):
        raise Http404("Expected an answer: yes or no.")
    name = reminder.of_patient.name if reminder.of_patient else "nobody known"
    now, done = occasion(request), "It was sent." if answer == "yes" else "It was not sent."
    settle = partial(resolve_uncertain, reminder, was_sent=answer == "yes", occasion=now)
    try:
        told = save_once(request, now, settle, lambda _: Toast(f"Message about {name} settled: {done}").plain())
    except TrackerError as refusal:
        say(request, Toast(f"Not saved. {refusal}"))
    else:
        say(request, Toast.of(*told))
    return redirect("queue", slug="uncertain")


@require_POST
def sins_preview(request: HttpRequest) -> HttpResponse:
    """The running score of a new lesion from what is chosen so far; nothing is saved."""
    form = LesionForm(request.POST, today=clock.today())
    return part(request, "patients/_running.html", running=_running(form, ""))


@require_POST
def look_preview(request: HttpRequest, key: str, lesion_id: int) -> HttpResponse:
    """The running score of a lesion that is known; nothing is saved."""
    form = AssessmentForm(request.POST, today=clock.today())
    return part(request, "patients/_running.html", running=_running(form, _level(request, key, lesion_id)))


@require_POST
def end_task(request: HttpRequest, task_id: int) -> HttpResponse:
    """A person says that a piece of work is done."""
    now = occasion(request)
    end = partial(end_a_task, task_id, note="", occasion=now)
    told, before = save_once(
        request, now, end, lambda task: {**Toast("Task done.").plain(), "patient": str(task.patient.key)}
    )
    say(request, Toast.of(told, before))
    return redirect(reverse("patient", args=[told["patient"]]) + "#tasks")


def _form(
    request: HttpRequest,
    key: str,
    sheet: Sheet,
    *about: object,
    level: str = "",
    clinicians: str = "",
    call: UnwellNote | None = None,
) -> HttpResponse:
    """Show the form, or write the fact and go back with what changed; a refusal keeps everything typed.

    `about` names what the verb is about behind the patient; `clinicians` is what only they may do; `call` is the call
    that the form answers.
    """
    user, today = person(request), clock.today()
    found = access.patient_for(user, key)
    if clinicians:
        access.check_is_clinician(user, clinicians)
    access.check_can_record(user)
    given = request.POST if request.method == "POST" else None
    known = call.initial if call else {}
    form = sheet.form(given, today=today, initial=sheet.form.proposed(request.GET) | known)
    if given is not None and form.is_valid():
        now = occasion(request)
        try:
            toast = _saved(
                request, sheet.saved, found, partial(sheet.record, found, *about, **form.fact(), occasion=now)
            )
        except TrackerError as refusal:
            form.refuse(refusal, now)
        else:
            say(request, toast)
            return redirect("patient", key=key)
    return page(
        request,
        "patients/form.html",
        "patients",
        status=409 if form.asked else 422 if form.errors else 200,
        form=form,
        heading=sheet.heading,
        lead=sheet.lead,
        notes=(*call.notes, *form.notes) if call else form.notes,
        save_word=sheet.save,
        running=_running(form, level) if isinstance(form, LookForm) else None,
        preview=_preview(key, *about) if isinstance(form, LookForm) else "",
        action=request.get_full_path(),
        key=key,
        name=found.name,
    )


def _running(form: LookForm, level: str) -> Running:
    """The score of what the form holds, finished or not: its own level, or that of the lesion."""
    if not form.is_bound:
        return running(level, {"sins": None})
    # Read anew: a refusal has taken what it names out of what the form holds.
    read = type(form)(form.data, today=form.today)
    read.is_valid()
    return running(read.known_level or level, read.score())


def _preview(key: str, *lesion: object) -> str:
    """Where the running score is asked for: of this lesion, or of a new one."""
    return reverse("look-preview", args=[key, *lesion]) if lesion else reverse("sins-preview")


def _saved(request: HttpRequest, saved: str, found: Patient, act: Callable[[], Recorded]) -> Toast:
    """Record it once, and say what changed; a form that is sent again is told what it was told then."""
    told, before = save_once(request, occasion(request), act, lambda done: _said(saved, found, done).plain())
    return Toast.of(told, before)


def _said(saved: str, found: Patient, done: Recorded) -> Toast:
    if "stored_before" in done.asks:
        known = f"it stands already, recorded by {done.fact.recorded_by}, {moment_text(done.fact.recorded_at)}"
        return Toast(f"Nothing was stored for {found.name}: {known}.")
    changes: list[ScheduleChange] = done.changes
    lines = [change.text for change in changes] or ["No date changed."]
    lines += [ASKS[ask] for ask in done.asks if ask in ASKS]
    return Toast(f"{saved}, {found.name}.", tuple(lines))
