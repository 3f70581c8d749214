"""Every column of a fact has a reader: the engine, a page of the patient, or the evidence record that waits for it."""

from __future__ import annotations

import re

import pytest

from scheduling.engine.vocabulary import SINS_ITEMS
from tests.conftest import ROOT
from tracker.kept import KEPT
from tracker.kinds import BY_CODE, KINDS, Kind
from tracker.web.record import sheets

PAGES = "\n".join(
    path.read_text(encoding="utf-8") for path in sorted((ROOT / "templates" / "patients").rglob("*.html"))
)
SHOWN = set(re.findall(r"\.([a-z_]+)\b", PAGES))
#: Columns that a page shows in words that Python makes, or in a score: the module that reads each.
IN_PYTHON = {
    ("marker", "name"): "queries/patient/timeline.py",
    ("imaging_safety", "mri"): "queries/patient/fact_rows.py",
    ("imaging_safety", "gadolinium_allergy"): "queries/patient/fact_rows.py",
    ("imaging_safety", "egfr"): "queries/patient/fact_rows.py",
    ("prognosis", "inputs"): "queries/patient/fact_rows.py",
    ("prognosis", "score"): "queries/patient/fact_rows.py",
    ("prognosis", "band"): "queries/patient/fact_rows.py",
    ("marker", "primary"): "facts.py",
}


def unread(kind: Kind) -> set[str]:
    """The columns of a kind that nobody reads."""
    read = set(kind.read.columns) if kind.read else set()
    left = {*kind.columns, *kind.personal} - read - set(KEPT.get(kind.code, ())) - SHOWN - set(kind.says)
    return {name for name in left if (kind.code, name) not in IN_PYTHON and name not in SINS_ITEMS}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.code)
def test_a_column_that_nobody_reads_says_so(kind: Kind) -> None:
    assert unread(kind) == set(), "show it on a page, read it, or name it in tracker.kept where evidence waits for it"


def test_what_is_kept_is_a_column_and_is_read_by_no_plan() -> None:
    for code, names in KEPT.items():
        kind = BY_CODE[code]
        assert set(names) <= {*kind.columns, *kind.personal}
        assert kind.read is None or not set(names) & set(kind.read.columns)


def test_what_python_shows_is_read_there() -> None:
    for (_, name), place in IN_PYTHON.items():
        assert re.search(rf"\b{name.removesuffix('_id')}", (ROOT / "tracker" / place).read_text(encoding="utf-8"))


def test_a_field_that_a_form_asks_is_a_column_or_an_answer_of_its_verb() -> None:
    """Names of fields that are no columns: each is what the verb takes in place of one."""
    of_the_verb = {"until", "transfer_accepted", "hour"}
    strange = {
        f"{kind.code}.{name}"
        for kind in KINDS
        if kind.form
        for name in sheets.SHEETS[kind.code].form.base_fields
        if name not in {"occurred_on", *kind.columns, *kind.personal, *of_the_verb}
        and name not in {"escc", "location", "location_reason"}
    }
    assert strange == set()
