"""Marks: what is not known is never drawn as more than that."""

from scheduling.engine.scores import sins
from tracker.web.look import marks


def test_a_local_default_never_looks_like_a_guideline() -> None:
    assert marks.chip("C1", "expert_default") == marks.Chip("C1", "Local default", "local")
    assert marks.chip("E1", "guideline").edge == "published"
    assert marks.chip("C1", "never heard of") == marks.chip("C1", "expert_default")


def test_an_incomplete_score_shows_its_range_and_never_a_band() -> None:
    whole = {"location": "junctional", "bone_lesion": "lytic", "alignment": "normal", "collapse": "over_50"}
    open_ended = sins.calculate(**whole, posterolateral="none")
    assert marks.sins(open_ended) == marks.Sins("unknown", "8 to 11", "Not complete")
    assert marks.sins(None).figure == "Not known"
    complete = sins.calculate(**whole, posterolateral="none", pain="mechanical")
    assert marks.sins(complete).word == "Potentially unstable"
    assert marks.sins(complete, stabilised=True).figure == "Not valid"


def test_an_unknown_grade_is_not_grade_0_and_a_lumbar_one_says_so() -> None:
    assert marks.escc(None).word == "Not known"
    assert marks.escc("0", "L3").note == "not validated below the conus"
    assert marks.escc("0", "T12").note == ""
