"""Finding a patient, and everything the patient's page shows; each a fixed number of queries."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from scheduling.cautions import cautions
from scheduling.deriving import facts_of
from scheduling.engine.record.facts import Facts
from scheduling.engine.scores.base import CAUTION
from scheduling.engine.vocabulary import TherapyClass
from scheduling.policies import default_policy
from scheduling.publishing import rulebook
from tracker import access, clock
from tracker.models import (
    FollowUp,
    Marker,
    Override,
    Patient,
    PatientPlan,
    PrimaryCancer,
    Procedure,
    Prognosis,
    Response,
    StatusEvent,
    Study,
    Symptom,
    User,
    Visit,
)
from tracker.queries.leaving import Leaving, leaving, leaving_as_read
from tracker.queries.patient import fact_rows, lesion_rows
from tracker.queries.patient.plans import cards_of, gap_words
from tracker.queries.patient.rows import FoundPage, FoundPatient, PatientPage
from tracker.queries.patient.sections import sections
from tracker.queries.patient.stands import stands
from tracker.queries.patient.stored_facts import StoredFacts
from tracker.queries.patient.timeline import wrong_lines
from tracker.queries.queues.contacts import contacts_of
from tracker.queries.queues.rendering import age_of
from tracker.queries.queues.tasks import named_like, questions_of_patient, tasks_of_patient
from tracker.queries.time_status import nothing_asked

#: Patients of a page of a search.
PAGE = 50


def page_of(user: User, patient: Patient, now: datetime) -> PatientPage:
    """The page of a patient who came through the gate; one query a kind of fact, and a dozen."""
    today, stored = clock.day_of(now), StoredFacts(patient)
    plan = PatientPlan.objects.filter(patient=patient).select_related("policy_version").first()
    rules = rulebook(plan.policy_version).history if plan else default_policy().history_rules
    facts = facts_of(stored.history(), today, rules)
    return PatientPage(
        patient=patient,
        age=age_of(patient, today),
        leaving=leaving_as_read(patient, next(iter(stored.standing(StatusEvent)), None)),
        today=today,
        safety=fact_rows.safety(stored),
        primaries=tuple(stored.standing(PrimaryCancer)),
        markers=tuple(stored.standing(Marker)),
        functions=fact_rows.newest_functions(stored),
        cards=cards_of(user, patient, now, plan, facts),
        stands=stands(plan, today),
        tempo=plan.tempo if plan else "",
        gaps=gap_words(plan.gaps) if plan else (),
        cautions=cautions(facts, today),
        lesions=lesion_rows.lesions(stored, facts, today),
        therapies=fact_rows.therapies(stored, today),
        procedures=tuple(stored.standing(Procedure)),
        studies=tuple(stored.standing(Study)),
        visits=tuple(stored.standing(Visit)),
        responses=tuple(stored.standing(Response)),
        symptoms=tuple(stored.standing(Symptom)),
        overrides=tuple(stored.standing(Override)),
        tasks=tasks_of_patient(patient),
        questions=questions_of_patient(patient),
        prognosis=tuple(fact_rows.prognosis_row(row) for row in stored.standing(Prognosis)),
        caution=_caution(stored, facts),
        contacts=contacts_of(patient),
        sections=sections(stored),
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


def _caution(stored: StoredFacts, facts: Facts) -> str:
    """What stands above the survival scores of a patient whose therapy, or whose marker's therapy, they predate."""
    targeted = facts.therapy is not None and facts.therapy.therapy_class in _TARGETED
    actionable = any(marker.result == "present" for marker in stored.standing(Marker))
    return CAUTION if stored.standing(Prognosis) and (targeted or actionable) else ""


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
    rows = (
        wanted.select_related("team", "nurse", "surgeon")
        .annotate(
            urgency_now=Subquery(PatientPlan.objects.filter(patient=OuterRef("pk")).values("urgency")[:1]),
            imaging_on=Subquery(_due(OuterRef("pk"), "imaging")),
            visit_on=Subquery(_due(OuterRef("pk"), "surgeon")),
            to_cancel=Exists(FollowUp.objects.filter(nothing_asked(), patient=OuterRef("pk"), closed_at__isnull=True)),
        )
        .order_by("family_name", "given_name", "number", "pk")[(page - 1) * size : page * size]
    )
    gone = leaving(rows, today)
    return FoundPage(text, tuple(_found(row, gone.get(row.pk), today) for row in rows), total, page, pages)


def _due(patient: OuterRef, stream: str) -> QuerySet[FollowUp, object]:
    asked = FollowUp.objects.filter(~nothing_asked(), patient=patient, stream=stream, closed_at__isnull=True)
    return asked.values("due_on")[:1]


def _found(patient: Any, gone: Leaving | None, today: date) -> FoundPatient:
    return FoundPatient(
        patient=patient,
        age=age_of(patient, today),
        leaving=gone,
        to_cancel=patient.to_cancel,
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
