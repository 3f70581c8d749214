"""Studies that wait for a person: a result that needs an act, an examination that showed nothing."""

from __future__ import annotations

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from scheduling.engine.vocabulary import ResponseCategory, StudyKind
from tracker.models import LesionAssessment, Response, Study
from tracker.storage.counting import counts

#: First calls that somebody answers.
ASKING = ("progression", "doubtful")
#: The canal is shown by these alone (clinical dossier 3.6).
OF_THE_CANAL = (StudyKind.MRI, StudyKind.CT_MYELOGRAM)


def to_act_on() -> QuerySet[Study]:
    """Studies whose first call is progression or doubtful, with nothing dated on or after them that answers it.

    A response, a look at a lesion or a stated "no action" answers; "not assessed" does not. Nobody is asked after a
    death.
    """
    later = {"patient": OuterRef("patient"), "occurred_on__gte": OuterRef("occurred_on")}
    response = Response.objects.filter(**later, counts=True, entered_in_error_at__isnull=True)
    look = LesionAssessment.objects.filter(**later, entered_in_error_at__isnull=True)
    return (
        _standing()
        .filter(first_call__in=ASKING)
        .exclude(actionable="no", action_decided_on__gte=F("occurred_on"))
        .exclude(Exists(response.exclude(spine=ResponseCategory.NOT_ASSESSED)))
        .exclude(Exists(look))
    )


def to_repeat() -> QuerySet[Study]:
    """Studies that count for nothing, until one that counts follows or a person explains why none does.

    One of the canal is repeated by one of the canal. A plain X-ray counts for nothing in any case.
    """
    later = Study.objects.filter(
        counts(),
        patient=OuterRef("patient"),
        occurred_on__gte=OuterRef("occurred_on"),
        entered_in_error_at__isnull=True,
    ).exclude(kind=StudyKind.XRAY)
    of_canal = Q(kind__in=OF_THE_CANAL)
    repeated = of_canal & Exists(later.filter(of_canal)) | ~of_canal & Exists(later)
    return (
        _standing().exclude(counts()).filter(explained_on__isnull=True).exclude(repeated).exclude(kind=StudyKind.XRAY)
    )


def _standing() -> QuerySet[Study]:
    return Study.objects.filter(entered_in_error_at__isnull=True, patient__deceased_on__isnull=True)
