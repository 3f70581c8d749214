"""JSON files of a source: a bundle's resources, or the one resource that a file is."""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path

from tracker.interop.fhir.elements import Node
from tracker.interop.fhir.loading import LIMIT_DOCUMENT, Json, Refused, parse

#: The profile of a bundle that holds all that its source has of a patient; any other may hold a part.
_WHOLE_BUNDLE = "mcode-patient-bundle"


class Documents:
    """Files by their number; `whole` are those that say that they hold all of a patient."""

    def __init__(self) -> None:
        self.whole: set[int] = set()
        self._kept: OrderedDict[int, list[tuple[str, Json]]] = OrderedDict()

    def of(self, number: int, file: Path) -> list[tuple[str, Json]]:
        """The resources of one JSON file; the last two files stay in memory."""
        if number in self._kept:
            self._kept.move_to_end(number)
            return self._kept[number]
        size = file.stat().st_size
        if size > LIMIT_DOCUMENT:
            expected = f"at most {LIMIT_DOCUMENT} bytes; larger data as NDJSON"
            raise Refused("too_large", f"{size} bytes", expected)
        found = self._unfold(number, file, parse(file.read_bytes()))
        self._kept[number] = found
        while len(self._kept) > 2:
            self._kept.popitem(last=False)
        return found

    def _unfold(self, number: int, file: Path, document: Json) -> list[tuple[str, Json]]:
        node = Node(document, "Bundle")
        if not isinstance(document, dict):
            raise Refused("not_fhir", type(document).__name__, "an object with resourceType")
        if document.get("resourceType") != "Bundle":
            if not node["resourceType"].text:
                raise Refused("not_fhir", ", ".join(list(document)[:5]), "an object with resourceType")
            return [("", document)]
        claimed = (one.text.partition("|")[0].rpartition("/")[2] for one in node["meta"]["profile"])
        if _WHOLE_BUNDLE in claimed:
            self.whole.add(number)
        if not isinstance(document.get("entry", []), list):
            raise Refused("not_fhir", type(document["entry"]).__name__, "Bundle.entry as a list")
        return [
            (entry["fullUrl"].text, entry["resource"].value if entry["resource"] else _deleted(entry))
            for entry in node["entry"]
        ]


def _deleted(entry: Node) -> Json:
    """An entry without a resource: a deletion names what is gone, as its own kind of thing."""
    return {"resourceType": "Deletion"} if entry["request"]["method"].text == "DELETE" else None
