"""Markers, variants, disease status, function and kidney function from Observations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from scheduling.catalog.genes import read_gene
from scheduling.catalog.markers import Finding, Result, breast_subtype, read_finding
from scheduling.catalog.observation_codes import (
    ABSENT,
    CODING_HGVS,
    DISEASE_STATUS,
    ECOG,
    ECOG_OF_ANSWER,
    EGFR_RENAL_CODES,
    GENE_STUDIED,
    GERMLINE,
    IMAGING_EVIDENCE,
    KARNOFSKY,
    MARKER_TESTS,
    NEGATIVE_ANSWERS,
    NOT_A_TREND,
    POSITIVE_ANSWERS,
    PRESENT,
    PROTEIN_HGVS,
    RESPONSE_OF_STATUS,
    SOURCE_CLASS,
    TUMOUR_MARKER_EVIDENCE,
    UNDETERMINED,
    VARIANT,
    read_variant,
)
from tracker.interop.fhir.elements import HGNC, LOINC, SNOMED, Day, Node
from tracker.interop.fhir.notes import Notes
from tracker.interop.fhir.sources import Resource
from tracker.interop.records import FunctionDraft, MarkerDraft, ResponseDraft, SafetyDraft

_FINAL = frozenset({"final", "amended", "corrected"})
_GONE = frozenset({"entered-in-error", "cancelled"})
_EVIDENCE = "mcode-cancer-disease-status-evidence-type"
_SIGNIFICANCE = "53037-8"
#: ClinVar classes in LOINC: benign, likely benign, uncertain.
_NO_DRIVER = {"LA6675-8": "benign", "LA26334-5": "likely benign", "LA26333-7": "uncertain significance"}
_REARRANGED = ("ALK", "ROS1", "RET", "NTRK1", "NTRK2", "NTRK3")
#: Genes whose inherited variants choose a drug.
_GERMLINE_COUNTS = frozenset({"BRCA1", "BRCA2", "PALB2", "ATM"})


@dataclass(slots=True)
class Observed:
    """What the observations say."""

    markers: list[MarkerDraft] = field(default_factory=list)
    responses: list[ResponseDraft] = field(default_factory=list)
    functions: list[FunctionDraft] = field(default_factory=list)
    safety: list[SafetyDraft] = field(default_factory=list)
    #: Imaging responses with where they stand, for what is asked about days with two.
    _read: list[tuple[Resource, ResponseDraft]] = field(default_factory=list)


def read_observations(notes: Notes, resources: Iterable[Resource]) -> Observed:
    """Read every observation with a known code; the others are said to be unused."""
    found = Observed()
    for resource in resources:
        code = resource.node["code"]
        reader = next(
            (_READERS[c.code] for c in code.codings if c.system == LOINC and c.code in _READERS), None
        )
        if reader is None:
            named = next((f"{c.code} {c.display}".strip() for c in code.codings), code.wording)
            notes.unused(resource, code, "observation_not_needed", "an observation that plans read", named)
        elif stands(notes, resource, _FINAL, _GONE):
            reader(notes, resource, found)
    _settle_days(notes, found)
    return found


def stands(notes: Notes, resource: Resource, good: frozenset[str], gone: frozenset[str]) -> bool:
    """Whether a result may be used: gone is said, and what is not final yet is asked, never used in silence."""
    status = resource.node["status"]
    if status.text in good:
        return True
    if status.text in gone:
        kind = status.text.replace("-", "_")
        notes.skip(resource, status, kind, f"one of {', '.join(sorted(good))}; left out")
        return False
    words = resource.node["code"].wording or resource.kind
    notes.ask(
        resource, status, "not_final",
        text=f"{words} has status {status.text} at the source. Is it so, and final? It is left out until answered.",
        expected=f"one of {', '.join(sorted(good))}",
    )  # fmt: skip
    return False


def _when(notes: Notes, resource: Resource, what: str) -> Day | None:
    node = resource.node
    period = node["effectivePeriod"]
    given = (
        period.first("end", "start")
        if period
        else node.first("effectiveDateTime", "effectiveInstant", "issued")
    )
    if not given:
        notes.skip(
            resource, node["effectiveDateTime"], "no_date", f"the day of this {what}; left out", "none"
        )
        return None
    return notes.usable_day(resource, given, what)


# Markers and variants


def _marker(notes: Notes, resource: Resource, found: Observed) -> None:
    node = resource.node
    test = next(
        MARKER_TESTS[c.code] for c in node["code"].codings if c.system == LOINC and c.code in MARKER_TESTS
    )
    day = _when(notes, resource, "marker test")
    if day is None:
        return
    answers = {c.code for c in node["valueCodeableConcept"].codings}
    if not any(name.startswith("value") for name in node.names):
        answers |= {c.code for c in node["interpretation"].codings}
        answers |= {{"POS": PRESENT, "NEG": ABSENT}.get(c.code, "") for c in node["interpretation"].codings}
    positive, negative = answers & POSITIVE_ANSWERS, answers & NEGATIVE_ANSWERS
    written = node["valueCodeableConcept"].wording or node["valueString"].text or _quantity(node)
    if not positive and not negative:
        read = (
            read_finding(f"{test.negative.removesuffix(' negative').rstrip('-')} {written}")
            if written
            else None
        )
        positive = {"text"} if read is not None and read.result is Result.FOUND else set()
        negative = {"text"} if read is not None and read.result is Result.NOT_FOUND else set()
    if bool(positive) == bool(negative):
        notes.remark(
            resource, node["valueCodeableConcept"], "marker_undecided",
            "positive or negative; kept as unknown, which decides nothing", written or "no value",
        )  # fmt: skip
        name, result = test.negative.removesuffix(" negative").rstrip("-"), "unknown"
    else:
        name, result = (test.positive, "present") if positive else (test.negative, "absent")
    found.markers.append(
        MarkerDraft(
            source_key=resource.key, occurred_on=day.on, precision=day.precision, place=resource.place(), name=name,
            result=result, value="" if result != "unknown" else written[:120],
        )
    )  # fmt: skip


def _quantity(node: Node) -> str:
    value = node["valueQuantity"]
    if value["value"].number is None:
        return ""
    return f"{value['comparator'].text}{value['value'].number}{value['unit'].text or value['code'].text}"


def _variant(notes: Notes, resource: Resource, found: Observed) -> None:
    """A genomic variant. Absent never becomes a driver; what neither value nor gene decides is asked."""
    node = resource.node
    parts = _components(node)
    day = _when(notes, resource, "variant")
    if day is None:
        return
    value = node["valueCodeableConcept"]
    absent, present = value.has_code(LOINC, ABSENT), value.has_code(LOINC, PRESENT)
    if absent == present:
        notes.ask(
            resource, value, "variant_undecided", value=value.wording or "none",
            text=f"This variant ({_named(parts)}) is neither present nor absent at the source. What was found? "
            "It is left out until answered.",
            expected=f"Present ({PRESENT}) or Absent ({ABSENT})",
        )  # fmt: skip
        return
    texts = _variant_texts(notes, resource, parts, absent)
    significance = next(
        (_NO_DRIVER[c.code] for one in parts[_SIGNIFICANCE] for c in one.codings if c.code in _NO_DRIVER), ""
    )
    for number, text in enumerate(texts):
        germline = any(one.has_code(LOINC, GERMLINE) for one in parts[SOURCE_CLASS])
        result, remark = "absent" if absent else "present", ""
        if present and significance:
            result, remark = "unknown", significance
        elif present and germline and text.partition(" ")[0] not in _GERMLINE_COUNTS:
            result, remark = "unknown", "germline"
        if remark:
            notes.remark(
                resource, node, "no_driver", f"a variant of the tumour that drives it; kept as {remark}", text
            )
        found.markers.append(
            MarkerDraft(
                source_key=resource.key if len(texts) == 1 else f"{resource.key}#{number + 1}", occurred_on=day.on,
                precision=day.precision, place=resource.place(), name=text[:120], result=result, value=remark,
            )
        )  # fmt: skip


def _components(node: Node) -> dict[str, list[Node]]:
    """Values of the components by their LOINC code."""
    parts: dict[str, list[Node]] = defaultdict(list)
    for component in node["component"]:
        for coding in component["code"].codings:
            if coding.system == LOINC:
                parts[coding.code].append(component["valueCodeableConcept"])
    return parts


def _named(parts: dict[str, list[Node]]) -> str:
    names = [
        c.display or c.code
        for code in (GENE_STUDIED, PROTEIN_HGVS)
        for one in parts[code]
        for c in one.codings
    ]
    return ", ".join(dict.fromkeys(names)) or "no gene named"


def _variant_texts(notes: Notes, resource: Resource, parts: dict[str, list[Node]], absent: bool) -> list[str]:
    """The variant in the catalogue's words: one text, or one a gene where several genes were tested and found free."""
    genes = parts[GENE_STUDIED]
    if not genes:
        notes.skip(
            resource, resource.node["component"], "no_gene", "the gene studied (48018-6); left out", "none"
        )
        return []
    change = next((c.code or c.display for one in parts[PROTEIN_HGVS] for c in one.codings), "") or next(
        (one["text"].text for one in parts[PROTEIN_HGVS] if one["text"]), ""
    )
    if len(genes) > 1 and not absent:
        return _fusion(notes, resource, genes)
    texts = []
    for gene in genes:
        id_ = next((c.code for c in gene.codings if c.system == HGNC), None)
        display = next((c.display for c in gene.codings if c.display), "") or gene["text"].text
        reading = read_variant(id_, display or None, change if len(genes) == 1 else None)
        if reading.text is None:
            _no_gene(notes, resource, gene, id_, display, reading.problem)
        elif not absent and not change and not parts[CODING_HGVS] and not _is_small(parts):
            notes.ask(
                resource, gene, "variant_unspecified", value=display or id_ or "",
                text=f"A variant of {display or id_} without the change itself. Which alteration is it, and does it "
                "drive the tumour? It is left out until answered.",
                expected="the change of the protein (48005-3), such as p.(Thr790Met)",
            )  # fmt: skip
        else:
            texts.append(reading.text)
    return texts


def _is_small(parts: dict[str, list[Node]]) -> bool:
    """Whether another description of the change is given: HGVS of the genome, or the name of the variant."""
    return bool(parts["81290-9"] or parts["81252-9"])


def _no_gene(
    notes: Notes, resource: Resource, gene: Node, id_: str | None, display: str, problem: str
) -> None:
    if read_gene(id_, display or None).problem:
        notes.ask(
            resource, gene, "gene_conflict", value=f"{id_ or ''} {display}".strip(),
            text=f"{problem}. Which gene is it? It is left out until answered.",
            expected="an HGNC id and a display of one gene", fact=f"{resource.key}#{id_ or display}",
        )  # fmt: skip
    else:
        notes.unused(resource, gene, "gene_not_listed", "a gene of the catalogue", display or id_ or "")


def _fusion(notes: Notes, resource: Resource, genes: list[Node]) -> list[str]:
    symbols = []
    for gene in genes:
        id_ = next((c.code for c in gene.codings if c.system == HGNC), None)
        display = next((c.display for c in gene.codings if c.display), "")
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


# Disease status


def _status(notes: Notes, resource: Resource, found: Observed) -> None:
    node = resource.node
    day = _when(notes, resource, "disease status")
    if day is None:
        return
    value = node["valueCodeableConcept"]
    category = next((RESPONSE_OF_STATUS[c.code] for c in value.codings if c.code in RESPONSE_OF_STATUS), None)
    words = value.wording or node["valueString"].text or "no value"
    if category is None:
        if value.has_code(SNOMED, UNDETERMINED, NOT_A_TREND):
            notes.unused(
                resource, value, "no_trend", "improved, stable or worsened; this decides nothing", words
            )
            return
        notes.ask(
            resource, value, "disease_status", value=words,
            text=f"The disease status of {day.on} says {words}. Is the spine better, stable or worse? It is left out "
            "until answered.",
            expected="a code of the mCODE trend",
        )  # fmt: skip
        return
    evidence = {c.code for one in node.extensions(_EVIDENCE) for c in one["valueCodeableConcept"].codings}
    imaging = IMAGING_EVIDENCE in evidence
    draft = ResponseDraft(
        source_key=resource.key, occurred_on=day.on, precision=day.precision, place=resource.place(),
        spine=str(category), evidence=_evidence_word(evidence),
    )  # fmt: skip
    if imaging:
        found.responses.append(draft)
        found._read.append((resource, draft))
        notes.ask(
            resource, value, "confirm_for_spine", draft=draft, value=words,
            text=f"The disease status of {day.on} ({category}, by imaging) is read as the spine's. Does it hold for "
            "the spine? It counts until answered.",
            expected="a response of the spine, with who assessed it",
        )  # fmt: skip
        return
    notes.ask(
        resource, value, "status_without_imaging", draft=draft, value=words,
        text=f"A disease status of {day.on} ({category}) rests on {_evidence_words(evidence)}, not on imaging. Does it "
        "hold for the spine? It counts for nothing until answered.",
        expected="imaging as evidence (363679005)",
    )  # fmt: skip


def _evidence_word(evidence: set[str]) -> str:
    if IMAGING_EVIDENCE in evidence:
        return "imaging"
    if TUMOUR_MARKER_EVIDENCE in evidence:
        return "marker"
    return "clinical" if evidence else "unknown"


def _evidence_words(evidence: set[str]) -> str:
    return {"marker": "a tumour marker", "clinical": "examination or laboratory"}.get(
        _evidence_word(evidence), "unnamed evidence"
    )


def _settle_days(notes: Notes, found: Observed) -> None:
    """Two categories on one day: both stand, the worse counts, and a person is asked."""
    by_day: dict[date, tuple[Resource, ResponseDraft]] = {}
    for resource, draft in sorted(found._read, key=lambda pair: (pair[1].occurred_on, pair[1].source_key)):
        _, first = by_day.setdefault(draft.occurred_on, (resource, draft))
        if first.spine != draft.spine:
            notes.ask(
                resource, resource.node["valueCodeableConcept"], "two_responses_one_day", fact=draft.source_key,
                text=f"On {draft.occurred_on} imaging says {first.spine} and {draft.spine}. Which holds? The worse "
                "counts until answered.",
                expected="one response a day",
            )  # fmt: skip


# Function and safety


def _function(notes: Notes, resource: Resource, found: Observed) -> None:
    """ECOG and Karnofsky as given, never converted. A display that names the other scale is asked about."""
    node = resource.node
    code = node["code"]
    is_ecog = code.has_code(LOINC, ECOG)
    scale, other = ("ecog", "karnofsky") if is_ecog else ("karnofsky", "ecog")
    day = _when(notes, resource, f"{scale} value")
    if day is None:
        return
    wording = " ".join((code.wording, *(c.display for c in code.codings))).lower()
    if other in wording and scale not in wording:
        notes.ask(
            resource, code, "scale_conflict", value=code.wording,
            text=f"The code is {scale}, its name says {other}. Which scale is it? It is left out until answered.",
            expected="a code and a name of one scale",
        )  # fmt: skip
        return
    answers = {
        ECOG_OF_ANSWER[c.code]
        for concept in (node["interpretation"], node["valueCodeableConcept"])
        for c in concept.codings
        if is_ecog and c.code in ECOG_OF_ANSWER
    }
    given = (
        node["valueInteger"] if node["valueInteger"].number is not None else node["valueQuantity"]["value"]
    )
    value = int(given.number) if given.number is not None else next(iter(answers), None)
    if value is None:
        notes.skip(resource, node["valueInteger"], "no_value", f"a value of {scale}; left out", "none")
        return
    if answers - {value}:
        notes.ask(
            resource, given, "answer_conflict", value=str(value),
            text=f"The value is {value}, the coded answer {', '.join(map(str, sorted(answers)))}. Which holds? It is left "
            "out until answered.",
            expected="a value and an answer that say the same",
        )  # fmt: skip
        return
    found.functions.append(
        FunctionDraft(
            source_key=resource.key, occurred_on=day.on, precision=day.precision, place=resource.place(), scale=scale,
            value=str(value),
        )
    )  # fmt: skip


def _kidney(notes: Notes, resource: Resource, found: Observed) -> None:
    day = _when(notes, resource, "eGFR")
    if day is None:
        return
    quantity = resource.node["valueQuantity"]
    unit = (quantity["code"].text or quantity["unit"].text).lower().replace(" ", "")
    value = quantity["value"].number
    if value is None or not unit.startswith("ml/min") or quantity["comparator"]:
        shown = _quantity(resource.node) or resource.node["valueString"].text or "none"
        notes.skip(resource, quantity, "unit", "a number in mL/min/1.73 m2; left out", shown)
        return
    if not 0 < value < 300:
        notes.error(resource, quantity["value"], "range", "an eGFR from 1 to 300 mL/min/1.73 m2", str(value))
        return
    found.safety.append(
        SafetyDraft(
            source_key=resource.key, occurred_on=day.on, precision=day.precision, place=resource.place(),
            egfr=value.quantize(Decimal("0.1")),
        )
    )  # fmt: skip


_Reader = Callable[[Notes, Resource, Observed], None]
_READERS: dict[str, _Reader] = {
    **dict.fromkeys(MARKER_TESTS, _marker),
    VARIANT: _variant,
    DISEASE_STATUS: _status,
    ECOG: _function,
    KARNOFSKY: _function,
    **dict.fromkeys(EGFR_RENAL_CODES, _kidney),
}
