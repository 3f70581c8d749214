"""Reading elements of a resource: every element knows its FHIRPath, and what is absent is empty, never an error."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from scheduling.catalog.codes import HGNC, ICD10, ICD10CM, LOINC, RXNORM, SNOMED
from tracker.interop.fhir.loading import Json

_SYSTEMS = {
    "urn:oid:2.16.840.1.113883.6.96": SNOMED,
    "urn:oid:2.16.840.1.113883.6.1": LOINC,
    "urn:oid:2.16.840.1.113883.6.88": RXNORM,
    "urn:oid:2.16.840.1.113883.6.90": ICD10CM,
    "urn:oid:2.16.840.1.113883.6.3": ICD10,
    "urn:oid:2.16.840.1.113883.6.281": HGNC,
    "https://snomed.info/sct": SNOMED,
    "https://loinc.org": LOINC,
    "https://www.genenames.org": HGNC,
    "http://www.genenames.org/geneId": HGNC,
}


class Coding(NamedTuple):
    """One coding, its system without a version."""

    system: str
    code: str
    display: str
    path: str


@dataclass(frozen=True, slots=True)
class Node:
    """An element with its path; an absent one is falsy."""

    value: Json
    path: str

    def __bool__(self) -> bool:
        return self.value not in (None, "", [], {})

    def __getitem__(self, name: str) -> Node:
        child = self.value.get(name) if isinstance(self.value, dict) else None
        return Node(child, f"{self.path}.{name}")

    def __iter__(self) -> Iterator[Node]:
        """The elements of a list; a single element is a list of one."""
        if isinstance(self.value, list):
            for number, child in enumerate(self.value):
                yield Node(child, f"{self.path}[{number}]")
        elif self:
            yield self

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the elements inside."""
        return tuple(self.value) if isinstance(self.value, dict) else ()

    @property
    def text(self) -> str:
        """The text as given, white space tidied; empty for anything that is no text."""
        return " ".join(self.value.split()) if isinstance(self.value, str) else ""

    @property
    def number(self) -> Decimal | None:
        """The number; None for anything that is none."""
        if isinstance(self.value, bool) or not isinstance(self.value, int | Decimal):
            return None
        return Decimal(self.value)

    @property
    def shown(self) -> str:
        """The value for messages."""
        if isinstance(self.value, str):
            return self.value[:200]
        return "" if self.value is None else str(self.value)[:200]

    def first(self, *names: str) -> Node:
        """The first of several elements that is present, else the first one named, absent."""
        return next((found for name in names if (found := self[name])), self[names[0]])

    @property
    def codings(self) -> tuple[Coding, ...]:
        """Codings of a CodeableConcept; of a list of them, all."""
        return tuple(
            Coding(
                system_of(coding["system"].text),
                coding["code"].text,
                coding["display"].text,
                coding["code"].path,
            )
            for concept in self
            for coding in concept["coding"]
        )

    @property
    def wording(self) -> str:
        """The text of a CodeableConcept, else the first display."""
        for concept in self:
            if words := concept["text"].text or next((c.display for c in concept.codings if c.display), ""):
                return words
        return ""

    def has_code(self, system: str, *codes: str) -> bool:
        """Whether one of the codings is one of these."""
        return any(coding.system == system and coding.code in codes for coding in self.codings)

    def extensions(self, name: str) -> Iterator[Node]:
        """Extensions whose address ends with this name, whatever the base and the version."""
        for extension in self["extension"]:
            if extension["url"].text.partition("|")[0].rpartition("/")[2] == name:
                yield extension


def system_of(text: str) -> str:
    """A code system's address without version or trailing stroke, in one spelling."""
    tidy = text.partition("|")[0].rstrip("/")
    return _SYSTEMS.get(tidy, tidy)


class Reference(NamedTuple):
    """What a reference names: a kind and an id, or a whole address, or nothing that can be found (`query`)."""

    kind: str = ""
    id: str = ""
    address: str = ""
    query: str = ""


_LITERAL = re.compile(r"(?:^|/)(?P<kind>[A-Z][A-Za-z]{2,40})/(?P<id>[A-Za-z0-9.\-]{1,64})(?:/_history/[^/]+)?$")


def reference_of(node: Node) -> Reference:
    """Read Reference.reference: relative, absolute, urn:uuid, contained (#id), or a search (Patient?identifier=…)."""
    text = node["reference"].text
    if not text:
        identifier = node["identifier"]
        named = f"{identifier['system'].text}|{identifier['value'].text}" if identifier["value"] else ""
        return Reference(kind=node["type"].text, query=named)
    if "?" in text:
        kind, _, query = text.partition("?")
        return Reference(kind=kind.rpartition("/")[2], query=query.partition("identifier=")[2])
    if text.startswith(("urn:", "#")):
        return Reference(kind=node["type"].text, address=text)
    match = _LITERAL.search(text)
    if match is None:
        return Reference(address=text)
    return Reference(match["kind"], match["id"], text if "://" in text else "")
