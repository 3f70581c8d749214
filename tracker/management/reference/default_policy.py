"""The default policy as a page: one line a row, then each row with its conditions, windows and evidence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from scheduling.engine.periods import Offset
from scheduling.engine.policy.anchors import Anchor
from scheduling.engine.policy.document_numbers import write_numbers
from scheduling.engine.policy.questions.combining import AllOf
from scheduling.engine.policy.questions.registry import write_conditions
from scheduling.engine.policy.rows import Evidence, ItemRule, Policy, Row, StreamRule
from scheduling.engine.vocabulary import Stream
from scheduling.engine.words import anchor_words, period
from scheduling.policies import default_policy
from tracker.management.reference.markdown import code, codes, table
from tracker.management.reference.markdown import page as filled

_GRADE = {"expert_default": "local default"}


def page() -> str:
    """docs/reference/default-policy.md."""
    policy = default_policy()
    about = policy.about
    proposed = "**a proposal: draft, not for clinical use** until a clinical lead approves it"
    requests = ((code(rule.request), "\n".join(_conditions(rule.when)) or "otherwise") for rule in policy.requests)
    return filled(
        "default-policy.md",
        version=policy.version,
        title=about.title,
        state=f"approved by {about.approved_by}" if policy.approved else proposed,
        source=about.source,
        author=about.author,
        checked_by=about.checked_by or "nobody yet",
        next_review=str(about.next_review_on or "not set"),
        overview=table(("row", "when", "imaging", "surgeon", "urgency", "grade"), map(_overview, policy.rows)),
        first_of=codes(policy.choice.first_of),
        otherwise=code(policy.choice.otherwise),
        rows=[line for row in policy.rows for line in _row(row)],
        numbers=_numbers(policy),
        sets=_sets(policy),
        tempo_otherwise=policy.tempo_otherwise,
        requests=table(("request", "when"), requests),
        tasks=_tasks(policy),
    )


def _numbers(policy: Policy) -> list[str]:
    return table(("name", "value"), ((code(name), _valued(one)) for name, one in write_numbers(policy.numbers).items()))


def _valued(one: object) -> str:
    return " / ".join(map(str, one)) if isinstance(one, list) else str(one)


def _overview(row: Row) -> tuple[str, ...]:
    cells = (_cell(row, Stream.IMAGING), _cell(row, Stream.SURGEON))
    return f"[{row.id}](#{row.id.lower()})", row.title, *cells, row.urgency, _grades(row)


def window(offset: Offset) -> str:
    """``8 / 12 / 13 weeks``, or days where one of the three is no whole week or all are short."""
    days = (offset.earliest, offset.due, offset.latest)
    weeks = all(day % 7 == 0 for day in days) and offset.latest >= 28
    return " / ".join(str(day // 7 if weeks else day) for day in days) + (" weeks" if weeks else " days")


def _cell(row: Row, stream: Stream) -> str:
    rule = row.stream(stream)
    if rule is None:
        return ""
    if not rule.items:
        return "the clinician's own window" if row.for_each == "override" else "asks for nothing"
    return "\n".join(line for item in rule.items for line in _windows(item))


def _windows(item: ItemRule) -> Iterator[str]:
    after = _after(item.count_from)
    for each in item.windows:
        yield f"{window(each.window)} after {after}"
    grouped: dict[Offset | None, list[str]] = {}
    for value, offset in item.windows_by:
        grouped.setdefault(offset, []).append(value)
    for offset, values in grouped.items():
        if offset is not None:
            yield f"{', '.join(values)}: {window(offset)} after {after}"


def _after(anchors: Sequence[Anchor]) -> str:
    return ", else ".join(anchor_words(anchor.key).removesuffix(" of") for anchor in anchors)


def _grades(row: Row) -> str:
    rules = [rule for rule in row.streams if rule.items or len(row.streams) == 1] or list(row.streams)
    grades = {rule.stream: _grade(rule.evidence) for rule in rules}
    if len(set(grades.values())) == 1:
        return next(iter(grades.values()))
    return "\n".join(f"{stream}: {grade}" for stream, grade in grades.items())


def _grade(evidence: Evidence) -> str:
    grade = _GRADE.get(evidence.grade, evidence.grade)
    for each in evidence.by_primary:
        grade += f"; {_GRADE.get(each.grade, each.grade)} for {' '.join((*each.sites, *each.subtypes))}"
    return grade


def _row(row: Row) -> list[str]:
    lines = [f"### {row.id}", "", f"{row.title}. Urgency: {row.urgency}."]
    if row.for_each:
        lines[-1] += f" Asked of each {row.for_each}."
    if row.until_closed:
        lines[-1] += " Only a clinician ends it, also after what it asks for was done."
    if row.marks:
        lines[-1] += f" Marked {codes(row.marks)}."
    lines += ["", *(_when("When", row.when) if row.when.parts else [])]
    if row.suspends is not None:
        kept = row.suspends.keep_rows
        dates = "" if row.suspends.keep_dates else ", without its dates"
        lines += [
            f"Suspends every later row, date and task{f' except {codes(kept)}{dates}' if kept else ''}.",
            "",
        ]
    if row.replaces is not None:
        where = codes(row.replaces.streams) if row.replaces.streams else "its own stream"
        lines += [f"Replaces {codes(row.replaces.rows)} in {where} while it has a window itself.", ""]
        lines += _when("Only if", row.replaces.only_if) if row.replaces.only_if.parts else []
    if row.asks_nothing_in:
        outcome = f"; what was open in it has the outcome {code(row.outcome)}" if row.outcome else ""
        lines += [f"Leaves {codes(row.asks_nothing_in)} without a date{outcome}.", ""]
    for rule in row.streams:
        lines += _stream(rule)
    return lines


def _stream(rule: StreamRule) -> list[str]:
    evidence = rule.evidence
    lines = [f"**{rule.stream.capitalize()}** ({_grade(evidence)})"]
    if rule.counted_by:
        lines[0] += f", completed by a {rule.counted_by.replace('_', ' ')}"
    lines += [""]
    for item in rule.items:
        notes = list(dict.fromkeys(each.note for each in item.windows if each.note))
        for place, words in enumerate(_windows(item)):
            note = item.windows[place].note if len(item.windows) > place and notes else ""
            lines.append(f"- {words}{f' ({note})' if note else ''}")
        if item.closed_by:
            lines.append(f"  - closed by a {item.closed_by.replace('_', ' ')} on or after its earliest day")
        lines += [f"  - only if {condition}" for condition in _conditions(item.only_if)]
        if item.cap is not None:
            lines.append(f"  - at most {window(item.cap.window)} if {' and '.join(_conditions(item.cap.only_if))}")
    if rule.items:
        lines.append("")
    cited = "" if evidence.citation in ("", "none") else f"{evidence.citation}. "
    lines += [f"> {cited}{evidence.rationale}", ""]
    if evidence.note_elsewhere:
        lines[-2] += f" For every other primary: {evidence.note_elsewhere}."
    return lines


def _when(title: str, when: AllOf) -> list[str]:
    return [f"{title}:", "", *(f"- {condition}" for condition in _conditions(when)), ""]


def _conditions(when: AllOf) -> list[str]:
    return [_condition(written) for written in write_conditions(when) if isinstance(written, Mapping)]


def _condition(written: Mapping[str, object]) -> str:
    """A condition as it stands in the document, on one line."""
    name, asked = next((key, value) for key, value in written.items() if key != "if_unknown")
    unknown = written.get("if_unknown")
    tail = f" (unknown counts as {'yes' if unknown == 'holds' else 'no'})" if unknown else ""
    if name in ("all", "any") and isinstance(asked, list):
        joint = " and " if name == "all" else " or "
        return f"({joint.join(_condition(part) for part in asked)}){tail}"
    if name == "not" and isinstance(asked, Mapping):
        return f"not {_condition(asked)}{tail}"
    if name == "is":
        return f"{code(asked)}{tail}"
    return f"{code(f'{name}: {_value(asked)}')}{tail}"


def _value(asked: object) -> str:
    if isinstance(asked, bool):
        return "true" if asked else "false"
    if isinstance(asked, list):
        return ", ".join(_value(one) for one in asked)
    if isinstance(asked, Mapping):
        return "{" + ", ".join(f"{key}: {_value(one)}" for key, one in asked.items()) + "}"
    return str(asked)


def _sets(policy: Policy) -> list[str]:
    sets = [
        (code(name), ", ".join(one.kinds), _extra(one.also_where_mri, one.coverage)) for name, one in policy.studies
    ]
    named = (*policy.names.procedures.items(), *policy.names.therapies.items())
    sets += [(code(name), ", ".join(kinds), "") for name, kinds in named]
    meanings = ((code(name), "\n".join(_conditions(meaning))) for name, meaning in policy.named)
    lines = (
        (one.tempo, ", ".join(one.sites), ", ".join(one.subtypes), ", ".join(one.marker_classes))
        for one in policy.tempo_lines
    )
    return [
        *table(("set", "holds", "also"), sets),
        *table(("name", "means that all of these hold"), meanings),
        *table(("tempo", "sites", "subtypes", "marker"), lines),
    ]


def _extra(also: Sequence[tuple[str, Sequence[str]]], coverage: Sequence[str]) -> str:
    places = [f"{', '.join(kinds)} where MRI is {safety}" for safety, kinds in also]
    return "; ".join([*places, *([f"only {', '.join(coverage)}"] if coverage else [])])


def _tasks(policy: Policy) -> list[str]:
    tasks = (
        (
            code(rule.task),
            f"beside {rule.under}" if rule.under else "",
            _when_of_each(rule.when, rule.for_each),
            f"{_after(rule.on.count_from)} + {period(rule.on.after)}" if rule.on else "",
        )
        for rule in policy.tasks
    )
    gaps = ((code(rule.gap), _when_of_each(rule.when, rule.for_each)) for rule in policy.gaps)
    return [*table(("task", "beside", "when", "day"), tasks), *table(("gap", "when"), gaps)]


def _when_of_each(when: AllOf, for_each: str) -> str:
    return "\n".join(_conditions(when)) + (f"\n(of each {for_each})" if for_each else "")
