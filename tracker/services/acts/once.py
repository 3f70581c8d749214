"""A form that is sent twice records once: the second is answered as the first was, also where both arrive together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.db import IntegrityError, transaction

from tracker.errors import NotPossible
from tracker.models import SentForm
from tracker.services.acts.occasion import Occasion
from tracker.words import moment_text

Done = TypeVar("Done")


@dataclass(frozen=True, slots=True)
class Sent:
    """A form as it arrived: the key that it was shown with ("" without one), its address, a print of what was typed."""

    key: str
    about: str
    content: str


def once(
    sent: Sent, act: Callable[[], Done], told: Callable[[Done], dict[str, Any]], *, occasion: Occasion
) -> tuple[dict[str, Any], datetime | None]:
    """Do `act` and give what is `told` of it; for a form that was sent before, what was told then, and when.

    The key is written in the transaction of the act: what is refused frees it, and of two that arrive together the
    database lets one in. Raises what `act` raises, and NotPossible where the form was sent before with other values.
    """
    with transaction.atomic():
        row = _claimed(sent, occasion) if sent.key else None
        if sent.key and row is None:
            return _told_before(sent, occasion)
        answer = told(act())
        if row is not None:
            row.answer = answer
            row.save(update_fields=["answer"])
    return answer, None


def _claimed(sent: Sent, occasion: Occasion) -> SentForm | None:
    """The row of the form, which is this one's; None where it was sent before."""
    try:
        with transaction.atomic():
            return SentForm.objects.create(
                by=occasion.by, key=sent.key, about=sent.about, content=sent.content, at=occasion.at
            )
    except IntegrityError:
        return None


def _told_before(sent: Sent, occasion: Occasion) -> tuple[dict[str, Any], datetime]:
    row = SentForm.objects.get(by=occasion.by, key=sent.key, about=sent.about)
    if row.content != sent.content:
        raise NotPossible(
            f"This form was saved already, {moment_text(row.at)}, with other values; what you typed now is not saved. "
            "Save again if it is one more; a wrong one is marked as entered in error."
        )
    return row.answer, row.at
