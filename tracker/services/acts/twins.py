"""The same study, visit or procedure typed by two people: asked about before it is stored a second time."""

from __future__ import annotations

from scheduling.engine.words import day_text
from tracker.errors import Doubt
from tracker.models import Patient, Procedure, Study, Visit
from tracker.services.acts.checking import Problems
from tracker.services.acts.occasion import Occasion
from tracker.services.acts.values import is_day, is_text
from tracker.words import PROCEDURE, STUDY, VISIT, moment_text

Happening = Study | Visit | Procedure

#: Where a person types; an import compares with its own source, and asks by its own questions.
_TYPED = ("typed", "call")
_CHOICES = (("same", "Yes, it is the same: store nothing"), ("another", "No, another one: record it"))


def twin_of(
    problems: Problems, model: type[Happening], patient: Patient, kind: object, on: object, *, occasion: Occasion
) -> Happening | None:
    """The standing fact of this kind and day that, as the person answered, is meant; asks about each that stands."""
    if occasion.source not in _TYPED or not is_day(on) or not is_text(kind):
        return None
    standing = model._default_manager.filter(
        patient=patient, kind=kind, occurred_on=on, entered_in_error_at__isnull=True
    )
    for known in standing.select_related("recorded_by").order_by("pk"):
        if problems.ask(_doubt(known), occasion) == "same":
            return known
    return None


def _doubt(known: Happening) -> Doubt:
    what = f"{VISIT[known.kind]} visit" if isinstance(known, Visit) else (STUDY | PROCEDURE)[known.kind]
    text = (
        f"{what} of {day_text(known.occurred_on)}: is this the one recorded by {known.recorded_by}, "
        f"{moment_text(known.recorded_at)}?"
    )
    return Doubt(f"twin.{known._meta.model_name}.{known.pk}", text, _CHOICES)
