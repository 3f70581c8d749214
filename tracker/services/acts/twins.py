"""The same fact typed by two people: asked about before it is stored a second time.

A symptom is never held back by a question: the earliest counts, and a second one changes no date.
"""

from __future__ import annotations

from scheduling.engine.words import day_text
from tracker.errors import Doubt
from tracker.models import Lesion, Patient, Procedure, Response, Study, TherapyLine, Visit
from tracker.services.acts.checking import Problems
from tracker.services.acts.occasion import Occasion
from tracker.services.acts.values import is_day, is_text
from tracker.words import PROCEDURE, RESPONSE, STUDY, THERAPY_CLASS, VISIT, moment_text

Happening = Study | Visit | Procedure | TherapyLine | Response | Lesion

#: Where a person says it; an import compares with its own source, and asks by its own questions.
_SAID = ("typed", "call", "told")
#: The column that says what it was.
_WHAT: dict[type[Happening], str] = {TherapyLine: "therapy_class", Response: "spine", Lesion: "level"}
_CHOICES = (("same", "Yes, it is the same: store nothing"), ("another", "No, another one: record it"))


def twin_of(
    problems: Problems, model: type[Happening], patient: Patient, what: object, on: object, *, occasion: Occasion
) -> Happening | None:
    """The standing fact of this kind and day that, as the person answered, is meant; asks about each that stands.

    `what` it was: the kind, of a therapy its class, of a response its category, of a lesion its level.
    """
    if occasion.source not in _SAID or not is_day(on) or not is_text(what):
        return None
    standing = model._default_manager.filter(
        **{_WHAT.get(model, "kind"): what}, patient=patient, occurred_on=on, entered_in_error_at__isnull=True
    )
    for known in standing.select_related("recorded_by").order_by("pk"):
        if problems.ask(_doubt(known), occasion) == "same":
            return known
    return None


def _doubt(known: Happening) -> Doubt:
    text = (
        f"{_named(known)} of {day_text(known.occurred_on)}: is this the one recorded by {known.recorded_by}, "
        f"{moment_text(known.recorded_at)}?"
    )
    return Doubt(f"twin.{known._meta.model_name}.{known.pk}", text, _CHOICES)


def _named(known: Happening) -> str:
    match known:
        case Visit():
            return f"{VISIT[known.kind]} visit"
        case TherapyLine():
            return f"Line of therapy ({THERAPY_CLASS[known.therapy_class]})"
        case Response():
            return f"Response ({RESPONSE[known.spine]})"
        case Lesion():
            return f"Lesion at {known.level or 'a level not known'}"
    return (STUDY | PROCEDURE)[known.kind]
