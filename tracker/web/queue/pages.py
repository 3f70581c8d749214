"""The queue: one list at a time, rows that open under themselves, acts that answer in place."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from tracker import access, clock
from tracker.errors import InvalidFact, NotPossible, Refused, Stale, TrackerError
from tracker.models import Role, User
from tracker.queries.nightly import failed_count
from tracker.queries.patient.plans import due_cards
from tracker.queries.queues import lists as queues
from tracker.queries.queues.registry import BY_SLUG, FIRST
from tracker.queries.queues.rows import OpenRow, QueueRow
from tracker.services.acts.on_follow_up import Acted
from tracker.services.follow_ups import arranging as follow_ups
from tracker.web.look import reasons
from tracker.web.look.days import count, long_day, short_day
from tracker.web.look.fields import ErrorBox, TypedForm
from tracker.web.look.frame import Toast, in_place, occasion, page, part, person, say
from tracker.web.look.lists import rail
from tracker.web.look.marks import Note
from tracker.web.queue import acts, filters
from tracker.web.queue.view import ActLink, ActNotice, Place, RowView, act_links, place, queue_view, row_view

#: What an act says is worth doing next.
_ASKED = {
    "symptom": "Write the symptom down now on the patient’s page: it starts the emergency pathway.",
    "status": "If the patient refuses surveillance as a whole, record the status on the patient’s page.",
    "progression": "Say on the patient’s page how the progression came to light.",
}


@dataclass(frozen=True, slots=True)
class ContactLine:
    """One line of "So far"."""

    iso: str
    day: str
    text: str
    by: str


@dataclass(frozen=True, slots=True)
class Panel:
    """What stands under an opened row."""

    title: str
    phone: str
    phone_digits: str
    reach: str
    say: str
    patient_url: str
    proof_url: str
    notes: tuple[Note, ...]
    acts: tuple[ActLink, ...]
    form: TypedForm | None
    form_url: str
    errors: ErrorBox | None
    is_call: bool
    lead: str
    save_word: str
    next_step: str
    seen: int
    queue: str
    close_url: str
    fetch_closed: str
    why: reasons.WhyView
    contacts: tuple[ContactLine, ...]


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The first queue of the rail; the policy for an administrator without a team, who sees no patient."""
    user = person(request)
    if user.role == Role.ADMIN and not user.memberships.exists():
        return redirect("policies")
    return redirect("queue", slug=FIRST)


@require_safe
def queue(request: HttpRequest, slug: str) -> HttpResponse:
    """One queue, filtered and paged by its address; `open` and `act` open a row without script."""
    if slug not in BY_SLUG:
        raise Http404("No such queue.")
    user, today = person(request), clock.today()
    asked = filters.read(request.GET)
    number = request.GET.get("page", "1")
    if request.GET.get("all"):  # a list prints whole
        found = queues.whole_queue(user, slug, asked, today)
    else:
        at_page = int(number) if number.isdecimal() and len(number) < 7 else 1
        found = queues.queue_page(user, slug, asked, at_page, today)
    counts = queues.queue_counts(user, today)
    at = _place(slug, filters.query_string(asked))
    opened: dict[str, RowView] = {}
    uid = request.GET.get("open", "")
    row = next((row for row in (*found.emergencies, *found.rows) if row.uid == uid), None)
    if row:
        opened[uid] = _opened(request, row, at, request.GET.get("act", ""))
    bar = filters.bar(reverse("queue", args=[slug]), asked, queues.filter_choices(user))
    return page(
        request,
        "queue/page.html",
        "queue",
        queue=queue_view(found, at, bar, opened, counts),
        rail=rail(counts, slug),
        notes=_nightly_note(user),
    )


def _nightly_note(user: User) -> tuple[Note, ...]:
    """Says on top of every list that the last count did not add up: a patient may be missing from it."""
    failed = failed_count(user)
    if failed is None:
        return ()
    return (
        Note(
            f"The count of the night of {long_day(failed.on)} did not add up:",
            f"{count(failed.findings, 'finding')}, the first: {failed.first}. Somebody may be missing from these "
            "lists; tell whoever runs the system. The note goes when a count holds.",
            "stop",
        ),
    )


@require_safe
def row(request: HttpRequest, slug: str, uid: str) -> HttpResponse:
    """One row, opened (`act` or `key` chooses the form) or closed, to be exchanged in place."""
    at = _place_or_404(slug)
    found = queues.row_of(person(request), uid, clock.today())
    act = request.GET.get("act") or _act_of_key(found, request.GET.get("key", ""))
    if not in_place(request):
        return redirect(at.url(open=uid, **({"act": act} if act else {})) + f"#row-{uid}")
    view = row_view(found, at) if request.GET.get("closed") else _opened(request, found, at, act)
    return part(request, "queue/_row.html", item=view)


@require_POST
def act(request: HttpRequest, slug: str, uid: str, code: str) -> HttpResponse:
    """Do one act with a follow-up; a refusal leaves the row open with what was typed."""
    at, user, today = _place_or_404(slug), person(request), clock.today()
    follow_up = access.follow_up_for(user, uid)
    found = queues.row_of(user, uid, today)
    kind = acts.ACTS.get(code)
    if kind is None:
        raise Http404("No such act.")
    offered = queues.filter_choices(user) if kind.offers_colleagues else None
    form = kind.form_of(found.stream)(request.POST, today=today, offered=offered)
    if form.is_valid():
        try:
            done = kind.do(follow_up, **form.fact(), occasion=occasion(request), seen=_seen(request))
        except InvalidFact as problem:
            form.refuse(problem)
        except (Stale, NotPossible, Refused) as refusal:
            return _refused(request, queues.row_of(user, uid, today), at, code, form, refusal)
        else:
            return _done(request, slug, uid, at, kind, found, done)
    view = _opened(request, found, at, code, form)
    if in_place(request):
        return part(request, "queue/_row.html", item=view, status=422)
    return _whole(request, slug, at, view, status=422)


@require_POST
def undo(request: HttpRequest, slug: str, uid: str) -> HttpResponse:
    """Take the last act back."""
    at, user, today = _place_or_404(slug), person(request), clock.today()
    follow_up = access.follow_up_for(user, uid)
    try:
        follow_ups.undo(follow_up, occasion=occasion(request))
    except TrackerError as refusal:
        toast = Toast(f"Not undone. {refusal}")
    else:
        toast = Toast(f"Undone for {follow_up.patient.name}. The row stands as before.")
    if not in_place(request):
        say(request, toast)
        return redirect(at.url() + f"#row-{uid}")
    view = row_view(queues.row_of(user, uid, today), at)
    return part(
        request,
        "queue/_answer.html",
        item=view,
        toasts=(toast,),
        rail=rail(queues.queue_counts(user, today), slug),
    )


@require_safe
def follow_up_link(request: HttpRequest, uid: str) -> HttpResponse:
    """The address a calendar entry carries: to the patient's page, after sign-in."""
    follow_up = access.follow_up_for(person(request), uid)
    return redirect(reverse("patient", args=[follow_up.patient.key]) + "#schedule")


def _done(
    request: HttpRequest, slug: str, uid: str, at: Place, kind: acts.ActKind, before: QueueRow, done: Acted
) -> HttpResponse:
    """Say it, leave the finished row in its place, and go to the next."""
    undo_url = reverse("queue-undo", args=[slug, uid]) if done.undo_until else ""
    text = " ".join([done.event.text, *(_ASKED[ask] for ask in done.asks if ask in _ASKED)])
    changes = tuple(change.text for change in done.changes)
    toast = Toast(_toast_words(kind.done_word, before.name, text), changes, undo_url)
    if not in_place(request):
        say(request, toast)
        return redirect(at.url() + f"#row-{uid}")
    user, today = person(request), clock.today()
    notice = ActNotice(kind.done_word, f"{before.name}: {text}", "kept", undo_url)
    view = replace(row_view(queues.row_of(user, uid, today), at, notice=notice), goes_next=True)
    counts = rail(queues.queue_counts(user, today), slug)
    return part(request, "queue/_answer.html", item=view, toasts=(toast,), rail=counts)


def _toast_words(done_word: str, name: str, text: str) -> str:
    """``Call saved for Nith Siskin: No answer.``; an act is not said twice."""
    again = text.split(" ", 1)[0].rstrip(".,") == done_word.split(" ", 1)[0]
    return f"{name}: {text}" if again else f"{done_word} for {name}: {text}"


def _refused(
    request: HttpRequest, row: QueueRow, at: Place, code: str, form: TypedForm, refusal: TrackerError
) -> HttpResponse:
    view = _opened(request, row, at, code, form)
    view = replace(view, notice=ActNotice("Not saved.", f"{refusal} What you typed is kept below."))
    if in_place(request):
        return part(request, "queue/_row.html", item=view, status=409)
    return _whole(request, at.slug, at, view, status=409)


def _whole(request: HttpRequest, slug: str, at: Place, view: RowView, *, status: int) -> HttpResponse:
    """The whole page around one opened row, for a browser without script."""
    user, today = person(request), clock.today()
    asked = filters.read({})
    found = queues.queue_page(user, slug, asked, 1, today)
    counts = queues.queue_counts(user, today)
    bar = filters.bar(reverse("queue", args=[slug]), asked, queues.filter_choices(user))
    shown = queue_view(found, at, bar, {view.uid: view}, counts)
    if all(each.uid != view.uid for each in shown.rows):
        shown = replace(shown, rows=(view, *shown.rows), empty=None)
    return page(request, "queue/page.html", "queue", status=status, queue=shown, rail=rail(counts, slug))


def _opened(
    request: HttpRequest,
    row: QueueRow,
    at: Place,
    code: str,
    form: TypedForm | None = None,
    refused: str = "",
) -> RowView:
    """The row with its panel: who to call, the form of the act, why this date, the last contacts."""
    user = person(request)
    detail = queues.open_row(user, row.uid, at.today)
    kind = acts.ACTS.get(code) if any(act.code == code for act in row.acts) or form else None
    if kind and form is None:
        offered = queues.filter_choices(user) if kind.offers_colleagues else None
        form = kind.form_of(row.stream)(today=at.today, offered=offered, initial=kind.initial(row, at.today))
    panel = Panel(
        title=f"{'Call' if code == 'log_call' else 'Follow-up of'} {row.name}",
        phone=detail.phone,
        phone_digits=re.sub(r"[^\d+]", "", detail.phone),
        reach=_reach(detail),
        say=_what_to_say(request, row) if code == "log_call" else "",
        patient_url=reverse("patient", args=[row.patient_key]),
        proof_url=reverse("why", args=[row.patient_key, row.stream]),
        notes=_notes(row, at),
        acts=act_links(row, at, code),
        form=form if kind else None,
        form_url=reverse("queue-act", args=[at.slug, row.uid, code]) if kind else "",
        errors=form.error_box if form is not None and form.is_bound else None,
        is_call=code == "log_call",
        lead=kind.lead if kind else "",
        save_word=kind.save_word if kind else "",
        next_step=_next_step(detail),
        seen=row.seen,
        queue=at.slug,
        close_url=at.url() + f"#row-{row.uid}",
        fetch_closed=reverse("queue-row", args=[at.slug, row.uid]) + "?closed=1",
        why=_why(request, row, at),
        contacts=tuple(
            ContactLine(
                line.on.isoformat(),
                short_day(line.on, at.today),
                line.text or line.kind.replace("_", " ").capitalize(),
                line.by,
            )
            for line in detail.contacts
        ),
    )
    return row_view(row, at, opened=panel)


def _why(request: HttpRequest, row: QueueRow, at: Place) -> reasons.WhyView:
    """Every fired row behind this follow-up."""
    user = person(request)
    cards = due_cards(user, access.patient_for(user, row.patient_key), at.today)
    fired = next(card.why for card in cards if card.stream == row.stream)
    return reasons.why_view(fired, at.today)


def _notes(row: QueueRow, at: Place) -> tuple[Note, ...]:
    """What a person must know before acting: conflicts, snoozes, misses, a booking past latest."""
    notes = []
    if row.conflict:
        asked = (
            f" The plan asks for {long_day(row.asked_due_on)} (row {row.asked_row})."
            if row.asked_due_on
            else ""
        )
        words = {
            "dates": "What is arranged does not fit the plan.",
            "emergency": "The emergency pathway took the dates; the booking stands.",
            "cancel_booking": "Nothing is asked for any more. Cancel what was arranged.",
        }
        notes.append(Note("Conflict:", words[row.conflict] + asked, "caution"))
    if row.booked_on:
        when = long_day(row.booked_on)
        if row.booked_at:
            when += f", {timezone.localtime(row.booked_at):%H:%M}"
        late = row.booked_on > row.closes_on
        tail = " This is past the latest day." if late else ""
        notes.append(
            Note("Booked:", f"{when} {row.booked_place}".strip() + "." + tail, "stop" if late else "")
        )
    if row.snoozed_until:
        notes.append(Note("Snoozed", f"until {long_day(row.snoozed_until)}: {row.snooze_reason}.", ""))
    if row.missed_on:
        notes.append(Note("Missed", f"on {long_day(row.missed_on)}; {row.missed_count} in all.", "caution"))
    if row.awaiting_closure_on:
        notes.append(
            Note("Done", f"on {long_day(row.awaiting_closure_on)}; a clinician closes the symptom.", "")
        )
    if row.hold_until_on:
        notes.append(Note("Cancelled.", f"It opens again after {long_day(row.hold_until_on)}.", ""))
    if row.unreachable_since:
        notes.append(Note("Not reached", f"since {long_day(row.unreachable_since)}.", "caution"))
    return tuple(notes)


def _reach(detail: OpenRow) -> str:
    allowed = {
        "yes": "Agreed to text and e-mail.",
        "no": "Refused text and e-mail.",
        "unknown": "Text and e-mail: not asked.",
    }
    parts = [
        f"Best {detail.best_hour}." if detail.best_hour else "",
        f"Language {detail.language}." if detail.language else "",
        allowed.get(detail.messages_allowed, ""),
    ]
    return " ".join(each for each in parts if each)


def _what_to_say(request: HttpRequest, row: QueueRow) -> str:
    return (
        f"“Hello, this is {person(request)} from the hospital. May I check your date of birth? I am calling to "
        "arrange an appointment. Before that: any new weakness, numbness, trouble walking, or change in bladder or "
        "bowel?” If yes to any: choose 8, Unwell."
    )


def _next_step(detail: OpenRow) -> str:
    attempts = detail.attempts
    if attempts >= 2:
        return f"{attempts} attempts without an answer so far; one more and the follow-up stands under “Unreachable”."
    return (
        "A call without an answer makes a call task for the day you give. Three in a row go to “Unreachable”."
    )


def _seen(request: HttpRequest) -> int | None:
    text = request.POST.get("seen", "")
    return int(text) if text.isdecimal() and len(text) < 19 else None


def _act_of_key(row: QueueRow, key: str) -> str:
    return next((act.code for act in row.acts if key and act.key == key[:1].upper()), "")


def _place_or_404(slug: str) -> Place:
    if slug not in BY_SLUG:
        raise Http404("No such queue.")
    return _place(slug, "")


def _place(slug: str, query: str) -> Place:
    return place(slug, BY_SLUG[slug].looks, query, clock.today(), clock.now())
