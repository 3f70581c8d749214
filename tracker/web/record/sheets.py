"""The forms of a patient's page: that of each kind that a person records, and what is said later about one fact."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

from tracker.kinds import BY_CODE, KINDS, Kind
from tracker.web.record.fact_form import FactForm, Sheet, sheet_of
from tracker.web.record.forms.study import ExplainForm, NoActionForm, ReportForm
from tracker.web.record.forms.symptom import CloseSymptomForm
from tracker.web.record.forms.therapy import StopTherapyForm


def _form(kind: Kind) -> type[FactForm]:
    """The form that the kind's entry names, in the file that has its code."""
    form: type[FactForm] = getattr(import_module(f"tracker.web.record.forms.{kind.code}"), kind.form)
    return form


#: The form of each kind that a person records, by the kind's code.
SHEETS: Mapping[str, Sheet] = {kind.code: sheet_of(_form(kind), kind) for kind in KINDS if kind.form}
#: The forms that stand under "Record", by the last part of their address, with the words of their button.
BUTTONS: Mapping[str, str] = {kind.address or kind.code: kind.button for kind in KINDS if kind.button}
BY_ADDRESS: Mapping[str, Sheet] = {kind.address or kind.code: SHEETS[kind.code] for kind in KINDS if kind.button}
REPORT, NO_ACTION, EXPLAIN = (sheet_of(form, BY_CODE["study"]) for form in (ReportForm, NoActionForm, ExplainForm))
CLOSE = sheet_of(CloseSymptomForm, BY_CODE["symptom"])
STOP = sheet_of(StopTherapyForm, BY_CODE["therapy"])
