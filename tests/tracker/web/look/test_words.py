"""Every code of a closed set has its words, and every mark a word beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pytest

from scheduling.engine import vocabulary
from tracker.lifecycle import STATES
from tracker.web.look import marks, words

SETS: tuple[tuple[Mapping[str, str], Iterable[str]], ...] = (
    (words.URGENCY, vocabulary.Urgency),
    (words.STREAM, vocabulary.Stream),
    (words.REQUEST, vocabulary.ImagingRequest),
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


def test_a_local_default_never_looks_like_a_guideline() -> None:
    assert marks.chip("C1", "expert_default") == marks.Chip("C1", "Local default", "local")
    assert marks.chip("E1", "guideline").edge == "published"
    assert marks.chip("C1", "never heard of") == marks.chip("C1", "expert_default")


def test_an_incomplete_score_shows_its_range_and_never_a_band() -> None:
    assert marks.sins(None, None, 6, 10) == marks.Sins("unknown", "6 to 10", "Not complete")
    assert marks.sins(None, None).figure == "Not known"
    assert marks.sins(11, "potentially_unstable").word == "Potentially unstable"
    assert marks.sins(11, "potentially_unstable", stabilised=True).figure == "Not valid"


def test_an_unknown_grade_is_not_grade_0_and_a_lumbar_one_says_so() -> None:
    assert marks.escc(None).word == "Not known"
    assert marks.escc("0", "L3").note == "not validated below the conus"
    assert marks.escc("0", "T12").note == ""
