"""From files to the resources of one patient: an index is built first, then one patient at a time is read again."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path

from tracker.interop.fhir.documents import Documents
from tracker.interop.fhir.elements import Node, Reference, reference_of
from tracker.interop.fhir.loading import LIMIT_LINE, Json, Refused, parse, without_narrative
from tracker.interop.fhir.numbers import number_of
from tracker.interop.fhir.resources import Entry, Locator, Person, Resource
from tracker.interop.records import Problem, Severity
from tracker.kinds import names

#: Kinds that are read, with the element that names the patient.
SUBJECT_OF = {
    **dict.fromkeys(
        names(
            "Condition Observation Procedure MedicationRequest MedicationAdministration MedicationStatement "
            "DiagnosticReport ImagingStudy"
        ),
        "subject",
    ),
    "BodyStructure": "patient",
}
#: What else a subject may be in R4.
_OTHER_SUBJECTS = frozenset({"Group", "Device", "Location"})
_LINES = (".ndjson", ".jsonl")
_DOCUMENTS = (".json",)
_SUBJECT = re.compile(rb'"reference"\s*:\s*"(?:[^"]*/)?Patient/([A-Za-z0-9.\-]{1,64})"')


class Source:
    """A file or a folder of FHIR resources, indexed. Memory grows with the number of resources, not with their size."""

    def __init__(self, path: Path) -> None:
        self.files = _files(path)
        self.problems: list[Problem] = []
        self.people: dict[str, Person] = {}
        self._documents = Documents()
        self._pending: dict[tuple[int, Reference], list[Entry]] = defaultdict(list)
        self._by_address: dict[str, str] = {}
        self._by_identifier: dict[str, set[str]] = defaultdict(set)
        self._medications: dict[tuple[int | None, str], Entry] = {}
        self._unread: Counter[tuple[int, str]] = Counter()
        for number, file in enumerate(self.files):
            self._index(number, file)
        self._assign()
        self.numbers: dict[str, list[Person]] = defaultdict(list)
        for person in self.people.values():
            if person.number:
                self.numbers[person.number].append(person)
        self._report_unread()

    @property
    def whole_files(self) -> set[int]:
        """Files that say that they hold everything their source has of a patient."""
        return self._documents.whole

    # building the index

    def _index(self, number: int, file: Path) -> None:
        if file.suffix not in (*_LINES, *_DOCUMENTS) and len(self.files) > 1:
            expected = "a .json or .ndjson file; not opened"
            self._add_problem(file.name, file.suffix or "no ending", expected, "other_file", unused=True)
            return
        try:
            entries = self._lines(number, file) if file.suffix in _LINES else self._entries(number, file)
            for locator, address, raw in entries:
                self._enter(file, locator, address, raw)
        except Refused as refused:
            self._add_problem(file.name, refused.value, refused.expected, refused.kind)
        except OSError as error:
            value = error.strerror or type(error).__name__
            self._add_problem(file.name, value, "a file that can be read", "not_readable")

    def _entries(self, number: int, file: Path) -> Iterator[tuple[Locator, str, Json]]:
        for at, (address, raw) in enumerate(self._documents.of(number, file)):
            yield Locator(number, at), address, raw

    def _lines(self, number: int, file: Path) -> Iterator[tuple[Locator, str, Json]]:
        with file.open("rb") as lines:
            at = line = 0
            while data := lines.readline(LIMIT_LINE + 1):
                line += 1
                start, at = at, at + len(data)
                if len(data) > LIMIT_LINE:
                    refused = Refused("too_large", "a longer line", f"at most {LIMIT_LINE} bytes a line")
                    self._refuse_line(file, line, data, refused)
                    while (rest := lines.readline(LIMIT_LINE)) and not rest.endswith(b"\n"):
                        at += len(rest)
                    at += len(rest)
                elif data.strip():
                    try:
                        yield Locator(number, start, line), "", parse(data, LIMIT_LINE)
                    except Refused as refused:
                        self._refuse_line(file, line, data, refused)

    def _refuse_line(self, file: Path, line: int, data: bytes, refused: Refused) -> None:
        """A line that cannot be read: the patient it names, if it can be seen, is not taken."""
        subject = _SUBJECT.search(data[:LIMIT_LINE])
        patient = subject[1].decode() if subject else None
        found = self.problems if patient is None else self._person(patient).problems
        place = f"{file.name}:{line}"
        found.append(Problem(place, refused.value, refused.expected, Severity.ERROR, refused.kind, patient))

    def _enter(self, file: Path, locator: Locator, address: str, raw: Json) -> None:
        where = f"{file.name}:{locator.line}" if locator.line else f"{file.name} Bundle.entry[{locator.at}]"
        if not isinstance(raw, dict):
            shown = "nothing" if raw is None else type(raw).__name__
            self._add_problem(where, shown, "a resource", "not_fhir")
            return
        kind = raw.get("resourceType")
        if not isinstance(kind, str) or not re.fullmatch(r"[A-Z][A-Za-z]{2,60}", kind):
            self._add_problem(where, str(kind)[:60], "resourceType with the name of a FHIR resource", "not_fhir")
            return
        if kind == "Bundle":
            expected = "a resource; a bundle inside a bundle or a line is a file of its own"
            self._add_problem(where, "Bundle", expected, "not_fhir")
            return
        node = Node(raw, kind)
        entry = Entry(kind, node["id"].text or _digest(raw), address, locator)
        if kind == "Patient":
            self._add_patient(entry, node)
        elif kind == "Medication":
            for key in filter(None, (f"Medication/{entry.id}", address)):
                self._medications[locator.file, key] = entry
                self._medications.setdefault((None, key), entry)
        elif kind in SUBJECT_OF:
            subject = node[SUBJECT_OF[kind]]
            self._pending[locator.file, reference_of(subject)].append(entry)
        else:
            self._unread[locator.file, kind] += 1

    def _add_patient(self, entry: Entry, node: Node) -> None:
        person = self._person(entry.id)
        person.locators.append(entry)
        if entry.address:
            self._by_address[entry.address] = entry.id
        for identifier in node["identifier"]:
            if value := identifier["value"].text:
                self._by_identifier[f"{identifier['system'].text}|{value}"].add(entry.id)
        person.number = number_of(node).number

    def _person(self, key: str) -> Person:
        return self.people.setdefault(key, Person(key))

    def _assign(self) -> None:
        """Give every resource to its patient; what names nobody here is said."""
        for (file, reference), entries in self._pending.items():
            key = self._patient_of(reference)
            if key is not None:
                self.people[key].entries += entries
                continue
            named = reference.address or reference.query or f"{reference.kind}/{reference.id}".strip("/")
            kinds = ", ".join(f"{count} {kind}" for kind, count in Counter(e.kind for e in entries).items())
            first = entries[0]
            place = f"{self.files[file].name} {first.kind}/{first.id} {first.kind}.{SUBJECT_OF[first.kind]}"
            if reference.kind in _OTHER_SUBJECTS:
                expected = f"{kinds}: about no patient, and not needed"
                self._add_problem(place, named or "nothing", expected, "other_subject", unused=True)
            else:
                expected = f"a patient of this source; {kinds} belong to nobody and are left out"
                self._add_problem(place, named or "nothing", expected, "no_patient")
        self._pending.clear()

    def _patient_of(self, reference: Reference) -> str | None:
        if reference.kind not in ("", "Patient"):
            return None
        if reference.address in self._by_address:
            return self._by_address[reference.address]
        if reference.id and reference.id in self.people:
            return reference.id
        if reference.query:
            found = self._by_identifier.get(reference.query, set())
            return next(iter(found)) if len(found) == 1 else None
        tail = reference.address.rpartition(":")[2]
        return tail if tail and tail in self.people else None

    def _report_unread(self) -> None:
        expected = "a kind that is read; not needed here, and not opened"
        for (file, kind), count in sorted(self._unread.items()):
            place = f"{self.files[file].name} {kind}"
            self._add_problem(place, f"{count} resources", expected, "kind_not_needed", unused=True)

    def _add_problem(self, place: str, value: str, expected: str, kind: str, *, unused: bool = False) -> None:
        severity = Severity.UNUSED if unused else Severity.ERROR
        self.problems.append(Problem(place, value, expected, severity, kind))

    # reading one patient again

    def resource(self, entry: Entry) -> Resource:
        """The resource, read again from its place."""
        locator = entry.locator
        file = self.files[locator.file]
        if locator.line:
            with file.open("rb") as lines:
                lines.seek(locator.at)
                raw = parse(lines.readline(LIMIT_LINE + 1), LIMIT_LINE)
            origin = f"{file.name}:{locator.line}"
        else:
            raw = self._documents.of(locator.file, file)[locator.at][1]
            origin = file.name
        node = Node(without_narrative(raw), entry.kind)
        return Resource(entry.kind, f"{entry.kind}/{entry.id}", node, origin, locator.file, entry.address)

    def medication(self, resource: Resource, reference: Reference) -> Resource | None:
        """The Medication that a reference of this resource names, contained or in the source."""
        if reference.address.startswith("#"):
            for contained in resource.node["contained"]:
                if contained["id"].text == reference.address[1:]:
                    return Resource("Medication", resource.key, contained, resource.origin, resource.file)
            return None
        for key in filter(None, (reference.address, f"Medication/{reference.id}" if reference.id else "")):
            for file in (resource.file, None):
                if (entry := self._medications.get((file, key))) is not None:
                    return self.resource(entry)
        return None


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        return sorted(file for file in path.iterdir() if file.is_file() and not file.name.startswith("."))
    return [path]


def _digest(raw: Json) -> str:
    """A name for a resource without an id, from what it says."""
    return "unnamed-" + blake2b(repr(raw).encode("utf-8", "replace"), digest_size=8).hexdigest()
