"""Random records for Hypothesis: dated facts around `TODAY`, some of them still ahead, and what people arranged."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import strategies as st

from scheduling.engine.following.changes import OpenFollowUp
from scheduling.engine.record.facts import Override, Primary, Procedure, Sins, Study
from scheduling.engine.record.history import (
    History,
    LesionAssessment,
    LesionHistory,
    ResponseEntry,
    StatusChange,
    StepDownApproval,
    SymptomEpisode,
    TherapyLine,
)
from scheduling.engine.vocabulary import (
    Coverage,
    Escc,
    PatientStatus,
    ProcedureKind,
    ResponseCategory,
    StudyKind,
    SymptomKind,
    TherapyClass,
)
from tests.engine.strategies import TODAY, Choices

#: Days from today, some of them ahead.
_DISTANCES = (
    -900, -600, -547, -546, -540, -500, -400, -366, -365, -364, -360, -300, -240, -200, -183, -182, -180, -160, -120,
    -112, -91, -84, -60, -43, -42, -41, -30, -20, -14, -13, -8, -7, -6, -1, 0, 0, 1, 2, 7, 20, 60, 150,
)  # fmt: skip
_LOW = Sins("rigid", "pain_free", "blastic", "normal", "none", "none")
_REASONS = ("first_line", "progression", "toxicity", "other", "none", None)
_MARKERS = ((), (), ("EGFR exon 19 deletion",), ("ALK fusion",), ("BRAF V600E",))
_DRUGS = ((), ("osimertinib",), ("alectinib",), ("nivolumab",))


class RecordChoices(Choices):
    """A record read from bytes, a choice a byte."""

    def day(self) -> date:
        return TODAY + timedelta(self.of(_DISTANCES))

    def later(self, than: date) -> date:
        return than + timedelta(self.of((0, 1, 7, 30, 90, 200, 400)))

    def seldom_ahead(self) -> date:
        """A day that has come, but for once in a while."""
        day = self.day()
        return day if self.yes(8) else min(day, TODAY)

    def primary(self) -> Primary:
        return replace(super().primary(), markers=self.of(_MARKERS))

    def line(self) -> TherapyLine:
        start = self.seldom_ahead()
        return TherapyLine(
            self.word(TherapyClass),
            start,
            self.maybe(lambda: self.later(start)),
            self.of(_DRUGS),
            self.of(_REASONS),
        )

    def look(self) -> LesionAssessment:
        sins = self.of((None, _LOW, self.sins()))
        return LesionAssessment(self.seldom_ahead(), self.of((None, "0", self.word(Escc))), sins)

    def spot(self) -> LesionHistory:
        return LesionHistory(self.of(("T8", "L1", "C4", None)), self.seldom_ahead(), self.several(self.look, 3, 1))

    def episode(self, kind: str) -> SymptomEpisode:
        on = self.seldom_ahead()
        closed = self.maybe(lambda: self.later(on))
        return SymptomEpisode(kind, on, closed, confirmed=not self.yes(4))

    def change(self) -> StatusChange:
        status = self.of(("active", "active", self.word(PatientStatus)))
        return StatusChange(self.seldom_ahead(), status, transfer_accepted=self.yes())

    def approval(self) -> StepDownApproval:
        on = self.seldom_ahead()
        return StepDownApproval(on, self.maybe(lambda: self.later(on)))

    def own_window(self) -> Override:
        return replace(self.override(), starts_on=self.day(), until_on=self.later(TODAY - timedelta(20)))

    def record(self) -> History:
        """Anybody's; some are near the low-risk row."""
        controlled = self.yes()
        return History(
            registered=min(self.day(), TODAY),
            primaries=self.several(self.primary, 1, 1),
            statuses=self.several(self.change, 2) if self.yes(3) else (),
            left_low_risk=self.several(self.seldom_ahead, 1) if self.yes(3) else (),
            lines=self.several(self.line, 2),
            responses=self.several(
                lambda: ResponseEntry(
                    self.seldom_ahead(),
                    self.of(("stable", "complete")) if controlled else self.word(ResponseCategory),
                    counts=not self.yes(6),
                ),
                4,
            ),
            procedures=self.several(
                lambda: Procedure(self.word(ProcedureKind), self.seldom_ahead(), self.of((("T8",), ("L1",), ()))),
                2,
            )
            if self.yes()
            else (),
            symptoms=(
                *self.several(lambda: self.episode(SymptomKind.PAIN_SUGGESTIVE), 1),
                *(self.several(lambda: self.episode(SymptomKind.NEURO), 1) if self.yes(4) else ()),
            ),
            studies=self.several(
                lambda: Study(
                    self.seldom_ahead(),
                    self.word(StudyKind),
                    self.of((None, *(one.value for one in Coverage))),
                ),
                4,
            ),
            visits=self.several(self.seldom_ahead, 3),
            lesions=self.several(self.spot, 2),
            spine_symptomatic=self.yes(),
            constraints=self.constraints(),
            approvals=self.several(self.approval, 1) if self.yes(3) else (),
            overrides=self.several(self.own_window, 2) if self.yes(3) else (),
            contact_failures=self.number(4),
        )

    def arranged(self, row: OpenFollowUp) -> OpenFollowUp:
        """The follow-up after something that a person did with it, or as it was."""
        ahead = TODAY + timedelta(self.number(60) - 10)
        return self.of(
            (
                row,
                replace(row, state="ordered"),
                replace(row, state="booked", booked_on=ahead),
                replace(row, state="missed"),
                replace(row, state="cancelled", hold_until=ahead),
                replace(row, snoozed_until=ahead),
            )
        )


#: A record, and the choices that follow it.
records = st.binary(min_size=220, max_size=220).map(RecordChoices)
