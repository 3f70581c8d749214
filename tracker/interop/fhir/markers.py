"""Tumour markers and genomic variants; absent, undecided and inherited never become a driver."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from scheduling.catalog.codes import HGNC, LOINC
from scheduling.catalog.genes import read_gene
from scheduling.catalog.markers import Finding, Result, breast_subtype, read_finding
from scheduling.catalog.observation_codes import (
    ABSENT,
    CODING_HGVS,
    GENE_STUDIED,
    GERMLINE,
    MARKER_TESTS,
    NEGATIVE_ANSWERS,
    POSITIVE_ANSWERS,
    PRESENT,
    PROTEIN_HGVS,
    SOURCE_CLASS,
    read_variant,
)
from tracker.interop.drafts import MarkerDraft
from tracker.interop.fhir.elements import Node
from tracker.interop.fhir.notes import Notes
from tracker.interop.fhir.resources import Resource
from tracker.interop.fhir.results import quantity_words, result_day

_SIGNIFICANCE = "53037-8"
#: ClinVar classes in LOINC: benign, likely benign, uncertain.
_NO_DRIVER = {"LA6675-8": "benign", "LA26334-5": "likely benign", "LA26333-7": "uncertain significance"}
_REARRANGED = ("ALK", "ROS1", "RET", "NTRK1", "NTRK2", "NTRK3")
#: Genes whose inherited variants choose a drug.
_GERMLINE_COUNTS = frozenset({"BRCA1", "BRCA2", "PALB2", "ATM"})


def read_marker_test(notes: Notes, resource: Resource) -> list[MarkerDraft]:
    """One test with a coded answer, or with words that say it."""
    node = resource.node
    codes = (c.code for c in node["code"].codings if c.system == LOINC)
    test = next(MARKER_TESTS[code] for code in codes if code in MARKER_TESTS)
    day = result_day(notes, resource, "marker test")
    if day is None:
        return []
    written = node["valueCodeableConcept"].wording or node["valueString"].text or quantity_words(node)
    untold = test.negative.removesuffix(" negative").rstrip("-")
    positive, negative = _coded_answers(node)
    if written and not positive and not negative:
        result = read_finding(f"{untold} {written}").result
        positive, negative = result is Result.FOUND, result is Result.NOT_FOUND
    at = resource.dated(day)
    if positive == negative:
        expected = "positive or negative; kept as unknown, which decides nothing"
        value = written or "no value"
        notes.remark(resource, node["valueCodeableConcept"], "marker_undecided", expected, value)
        return [MarkerDraft(**at, name=untold, result="unknown", value=written[:120])]
    if positive:
        return [MarkerDraft(**at, name=test.positive, result="present")]
    return [MarkerDraft(**at, name=test.negative, result="absent")]


def _coded_answers(node: Node) -> tuple[bool, bool]:
    """Whether a code says positive, and whether one says negative."""
    answers = {c.code for c in node["valueCodeableConcept"].codings}
    if not any(name.startswith("value") for name in node.names):
        given = {c.code for c in node["interpretation"].codings}
        answers |= given | {{"POS": PRESENT, "NEG": ABSENT}.get(code, "") for code in given}
    return bool(answers & POSITIVE_ANSWERS), bool(answers & NEGATIVE_ANSWERS)


def read_variants(notes: Notes, resource: Resource) -> list[MarkerDraft]:
    """A genomic variant. Absent never becomes a driver; what neither value nor gene decides is asked."""
    node = resource.node
    parts = _components(node)
    day = result_day(notes, resource, "variant")
    if day is None:
        return []
    value = node["valueCodeableConcept"]
    absent, present = value.has_code(LOINC, ABSENT), value.has_code(LOINC, PRESENT)
    if absent == present:
        said = (_named(parts), PRESENT, ABSENT)
        notes.ask(resource, value, "variant_undecided", *said, value=value.wording or "none")
        return []
    found: list[MarkerDraft] = []
    texts = _variant_texts(notes, resource, parts, absent)
    for number, text in enumerate(texts, start=1):
        remark = _no_driver(parts, text) if present else ""
        if remark:
            expected = f"a variant of the tumour that drives it; kept as {remark}"
            notes.remark(resource, node, "no_driver", expected, text)
        result = "unknown" if remark else "absent" if absent else "present"
        at = resource.dated(day, part="" if len(texts) == 1 else str(number))
        found.append(MarkerDraft(**at, name=text[:120], result=result, value=remark))
    return found


def _no_driver(parts: dict[str, list[Node]], text: str) -> str:
    """Why a variant that is present is no driver of the tumour; empty where it may be one."""
    codes = (c.code for one in parts[_SIGNIFICANCE] for c in one.codings)
    significance = next((_NO_DRIVER[code] for code in codes if code in _NO_DRIVER), "")
    germline = any(one.has_code(LOINC, GERMLINE) for one in parts[SOURCE_CLASS])
    if significance or not germline or text.partition(" ")[0] in _GERMLINE_COUNTS:
        return significance
    return "germline"


def _components(node: Node) -> dict[str, list[Node]]:
    """Values of the components by their LOINC code."""
    parts: dict[str, list[Node]] = defaultdict(list)
    for component in node["component"]:
        for coding in component["code"].codings:
            if coding.system == LOINC:
                parts[coding.code].append(component["valueCodeableConcept"])
    return parts


def _named(parts: dict[str, list[Node]]) -> str:
    names = [c.display or c.code for code in (GENE_STUDIED, PROTEIN_HGVS) for one in parts[code] for c in one.codings]
    return ", ".join(dict.fromkeys(names)) or "no gene named"


def _variant_texts(notes: Notes, resource: Resource, parts: dict[str, list[Node]], absent: bool) -> list[str]:
    """The variant in the catalogue's words: one text, or one a gene where several genes were tested and found free."""
    genes = parts[GENE_STUDIED]
    if not genes:
        expected = "the gene studied (48018-6); left out"
        notes.skip(resource, resource.node["component"], "no_gene", expected, "none")
        return []
    change = next((c.code or c.display for one in parts[PROTEIN_HGVS] for c in one.codings), "") or next(
        (one["text"].text for one in parts[PROTEIN_HGVS] if one["text"]), ""
    )
    if len(genes) > 1 and not absent:
        return _fusion(notes, resource, genes)
    texts = []
    for gene in genes:
        id_, display = _id_and_display(gene)
        display = display or gene["text"].text
        reading = read_variant(id_, display or None, change if len(genes) == 1 else None)
        if reading.text is None:
            _no_gene(notes, resource, gene, id_, display, reading.problem)
        elif not absent and not change and not parts[CODING_HGVS] and not _is_small(parts):
            notes.ask(resource, gene, "variant_unspecified", display or id_, value=display or id_ or "")
        else:
            texts.append(reading.text)
    return texts


def _id_and_display(gene: Node) -> tuple[str | None, str]:
    id_ = next((c.code for c in gene.codings if c.system == HGNC), None)
    return id_, next((c.display for c in gene.codings if c.display), "")


def _is_small(parts: dict[str, list[Node]]) -> bool:
    """Whether another description of the change is given: HGVS of the genome, or the name of the variant."""
    return bool(parts["81290-9"] or parts["81252-9"])


def _no_gene(notes: Notes, resource: Resource, gene: Node, id_: str | None, display: str, problem: str) -> None:
    if read_gene(id_, display or None).problem:
        value, fact = f"{id_ or ''} {display}".strip(), f"{resource.key}#{id_ or display}"
        notes.ask(resource, gene, "gene_conflict", problem, value=value, fact=fact)
    else:
        notes.unused(resource, gene, "gene_not_listed", "a gene of the catalogue", display or id_ or "")


def _fusion(notes: Notes, resource: Resource, genes: list[Node]) -> list[str]:
    symbols = []
    for gene in genes:
        id_, display = _id_and_display(gene)
        reading = read_gene(id_, display or None)
        if reading.problem:
            _no_gene(notes, resource, gene, id_, display, reading.problem)
        elif reading.gene is not None:
            symbols.append(reading.gene.symbol)
    partner = next((symbol for symbol in symbols if symbol in _REARRANGED), None)
    if partner is None:
        names = ", ".join(c.display or c.code for gene in genes for c in gene.codings[:1])
        notes.unused(resource, genes[0], "gene_not_listed", "a fusion of the catalogue", names)
        return []
    return [f"{partner.rstrip('123') if partner.startswith('NTRK') else partner} fusion"]


def breast_subtype_of(markers: Iterable[MarkerDraft]) -> str:
    """Subtype of a breast cancer from the newest decided ER, PR and HER2; empty while one that decides is missing."""
    newest: dict[str, tuple[date, list[Finding]]] = {}
    for marker in markers:
        reading = read_finding(marker.name)
        if reading.marker is None or marker.result not in ("present", "absent"):
            continue
        code = reading.marker.code
        day, findings = newest.get(code, (marker.occurred_on, []))
        if marker.occurred_on > day:
            day, findings = marker.occurred_on, []
        if marker.occurred_on == day:
            newest[code] = (day, [*findings, reading])
    return breast_subtype(tuple(one for _, findings in newest.values() for one in findings)) or ""
