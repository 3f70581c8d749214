"""Everything the tracker stores, one subject a file; a kind of fact is loaded by its entry in `tracker.kinds`."""

from tracker.models.approval import LowRiskExit, StepDownApproval
from tracker.models.assessment import LesionAssessment
from tracker.models.audit import AuditEvent
from tracker.models.count import ConservationCount, NightlyRun, PlanningRound
from tracker.models.disease import Function, ImagingSafety, Marker, PrimaryCancer, Prognosis
from tracker.models.fact import Fact, Precision, Source
from tracker.models.feed import CalendarFeed
from tracker.models.follow_up import AT_ONCE, FollowUp, FollowUpEvent, PatientPlan, State
from tracker.models.kinds import MODELS, kind_of
from tracker.models.lease import Lease
from tracker.models.lesion import Lesion
from tracker.models.override import Override
from tracker.models.patient import Patient, StatusEvent
from tracker.models.people import Membership, Role, Team, User
from tracker.models.procedure import Procedure
from tracker.models.progression import Progression
from tracker.models.question import ImportRun, Question
from tracker.models.reminder import Delivery, Reminder
from tracker.models.response import Response
from tracker.models.sent_form import SentForm
from tracker.models.study import Study
from tracker.models.symptom import Symptom
from tracker.models.task import Task
from tracker.models.therapy import TherapyLine
from tracker.models.visit import Visit

__all__ = [
    "AT_ONCE",
    "MODELS",
    "AuditEvent",
    "CalendarFeed",
    "ConservationCount",
    "Delivery",
    "Fact",
    "FollowUp",
    "FollowUpEvent",
    "Function",
    "ImagingSafety",
    "ImportRun",
    "Lease",
    "Lesion",
    "LesionAssessment",
    "LowRiskExit",
    "Marker",
    "Membership",
    "NightlyRun",
    "Override",
    "Patient",
    "PatientPlan",
    "PlanningRound",
    "Precision",
    "PrimaryCancer",
    "Procedure",
    "Prognosis",
    "Progression",
    "Question",
    "Reminder",
    "Response",
    "Role",
    "SentForm",
    "Source",
    "State",
    "StatusEvent",
    "StepDownApproval",
    "Study",
    "Symptom",
    "Task",
    "Team",
    "TherapyLine",
    "User",
    "Visit",
    "kind_of",
]
