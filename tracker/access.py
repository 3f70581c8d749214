"""Who may see whom and do what: the only gate to patients."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.http import Http404

from tracker.errors import Refused
from tracker.models import FollowUp, Patient, Reminder, Role, Team, User


def teams_of(user: User) -> QuerySet[Team]:
    """The teams a person belongs to."""
    return Team.objects.filter(memberships__user=user)


def visible_patients(user: User) -> QuerySet[Patient]:
    """The patients this person may see.

    Nurses and surgeons: those of their teams; a surgeon also those they are responsible for; a nurse who may assign
    also those without a team. An administrator sees patients only as a member of a team. Others: none.
    """
    if not user.is_active or user.role not in (Role.NURSE, Role.SURGEON, Role.ADMIN):
        return Patient.objects.none()
    seen = Q(team__in=teams_of(user))
    if user.role == Role.SURGEON:
        seen |= Q(surgeon=user)
    if user.role == Role.NURSE and user.may_assign:
        seen |= Q(team__isnull=True)
    return Patient.objects.filter(seen)


def visible_follow_ups(user: User) -> QuerySet[FollowUp]:
    """The follow-ups of the patients this person may see."""
    return FollowUp.objects.filter(patient__in=visible_patients(user))


def patient_for(user: User, key: str) -> Patient:
    """The patient with this key, or 404: what one may not see does not exist."""
    patient = visible_patients(user).filter(key=key).select_related("team", "nurse", "surgeon").first()
    if patient is None:
        raise Http404("No such patient among yours.")
    return patient


def follow_up_for(user: User, uid: str) -> FollowUp:
    """The follow-up with this uid, or 404."""
    follow_up = visible_follow_ups(user).filter(uid=uid).select_related("patient").first()
    if follow_up is None:
        raise Http404("No such follow-up among yours.")
    return follow_up


def reminder_for(user: User, reminder_id: int) -> Reminder:
    """The message about a follow-up of this person's patients, or 404."""
    seen = Reminder.objects.filter(follow_up__in=visible_follow_ups(user))
    reminder = seen.filter(pk=reminder_id).select_related("follow_up__patient").first()
    if reminder is None:
        raise Http404("No such message among those of your patients.")
    return reminder


def can_record(user: User) -> bool:
    """Whether this person records clinical facts."""
    return user.is_active and user.role in (Role.NURSE, Role.SURGEON)


def is_clinician(user: User) -> bool:
    """Whether this person may close a symptom and approve a step-down or a lengthened interval: a surgeon."""
    return user.is_active and user.role == Role.SURGEON


def check_can_record(user: User) -> None:
    """Raise Refused unless this person records clinical facts."""
    if not can_record(user):
        raise Refused("Only nurses and surgeons of the patient's team record clinical facts.")


def check_is_clinician(user: User, act: str) -> None:
    """Raise Refused unless this person is a clinician who may `act` (a phrase such as "close a symptom")."""
    if not is_clinician(user):
        raise Refused(f"Only a clinician may {act}; ask the responsible surgeon.")
