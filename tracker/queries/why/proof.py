"""Why a date is what it is, from the record as it is or as it was known on a day: everything to work it out by hand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from scheduling import publishing
from scheduling.deriving import facts_of
from scheduling.engine.following.rules import stopped_by
from scheduling.engine.following.sentences import Reason, reasons_in
from scheduling.engine.periods import Window
from scheduling.engine.planning.plan import plan as make_plan
from scheduling.engine.words import anchor_words, word
from tracker.facts import histories
from tracker.models import FollowUpEvent, Patient, PatientPlan
from tracker.queries.patient.stands import Stands, stands
from tracker.queries.patient.stored_facts import StoredFacts
from tracker.queries.policies import PolicyInForce, of_version
from tracker.queries.why.fact_sources import OF_A_LESION, Origin, Origins, with_levels
from tracker.queries.why.nearly import NearlyFired, asked_in, nearly_fired
from tracker.queries.why.stored import WhyRow, why_rows

#: Earlier dates that are shown.
MOVES = 20


@dataclass(frozen=True, slots=True)
class ProofFact:
    """A fact that was read, the day it holds from, the rows that read it, and the stored rows behind it.

    `counted_from`: it is a day that windows count from, whatever else was asked about it.
    """

    name: str
    value: str
    on: date | None
    read_by: tuple[str, ...]
    origin: Origin
    counted_from: bool = False


@dataclass(frozen=True, slots=True)
class DateMoved:
    """One date that was given before, with its cause."""

    at: datetime
    kind: str
    due_on: date | None
    row: str
    cause: str
    text: str
    by: str


@dataclass(frozen=True, slots=True)
class Proof:
    """One stream of one patient on `on`, as known at the end of that day (`as_known`) or now.

    `window` and `winner` are None where nothing is asked for; `not_asked` then names the row that says so. `stands`
    says until when, None of a day that has passed.
    """

    stream: str
    on: date
    as_known: bool
    window: Window | None
    winner: WhyRow | None
    request: str
    urgency: str
    not_asked: str
    not_asked_title: str
    rows: tuple[WhyRow, ...]
    facts: tuple[ProofFact, ...]
    nearly: tuple[NearlyFired, ...]
    policy: PolicyInForce
    moves: tuple[DateMoved, ...]
    stands: Stands | None


def proof(patient: Patient, stream: str, today: date, *, as_known_on: date | None = None) -> Proof:
    """Work one date out again for a patient who came through the gate.

    With `as_known_on` nothing recorded after that day is seen, and the version that ruled then is asked. Raises
    NoPolicyInForce.
    """
    day = as_known_on or today
    version = publishing.in_force(day)
    rules = publishing.rulebook(version)
    known_at = _end_of(as_known_on) if as_known_on else None
    history = histories([patient.pk], known_at=known_at)[patient.pk]
    facts = facts_of(history, day, rules.history)
    plan = make_plan(facts, rules.policy, day)
    asked = asked_in(plan, stream)
    reasons = reasons_in(plan, stream)
    rows = why_rows(rules.policy, reasons, stream, asked.row if asked else "", facts.primaries)
    stopped = "" if asked else stopped_by(plan, stream, rules.reconcile) or ""
    return Proof(
        stream=stream,
        on=day,
        as_known=as_known_on is not None,
        window=Window(asked.earliest, asked.due, asked.latest) if asked else None,
        winner=rows[0] if asked and rows and rows[0].gives_date else None,
        request=asked.request or "" if asked else "",
        urgency=asked.urgency if asked else plan.urgency,
        not_asked=stopped,
        not_asked_title=rules.policy.row(stopped).title if stopped else "",
        rows=rows,
        facts=tuple(_facts(reasons, Origins(StoredFacts(patient), known_at))),
        nearly=tuple(nearly_fired(facts, rules.policy, day, stream, asked)),
        policy=of_version(version),
        moves=_moves(patient, stream, day),
        stands=None if as_known_on else stands(PatientPlan.objects.filter(patient=patient).first(), today),
    )


def _end_of(day: date) -> datetime:
    """The last moment of a day at the clinic."""
    midnight = datetime.combine(day + timedelta(1), time.min)
    return timezone.make_aware(midnight) - timedelta(microseconds=1)


def _facts(reasons: Iterable[Reason], origins: Origins) -> Iterator[ProofFact]:
    """Every fact that the listed rows read, then every day their windows count from; each once."""
    read: dict[tuple[str, str, date | None, str], list[str]] = {}
    days: dict[tuple[str, date, str], list[str]] = {}
    for reason in reasons:
        code = str(reason["row"])
        levels = set()
        for fact in with_levels((name, value, _day(on)) for name, value, on in reason["facts"]):
            levels.add(fact[3])
            read.setdefault(fact, []).append(code)
        for item in reason["items"]:
            one = len(levels) == 1 and str(item["anchor"]).startswith("lesion")
            about = min(levels) if one else ""
            days.setdefault((item["anchor"], date.fromisoformat(item["anchor_on"]), about), []).append(code)
    for (name, value, on, level), rows in read.items():
        where = f" at {level}" if level and name != "level" and name in OF_A_LESION else ""
        origin = origins.of(name, value, on, level)
        yield ProofFact(word(name) + where, word(value), on, _once(rows), origin)
    for (anchor, day, level), rows in days.items():
        name = anchor_words(anchor).removesuffix(" of")
        yield ProofFact(name, "", day, _once(rows), origins.of(anchor, "", day, level), counted_from=True)


def _once(codes: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(codes))


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _moves(patient: Patient, stream: str, day: date) -> tuple[DateMoved, ...]:
    """The dates given up to a day, newest first."""
    events = (
        FollowUpEvent.objects.filter(
            follow_up__patient=patient,
            follow_up__stream=stream,
            kind__in=("opened", "moved", "reopened", "withdrawn", "completed"),
            on__lte=day,
        )
        .select_related("by")
        .order_by("-at", "-pk")[:MOVES]
    )
    return tuple(DateMoved(one.at, one.kind, one.due_on, one.row, one.cause, one.text, str(one.by)) for one in events)
