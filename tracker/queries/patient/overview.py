"""Finding a patient, and everything the patient's page shows; each a fixed number of queries."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from scheduling.deriving import facts_of
from scheduling.engine.scores.base import CAUTION
from scheduling.engine.vocabulary import TherapyClass
from scheduling.policies import default_policy
from scheduling.publishing import rulebook
from tracker import access
from tracker.models import (
    FollowUp,
    Function,
    ImagingSafety,
    Marker,
    Override,
    Patient,
    PatientPlan,
    PrimaryCancer,
    Prognosis,
    Progression,
    StatusEvent,
    StepDownApproval,
    Symptom,
    User,
)
from tracker.queries.patient import fact_rows, lesion_rows
from tracker.queries.patient.plans import cards_of, gap_words
from tracker.queries.patient.rows import FoundPage, FoundPatient, PatientHeader, PatientPage, SafetyLine
from tracker.queries.patient.stored_facts import StoredFacts
from tracker.queries.patient.timeline import wrong_lines
from tracker.queries.queues.contacts import contacts_of
from tracker.queries.queues.rendering import age_on
from tracker.queries.queues.tasks import named_like, questions_of_patient, tasks_of_patient

#: Patients of a page of a search.
PAGE = 50


def patient_page(user: User, key: str, today: date) -> PatientPage:
    """Everything about one patient on one day; 404 where the patient is not among this person's."""
    return page_of(user, access.patient_for(user, key), today)


def page_of(user: User, patient: Patient, today: date) -> PatientPage:
    """The page of a patient who came through the gate; one query a kind of fact, and a dozen."""
    stored = StoredFacts(patient)
    plan = PatientPlan.objects.filter(patient=patient).select_related("policy_version").first()
    rules = rulebook(plan.policy_version).history if plan else default_policy().history_rules
    facts = facts_of(stored.history(), today, rules)
    statuses = [fact_rows.status_line(row) for row in stored.standing(StatusEvent)]
    procedures = fact_rows.procedures(stored)
    markers = [fact_rows.marker_line(row) for row in stored.standing(Marker)]
    prognosis = tuple(fact_rows.prognosis_line(row) for row in stored.standing(Prognosis))
    targeted = facts.therapy is not None and facts.therapy.therapy_class in _TARGETED
    actionable = any(marker.result == "present" for marker in markers)
    return PatientPage(
        header=_header(patient, statuses[0] if statuses else None, today),
        today=today,
        safety=_safety(stored),
        primaries=tuple(fact_rows.primary_line(row) for row in stored.standing(PrimaryCancer)),
        markers=tuple(markers),
        functions=_newest_functions(stored),
        statuses=tuple(statuses),
        cards=cards_of(user, patient, today, plan, facts),
        rows=tuple(plan.rows) if plan else (),
        urgency=plan.urgency if plan else "",
        tempo=plan.tempo if plan else "",
        gaps=gap_words(plan.gaps) if plan else (),
        policy_version=plan.policy_version.version if plan else "",
        draft=plan.policy_version.is_draft_for_clinic if plan else False,
        lesions=lesion_rows.lesions(stored, facts, procedures, today),
        therapies=fact_rows.therapies(stored, today),
        procedures=procedures,
        studies=fact_rows.studies(stored),
        visits=fact_rows.visits(stored),
        responses=fact_rows.responses(stored),
        progressions=tuple(fact_rows.progression_row(row) for row in stored.standing(Progression)),
        symptoms=tuple(fact_rows.symptom_row(row) for row in stored.standing(Symptom)),
        overrides=tuple(fact_rows.override_row(row, today) for row in stored.standing(Override)),
        approvals=tuple(fact_rows.approval_row(row) for row in stored.standing(StepDownApproval)),
        tasks=tasks_of_patient(user, patient, today),
        questions=questions_of_patient(patient, today),
        prognosis=prognosis,
        caution=CAUTION if prognosis and (targeted or actionable) else "",
        contacts=contacts_of(patient),
        wrong_facts=wrong_lines(stored.in_error()),
    )


#: Classes of systemic therapy that the survival scores predate.
_TARGETED = frozenset(
    {
        TherapyClass.TKI,
        TherapyClass.ICI,
        TherapyClass.ICI_TKI,
        TherapyClass.ARPI_PARP,
        TherapyClass.RADIOLIGAND,
        TherapyClass.ENDOCRINE,
    }
)


def find_patients(user: User, text: str, page: int, today: date, size: int = PAGE) -> FoundPage:
    """This person's patients whose number or name holds every word of `text`, or who were born on the day it names.

    An empty text lists all of them, by name. Two queries, and the gate's.
    """
    born = _as_day(text)
    wanted = access.visible_patients(user).filter(Q(birth_on=born) if born else named_like(text))
    return _page_of(wanted, text, page, today, size)


def without_owner(user: User, page: int, today: date, size: int = PAGE) -> FoundPage:
    """This person's patients who have no team or no nurse."""
    wanted = access.visible_patients(user).filter(Q(team__isnull=True) | Q(nurse__isnull=True))
    return _page_of(wanted, "", page, today, size)


def _page_of(wanted: QuerySet[Patient], text: str, page: int, today: date, size: int) -> FoundPage:
    total = wanted.count()
    pages = max(1, -(-total // size))
    page = min(max(1, page), pages)
    status = (
        StatusEvent.objects.filter(
            patient=OuterRef("pk"), entered_in_error_at__isnull=True, occurred_on__lte=today
        )
        .order_by("-occurred_on", "-recorded_at", "-pk")
        .values("status")[:1]
    )
    rows = (
        wanted.select_related("team", "nurse", "surgeon")
        .annotate(
            status_now=Subquery(status),
            urgency_now=Subquery(PatientPlan.objects.filter(patient=OuterRef("pk")).values("urgency")[:1]),
            imaging_on=Subquery(_due(OuterRef("pk"), "imaging")),
            visit_on=Subquery(_due(OuterRef("pk"), "surgeon")),
        )
        .order_by("family_name", "given_name", "number", "pk")[(page - 1) * size : page * size]
    )
    return FoundPage(text, tuple(_found(row, today) for row in rows), total, page, pages)


def _due(patient: OuterRef, stream: str) -> QuerySet[FollowUp, Any]:
    return FollowUp.objects.filter(patient=patient, stream=stream, closed_at__isnull=True).values("due_on")[
        :1
    ]


def _found(patient: Any, today: date) -> FoundPatient:
    return FoundPatient(
        key=str(patient.key),
        number=patient.number,
        name=patient.name,
        age=age_on(patient.birth_on, patient.deceased_on or today),
        sex=patient.sex,
        birth_on=patient.birth_on,
        team=str(patient.team) if patient.team else "",
        nurse=str(patient.nurse) if patient.nurse else "",
        surgeon=str(patient.surgeon) if patient.surgeon else "",
        status="deceased" if patient.deceased_on else patient.status_now or "active",
        urgency=patient.urgency_now or "",
        next_imaging_on=patient.imaging_on,
        next_visit_on=patient.visit_on,
    )


def _as_day(text: str) -> date | None:
    """A birth date as staff type it: 14.3.1965, 14/3/1965, 1965-03-14."""
    for pattern in ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%d %b %Y", "%d %B %Y"):
        try:
            return datetime.strptime(text.strip(), pattern).date()  # noqa: DTZ007
        except ValueError:
            continue
    return None


def _header(patient: Patient, status: Any, today: date) -> PatientHeader:
    return PatientHeader(
        key=str(patient.key),
        number=patient.number,
        name=patient.name,
        family_name=patient.family_name,
        given_name=patient.given_name,
        age=age_on(patient.birth_on, patient.deceased_on or today),
        sex=patient.sex,
        birth_on=patient.birth_on,
        birth_precision=patient.birth_precision,
        phone=patient.phone,
        email=patient.email,
        best_hour=patient.best_hour,
        language=patient.language,
        messages_allowed=patient.messages_allowed,
        team=str(patient.team) if patient.team else "",
        team_id=patient.team_id,
        nurse=str(patient.nurse) if patient.nurse else "",
        nurse_id=patient.nurse_id,
        surgeon=str(patient.surgeon) if patient.surgeon else "",
        surgeon_id=patient.surgeon_id,
        oncologist=patient.oncologist,
        registered_on=patient.registered_on,
        registered_because=patient.registered_because,
        status=status.status if status else "active",
        status_on=status.fact.on if status else None,
        deceased_on=patient.deceased_on,
        last_known_alive_on=patient.last_known_alive_on,
        unreachable_since=patient.unreachable_since,
        contact_failures=patient.contact_failures,
        spine_metastasis_on=patient.spine_metastasis_on,
    )


def _safety(stored: StoredFacts) -> tuple[SafetyLine, ...]:
    """The three things that limit imaging, each with its newest known value; not known is said so, never left out."""
    rows = stored.standing(ImagingSafety)
    mri = next((row for row in rows if row.mri), None)
    allergy = next((row for row in rows if row.gadolinium_allergy is not None), None)
    kidney = next((row for row in rows if row.egfr is not None), None)
    return (
        SafetyLine("mri", mri.mri if mri else "", mri.occurred_on if mri else None, mri.note if mri else ""),
        SafetyLine(
            "gadolinium_allergy",
            ("yes" if allergy.gadolinium_allergy else "no") if allergy else "",
            allergy.occurred_on if allergy else None,
            allergy.note if allergy else "",
        ),
        SafetyLine(
            "egfr",
            f"{kidney.egfr}" if kidney else "",
            kidney.occurred_on if kidney else None,
            kidney.note if kidney else "",
        ),
    )


def _newest_functions(stored: StoredFacts) -> tuple[Any, ...]:
    """The newest value of each scale, in the order of the scales."""
    newest: dict[str, Any] = {}
    for row in stored.standing(Function):
        newest.setdefault(row.scale, fact_rows.function_line(row))
    order = ("ecog", "karnofsky", "frankel", "asia", "ambulation")
    return tuple(newest[scale] for scale in order if scale in newest)
