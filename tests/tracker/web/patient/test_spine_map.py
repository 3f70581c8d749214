"""The map draws every lesion with a level once, in order, with words that do not touch."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from scheduling.engine.vocabulary import LEVELS
from tracker.web.patient.spine_map import LABEL_STEP, spine_map
from tracker.web.patient.spine_shapes import MappedLesion, Treated


def lesion(level: str, band: str = "stable", escc: str = "0") -> MappedLesion:
    return MappedLesion(level, band, f"{level} SINS 5, stable", f"ESCC {escc}", escc)


def test_the_column_runs_from_head_to_tail_without_overlap() -> None:
    bodies = spine_map([]).bodies
    assert tuple(body.level for body in bodies) == LEVELS
    assert all(upper.y < lower.y for upper, lower in pairwise(bodies))


@given(st.lists(st.sampled_from(LEVELS), unique=True, max_size=14))
def test_labels_keep_their_order_and_their_distance(levels: list[str]) -> None:
    drawn = spine_map([lesion(level) for level in levels])
    ys = [label.y for label in drawn.labels]
    assert len(ys) == len(levels)
    assert all(below - above >= LABEL_STEP - 0.2 for above, below in pairwise(ys))
    assert all(8 <= y <= drawn.height - 14 for y in ys)


def test_an_unknown_grade_is_a_ring_and_a_known_zero_nothing() -> None:
    drawn = spine_map([lesion("T7", escc=""), lesion("T8"), lesion("T9", escc="2")])
    assert [(bulge.tone, bulge.depth > 0) for bulge in drawn.bulges] == [("unknown", False), ("high", True)]


def test_radiation_brackets_cover_a_span_and_words_of_an_import_are_left_out() -> None:
    drawn = spine_map([], [Treated(("T3-T5",), "SBRT Mar 2026"), Treated(("whole spine",), "RT")])
    by_level = {body.level: body for body in drawn.bodies}
    (bracket,) = drawn.brackets
    assert (bracket.top, bracket.words) == (by_level["T3"].top, "SBRT Mar 2026")
    assert bracket.bottom > by_level["T5"].y


def test_a_lesion_without_a_level_is_left_to_the_table() -> None:
    drawn = spine_map([lesion("")])
    assert drawn.labels == ()
    assert drawn.words == "Lateral spine, front at the left: No lesion with a level is recorded."
