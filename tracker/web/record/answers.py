"""What a call left to be answered: somebody is unwell, beside the symptom form or as none; the right number."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from scheduling.engine.words import day_text
from tracker import access, clock
from tracker.errors import TrackerError
from tracker.models import Patient
from tracker.queries.queues.tasks import unwell_call
from tracker.services.follow_ups.answers import not_a_spine_symptom
from tracker.services.patients import update_contact
from tracker.web.look.fields import long_text, short_text
from tracker.web.look.forms import TypedForm
from tracker.web.look.frame import Toast, occasion, page, person, say
from tracker.web.look.marks import Note


@dataclass(frozen=True, slots=True)
class UnwellNote:
    """The call that a symptom answers: what stands above the form, and what is known from it already."""

    notes: tuple[Note, ...]
    initial: dict[str, object]


def unwell_note(request: HttpRequest, key: str) -> UnwellNote | None:
    """The unanswered call of this patient, with the way to say that it was no symptom; None where there is none.

    Day, route and who heard it are filled in where the form was opened for that call.
    """
    task = unwell_call(access.patient_for(person(request), key))
    if task is None or task.call is None:
        return None
    no = reverse("no-symptom", args=[key, task.pk])
    note = Note("Unwell on the telephone.", task.text, "stop", no, "No spine symptom after all")
    known: dict[str, object] = {"occurred_on": task.call.on, "route": "call", "told_to": str(task.call.by)}
    return UnwellNote((note,), known if request.GET.get("unwell") == str(task.pk) else {})


class NoSymptomForm(TypedForm):
    """Why somebody who was unwell has no spine symptom."""

    reason = long_text("No spine symptom after all, because", most=250, rows=2, help_text="What it is, and who says so")

    def prepare(self) -> None:
        """It is never taken without its reason."""
        self.fields["reason"].required = True
        self.fields["reason"].error_messages["required"] = "Nothing was given. Say why it is no spine symptom."


class NumberForm(TypedForm):
    """The number that reaches the patient."""

    phone = short_text("Telephone number", most=40, required=True)
    best_hour = short_text("Best hour", most=80)
    right_after_all = forms.BooleanField(label="The number that was wrong is right after all", required=False)


@require_http_methods(["GET", "HEAD", "POST"])
def no_symptom(request: HttpRequest, key: str, task_id: int) -> HttpResponse:
    """Somebody was unwell, and it is no spine symptom: said with its reason, and audited."""
    form = NoSymptomForm(request.POST if request.method == "POST" else None, today=clock.today())

    def answer(found: Patient) -> str:
        not_a_spine_symptom(found, task_id, reason=form.cleaned_data["reason"], occasion=occasion(request))
        return f"Answered for {found.name}: no spine symptom after all."

    call = unwell_note(request, key)
    lead = call.notes[0].text if call else "This call was answered already."
    words = ("No spine symptom after all", lead, "Save the answer")
    return _answer(request, key, form, words, answer)


@require_http_methods(["GET", "HEAD", "POST"])
def number(request: HttpRequest, key: str) -> HttpResponse:
    """The right telephone number of a patient."""
    form = NumberForm(request.POST if request.method == "POST" else None, today=clock.today())

    def answer(found: Patient) -> str:
        given = form.cleaned_data
        values = {"phone": given["phone"]} | ({"best_hour": given["best_hour"]} if given["best_hour"] else {})
        update_contact(found, values, right_after_all=given["right_after_all"], occasion=occasion(request))
        return f"Number of {found.name} saved: {found.phone}."

    return _answer(request, key, form, ("Telephone number", _wrong(request, key), "Save the number"), answer)


def _wrong(request: HttpRequest, key: str) -> str:
    """Which number reached somebody else."""
    found = access.patient_for(person(request), key)
    if not found.wrong_phone:
        return found.name
    on = f" on {day_text(found.wrong_phone_on)}" if found.wrong_phone_on else ""
    return f"{found.wrong_phone} reached somebody else{on}; nobody calls it any more."


def _answer(
    request: HttpRequest, key: str, form: TypedForm, words: tuple[str, str, str], answer: Callable[[Patient], str]
) -> HttpResponse:
    """Show the form under its heading and sentence, or save the answer; a refusal keeps what was typed."""
    user = person(request)
    found = access.patient_for(user, key)
    access.check_can_record(user)
    if form.is_bound and form.is_valid():
        try:
            text = answer(found)
        except TrackerError as refusal:
            form.refuse(refusal)
        else:
            say(request, Toast(text))
            return redirect("patient", key=key)
    heading, lead, save_word = words
    return page(
        request,
        "patients/form.html",
        "patients",
        status=422 if form.errors else 200,
        form=form,
        heading=heading,
        lead=lead,
        save_word=save_word,
        action=request.path,
        key=key,
        name=found.name,
    )
