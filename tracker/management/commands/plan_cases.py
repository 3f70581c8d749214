"""Plan a file of patients in the case format, storing nothing, and hold it against what the file expects."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import cache
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from scheduling.cases import (
    Case,
    CaseErrors,
    CaseFile,
    Difference,
    answer,
    compare,
    flow,
    lesion_answers,
    printed,
    read_cases,
)
from scheduling.cases.answers import Printed
from scheduling.engine.planning.plan import plan
from scheduling.engine.policy.mistakes import PolicyErrors
from scheduling.engine.policy.rows import Policy
from scheduling.engine.record.seen import seen_on
from scheduling.files import load_policy
from tracker.management.arguments import add_day, refusal
from tracker.services.policies import ruling

#: Exit code: an expectation is not met.
DIFFERENT = 1

Answered = tuple[str, Printed, list[Difference]]
#: The policy that a day is planned with, and which one that is in words.
Rules = Callable[[date], tuple[Policy, str]]


def answered(case: Case, policy: Policy) -> Answered:
    """Id, printed answer and differences of one case."""
    seen = seen_on(case.facts, case.as_of)
    given = answer(plan(case.facts, policy, case.as_of), case.as_of, case.expect.prognosis if case.expect else ())
    lesions = lesion_answers(seen)
    places = [index for index, one in enumerate(case.facts.lesions) if one.finding_date <= case.as_of]
    return case.id, printed(given, lesions), compare(case, given, zip(places, lesions, strict=True))


def as_text(answers: Iterable[tuple[str, Printed]]) -> Iterator[str]:
    """One block a patient, which is YAML as well."""
    for patient, values in answers:
        lines = [f"{flow(patient)}:"]
        for key, value in values.items():
            if key == "lesions" and value:
                lines.append("  lesions:")
                lines += [f"  - {flow(lesion)}" for lesion in value]
            else:
                lines.append(f"  {key}: {flow(value)}")
        yield "\n".join(lines) + "\n"


def as_json(answers: Iterable[tuple[str, Printed]]) -> Iterator[str]:
    """One JSON object, with one line a patient."""
    before = "{\n"
    for patient, values in answers:
        yield f"{before}{json.dumps(patient)}: {json.dumps(values, default=str)}"
        before = ",\n"
    yield "\n}\n" if before == ",\n" else "{}\n"


FORMATS: dict[str, Callable[[Iterable[tuple[str, Printed]]], Iterator[str]]] = {
    "text": as_text,
    "json": as_json,
}


class Command(BaseCommand):
    """Exits with 0, with 1 where an expectation is not met, with 2 where the input cannot be used."""

    help = (
        "Plan the patients of a file in the case format and print what is due, when and why. Nothing is stored, "
        "and no database is needed. Exits with 1 and lists every difference where the file expects something else, "
        "with 2 and every mistake where it cannot be read."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="a YAML file of cases, or - for standard input")
        add_day(parser, "evaluation day; wins over as_of of the file")
        how = "how to print (default: text)"
        parser.add_argument("--format", dest="output", choices=tuple(FORMATS), default="text", help=how)
        document = "a policy document; default: the one in force on the day, or the one that ships"
        parser.add_argument("--policy", metavar="FILE", help=document)

    def handle(
        self,
        *args: object,
        file: str,
        as_of: date | None,
        policy: str | None,
        output: str,
        **options: object,
    ) -> None:
        rules = self._policy(policy)
        cases = self._cases(file, as_of)
        self._name_others(cases, rules)
        found: list[Difference] = []

        def answers() -> Iterator[tuple[str, Printed]]:
            for case in cases:
                patient, values, differences = answered(case, rules(case.as_of)[0])
                found.extend(differences)
                yield patient, values

        for part in FORMATS[output](answers()):
            self.stdout.write(part, ending="")
        if found:
            self.stdout.flush()
            for difference in found:
                self.stderr.write(str(difference))
            patients = len({difference.patient for difference in found})
            among = f"{patients} of {_counted(len(cases), 'patient')}"
            raise CommandError(f"{_counted(len(found), 'difference')} in {among}.", returncode=DIFFERENT)

    def _cases(self, name: str, as_of: date | None) -> CaseFile:
        try:
            if name == "-":
                return read_cases(sys.stdin.buffer, as_of)
            with Path(name).open("rb") as source:
                return read_cases(source, as_of)
        except OSError as error:
            sentence = f"{name}: {error.strerror or error}; expected a file of cases, or -"
            raise refusal(self, (), sentence) from None
        except CaseErrors as errors:
            mistakes = _counted(len(errors.problems), "mistake")
            raise refusal(self, errors.problems, f"{mistakes}; nothing was planned.") from None

    def _name_others(self, cases: CaseFile, rules: Rules) -> None:
        """Say where the file is planned with another policy than it was written for."""
        planned_with = (rules(day) for day in sorted({case.as_of for case in cases}))
        others = {policy.version: which for policy, which in planned_with if policy.version != cases.policy_version}
        for version, which in others.items():
            self.stderr.write(f"The file was written for {cases.policy_version}; planned with {version}, {which}.")

    def _policy(self, name: str | None) -> Rules:
        """The policy of each day, and which one that is in words: the one that ruled the schedule on it."""
        if name is None:
            return cache(ruling)
        try:
            tried = load_policy(Path(name)), f"the policy of {name}"
            return lambda day: tried
        except OSError as error:
            sentence = f"{name}: {error.strerror or error}; expected a policy document"
            raise refusal(self, (), sentence) from None
        except PolicyErrors as errors:
            mistakes = _counted(len(errors.errors), "mistake")
            lines = [f"{name}: {problem}" for problem in errors.errors]
            raise refusal(self, lines, f"{mistakes} in the policy; nothing was planned.") from None


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
