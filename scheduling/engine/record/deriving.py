"""From a record that keeps every dated assessment to the facts that stand on one day.

The only place that derives what the record does not state: since when a grade or band has stood, the current
therapy, the run of responses, stabilised lesions, the reason of a switch, open symptoms, an approval's end
(clinical dossier 3.6). The day is only ever compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from scheduling.engine.day import Today
from scheduling.engine.record.facts import Facts, Override, Response, Study, Symptom, Therapy
from scheduling.engine.record.history import (
    History,
    HistoryRules,
    ResponseEntry,
    StatusChange,
    StepDownApproval,
    SymptomEpisode,
    TherapyLine,
)
from scheduling.engine.record.standing import lesion_on
from scheduling.engine.vocabulary import (
    CONTROLLED,
    PatientStatus,
    ResponseCategory,
    Stream,
    TherapyClass,
    TherapyReason,
)


def facts_on(history: History, today: Today, rules: HistoryRules) -> Facts:
    """The facts that stand on `today`: what lies after it is not seen, what carries no date holds on every day."""
    procedures = tuple(p for p in history.procedures if p.on <= today)
    studies = tuple(s for s in history.studies if s.on <= today)
    visits = tuple(on for on in history.visits if on <= today)
    days = _response_days(history.responses, today, rules)
    status = _newest_status(history.statuses, today)
    return Facts(
        registered=history.registered,
        primaries=history.primaries,
        status=status.status if status else PatientStatus.ACTIVE,
        declined_on=status.on if status and status.status == PatientStatus.DECLINED else None,
        transfer_accepted=bool(status and status.transfer_accepted),
        left_low_risk_on=max((on for on in history.left_low_risk if on <= today), default=None),
        therapy=_therapy(history.lines, days, today, rules),
        response=_response(history.responses, days, today),
        procedures=procedures,
        symptoms=_open_symptoms(history.symptoms, today),
        studies=studies,
        visits=visits,
        lesions=tuple(
            lesion_on(lesion, procedures, today, rules) for lesion in history.lesions if lesion.finding_date <= today
        ),
        spine_symptomatic=history.spine_symptomatic,
        constraints=history.constraints,
        step_down_approved=any(_holds(one, today) for one in history.approvals),
        overrides=tuple(o for o in history.overrides if not _spent(o, studies, visits, rules)),
        others=tuple(other for other in history.others if other.on <= today),
        contact_failures=history.contact_failures,
    )


def _newest_status(changes: Sequence[StatusChange], today: Today) -> StatusChange | None:
    """The change that holds on `today`; of several of one day the one given last."""
    newest: StatusChange | None = None
    for change in changes:
        if change.on <= today and (newest is None or change.on >= newest.on):
            newest = change
    return newest


def _holds(approval: StepDownApproval, today: Today) -> bool:
    """Whether the approval was given by `today` and has not ended."""
    return approval.on <= today and (approval.ended_on is None or today < approval.ended_on)


def _open_symptoms(episodes: Iterable[SymptomEpisode], today: Today) -> tuple[Symptom, ...]:
    """Confirmed episodes that began on or before `today` and that no clinician has closed by it."""
    return tuple(
        Symptom(e.kind, e.on, e.detail)
        for e in episodes
        if e.confirmed and e.on <= today and (e.closed_on is None or today < e.closed_on)
    )


def _spent(override: Override, studies: Sequence[Study], visits: Sequence[date], rules: HistoryRules) -> bool:
    """Whether what the clinician asked for was done: an override is one window, and asks only once."""
    since = max(override.starts_on, override.earliest)
    if override.stream == Stream.SURGEON:
        return any(on >= since for on in visits)
    return any(s.on >= since and s.kind in rules.counted_studies for s in studies)


# Response


def _response_days(entries: Iterable[ResponseEntry], today: Today, rules: HistoryRules) -> list[tuple[date, str]]:
    """One category a day, oldest first; of two on one day the worse counts."""
    rank = rules.worst_first.index
    by_day: dict[date, str] = {}
    for entry in entries:
        if entry.on > today or not entry.counts or entry.category == ResponseCategory.NOT_ASSESSED:
            continue
        known = by_day.get(entry.on)
        if known is None or rank(entry.category) < rank(known):
            by_day[entry.on] = entry.category
    return sorted(by_day.items())


def _response(entries: Iterable[ResponseEntry], days: Sequence[tuple[date, str]], today: Today) -> Response | None:
    """The newest assessment with its unbroken run; an entry `not_assessed` breaks nothing."""
    if not days:
        looked = any(entry.on <= today and entry.counts for entry in entries)
        return Response(ResponseCategory.NOT_ASSESSED) if looked else None
    on, category = days[-1]
    controlled = category in CONTROLLED
    run: list[date] = []
    for day, other in reversed(days):
        if (other in CONTROLLED) is not controlled:
            break
        run.append(day)
    return Response(category, on, since=run[-1], run=tuple(reversed(run)))


# Therapy


def _therapy(
    lines: Iterable[TherapyLine], days: Sequence[tuple[date, str]], today: Today, rules: HistoryRules
) -> Therapy | None:
    """The current therapy: class, start and drugs of the running lines, or class none since the last stop.

    A line of class none says that all systemic therapy stopped on its first day.
    """
    begun = [line for line in lines if line.start <= today]
    if not begun:
        return None
    stopped = max((line.start for line in begun if line.therapy_class == TherapyClass.NONE), default=None)
    running = [
        line
        for line in begun
        if line.therapy_class != TherapyClass.NONE
        and (line.stop is None or today < line.stop)
        and (stopped is None or line.start >= stopped)
    ]
    if not running:
        return _none_since(begun, stopped, today)
    start = max(line.start for line in running)
    last_begun = sorted(
        (line for line in running if line.start == start),
        key=lambda line: rules.class_order.index(line.therapy_class),
    )
    classes = {line.therapy_class for line in running}
    combined = TherapyClass.ICI in classes and TherapyClass.TKI in classes
    return Therapy(
        TherapyClass.ICI_TKI if combined else last_begun[0].therapy_class,
        start,
        drugs=tuple(sorted({drug for line in running for drug in line.drugs})),
        reason=_reason(last_begun, days, start, rules),
    )


def _none_since(begun: Sequence[TherapyLine], stopped: date | None, today: Today) -> Therapy:
    """No therapy, since the last stop. A stop still ahead was overtaken by the line that says that all stopped."""
    stops = [stopped] if stopped is not None else []
    stops += [
        line.stop
        for line in begun
        if line.therapy_class != TherapyClass.NONE and line.stop is not None and line.stop <= today
    ]
    return Therapy(TherapyClass.NONE, max(stops), reason=TherapyReason.NONE)


def _reason(
    begun: Sequence[TherapyLine], days: Sequence[tuple[date, str]], start: date, rules: HistoryRules
) -> str | None:
    """Why the current therapy began, in the words of the policy."""
    before = [(on, category) for on, category in days if on <= start]
    if before and before[-1][1] in rules.spine_progression:
        return TherapyReason.SWITCH_AFTER_SPINE_PD
    reasons = {line.reason for line in begun}
    if "progression" in reasons and not any(on >= start - timedelta(rules.progression_days) for on, _ in before):
        return TherapyReason.SWITCH_AFTER_SPINE_PD
    known = sorted(_REASONS[reason] for reason in reasons if reason is not None)
    return known[0] if known else None


_REASONS = {
    "first_line": TherapyReason.FIRST_LINE,
    "progression": TherapyReason.OTHER,
    "toxicity": TherapyReason.OTHER,
    "other": TherapyReason.OTHER,
    "none": TherapyReason.NONE,
    "switch_after_spine_pd": TherapyReason.SWITCH_AFTER_SPINE_PD,
}
