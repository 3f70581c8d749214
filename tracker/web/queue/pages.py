"""The queue: one list at a time, rows that open under themselves, acts that answer in place."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from scheduling.engine.words import count, day_text
from tracker import access, clock
from tracker.errors import InvalidFact, NeedsAnswer, NotPossible, Refused, Stale, TrackerError
from tracker.models import Role, User
from tracker.queries.nightly import failed_count
from tracker.queries.queues import lists as queues
from tracker.queries.queues.registry import BY_SLUG, FIRST
from tracker.queries.queues.rows import QueueFilters, QueuePage, QueueRow
from tracker.queries.queues.tasks import task_row
from tracker.queries.staff import team_names
from tracker.services.acts.on_follow_up import Acted
from tracker.services.follow_ups import arranging as follow_ups
from tracker.web.look.frame import Toast, in_place, occasion, page, part, person, say
from tracker.web.look.lists import page_number, rail
from tracker.web.look.marks import Link, Note
from tracker.web.look.sending import save_once
from tracker.web.look.tasks import answer_url
from tracker.web.queue import acts, filters
from tracker.web.queue.panel import form_of, opened
from tracker.web.queue.row import ActNotice, Place, RowView, place, row_view
from tracker.web.queue.view import queue_view

#: What an act says is worth doing next.
_ASKED = {
    "symptom": "Write the symptom down now: it starts the emergency pathway.",
    "number": "Enter the right number.",
    "status": "If the patient refuses surveillance as a whole, record that.",
    "imaging_safety": "If it concerns the MRI, record the radiology decision.",
    "study": "If an examination took its place, record it.",
    "visit": "If a visit took its place, record it.",
    "progression": "Say how the progression came to light.",
    "not_diagnostic": "It stands under “Repeat or explain” until it is repeated or explained.",
    "spine_not_read": "It stands under “Repeat or explain” until it is repeated or explained.",
    "stored_before": "The study or visit stood already; nothing was stored a second time.",
}
#: The forms that are offered for it; those of `_AT_ONCE` open by themselves.
_FORM = {
    "status": ("status", "Record a status"),
    "imaging_safety": ("safety", "Record imaging safety"),
    "study": ("study", "Record a study"),
    "visit": ("visit", "Record a visit"),
    "progression": ("progression", "Record the progression"),
}
_AT_ONCE = frozenset({"symptom", "number"})


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The first queue of the rail; the policy for an administrator without a team, who sees no patient."""
    user = person(request)
    if user.role == Role.ADMIN and not team_names(user):
        return redirect("policies")
    return redirect("queue", slug=FIRST)


@require_safe
def queue(request: HttpRequest, slug: str) -> HttpResponse:
    """One queue, filtered and paged by its address; `open` and `act` open a row without script."""
    user, asked = person(request), filters.read(request.GET)
    at = _place(slug, filters.query_string(asked))
    if request.GET.get("all"):  # a list prints whole
        found = queues.whole_queue(user, slug, asked, at.now)
    else:
        found = queues.queue_page(user, slug, asked, page_number(request.GET.get("page")), at.now)
    uid = request.GET.get("open", "")
    row = next((row for row in (*found.emergencies, *found.rows) if row.uid == uid), None)
    view = opened(user, row, at, request.GET.get("act", "")) if row else None
    return _page(request, at, found, asked, view, notes=_nightly_note(user))


def _page(
    request: HttpRequest,
    at: Place,
    found: QueuePage,
    asked: QueueFilters,
    view: RowView | None,
    *,
    status: int = 200,
    notes: tuple[Note, ...] = (),
) -> HttpResponse:
    """A queue as a whole page; the row `view` is open in it, on top where its page does not hold it."""
    user = person(request)
    counts = queues.queue_counts(user, at.now)
    bar = filters.bar(reverse("queue", args=[at.slug]), asked, queues.filter_choices(user))
    shown = queue_view(found, at, bar, {view.uid: view} if view else {}, counts)
    if view and all(each.uid != view.uid for each in shown.rows):
        shown = replace(shown, rows=(view, *shown.rows), empty=None)
    return page(
        request,
        "queue/page.html",
        "queue",
        status=status,
        queue=shown,
        rail=rail(counts, at.slug),
        notes=notes,
    )


def _nightly_note(user: User) -> tuple[Note, ...]:
    """Says on top of every list that the last count did not add up: a patient may be missing from it."""
    failed = failed_count(user)
    if failed is None:
        return ()
    return (
        Note(
            f"The count of the night of {day_text(failed.on)} did not add up:",
            f"{count(failed.findings, 'finding')}, the first: {failed.first}. Somebody may be missing from these "
            "lists; tell whoever runs the system. The note goes when a count holds.",
            "stop",
        ),
    )


@require_safe
def row(request: HttpRequest, slug: str, uid: str) -> HttpResponse:
    """One row, opened (`act` or `key` chooses the form) or closed, to be exchanged in place."""
    at, user = _place(slug), person(request)
    found = queues.row_of(user, uid, at.now)
    act = request.GET.get("act") or _act_of_key(found, request.GET.get("key", ""))
    if not in_place(request):
        return redirect(at.url(open=uid, **({"act": act} if act else {})) + f"#row-{uid}")
    view = row_view(found, at) if request.GET.get("closed") else opened(user, found, at, act)
    return part(request, "queue/_row.html", item=view)


@require_POST
def act(request: HttpRequest, slug: str, uid: str, code: str) -> HttpResponse:
    """Do one act with a follow-up; a refusal leaves the row open with what was typed."""
    at, user = _place(slug), person(request)
    follow_up = access.follow_up_for(user, uid)
    found = queues.row_of(user, uid, at.now)
    kind = acts.ACTS.get(code)
    if kind is None:
        raise Http404("No such act.")
    form = form_of(user, found, at, kind, request.POST)
    notice, status = None, 422
    if form.is_valid():
        now = occasion(request)
        do = partial(kind.do, follow_up, **form.fact(), occasion=now, seen=_seen(request))
        try:
            told = save_once(request, now, do, lambda done: _told(at, kind, found, done))
        except InvalidFact as problem:
            form.refuse(problem)
        except NeedsAnswer as question:
            form.refuse(question, now)
            status = 409
        except (Stale, NotPossible, Refused) as refusal:
            notice, status = ActNotice("Not saved.", f"{refusal} What you typed is kept below."), 409
            found = queues.row_of(user, uid, at.now)
        else:
            return _done(request, at, kind, found, *told)
    view = replace(opened(user, found, at, code, form), notice=notice)
    if in_place(request):
        return part(request, "queue/_row.html", item=view, status=status)
    asked = QueueFilters()
    return _page(request, at, queues.queue_page(user, slug, asked, 1, at.now), asked, view, status=status)


@require_POST
def undo(request: HttpRequest, slug: str, uid: str, event: int) -> HttpResponse:
    """Take this act back, the newest of its row."""
    at = _place(slug)
    follow_up = access.follow_up_for(person(request), uid)
    now, name = occasion(request), follow_up.patient.name
    undo = partial(follow_ups.undo, follow_up, occasion=now, event=event)
    try:
        told = save_once(request, now, undo, lambda _: Toast(f"Undone for {name}. The row stands as before.").plain())
    except TrackerError as refusal:
        toast = Toast(f"Not undone. {refusal}")
    else:
        toast = Toast.of(*told)
    return _answered(request, at, uid, toast)


@require_safe
def follow_up_link(request: HttpRequest, uid: str) -> HttpResponse:
    """The address a calendar entry carries: to the patient's page, after sign-in."""
    follow_up = access.follow_up_for(person(request), uid)
    return redirect(reverse("patient", args=[follow_up.patient.key]) + "#schedule")


def _told(at: Place, kind: acts.ActKind, before: QueueRow, done: Acted) -> dict[str, Any]:
    """What is said of an act: as a toast, and under its row."""
    undo_url = reverse("queue-undo", args=[at.slug, before.uid, done.event.pk]) if done.undo_until else ""
    text = " ".join([done.event.text, *(_ASKED[ask] for ask in done.asks if ask in _ASKED)])
    changes = tuple(change.text for change in done.changes)
    toast = Toast(_toast_words(kind.done_word, before.patient.name, text), changes, undo_url)
    key = before.patient.key
    links = [
        [word, reverse("record", args=[key, code])] for ask in done.asks if ask in _FORM for code, word in [_FORM[ask]]
    ]
    opens = answer_url(task_row(done.task)) if done.task is not None and not _AT_ONCE.isdisjoint(done.asks) else ""
    return toast.plain() | {"said": f"{before.patient.name}: {text}", "links": links, "opens": opens}


def _done(
    request: HttpRequest, at: Place, kind: acts.ActKind, before: QueueRow, told: dict[str, Any], again: str
) -> HttpResponse:
    """Say it, leave the finished row in its place, and go to the next; what cannot wait opens by itself."""
    toast = Toast.of(told, again)
    if told["opens"]:
        return _at_once(request, told["opens"], toast)
    links = tuple(Link(word, url) for word, url in told["links"])
    notice = ActNotice(kind.done_word, f"{told['said']} {again}".strip(), "kept", told["undo_url"], links)
    return _answered(request, at, before.uid, toast, notice)


def _at_once(request: HttpRequest, url: str, toast: Toast) -> HttpResponse:
    """What cannot wait opens by itself, with what was heard; the task stands until it is answered."""
    say(request, toast)
    return HttpResponseClientRedirect(url) if in_place(request) else redirect(url)


def _answered(request: HttpRequest, at: Place, uid: str, toast: Toast, notice: ActNotice | None = None) -> HttpResponse:
    """The row as it stands now with the counts and the toast, or the whole list for a browser without script."""
    if not in_place(request):
        say(request, toast)
        return redirect(at.url() + f"#row-{uid}")
    user = person(request)
    view = row_view(queues.row_of(user, uid, at.now), at, notice=notice)
    return part(
        request,
        "queue/_answer.html",
        item=replace(view, goes_next=notice is not None),
        toasts=(toast,),
        rail=rail(queues.queue_counts(user, at.now), at.slug),
    )


def _toast_words(done_word: str, name: str, text: str) -> str:
    """``Call saved for Nith Siskin: No answer.``; an act is not said twice."""
    again = text.split(" ", 1)[0].rstrip(".,") == done_word.split(" ", 1)[0]
    return f"{name}: {text}" if again else f"{done_word} for {name}: {text}"


def _seen(request: HttpRequest) -> int | None:
    text = request.POST.get("seen", "")
    return int(text) if text.isdecimal() and len(text) < 19 else None


def _act_of_key(row: QueueRow, key: str) -> str:
    return next((act.code for act in row.acts if key and act.key == key[:1].upper()), "")


def _place(slug: str, query: str = "") -> Place:
    if slug not in BY_SLUG:
        raise Http404("No such queue.")
    return place(slug, BY_SLUG[slug].looks, query, clock.now())
