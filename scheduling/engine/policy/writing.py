"""A policy back to the mapping that a document holds; reading it gives an equal policy."""

from __future__ import annotations

from collections.abc import Sequence

from scheduling.engine.periods import Offset
from scheduling.engine.policy.anchors import Anchor
from scheduling.engine.policy.document_record import write_record
from scheduling.engine.policy.named_days import write_anchor
from scheduling.engine.policy.questions.registry import write_conditions
from scheduling.engine.policy.reading import write_days
from scheduling.engine.policy.rows import (
    Evidence,
    GradeFor,
    ItemRule,
    Policy,
    Row,
    SeriesWindow,
    StreamRule,
    TaskRule,
)
from scheduling.engine.record.view import StudySet, TempoLine


def write_policy(policy: Policy, form: int) -> dict[str, object]:
    """The whole document, with absent parts left out."""
    about = policy.about
    return _present(
        format=form,
        version=policy.version,
        title=about.title,
        state=about.state,
        source=about.source,
        author=about.author,
        checked_by=about.checked_by,
        approved_by=about.approved_by,
        approved_on=about.approved_on.isoformat() if about.approved_on else None,
        next_review_on=about.next_review_on.isoformat() if about.next_review_on else None,
        sets={
            "studies": {name: _study_set(one) for name, one in policy.studies},
            "procedures": {name: list(kinds) for name, kinds in policy.names.procedures.items()},
            "therapies": {name: list(classes) for name, classes in policy.names.therapies.items()},
        }
        | _present(words=dict(policy.names.words)),
        record=write_record(policy.record),
        tempo={
            "otherwise": policy.tempo_otherwise,
            "lines": [_tempo_line(line) for line in policy.tempo_lines],
        },
        named={name: write_conditions(meaning) for name, meaning in policy.named},
        choose_one={"first_of": list(policy.choice.first_of), "otherwise": policy.choice.otherwise},
        rows=[_row(row) for row in policy.rows],
        imaging_requests=[
            {"request": rule.request, "when": write_conditions(rule.when)} for rule in policy.requests
        ],
        tasks=[_task(rule) for rule in policy.tasks],
        gaps=[
            {"gap": rule.gap, "when": write_conditions(rule.when)} | _present(for_each=rule.for_each)
            for rule in policy.gaps
        ],
    )


def _present(**parts: object) -> dict[str, object]:
    """The parts that say something."""
    return {key: value for key, value in parts.items() if value not in (None, "", [], {})}


def _study_set(one: StudySet) -> dict[str, object]:
    return _present(
        kinds=list(one.kinds),
        also_where_mri={safety: list(kinds) for safety, kinds in one.also_where_mri},
        coverage=list(one.coverage),
    )


def _tempo_line(line: TempoLine) -> dict[str, object]:
    return _present(
        tempo=line.tempo,
        sites=list(line.sites),
        subtypes=list(line.subtypes),
        marker_classes=list(line.marker_classes),
    )


def _row(row: Row) -> dict[str, object]:
    suspends, replaces = row.suspends, row.replaces
    return (
        _present(
            id=row.id,
            title=row.title,
            urgency=row.urgency,
            for_each=row.for_each,
            suspends=None
            if suspends is None
            else {"keep_rows": list(suspends.keep_rows), "keep_dates": suspends.keep_dates},
            replaces=None
            if replaces is None
            else _present(
                rows=list(replaces.rows),
                streams=list(replaces.streams),
                only_if=write_conditions(replaces.only_if),
            ),
            asks_nothing_in=list(row.asks_nothing_in),
            until_closed=row.until_closed or None,
            marks=list(row.marks),
            outcome=row.outcome,
            group=row.group,
            when=write_conditions(row.when),
        )
        | ({} if row.when.parts or row.for_each == "override" else {"when": []})
        | {rule.stream: _stream(rule) for rule in row.streams}
    )


def _stream(rule: StreamRule) -> dict[str, object]:
    return _present(
        evidence=_evidence(rule.evidence),
        counted_by=rule.counted_by,
        items=[_item(item) for item in rule.items],
    )


def _evidence(evidence: Evidence) -> dict[str, object]:
    return _present(
        grade=evidence.grade,
        citation=evidence.citation,
        rationale=evidence.rationale,
        by_primary=[_grade_for(one) for one in evidence.by_primary],
        note_elsewhere=evidence.note_elsewhere,
    )


def _grade_for(one: GradeFor) -> dict[str, object]:
    return _present(sites=list(one.sites), subtypes=list(one.subtypes), grade=one.grade)


def _item(item: ItemRule) -> dict[str, object]:
    series = len(item.windows) > 1 or (item.closed_by and not item.by)
    return _present(
        count_from=_days(item.count_from),
        window=None if series or item.by else _window(item.windows[0].window),
        note=None if series or item.by else item.windows[0].note,
        series=[_series_window(one) for one in item.windows] if series else None,
        window_by={
            item.by: {
                value: "omit" if window is None else _window(window) for value, window in item.windows_by
            }
        }
        if item.by
        else None,
        only_if=write_conditions(item.only_if),
        closed_by=item.closed_by,
        cap=None
        if item.cap is None
        else {"window": _window(item.cap.window), "only_if": write_conditions(item.cap.only_if)},
    )


def _series_window(one: SeriesWindow) -> dict[str, object]:
    return _present(window=_window(one.window), note=one.note)


def _window(window: Offset) -> list[str]:
    return [write_days(window.earliest), write_days(window.due), write_days(window.latest)]


def _days(anchors: Sequence[Anchor]) -> object:
    written = [write_anchor(anchor) for anchor in anchors]
    return written[0] if len(written) == 1 else written


def _task(rule: TaskRule) -> dict[str, object]:
    return _present(
        task=rule.task,
        under=rule.under,
        for_each=rule.for_each,
        when=write_conditions(rule.when),
        on=None
        if rule.on is None
        else {"count_from": _days(rule.on.count_from), "after": write_days(rule.on.after)},
    )
