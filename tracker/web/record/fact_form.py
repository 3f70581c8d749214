"""What every form that records a fact has, and the page that it stands on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from tracker.kinds import Kind
from tracker.services.acts.on_record import Recorded
from tracker.services.records import record_fact
from tracker.web.look.forms import TypedForm
from tracker.web.look.marks import Note


class FactForm(TypedForm):
    """A form that records a fact, or what became of one.

    `record` is the verb it calls; without one the fact is recorded by its columns alone. Words that are left empty are
    those of the kind's entry: its sentence, "Record a …", "Save …", "… saved". `notes` stand above the form.
    """

    heading: ClassVar[str] = ""
    lead: ClassVar[str] = ""
    save: ClassVar[str] = ""
    saved: ClassVar[str] = ""
    notes: ClassVar[tuple[Note, ...]] = ()
    record: ClassVar[Callable[..., Recorded] | None] = None

    @classmethod
    def proposed(cls, asked: Mapping[str, str]) -> dict[str, str]:
        """What the address of the page proposes, never a finding."""
        return {}


@dataclass(frozen=True, slots=True)
class Sheet:
    """One form of a patient's page with the words around it and the one verb it calls."""

    form: type[FactForm]
    heading: str
    lead: str
    save: str
    saved: str
    record: Callable[..., Recorded]


def sheet_of(form: type[FactForm], kind: Kind) -> Sheet:
    """The page of a form that records this kind, or something about a fact of this kind."""
    word = kind.code.replace("_", " ")
    return Sheet(
        form,
        form.heading or f"Record a {kind.word}",
        form.lead or kind.lead,
        form.save or f"Save {word}",
        form.saved or f"{word.capitalize()} saved",
        form.record or partial(record_fact, kind.code),
    )
