"""Take in what a reader of another system understood: whole patients, once, with a report of all that was not taken."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from itertools import islice

from django.db import DatabaseError, transaction
from django.db.models import Q

from tracker.full_disk import NotStored
from tracker.interop.records import PatientRecord, Problem, QuestionDraft, Reading, Severity
from tracker.models import ImportRun, Patient, Team, User
from tracker.services import policies
from tracker.services.acts.occasion import Occasion
from tracker.services.imports.comparing import Stored, Work, compare
from tracker.services.imports.report import Report
from tracker.services.imports.rows import mistakes_of
from tracker.services.imports.writing import Author, ask, first_gone, new_questions, write
from tracker.services.schedule import planning
from tracker.services.schedule.falling import fall
from tracker.services.schedule.looking import look_again

__all__ = ["BATCH", "Report", "import_records"]

log = logging.getLogger(__name__)

#: Patients to a transaction.
BATCH = 250


def import_records(
    records: Iterable[Reading],
    *,
    occasion: Occasion,
    team: Team | None = None,
    surgeon: User | None = None,
    dry_run: bool = False,
    progress: Callable[[int], object] | None = None,
    clock: Callable[[], datetime] | None = None,
) -> Report:
    """Take in readings of the occasion's source (csv or fhir), plan who changed on its day, and report.

    The same readings a second time change nothing. A fact that changed at the source is entered in error and the new
    one added; what a person corrected or set aside here stays as the person left it. A patient comes in whole or not
    at all: one that cannot be saved is reported, the others of the batch are. New patients are given to `team` and
    `surgeon`; patients without a team or surgeon get them as well. With `dry_run` nothing is written and the report is
    the same, but for the schedule. `progress` hears of each batch's size; `clock` gives the moment of the end.
    """
    report = Report(occasion.source, occasion.today, dry_run)
    run = ImportRun(kind=occasion.source, started_at=occasion.at, by=occasion.by, as_of=occasion.today)
    if not dry_run:
        policies.ensure_default(occasion=occasion)
        run.save()
        report.run_id = run.pk
    importer = _Importer(report, Author(occasion, run, team, surgeon))
    waiting = iter(records)
    while batch := list(islice(waiting, BATCH)):
        importer.take(batch)
        if progress is not None:
            progress(sum(1 for reading in batch if reading.name or reading.patient is not None))
    if not dry_run:
        run.finished_at = clock() if clock is not None else occasion.at
        run.report = report.to_json()
        run.save(update_fields=["finished_at", "report"])
    return report


class _Importer:
    """One run: what has been seen so far, and the report that grows."""

    def __init__(self, report: Report, author: Author) -> None:
        self.report = report
        self.author = author
        self.numbers: dict[str, str] = {}
        self.seen: set[str] = set()

    def take(self, batch: Collection[Reading]) -> None:
        """Compare and write one batch."""
        for reading in batch:
            self.report.problems += reading.problems
            if reading.patient is None and reading.name:
                self.report.patients["skipped"] += 1
        readings = [reading for reading in batch if reading.patient is not None and self._is_fit(reading)]
        known, holders = _known(readings)
        readings = [reading for reading in readings if self._is_alone(reading, known, holders)]
        stored = Stored(known.values(), self.author.occasion.source)
        today = self.author.occasion.today
        works = [
            compare(record, known.get(record.source_key), reading.questions, stored, today)
            for reading in readings
            if (record := reading.patient) is not None
        ]
        for work in works:
            self._own(work)
        general = [question for reading in batch if reading.patient is None for question in reading.questions]
        if self.report.dry_run:
            self._count(works, new_questions(_questions(works, general)))
        else:
            self._save(works, general)
        self.report.questions += _questions(works, general)

    def _own(self, work: Work) -> None:
        """Who has no team or surgeon yet gets the ones of this import."""
        patient = work.patient
        if patient is None:
            return
        if self.author.team is not None and patient.team_id is None:
            work.columns["team"] = self.author.team
        if self.author.surgeon is not None and patient.surgeon_id is None:
            work.columns["surgeon"] = self.author.surgeon

    def _is_fit(self, reading: Reading) -> bool:
        """Whether the models take the record as it is; else the patient is reported."""
        record = reading.patient
        if record is None:
            return False
        wrong = list(mistakes_of(record, self.author.occasion.at))
        for place, value, expected in wrong:
            self._problem(place, value, expected, "value", record.number)
        return self._skipped(bool(wrong))

    def _is_alone(self, reading: Reading, known: dict[str, Patient], holders: dict[str, Patient]) -> bool:
        """Whether nobody else has this number, here or in this run: people are merged by people only."""
        record = reading.patient
        if record is None:
            return False
        number, key = record.number, record.source_key
        first = self.numbers.setdefault(number, key)
        same, holder = known.get(key), holders.get(number)
        if first != key:
            self._ask_whose(record, "another patient of this source", None)
        elif key in self.seen:
            self._ask_whose(record, "the same patient, given a second time,", None)
        elif holder is not None and (same is None or holder.pk != same.pk):
            self._ask_whose(record, "a patient who is registered here", holder)
        else:
            self.seen.add(key)
            return True
        return self._skipped(True)

    def _ask_whose(self, record: PatientRecord, elsewhere: str, holder: Patient | None) -> None:
        """Say that a number belongs to somebody else as well, and ask whether they are one person."""
        number = record.number
        expected = f"a number of its own; {elsewhere} has it"
        self._problem(record.place, number, expected, "number_taken", number)
        question = QuestionDraft(
            kind="number_taken",
            source_key=f"{self.author.occasion.source}:number:{number}:{record.source_key}"[:300],
            place=record.place,
            value=number,
            expected="one patient a number",
            text=f"The number belongs to {elsewhere} as well. Is it one person? Nothing of this one is taken in "
            "until the source is corrected.",
        )
        fresh = new_questions([question])
        self.report.questions.append(question)
        self.report.asked += len(fresh)
        if fresh and not self.report.dry_run:
            ask([(holder.pk if holder else None, question)], self.author)

    def _skipped(self, wrong: bool) -> bool:
        if wrong:
            self.report.patients["skipped"] += 1
        return not wrong

    def _problem(self, place: str, value: str, expected: str, kind: str, patient: str | None) -> None:
        self.report.problems.append(Problem(place, value, expected, Severity.ERROR, kind, patient))

    def _save(self, works: list[Work], general: Collection[QuestionDraft]) -> None:
        """Write a batch in one transaction; where the database refuses it, each patient in one of their own."""
        try:
            with transaction.atomic():
                fresh = new_questions(_questions(works, general))
                keys = write(works, self.author)
                self._ask(works, fresh)
                result = self._plan(works, keys)
        except NotStored:
            raise  # no patient's fault, and the next one would be refused too
        except DatabaseError as error:
            if len(works) > 1 or (works and general):
                for work in works:
                    self._save([work], ())
                self._save([], general)
                return
            log.warning("an imported patient was refused by the database", exc_info=True)
            for work in works:
                reason = str(error).splitlines()[0] if str(error) else type(error).__name__
                number, expected = work.record.number, f"a record the database takes: {reason}"
                self._problem(work.record.place, number, expected, "not_saved", number)
                self._skipped(True)
            return
        self._count(works, fresh)
        self.report.planned.update(result.counts)
        for key in result.failed:
            number = Patient.objects.values_list("number", flat=True).get(pk=key)
            self._problem(f"patient row {key}", "", "a record that can be planned", "not_planned", number)

    def _plan(self, works: list[Work], keys: list[int]) -> planning.BatchResult:
        """Plan who changed; a record that cannot be planned stays, and is reported."""
        try:
            for work in works:
                if (first := first_gone(work)) is not None:
                    fall(work.key, first, occasion=self.author.occasion)
            return planning.replan_batch(keys, occasion=self.author.occasion, cause="fact")
        except planning.UNPLANNABLE:  # raised for a patient alone, who would else be named in `failed`
            log.exception("an imported patient cannot be planned")
            look_again(keys)
            return planning.BatchResult(failed=tuple(keys))

    def _ask(self, works: list[Work], fresh: Collection[QuestionDraft]) -> None:
        """Ask what is new, each question of the patient whose reading raised it."""
        patient_of = {question.source_key: work.key for work in works for question in work.questions}
        ask([(patient_of.get(question.source_key), question) for question in fresh], self.author)

    def _count(self, works: Iterable[Work], fresh: Collection[QuestionDraft]) -> None:
        for work in works:
            self.report.patients[work.act] += 1
            self.report.facts.update(work.counts)
        self.report.asked += len(fresh)


def _questions(works: Iterable[Work], general: Iterable[QuestionDraft]) -> list[QuestionDraft]:
    return [*general, *(question for work in works for question in work.questions)]


def _known(readings: Collection[Reading]) -> tuple[dict[str, Patient], dict[str, Patient]]:
    """Patients who were read from the same source before, by its key; and whoever has one of the numbers."""
    records = [reading.patient for reading in readings if reading.patient is not None]
    found = Patient.objects.filter(
        Q(source_key__in=[record.source_key for record in records])
        | Q(number__in=[record.number for record in records])
    )
    keys = {record.source_key for record in records}
    by_key = {patient.source_key: patient for patient in found if patient.source_key in keys}
    return by_key, {patient.number: patient for patient in found}
