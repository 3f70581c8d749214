"""Questions about the person: status, symptoms and the step-down."""

from __future__ import annotations

from dataclasses import dataclass

from scheduling.engine.plans import FactRead
from scheduling.engine.policy.parameters import Codes, Flag, param
from scheduling.engine.policy.questions.question import Condition, Flagged, Reader, Reads, Test
from scheduling.engine.policy.sets import Names
from scheduling.engine.record.view import LesionView, View
from scheduling.engine.vocabulary import PatientStatus, SymptomKind
from scheduling.engine.words import day_text, listed, word

_STATUS = {
    PatientStatus.ACTIVE: "is under surveillance",
    PatientStatus.HOSPICE: "is in hospice or comfort care",
    PatientStatus.DECLINED: "has declined surveillance",
    PatientStatus.TRANSFERRED: "was transferred",
    PatientStatus.DECEASED: "has died",
    PatientStatus.DISCHARGED: "was discharged",
}
_SYMPTOM = {
    SymptomKind.NEURO: "new neurology",
    SymptomKind.PAIN_SUGGESTIVE: "pain suggestive of progression",
}


@dataclass(frozen=True)
class Status(Condition):
    """The patient's status is one of these."""

    name = "status"
    statuses: tuple[str, ...] = param(Codes(PatientStatus), "status")

    def test(self, names: Names) -> Test:
        statuses = frozenset(self.statuses)
        return lambda v, x: v.facts.status in statuses

    def reader(self, names: Names) -> Reader:
        def read(v: View, x: LesionView) -> tuple[FactRead, ...]:
            facts = v.facts
            on = facts.declined_on if facts.status == PatientStatus.DECLINED else None
            return (FactRead("status", facts.status, on),)

        return read

    def words(self, names: Names, holds: bool = True) -> str:
        if holds:
            return f"the patient {listed(_STATUS[PatientStatus(one)] for one in self.statuses)}"
        return f"the patient's status is not {listed(map(word, self.statuses))}"

    def phrase(self, reads: Reads, holds: bool) -> str | None:
        fact = reads.get("status")
        if fact is None or (fact.value in self.statuses) is not holds:
            return None
        return f"status {word(fact.value)}" + (f" on {day_text(fact.on)}" if fact.on else "")


@dataclass(frozen=True)
class TransferAccepted(Flagged):
    """Whether the receiving centre's acceptance is recorded; absent is not accepted."""

    name = "transfer_accepted"
    wanted: bool = param(Flag(), "acceptance recorded")
    page = ("the other team has accepted", "the other team has not accepted")
    reason = ("acceptance recorded", "acceptance not recorded")

    @staticmethod
    def stands(v: View, x: LesionView) -> bool:
        return v.facts.transfer_accepted


@dataclass(frozen=True)
class SymptomOpen(Condition):
    """A symptom of one of these kinds is open; it stays so until a clinician closes it."""

    name = "symptom_open"
    kinds: tuple[str, ...] = param(Codes(SymptomKind), "kinds of symptom")

    def test(self, names: Names) -> Test:
        none_of_these = frozenset(self.kinds).isdisjoint
        return lambda v, x: not none_of_these(v.symptoms)

    def reader(self, names: Names) -> Reader:
        kinds, none = self.kinds, (FactRead("symptom", "none"),)

        def read(v: View, x: LesionView) -> tuple[FactRead, ...]:
            symptoms = v.symptoms
            return tuple(FactRead("symptom", kind, symptoms[kind]) for kind in kinds if kind in symptoms) or none

        return read

    def words(self, names: Names, holds: bool = True) -> str:
        kinds = listed(_SYMPTOM[SymptomKind(kind)] for kind in self.kinds)
        return f"open: {kinds}" if holds else f"not open: {kinds}"

    def phrase(self, reads: Reads, holds: bool) -> str | None:
        fact = reads.get("symptom")
        if fact is None or (fact.value in self.kinds) is not holds:
            return None
        if not holds:
            return "no open symptom"
        return f"{word(fact.value)} open since {day_text(fact.on)}" if fact.on else word(fact.value)


@dataclass(frozen=True)
class SpineSymptomatic(Flagged):
    """The mark of an older, known spine symptom; absent is not marked."""

    name = "spine_symptomatic"
    wanted: bool = param(Flag(), "a known spine symptom")
    page = ("a known spine symptom is open", "no known spine symptom is open")
    reason = ("a known spine symptom", "no known spine symptom")

    @staticmethod
    def stands(v: View, x: LesionView) -> bool:
        return v.facts.spine_symptomatic


@dataclass(frozen=True)
class StepDownApproved(Flagged):
    """Whether a clinician approved the step-down; absent is not approved."""

    name = "step_down_approved"
    wanted: bool = param(Flag(), "step-down approved")
    page = ("a clinician approved the step-down", "no step-down is approved")
    reason = ("step-down approved", "step-down not approved")

    @staticmethod
    def stands(v: View, x: LesionView) -> bool:
        return v.facts.step_down_approved


PATIENT_QUESTIONS: tuple[type[Condition], ...] = (
    Status,
    TransferAccepted,
    SymptomOpen,
    SpineSymptomatic,
    StepDownApproved,
)
