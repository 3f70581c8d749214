"""Forms on a patient's page: record a fact, close a symptom, mark a fact as wrong; each ends with what changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from scheduling.engine.scores import sins as sins_score
from scheduling.engine.vocabulary import Stream
from tracker import access, clock
from tracker.errors import InvalidFact, Refused, TrackerError
from tracker.models import Patient
from tracker.services.acts.on_record import Recorded
from tracker.services.follow_ups.contacts import end_task as end_a_task
from tracker.services.messages.deliveries import resolve_uncertain
from tracker.services.records import KINDS as WRONG_KINDS
from tracker.services.records import mark_entered_in_error, second_approve
from tracker.services.schedule.planning import ScheduleChange
from tracker.web.look.fields import TypedForm
from tracker.web.look.frame import Toast, page, part, person, say
from tracker.web.look.marks import Note
from tracker.web.record import kinds as records
from tracker.web.record.forms import AssessmentForm, WrongForm
from tracker.web.record.kinds import Kind
from tracker.web.record.running_score import running

ASKS = {
    "progression": "Say how the progression came to light.",
    "second_approval": "A second clinician has to agree to this window.",
    "two_responses": "Two different responses stand on this day: mark the wrong one.",
    "symptom": "Write the symptom down: it starts the emergency pathway.",
}


@require_http_methods(["GET", "HEAD", "POST"])
def record(request: HttpRequest, key: str, code: str) -> HttpResponse:
    """One kind of fact of this patient."""
    kind = records.BY_CODE.get(code)
    if kind is None:
        raise Http404("No such form.")
    found = access.patient_for(person(request), key)
    notes: tuple[Note, ...] = ()
    if code == "symptom":
        notes = (
            Note(
                "Emergency:",
                "call the on-call coordinator and the spine surgeon now; do not wait for this form.",
                "stop",
            ),
        )
    return _form(request, found, kind, lambda given: kind.record(found, **given), notes=notes)


@require_http_methods(["GET", "HEAD", "POST"])
def assess(request: HttpRequest, key: str, lesion_id: int) -> HttpResponse:
    """Score a lesion that is known."""
    found = access.patient_for(person(request), key)
    level = request.GET.get("level", "")
    return _form(
        request,
        found,
        records.ASSESS,
        lambda given: records.ASSESS.record(found, lesion_id, **given),
        heading=f"Score the lesion{f' at {level}' if level else ''}",
        level=level,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def close(request: HttpRequest, key: str, symptom_id: int) -> HttpResponse:
    """A clinician closes a symptom."""
    user = person(request)
    found = access.patient_for(user, key)
    access.check_is_clinician(user, "close a symptom")
    return _form(
        request, found, records.CLOSE, lambda given: records.CLOSE.record(found, symptom_id, **given)
    )


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, key: str, study_id: int) -> HttpResponse:
    """The result of a study that was recorded without one."""
    found = access.patient_for(person(request), key)
    return _form(
        request, found, records.REPORT, lambda given: records.REPORT.record(found, study_id, **given)
    )


@require_http_methods(["GET", "HEAD", "POST"])
def step_down(request: HttpRequest, key: str) -> HttpResponse:
    """A clinician approves the longer intervals."""
    user = person(request)
    found = access.patient_for(user, key)
    access.check_is_clinician(user, "approve a step-down")
    return _form(request, found, records.STEP_DOWN, lambda given: records.STEP_DOWN.record(found, **given))


@require_http_methods(["GET", "HEAD", "POST"])
def own_window(request: HttpRequest, key: str) -> HttpResponse:
    """A clinician's own window for one stream."""
    user = person(request)
    found = access.patient_for(user, key)
    access.check_is_clinician(user, "set a window of their own")
    return _form(request, found, records.WINDOW, lambda given: records.WINDOW.record(found, **given))


@require_POST
def second_window(request: HttpRequest, key: str, override_id: int) -> HttpResponse:
    """A second clinician agrees to a window that lies beyond the policy's."""
    user = person(request)
    found = access.patient_for(user, key)
    try:
        done = second_approve(found, override_id, by=user, today=clock.today(), at=clock.now())
    except TrackerError as refusal:
        say(request, Toast(f"Not approved. {refusal}"))
    else:
        say(request, _said(records.SECOND, found, done))
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
        resolve_uncertain(reminder, was_sent=answer == "yes", by=user, now=clock.now())
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
    return _form(request, found, records.STOP, lambda given: records.STOP.record(found, line_id, **given))


@require_http_methods(["GET", "HEAD", "POST"])
def wrong(request: HttpRequest, key: str, what: str, fact_id: int) -> HttpResponse:
    """Mark a fact as entered in error: it stays visible and counts nowhere."""
    if what not in WRONG_KINDS:
        raise Http404("No such kind of fact.")
    found = access.patient_for(person(request), key)
    word = what.replace("_", " ")
    kind = Kind(
        "wrong",
        "",
        f"Mark a {word} as entered in error",
        "It stays visible with your name and reason, and counts nowhere. Then record the right one.",
        "Mark as wrong",
        WrongForm,
        mark_entered_in_error,
        f"Marked as wrong: {word}",
    )
    return _form(request, found, kind, lambda given: mark_entered_in_error(found, what, fact_id, **given))


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
    task = end_a_task(task_id, note="", by=person(request), today=clock.today(), at=clock.now())
    say(request, Toast("Task done."))
    return redirect(reverse("patient", args=[task.patient.key]) + "#tasks")


def _form(
    request: HttpRequest,
    found: Patient,
    kind: Kind,
    write: Callable[[dict[str, Any]], Recorded],
    *,
    heading: str = "",
    level: str = "",
    notes: Sequence[Note] = (),
) -> HttpResponse:
    """Show the form, or write the fact and go back with what changed; a refusal keeps everything typed."""
    user, today = person(request), clock.today()
    if not access.can_record(user):
        raise Refused("Only nurses and surgeons of the patient's team record clinical facts.")
    given = request.POST if request.method == "POST" else None
    form: TypedForm = kind.form(given, today=today, initial=_initial(request, kind))
    if given is not None and form.is_valid():
        try:
            done = write({**form.fact(), "by": user, "today": today, "at": clock.now()})
        except InvalidFact as problem:
            form.refuse(problem)
        except TrackerError as refusal:
            form.add_error(None, str(refusal))
        else:
            say(request, _said(kind, found, done))
            return redirect("patient", key=str(found.key))
    context: dict[str, Any] = {}
    if isinstance(form, AssessmentForm):
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
        heading=heading or kind.heading,
        lead=kind.lead,
        notes=notes,
        save_word=kind.save_word,
        action=request.get_full_path(),
        key=str(found.key),
        name=found.name,
        **context,
    )


def _initial(request: HttpRequest, kind: Kind) -> dict[str, str]:
    """What the address proposes: the kind of a symptom behind the button "Red flag reported", never a finding."""
    if kind.code == "window" and request.GET.get("stream") in set(Stream):
        return {"stream": request.GET["stream"]}
    return {"kind": "neuro"} if kind.code == "symptom" and request.GET.get("kind") == "neuro" else {}


def _said(kind: Kind, found: Patient, done: Recorded) -> Toast:
    changes: list[ScheduleChange] = done.changes
    lines = [change.text for change in changes] or ["No date changed."]
    lines += [ASKS[ask] for ask in done.asks if ask in ASKS]
    return Toast(f"{kind.said}, {found.name}.", tuple(lines))
