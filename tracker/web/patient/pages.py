"""Pages of one patient: the overview, why a date is what it is, the record's history; and the list of patients."""

from __future__ import annotations

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from scheduling.engine.vocabulary import Stream
from scheduling.engine.words import count
from tracker import access, clock
from tracker.errors import InvalidFact, TrackerError
from tracker.models import Patient, Team, User
from tracker.queries.leaving import Leaving
from tracker.queries.patient import overview as patients
from tracker.queries.patient.rows import PatientPage
from tracker.queries.patient.timeline import history_lines
from tracker.queries.queues import lists as queues
from tracker.queries.staff import member_of, team_of
from tracker.queries.why.proof import proof
from tracker.services.patients import assign as assign_patient
from tracker.services.patients import note_viewed
from tracker.web.look.days import parse_day
from tracker.web.look.frame import Toast, occasion, page, person, say
from tracker.web.look.lists import Empty, page_number, pages_of
from tracker.web.look.marks import Link
from tracker.web.patient import view as patient_view
from tracker.web.patient.assign_form import AssignForm
from tracker.web.patient.due_cards import card_view
from tracker.web.patient.proof import proof_view
from tracker.web.record.sheets import BUTTONS


@require_safe
def patient(request: HttpRequest, key: str) -> HttpResponse:
    """Everything about one patient on one page; that it was looked at is recorded."""
    user, now = person(request), clock.now()
    found = access.patient_for(user, key)
    note_viewed(found, occasion=occasion(request))
    shown = patients.page_of(user, found, now)
    may_act, gone = access.can_record(user), _gone(shown)
    cards = tuple(card_view(card, key, shown.today, may_act=may_act, gone=gone) for card in shown.cards)
    return page(
        request,
        "patients/page.html",
        "patients",
        page=shown,
        cards=cards,
        glance=patient_view.glance(cards),
        therapy_line=patient_view.therapy_line(shown),
        spine_line=patient_view.spine_line(shown),
        lesions=patient_view.lesion_views(shown),
        spine=patient_view.map_of(shown),
        safety=shown.safety,
        open_red_flags=patient_view.open_red_flags(shown),
        limit=next((card.row.limit for card in shown.cards if card.row and card.row.limit), None),
        gone=gone,
        tasks=patient_view.task_lines(shown),
        history=history_lines(found, limit=12),
        wrong_facts=shown.wrong_facts,
        record_acts=tuple(Link(button, reverse("record", args=[key, address])) for address, button in BUTTONS.items()),
        **_rights(user),
    )


def _gone(shown: PatientPage) -> Leaving | None:
    """Why nobody calls or writes any more; None for who is still followed, and beside an open emergency."""
    emergency = any(card.row is not None and card.row.emergency for card in shown.cards)
    return shown.leaving if shown.leaving and shown.leaving.stops and not emergency else None


def _rights(user: User) -> dict[str, bool]:
    """What this person may do on a patient's page."""
    return {
        "may_record": access.can_record(user),
        "may_assign": user.may_assign or user.role == "surgeon",
        "is_clinician": access.is_clinician(user),
    }


@require_safe
def history(request: HttpRequest, key: str) -> HttpResponse:
    """Who did what with this record, all of it."""
    user = person(request)
    found = access.patient_for(user, key)
    note_viewed(found, occasion=occasion(request))
    number = page_number(request.GET.get("page"))
    shown = patients.page_of(user, found, clock.now())
    return page(
        request,
        "patients/history.html",
        "patients",
        page=shown,
        history=history_lines(found, page=number, views=True),
        wrong_facts=shown.wrong_facts,
    )


@require_safe
def why(request: HttpRequest, key: str, stream: str) -> HttpResponse:
    """Why this date: the answer, the arithmetic, every fact it read, and the policy."""
    user, today = person(request), clock.today()
    if stream not in set(Stream):
        raise Http404("No such stream.")
    found = access.patient_for(user, key)
    note_viewed(found, occasion=occasion(request))
    typed = request.GET.get("on", "").strip()
    as_known_on, wrong = _known_on(typed, today)
    shown = proof_view(proof(found, stream, today, as_known_on=as_known_on), today)
    return page(
        request,
        "patients/why.html",
        "patients",
        proof=shown,
        typed=typed,
        wrong=wrong,
        key=key,
        name=found.name,
    )


def _known_on(typed: str, today: date) -> tuple[date | None, str]:
    """The day as of which the record is read, or why what was typed is none."""
    if not typed:
        return None, ""
    try:
        day = parse_day(typed, today)
    except ValueError as error:
        return None, str(error)
    return (None, f"{typed} lies ahead. Give a day up to today.") if day > today else (day, "")


@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """Patients by number, name or birth date; those without an owner on their own."""
    user, today = person(request), clock.today()
    text = request.GET.get("q", "").strip()[:80]
    unowned = request.GET.get("owner") == "none"
    number = page_number(request.GET.get("page"))
    if unowned:
        found = patients.without_owner(user, number, today)
    else:
        found = patients.find_patients(user, text, number, today)
    if text and found.total == 1 and len(found.rows) == 1:
        return redirect("patient", key=found.rows[0].patient.key)
    base = reverse("patients") + ("?owner=none" if unowned else f"?q={text}" if text else "?")
    total = count(found.total, "patient")
    where = f" with “{text}”" if text else " without a team or a nurse" if unowned else " in your teams"
    return page(
        request,
        "patients/find.html",
        "patients",
        found=found,
        pages=pages_of(found.page, found.pages, total, lambda number: f"{base}&page={number}"),
        empty=_nobody(text, unowned=unowned),
        heading="Patients without an owner" if unowned else "Patients",
        summary=total + where,
        only_unowned=unowned,
        may_assign=user.may_assign,
    )


def _nobody(text: str, *, unowned: bool) -> Empty:
    """What is true of a list without patients."""
    title, line = "No patient fits", "Your teams have no patients yet."
    if unowned:
        title, line = "Every patient has an owner", "Every patient of yours has a team and a nurse."
    elif text:
        line = f"Nobody among the patients of your teams has “{text}” in name, number or birth date."
    return Empty(title, (line,), (Link("Show all of yours", reverse("patients")),))


@require_http_methods(["GET", "HEAD", "POST"])
def assign(request: HttpRequest, key: str) -> HttpResponse:
    """Who is responsible: team, nurse, surgeon."""
    user, today = person(request), clock.today()
    found = access.patient_for(user, key)
    form = AssignForm(request.POST or None, today=today, initial=_responsible(found))
    form.offer(queues.filter_choices(user))
    if request.method == "POST" and form.is_valid():
        try:
            team = _assigned(request, found, form)
        except TrackerError as refusal:
            form.refuse(refusal)
        else:
            say(request, Toast(f"Saved. {found.name} is with {team}."))
            return redirect("patient", key=key)
    return page(
        request,
        "patients/form.html",
        "patients",
        status=422 if form.errors else 200,
        form=form,
        heading="Who is responsible",
        lead=found.name,
        save_word="Save",
        action=request.path,
        key=key,
        name=found.name,
    )


def _responsible(found: Patient) -> dict[str, str]:
    return {name: str(getattr(found, f"{name}_id") or "") for name in ("team", "nurse", "surgeon")}


def _assigned(request: HttpRequest, found: Patient, form: AssignForm) -> Team:
    """The team that was chosen, after patient and colleagues were put to it."""
    team = team_of(person(request), form.cleaned_data["team"])
    if team is None:
        raise InvalidFact({"team": ["This is not a team of yours. Choose one of the list."]})
    chosen = {name: _member(team, form.cleaned_data[name], name) for name in ("nurse", "surgeon")}
    assign_patient(found, team=team, **chosen, occasion=occasion(request))
    return team


def _member(team: Team, key: str, field: str) -> User | None:
    """A colleague of this team; anybody else is refused with a sentence."""
    member = member_of(team, key) if key else None
    if key and member is None:
        raise InvalidFact({field: [f"This person is not in {team}. Choose one of its members."]})
    return member
