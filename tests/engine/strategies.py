"""Random patients for Hypothesis: any combination of facts that the record may hold on `TODAY`.

A patient is read from one string of bytes, a choice a byte: far quicker than a strategy for each field, and it still
shrinks, since a byte of zero is the first and plainest choice.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from enum import StrEnum
from typing import TypeVar

from hypothesis import strategies as st

from scheduling.engine.record.facts import (
    Constraints,
    Facts,
    Lesion,
    Override,
    Primary,
    Procedure,
    Response,
    Sins,
    Study,
    Symptom,
    Therapy,
)
from scheduling.engine.vocabulary import (
    SINS_ITEMS,
    SUBTYPES,
    Coverage,
    Escc,
    Hardware,
    MarkerClass,
    MriSafety,
    PatientStatus,
    ProcedureKind,
    ResponseCategory,
    Site,
    Stream,
    StudyKind,
    SymptomKind,
    TherapyClass,
    TherapyReason,
)

TODAY = date(2026, 6, 1)

#: Ages, in days, around which something in the default policy changes, and some ordinary ones.
_AGES = (
    0, 1, 3, 6, 7, 8, 13, 14, 15, 20, 28, 35, 41, 42, 43, 50, 56, 70, 84, 91, 100, 112, 120, 140, 160, 181, 182, 183,
    200, 240, 300, 363, 364, 365, 366, 400, 450, 500, 545, 546, 547, 600, 900,
)  # fmt: skip
_LEVELS = ("T8", "L1", "T12", "C4", "S3", None)
_COVERED = ("T8", "T7-T9", "L1", "C1", "T12-L2", "S5")
_T = TypeVar("_T")


class Choices:
    """Decisions read from bytes, one each; when they are used up every decision is the plainest."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._place = 0

    def number(self, below: int) -> int:
        """A number from 0 to one less than `below`."""
        if self._place >= len(self._data):
            return 0
        self._place += 1
        return self._data[self._place - 1] % below

    def of(self, options: Sequence[_T]) -> _T:
        return options[self.number(len(options))]

    def yes(self, one_in: int = 2) -> bool:
        """Seldom yes, once in so many."""
        return self.number(one_in) == one_in - 1

    def word(self, kind: type[StrEnum]) -> str:
        return self.of([member.value for member in kind])

    def maybe(self, make: Callable[[], _T]) -> _T | None:
        return make() if self.number(3) else None

    def several(self, make: Callable[[], _T], most: int, least: int = 0) -> tuple[_T, ...]:
        return tuple(make() for _ in range(least + self.number(most - least + 1)))

    def day(self) -> date:
        return TODAY - timedelta(self.of(_AGES))

    def primary(self) -> Primary:
        site = self.word(Site)
        subtype = self.of((None, *SUBTYPES.get(site, ("adenocarcinoma",))))
        return Primary(site, subtype, (), self.of((None, *(one.value for one in MarkerClass))))

    def therapy(self) -> Therapy:
        return Therapy(self.word(TherapyClass), self.day(), (), self.of((None, *(one.value for one in TherapyReason))))

    def response(self) -> Response:
        category = self.word(ResponseCategory)
        if category == ResponseCategory.NOT_ASSESSED:
            return Response(category)
        on, since = self.day(), self.maybe(self.day)
        return Response(category, on, since and min(since, on))

    def procedure(self) -> Procedure:
        return Procedure(
            self.word(ProcedureKind),
            self.day(),
            self.several(lambda: self.of(_COVERED), 2),
            self.of((None, *(one.value for one in Hardware))),
        )

    def symptom(self) -> Symptom:
        return Symptom(self.word(SymptomKind), self.day())

    def pain(self) -> Symptom:
        return Symptom(SymptomKind.PAIN_SUGGESTIVE.value, self.day())

    def study(self) -> Study:
        return Study(self.day(), self.word(StudyKind), self.of((None, *(one.value for one in Coverage))))

    def sins(self) -> Sins:
        complete = not self.yes(3)
        return Sins(
            **{item: self.word(kind) if complete or self.number(4) else None for item, kind in SINS_ITEMS.items()}
        )

    def lesion(self) -> Lesion:
        """A lesion whose scores stand since its finding or later."""
        found = self.day()
        escc_found, sins_found, graded = (self.maybe(self.day) for _ in range(3))
        escc_found = escc_found and max(escc_found, found)
        return Lesion(
            level=self.of(_LEVELS),
            finding_date=found,
            escc=self.of(("0", "0", None, *(one.value for one in Escc))),
            sins=self.sins(),
            escc_found_on=escc_found,
            sins_found_on=sins_found and max(sins_found, found),
            graded_on=graded and max(graded, escc_found or found),
            stabilized=self.yes(4),
        )

    def override(self) -> Override:
        """A clinician's own window, asked today or not."""
        earliest = TODAY + timedelta(self.number(200) - 60)
        due = earliest + timedelta(self.number(60))
        return Override(
            stream=self.word(Stream),
            earliest=earliest,
            due=due,
            latest=due + timedelta(self.number(60)),
            starts_on=self.day(),
            until_on=TODAY + timedelta(self.number(200) - 10),
            second_approval=self.yes(),
        )

    def constraints(self) -> Constraints:
        return Constraints(
            mri=self.of((None, *(one.value for one in MriSafety))),
            gadolinium_allergy=self.of((None, False, True)),
            egfr=self.of((None, 12.0, 29.9, 30.0, 80.0)),
        )

    def patient(self, *, anything: bool = False, least_lesions: int = 0) -> Facts:
        """Active and without an open neurological symptom, unless `anything`."""
        return Facts(
            registered=self.day(),
            primaries=self.several(self.primary, 2, 1),
            status=self.word(PatientStatus) if anything else PatientStatus.ACTIVE.value,
            declined_on=self.day(),
            transfer_accepted=self.yes(),
            left_low_risk_on=self.maybe(self.day),
            therapy=self.maybe(self.therapy),
            response=self.maybe(self.response),
            procedures=self.several(self.procedure, 2),
            symptoms=self.several(self.symptom, 2) if anything else self.several(self.pain, 1),
            studies=self.several(self.study, 3),
            visits=self.several(self.day, 2),
            lesions=self.several(self.lesion, 3, least_lesions),
            spine_symptomatic=self.yes(),
            constraints=self.constraints(),
            step_down_approved=self.yes(),
            overrides=self.several(self.override, 1) if self.yes(3) else (),
        )

    def low_risk_patient(self) -> Facts:
        """Near A1 and D1, which a random patient seldom meets."""
        found = self.day()
        low = Sins("rigid", "pain_free", "blastic", "normal", "none", "none")
        since = TODAY - timedelta(self.of((546, 545, 364, 363)))
        return Facts(
            registered=self.day(),
            primaries=(self.primary(),),
            therapy=self.maybe(self.therapy),
            response=Response(self.of(("complete", "stable", "partial")), max(self.day(), since), since),
            procedures=self.several(self.procedure, 1) if self.yes() else (),
            studies=self.several(self.study, 2),
            visits=self.several(self.day, 1),
            lesions=self.several(lambda: Lesion("T8", found, "0", low, stabilized=self.yes()), 2, 1),
            constraints=self.constraints(),
            step_down_approved=self.yes(),
            overrides=self.several(self.override, 1) if self.yes(3) else (),
        )


def words(kind: type[StrEnum]) -> st.SearchStrategy[str]:
    """Words of a closed set as plain strings."""
    return st.sampled_from([member.value for member in kind])


_BYTES = st.binary(min_size=120, max_size=120)

days = st.sampled_from(_AGES).map(lambda age: TODAY - timedelta(age))
lesions = st.binary(min_size=16, max_size=16).map(lambda data: Choices(data).lesion())
symptoms = st.binary(min_size=2, max_size=2).map(lambda data: Choices(data).symptom())
with_lesion = _BYTES.map(lambda data: Choices(data).patient(least_lesions=1))
#: Anybody, in the programme or out of it, with any open symptom.
anybody = _BYTES.map(lambda data: Choices(data).patient(anything=True))
#: Active patients without an open neurological symptom: neither an S row nor E1 holds.
planned = st.one_of(
    _BYTES.map(lambda data: Choices(data).patient()),
    _BYTES.map(lambda data: Choices(data).low_risk_patient()),
)
