"""Every code of a closed set has its words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pytest

from scheduling.engine import vocabulary
from tracker import words
from tracker.lifecycle import STATES

#: Work that no policy asks for.
OWN_TASKS = {
    "call_patient",
    "cancel_booking",
    "cancel_order",
    "cancel_message",
    "check_delivery",
    "unwell",
    "right_number",
    "message_stopped",
    "plan_failed",
}
SETS: tuple[tuple[Mapping[str, str], Iterable[str]], ...] = (
    (words.URGENCY, vocabulary.Urgency),
    (words.STREAM, vocabulary.Stream),
    (words.REQUESTS, vocabulary.ImagingRequest),
    ({kind: word for kind, word in words.TASK.items() if kind not in OWN_TASKS}, vocabulary.Task),
    (words.GRADE, vocabulary.Grade),
    (words.GRADE_EDGE, vocabulary.Grade),
    (words.SITE, vocabulary.Site),
    (words.SUBTYPE, {code for codes in vocabulary.SUBTYPES.values() for code in codes}),
    (words.THERAPY_CLASS, vocabulary.TherapyClass),
    (words.RESPONSE, vocabulary.ResponseCategory),
    (words.RESPONSE_MARK, vocabulary.ResponseCategory),
    (words.PROCEDURE, vocabulary.ProcedureKind),
    (words.HARDWARE, vocabulary.Hardware),
    (words.STUDY, vocabulary.StudyKind),
    (words.COVERAGE, vocabulary.Coverage),
    (words.MRI_SAFETY, vocabulary.MriSafety),
    (words.PATIENT_STATUS, vocabulary.PatientStatus),
    (words.TEMPO, vocabulary.Tempo),
    (words.TIME_STATUS, vocabulary.TimeStatus),
    (words.SINS_BAND, vocabulary.SinsBand),
    (words.SINS_ITEM, vocabulary.SINS_ITEMS),
    (words.STATE, STATES),
    *((words.SINS_VALUE[item], codes) for item, codes in vocabulary.SINS_ITEMS.items()),
)


@pytest.mark.parametrize(("table", "codes"), SETS)
def test_every_code_has_words(table: Mapping[str, str], codes: Iterable[str]) -> None:
    assert set(table) == {str(code) for code in codes}
